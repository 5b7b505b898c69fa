"""Price lists, promotions and their assignments through the services."""

from datetime import UTC, date, datetime
from decimal import Decimal

from partners.models import Authorisation
from pricing.services import price_answers, price_lists, promotions
from pricing.services.price_answers import Line
from tests.factories.partners import ALWAYS, next_number

KNOWN = datetime(2025, 12, 1, 4, tzinfo=UTC)
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
DAY = date(2026, 3, 16)
JANUARY = date(2026, 1, 1)


def authorise(*partners):
    """They may sell everything everywhere."""
    Authorisation.objects.bulk_create(Authorisation(partner=partner, valid_during=ALWAYS) for partner in partners)


def make_list(code=None, *prices, currency="CNY", at=KNOWN, valid_from=JANUARY, **fields):
    """A fixed list; ``prices``: (product, price) or (product, price, from quantity)."""
    code = code or f"list{next_number()}"
    made = price_lists.create_price_list(code=code, name=code, currency=currency, **fields)
    for product, price, *rest in prices:
        set_price(made, product, price, min_quantity=rest[0] if rest else 1, valid_from=valid_from, at=at)
    return made


def set_price(price_list, product, price, *, min_quantity=1, valid_from=JANUARY, at=KNOWN):
    return price_lists.set_price(
        price_list=price_list,
        product=product,
        unit_price=None if price is None else Decimal(price),
        min_quantity=Decimal(min_quantity),
        valid_from=valid_from,
        at=at,
    )


def make_formula(base, factor, code=None, *, currency=None, valid_from=JANUARY, at=KNOWN, **fields):
    code = code or f"formula{next_number()}"
    made = price_lists.create_price_list(
        code=code, name=code, currency=currency or base.currency, kind="formula", **fields
    )
    price_lists.set_formula(price_list=made, base=base, factor=Decimal(factor), valid_from=valid_from, at=at)
    return made


def assign(price_list, kind="everybody", target=None, *, priority=1, valid_from=JANUARY, at=KNOWN):
    return price_lists.assign_list(
        price_list=price_list, target_kind=kind, target=target, priority=priority, valid_from=valid_from, at=at
    )


def make_promotion(code=None, *items, value="0.10", effect="percent_off", to=("everybody", None), at=KNOWN, **terms):
    code = code or f"promotion{next_number()}"
    terms = promotions.Terms(
        effect=effect,
        value=Decimal(value),
        **{"valid_from": JANUARY, **terms},
    )
    made = promotions.create_promotion(words=promotions.PromotionWords(code, code), terms=terms, at=at)
    promotions.add_items(promotion=made, items=items, at=at)
    promotions.offer_to(promotion=made, target_kind=to[0], target=to[1], at=at)
    return made


def price(partner, product, quantity=1, *, on=DAY, known_at=NOON, currency="", ladder=False):
    """The answer to one line; the statement that answers without reasons says the same."""
    lines = [Line(getattr(product, "sku", product), Decimal(quantity))]
    asked = {"partner": partner, "on": on, "known_at": known_at, "lines": lines, "currency": currency}
    [found] = price_answers.answer_prices(**asked, ladder=ladder)
    [plain] = price_answers.answer_prices(**asked, reasons=False)
    assert plain == without_reasons(found)
    return found


def without_reasons(answer):
    """What is told of a price when nobody asks why."""
    return answer._replace(next_break=None, ladder=(), steps=())

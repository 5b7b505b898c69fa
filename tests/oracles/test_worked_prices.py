"""Published examples of prices: breaks by pieces, three kinds of agreement."""

from datetime import date
from decimal import Decimal

import pytest

from channelhub.lib.money import Rounding
from pricing.rules.price_answer import answer
from pricing.rules.price_questions import Break, ListOffer, PromotionOffer, Question

DAY = date(2026, 3, 16)


def ask(quantity, *rows, mode="all_units", agreed=()):
    """What a line costs on one list."""
    breaks = [Break(Decimal(low), Decimal(price), DAY) for low, price in rows]
    listed = ListOffer(
        code="LP",
        kind="everybody",
        priority=1,
        target="",
        root_code="LP",
        root_currency="USD",
        formulas=(),
        rate=Decimal(1),
        rounding=Rounding(),
        amount_rounding=Rounding(),
        breaks=breaks,
        break_mode=mode,
    )
    return answer(Question(DAY, "USD", Decimal(quantity), [listed], agreed))


@pytest.mark.parametrize(
    ("mode", "quantity", "rows", "amount"),
    [
        ("marginal", 15_000, ((1, "0.10"), (1_001, "0.05"), (10_001, "0.01")), "600.00"),
        ("all_units", 15_000, ((1, "0.10"), (1_001, "0.05"), (10_001, "0.01")), "150.00"),
        ("marginal", 25, ((1, "10"), (11, "8"), (21, "6")), "210"),
    ],
    ids=["W13 graduated", "W13 volume", "bands"],
)
def test_breaks(mode, quantity, rows, amount):
    assert ask(quantity, *rows, mode=mode).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("effect", "value", "saved"),
    [("unit_price", "18", "200"), ("amount_off", "1.50", "150.0"), ("percent_off", "0.10", "200.0")],
    ids=["W43 down to", "W43 down by", "W43 down by percent"],
)
def test_three_agreements_on_a_line_of_a_hundred_at_twenty(effect, value, saved):
    currency = "" if effect == "percent_off" else "USD"
    offer = PromotionOffer("AG", effect, Decimal(value), currency, Decimal(0), Decimal(0), None, None, agreed=True)

    found = ask(100, (1, "20"), agreed=[offer])

    assert 2_000 - found.amount == Decimal(saved)

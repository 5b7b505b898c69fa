"""The price answer over the database: which list, which row, as of which day, as known when."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelhub.core.services.fence import Standing, fenced
from partners.models import PartnerTier
from partners.services.tiers import set_tier
from pricing.services import price_answers, price_lists
from pricing.services.price_answers import Cart, Line
from pricing.services.rates import set_rate
from tests.factories.partners import (
    make_partner,
    make_partner_type,
    make_product,
    make_product_line,
    make_territory,
)
from tests.factories.prices import (
    DAY,
    JANUARY,
    KNOWN,
    NOON,
    assign,
    authorise,
    make_formula,
    make_list,
    make_promotion,
    price,
    set_price,
    without_reasons,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def laptop():
    return make_product("A-100")


@pytest.fixture
def acme():
    partner = make_partner("acme")
    authorise(partner)
    return partner


def test_the_list_in_force_answers(acme, laptop):
    listed = make_list("LP", (laptop, "1199.00"))
    assign(listed)

    found = price(acme, laptop, 3)

    assert (found.list_code, found.unit_price, found.amount, found.currency) == (
        "LP",
        Decimal("1199.00"),
        Decimal("3597.00"),
        "CNY",
    )


def test_a_price_holds_until_the_next_one_starts_so_no_day_lies_between(acme, laptop):
    listed = make_list("LP", (laptop, "100"))
    set_price(listed, laptop, "110", valid_from=date(2026, 4, 1))
    assign(listed)

    days = {day: price(acme, laptop, on=day) for day in (date(2026, 3, 31), date(2026, 4, 1), date(2027, 1, 1))}

    assert [answer.unit_price for answer in days.values()] == [100, 110, 110]
    assert days[date(2026, 3, 31)].valid_until == date(2026, 3, 31)
    assert days[date(2026, 4, 1)].valid_until is None


def test_an_answer_as_known_at_a_moment_does_not_know_later_corrections(acme, laptop):
    listed = make_list("LP", (laptop, "100"))
    assign(listed)
    corrected = datetime(2026, 3, 3, 4, tzinfo=UTC)
    set_price(listed, laptop, "90", at=corrected)

    assert price(acme, laptop, known_at=datetime(2026, 3, 3, 3, 59, tzinfo=UTC)).unit_price == 100
    assert price(acme, laptop, known_at=corrected).unit_price == 90


def test_an_assignment_known_later_does_not_change_what_was_answered_before(acme, laptop):
    assign(make_list("old", (laptop, "100")))
    assign(make_list("own", (laptop, "80")), "partner", acme, at=NOON)

    before = price(acme, laptop, known_at=datetime(2026, 3, 16, 3, tzinfo=UTC))

    assert (before.list_code, price(acme, laptop).list_code) == ("old", "own")


@pytest.fixture
def everything(acme, laptop):
    """A list for every kind of target the partner belongs to, each with its own price."""
    region = make_territory("R")
    city = make_territory("C", parent=region)
    gold = PartnerTier.objects.create(code="gold", name="Gold", rank=1)
    kind, shop = make_partner_type("etailer"), make_partner_type("shop")
    top = make_partner("top")
    agent = make_partner("agent", parent=top)
    dealer = make_partner("dealer", parent=agent, home=city, types=[kind, shop])
    authorise(dealer)
    set_tier(partner=dealer, tier=gold, first_day=JANUARY)
    targets = [
        ("partner", dealer, 1),
        ("partner", dealer, 2),
        ("subtree", dealer, 1),
        ("subtree", agent, 1),
        ("subtree", top, 1),
        ("tier", gold, 1),
        ("type", shop, 1),
        ("type", kind, 2),
        ("territory", city, 1),
        ("territory", region, 1),
        ("everybody", None, 1),
    ]
    for number, (target_kind, target, priority) in enumerate(reversed(targets)):
        listed = make_list(f"{len(targets) - 1 - number:02}", (laptop, "10"))
        assign(listed, target_kind, target, priority=priority)
    return dealer, targets


def test_the_order_of_lists_is_total_and_the_first_with_a_price_answers(everything, laptop):
    dealer, targets = everything

    for number, (kind, target, priority) in enumerate(targets):
        assert price(dealer, laptop).list_code == f"{number:02}"
        assign(None, kind, target, priority=priority)  # the assignment ends, the next one is asked
    assert price(dealer, laptop).refusal == "no_price"


def test_several_groups_still_give_a_price(everything, laptop):
    dealer, _ = everything

    found = price(dealer, laptop)

    assert [(step.code, step.fired, step.reason) for step in found.steps if step.kind == "list"] == [
        ("00", True, ""),
        *((f"{number:02}", False, "later_in_order") for number in range(1, 11)),
    ]


def test_nobody_in_particular_is_never_given_a_restricted_price(laptop):
    stranger = make_partner("stranger")
    authorise(stranger)
    for kind, target in (
        ("partner", make_partner("vip")),
        ("type", make_partner_type("vips")),
        ("territory", make_territory("T1")),
    ):
        assign(make_list(None, (laptop, "1")), kind, target)

    assert price(stranger, laptop).refusal == "no_price"


def test_a_line_that_has_no_price_says_why_and_the_others_are_answered(acme, laptop):
    ended, larger, unlisted, foreign = (make_product() for _ in range(4))
    listed = make_list("LP", (laptop, "5"), (larger, "5", 10))
    set_price(listed, ended, None)
    assign(listed)
    assign(make_list("XX", (foreign, "5"), currency="XAF"), priority=2)
    lines = [
        Line(sku, Decimal(quantity))
        for sku, quantity in [
            (laptop.sku, 1),
            ("nonsense", 1),
            (ended.sku, 1),
            (larger.sku, 1),
            (unlisted.sku, 1),
            (foreign.sku, 1),
            (laptop.sku, 0),
            (larger.sku, 10),
        ]
    ]

    found = price_answers.answer_prices(partner=acme, on=DAY, known_at=NOON, lines=lines)

    assert [answer.refusal for answer in found] == [
        "",
        "unknown_product",
        "expired",
        "no_price",
        "no_price",
        "no_rate",
        "bad_quantity",
        "",
    ]


def test_a_product_line_not_authorised_on_the_day_has_no_price(laptop):
    other = make_partner("other")
    assign(make_list("LP", (laptop, "5")))

    assert price(other, laptop).refusal == "not_authorised"


def test_formulas_compute_from_base_lists_and_round_once(acme, laptop):
    base = make_list("LP", (laptop, "9.99"))
    dealer = make_formula(base, "0.333333", "D1")
    assign(make_formula(dealer, "0.5", "D2"))

    found = price(acme, laptop)

    assert (found.unit_price, found.list_price) == (Decimal("1.66"), Decimal("9.99"))
    assert [(step.kind, step.code) for step in found.steps] == [
        ("list", "D2"),
        ("formula", "D1"),
        ("formula", "D2"),
        ("rounding", "CNY"),
    ]
    assert sum(step.amount for step in found.steps) == found.unit_price


def test_a_formula_holds_from_its_day_and_a_list_without_one_is_passed_over(acme, laptop):
    base = make_list("LP", (laptop, "100"))
    special = make_formula(base, "0.5", "S", valid_from=date(2026, 4, 1))
    assign(special)
    assign(base, priority=2)
    price_lists.set_formula(price_list=special, base=None, factor=None, valid_from=date(2026, 5, 1), at=NOON)

    prices = [price(acme, laptop, on=date(2026, month, 1)) for month in (3, 4, 5)]

    assert [answer.unit_price for answer in prices] == [100, 50, 100]
    assert prices[1].valid_until == date(2026, 4, 30)


def test_a_price_is_converted_first_and_rounded_once(acme, laptop):
    set_rate(currency="USD", to_currency="CNY", month=JANUARY, rate=Decimal("7.1234"), at=KNOWN)
    base = make_list("LP", (laptop, "0.333"), currency="USD")
    assign(make_formula(base, "3", currency="CNY"))

    found = price(acme, laptop)

    assert found.unit_price == Decimal("7.12")  # rounded before the conversion it would be 7.05
    assert found.valid_until == date(2026, 3, 31)


@pytest.mark.parametrize(("currency", "unit"), [("JPY", "1235"), ("CNY", "1234.57"), ("KWD", "1234.568")])
def test_prices_are_rounded_to_the_currencys_own_digits(acme, laptop, currency, unit):
    assign(make_list("LP", (laptop, "1234.5678"), currency=currency))

    assert price(acme, laptop).unit_price == Decimal(unit)


def test_promotions_are_for_their_audience_products_and_days(acme, laptop):
    family = make_product_line("family")
    child = make_product("child", line=make_product_line("under", parent=family))
    assign(make_list("LP", (laptop, "100"), (child, "100")))
    make_promotion("line", family, value="0.05", valid_through=date(2026, 3, 16))
    make_promotion("mine", laptop, value="0.20", to=("partner", acme))
    make_promotion("vips", laptop, child, value="0.50", to=("type", make_partner_type()))

    assert [price(acme, product).promotion for product in (laptop, child)] == ["mine", "line"]
    assert price(acme, child, on=date(2026, 3, 17)).promotion == ""


def test_many_carts_cost_as_many_queries_as_one(acme, laptop):
    rich = make_list("LP", (laptop, "100"), (laptop, "90", 10))
    products = [make_product() for _ in range(3)]
    for product in products:
        set_price(rich, product, "5")
    assign(make_formula(rich, "0.9"))
    make_promotion(None, laptop)

    def queries(carts):
        with CaptureQueriesContext(connection) as captured:
            price_answers.answer_carts(carts=carts, known_at=NOON)
        return len(captured)

    lines = [Line(product.sku, Decimal(1)) for product in [laptop, *products]]
    one = queries([Cart(acme, DAY, lines[:1])])
    many = queries([Cart(acme, date(2026, 3, day), lines) for day in range(1, 20)])

    assert (one, many) == (7, 7)  # a savepoint, five questions, its end


def test_five_and_five_hundred_lines_cost_the_same_queries(acme, laptop, django_assert_num_queries):
    line = make_product_line()
    products = [make_product(line=line) for _ in range(500)]
    assign(make_list("LP", *((product, "5") for product in products)))
    lines = [Line(product.sku) for product in products]

    for asked in (lines[:5], lines):
        with django_assert_num_queries(5):  # a savepoint, what holds, its lists, the prices, its end
            found = price_answers.answer_prices(partner=acme, on=DAY, known_at=NOON, lines=asked, reasons=False)
        assert {answer.unit_price for answer in found} == {5}


def test_a_catalogue_is_answered_like_carts(acme, laptop, monkeypatch):
    products = [make_product() for _ in range(3)]
    listed = make_list("LP", *((product, str(number)) for number, product in enumerate(products, 1)))
    set_price(listed, products[0], "9", valid_from=date(2026, 4, 1))
    assign(listed)
    lines = [Line(product.sku) for product in products]
    ask = lambda **more: price_answers.answer_prices(partner=acme, on=DAY, known_at=NOON, lines=lines, **more)

    cart = ask()
    monkeypatch.setattr("pricing.selectors.price_facts.CATALOGUE", 0)
    monkeypatch.setattr("pricing.services.net_answers.CATALOGUE", 0)

    assert ask() == cart
    assert ask(reasons=False) == [without_reasons(answer) for answer in cart]
    assert [answer.unit_price for answer in cart] == [1, 2, 3]


def test_a_dealer_is_answered_on_facts_behind_the_fence(acme, laptop):
    assign(make_list("LP", (laptop, "7")))

    with fenced(Standing(acme.pk, (acme.pk,))):
        found = price(acme, laptop)

    assert found.unit_price == 7

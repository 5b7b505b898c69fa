"""Agreements: of a partner or its subtree, for products or lines, for an end customer, with a volume that ends."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction

from channelhub.core.services.fence import Standing, fenced
from pricing.errors import UnknownCurrency
from pricing.models import Agreement, AgreementLine
from pricing.rules.price_disclosure import disclosed
from pricing.services import agreements, price_answers, usage
from pricing.services.agreements import Agreed
from pricing.services.price_answers import Line
from pricing.services.price_offers import BoughtFor
from tests.factories.partners import make_partner, make_product, make_product_line
from tests.factories.prices import (
    DAY,
    JANUARY,
    KNOWN,
    NOON,
    assign,
    authorise,
    make_list,
    make_promotion,
    price,
    without_reasons,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def laptop():
    found = make_product("A-100")
    assign(make_list("LP", (found, "100")))
    return found


@pytest.fixture
def head():
    partner = make_partner("head")
    authorise(partner)
    return partner


@pytest.fixture
def branch(head):
    partner = make_partner("branch", parent=head)
    authorise(partner)
    return partner


def agreed(partner, item, value="80", effect="unit_price", code="AG", at=KNOWN, **more):
    """An agreement with one line."""
    names = ("with_subtree", "customer", "project")
    made = agreements.create_agreement(
        code=code, name=code, partner=partner, **{name: more.pop(name) for name in names if name in more}
    )
    add(made, item, value, effect, at=at, **more)
    return made


def add(agreement, item, value, effect="unit_price", at=KNOWN, **more):
    more = {"valid_from": JANUARY, "currency": "CNY" if effect in ("unit_price", "amount_off") else "", **more}
    return agreements.agree(agreement=agreement, agreed=Agreed(item, effect, Decimal(value), **more), at=at)


@pytest.mark.parametrize(
    ("effect", "value", "unit"),
    [
        ("unit_price", "80", "80"),
        ("percent_off", "0.05", "95"),
        ("list_factor", "0.7", "70"),
        ("amount_off", "1.5", "98.5"),
    ],
)
def test_an_agreement_gives_a_net_price_a_discount_or_a_factor(head, laptop, effect, value, unit):
    agreed(head, laptop, value, effect)

    found = price(head, laptop, 2)

    assert (found.unit_price, found.agreement, found.promotion) == (Decimal(unit), "AG", "")
    assert [step.kind for step in found.steps if step.fired] == ["list", "agreement"]


def test_it_reaches_those_under_the_partner_only_where_agreed(head, branch, laptop):
    other = make_product("B-1")
    assign(make_list("LP2", (other, "100")), priority=2)
    agreed(head, laptop, "80", with_subtree=True)
    agreed(head, other, "80", code="OWN")

    assert [price(partner, laptop).unit_price for partner in (head, branch)] == [80, 80]
    assert [price(partner, other).unit_price for partner in (head, branch)] == [80, 100]


def test_it_is_for_a_line_with_all_beneath_it_and_from_a_quantity(head):
    line = make_product_line()
    product, stranger = make_product(line=make_product_line(parent=line)), make_product()
    assign(make_list("LP", (product, "100"), (stranger, "100")))
    agreed(head, line, "0.10", "percent_off", min_quantity=Decimal(5))

    assert [price(head, product, quantity).unit_price for quantity in (4, 5)] == [100, 90]
    assert price(head, stranger, 5).unit_price == 100
    assert price(head, product, 4).next_break.more == 1


def test_the_cheaper_of_agreement_and_promotion_applies_and_the_agreement_when_equal(head, laptop):
    agreed(head, laptop, "80")
    make_promotion("EQUAL", laptop, value="0.20")

    assert (price(head, laptop).agreement, price(head, laptop).unit_price) == ("AG", 80)
    make_promotion("BETTER", laptop, value="0.30")
    assert (price(head, laptop).promotion, price(head, laptop).unit_price) == ("BETTER", 70)


def test_one_for_an_end_customer_or_project_holds_only_there(head, laptop):
    agreed(head, laptop, "80", customer="hospital", project="wing")

    def asked(**bought_for):
        more = {"partner": head, "on": DAY, "known_at": NOON, "lines": [Line("A-100")]}
        bought_for = BoughtFor(**bought_for)
        [found] = price_answers.answer_prices(**more, bought_for=bought_for)
        assert price_answers.answer_prices(**more, bought_for=bought_for, reasons=False) == [without_reasons(found)]
        return found.unit_price

    assert [asked(), asked(customer="hospital"), asked(customer="hospital", project="wing")] == [100, 100, 80]


def test_it_holds_on_its_days_and_is_as_it_was_known(head, laptop):
    made = agreed(head, laptop, "80", valid_through=date(2026, 3, 31))
    add(made, laptop, "60", valid_through=date(2026, 3, 31), at=NOON)

    assert price(head, laptop).unit_price == 60
    assert price(head, laptop, known_at=KNOWN).unit_price == 80
    assert (price(head, laptop).valid_until, price(head, laptop, on=date(2026, 4, 1)).unit_price) == (
        date(2026, 3, 31),
        100,
    )
    assert AgreementLine.objects.count() == 2


def test_a_volume_that_is_used_up_ends_it_and_the_past_answer_stays(head, laptop):
    made = agreed(head, laptop, "80")
    usage.set_limit(of=made, measure="quantity", cap=Decimal(100))
    usage.consume(of=made, reference="order 1", quantity=Decimal(95), at=NOON)

    found = price(head, laptop, 6)

    assert (found.unit_price, price(head, laptop, 5).unit_price) == (100, 80)
    assert [step.reason for step in found.steps if step.kind == "agreement"] == ["used_up"]
    assert price(head, laptop, 6, known_at=KNOWN).unit_price == 80


def test_a_dealer_gets_its_ancestors_agreement_and_reads_no_table(head, branch, laptop):
    agreed(head, laptop, "80", with_subtree=True)

    with fenced(Standing(branch.pk, (branch.pk,))):
        found = price(branch, laptop)
        for table in (Agreement, AgreementLine):
            with pytest.raises(ProgrammingError), transaction.atomic():
                table.objects.count()

    told = disclosed(found)
    assert (told.unit_price, told.agreement) == (80, "")
    assert [(step.kind, step.code) for step in told.steps] == [("list", ""), ("agreement", "")]


def test_a_net_price_in_no_currency_is_refused(head, laptop):
    made = agreements.create_agreement(code="AG", name="AG", partner=head)

    with pytest.raises(UnknownCurrency):
        add(made, laptop, "5", currency="XXX")

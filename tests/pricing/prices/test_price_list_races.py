"""Two clients at once: what would leave the price undecided is refused for one of them."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from pricing.errors import CircularFormula, TiedAssignments
from pricing.models import PriceAssignment, PriceFormula, PriceRow
from pricing.services import price_lists
from tests.factories.partners import make_partner, make_partner_type, make_product
from tests.factories.prices import JANUARY, KNOWN, NOON, assign, make_formula, make_list, set_price
from tests.factories.threads import at_once


def formula(price_list, base):
    return lambda: price_lists.set_formula(
        price_list=price_list, base=base, factor=Decimal("0.9"), valid_from=JANUARY, at=NOON
    )


def kinds(results):
    return sorted(type(result).__name__ for result in results)


@pytest.mark.django_db(transaction=True)
def test_two_formulas_that_would_close_a_circle_at_once_leave_one():
    first, second = (
        price_lists.create_price_list(code=code, name=code, currency="CNY", kind="formula") for code in "AB"
    )

    results = at_once(formula(first, second), formula(second, first))

    assert kinds(results) == ["CircularFormula", "PriceFormula"]
    assert PriceFormula.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_circle_is_refused_by_the_database_too():
    first, second = (
        price_lists.create_price_list(code=code, name=code, currency="CNY", kind="formula") for code in "AB"
    )
    row = lambda price_list, base: (
        lambda: PriceFormula.objects.create(price_list=price_list, base=base, factor=Decimal(1), valid_from=JANUARY)
    )

    results = at_once(row(first, second), row(second, first))

    assert kinds(results) == ["IntegrityError", "PriceFormula"]


@pytest.mark.django_db(transaction=True)
def test_two_types_that_would_tie_at_once_leave_one():
    first, second = make_partner_type(), make_partner_type()
    listed = make_list()

    results = at_once(
        lambda: assign(listed, "type", first, priority=5), lambda: assign(listed, "type", second, priority=5)
    )

    assert kinds(results) == ["PriceAssignment", "TiedAssignments"]


@pytest.mark.django_db(transaction=True)
def test_two_lists_for_one_target_and_day_leave_the_later_one_known():
    acme = make_partner("acme")
    lists = [make_list(), make_list()]

    results = at_once(*(lambda listed=listed: assign(listed, "partner", acme, at=NOON) for listed in lists))

    assert kinds(results) == ["PriceAssignment"] * 2
    assert PriceAssignment.objects.filter(known_until=None).count() == 1
    assert PriceAssignment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_prices_for_one_day_leave_one_known():
    product, listed = make_product(), make_list()

    results = at_once(*(lambda price=price: set_price(listed, product, price, at=NOON) for price in (1, 2, 3)))

    assert kinds(results) == ["PriceRow"] * 3
    assert PriceRow.objects.filter(known_until=None).count() == 1


@pytest.mark.django_db
def test_a_list_is_never_computed_from_itself_over_others():
    base = make_list("A")
    second = make_formula(base, "0.9", "B")
    third = make_formula(second, "0.9", "C")

    with pytest.raises(CircularFormula) as refusal:
        formula(second, third)()

    assert refusal.value.code == "circular_formula"
    assert PriceFormula.objects.filter(known_until=None).count() == 2


@pytest.mark.django_db
def test_a_priority_belongs_to_one_type_and_the_refusal_comes_when_saving_not_when_selling():
    assign(make_list(), "type", make_partner_type(), priority=3)

    with pytest.raises(TiedAssignments) as refusal:
        assign(make_list(), "type", make_partner_type(), priority=3, valid_from=JANUARY.replace(year=2030))

    assert refusal.value.code == "tie"


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"unit_price": 6}, {"known_until": KNOWN}, {"known_until": None}])
def test_what_is_recorded_is_never_edited(change):
    row = set_price(make_list(), make_product(), 5)
    PriceRow.objects.filter(pk=row.pk).update(known_until=NOON)

    with pytest.raises(Exception, match="a change is a new row"):
        PriceRow.objects.filter(pk=row.pk).update(**change)


@pytest.mark.django_db
def test_kind_currency_and_rounding_of_a_list_stay():
    listed = make_list()
    listed.currency = "USD"

    with pytest.raises(Exception, match="Cannot update rows"):
        listed.save()


@pytest.mark.django_db(transaction=True)
def test_a_database_refusal_names_the_rule_as_a_sentence():
    types = make_partner_type(), make_partner_type()
    row = lambda kind: PriceAssignment.objects.create(target_kind="type", type=kind, valid_from=JANUARY)
    row(types[0])

    with pytest.raises(IntegrityError, match="pricing_priority_belongs_to_one_type"):
        row(types[1])

"""What is limited is never used beyond its cap, however many try at once."""

from decimal import Decimal

import pytest

from pricing.errors import LimitReached, NoLimit, UsedOtherwise
from pricing.models import UsageEntry
from pricing.services import agreements, usage
from tests.factories.partners import make_partner, make_product
from tests.factories.prices import NOON, make_promotion
from tests.factories.threads import at_once


@pytest.fixture
def budget():
    """A promotion of which there are a hundred pieces."""
    made = make_promotion("SPRING", make_product())
    usage.set_limit(of=made, measure="quantity", cap=Decimal(100))
    return made


def reserve(of, reference, quantity=10):
    return usage.reserve(of=of, reference=reference, quantity=Decimal(quantity), at=NOON)


def used(of):
    of.limit.refresh_from_db()
    return of.limit.used


@pytest.mark.django_db
def test_a_reservation_is_consumed_or_given_back_once(budget):
    first = reserve(budget, "order 1")
    reserve(budget, "order 2", 20)

    assert reserve(budget, "order 1") == first
    consumed = usage.consume(of=budget, reference="order 1", at=NOON)
    assert usage.consume(of=budget, reference="order 1", at=NOON) == consumed
    released = usage.release(of=budget, reference="order 2", at=NOON)
    assert usage.release(of=budget, reference="order 2", at=NOON) == released
    assert (used(budget), sum(entry.quantity for entry in UsageEntry.objects.all())) == (10, 10)


@pytest.mark.django_db
def test_more_or_less_than_reserved_may_be_consumed_within_the_cap(budget):
    reserve(budget, "a", 50)
    reserve(budget, "b", 50)

    usage.consume(of=budget, reference="a", quantity=Decimal(30), at=NOON)
    usage.consume(of=budget, reference="b", quantity=Decimal(70), at=NOON)

    assert used(budget) == 100
    with pytest.raises(LimitReached):
        reserve(budget, "c", "0.000001")


@pytest.mark.django_db
def test_what_a_ledger_reports_is_entered_beyond_the_cap_and_marked(budget):
    reserve(budget, "a", 95)

    with pytest.raises(LimitReached):
        usage.consume(of=budget, reference="line 7", quantity=Decimal(10), at=NOON)
    entry = usage.consume(of=budget, reference="line 7", quantity=Decimal(10), at=NOON, reported=True)

    assert (entry.beyond, used(budget), budget.limit.left) == (True, 105, 0)


@pytest.mark.django_db
def test_a_reference_says_one_thing(budget):
    reserve(budget, "a")
    usage.release(of=budget, reference="a", at=NOON)
    reserve(budget, "b")

    for again in (
        lambda: reserve(budget, "a"),
        lambda: reserve(budget, "b", 11),
        lambda: reserve(budget, "c", 0),
        lambda: usage.consume(of=budget, reference="a", at=NOON),
        lambda: usage.release(of=budget, reference="nobody", at=NOON),
    ):
        with pytest.raises(UsedOtherwise):
            again()
    with pytest.raises(NoLimit):
        reserve(make_promotion("FREE", make_product()), "a")


@pytest.mark.django_db(transaction=True)
def test_fifty_clients_get_exactly_the_budget(budget):
    results = at_once(*(lambda number=number: reserve(budget, f"order {number}") for number in range(50)))

    assert sum(isinstance(result, UsageEntry) for result in results) == 10
    assert sum(isinstance(result, LimitReached) for result in results) == 40
    assert used(budget) == 100


@pytest.mark.django_db(transaction=True)
def test_fifty_clients_get_exactly_the_volume_of_an_agreement():
    made = agreements.create_agreement(code="AG", name="AG", partner=make_partner())
    usage.set_limit(of=made, measure="quantity", cap=Decimal(100))

    at_once(
        *(
            lambda number=number: usage.consume(of=made, reference=f"line {number}", quantity=Decimal(3), at=NOON)
            for number in range(50)
        )
    )

    assert used(made) == 99


@pytest.mark.django_db(transaction=True)
def test_one_reference_asked_by_many_at_once_is_used_once(budget):
    results = at_once(*(lambda: reserve(budget, "order 1") for _ in range(10)))

    assert {result.pk for result in results} == {UsageEntry.objects.get().pk}
    assert used(budget) == 10

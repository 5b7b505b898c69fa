from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from inventory.enums import Audience
from inventory.models import Location, StockVisibility
from tests.factories.partners import make_partner, make_territory
from tests.factories.stock import make_location

pytestmark = pytest.mark.django_db


def broken(work):
    """The name of the constraint that refuses the work."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        work()
    return error.value.__cause__.diag.constraint_name


def test_a_location_never_changes_hands_and_is_never_deleted(acme):
    location = make_location(partner=acme)

    for change in (
        lambda: Location.objects.update(partner=None),
        lambda: Location.objects.update(partner=make_partner()),
        location.delete,
    ):
        with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
            change()


def test_a_locations_kind_is_known():
    assert broken(lambda: make_location(kind="boat")) == "inventory_location_kind_known"


def test_a_rule_names_whom_it_speaks_of_and_nobody_else(acme):
    place = make_territory()

    wrong = [
        {"audience": Audience.EVERYONE, "partner": acme},
        {"audience": Audience.SUBTREE},
        {"audience": Audience.TERRITORY, "territory": place, "partner": acme},
        {"audience": Audience.TYPE, "territory": place},
        {"audience": "friends"},
    ]

    refusals = {broken(lambda rule=rule: StockVisibility.objects.create(**rule)) for rule in wrong}
    assert refusals == {"inventory_visibility_audience_is_named"}


def test_a_rules_limits_and_forms_are_known():
    assert broken(lambda: StockVisibility.objects.create(shows="all")) == "inventory_visibility_shows_known"
    assert broken(lambda: StockVisibility.objects.create(few_below=Decimal(0))) == ("inventory_visibility_few_positive")


def test_there_is_one_rule_for_a_location_and_an_audience():
    StockVisibility.objects.create()

    assert broken(StockVisibility.objects.create) == "inventory_visibility_one_rule_per_location_and_audience"

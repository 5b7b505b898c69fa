from datetime import date
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from channelhub.core.services.fence import Standing, fenced
from inventory.enums import Audience, Band, Shows
from inventory.models import Location, StockVisibility
from inventory.rules.availability import Told
from inventory.services.answers import available_to
from partners.models import PartnerTypeAssignment
from tests.factories.partners import make_partner, make_partner_type, make_product, make_territory
from tests.factories.stock import make_level, make_location

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)


def show(shows=Shows.EXACT, **fields):
    return StockVisibility.objects.create(shows=shows, **fields)


def told_to(partner, product, on=TODAY):
    return available_to(partner.pk, [product.pk], on)[product.pk].told


@pytest.fixture
def product(db):
    return make_product("A-100")


@pytest.fixture
def east(product):
    """The maker's own warehouse with 42 to promise."""
    location = make_location("east")
    make_level(location, product, 50, reserved="8")
    return location


def test_without_a_rule_a_partner_is_told_nothing(acme, product, east):
    assert told_to(acme, product) is None


def test_the_quantity_is_what_is_on_hand_and_not_reserved(acme, product, east):
    show(audience=Audience.EVERYONE)

    answer = available_to(acme.pk, [product.pk], TODAY)[product.pk]

    [place] = answer.places
    assert (answer.told, answer.own) == (Told(Decimal(42), Band.IN_STOCK), 0)
    assert (place.code, place.quantity, place.band) == ("east", 42, Band.IN_STOCK)


@pytest.mark.parametrize(("limit", "expected"), [(42, Band.IN_STOCK), (43, Band.FEW)])
def test_a_band_tells_no_quantity_anywhere(acme, product, east, limit, expected):
    show(Shows.BAND, few_below=limit)

    answer = available_to(acme.pk, [product.pk], TODAY)[product.pk]

    assert (answer.told, [place.quantity for place in answer.places]) == (Told(None, expected), [None])


def test_a_product_that_a_shown_location_never_had_is_out_of_stock(acme, east):
    show()

    assert told_to(acme, make_product()) == Told(Decimal(0), Band.NONE)


def test_rules_speak_of_a_partner_its_type_its_territory_or_everyone(acme, product, east):
    north, city = make_territory("north"), None
    city = make_territory("city", parent=north)
    kind = make_partner_type()
    everyone, local = make_partner(), make_partner(home=city)
    typed, below = make_partner(home=city), make_partner(parent=acme)
    PartnerTypeAssignment.objects.create(partner=typed, type=kind, valid_during=DateRange(None, None))
    show(Shows.HIDDEN)
    show(Shows.BAND, audience=Audience.TERRITORY, territory=north, few_below=100)
    show(Shows.BAND, audience=Audience.TYPE, partner_type=kind, few_below=1)
    show(audience=Audience.SUBTREE, partner=acme)

    found = [told_to(partner, product) for partner in (everyone, local, typed, acme, below)]

    exact = Told(Decimal(42), Band.IN_STOCK)
    assert found == [None, Told(None, Band.FEW), Told(None, Band.IN_STOCK), exact, exact]


def test_a_rule_about_a_location_decides_over_one_about_all(acme, product, east):
    make_level(make_location("west"), product, 5)
    show()
    show(Shows.HIDDEN, location=east)

    assert told_to(acme, product) == Told(Decimal(5), Band.IN_STOCK)


def test_a_partners_own_stock_is_its_own_and_never_what_it_is_shown(acme, product):
    make_level(make_location(partner=acme), product, 7, reserved="2")
    show()

    answer = available_to(acme.pk, [product.pk], TODAY)[product.pk]

    assert (answer.own, answer.told) == (5, None)


def test_the_stock_of_one_partner_is_shown_to_another_by_a_rule_that_names_its_location(acme, product):
    shelf = make_location(partner=acme)
    make_level(shelf, product, 7)
    below, stranger = make_partner(parent=acme), make_partner()
    show()
    show(location=shelf, audience=Audience.SUBTREE, partner=acme)

    assert (told_to(below, product), told_to(stranger, product)) == (Told(Decimal(7), Band.IN_STOCK), None)


def test_a_closed_location_is_not_shown(acme, product, east):
    show()
    east.ends_on = TODAY
    east.save()

    assert (told_to(acme, product) is None, told_to(acme, product, date(2026, 3, 17)) is None) == (False, True)


def test_what_is_told_is_the_same_from_inside_the_fence(acme, product, east):
    show()

    with fenced(Standing(acme.pk, (acme.pk,))):
        assert told_to(acme, product) == Told(Decimal(42), Band.IN_STOCK)


@pytest.mark.parametrize("products", [1, 3])
def test_many_products_cost_the_same_queries(acme, east, django_assert_num_queries, products):
    show()
    found = [make_product() for _ in range(products)]

    with django_assert_num_queries(5):  # a savepoint and its end among them
        available_to(acme.pk, [product.pk for product in found], TODAY)


def test_the_order_of_places_that_tell_a_band_tells_no_quantity(acme, product, east):
    for code, quantity in (("w1", 60), ("w2", 900), ("w3", 3)):
        make_level(make_location(code), product, quantity)
    show(Shows.BAND, few_below=10)
    show(Shows.EXACT, location=Location.objects.get(code="east"))

    places = available_to(acme.pk, [product.pk], TODAY)[product.pk].places

    assert [(place.code, place.quantity, place.band) for place in places] == [
        ("east", 42, Band.IN_STOCK),
        ("w1", None, Band.IN_STOCK),
        ("w2", None, Band.IN_STOCK),
        ("w3", None, Band.FEW),
    ]

"""The cast of people that all tests share stands where it should."""

import pytest

from partners.models import Ancestry
from partners.selectors import standing
from tests.factories.partners import make_partner, make_product, make_staff, make_territory

pytestmark = pytest.mark.django_db


def test_the_cast_acts_for_its_partners(acme, anna, ben, carla, other_partner, day):
    assert [m.partner_id for m in standing.memberships_of(anna.pk, day)] == [acme.pk]
    assert [m.role for m in standing.memberships_of(ben.pk, day)] == ["viewer"]
    assert [m.partner_id for m in standing.memberships_of(carla.pk, day)] == [other_partner.pk]


def test_a_partner_made_under_another_stands_in_its_subtree(acme, day):
    child = make_partner(parent=acme)
    grandchild = make_partner(parent=child)

    assert standing.subtree_of(acme.pk, day) == (acme.pk, child.pk, grandchild.pk)
    assert sorted(Ancestry.objects.filter(partner=grandchild).values_list("ancestor_id", "depth")) == [
        (acme.pk, 2),
        (child.pk, 1),
        (grandchild.pk, 0),
    ]


def test_a_limited_manager_has_its_territories(day):
    north = make_territory("north")

    assert standing.territories_of(make_staff(territories=[north]).pk) == (north.path,)


def test_products_get_a_line_of_their_own():
    assert make_product("A1").line_id != make_product("A2").line_id


def test_signed_in_people_are_known(as_anna, as_carla, as_staff):
    assert [len(client.cookies) for client in (as_anna, as_carla, as_staff)] == [1, 1, 1]

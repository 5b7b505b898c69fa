from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from channelhub.core.templatetags.formats import period_text
from partners.errors import NothingChanges
from partners.services import details
from tests.factories.partners import make_partner, make_partner_type, make_territory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def homes(partner):
    rows = partner.home_territories.select_related("territory").order_by("valid_during")
    return [(row.territory.code, period_text(row.valid_during)) for row in rows]


def types(partner):
    rows = partner.type_assignments.select_related("type").order_by("type__code", "valid_during")
    return [(row.type.code, period_text(row.valid_during)) for row in rows]


def test_a_new_name_sorts_by_its_pinyin(acme):
    changed = details.change_details(partner=acme, name="华东电器", phone="021-1")

    assert (changed.name, changed.sort_key, changed.phone, changed.version) == (
        "华东电器",
        "hua dong dian qi",
        "021-1",
        2,
    )


def test_a_partner_moves_its_home_from_a_day_on_and_the_past_stays(db):
    east, west = make_territory("EAST"), make_territory("WEST")
    partner = make_partner(home=east)

    details.change_home(partner=partner, territory=west, first_day=date(2026, 4, 1))

    assert homes(partner) == [("EAST", "to 2026-03-31"), ("WEST", "from 2026-04-01")]


def test_a_change_of_home_lasts_until_the_next_planned_one(db):
    east, west, south = make_territory("EAST"), make_territory("WEST"), make_territory("SOUTH")
    partner = make_partner(home=east)
    details.change_home(partner=partner, territory=south, first_day=date(2026, 6, 1))

    details.change_home(partner=partner, territory=west, first_day=date(2026, 4, 1))

    assert homes(partner) == [
        ("EAST", "to 2026-03-31"),
        ("WEST", "2026-04-01 to 2026-05-31"),
        ("SOUTH", "from 2026-06-01"),
    ]


def test_the_home_it_has_is_refused(db):
    east = make_territory("EAST")
    partner = make_partner(home=east)

    with pytest.raises(NothingChanges):
        details.change_home(partner=partner, territory=east, first_day=date(2026, 4, 1))


def test_types_begin_and_end_with_a_day(db):
    retailer, agent = make_partner_type("retailer"), make_partner_type("agent")
    partner = make_partner(types=[retailer])

    details.set_types(partner=partner, types=[agent], first_day=date(2026, 4, 1))

    assert types(partner) == [("agent", "from 2026-04-01"), ("retailer", "to 2026-03-31")]


def test_a_suspension_has_a_reason_and_ends_again(acme):
    with pytest.raises(ValidationError):
        details.suspend(partner=acme, reason="", at=NOON)

    suspended = details.suspend(partner=acme, reason="licence lapsed", at=NOON)
    assert (suspended.suspended_at, suspended.suspended_reason) == (NOON, "licence lapsed")
    with pytest.raises(NothingChanges):
        details.suspend(partner=acme, reason="again", at=NOON)

    assert details.resume(partner=acme).suspended_at is None
    with pytest.raises(NothingChanges):
        details.resume(partner=acme)

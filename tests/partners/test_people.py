"""Who acts for a partner, and how far staff sees."""

from datetime import UTC, date, datetime

import pytest

from channelhub.core.models import OutboxEvent, Role, User
from channelhub.lib.periods import DateRange, date_range
from partners.errors import AlreadyMember, EndsOutsidePeriod, LastOwner, NotForStaff, WrongRole
from partners.models import Membership, StaffScope
from partners.selectors import standing
from partners.services import details
from partners.services.people import deactivate_person, join_partner, leave_partner, limit_staff
from tests.factories.partners import ALWAYS, make_dealer, make_membership, make_role, make_territory
from tests.factories.threads import at_once

NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)


def join(partner, email="dora@acme.example", *, role="buyer", valid_during=ALWAYS):
    return join_partner(partner=partner, email=email, name="Dora", role=make_role(role), valid_during=valid_during)


def test_somebody_new_becomes_a_user_without_a_password(acme):
    membership = join(acme)

    assert (membership.user.email, membership.email, membership.role.code) == (
        "dora@acme.example",
        "dora@acme.example",
        "buyer",
    )
    assert (membership.user.has_usable_password(), membership.user.is_staff) == (False, False)


def test_a_known_person_is_found_by_address_in_any_case(acme, carla):
    assert join(acme, "CARLA@other.EXAMPLE").user == carla


def test_staff_acts_for_nobody_but_the_maker(acme, staff):
    with pytest.raises(NotForStaff):
        join(acme, staff.email)


def test_a_staff_role_is_not_for_partners(acme):
    with pytest.raises(WrongRole):
        join_partner(
            partner=acme,
            email="x@example.com",
            name="X",
            role=make_role("finance_staff", kind=Role.Kind.STAFF),
            valid_during=ALWAYS,
        )


def test_nobody_joins_twice_at_the_same_time(acme, anna):
    with pytest.raises(AlreadyMember):
        join(acme, anna.email)


def test_who_left_may_come_back(acme, anna):
    membership = Membership.objects.get(user=anna)
    make_dealer(partner=acme)  # another owner stays

    leave_partner(membership=membership, last=date(2026, 3, 31))
    join(acme, anna.email, valid_during=DateRange(date(2026, 4, 1), None))

    assert [len(standing.memberships_of(anna.pk, date(2026, month, 1))) for month in (3, 4)] == [1, 1]


def test_a_membership_ends_inside_its_period_only(acme, anna, ben):
    membership = leave_partner(membership=Membership.objects.get(user=ben), last=date(2026, 3, 31))

    with pytest.raises(EndsOutsidePeriod):
        leave_partner(membership=membership, last=date(2026, 4, 1))


def test_limits_of_staff_are_replaced_as_a_whole(staff):
    north, south, east = (make_territory(code) for code in ("north", "south", "east"))
    limit_staff(user=staff, territories=[north, south])
    limit_staff(user=staff, territories=[south, east])

    assert sorted(StaffScope.objects.values_list("territory__code", flat=True)) == ["east", "south"]

    limit_staff(user=staff, territories=[])
    assert standing.territories_of(staff.pk) is None


def test_only_staff_is_limited(anna):
    with pytest.raises(NotForStaff):
        limit_staff(user=anna, territories=[])


def test_who_is_deactivated_has_no_access_from_now_on(acme, other_partner, anna, as_anna):
    make_membership(anna, other_partner, valid_during=date_range(date(2027, 1, 1)))

    deactivate_person(user=anna, at=NOON)

    anna.refresh_from_db()
    assert anna.is_active is False
    assert standing.memberships_of(anna.pk, date(2026, 3, 17)) == []
    assert standing.memberships_of(anna.pk, date(2027, 3, 17)) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_the_same_person_at_once_make_one_user(acme, other_partner):
    make_role("buyer")

    results = at_once(lambda: join(acme), lambda: join(other_partner))

    assert [type(result).__name__ for result in results] == ["Membership", "Membership"]
    assert User.objects.filter(email="dora@acme.example").count() == 1


def test_the_last_owner_does_not_leave_before_another_has_joined(acme, anna, ben):
    membership = Membership.objects.get(user=anna)
    with pytest.raises(LastOwner):
        leave_partner(membership=membership, last=date(2026, 3, 31))

    join(acme, role="owner", valid_during=DateRange(date(2026, 4, 1), None))
    leave_partner(membership=membership, last=date(2026, 3, 31))

    membership.refresh_from_db()
    assert membership.valid_during.upper == date(2026, 4, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_last_owners_who_leave_at_once_one_stays(acme, anna):
    make_dealer(partner=acme)
    rows = list(Membership.objects.filter(partner=acme))

    results = at_once(*(lambda row=row: leave_partner(membership=row, last=date(2026, 3, 31)) for row in rows))

    assert sorted(type(result).__name__ for result in results) == ["LastOwner", "Membership"]


def test_joining_leaving_creating_and_changing_are_told(acme, anna):
    membership = join(acme)
    leave_partner(membership=membership, last=date(2026, 3, 31))
    details.change_details(partner=acme, phone="021-1")
    details.change_details(partner=acme, phone="021-1")  # nothing changed, nothing told

    told = list(OutboxEvent.objects.order_by("pk").values_list("name", "data"))
    person = {"membership_id": membership.pk, "partner_id": acme.pk, "user_id": membership.user_id}
    assert told == [
        ("partners.partner.created", {"partner_id": acme.pk}),
        ("partners.membership.joined", person),
        ("partners.membership.ended", person),
        ("partners.partner.changed", {"partner_id": acme.pk}),
    ]

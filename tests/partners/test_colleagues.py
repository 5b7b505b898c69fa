from datetime import UTC, date, datetime

import pytest

from channelhub.lib.periods import DateRange
from partners.errors import LastOwner, NotForStaff
from partners.models import Membership
from partners.services import colleagues
from tests.conftest import logged_in
from tests.factories.partners import make_dealer, make_membership, make_role, make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
TODAY = date(2026, 3, 16)


def acting(partner, day=TODAY):
    rows = Membership.objects.filter(partner=partner, valid_during__contains=day).order_by("name")
    return [(row.name, row.role.code) for row in rows]


def of(user):
    return Membership.objects.filter(user=user).latest("valid_during")


def test_a_person_has_another_role_from_today_on_and_the_old_one_before(acme, anna, ben):
    colleagues.change_role(membership=of(ben), role=make_role("buyer"), at=NOON)

    assert acting(acme) == [("Anna", "owner"), ("Ben", "buyer")]
    assert acting(acme, date(2026, 3, 15)) == [("Anna", "owner"), ("Ben", "viewer")]


def test_a_role_given_today_is_replaced_not_dated_twice(acme, anna, ben):
    for code in ("buyer", "owner"):
        colleagues.change_role(membership=of(ben), role=make_role(code), at=NOON)

    assert (acting(acme), Membership.objects.filter(user=ben).count()) == ([("Anna", "owner"), ("Ben", "owner")], 2)


def test_the_last_owner_neither_leaves_nor_loses_the_role(acme, anna, ben):
    with pytest.raises(LastOwner):
        colleagues.end_access(membership=of(anna), at=NOON)
    with pytest.raises(LastOwner):
        colleagues.change_role(membership=of(anna), role=make_role("viewer"), at=NOON)

    assert acting(acme) == [("Anna", "owner"), ("Ben", "viewer")]


def test_an_owner_leaves_when_there_is_another(acme, anna, ben):
    colleagues.change_role(membership=of(ben), role=make_role("owner"), at=NOON)

    colleagues.end_access(membership=of(anna), at=NOON)

    assert acting(acme) == [("Ben", "owner")]


def test_who_was_let_in_today_is_shut_out_today(acme, anna):
    user = make_user("new@acme.example", name="New")
    membership = make_membership(user, acme, role="viewer", valid_during=DateRange(TODAY, None))

    colleagues.end_access(membership=membership, at=NOON)

    assert acting(acme) == [("Anna", "owner")]


def test_the_maker_s_staff_is_not_let_in(acme, staff):
    with pytest.raises(NotForStaff):
        colleagues.invite(partner=acme, email=staff.email, name="S", role=make_role("viewer"), at=NOON)


def test_an_owner_invites_by_e_mail(acme, as_anna):
    make_role("viewer")

    response = as_anna.post(
        "/portal/people/invite/", {"email": "n@acme.example", "name": "Nora", "role": "viewer"}, follow=True
    )

    assert [message.message for message in response.context["messages"]] == [
        "A letter is on its way to n@acme.example."
    ]
    assert ("Nora", "viewer") in [(row.name, row.role.code) for row in Membership.objects.filter(partner=acme)]


def test_a_broken_invitation_keeps_the_input_and_says_why(as_anna):
    response = as_anna.post("/portal/people/invite/", {"email": "x", "name": "Nora", "role": "viewer"})

    assert (response.status_code, 'value="Nora"' in response.content.decode()) == (422, True)


def test_the_page_refuses_the_last_owner_s_leaving_with_a_reason(anna, as_anna):
    response = as_anna.post(f"/portal/people/{of(anna).pk}/end/", follow=True)

    assert "make a colleague an owner first" in response.content.decode()


def test_a_viewer_is_told_which_role_lets_people_in(anna, as_ben):
    assert as_ben.get("/portal/people/").status_code == 403


def test_another_company_s_person_is_not_there(as_anna, carla):
    assert as_anna.post(f"/portal/people/{of(carla).pk}/end/").status_code == 404


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_costs_the_same_however_many_people(more, acme, anna, django_assert_max_num_queries):
    for number in range(more):
        make_dealer(f"p{number}@acme.example", partner=acme, role="viewer")
    client = logged_in(anna)

    with django_assert_max_num_queries(30) as captured:
        client.get("/portal/people/")

    assert len(captured) == 21

"""What every page of the admin keeps: who enters, where one is sent, which views are kept."""

import pytest
from django.urls import reverse

from channelhub.core.models import SavedView, User
from tests.conftest import logged_in
from tests.factories.partners import make_staff

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_the_one_sign_in_page(client):
    response = client.get("/admin/core/user/", follow=True)

    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2Fcore%2Fuser%2F"


def test_a_dealer_has_no_admin(as_anna):
    response = as_anna.get("/admin/", follow=False)

    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/admin/")
    assert as_anna.get("/admin/login/")["Location"] == "/"


def test_the_admin_has_its_own_policy_and_loads_nothing_from_elsewhere(as_staff):
    response = as_staff.get("/admin/")

    assert response["Content-Security-Policy"].split("; ")[0] == "default-src 'self'"
    assert b"https://" not in response.content


def test_a_view_is_kept_under_a_name_and_stands_above_the_list(as_staff, staff):
    kept = as_staff.post(
        reverse("admin:save_view"),
        {"list": "core.user", "query": "is_staff__exact=1", "name": "Our people"},
        follow=True,
    )

    view = SavedView.objects.get()
    assert (view.user, view.list, view.query) == (staff, "core.user", "is_staff__exact=1")
    assert kept.context["tab_list"][0]["items"][1]["title"] == "Our people"
    assert kept.context["tab_list"][0]["items"][1]["active"] is True


def test_a_view_of_a_colleague_is_seen_only_when_shared(as_staff, staff):
    colleague = make_staff("other@maker.example")
    SavedView.objects.create(user=colleague, list="core.user", name="Mine", query="q=1")
    SavedView.objects.create(user=colleague, list="core.user", name="Ours", query="q=2", is_shared=True)

    tabs = as_staff.get("/admin/core/user/").context["tab_list"][0]["items"]

    assert [tab["title"] for tab in tabs] == ["All", "Ours"]


def test_nobody_removes_a_colleagues_view(as_staff):
    colleague = make_staff("other@maker.example")
    view = SavedView.objects.create(user=colleague, list="core.user", name="Ours", query="q=2", is_shared=True)

    as_staff.post(reverse("admin:forget_view", args=[view.pk]), {"list": "core.user"})

    assert SavedView.objects.count() == 1


def test_a_person_cannot_take_the_own_access_away(as_staff, staff):
    address = reverse("admin:core_user_change", args=[staff.pk])

    response = as_staff.post(address, {"email": staff.email, "name": "Stella", "staff_roles": []})

    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors() == [
        "You cannot take your own access away; another administrator can.",
    ]
    assert User.objects.get(pk=staff.pk).is_active is True


def test_history_names_who_changed_what_from_what_to_what(as_staff, staff):
    person = make_staff("li@maker.example", name="Li")
    address = reverse("admin:core_user_change", args=[person.pk])
    as_staff.post(address, {"email": person.email, "name": "Li Na", "is_staff": "on", "is_active": "on"})

    changes = as_staff.get(reverse("admin:core_user_history", args=[person.pk])).context["changes"]

    newest = changes[0]
    assert (newest.who, newest.values) == ("Stella", [("name", "Li", "Li Na")])


def test_the_filters_that_are_set_stand_above_the_list(as_staff):
    chips = as_staff.get("/admin/core/user/?is_staff__exact=1").context["chips"]

    assert [(chip.name, chip.value, chip.without) for chip in chips] == [("staff", "Yes", "?")]


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_of_people_costs_the_same_however_many(people, staff, django_assert_max_num_queries):
    for number in range(people):
        make_staff(f"person{number}@maker.example")
    client = logged_in(staff)

    with django_assert_max_num_queries(12):
        response = client.get("/admin/core/user/")

    assert response.status_code == 200


@pytest.mark.parametrize("sent", [{"query": "q=" + "x" * 3000}, {"name": "a\x00b"}, {"query": "q=\x00"}])
def test_a_view_that_cannot_be_kept_is_refused_or_mended_never_an_error(as_staff, sent):
    response = as_staff.post(reverse("admin:save_view"), {"list": "core.user", "query": "q=a", "name": "Mine", **sent})

    assert response.status_code == 302
    assert all(len(view.query) < 2000 and "\x00" not in view.name for view in SavedView.objects.all())


def test_an_address_with_a_nul_is_no_address(as_staff, as_anna):
    assert as_staff.get("/admin/core/delegation/?role=%00").status_code == 400
    assert as_anna.get("/portal/sales/?q=%00").status_code == 400


def test_a_file_with_a_filter_that_is_none_leads_back_to_the_list(as_staff):
    response = as_staff.get("/admin/core/delegation/export/?nonsense=1")

    assert (response.status_code, response["Location"]) == (302, "/admin/core/delegation/")

import os
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from channelhub.core.services.acting import PARTNER_KEY, VIEW_AS_KEY
from tests.conftest import logged_in
from tests.factories.partners import PASSWORD, make_dealer, make_membership, make_partner, make_user

pytestmark = pytest.mark.django_db
PAGES = ["portal_home", "portal_statements", "portal_sales", "portal_exports", "portal_notifications", "portal_profile"]


@pytest.mark.parametrize("name", [*PAGES, "portal_more"])
def test_every_page_of_the_portal_sends_the_anonymous_to_sign_in(name):
    response = Client().get(reverse(name))

    assert (response.status_code, response["Location"]) == (302, f"/account/login/?next={reverse(name)}")


@pytest.mark.parametrize("name", [*PAGES, "portal_more"])
def test_every_page_of_the_portal_opens_for_an_owner_without_a_row(name, as_anna):
    assert as_anna.get(reverse(name)).status_code == 200


def test_a_fragment_of_a_signed_out_person_reloads_the_page():
    response = Client().get("/portal/sales/", headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (200, "/account/login/?next=/portal/sales/")


def test_staff_belong_in_the_administration(as_staff):
    response = as_staff.get("/portal/")

    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_a_person_signs_in_and_stands_in_front_of_the_home_page(anna):
    client = Client()

    response = client.post("/account/login/", {"login": anna.email, "password": PASSWORD}, follow=True)

    assert [address for address, _ in response.redirect_chain] == ["/", "/portal/"]


def test_a_manager_signs_in_and_stands_in_front_of_the_administration(staff):
    client = Client()

    response = client.post("/account/login/", {"login": staff.email, "password": PASSWORD})
    response = client.get(response["Location"])

    assert response["Location"] == "/admin/"


def test_a_person_of_two_companies_chooses_one_and_only_one_of_its_own(acme, other_partner):
    user = make_user("mei@example.com")
    make_membership(user, acme)
    make_membership(user, make_partner("beta"), role="viewer")
    client = logged_in(user)

    assert client.get("/portal/")["Location"] == "/account/company/"
    assert client.post("/account/company/", {"partner": other_partner.pk}).status_code == 400
    assert client.post("/account/company/", {"partner": acme.pk})["Location"] == "/portal/"
    assert client.session[PARTNER_KEY] == acme.pk
    assert client.get("/portal/").status_code == 200


def test_a_person_without_a_company_is_told_how_to_get_one(db):
    client = logged_in(make_user("nobody@example.com"))

    assert client.get("/portal/")["Location"] == "/account/company/"
    assert "nobody@example.com" in client.get("/account/company/").content.decode()


def test_the_language_is_kept_for_the_person_and_the_browser(as_anna, anna):
    response = as_anna.post("/account/language/", {"language": "zh-hans", "next": "/portal/sales/"})

    anna.refresh_from_db()
    assert (response["Location"], response.cookies["django_language"].value) == ("/portal/sales/", "zh-hans")
    assert anna.language == "zh-hans"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/"])
def test_the_language_switch_leads_nowhere_else(as_anna, elsewhere):
    response = as_anna.post("/account/language/", {"language": "xx", "next": elsewhere})

    assert response["Location"] == "/"


def test_a_role_without_the_right_is_told_which_role_has_it(acme, anna):
    ben = logged_in(make_dealer("buyer@acme.example", partner=acme, role="buyer"))

    response = ben.get("/portal/statements/")

    assert response.status_code == 403
    assert [role.code for role in response.context["needed"]] == ["owner"]
    assert response.context["mine"].code == "buyer"


def test_a_manager_sees_the_portal_as_a_dealer_and_changes_nothing(as_staff, acme):
    session = as_staff.session
    session[VIEW_AS_KEY] = acme.pk
    session.save()

    assert as_staff.get("/portal/statements/").status_code == 200
    response = as_staff.post("/portal/exports/new/", {"list": "sales_lines", "file_format": "csv"})

    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/nothing/here/", "/portal/nothing/", "/portal/sales/99999999/"])
def test_an_error_page_asks_the_database_nothing_about_it(path, as_anna):
    response = as_anna.get(path)

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_an_error_in_a_fragment_is_a_fragment(as_anna):
    response = as_anna.get("/portal/sales/99999999/", headers={"HX-Request": "true"})

    assert response.status_code == 404
    assert "<html" not in response.content.decode()


def test_what_fails_shows_the_number_of_the_request(anna, monkeypatch):
    client = logged_in(anna)
    client.raise_request_exception = False
    monkeypatch.setattr("performance.views.portal_home.LATEST", "not a number")

    response = client.get("/portal/")

    assert response.status_code == 500
    assert "<code>" in response.content.decode()


def test_pages_allow_no_inline_script_and_no_other_host(as_anna):
    policy = as_anna.get("/portal/")["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_message_of_any_app_is_known_to_the_server_from_the_start():
    script = (
        "import django; django.setup(); from channelhub.core.enums import messages; "
        "print('\\n'.join(sorted(m.code.split('.')[0] for m in messages.every_message())))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "channelhub.settings"}
    known = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert {"core", "performance"} <= set(known.stdout.split())

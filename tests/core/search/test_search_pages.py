import pytest
from django.test import Client

from tests.conftest import logged_in
from tests.factories.partners import make_partner, make_product, make_staff, make_territory

pytestmark = pytest.mark.django_db


def test_ctrl_k_of_the_admin_answers_with_a_link_per_record(as_staff):
    partner = make_partner("HD-01", name="华东电器")

    page = as_staff.get("/admin/search/?extended=1&s=huadong").content.decode()

    assert (page.count("<li"), f'href="/admin/partners/partner/{partner.pk}/change/"' in page) == (1, True)


def test_ctrl_k_finds_nothing_of_a_kind_that_the_role_does_not_open():
    make_partner("HD-01", name="华东电器")
    client = logged_in(make_staff(role="products_only", permissions=["partners.view_product"]))

    assert "HD-01" not in client.get("/admin/search/?extended=1&s=hd01").content.decode()


def test_ctrl_k_of_a_territory_s_manager_ends_at_the_territory():
    shanghai = make_territory("CN-SH")
    make_partner("P1", name="Shanghai Trade", home=shanghai)
    make_partner("P2", name="Beijing Trade", home=make_territory("CN-BJ"))
    client = logged_in(make_staff(territories=[shanghai]))

    page = client.get("/admin/search/?extended=1&s=trade").content.decode()

    assert ("Shanghai Trade" in page, "Beijing Trade" in page) == (True, False)


def test_the_portal_finds_products_pages_and_its_own_companies_only(as_anna, acme):
    make_product("A-100", name="Acme laptop")
    make_partner("C1", name="Acme child", parent=acme)
    make_partner("C2", name="Acme stranger")

    page = as_anna.get("/portal/search/?q=acme", headers={"HX-Request": "true"}).content.decode()

    assert [word in page for word in ("Acme laptop", "Acme child", "Acme stranger", "<html")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_portal_says_what_to_try_when_nothing_is_found(as_anna):
    page = as_anna.get("/portal/search/?q=zzzz").content.decode()

    assert "Nothing found for “zzzz”." in page


def test_the_search_sends_the_anonymous_to_sign_in():
    assert Client().get("/portal/search/?q=a")["Location"] == "/account/login/?next=/portal/search/%3Fq%3Da"


@pytest.mark.parametrize("question", ["Trade", "P1", "shanghaitrade"])
def test_the_list_of_partners_is_searched_by_the_index(question, as_staff):
    make_partner("P1", name="Shanghai Trade")
    make_partner("X2", name="Beijing")

    page = as_staff.get("/admin/partners/partner/", {"q": question}).content.decode()

    assert ("Shanghai Trade" in page, "Beijing" in page) == (True, False)

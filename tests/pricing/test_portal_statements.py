from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from channelhub.core.models import Comment
from channelhub.core.services import comments
from channelhub.core.services.acting import VIEW_AS_KEY
from pricing.models import RebateAccount
from pricing.services import accrual, months, rollup
from tests.conftest import logged_in
from tests.factories.ledger import sell
from tests.factories.partners import make_dealer, make_partner, make_product
from tests.factories.rebates import make_programme, make_terms

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 16)
LADDER = ((0, "0.01"), (1000, "0.025"), (2500, "0.04"))


def night(day=DAY):
    rollup.roll_up(business_day=day)
    accrual.accrue(business_day=day)


@pytest.fixture
def product(db):
    return make_product("A-100")


@pytest.fixture
def earning(acme, other_partner, product):
    """Acme and another partner take part, each has sold: 2,310.00 in January, 100.00 in February; 500.00."""
    programme = make_programme("laptops", earners=[acme, other_partner], terms=make_terms(*LADDER))
    sell(acme, booked_on=date(2026, 1, 10), amount=2310, product=product)
    sell(acme, booked_on=date(2026, 2, 10), amount=100, product=product)
    sell(other_partner, booked_on=date(2026, 1, 10), amount=500, product=product)
    night()
    return programme


@pytest.fixture
def account(earning, acme):
    return RebateAccount.objects.get(partner=acme)


@pytest.fixture
def foreign(earning, other_partner):
    return RebateAccount.objects.get(partner=other_partner)


def page(account, more=""):
    return f"/portal/statements/{account.pk}/{more}"


@pytest.mark.parametrize("more", ["", "lines/", "why/"])
def test_a_foreign_statement_is_not_there(more, account, foreign, as_anna):
    assert (as_anna.get(page(account, more)).status_code, as_anna.get(page(foreign, more)).status_code) == (200, 404)


@pytest.mark.parametrize("more", ["", "lines/", "why/"])
def test_statements_ask_the_anonymous_to_sign_in(more, account):
    assert Client().get(page(account, more))["Location"] == f"/account/login/?next={page(account, more)}"


def test_those_above_in_the_tree_do_not_read_a_partners_statement(acme, product, as_anna):
    shop = make_partner("shop", parent=acme)
    make_programme("shops", earners=[shop], terms=make_terms(*LADDER))
    sell(shop, booked_on=DAY, amount=100, product=product)
    night()

    assert as_anna.get(page(RebateAccount.objects.get(partner=shop))).status_code == 404


@pytest.mark.parametrize("programmes", [1, 3])
def test_listing_statements_costs_the_same_however_many(programmes, acme, product, as_anna, django_assert_num_queries):
    for number in range(programmes):
        make_programme(f"programme-{number}", earners=[acme], terms=make_terms(*LADDER))
    sell(acme, booked_on=DAY, amount=100, product=product)
    night()

    with django_assert_num_queries(LIST_QUERIES):
        response = as_anna.get("/portal/statements/")

    assert [row.posted for row in response.context["rows"]] == [Decimal("1.00")] * programmes


LIST_QUERIES = 29
PAGE_QUERIES = {"": 34, "lines/": 32, "why/": 46}


@pytest.mark.parametrize("more", ["", "lines/", "why/"])
@pytest.mark.parametrize("lines", [1, 3])
def test_a_statements_pages_cost_the_same_however_many_lines(
    more, lines, acme, product, as_anna, django_assert_num_queries
):
    make_programme("laptops", earners=[acme], terms=make_terms(*LADDER))
    for _ in range(lines):
        sell(acme, booked_on=date(2026, 1, 10), amount=100, product=product)
    night()
    account = RebateAccount.objects.get(partner=acme)

    with django_assert_num_queries(PAGE_QUERIES[more]):
        assert as_anna.get(page(account, more)).status_code == 200


def test_the_list_shows_own_statements_and_their_sum(earning, as_anna):
    response = as_anna.get("/portal/statements/")

    assert [row.posted for row in response.context["rows"]] == [Decimal("60.25")]  # 2.5 % of 2,410
    assert list(response.context["sums"]) == [{"currency": "CNY", "total": Decimal("60.2500")}]


@pytest.mark.parametrize(("query", "count"), [("LAPT", 1), ("tv", 0)])
def test_a_statement_is_found_by_its_programme(query, count, earning, as_anna):
    assert len(as_anna.get("/portal/statements/", {"q": query}).context["rows"]) == count


@pytest.mark.parametrize(("state", "count"), [("running", 0), ("ended", 1), ("", 1)])
def test_statements_are_narrowed_by_running_or_ended(state, count, earning, as_anna, monkeypatch):
    monkeypatch.setattr("pricing.views.statements.business_day", lambda _: date(2026, 4, 2))

    assert len(as_anna.get("/portal/statements/", {"state": state}).context["rows"]) == count


def test_a_statement_says_what_the_next_band_brings(account, as_anna):
    outlook = as_anna.get(page(account)).context["outlook"]

    assert (outlook.figure, outlook.next_band.missing, outlook.next_band.gain) == (2410, 90, Decimal("39.75"))
    assert [(band.reached, band.percent) for band in outlook.bands] == [(True, 100), (True, 94), (False, 0)]


def test_what_lies_in_closed_months_is_told_apart(account, as_anna):
    months.close_month(month=date(2026, 1, 1), at=datetime(2026, 3, 17, 4, tzinfo=UTC), by=None)

    outlook = as_anna.get(page(account)).context["outlook"]

    assert (outlook.booked, outlook.provisional) == (Decimal("57.75"), Decimal("2.50"))


def test_the_months_and_causes_add_up_to_the_amount(account, as_anna):
    context = as_anna.get(page(account)).context

    assert context["causes"] == ["Sales"]
    assert [month.amount for month, _ in context["months"]] == [Decimal("57.75"), Decimal("2.50")]
    assert sum(context["totals"]) == context["outlook"].posted


def test_the_lines_behind_a_statement_carry_shares_that_add_up(account, as_anna):
    response = as_anna.get(page(account, "lines/"))

    assert (response.context["count"], response.context["share"]) == (2, Decimal("60.25"))
    assert [row.share for row, *_ in response.context["rows"]] == [Decimal("57.75"), Decimal("2.50")]


@pytest.mark.parametrize(("query", "shares"), [({"month": "2026-02-01"}, ["2.50"]), ({"cause": "returns"}, [])])
def test_a_figure_opens_the_lines_that_sum_to_it(query, shares, account, as_anna):
    response = as_anna.get(page(account, "lines/"), query)

    assert [row.share for row, *_ in response.context["rows"]] == [Decimal(share) for share in shares]


def test_many_lines_come_page_by_page_and_none_twice(acme, product, as_anna):
    make_programme("many", earners=[acme], terms=make_terms(*LADDER))
    for day in range(1, 29):
        sell(acme, booked_on=date(2026, 1, day), amount=10, product=product)
    night()
    account = RebateAccount.objects.get(partner=acme)

    first = as_anna.get(page(account, "lines/"))
    second = as_anna.get(page(account, "lines/"), {"after": first.context["next_cursor"]})
    seen = [row.line.pk for response in (first, second) for row, *_ in response.context["rows"]]

    assert (len(seen), len(set(seen)), second.context["next_cursor"]) == (28, 28, "")


def test_a_line_of_a_partner_that_left_is_counted_but_not_opened(acme, product, as_anna, monkeypatch):
    shop = make_partner("shop", parent=acme)
    make_programme("group", earners=[acme], terms=make_terms(*LADDER), scope="subtree")
    sell(shop, booked_on=date(2026, 1, 10), amount=100, product=product)
    night()
    monkeypatch.setattr("channelhub.core.hooks.subtree_of", lambda partner_id, on: (partner_id,))

    [(row, seen, partner, _)] = as_anna.get(page(RebateAccount.objects.get(partner=acme), "lines/")).context["rows"]

    assert (row.share, seen, partner) == (Decimal("1.00"), False, None)


def test_why_is_a_column_that_adds_up(account, as_anna):
    explained = as_anna.get(page(account, "why/")).context["explained"]

    codes = [step.code for step in explained.steps]
    assert codes == ["ruled_by", "counted", "counted", "summed", "band_reached", "slice_earned", "changed", "changed"]
    assert explained.amount == Decimal("60.25")


def test_why_opens_as_a_panel_or_as_a_page(account, as_anna):
    panel = as_anna.get(page(account, "why/"), headers={"HX-Request": "true"}).content.decode()
    whole = as_anna.get(page(account, "why/")).content.decode()

    assert ("<html" in panel, "<html" in whole) == (False, True)
    assert "¥60.25" in panel
    assert "¥60.25" in whole


def test_a_question_is_shared_with_the_manufacturer_under_the_own_partner(account, acme, as_anna):
    response = as_anna.post(page(account, "comments/"), {"body": "Why so little?"})

    comment = Comment.objects.get()
    assert response["Location"] == page(account, "#talk")
    assert (comment.partner_id, comment.record_id, comment.body) == (acme.pk, account.pk, "Why so little?")
    assert "Why so little?" in as_anna.get(page(account)).content.decode()


def test_an_internal_remark_stays_with_the_manufacturer(account, staff, as_anna):
    comments.add_comment(record=account, author=staff, body="They are late.", at=datetime(2026, 3, 17, tzinfo=UTC))

    assert "They are late." not in as_anna.get(page(account)).content.decode()


def test_nobody_asks_about_a_foreign_statement_nor_without_the_right(account, foreign, as_anna, acme):
    viewer = logged_in(make_dealer("reads@acme.example", partner=acme, role="viewer"))

    statuses = [as_anna.post(page(foreign, "comments/"), {"body": "x"}).status_code]
    statuses.append(viewer.post(page(account, "comments/"), {"body": "x"}).status_code)

    assert (statuses, Comment.objects.count()) == ([404, 403], 0)


def test_a_manager_who_looks_as_a_dealer_writes_nothing(account, acme, as_staff):
    session = as_staff.session
    session[VIEW_AS_KEY] = acme.pk
    session.save()

    assert as_staff.get(page(account)).status_code == 200
    assert as_staff.post(page(account, "comments/"), {"body": "x"}).status_code == 403


def test_home_shows_what_is_earned_and_what_more_would_bring(account, as_anna, monkeypatch):
    monkeypatch.setattr("performance.views.portal_home.business_day", lambda _: DAY)

    context = as_anna.get("/portal/").context

    assert [(sum_.currency, sum_.posted) for sum_ in context["earned"]] == [("CNY", Decimal("60.25"))]
    assert [outlook.account.pk for outlook in context["chances"]] == [account.pk]


def test_home_hides_money_from_a_role_without_the_right(account, acme, monkeypatch):
    monkeypatch.setattr("performance.views.portal_home.business_day", lambda _: DAY)
    buyer = logged_in(make_dealer("buys@acme.example", partner=acme, role="buyer"))

    response = buyer.get("/portal/")

    assert (response.context["running"], "60.25" in response.content.decode()) == ([], False)

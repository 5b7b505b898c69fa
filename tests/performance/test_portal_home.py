from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from channelhub.core.services import attention
from partners.models import DepositAccount
from performance.enums import FIGURES_FINAL
from pricing.services import accrual, rollup
from tests.conftest import logged_in
from tests.factories.contracts import make_sent
from tests.factories.deposits import make_deposit
from tests.factories.ledger import sell
from tests.factories.partners import make_dealer, make_partner, make_product
from tests.factories.rebates import make_programme
from tests.factories.sales import at_noon

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 16)
QUERIES = 46


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("performance.views.portal_home.business_day", lambda _: DAY)


def earn(partner, programmes, lines):
    product = make_product()
    for _ in range(programmes):
        make_programme(earners=[partner])
    for _ in range(lines):
        sell(partner, booked_on=DAY, amount=100, product=product)
    rollup.roll_up(business_day=DAY)
    accrual.accrue(business_day=DAY)


@pytest.mark.parametrize("count", [1, 3])
def test_home_costs_the_same_however_much_there_is(count, acme, as_anna, django_assert_num_queries):
    earn(acme, programmes=count, lines=count)

    with django_assert_num_queries(QUERIES):
        context = as_anna.get("/portal/").context

    assert (len(context["running"]), len(context["lines"])) == (count, count)


def test_home_shows_nothing_of_another_partner(other_partner, as_anna):
    earn(other_partner, programmes=1, lines=1)
    attention.notify(FIGURES_FINAL, at=at_noon(DAY), partner_id=other_partner.pk, month="2026-02")

    context = as_anna.get("/portal/").context

    assert [context[name] for name in ("running", "ended", "lines", "notifications", "tasks")] == [[], [], [], [], []]


def test_the_first_day_says_what_happens_next(as_anna):
    assert 'id="welcome"' in as_anna.get("/portal/").content.decode()


def test_the_anonymous_sign_in_first():
    assert Client().get("/portal/")["Location"] == "/account/login/?next=/portal/"


def test_a_partner_sees_the_sales_of_those_under_it_but_earns_alone(acme, as_anna):
    shop = make_partner("shop", parent=acme)
    earn(shop, programmes=1, lines=1)

    context = as_anna.get("/portal/").context

    assert (len(context["lines"]), context["running"]) == (1, [])


def test_the_currencies_of_running_statements_are_never_mixed(acme):
    make_programme(earners=[acme], currency="USD")
    earn(acme, programmes=1, lines=1)

    context = logged_in(make_dealer("fin@acme.example", partner=acme, role="dealer_finance")).get("/portal/").context

    assert [earned.currency for earned in context["earned"]] == ["CNY", "USD"]


def test_a_contract_to_sign_and_a_short_deposit_are_what_to_do_next(acme, as_anna, as_ben):
    version = make_sent(acme)
    make_deposit(acme, due="1500.5")
    account = DepositAccount.objects.get()

    steps = [(step.href, step.due_on, step.amount) for step in as_anna.get("/portal/").context["steps"]]
    of_a_viewer = [step.href for step in as_ben.get("/portal/").context["steps"]]

    contract = f"/portal/contracts/{version.pk}/"
    assert sorted(steps[:2]) == [
        (contract, version.sign_by, None),
        ("/portal/deposits/", account.pay_by, Decimal("1500.5")),
    ]
    assert contract not in of_a_viewer

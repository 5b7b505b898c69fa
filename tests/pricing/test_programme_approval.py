"""A programme is sent for approval, decided by its cost, and activated by the process, never by its author."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from channelhub.core.errors import CaseAlreadyRuns
from channelhub.core.models import WorkflowCase
from channelhub.core.services.workflow import cases
from partners.services.reference import load_reference
from pricing.enums import ProgrammeStatus
from pricing.errors import InApproval, NotADraft, NoTermsYet
from pricing.models import SalesMonth
from pricing.rules.estimates import expected_payout
from pricing.rules.rebates import Turnover
from pricing.services import members, programmes, rates
from pricing.services.programme_approval import estimated_cost, send_for_approval
from tests.conftest import logged_in
from tests.factories.partners import make_staff
from tests.factories.rebates import make_terms, publish
from tests.factories.workflow import at_step

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def reference(db):
    load_reference()


@pytest.fixture
def author():
    return make_staff("author@maker.example", role="channel_manager", name="Author")


def person(role):
    return make_staff(f"{role}{NOON:%H%M}@maker.example", role=role, name=role.title())


def draft(acme=None, currency="CNY"):
    programme = programmes.create_programme(
        code="q", name="季度", name_en="Quarter", currency=currency, period="quarter", starts_on=date(2026, 1, 1)
    )
    publish(programme, terms=make_terms(currency=currency))
    if acme is not None:
        members.add_members(programme=programme, partner_ids=[acme.pk])
    return programme


def send(programme, by, cost="60000"):
    cost = None if cost is None else Decimal(cost)
    return send_for_approval(programme=programme, by=by, at=NOON, estimated_cost=cost)


def decide(case, by, verdict="approved", comment=""):
    return cases.decide(case_step=at_step(case, "approve"), by=by, verdict=verdict, comment=comment, at=NOON)


def status(programme):
    programme.refresh_from_db()
    return programme.status


@pytest.mark.parametrize(
    ("cost", "roles"), [("10000", []), ("10000.01", ["finance"]), ("500000.01", ["finance", "management"])]
)
def test_who_approves_follows_the_cost(cost, roles, author):
    programme = draft()
    case = send(programme, author, cost)

    for role in roles:
        assert (status(programme), at_step(case, "approve").roles) == (ProgrammeStatus.DRAFT, [role])
        decide(case, person(role))

    assert status(programme) == ProgrammeStatus.ACTIVE
    assert WorkflowCase.objects.get().state == "done"


def test_a_refusal_gives_it_back_as_a_draft_that_may_be_changed_and_sent_again(author):
    programme = draft()
    case = send(programme, author)

    decide(case, person("finance"), "refused", comment="Too dear")
    publish(programme, terms=make_terms((0, "0.05")))
    send(programme, author, "5000")

    assert status(programme) == ProgrammeStatus.ACTIVE


def test_what_is_being_decided_on_stays_as_it_is(author, acme):
    programme = draft()
    send(programme, author)

    for change in (
        lambda: publish(programme),
        lambda: members.add_members(programme=programme, partner_ids=[acme.pk]),
        lambda: programmes.end_programme(programme=programme, valid_from=date(2026, 4, 1), at=NOON),
    ):
        with pytest.raises(InApproval):
            change()
    with pytest.raises(CaseAlreadyRuns):
        send(programme, author)


def test_only_a_draft_with_terms_is_sent(author):
    bare = programmes.create_programme(code="b", name="b", currency="CNY", period="year", starts_on=date(2026, 1, 1))
    with pytest.raises(NoTermsYet):
        send(bare, author)
    programme = draft()
    programmes.activate(programme=programme)

    with pytest.raises(NotADraft):
        send(programme, author)


@pytest.mark.parametrize(("rate", "roles"), [("7", ["finance"]), (None, ["finance", "management"])])
def test_a_cost_in_another_currency_is_converted_and_without_a_rate_needs_everybody(rate, roles, author):
    programme = draft(currency="USD")
    if rate:
        rates.set_rate(currency="USD", to_currency="CNY", month=date(2026, 1, 1), rate=Decimal(rate), at=NOON)

    case = send(programme, author, "2000")

    asked = []
    while status(programme) == ProgrammeStatus.DRAFT:
        asked += at_step(case, "approve").roles
        decide(case, person(asked[-1]))
    assert asked == roles


def test_the_estimate_is_last_years_sales_under_the_terms(acme, other_partner):
    programme = draft(acme)
    for partner in (acme, other_partner):
        for month in (date(2025, 3, 1), date(2025, 12, 1), date(2026, 3, 1), date(2025, 2, 1)):
            SalesMonth.objects.create(
                partner=partner, month=month, kind=1, currency="CNY", amount=1000, quantity=1, lines=1
            )

    assert estimated_cost(programme=programme, today=date(2026, 3, 16)) == Decimal(200)


def test_an_even_year_is_spread_over_the_periods():
    terms = make_terms((0, "0"), (1000, "0.10"))

    assert expected_payout(a_year=[Turnover(Decimal(3999), Decimal(0))], terms=terms, periods=4) == 0
    assert expected_payout(a_year=[Turnover(Decimal(4000), Decimal(0))], terms=terms, periods=4) == Decimal(400)


# Its pages


def page_of(record, page):
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}"
    return reverse(name, args=[record.pk])


def test_it_is_sent_seen_and_approved_in_the_admin(author, acme):
    programme, as_author = draft(acme), logged_in(author)
    address = page_of(programme, "send")
    data = {"estimated_cost": "60000"}
    preview = as_author.post(address, data)
    as_author.post(address, {**data, "previewed": preview.context["previewed"]})
    case = WorkflowCase.objects.get()
    finance = person("finance")
    as_finance = logged_in(finance)

    shown = as_finance.get(page_of(programme, "change")).content.decode()
    assert "waits for Finance since" in shown
    assert page_of(case, "change") in shown
    mine = as_finance.get(reverse("admin:core_workflowcase_changelist"), {"for": "approvals"})
    assert [row.pk for row in mine.context["cl"].result_list] == [case.pk]
    assert [row.pk for row in as_author.get(mine.request["PATH_INFO"], {"for": "me"}).context["cl"].result_list] == []

    step = at_step(case, "approve")
    kept = as_finance.post(page_of(case, "decide"), {"step": step.pk, "verdict": "refused", "comment": ""})
    assert [str(message) for message in kept.context["messages"]] == ["A refusal says why."]
    as_finance.post(page_of(case, "decide"), {"step": step.pk, "verdict": "approved", "comment": "Fine"})

    assert status(programme) == ProgrammeStatus.ACTIVE
    history = as_finance.get(page_of(case, "change")).context["history"]
    assert [(line.verdict, line.by, line.comment) for line, *_rest in history] == [
        ("approved", finance, "Fine"),
        ("automatic", None, ""),
    ]


def test_the_author_sees_who_is_waited_for_but_no_buttons_and_may_take_it_back(author):
    programme, as_author = draft(), logged_in(author)
    case = send(programme, author)

    context = as_author.get(page_of(case, "change")).context
    assert ([item["whom"] for item in context["waits"]], [item["mine"] for item in context["waits"]]) == (
        ["Finance"],
        [False],
    )
    as_author.post(page_of(case, "withdraw"), {"reason": "Wrong year"})

    case.refresh_from_db()
    assert (case.state, status(programme)) == ("withdrawn", ProgrammeStatus.DRAFT)
    publish(programme)

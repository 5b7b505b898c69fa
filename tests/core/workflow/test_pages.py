"""The pages: the designer enters a process as data, cases are listed, absences entered."""

import re
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from channelhub.core.models import Delegation, Document, WorkflowCase, WorkflowDefinition
from channelhub.core.services.workflow import definitions
from tests.conftest import logged_in
from tests.factories.partners import make_staff
from tests.factories.workflow import APPROVAL, make_definition, someone, start, states, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def designer():
    return logged_in(make_staff("designer@maker.example", name="Dora"))


def page_of(record, page):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}", args=[record.pk])


def fields_of(response):
    """What the browser would send back: every field of the designer's forms as it is shown."""
    data = {"count": str(len(response.context["rows"]))}
    for form in (response.context["head"], *(form for form, _wrong in response.context["rows"])):
        for field in form:
            value = field.value()
            if value is not None and value is not False and value != "":
                data[field.html_name] = "on" if value is True else value
    return data


def press(client, address, do="save", **changes):
    data = fields_of(client.get(address))
    data.update({name.replace("__", "-"): value for name, value in changes.items()})
    return client.post(address, {**data, "do": do}, follow=True)


def test_a_process_is_designed_as_rows_mended_published_and_run(designer):
    make_definition(APPROVAL)  # roles
    made = designer.post(
        reverse("admin:core_workflowdefinition_new"),
        {"code": "budget", "name": "预算", "name_en": "Budget", "process": "tested"},
    )
    definition = WorkflowDefinition.objects.get(code="budget")
    address = page_of(definition, "design")
    assert made["Location"] == address
    for _ in range(3):
        press(designer, address, "add")
    press(designer, address, s0__name="Ask", s0__kind="task", s0__role="finance")
    press(
        designer,
        address,
        s1__name="Approve",
        s1__kind="approval",
        s1__amount_fact="amount",
        s1__b0_up_to="1,000",
        s1__b0_count="0",
        s1__deadline_days="3",
        s1__escalate_to="management",
        s1__c0_fact="area",
        s1__c0_op="=",
        s1__c0_value="north",
    )
    refused = press(designer, address, "publish", s2__name="Sign", s2__kind="action")

    wrong = {form["name"].value(): texts for form, texts in refused.context["rows"]}
    assert wrong == {
        "Ask": [],
        "Approve": ["“Approve”: nobody approves what is above 1,000."],
        "Sign": ["“Sign” leads nowhere: nothing follows it and it does not end the case.", "“Sign” has no action."],
    }
    assert refused.context["problems"] == ["No step ends the case."]
    press(designer, address, s1__b1_role="management", s1__b1_count="2", s2__ends="on", s2__action="tested.sign")
    press(designer, address, "publish", note="First")

    version = definitions.in_force(definition)
    assert (version.number, version.note, version.published_by.name) == (1, "First", "Dora")
    approve = version.steps.get(name="Approve")
    assert approve.bands == [
        {"up_to": "1000", "role": "", "count": 0},
        {"up_to": None, "role": "management", "count": 2},
    ]
    assert approve.conditions == [{"fact": "area", "op": "=", "value": "north"}]
    case = start(definition, amount="5000")
    assert states(case) == {"step_1": "waiting"}


def test_steps_move_and_go_by_buttons_and_running_cases_keep_their_version(designer):
    definition = make_definition(step("one"), step("two", "one"), step("three", "two", ends=True))
    start(definition)
    address = page_of(definition, "design")

    press(designer, address, "down-0")
    press(designer, address, "delete-2")
    shown = press(designer, address, "delete-1")

    draft = definition.versions.get(published_at=None)
    assert list(draft.steps.order_by("position").values_list("code", "after")) == [("two", [])]
    assert shown.context["running"] == ["1 running case keeps v1"]
    designer.post(address, {**fields_of(shown), "do": "discard"})
    assert [version.number for version in definition.versions.all()] == [1]


def test_what_cannot_be_read_is_kept_and_said_at_its_field(designer):
    definition = make_definition(APPROVAL)
    address = page_of(definition, "design")

    shown = press(designer, address, s0__b0_up_to="much", s0__b0_role="finance", s0__arguments="no sign")

    form = shown.context["rows"][0][0]
    assert sorted(form.errors) == ["arguments", "b0_up_to"]
    assert form["b0_up_to"].value() == "much"
    assert definition.versions.count() == 1


def test_who_may_not_change_processes_designs_nothing():
    reader = logged_in(make_staff(role="reader", permissions=("core.view_workflowdefinition",)))
    definition = make_definition(APPROVAL)

    assert reader.get(page_of(definition, "change")).status_code == 200
    assert reader.get(page_of(definition, "design")).status_code == 403
    assert reader.get(page_of(definition, "start")).status_code == 403


def test_a_case_is_begun_by_hand_where_the_process_is_for_that():
    client = logged_in(someone("finance"))
    definition = make_definition(step("do", ends=True), process="core.request", facts={"sum": "number"})

    client.post(page_of(definition, "start"), {"subject": "New forklift", "fact_sum": "12000"})

    case = WorkflowCase.objects.get()
    assert (case.subject, case.facts, case.opened_by.roles.get().code) == ("New forklift", {"sum": "12000"}, "finance")
    other = make_definition(APPROVAL)
    assert client.get(page_of(other, "start")).status_code == 302


def test_cases_are_listed_searched_filtered_and_downloaded(designer):
    definition = make_definition(step("pay", deadline_days=0, escalate_to="management", ends=True), APPROVAL)
    start(definition, subject="Acme")
    start(definition, subject="Beta")
    address = reverse("admin:core_workflowcase_changelist")

    def listed(**query):
        return [row.subject for row in designer.get(address, query).context["cl"].result_list]

    assert sorted(listed()) == ["Acme", "Beta"]
    assert listed(q="acm") == ["Acme"]
    assert [listed(**{"for": chosen}) for chosen in ("ended", "opened")] == [[], []]
    assert sorted(listed(**{"for": "running"})) == ["Acme", "Beta"]
    file = designer.get(address + "export/", {"q": "acm", "format": "csv"}).content.decode()
    assert re.findall(r"\b(Acme|Beta)\b", file) == ["Acme"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_cases_costs_the_same_however_many(number, designer, django_assert_max_num_queries):
    definition = make_definition(APPROVAL)
    for index in range(number):
        start(definition, subject=f"Case {index}")
    address = reverse("admin:core_workflowcase_changelist")

    with django_assert_max_num_queries(16):
        response = designer.get(address)

    assert len(response.context["cl"].result_list) == number


def test_an_absence_is_entered_by_oneself_seen_by_both_and_ended():
    fred, flora, other = (someone("finance", name=name) for name in ("Fred", "Flora", "Other"))
    as_fred = logged_in(fred)
    today = date.today().isoformat()  # noqa: DTZ011 - the page asks the clock
    as_fred.post(reverse("admin:core_delegation_new"), {"to": flora.pk, "first": "2026-01-01", "last": "2999-12-31"})
    row = Delegation.objects.get()

    def listed(user):
        listing = logged_in(user).get(reverse("admin:core_delegation_changelist"))
        return list(listing.context["cl"].result_list) if listing.status_code == 200 else listing.status_code

    assert (row.user, row.delegate) == (fred, flora)
    assert listed(flora) == [row]
    assert logged_in(other).get(page_of(row, "end")).status_code == 404
    as_fred.post(page_of(row, "end"))
    row.refresh_from_db()
    assert row.valid_during.upper.isoformat() <= today


def test_a_refused_decision_leaves_no_document_behind():
    hand_in = step("hand_in", kind="document", role="finance", ends=True)
    case = start(make_definition(hand_in))
    legal = logged_in(someone("legal"))
    waiting = case.steps.get()

    response = legal.post(
        reverse("admin:core_workflowcase_decide", args=[case.pk]),
        {"step": waiting.pk, "verdict": "done", "file": ContentFile(b"%PDF-1.4 x", name="a.pdf")},
    )

    assert "waits for somebody else" in response.content.decode()
    assert Document.objects.count() == 0

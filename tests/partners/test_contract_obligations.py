"""What contracts promise is watched; templates are versions that never change."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from channelhub.core.models import OutboxEvent, Task
from channelhub.lib.paper import font_file
from channelhub.lib.periods import date_range
from partners.enums import ContractKind, DepositKind
from partners.errors import (
    TemplateNotReady,
)
from partners.models import (
    ContractCommitment,
    ContractObligation,
    ContractScope,
    DepositAccount,
    TemplateVersion,
)
from partners.services import contract_templates, contracts, obligations
from partners.services.contracts import Scope
from tests.factories.contracts import NOON, make_draft, make_sent, make_template, signed
from tests.factories.deposits import booked
from tests.factories.sales import make_line

needs_font = pytest.mark.skipif(font_file("Regular", "zh-hans") is None, reason="Noto Sans CJK is not installed")
pytestmark = [pytest.mark.django_db, needs_font]
NEXT_YEAR = date_range(date(2027, 1, 1), date(2027, 12, 31))
QUARTERS = [(date(2026, 1, 1), 1000), (date(2026, 4, 1), 2000)]


def test_a_broken_commitment_opens_one_task_and_late_sales_close_it(acme, anna):
    signed(make_sent(acme, commitments=QUARTERS), anna)
    make_line(partner=acme, booked_on=date(2026, 2, 2), net_amount=400)

    first = obligations.watch(business_day=date(2026, 3, 31))
    twice = [obligations.watch(business_day=date(2026, 4, 1)) for _time in range(2)]

    assert (first["broken"], [night["broken"] for night in twice]) == (0, [1, 1])
    task = Task.objects.get(kind="partners.commitment_broken")
    assert (task.values["actual"], task.values["wanted"]) == ("400.0000", "1000.0000")
    assert OutboxEvent.objects.filter(name="partners.obligation.broken").count() == 1

    make_line(partner=acme, booked_on=date(2026, 3, 30), net_amount=600)
    obligations.watch(business_day=date(2026, 4, 2))

    task.refresh_from_db()
    assert task.result == "Reached after all."
    assert ContractObligation.objects.order_by("due_on").first().state == "kept"


def test_a_deposit_that_was_not_paid_in_time_is_a_broken_obligation(acme, anna):
    signed(make_sent(acme, deposit_amount=Decimal(5000)), anna)

    assert obligations.watch(business_day=date(2026, 3, 31))["broken"] == 0
    assert obligations.watch(business_day=date(2026, 4, 1))["broken"] == 1

    booked(DepositAccount.objects.get(), DepositKind.PAID, 5000)
    assert obligations.watch(business_day=date(2026, 4, 2))["broken"] == 0


def test_who_has_not_signed_in_time_is_a_task(acme):
    version = make_sent(acme)

    counts = [obligations.watch(business_day=version.sign_by + timedelta(days=n))["unsigned"] for n in (0, 1, 2)]

    assert counts == [0, 1, 1]
    assert Task.objects.filter(kind="partners.contract_unsigned").count() == 1


def test_a_contract_that_runs_out_is_a_task_until_it_is_renewed(acme, anna):
    version = signed(make_sent(acme), anna)
    november = datetime(2026, 11, 2, 4, tzinfo=UTC)

    before = obligations.watch(business_day=date(2026, 10, 1))
    asked = [obligations.watch(business_day=date(2026, 11, 1)) for _time in range(2)]
    draft = contracts.amend(contract=version.contract, kind=ContractKind.RENEWAL, valid_during=NEXT_YEAR)
    signed(contracts.send(version=draft, at=november), anna, at=november)
    after = obligations.watch(business_day=date(2026, 11, 3))

    assert [night["running_out"] for night in (before, *asked, after)] == [0, 1, 1, 0]
    assert Task.objects.get(kind="partners.contract_runs_out").result == "Renewed."


# Templates


def test_a_published_version_never_changes_and_a_new_one_begins_with_its_words(acme):
    template = make_template()
    version = template.versions.get()

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        version.clauses.first().delete()
    with pytest.raises(InternalError, match="published_is_final"), transaction.atomic():
        TemplateVersion.objects.update(title="x")
    made = contract_templates.new_version(template=template)
    assert contract_templates.new_version(template=template) == made
    assert (made.number, made.clauses.count()) == (2, version.clauses.count())
    assert make_draft(acme, template=template).template_version == version


def test_a_version_is_published_once_and_not_without_clauses():
    template = make_template()
    with pytest.raises(TemplateNotReady):
        contract_templates.publish(version=template.versions.get(), at=NOON)

    empty = contract_templates.new_version(template=template)
    empty.clauses.all().delete()
    with pytest.raises(TemplateNotReady):
        contract_templates.publish(version=empty, at=NOON)


def test_constraints_of_commitments_scopes_and_obligations(acme, anna):
    draft = make_draft(acme, commitments=QUARTERS, scopes=[Scope()])
    with pytest.raises(IntegrityError, match="partners_commitment_begins_with_its_quarter"), transaction.atomic():
        ContractCommitment.objects.create(version=draft, partner=acme, quarter_on=date(2026, 2, 1), amount=1)
    with pytest.raises(IntegrityError, match="partners_commitment_is_more_than_nothing"), transaction.atomic():
        ContractCommitment.objects.create(version=draft, partner=acme, quarter_on=date(2026, 7, 1), amount=0)
    with pytest.raises(IntegrityError, match="partners_one_commitment_per_quarter_and_line"), transaction.atomic():
        ContractCommitment.objects.create(version=draft, partner=acme, quarter_on=date(2026, 1, 1), amount=1)
    with pytest.raises(IntegrityError, match="partners_contract_names_a_scope_once"), transaction.atomic():
        ContractScope.objects.create(version=draft, partner=acme)
    version = signed(contracts.send(version=draft, at=NOON), anna)
    with pytest.raises(IntegrityError, match="partners_obligation_kept_only_when_reached"), transaction.atomic():
        version.obligations.update(state="kept")

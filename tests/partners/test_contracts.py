"""Contracts: one paper, signed by exactly one entitled person, provable from its stored bytes, watched afterwards."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, InternalError, transaction

from channelhub.core.models import Notification, OutboxEvent, Task
from channelhub.core.services import documents
from channelhub.lib.paper import font_file
from channelhub.lib.periods import DateRange, date_range
from partners.enums import ContractKind, ContractState
from partners.errors import (
    ContractCannotStart,
    ContractIncomplete,
    ContractNotOpen,
    ContractPeriodReversed,
    ExclusiveOverlap,
    NotEntitledToSign,
    PaperDiffers,
)
from partners.models import (
    Authorisation,
    Contract,
    ContractCommitment,
    ContractObligation,
    ContractScope,
    ContractSignature,
    ContractVersion,
    DepositAccount,
    DepositRule,
    TemplateClause,
)
from partners.services import authorisations, contract_signing, contract_templates, contracts, deposits
from partners.services.authorisations import Limits
from partners.services.contracts import Scope
from tests.factories.contracts import NOON, YEAR, make_draft, make_sent, make_template, signed, signer
from tests.factories.partners import make_dealer, make_partner, make_territory
from tests.factories.threads import at_once

needs_font = pytest.mark.skipif(font_file("Regular", "zh-hans") is None, reason="Noto Sans CJK is not installed")
pytestmark = [pytest.mark.django_db, needs_font]
NEXT_YEAR = date_range(date(2027, 1, 1), date(2027, 12, 31))
QUARTERS = [(date(2026, 1, 1), 1000), (date(2026, 4, 1), 2000)]


def events():
    names = OutboxEvent.objects.filter(name__startswith="partners.contract").order_by("pk")
    return list(names.values_list("name", flat=True))


def exclusive_in(territory):
    return Scope(Limits(territory=territory), exclusive=True)


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_people_sign_one_contract_at_once_and_exactly_one_wins():
    acme = make_partner("acme")
    people = [make_dealer(f"p{n}@acme.example", partner=acme) for n in range(6)]
    version = make_sent(acme)

    results = at_once(
        *(
            partial(contracts.sign, version=version, signer=signer(user), seen=version.sha256, at=NOON)
            for user in people
        )
    )

    winners = [result for result in results if isinstance(result, ContractSignature)]
    losers = [result for result in results if isinstance(result, ContractNotOpen)]
    assert (len(winners), len(losers)) == (1, 5)
    assert ContractSignature.objects.get() == winners[0]
    assert "somebody was faster" in str(losers[0])


@pytest.mark.django_db(transaction=True)
def test_one_signs_while_another_takes_it_back_and_one_of_them_is_told():
    acme = make_partner("acme")
    anna = make_dealer("anna@acme.example", partner=acme)
    version = make_sent(acme)

    results = at_once(
        partial(contracts.sign, version=version, signer=signer(anna), seen=version.sha256, at=NOON),
        partial(contracts.withdraw, version=version, reason="other terms", at=NOON),
    )

    assert sum(isinstance(result, ContractNotOpen) for result in results) == 1
    version.refresh_from_db()
    assert (version.state == ContractState.SIGNED) == ContractSignature.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_contracts_grant_one_exclusive_territory_and_the_later_signature_is_refused():
    shanghai = make_territory("CN-SH")
    pairs = []
    for code in ("acme", "other"):
        partner = make_partner(code)
        person = make_dealer(f"p@{code}.example", partner=partner)
        pairs.append((person, make_sent(partner, scopes=[exclusive_in(shanghai)])))

    results = at_once(
        *(
            partial(contracts.sign, version=version, signer=signer(person), seen=version.sha256, at=NOON)
            for person, version in pairs
        )
    )

    refused = [result for result in results if isinstance(result, ContractCannotStart)]
    assert len(refused) == 1
    assert "acme" not in str(refused[0])
    assert "other" not in str(refused[0])
    assert Authorisation.objects.filter(exclusive=True).count() == 1
    assert sorted(ContractVersion.objects.values_list("state", flat=True)) == ["sent", "signed"]


@pytest.mark.django_db(transaction=True)
def test_two_who_draft_at_once_get_two_numbers():
    acme, template = make_partner("acme"), make_template()

    results = at_once(*(partial(make_draft, acme, template=template) for _time in range(4)))

    assert sorted(version.contract.number for version in results) == [f"C2026-000{n}" for n in range(1, 5)]


# Drafting and sending


@pytest.mark.parametrize(
    "valid_during", [DateRange(date(2026, 5, 1), date(2026, 5, 1)), DateRange(None, date(2026, 5, 1))]
)
def test_a_period_that_ends_before_it_starts_is_refused(acme, valid_during):
    with pytest.raises(ContractPeriodReversed):
        make_draft(acme, valid_during=valid_during)

    assert Contract.objects.count() == 0


def test_the_database_itself_refuses_an_empty_period(acme):
    version = make_draft(acme)

    with pytest.raises(IntegrityError, match="partners_contract_period_has_a_first_day"), transaction.atomic():
        ContractVersion.objects.filter(pk=version.pk).update(valid_during=DateRange(date(2026, 5, 1), date(2026, 5, 1)))


def test_numbers_follow_one_another_within_a_year(acme):
    numbers = [make_draft(acme).contract.number for _time in range(2)]

    assert numbers == ["C2026-0001", "C2026-0002"]
    assert make_draft(acme, number="HT-7").contract.number == "HT-7"


def test_a_sent_contract_is_a_kept_paper_and_waits_for_the_partner(acme, staff):
    version = make_sent(acme, by=staff)

    assert (version.state, version.sign_by) == (ContractState.SENT, date(2026, 3, 30))
    assert documents.path_of(version.document).read_bytes()[:5] == b"%PDF-"
    assert (version.document.partner_id, version.sha256) == (acme.pk, version.document.sha256)
    task = Task.objects.get()
    assert (task.kind, task.partner_id, task.due_on) == ("partners.contract_to_sign", acme.pk, version.sign_by)
    assert Notification.objects.get().url == f"/portal/contracts/{version.pk}/"
    assert events() == ["partners.contract.sent"]
    assert contracts.state_of(acme, on=date(2026, 3, 16)).to_sign == [version]


def test_terms_of_a_sent_contract_never_change(acme):
    shanghai = make_territory("CN-SH")
    version = make_sent(acme, scopes=[exclusive_in(shanghai)], commitments=QUARTERS)

    for change in (
        lambda: ContractVersion.objects.filter(pk=version.pk).update(notice_days=1),
        lambda: ContractScope.objects.update(exclusive=False),
        lambda: ContractCommitment.objects.update(amount=1),
        lambda: ContractCommitment.objects.first().delete(),
        lambda: ContractScope.objects.create(version=version, partner=acme),
    ):
        with pytest.raises(IntegrityError, match="sent never change"), transaction.atomic():
            change()


def test_an_empty_place_is_refused_by_name_when_the_contract_is_sent(acme):
    template = make_template()
    version = contract_templates.new_version(template=template)
    TemplateClause.objects.create(version=version, position=99, heading="Logistics", text="By {{ carrier }}.")
    contract_templates.publish(version=version, at=NOON)
    draft = make_draft(acme, template=template)

    with pytest.raises(ContractIncomplete) as refusal:
        contracts.send(version=draft, at=NOON)
    assert (refusal.value.places, refusal.value.code) == (["carrier"], "contract_incomplete")

    ContractVersion.objects.filter(pk=draft.pk).update(values={"carrier": "SF"})
    assert contracts.send(version=draft, at=NOON).state == ContractState.SENT


def test_an_exclusive_scope_of_another_partner_is_refused_when_it_is_sent(acme, other_partner):
    shanghai = make_territory("CN-SH")
    authorisations.grant_authorisation(
        partner=other_partner, valid_during=YEAR, limits=Limits(territory=shanghai), exclusive=True, at=NOON
    )

    with pytest.raises(ExclusiveOverlap) as refusal:
        make_sent(acme, scopes=[exclusive_in(shanghai)])

    assert "Other" in str(refusal.value)


def test_only_a_draft_is_sent(acme):
    version = make_sent(acme)

    with pytest.raises(ContractNotOpen):
        contracts.send(version=version, at=NOON)


# Signing


def test_a_signature_records_who_when_from_where_and_the_hash(acme, anna):
    version = make_sent(acme)

    signature = contracts.sign(version=version, signer=signer(anna), seen=version.sha256, at=NOON)

    found = (signature.person, signature.email, signature.role, signature.signed_at, signature.address)
    assert found == ("Anna", "anna@acme.example", "owner", NOON, "203.0.113.7")
    assert (signature.sha256, signature.browser) == (version.sha256, "Testbrowser")
    assert events() == ["partners.contract.sent", "partners.contract.signed"]
    assert Task.objects.get().result == "Signed."
    state = contracts.state_of(acme, on=date(2026, 3, 16))
    assert (state.is_signed, state.to_sign) == (True, [])


def test_a_signature_is_proved_from_the_stored_bytes_and_a_changed_byte_is_seen(acme, anna):
    version = signed(make_sent(acme), anna)
    place = documents.path_of(version.document)
    whole = contract_signing.paper_is_whole(version)

    place.write_bytes(place.read_bytes() + b" ")

    assert (whole, contract_signing.paper_is_whole(version)) == (True, False)
    with pytest.raises(InternalError, match="append_only"), transaction.atomic():
        ContractSignature.objects.update(person="Somebody")


def test_who_has_no_right_to_sign_is_refused(acme, ben, carla):
    version = make_sent(acme)

    for person in (signer(ben, may_sign=False), signer(carla)):
        with pytest.raises(NotEntitledToSign):
            contracts.sign(version=version, signer=person, seen=version.sha256, at=NOON)

    assert ContractSignature.objects.count() == 0


def test_a_named_signatory_alone_may_sign_whatever_the_role(acme, anna, ben):
    version = make_sent(acme, signatory_name="Ben", signatory_email="BEN@acme.example")

    with pytest.raises(NotEntitledToSign) as refusal:
        contracts.sign(version=version, signer=signer(anna), seen=version.sha256, at=NOON)
    assert "Ben" in str(refusal.value)

    assert contracts.sign(
        version=version, signer=signer(ben, may_sign=False), seen=version.sha256, at=NOON
    ).person == "Ben"  # fmt: skip


def test_another_paper_than_the_one_that_was_read_is_not_signed(acme, anna):
    version = make_sent(acme)

    with pytest.raises(PaperDiffers):
        contracts.sign(version=version, signer=signer(anna), seen="0" * 64, at=NOON)


def test_a_declined_contract_opens_a_task_with_the_reason(acme, anna):
    version = make_sent(acme)

    contract_signing.decline(version=version, signer=signer(anna), reason="too high a deposit", at=NOON)

    task = Task.objects.get(kind="partners.contract_declined")
    assert (task.values["reason"], task.about_partner_id) == ("too high a deposit", acme.pk)
    with pytest.raises(ContractNotOpen):
        contracts.sign(version=version, signer=signer(anna), seen=version.sha256, at=NOON)


def test_the_signature_grants_what_the_contract_says_and_asks_for_its_deposit(acme, anna):
    shanghai = make_territory("CN-SH")
    version = signed(
        make_sent(acme, scopes=[exclusive_in(shanghai)], commitments=QUARTERS, deposit_amount=Decimal(5000)), anna
    )

    granted = Authorisation.objects.get()
    assert (granted.partner, granted.exclusive, granted.valid_during) == (acme, True, YEAR)
    account = DepositAccount.objects.get()
    assert (account.due, account.contract_id, account.pay_by) == (5000, version.contract_id, date(2026, 3, 31))
    found = ContractObligation.objects.order_by("due_on").values_list("kind", "due_on", "wanted")
    assert sorted(found) == [
        ("commitment", date(2026, 3, 31), 1000),
        ("commitment", date(2026, 6, 30), 2000),
        ("deposit", date(2026, 3, 31), 5000),
    ]
    assert deposits.is_covered(acme) is False


def test_a_contracts_deposit_stops_orders_as_the_rule_says_and_goes_before_the_rules_amount(acme, anna):
    DepositRule.objects.create(currency="CNY", amount=900, stop_after_days=5)
    signed(make_sent(acme, deposit_amount=Decimal(5000)), anna)

    account = DepositAccount.objects.get()
    assert (account.due, account.stop_after_days) == (5000, 5)
    assert deposits.demand_by_rule(partner=acme, at=NOON) is None
    assert DepositAccount.objects.get() == account


# Following versions


def test_an_amendment_goes_before_the_version_it_follows_from_its_first_day(acme, anna):
    shanghai = make_territory("CN-SH")
    first = signed(make_sent(acme, scopes=[exclusive_in(shanghai)], commitments=QUARTERS), anna)
    july = date(2026, 7, 1)

    draft = contracts.amend(
        contract=first.contract, kind=ContractKind.AMENDMENT, valid_during=date_range(july, date(2026, 12, 31))
    )
    second = signed(contracts.send(version=draft, at=NOON), anna)
    first.refresh_from_db()

    assert (second.number, second.in_force) == (2, DateRange(july, date(2027, 1, 1)))
    assert first.in_force == DateRange(date(2026, 1, 1), july)
    assert first.valid_during == YEAR
    periods = Authorisation.objects.order_by("valid_during").values_list("valid_during", flat=True)
    assert list(periods) == [DateRange(date(2026, 1, 1), july), DateRange(july, date(2027, 1, 1))]
    assert [v.pk for v in contracts.state_of(acme, on=july).in_force] == [second.pk]


def test_a_contract_is_not_amended_into_the_past_or_while_a_version_is_open(acme, anna):
    first = signed(make_sent(acme), anna)
    amend = partial(contracts.amend, contract=first.contract, kind=ContractKind.AMENDMENT)

    with pytest.raises(ContractPeriodReversed):
        amend(valid_during=YEAR)
    amend(valid_during=NEXT_YEAR)
    with pytest.raises(ContractNotOpen):
        amend(valid_during=NEXT_YEAR)


def test_a_terminated_contract_ends_what_it_granted_and_waits_for_nothing_later(acme, anna):
    shanghai = make_territory("CN-SH")
    version = signed(make_sent(acme, scopes=[exclusive_in(shanghai)], commitments=QUARTERS), anna)

    contracts.terminate(version=version, last=date(2026, 4, 30), reason="breach", at=NOON)

    version.refresh_from_db()
    assert (version.state, version.in_force.upper) == (ContractState.ENDED, date(2026, 5, 1))
    assert Authorisation.objects.get().valid_during.upper == date(2026, 5, 1)
    states = ContractObligation.objects.order_by("due_on").values_list("state", flat=True)
    assert list(states) == ["open", "dropped"]
    with pytest.raises(ContractNotOpen):
        contracts.terminate(version=version, last=date(2026, 4, 1), reason="again", at=NOON)


# The night

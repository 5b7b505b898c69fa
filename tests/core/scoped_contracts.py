"""Contracts and deposits of a partner, as ``scoped_rows`` has them."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from channelhub.core.models import (
    AccountingMonth,
    User,
)
from partners.models import (
    Contract,
    ContractCommitment,
    ContractObligation,
    ContractScope,
    ContractSignature,
    ContractTemplate,
    ContractVersion,
    DepositAccount,
    DepositEntry,
    Partner,
    TemplateVersion,
)
from tests.core.scoped_bases import NOON, document


def contract_version(partner: Partner) -> ContractVersion:
    """One that waits for a signature, with a line of each kind."""
    found = ContractVersion.objects.filter(partner=partner).first()
    if found is not None:
        return found
    template = ContractTemplate.objects.get_or_create(code="tested", defaults={"name": "Tested", "maker": "M"})[0]
    version = ContractVersion.objects.create(
        contract=Contract.objects.create(number=f"of {partner.code}", partner=partner, template=template),
        partner=partner,
        number=1,
        template_version=TemplateVersion.objects.get_or_create(template=template, number=1)[0],
        valid_during=DateRange(date(2026, 1, 1), None),
    )
    ContractScope.objects.create(version=version, partner=partner)
    ContractCommitment.objects.create(version=version, partner=partner, quarter_on=date(2026, 1, 1), amount=1)
    paper = document(partner)
    ContractVersion.objects.filter(pk=version.pk).update(
        state="sent", document=paper, sha256=paper.sha256, sent_at=NOON, sign_by=date(2026, 4, 1)
    )
    return ContractVersion.objects.get(pk=version.pk)


def signature(partner: Partner) -> ContractSignature:
    return ContractSignature.objects.create(
        version=contract_version(partner),
        partner=partner,
        user=User.objects.create_user(f"signs@{partner.code}.example"),
        person="Signer",
        email=f"signs@{partner.code}.example",
        role="owner",
        signed_at=NOON,
        sha256="0" * 64,
    )


def obligation(partner: Partner) -> ContractObligation:
    return ContractObligation.objects.create(
        version=contract_version(partner),
        partner=partner,
        kind="deposit",
        due_on=date(2026, 4, 1),
        currency="CNY",
        wanted=1,
    )


def deposit(partner: Partner) -> DepositAccount:
    return DepositAccount.objects.get_or_create(partner=partner, currency="CNY")[0]


def deposit_entry(partner: Partner) -> DepositEntry:
    AccountingMonth.objects.get_or_create(month=date(2026, 3, 1))
    return DepositEntry.objects.create(
        account=deposit(partner),
        partner=partner,
        number=1,
        kind="paid",
        currency="CNY",
        amount=100,
        due_change=0,
        free_change=100,
        frozen_change=0,
        value_on=date(2026, 3, 2),
        booked_in=date(2026, 3, 1),
    )

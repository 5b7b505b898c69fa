"""Contracts: drafted, sent as a paper, signed by who is entitled, amended, renewed, ended. Signed by exactly one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from channelhub.core.models import User
from channelhub.core.services import attention, documents
from channelhub.core.services.fence import unfenced
from channelhub.lib.locks import advisory_lock, locked_in_key_order
from channelhub.lib.periods import DateRange, business_day
from partners.enums import CONTRACT_TO_SIGN, ContractKind, ContractState
from partners.errors import ContractNotOpen, ContractPeriodReversed
from partners.models import (
    Contract,
    ContractCommitment,
    ContractScope,
    ContractTemplate,
    ContractVersion,
    Partner,
)
from partners.services import (
    authorisations,
    contract_grants,
    contract_papers,
    contract_signing,
    contract_templates,
    obligations,
)
from partners.services.authorisations import Limits
from partners.services.contract_rows import change, key_of, locked, portal_page, tell
from partners.services.contract_signing import Signer, entitled, may_sign, sign

__all__ = ["Signer", "amend", "draft", "entitled", "may_sign", "send", "sign", "state_of", "terminate", "withdraw"]
SIGN_DAYS = 14
S = ContractState
NOT_LIMITED = Limits()


@dataclass(frozen=True)
class Terms:
    """What two sides agree on. ``signatory_email``: who alone may sign; empty: whoever has the right to."""

    valid_during: DateRange
    currency: str = "CNY"
    notice_days: int = 30
    price_consent: bool = False
    deposit_amount: Decimal = Decimal(0)
    deposit_days: int = 15
    penalty: str = ""
    renewal_days: int = 90
    values: Mapping[str, str] = field(default_factory=dict)
    signatory_name: str = ""
    signatory_email: str = ""


@dataclass(frozen=True)
class Scope:
    """What may be sold where; None: not limited."""

    limits: Limits = NOT_LIMITED
    exclusive: bool = False


@dataclass(frozen=True)
class Commitment:
    """How much is to be bought in the quarter that begins on a day."""

    quarter_on: date
    amount: Decimal
    product_line: Any = None


@dataclass(frozen=True)
class StateOfContracts:
    """Where a partner's contracts stand: in force today, waiting for its signature, drafted."""

    in_force: list[ContractVersion]
    to_sign: list[ContractVersion]
    drafts: list[ContractVersion]

    @property
    def is_signed(self) -> bool:
        return bool(self.in_force)


def state_of(partner: Partner, *, on: date) -> StateOfContracts:
    """Where a partner's contracts stand on a day; a signed one whose first day is to come counts as signed."""
    with unfenced():
        rows = ContractVersion.objects.filter(partner=partner).select_related("contract").order_by("contract_id", "pk")
        open_ones = [row for row in rows if row.state in (S.DRAFT, S.SENT, S.SIGNED, S.ENDED)]
    return StateOfContracts(
        in_force=[r for r in open_ones if r.in_force and (r.in_force.upper is None or r.in_force.upper > on)],
        to_sign=[row for row in open_ones if row.state == S.SENT],
        drafts=[row for row in open_ones if row.state == S.DRAFT],
    )


@transaction.atomic
def draft(
    *,
    partner: Partner,
    template: ContractTemplate,
    terms: Terms,
    number: str = "",
    scopes: Sequence[Scope] = (),
    commitments: Sequence[Commitment] = (),
) -> ContractVersion:
    """The first version of a new contract, with the template's last published words. ``number`` empty: the next one.

    Refused: a period that ends before it starts, and a template without a published version.
    """
    advisory_lock("partners_contract_numbers")  # two who draft at once get two numbers
    version = contract_templates.in_force(template)
    _refuse_reversed(terms.valid_during)
    contract = Contract.objects.create(
        number=number or _next_number(terms.valid_during), partner=partner, template=template
    )
    made = ContractVersion.objects.create(
        contract=contract, partner=partner, number=1, template_version=version, **_fields(terms)
    )
    _write_lines(made, scopes, commitments)
    return made


@transaction.atomic
def amend(*, contract: Contract, kind: ContractKind, valid_during: DateRange) -> ContractVersion:
    """A draft with the terms of the version signed last, for another period: an amendment, or a renewal.

    From its first day on it goes before the version it follows. Refused while another version is open, and for a
    first day that is not after that version's.
    """
    _lock(contract)
    _refuse_reversed(valid_during)
    last = contract.versions.filter(in_force__isnull=False).order_by("-in_force").first()
    if last is None or contract.versions.filter(state__in=[S.DRAFT, S.SENT]).exists():
        raise ContractNotOpen(_("Only a signed contract without an open version is amended or renewed."))
    if valid_during.lower <= last.in_force.lower:
        raise ContractPeriodReversed(_("An amendment begins after the version that it follows."))
    number = (contract.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    words = contract_templates.in_force(contract.template)
    same = Terms(**{name: getattr(last, name) for name in Terms.__dataclass_fields__ if name != "valid_during"},
                 valid_during=valid_during)  # fmt: skip
    made = ContractVersion.objects.create(
        contract=contract, partner_id=contract.partner_id, number=number, kind=kind, template_version=words,
        **_fields(same),
    )  # fmt: skip
    scopes = [
        Scope(Limits(row.territory, row.product_line, row.sales_channel), row.exclusive)
        for row in last.scopes.select_related("territory", "product_line", "sales_channel")
    ]
    ahead = last.commitments.filter(quarter_on__gte=valid_during.lower).select_related("product_line")
    _write_lines(made, scopes, [Commitment(row.quarter_on, row.amount, row.product_line) for row in ahead])
    return made


@transaction.atomic
def send(*, version: ContractVersion, at: datetime, by: User | None = None) -> ContractVersion:
    """Make the paper and ask the partner to sign it: from here on its terms never change.

    Refused: a version that is no draft, empty places, an exclusive scope that another partner holds, no font.
    """
    row = locked(version)
    if row.state != S.DRAFT:
        raise ContractNotOpen(_("Only a draft is sent."))
    _refuse_reversed(row.valid_during)
    contract_grants.refuse_rivals(row)
    content = contract_papers.paper_of(row, at=at)
    with unfenced():
        name = f"{row.contract.number}-{row.number}.pdf"
        document = documents.store_document(
            file=ContentFile(content), name=name, at=at, by=by, record=row, partner_id=row.partner_id
        )
    sign_by = business_day(at) + timedelta(days=SIGN_DAYS)
    change(row, state=S.SENT, document=document, sha256=document.sha256, sent_at=at, sent_by=by, sign_by=sign_by)
    number = row.contract.number
    attention.open_task(
        kind=CONTRACT_TO_SIGN, key=key_of(row), at=at, partner_id=row.partner_id, record=row, due_on=sign_by,
        number=number, day=sign_by,
    )  # fmt: skip
    attention.notify(
        CONTRACT_TO_SIGN, at=at, partner_id=row.partner_id, url=portal_page(row), number=number, day=sign_by
    )
    tell("sent", row, at)
    return row


@transaction.atomic
def withdraw(*, version: ContractVersion, reason: str, at: datetime) -> ContractVersion:
    """Take a draft or a sent version back; the number stays used."""
    row = locked(version)
    contract_signing.close(row, S.WITHDRAWN, reason, at)
    return row


@transaction.atomic
def terminate(*, version: ContractVersion, last: date, reason: str, at: datetime) -> ContractVersion:
    """End a signed version with a day of its own, and with it what it granted. Refused outside of it."""
    row = locked(version)
    if row.in_force is None or row.state != S.SIGNED:
        raise ContractNotOpen(_("Only a signed contract is terminated."))
    in_force = authorisations.ended(row.in_force, last)
    contract_grants.end(row, last, at=at)
    change(row, state=S.ENDED, in_force=in_force, ended_reason=reason.strip()[:300])
    obligations.drop_after(row, last)
    tell("terminated", row, at)
    return row


def _write_lines(row: ContractVersion, scopes: Sequence[Scope], commitments: Sequence[Commitment]) -> None:
    for scope in scopes:
        limits = scope.limits
        ContractScope.objects.create(
            version=row, partner_id=row.partner_id, territory=limits.territory, product_line=limits.product_line,
            sales_channel=limits.sales_channel, exclusive=scope.exclusive,
        )  # fmt: skip
    for wanted in commitments:
        ContractCommitment.objects.create(
            version=row, partner_id=row.partner_id, quarter_on=wanted.quarter_on, amount=wanted.amount,
            product_line=wanted.product_line,
        )  # fmt: skip


def _fields(terms: Terms) -> dict[str, Any]:
    return {**{name: getattr(terms, name) for name in Terms.__dataclass_fields__}, "values": dict(terms.values)}


def _refuse_reversed(valid_during: DateRange) -> None:
    if (
        valid_during.lower is None
        or valid_during.isempty
        or (valid_during.upper and valid_during.upper <= valid_during.lower)
    ):
        raise ContractPeriodReversed(_("A contract has a first day and ends on or after it."))


def _next_number(valid_during: DateRange) -> str:
    year = valid_during.lower.year
    used = Contract.objects.filter(number__startswith=f"C{year}-").count()
    while Contract.objects.filter(number=f"C{year}-{used + 1:04d}").exists():
        used += 1
    return f"C{year}-{used + 1:04d}"


def _lock(contract: Contract) -> None:
    locked_in_key_order(Contract.objects.filter(pk=contract.pk)).get()

"""Contracts: a published template, drafts, sent and signed ones."""

from datetime import UTC, date, datetime
from decimal import Decimal

from channelhub.lib.periods import date_range
from partners.models import ContractObligation, ContractTemplate
from partners.services import contract_templates, contracts
from partners.services.contract_reference import TEMPLATES
from partners.services.contract_signing import Signer
from partners.services.contracts import Commitment, Terms

NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
YEAR = date_range(date(2026, 1, 1), date(2026, 12, 31))


def make_template(code="distribution"):
    """The template that a new installation begins with."""
    contract_templates.deliver(templates=TEMPLATES, at=NOON)
    return ContractTemplate.objects.get(code=code)


def make_draft(partner, *, valid_during=YEAR, scopes=(), commitments=(), template=None, number="", **terms):
    pairs = [Commitment(first_day, Decimal(amount)) for first_day, amount in commitments]
    return contracts.draft(
        partner=partner,
        template=template or make_template(),
        terms=Terms(valid_during=valid_during, **terms),
        scopes=scopes,
        commitments=pairs,
        number=number,
    )


def make_sent(partner, *, at=NOON, by=None, **fields):
    return contracts.send(version=make_draft(partner, **fields), at=at, by=by)


def signer(user, *, may_sign=True):
    return Signer(user=user, may_sign=may_sign, address="203.0.113.7", browser="Testbrowser")


def signed(version, user, *, at=NOON):
    contracts.sign(version=version, signer=signer(user), seen=version.sha256, at=at)
    version.refresh_from_db()
    return version


def make_obligation(version):
    """A watched obligation, whatever state the version is in."""
    return ContractObligation.objects.create(
        version=version, partner=version.partner, kind="deposit", due_on=date(2026, 4, 1), currency="CNY", wanted=1
    )

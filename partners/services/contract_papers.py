"""A contract as a paper: the clauses its terms need, filled, numbered, and made into one PDF."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from channelhub.core.selectors.names import name_of
from channelhub.lib import formats
from channelhub.lib.paper import Paper
from channelhub.lib.periods import last_day, period_of
from partners.enums import ContractPart
from partners.errors import ContractIncomplete
from partners.models import ContractVersion
from partners.rules.contracts import applying, filled, missing, quarter_ends
from partners.services.contract_templates import clauses_of


@dataclass(frozen=True)
class Words:
    """A contract in words: title, preamble, and its clauses with their numbers."""

    title: str
    preamble: str
    clauses: list[tuple[str, str]]
    scopes: list[list[str]]
    commitments: list[list[str]]


def parts_of(version: ContractVersion) -> set[str]:
    """Which parts the terms have."""
    scopes = list(version.scopes.all())
    there = {
        ContractPart.SCOPES: bool(scopes),
        ContractPart.EXCLUSIVE: any(scope.exclusive for scope in scopes),
        ContractPart.COMMITMENTS: version.commitments.exists(),
        ContractPart.CONSENT: version.price_consent,
        ContractPart.DEPOSIT: version.deposit_amount > 0,
        ContractPart.PENALTY: bool(version.penalty.strip()),
        ContractPart.AMENDS: version.number > 1,
    }
    return {str(part) for part, is_there in there.items() if is_there}


def words_of(version: ContractVersion) -> Words:
    """The contract's words in its own language; places that nobody filled stay visible."""
    template = version.template_version.template
    with translation.override(template.language):
        values = values_of(version)
        clauses = applying(clauses_of(version.template_version), parts_of(version))
        numbered = [
            (_numbered(position, filled(clause.heading, values), template.language), filled(clause.text, values))
            for position, clause in enumerate(clauses, start=1)
        ]
        return Words(
            title=filled(version.template_version.title, values),
            preamble=filled(version.template_version.preamble, values),
            clauses=numbered,
            scopes=_scope_rows(version),
            commitments=_commitment_rows(version),
        )


def values_of(version: ContractVersion) -> dict[str, str]:
    """What the places are filled with, in the language that is switched on."""
    money = formats.money_text(version.deposit_amount, version.currency, iso=True)
    ends = last_day(version.valid_during)
    known = {
        "maker": version.template_version.template.maker,
        "partner": version.partner.name,
        "partner_code": version.partner.code,
        "number": version.contract.number,
        "first_day": formats.day_text(version.valid_during.lower),
        "last_day": formats.day_text(ends) if ends else _("until terminated"),
        "currency": version.currency,
        "scopes": "; ".join(" · ".join(cell for cell in row if cell) for row in _scope_rows(version)),
        "commitments": "; ".join(" · ".join(row) for row in _commitment_rows(version)),
        "notice_days": str(version.notice_days),
        "deposit": money,
        "deposit_days": str(version.deposit_days),
        "penalty": version.penalty,
        "renewal_days": str(version.renewal_days),
        "amends": str(version.number - 1),
    }
    return {**{name: str(value) for name, value in version.values.items()}, **known}


def refuse_incomplete(version: ContractVersion) -> None:
    """Refuse a paper with places that nobody filled."""
    row = version.template_version
    clauses = applying(clauses_of(row), parts_of(version))
    texts = [row.title, row.preamble, *(text for clause in clauses for text in (clause.heading, clause.text))]
    empty = missing(texts, values_of(version))
    if empty:
        raise ContractIncomplete(empty)


def paper_of(version: ContractVersion, *, at: datetime) -> bytes:
    """The PDF. Refused without a font, and while a place is empty."""
    refuse_incomplete(version)
    words = words_of(version)
    template = version.template_version.template
    with translation.override(template.language):
        footing = f"{version.contract.number} · {_('version')} {version.number}"
        paper = Paper(title=words.title, made_at=at, footing=footing, language=template.language)
        paper.title(words.title)
        paper.facts(_parties(version))
        if words.preamble:
            paper.paragraph(words.preamble)
        for heading, text in words.clauses:
            paper.heading(heading)
            paper.paragraph(text)
        if words.scopes:
            paper.heading(_("Annex: what may be sold where"))
            headings = [_("territory"), _("product line"), _("sales channel"), _("exclusive")]
            paper.table(headings, words.scopes, widths=[3, 3, 3, 2])
        if words.commitments:
            paper.heading(_("Annex: commitments by quarter"))
            paper.table([_("quarter"), _("product line"), _("amount")], words.commitments)
        paper.heading(_("Signatures"))
        paper.paragraph(_("Accepted electronically: the time, the person and the hash of this paper are recorded."))
    return paper.content()


def _parties(version: ContractVersion) -> list[tuple[str, str]]:
    values = values_of(version)
    partner = version.partner
    return [
        (_("number"), values["number"]),
        (_("manufacturer"), values["maker"]),
        (_("partner"), f"{partner.name} ({partner.code})"),
        (_("address"), partner.address or "–"),
        (_("period"), f"{values['first_day']} – {values['last_day']}"),
    ]


def _numbered(position: int, heading: str, language: str) -> str:
    return f"{position}. {heading}" if language == "en" else f"第{position}条　{heading}"


def _named(record: Any) -> str:
    return name_of(record) if record is not None else _("not limited")


def _scope_rows(version: ContractVersion) -> list[list[str]]:
    rows = version.scopes.select_related("territory", "product_line", "sales_channel").order_by("pk")
    return [
        [
            _named(row.territory),
            _named(row.product_line),
            _named(row.sales_channel),
            _("exclusive") if row.exclusive else "–",
        ]
        for row in rows
    ]


def _commitment_rows(version: ContractVersion) -> list[list[str]]:
    return [
        [
            f"{period_of(row.quarter_on, 'quarter').name} ({formats.day_text(quarter_ends(row.quarter_on))})",
            name_of(row.product_line) if row.product_line else _("all product lines"),
            formats.money_text(row.amount, version.currency, iso=True),
        ]
        for row in version.commitments.select_related("product_line").order_by("quarter_on", "pk")
    ]

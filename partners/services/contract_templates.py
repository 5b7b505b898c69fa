"""The words of contracts: versions of clauses, worked on until they are published, never changed afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from channelhub.core.models import User
from channelhub.lib.locks import locked_in_key_order
from partners.errors import TemplateNotReady
from partners.models import ContractTemplate, TemplateClause, TemplateVersion
from partners.rules.contracts import KNOWN, Clause, places_in


@transaction.atomic
def new_version(*, template: ContractTemplate) -> TemplateVersion:
    """A version to work on, with the words of the last one; while one is worked on, that one is answered."""
    locked_in_key_order(ContractTemplate.objects.filter(pk=template.pk)).get()
    last = template.versions.order_by("-number").first()
    if last is not None and last.published_at is None:
        return last
    number = (template.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    made = TemplateVersion.objects.create(
        template=template,
        number=number,
        title=last.title if last else template.name,
        preamble=last.preamble if last else "",
    )
    kept = [] if last is None else list(last.clauses.all())
    TemplateClause.objects.bulk_create(
        TemplateClause(version=made, position=c.position, heading=c.heading, text=c.text, only_with=c.only_with)
        for c in kept
    )
    return made


@transaction.atomic
def publish(*, version: TemplateVersion, at: datetime, by: User | None = None) -> TemplateVersion:
    """From now on contracts are drafted with this version, and it never changes. Refused without clauses, or twice."""
    row = TemplateVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    clauses = list(row.clauses.all())
    if row.published_at is not None:
        raise TemplateNotReady(_("This version is published already."))
    if not clauses:
        raise TemplateNotReady(_("A contract has at least one clause."))
    row.places = asked_for(row, clauses)
    row.published_at, row.published_by = at, by
    row.save(update_fields=["places", "published_at", "published_by"])
    return row


def asked_for(version: TemplateVersion, clauses: Sequence[TemplateClause]) -> list[str]:
    """The places that a contract must be told how to fill."""
    texts = [version.title, version.preamble, *(text for clause in clauses for text in (clause.heading, clause.text))]
    return [name for name in places_in(texts) if name not in KNOWN]


def in_force(template: ContractTemplate) -> TemplateVersion:
    """The last published version; refused when there is none."""
    found = template.versions.filter(published_at__isnull=False).order_by("-number").first()
    if found is None:
        raise TemplateNotReady(_("No version of this template is published."))
    return found


def clauses_of(version: TemplateVersion) -> list[Clause]:
    """The words of a version as the rule takes them."""
    return [Clause(clause.heading, clause.text, clause.only_with) for clause in version.clauses.all()]


@transaction.atomic
def deliver(*, templates: Sequence[Mapping[str, Any]], at: datetime) -> int:
    """Bring the release's templates where there are none of their codes; what people edited stays. How many."""
    made = 0
    for wanted in templates:
        fields = {name: wanted[name] for name in ("name", "name_en", "maker", "language")}
        template, is_new = ContractTemplate.objects.get_or_create(code=wanted["code"], defaults=fields)
        if not is_new:
            continue
        version = TemplateVersion.objects.create(
            template=template, number=1, title=wanted["title"], preamble=wanted["preamble"]
        )
        TemplateClause.objects.bulk_create(
            TemplateClause(version=version, position=position, heading=heading, text=text, only_with=only_with)
            for position, (heading, text, only_with) in enumerate(wanted["clauses"], start=1)
        )
        publish(version=version, at=at)
        made += 1
    return made

"""Partners that may be the same company: checked at entry, queued, merged by a pointer, and taken apart again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.enums.duplicates import DuplicateDecision
from channelhub.core.models import SuspectedPair, User
from channelhub.core.rules.duplicates.facts import Facts
from channelhub.core.rules.duplicates.uses import COMPANIES, NAMES_ALONE, PLACES
from channelhub.core.services import outbox
from channelhub.core.services.duplicates import finding, pairs, sources
from channelhub.core.services.duplicates.finding import Match
from channelhub.core.services.fence import unfenced
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock
from partners.errors import AlreadyMerged, CircularMerge, MayBeDuplicate, NotMerged
from partners.models import Partner
from partners.rules import company_numbers

KIND = "partners.partner"
ENTRY, QUEUE, NAMES, OUTLETS = "partners.entry", "partners.queue", "partners.names", "partners.outlets"
MADE_OF = (
    ("partners_partner", "id"),
    ("partners_companynumber", "partner_id"),
    ("partners_partneraddress", "partner_id"),
    ("partners_partnercontact", "partner_id"),
    ("partners_bankaccount", "partner_id"),
)
# Mail that anybody may have tells nothing of a company.
FREE_MAIL = frozenset(
    ("qq.com", "163.com", "126.com", "sina.com", "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com"),
)


def register() -> None:
    """Tell the duplicate check what partners are compared by, and how strict each use is."""
    sources.register(sources.Source("partners.Partner", facts_of, MADE_OF, QUEUE))
    sources.register_use(ENTRY, COMPANIES)
    sources.register_use(QUEUE, COMPANIES)
    sources.register_use(NAMES, NAMES_ALONE)
    sources.register_use(OUTLETS, PLACES)


def facts_of(ids: Sequence[int]) -> dict[int, Facts]:
    """What is known of partners; those merged into others are left out."""
    condition: str = "= ANY(%s)"
    params: list[Any] = [list(ids)]
    if isinstance(ids, range):
        condition, params = "BETWEEN %s AND %s", [ids.start, ids.stop - 1]
    rows = sql.fetch(
        "SELECT p.id, p.name, p.name_en, p.country, p.address, p.phone FROM partners_partner p"
        f" WHERE p.id {condition} AND p.merged_into_id IS NULL",
        params,
    )
    numbers = _gathered("SELECT partner_id, scheme, number FROM partners_companynumber", condition, params)
    mails = _gathered("SELECT partner_id, email, phone FROM partners_partnercontact", condition, params)
    accounts = _gathered("SELECT partner_id, mark FROM partners_bankaccount", condition, params)
    places = _gathered(
        "SELECT partner_id, text, postal_code FROM partners_partneraddress WHERE kind = 'registered'", condition, params
    )
    found: dict[int, Facts] = {}
    for key, name, name_en, country, address, phone in rows:
        people = mails.get(key, ())
        place = places[key][0] if key in places else (address, "")
        found[key] = Facts(
            (name, name_en) if name_en else (name,),
            country,
            tuple(map(tuple, numbers[key])) if key in numbers else (),
            domains_of(mail for mail, _phone in people) if people else (),
            tuple(filter(None, (phone, *(row[1] for row in people)))),
            place[0],
            place[1],
            tuple(row[0] for row in accounts[key]) if key in accounts else (),
        )
    return found


def _gathered(query: str, condition: str, params: Sequence[Any]) -> dict[int, list[Any]]:
    joint = "AND" if " WHERE " in query else "WHERE"
    found: dict[int, list[Any]] = {}
    for key, *values in sql.fetch(f"{query} {joint} partner_id {condition} ORDER BY id", params):
        found.setdefault(key, []).append(values)
    return found


def domains_of(mails: Any) -> tuple[str, ...]:
    """The domains of addresses that are a company's own."""
    names = {mail.rpartition("@")[2].lower() for mail in mails if mail}
    return tuple(sorted(names - FREE_MAIL))


def like(*, number: str = "", scheme: str = "", without: Sequence[int] = (), **details: Any) -> list[Match]:
    """The partners that a new one may be; ``details``: name, name_en, country, address, phone."""
    if number and not scheme:
        scheme, verdict = company_numbers.guess(details.get("country", ""), number)
        number = verdict.compact or number
    names = tuple(filter(None, (details.get("name", ""), details.get("name_en", ""))))
    facts = Facts(
        names,
        details.get("country", ""),
        ((scheme, number),) if number else (),
        (),
        tuple(filter(None, [details.get("phone", "")])),
        details.get("address", ""),
    )
    return finding.find(KIND, facts, use=ENTRY, without=without)


def require_new(*, accepted: Sequence[int] = (), **details: Any) -> list[Match]:
    """Refused with the evidence when a partner like this is known and was not said to be another company."""
    matches = like(**details)
    if [match for match in matches if match.record_id not in accepted]:
        raise MayBeDuplicate(_("A partner like this one is known already."), matches=matches)
    return matches


@transaction.atomic
def set_apart(*, partner: Partner, others: Mapping[int, Match], by: User | None, at: datetime) -> None:
    """Write down that a new partner is none of those that were shown."""
    for other, match in sorted(others.items()):
        left, right = sorted((partner.pk, other))
        SuspectedPair.objects.update_or_create(
            kind=KIND,
            left_id=left,
            right_id=right,
            defaults={
                "score": match.score,
                "steps": pairs.steps_as_data(match.verdict),
                "found_at": at,
                "decision": DuplicateDecision.DIFFERENT,
                "decided_by": by,
                "decided_at": at,
            },
        )


@transaction.atomic
def merge(*, partner: Partner, into: Partner, by: User, at: datetime) -> Partner:
    """Point a record at the one that counts; its rows stay where they are and nothing is deleted.

    Refused: into itself or into one that was merged into it, by whatever way; a record that is merged already.
    """
    with unfenced():
        advisory_lock("partners_merge")
        held = {row.pk: row for row in _locked(partner, into)}
        ours, target = held[partner.pk], held[into.pk]
        if ours.merged_into_id is not None:
            raise AlreadyMerged(_("This partner was merged into another already; undo that first."))
        _refuse_circle(ours, target)
        ours.merged_into = target
        ours.save(update_fields=["merged_into"])
        _decide(ours.pk, target.pk, by=by, at=at)
        outbox.publish("partners.partner.merged", occurred_at=at, partner_id=ours.pk, into_id=target.pk)
    return ours


def _locked(*partners: Partner) -> Any:
    ids = {partner.pk for partner in partners}
    return Partner.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")


def _refuse_circle(ours: Partner, target: Partner) -> None:
    seen: Partner | None = target
    while seen is not None:
        if seen.pk == ours.pk:
            raise CircularMerge(_("That would merge the partner into itself."))
        seen = seen.merged_into


def _decide(one: int, other: int, *, by: User, at: datetime) -> None:
    left, right = sorted((one, other))
    decided = {"decision": DuplicateDecision.SAME, "decided_by": by, "decided_at": at}
    SuspectedPair.objects.update_or_create(
        kind=KIND,
        left_id=left,
        right_id=right,
        defaults=decided,
        create_defaults={**decided, "score": 100, "found_at": at},
    )


@transaction.atomic
def unmerge(*, partner: Partner, at: datetime) -> Partner:
    """Take a merged record out again: it stands for itself, and the pair stands in the queue."""
    with unfenced():
        advisory_lock("partners_merge")
        held = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
        if held.merged_into_id is None:
            raise NotMerged(_("This partner was not merged."))
        left, right = sorted((held.pk, held.merged_into_id))
        held.merged_into = None
        held.save(update_fields=["merged_into"])
        pairs.reopen(kind=KIND, left_id=left, right_id=right)
        outbox.publish("partners.partner.unmerged", occurred_at=at, partner_id=held.pk)
    return held

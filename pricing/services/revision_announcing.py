"""New prices are announced to the partners they concern, and agreed to where a contract asks for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.models import User
from channelhub.core.services import attention, outbox
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import business_day
from partners.models import Membership
from pricing.enums import CONSENT_WANTED, PRICES_ANNOUNCED, PRICES_DECLINED, ConsentState, RevisionStatus
from pricing.errors import ConsentDecided, NotEntitledToConsent, NoticeTooShort, RevisionElsewhere
from pricing.models import PriceRevision, RevisionNotice
from pricing.selectors import price_revisions as selectors
from pricing.selectors.price_revisions import NAMED, Concerned
from pricing.services.price_revisions import held, require_ahead, write

S = RevisionStatus
ROLE = "channel_manager"
PORTAL = "/portal/new-prices/"


@dataclass(frozen=True)
class Deciding:
    """Who answers for a partner: the person, and whether its role there may."""

    user: User
    may_agree: bool


def task_key(revision: PriceRevision) -> str:
    """The keys of a revision's tasks begin so."""
    return f"pricing.revision:{revision.pk}:"


@transaction.atomic
def announce(*, revision: PriceRevision, at: datetime) -> list[RevisionNotice]:
    """Tell every partner that is asked the list for something that changes; ask for consent where a contract does.

    Announced again, those who came to the list since are told. Refused: what is not approved, a day that has begun, and
    one that comes too early for the notice of some contract, with the names and the first day that keeps them all.
    """
    row = held(revision, S.APPROVED, S.ANNOUNCED)
    require_ahead(row.effective_on, at)
    today = business_day(at)
    told = set(RevisionNotice.objects.filter(revision=row).values_list("partner_id", flat=True))
    concerned = [one for one in selectors.concerned(row, today=today) if one.partner_id not in told]
    _require_notice(row, concerned, today)
    notices = RevisionNotice.objects.bulk_create(_notice(row, one, today) for one in concerned)
    for one, notice in zip(concerned, notices, strict=True):
        _tell(row, one, notice, at)
    if row.status == S.APPROVED:
        write(row, status=S.ANNOUNCED, announced_at=at)
    return notices


def earliest_day(concerned: list[Concerned], today: date) -> date:
    """The first day on which new prices could begin if they were announced today."""
    return today + timedelta(days=max([1, *(one.notice_days for one in concerned)]))


def _require_notice(row: PriceRevision, concerned: list[Concerned], today: date) -> None:
    early = [one.name for one in concerned if today + timedelta(days=one.notice_days) > row.effective_on]
    if early:
        raise NoticeTooShort(early[:NAMED], earliest_day(concerned, today))


def _notice(row: PriceRevision, one: Concerned, today: date) -> RevisionNotice:
    return RevisionNotice(
        revision=row,
        partner_id=one.partner_id,
        announced_on=today,
        notice_days=one.notice_days,
        earliest_on=today + timedelta(days=one.notice_days),
        consent=ConsentState.PENDING if one.price_consent else ConsentState.NOT_NEEDED,
    )


def _tell(row: PriceRevision, one: Concerned, notice: RevisionNotice, at: datetime) -> None:
    """A notification, a task where consent is asked for, and the event that letters follow."""
    page = f"{PORTAL}{notice.pk}/"
    said: dict[str, Any] = {"title": row.title, "day": row.effective_on}
    attention.notify(PRICES_ANNOUNCED, at=at, partner_id=one.partner_id, url=page, **said)
    if notice.consent == ConsentState.PENDING:
        attention.open_task(
            kind=CONSENT_WANTED,
            key=f"{task_key(row)}{one.partner_id}",
            at=at,
            partner_id=one.partner_id,
            due_on=row.effective_on - timedelta(days=1),
            record=row,
            **said,
        )
    outbox.publish(
        "pricing.revision.announced",
        occurred_at=at,
        revision_id=row.pk,
        notice_id=notice.pk,
        partner_id=one.partner_id,
        effective_on=row.effective_on,
    )


@transaction.atomic
def answer(*, notice: RevisionNotice, who: Deciding, agrees: bool, at: datetime, comment: str = "") -> RevisionNotice:
    """Agree to announced prices for the partner, or decline them; one answer counts, however many are given at once.

    Declined, a channel manager gets a task. Refused: a person who may not, and prices that wait for no answer.
    """
    with unfenced():
        row = held(PriceRevision(pk=notice.revision_id))
        known = RevisionNotice.objects.select_related("partner").get(pk=notice.pk)
        person = _entitled(known, who, business_day(at))
        if row.status != S.ANNOUNCED or known.consent != ConsentState.PENDING:
            raise ConsentDecided
        consent = ConsentState.GIVEN if agrees else ConsentState.DECLINED
        _decide(known, consent=consent, by=who.user, person=person, comment=comment, at=at)
        attention.close_of_itself(key=f"{task_key(row)}{known.partner_id}", result=_("Answered."), at=at)
        if not agrees:
            partner = {"name": known.partner.name, "name_en": known.partner.name_en}
            attention.open_task(
                kind=PRICES_DECLINED,
                key=f"{task_key(row)}{known.partner_id}:declined",
                at=at,
                role=ROLE,
                about_partner_id=known.partner_id,
                record=row,
                partner=partner,
                title=row.title,
                reason=comment[:300],
            )
        _decided(known, at)
    return known


def _entitled(notice: RevisionNotice, who: Deciding, on: date) -> str:
    """The name of the person as the partner knows it; refuses who does not act for it, or may not agree."""
    members = Membership.objects.filter(partner_id=notice.partner_id, user=who.user, valid_during__contains=on)
    name = members.values_list("name", flat=True).first()
    if name is None or not who.may_agree:
        raise NotEntitledToConsent
    return name


@transaction.atomic
def settle(*, notice: RevisionNotice, by: User, comment: str, at: datetime) -> RevisionNotice:
    """Record how a manager settled it with a partner that has not agreed; its answer no longer keeps the prices back.

    Refused: what waits for no answer and was not declined.
    """
    row = held(PriceRevision(pk=notice.revision_id))
    if row.status != S.ANNOUNCED:
        raise RevisionElsewhere(row)
    known = RevisionNotice.objects.get(pk=notice.pk)
    if known.consent not in (ConsentState.PENDING, ConsentState.DECLINED):
        raise ConsentDecided
    _decide(known, consent=ConsentState.SETTLED, by=by, person=str(by), comment=comment, at=at)
    for key in (f"{task_key(row)}{known.partner_id}", f"{task_key(row)}{known.partner_id}:declined"):
        attention.close_of_itself(key=key, result=_("Settled."), at=at)
    _decided(known, at)
    return known


def _decide(notice: RevisionNotice, *, consent: str, by: User, person: str, comment: str, at: datetime) -> None:
    notice.consent, notice.decided_by, notice.decided_at = consent, by, at
    notice.person, notice.comment = person[:120], comment[:300]
    notice.save(update_fields=["consent", "decided_by", "decided_at", "person", "comment"])


def _decided(notice: RevisionNotice, at: datetime) -> None:
    outbox.publish(
        "pricing.revision.answered",
        occurred_at=at,
        revision_id=notice.revision_id,
        partner_id=notice.partner_id,
        consent=str(notice.consent),
    )

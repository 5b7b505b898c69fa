"""Certificates that come to their end: warned of 90, 30 and 7 days before, with what would be lost."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from channelhub.core.services import attention, outbox
from channelhub.lib.periods import last_day, midday
from partners.enums import CERTIFICATE_COSTS, CERTIFICATE_ENDS, CERTIFICATE_TO_RENEW
from partners.models import Certificate, CertificateWarning, CertificationRequirement
from partners.rules.certification import WARNINGS, Holding, due_warning, would_lose
from partners.selectors import certification as reading
from partners.services import exams

ROLE = "channel_manager"
STAFF_DAYS = 30  # from here on somebody of the staff sees to it, when something would be lost


def watch(*, business_day: date) -> Mapping[str, Any]:
    """Warn once for each certificate and threshold, of people who still act for the partner; end overdue exams.

    A certificate that was renewed, or that a higher level replaces, is not warned of: its task closes of itself.
    """
    at = midday(business_day)
    ending = _ending(business_day)
    ids = sorted({row.partner_id for row in ending})
    held = reading.holdings_of(ids, on=business_day)
    asked = reading.requirements_of(ids, on=business_day)
    counts = {"warned": 0, "exams_ended": exams.close_overdue(at=timezone.now())}
    for row in ending:
        own = reading.holding_of(row)
        if own not in held[row.partner_id]:
            continue
        if _is_followed(own, held[row.partner_id]):
            attention.close_of_itself(key=reading.task_key(row), result=_("Renewed."), at=at)
            continue
        days = due_warning(last=own.last, warned=[w.days for w in row.warnings.all()], on=business_day)
        if days is not None:
            counts["warned"] += 1
            lost = _lost(own, asked[row.partner_id], held[row.partner_id], business_day)
            _warn(row, days, lost, day=business_day, at=at)
    return counts


def would_be_lost(rows: Sequence[Certificate], *, on: date) -> dict[int, list[CertificationRequirement]]:
    """What each certificate's end would cost its partner: the requirements that are met now and then no longer."""
    ids = sorted({row.partner_id for row in rows})
    held = reading.holdings_of(ids, on=on)
    asked = reading.requirements_of(ids, on=on)
    return {
        row.pk: _lost(reading.holding_of(row), asked[row.partner_id], held[row.partner_id], on)
        for row in rows
        if reading.holding_of(row) in held[row.partner_id]
    }


def _ending(day: date) -> list[Certificate]:
    until = day + timedelta(days=max(WARNINGS) + 1)
    rows = Certificate.objects.in_force(day).filter(valid_during__endswith__lte=until)
    return list(rows.select_related("level__programme", "partner").prefetch_related("warnings").order_by("pk"))


def _is_followed(own: Holding, held: Sequence[Holding]) -> bool:
    same = [h for h in held if (h.holder, h.programme) == (own.holder, own.programme)]
    return any(h.rank >= own.rank and h.last > own.last for h in same)


def _lost(
    own: Holding, asked: Sequence[CertificationRequirement], held: Sequence[Holding], day: date
) -> list[CertificationRequirement]:
    """Of what the certificate counts for, only that: another programme's end is another certificate's warning."""
    rows = {row.pk: row for row in asked}
    needs = [need for need in map(reading.need_of, asked) if need.programme == own.programme and need.rank <= own.rank]
    return [rows[lack.key] for lack in would_lose(needs, held, last=own.last, on=day)]


def _warn(row: Certificate, days: int, lost: Sequence[CertificationRequirement], *, day: date, at: datetime) -> None:
    said = [{"requirement": one.pk, **reading.asked_by(one)} for one in lost]
    CertificateWarning.objects.create(certificate=row, days=days, warned_on=day, lost=said)
    last = last_day(row.valid_during)
    facts: dict[str, Any] = {"number": row.number, "day": last}
    told = {**facts, "holder": reading.holder_of(row), "programme": reading.named(row.level)}
    if lost:
        first = reading.asked_by(lost[0])
        _notify(row, at, CERTIFICATE_COSTS, **told, lost=first, count=len(lost))
        if days <= STAFF_DAYS:
            attention.open_task(
                kind=CERTIFICATE_TO_RENEW,
                key=reading.task_key(row),
                at=at,
                role=ROLE,
                about_partner_id=row.partner_id,
                record=row,
                due_on=last,
                partner={"name": row.partner.name, "name_en": row.partner.name_en},
                lost=first,
                **facts,
            )
    else:
        _notify(row, at, CERTIFICATE_ENDS, **told)
    event = {"certificate_id": row.pk, "partner_id": row.partner_id, "days": days}
    outbox.publish("partners.certificate.expiring", occurred_at=at, **event)


def _notify(row: Certificate, at: datetime, message: Any, **values: Any) -> None:
    attention.notify(message, at=at, partner_id=row.partner_id, url=reading.PORTAL_PAGE, **values)

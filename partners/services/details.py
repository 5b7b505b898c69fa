"""What a partner's record says, and its dated facts: home territory, types, suspension."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.errors import VersionChanged
from channelhub.core.services import outbox
from channelhub.lib.periods import DateRange
from partners.errors import NothingChanges
from partners.models import (
    HomeTerritory,
    Partner,
    PartnerType,
    PartnerTypeAssignment,
    Territory,
)
from partners.rules.sorting import sort_key


def locked(partner: Partner) -> Partner:
    """The partner's row, held: changes of one partner's dated rows happen one after the other."""
    return Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)


@transaction.atomic
def change_details(*, partner: Partner, versions: frozenset[int] | None = None, **details: Any) -> Partner:
    """Write name, name in English, country, address, phone; the code stays as it was given.

    Refused when the partner is in none of the named versions (None: any); locked before it is compared.
    """
    held = locked(partner)
    if versions is not None and held.version not in versions:
        raise VersionChanged(_("The partner has been changed since; read it again."))
    for name in ("name", "name_en", "country", "address", "phone"):
        setattr(held, name, details.get(name, getattr(held, name)))
    held.sort_key = sort_key(held.name)
    before = held.version
    held.save()
    held.refresh_from_db()
    if held.version != before:
        outbox.publish("partners.partner.changed", occurred_at=held.updated_at, partner_id=held.pk)
    return held


@transaction.atomic
def change_home(*, partner: Partner, territory: Territory, first_day: date) -> HomeTerritory:
    """From a day on the partner's address lies in a territory, until its next planned change; the past stays.

    Refused: the territory it already has on that day.
    """
    held = locked(partner)
    rows = HomeTerritory.objects.filter(partner=held)
    current = rows.filter(valid_during__contains=first_day).first()
    if current is not None and current.territory_id == territory.pk:
        raise NothingChanges(_("The partner already has this home territory on that day."))
    until = current.valid_during.upper if current else next_start(rows, first_day)
    if current is not None:
        cut(current, first_day)
    return HomeTerritory.objects.create(partner=held, territory=territory, valid_during=DateRange(first_day, until))


@transaction.atomic
def set_types(*, partner: Partner, types: Iterable[PartnerType], first_day: date) -> None:
    """From a day on the partner is of exactly these types; what it was before that day stays."""
    held = locked(partner)
    wanted = {kind.pk for kind in types}
    running = PartnerTypeAssignment.objects.filter(partner=held, valid_during__contains=first_day)
    kept = set()
    for row in running.order_by("pk"):
        if row.type_id in wanted:
            kept.add(row.type_id)
        else:
            cut(row, first_day)
    for type_id in sorted(wanted - kept):
        rows = PartnerTypeAssignment.objects.filter(partner=held, type_id=type_id)
        PartnerTypeAssignment.objects.create(
            partner=held,
            type_id=type_id,
            valid_during=DateRange(first_day, next_start(rows, first_day)),
        )


@transaction.atomic
def suspend(*, partner: Partner, reason: str, at: datetime) -> Partner:
    """Stop a partner from acting; it goes on reading its own figures. A reason is asked for."""
    held = locked(partner)
    if held.suspended_at is not None:
        raise NothingChanges(_("The partner is suspended already."))
    held.suspended_at, held.suspended_reason = at, reason
    held.full_clean(exclude=["sort_key"])
    held.save()
    return held


@transaction.atomic
def resume(*, partner: Partner) -> Partner:
    """End a suspension; who, when and why stay in the audit trail."""
    held = locked(partner)
    if held.suspended_at is None:
        raise NothingChanges(_("The partner is not suspended."))
    held.suspended_at, held.suspended_reason = None, ""
    held.save()
    return held


def next_start(rows: Any, first_day: date) -> date | None:
    """The first day of the next of these dated rows that begins after a day; None: none is planned."""
    later = rows.filter(valid_during__fully_gt=DateRange(first_day, first_day, "[]"))
    return min((row.lower for row in later.values_list("valid_during", flat=True)), default=None)


def cut(row: Any, first_day: date) -> None:
    """End a dated row before a day; one that would begin on that day goes away."""
    if row.valid_during.lower == first_day:
        row.delete()
        return
    row.valid_during = DateRange(row.valid_during.lower, first_day)
    row.save(update_fields=["valid_during"])

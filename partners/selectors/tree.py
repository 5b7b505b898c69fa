"""Reading the partner tree: who stands under whom on a day, and what is planned."""

from dataclasses import dataclass
from datetime import date

from partners.models import Ancestry, Partner, Placement


@dataclass(frozen=True)
class Stretch:
    """Under whom a partner stands from a day (None: ever) until another (None: for good); parent None: nobody."""

    parent: Partner | None
    first_day: date | None
    until: date | None


def stretches(partner: Partner) -> list[Stretch]:
    """A partner's whole history and plan, without gaps: days under nobody are stretches too."""
    rows = Placement.objects.filter(partner=partner).select_related("parent").order_by("valid_during")
    found: list[Stretch] = []
    reached: date | None = None
    for number, row in enumerate(rows):
        first, until = row.valid_during.lower, row.valid_during.upper
        if first is not None and (number == 0 or first != reached):
            found.append(Stretch(None, reached, first))
        found.append(Stretch(row.parent, first, until))
        reached = until
    if not found or reached is not None:
        found.append(Stretch(None, reached, None))
    return found


def planned_moves(partner: Partner, *, after: date) -> list[Stretch]:
    """The moves of a partner that begin after a day, soonest first; each may be cancelled."""
    return [stretch for stretch in stretches(partner) if stretch.first_day and stretch.first_day > after]


def parent_on(partner: Partner, on: date) -> Partner | None:
    """Under whom the partner stands on a day."""
    row = Placement.objects.filter(partner=partner, valid_during__contains=on).select_related("parent").first()
    return row.parent if row else None


def below_on(partner: Partner, on: date) -> list[int]:
    """Ids of the partner and all under it on a day."""
    rows = Ancestry.objects.filter(ancestor=partner, valid_during__contains=on)
    return sorted(rows.values_list("partner_id", flat=True))


def path_on(partner: Partner, on: date) -> list[Partner]:
    """The partners above one on a day, the topmost first, the partner itself last."""
    rows = Ancestry.objects.filter(partner=partner, valid_during__contains=on).select_related("ancestor")
    return [row.ancestor for row in rows.order_by("-depth")]

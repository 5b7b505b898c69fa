"""Moving partners in the tree: from a day on, without rewriting what was before it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.services import outbox
from channelhub.lib.periods import DateRange, business_day
from partners import hooks
from partners.errors import Circle, MoveInForce, NoSuchMove, NothingChanges
from partners.events import PARTNER_MOVED
from partners.models import Ancestry, Partner, Placement, TreeMove
from partners.selectors import tree
from partners.services import ancestry


@dataclass(frozen=True)
class MovePreview:
    """What a move would do: ``until`` the next planned move, whom it takes along, what else it touches.

    ``circle_on``: the first day on which the move would close a circle; then it would be refused.
    """

    partner: Partner
    old_parent: Partner | None
    new_parent: Partner | None
    first_day: date
    until: date | None
    planned: list[tree.Stretch]
    subtree: list[int]
    circle_on: date | None
    effects: list[hooks.MoveEffect]


@transaction.atomic
def move_partner(*, partner: Partner, parent: Partner | None, first_day: date, at: datetime) -> TreeMove:
    """Put a partner, with all under it, under another (None: nobody) from a day until its next planned move.

    Ends the placement of that day. Refused: a circle on any day of that time, and a move that changes nothing.
    ``first_day`` may lie in the past: figures follow as corrections.
    """
    ancestry.lock_tree()
    current = _placement_on(partner, first_day)
    if (current.parent_id if current else None) == (parent.pk if parent else None):
        raise NothingChanges(_already_there(parent))
    until = _next_change(partner, first_day, current)
    _refuse_circle(partner, parent, first_day, until)
    if current:
        _cut(current, first_day)
    if parent:
        Placement.objects.create(partner=partner, parent=parent, valid_during=DateRange(first_day, until))
    return _moved(partner, first_day, until, at)


@transaction.atomic
def cancel_move(*, partner: Partner, first_day: date, at: datetime) -> TreeMove:
    """Call off the move planned for a day: what was before it goes on until the next planned one.

    Refused: a move of today or earlier, a day on which no move begins, and a circle that the old place would close.
    """
    if first_day <= business_day(at):
        raise MoveInForce(_("Only a move that has not begun yet can be cancelled; move the partner back instead."))
    ancestry.lock_tree()
    rows = Placement.objects.filter(partner=partner)
    begins = rows.filter(valid_during__startswith=first_day).first()
    before = rows.filter(valid_during__endswith=first_day).first()
    if begins is None and before is None:
        raise NoSuchMove(_("No move of this partner begins on that day."))
    until = _next_change(partner, first_day, begins)
    if begins:
        begins.delete()
    if before:
        _refuse_circle(partner, before.parent, first_day, until)
        before.valid_during = DateRange(before.valid_during.lower, until)
        before.save(update_fields=["valid_during"])
    return _moved(partner, first_day, until, at)


def preview_move(*, partner: Partner, parent: Partner | None, first_day: date) -> MovePreview:
    """What the move would change, with the parts other apps know of; writes nothing and holds no lock."""
    current = _placement_on(partner, first_day)
    until = _next_change(partner, first_day, current)
    subtree = tree.below_on(partner, first_day)
    question = hooks.MoveQuestion(partner.pk, parent.pk if parent else None, first_day, until, tuple(subtree))
    return MovePreview(
        partner=partner,
        old_parent=current.parent if current else None,
        new_parent=parent,
        first_day=first_day,
        until=until,
        planned=tree.planned_moves(partner, after=first_day),
        subtree=subtree,
        circle_on=circle_on(partner, parent, first_day, until),
        effects=[effect for part in hooks.move_preview(question) for effect in part],
    )


def circle_on(partner: Partner, parent: Partner | None, first_day: date, until: date | None) -> date | None:
    """The first day on which the wished parent stands under the partner, or is it; None: never in that time."""
    if parent is None:
        return None
    period = DateRange(first_day, until)
    meets = Ancestry.objects.filter(ancestor=partner, partner=parent, valid_during__overlap=period)
    starts = [row.lower for row in meets.values_list("valid_during", flat=True)]
    return min((max(start, first_day) if start else first_day for start in starts), default=None)


def _refuse_circle(partner: Partner, parent: Partner | None, first_day: date, until: date | None) -> None:
    day = circle_on(partner, parent, first_day, until)
    if day is not None:
        raise Circle.of(partner.pk, day)


def _placement_on(partner: Partner, day: date) -> Placement | None:
    rows = Placement.objects.filter(partner=partner, valid_during__contains=day)
    return rows.select_related("parent").first()


def _next_change(partner: Partner, first_day: date, current: Placement | None) -> date | None:
    """The day of the next planned change: where today's placement ends, or where the next one begins."""
    if current:
        return current.valid_during.upper
    later = Placement.objects.filter(partner=partner, valid_during__fully_gt=DateRange(first_day, first_day, "[]"))
    return min((row.lower for row in later.values_list("valid_during", flat=True)), default=None)


def _cut(placement: Placement, first_day: date) -> None:
    """End a placement before the day; one that would begin on the day goes away."""
    if placement.valid_during.lower == first_day:
        placement.delete()
        return
    placement.valid_during = DateRange(placement.valid_during.lower, first_day)
    placement.save(update_fields=["valid_during"])


def _moved(partner: Partner, first_day: date, until: date | None, at: datetime) -> TreeMove:
    """Derive the subtree's ancestry anew, leave the fact for the money, and tell."""
    ancestry.rebuild(ancestry.everybody_below([partner.pk]))
    move = TreeMove.objects.create(partner=partner, moves_on=first_day, until=until, recorded_at=at)
    outbox.publish(PARTNER_MOVED.name, occurred_at=at, partner_id=partner.pk, move_id=move.pk, first_day=first_day)
    return move


def _already_there(parent: Partner | None) -> str:
    if parent is None:
        return _("The partner already stands under nobody on that day.")
    return _("The partner already stands under %(parent)s on that day.") % {"parent": parent.name}

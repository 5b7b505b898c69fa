"""What happened to a record, from the audit events: who, when, old → new."""

from dataclasses import dataclass, field
from datetime import datetime

import pghistory.models
from django.utils.translation import gettext as _

from channelhub.core.models import User
from channelhub.lib.formats import NO_DATA

LABELS = {"insert": _("created"), "update": _("changed"), "delete": _("removed")}
HIDDEN = {"id", "version", "updated_at", "sort_key", "date_joined"}
MOST = 500


@dataclass
class Change:
    """One event: the record's own, or that of a dated row that names it."""

    at: datetime
    who: str
    what: str
    kind: str
    values: list[tuple[str, str, str]] = field(default_factory=list)


def _label(model, column):
    for candidate in model._meta.concrete_fields:
        if column in (candidate.column, candidate.name):
            return str(candidate.verbose_name)
    return column


def _shown(value):
    return NO_DATA if value in (None, "") else str(value)


def _values(model, event):
    """Old → new of an update; what a new row said; nothing for columns nobody reads."""
    if event.pgh_diff:
        pairs = ((column, old, new) for column, (old, new) in event.pgh_diff.items())
    else:
        old_side = event.pgh_label == "delete"
        pairs = ((c, v if old_side else None, None if old_side else v) for c, v in event.pgh_data.items())
    return [
        (_label(model, column), _shown(old), _shown(new))
        for column, old, new in pairs
        if column not in HIDDEN and not column.startswith("pgh_") and (old, new) != (None, None) and (old or new)
    ]


def _events(instance):
    """Its own events and those of rows that name it, newest first; a model that is not tracked has none."""
    seen = {}
    for events in (
        pghistory.models.Events.objects.tracks(instance),
        pghistory.models.Events.objects.references(instance),
    ):
        for event in events.order_by("-pgh_created_at")[:MOST]:
            seen[event.pgh_slug] = event
    return sorted(seen.values(), key=lambda event: (event.pgh_created_at, event.pgh_id), reverse=True)


def changes_of(instance):
    """The record's history for a person; a job or command without a user is named as such."""
    from django.apps import apps

    events = _events(instance)
    ids = {(event.pgh_context or {}).get("user") for event in events} - {None}
    people = {user.pk: user for user in User.objects.filter(pk__in=ids)}
    changes = []
    for event in events:
        context = event.pgh_context or {}
        user = people.get(context.get("user"))
        model = apps.get_model(event.pgh_obj_model)
        changes.append(
            Change(
                at=event.pgh_created_at,
                who=user.get_full_name() if user else str(context.get("run") or context.get("command") or _("system")),
                what=str(LABELS.get(event.pgh_label, event.pgh_label)),
                kind=str(model._meta.verbose_name),
                values=_values(model, event),
            ),
        )
    return changes

"""What happened to a record, from the audit events: who, when, old → new."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pghistory.models
from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.admin.scope import visible
from channelhub.core.models import User
from channelhub.lib.formats import NO_DATA

LABELS = {"insert": gettext_lazy("created"), "update": gettext_lazy("changed"), "delete": gettext_lazy("removed")}
HIDDEN = {"id", "version", "updated_at", "sort_key", "date_joined", "territory_path", "line_path", "channel_path"}
MOST = 500


@dataclass
class Change:
    """One event: the record's own, or that of a dated row that names it."""

    at: datetime
    who: str
    what: str
    kind: str
    reason: str = ""
    values: list[tuple[str, str, str]] = field(default_factory=list)


def _field(model, column):
    return next((f for f in model._meta.concrete_fields if column in (f.column, f.attname, f.name)), None)


def _period(text):
    """A stored period as people read it: [2026-01-01,2027-01-01) is 2026-01-01 to 2026-12-31."""
    first, last = text.strip("[]()").split(",")
    if last:
        last = (date.fromisoformat(last) - timedelta(days=1)).isoformat()
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s") % {"first": first}
    return _("to %(last)s") % {"last": last} if last else _("always")


class Reader:
    """Turns what events hold into words: names for ids, labels for codes; one query per kind of record."""

    def __init__(self, events, request):
        self._named = {}
        wanted = {}
        for model, column, value in self._references(events):
            wanted.setdefault(_field(model, column).related_model, set()).add(value)
        for related, ids in wanted.items():
            rows = visible(related, request).filter(pk__in=ids)  # others are shown by their number only
            self._named[related] = {str(row.pk): str(row) for row in rows}

    @staticmethod
    def _references(events):
        for event in events:
            model = apps.get_model(event.pgh_obj_model)
            for column, value in _pairs(event):
                known = _field(model, column)
                if known is not None and known.is_relation:
                    yield from ((model, column, each) for each in value if each is not None)

    def shown(self, model, column, value):
        if value in (None, "", []):
            return NO_DATA
        known = _field(model, column)
        if known is not None and known.is_relation:
            return self._named.get(known.related_model, {}).get(str(value), str(value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if known is not None and known.choices:
            return str(dict(known.flatchoices).get(value, value))
        if isinstance(value, str) and value[:1] in "[(" and "," in value:
            return _period(value)
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def values(self, model, event):
        """Label, old and new of what the event changed; columns that nobody reads are left out."""
        rows = []
        for column, (old, new) in _pairs(event):
            if column in HIDDEN or column.startswith("pgh_") or not (old or new):
                continue
            known = _field(model, column)
            label = str(known.verbose_name) if known is not None else column
            rows.append((label, self.shown(model, column, old), self.shown(model, column, new)))
        return rows


def _pairs(event):
    """Column → (old, new): the difference, or all that a new or removed row says."""
    if event.pgh_diff:
        return list(event.pgh_diff.items())
    gone = event.pgh_label == "delete"
    return [(column, (value, None) if gone else (None, value)) for column, value in event.pgh_data.items()]


def _events(instance):
    """Its own events and those of rows that name it, newest first."""
    seen = {}
    for events in (
        pghistory.models.Events.objects.tracks(instance),
        pghistory.models.Events.objects.references(instance),
    ):
        for event in events.order_by("-pgh_created_at")[:MOST]:
            seen[event.pgh_slug] = event
    return sorted(seen.values(), key=lambda event: (event.pgh_created_at, event.pgh_id), reverse=True)


def _who(context, people):
    user = people.get(context.get("user"))
    if user is not None:
        return user.get_full_name()
    if context.get("run"):
        return _("night run %(number)s") % {"number": context["run"]}
    return str(context.get("command") or _("system"))


def changes_of(instance, request):
    """The record's history for a person; a job or command without a user is named as such."""
    events = _events(instance)
    reader = Reader(events, request)
    ids = {(event.pgh_context or {}).get("user") for event in events} - {None}
    people = {user.pk: user for user in User.objects.filter(pk__in=ids)}
    changes = []
    for event in events:
        model = apps.get_model(event.pgh_obj_model)
        values = reader.values(model, event)
        if values:
            changes.append(
                Change(
                    at=event.pgh_created_at,
                    who=_who(event.pgh_context or {}, people),
                    what=str(LABELS.get(event.pgh_label, event.pgh_label)),
                    kind=str(model._meta.verbose_name),
                    reason=(event.pgh_context or {}).get("reason", ""),
                    values=values,
                ),
            )
    return changes

"""What stands above a list: which filters are set, what the rows add up to, and the way to keep the view."""

from dataclasses import dataclass

from channelhub.core.admin.scope import visible
from channelhub.core.models import SavedView


@dataclass(frozen=True)
class Chip:
    """A filter that is set: its name, its values, and the address of the list without it."""

    name: str
    value: str
    without: str


def _records(spec, values, request):
    """The names of the records that a filter over a reference chose."""
    field = getattr(spec, "field", None)
    related = getattr(field, "related_model", None)
    ids = [value for value in values if str(value).isdecimal()]
    if related is None or not ids or len(ids) != len(values):
        return ""
    return ", ".join(str(row) for row in visible(related, request).filter(pk__in=ids))


def _value(spec, changelist, request):
    chosen = [
        str(choice["display"])
        for choice in spec.choices(changelist)
        if choice.get("selected") and choice.get("display") not in (None, "")
    ]
    if chosen:
        return ", ".join(chosen)
    values = [v for value in spec.used_parameters.values() for v in (value if isinstance(value, list) else [value])]
    values = [value for value in values if value not in (None, "")]
    return _records(spec, values, request) or " – ".join(map(str, values))


def chips_of(changelist, request):
    """The filters that are set, in the filters' order, and the search."""
    chips = []
    for spec in changelist.filter_specs:
        if not any(value not in (None, "", [""]) for value in spec.used_parameters.values()):
            continue
        without = changelist.get_query_string(remove=[name for name in spec.expected_parameters() if name])
        chips.append(
            Chip(str(spec.title), str(getattr(spec, "chip", None) or _value(spec, changelist, request)), without)
        )
    return chips


def own_view(list_name, request):
    """The person's saved view whose address this is; asked only where filters are set."""
    query = request.GET.urlencode()
    return SavedView.objects.filter(user=request.user, list=list_name, query=query).first() if query else None

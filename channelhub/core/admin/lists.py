"""What stands above a list: which filters are set, what the rows add up to, and the way to keep the view."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chip:
    """A filter that is set: its name, its values, and the address of the list without it."""

    name: str
    value: str
    without: str


def _value(spec, changelist):
    chosen = [
        str(choice["display"])
        for choice in spec.choices(changelist)
        if choice.get("selected") and choice.get("display") not in (None, "")
    ]
    if chosen:
        return ", ".join(chosen)
    values = [v for value in spec.used_parameters.values() for v in (value if isinstance(value, list) else [value])]
    return " – ".join(str(value) for value in values if value not in (None, ""))


def chips_of(changelist):
    """The filters that are set, in the filters' order, and the search."""
    chips = []
    for spec in changelist.filter_specs:
        if not any(value not in (None, "", [""]) for value in spec.used_parameters.values()):
            continue
        without = changelist.get_query_string(remove=[name for name in spec.expected_parameters() if name])
        chips.append(Chip(str(spec.title), str(getattr(spec, "chip", None) or _value(spec, changelist)), without))
    return chips

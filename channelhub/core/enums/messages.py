"""Sentences that the system writes: a code and values are stored, the words are chosen when a person reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from channelhub.lib.money import minor_units

Kinds = Mapping[str, type]


@dataclass(frozen=True)
class Message:
    """A code, its sentence with named places, and the type of each value."""

    code: str
    sentence: Any
    values: Kinds

    def accept(self, values: Mapping[str, Any]) -> None:
        """Refuse values that the sentence does not name, miss, or are of another type."""
        check_values(self.code, self.values, values)

    def render(self, values: Mapping[str, Any]) -> str:
        """The sentence in the reader's language; ``values`` as they came back from the database."""
        currency = values.get("currency", "")
        shown = {key: _shown(kind, values.get(key, ""), currency) for key, kind in self.values.items()}
        return str(self.sentence).format(**shown)


def check_values(code: str, kinds: Kinds, values: Mapping[str, Any]) -> None:
    """Refuse values whose names or types are not the declared ones."""
    if set(values) != set(kinds):
        raise TypeError(f"{code} takes {sorted(kinds)}, not {sorted(values)}")
    wrong = [key for key, value in values.items() if not isinstance(value, kinds[key])]
    if wrong:
        raise TypeError(f"{code}: wrong type of {', '.join(sorted(wrong))}")


def _shown(kind: type, value: Any, currency: str) -> str:
    if value in ("", None):
        return ""
    if kind is datetime:
        at = value if isinstance(value, datetime) else parse_datetime(value)
        return date_format(localtime(at), "DATETIME_FORMAT")
    if kind is date:
        return date_format(value if isinstance(value, date) else parse_date(value))
    if kind is Decimal:  # beside a currency it is an amount of it
        return number_format(Decimal(value), minor_units(currency) if currency else None, force_grouping=bool(currency))
    if kind is dict:  # a name in both scripts: the reader's language chooses
        english = (get_language() or "en").startswith("en")
        return str((value.get("name_en") if english else "") or value.get("name", ""))
    return str(value)


_messages: dict[str, Message] = {}


def declare(code: str, sentence: Any, **values: type) -> Message:
    """Make a message known; the same code twice with another sentence is refused."""
    message = Message(code, sentence, values)
    if _messages.setdefault(code, message).sentence != sentence:
        raise ValueError(f"message {code} is declared twice")
    return message


def every_message() -> list[Message]:
    return [_messages[code] for code in sorted(_messages)]


def message(code: str) -> Message:
    return _messages[code]


def render(code: str, values: Mapping[str, Any]) -> str:
    """A stored message in the reader's language; the bare code if the version that knew it is gone."""
    known = _messages.get(code)
    return code if known is None else known.render(values)


EXPORT_READY = declare("core.export_ready", _("Your file is ready: {title}, {rows} rows."), title=str, rows=int)
EXPORT_FAILED = declare("core.export_failed", _("Your file could not be made: {title}."), title=str)
CHUNK_SET_ASIDE = declare(
    "core.chunk_set_aside",
    _("Part {part} of step {step} of the night of {day} failed {attempts} times and was set aside: {error}"),
    part=str,
    step=str,
    day=date,
    attempts=int,
    error=str,
)
HANDLING_SET_ASIDE = declare(
    "core.handling_set_aside",
    _("{handler} failed {attempts} times on event {event} and was set aside: {error}"),
    handler=str,
    event=str,
    attempts=int,
    error=str,
)
RUN_OPENED = declare("core.run_opened", _("Opened with {parts} parts for {day}."), parts=int, day=date)
RUN_DONE = declare("core.run_done", _("All {parts} parts are done."), parts=int)
RUN_INCOMPLETE = declare("core.run_incomplete", _("Ended incomplete: {count} parts were set aside."), count=int)
RUN_CANCELLED = declare("core.run_cancelled", _("Cancelled with {count} parts left."), count=int)
CHUNK_FAILED = declare(
    "core.chunk_failed",
    _("Part {part} of step {step} failed at attempt {attempts}: {error}"),
    part=str,
    step=str,
    attempts=int,
    error=str,
)
CHUNK_AGAIN = declare(
    "core.chunk_again",
    _("Part {part} of step {step} is tried again, as ordered."),
    part=str,
    step=str,
)

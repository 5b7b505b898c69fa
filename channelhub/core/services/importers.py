"""What can be imported: every app registers its importers, each with its fields, its rules and its one service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from channelhub.core.enums.imports import RowRule
from channelhub.core.errors import UnknownImporter
from channelhub.core.models import Feed
from channelhub.core.services.staging import Source, Taken

_importers: dict[str, "Importer"] = {}
_rules: list[type[TextChoices]] = [RowRule]


@dataclass(frozen=True)
class ImportField:
    """A field a file may fill. ``kind``: text, code, number, date or choice; ``example`` shows a good value."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True)
class Entry:
    """With what an importer is called beside the rows: the feed they come from, the file's name, and when.

    ``resubmitted``: refused rows of a file that a person mended, not the file.
    """

    feed: Feed
    reference: str
    at: datetime
    resubmitted: bool = False


@dataclass(frozen=True)
class Importer:
    """A way in for one kind of record. ``take`` checks staged rows and enters the good ones, set-based.

    Those refused it names in ``rejected_rows``, by the same checks as the API.
    """

    name: str
    label: str
    fields: tuple[ImportField, ...]
    take: Callable[[Source, Entry], Taken]

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)


def register(importer: Importer, *rules: type[TextChoices]) -> None:
    """Make an importer known, with the rules of its own; called in an app's ``importers``."""
    _importers[importer.name] = importer
    _rules.extend(rule for rule in rules if rule not in _rules)


def importer(name: str) -> Importer:
    """The importer of that name; refuses one that no app registers."""
    if name not in _importers:
        raise UnknownImporter(_("Nothing is imported as %(name)s.") % {"name": name})
    return _importers[name]


def every_importer() -> list[Importer]:
    """All importers, by name."""
    return [_importers[name] for name in sorted(_importers)]


def message_of(rule: str) -> str:
    """What a rule's code says to a person, in the language of the day; the code itself if no app declares it."""
    for rules in _rules:
        if rule in rules.values:
            return str(rules(rule).label)
    return rule

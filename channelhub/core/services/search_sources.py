"""What can be found: each app registers its records, by SQL expressions over one row ``n`` of their table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from channelhub.core.enums.rights import PortalRight


@dataclass(frozen=True)
class Source:
    """Records of one table that can be found, and where they lead.

    ``code`` is the SQL of what a record is called by; ``words``: the SQL of whatever else it is found by.
    ``partner``: the SQL of whose it is. ``portal``: a dealer's page of a record; None: dealers do not find them.
    ``joined``: what the record's title reads, so that a page of answers is one question per kind.
    """

    model: str
    code: str
    words: tuple[str, ...] = ()
    partner: str = "NULL"
    icon: str = "arrow_forward"
    title: Callable[[Any], str] = str
    portal: Callable[[Any], str] | None = None
    right: PortalRight | None = None
    joined: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return self.model.lower()

    @property
    def class_(self) -> type[Model]:
        return apps.get_model(self.model)

    def rows(self, user: Any) -> QuerySet[Any, Any]:
        """The records the person may see; those without an owner are seen by whoever may see the kind."""
        rows = self.class_._default_manager.all()  # noqa: SLF001 - how Django names a model's first manager
        seen = rows.visible_to(user) if hasattr(rows, "visible_to") else rows
        return seen.select_related(*self.joined) if self.joined else seen


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Called from an app's AppConfig.ready(); answers are grouped in the order of registration."""
    for source in sources:
        _sources[source.kind] = source


def every_source() -> list[Source]:
    """All kinds that can be found, in the order of registration."""
    return list(_sources.values())


def source_of(kind: str) -> Source:
    """The source of one kind."""
    return _sources[kind]

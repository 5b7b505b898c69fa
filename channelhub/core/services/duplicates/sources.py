"""What can be compared: each app registers a kind of record, how its facts are read and what they are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zlib import crc32

from django.apps import apps
from django.db.models import Model

from channelhub.core.models import DuplicateUse
from channelhub.core.rules.duplicates.facts import Facts
from channelhub.core.rules.duplicates.scoring import Scale


@dataclass(frozen=True)
class Source:
    """Records of one table that are compared with each other.

    ``facts`` reads what is known of records by their ids; a record it leaves out is not looked for.
    ``made_of``: table and column that names the record, for every table whose rows change what is known of it.
    ``use``: the use whose scale decides which pairs come into the queue.
    """

    model: str
    facts: Callable[[Sequence[int]], dict[int, Facts]]
    made_of: tuple[tuple[str, str], ...]
    use: str

    @property
    def kind(self) -> str:
        return self.model.lower()

    @property
    def class_(self) -> type[Model]:
        return apps.get_model(self.model)

    @property
    def salt(self) -> int:
        """What the numbers of this kind are mixed with, so that kinds share an index and not a key."""
        return crc32(self.kind.encode()) & 0x7FFFFFFF


_sources: dict[str, Source] = {}
_scales: dict[str, Scale] = {}


def register(source: Source) -> None:
    """Called from an app's AppConfig.ready()."""
    _sources[source.kind] = source


def register_use(code: str, scale: Scale) -> None:
    """A use with the scale the release delivers; its row may be stricter or milder."""
    _scales[code] = scale


def every_source() -> list[Source]:
    """All kinds that are compared."""
    return list(_sources.values())


def source_of(kind: str) -> Source:
    """The source of one kind."""
    return _sources[kind.lower()]


def every_use() -> dict[str, Scale]:
    """The uses as the release delivers them."""
    return dict(_scales)


def scale_of(code: str) -> Scale:
    """A use's scale as administrators have set it."""
    delivered = _scales[code]
    row = DuplicateUse.objects.filter(code=code).first()
    if row is None:
        return delivered
    return replace(
        delivered,
        suspected_from=float(row.suspected_from),
        same_from=float(row.same_from),
        points={**delivered.points, **{name: float(value) for name, value in row.points.items()}},
    )


def deliver_uses() -> None:
    """Write the uses that have no row yet."""
    DuplicateUse.objects.bulk_create(
        (
            DuplicateUse(
                code=code,
                suspected_from=Decimal(str(scale.suspected_from)),
                same_from=Decimal(str(scale.same_from)),
            )
            for code, scale in _scales.items()
        ),
        ignore_conflicts=True,
    )

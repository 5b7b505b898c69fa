"""A mapping profile as a query: its mappings become the select list over a job's staging table."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from channelhub.core.enums.imports import Conversion, Sign
from channelhub.core.errors import ColumnsMissing
from channelhub.core.models import FieldMapping, LookupTable, MappingProfile
from channelhub.core.services.import_files import ImportFile, column_names
from channelhub.core.services.importers import importer
from channelhub.core.services.staging import Source
from channelhub.lib import sql
from channelhub.lib.typed_sql import decimal_of


class MappingQuery:
    """Collects the select list, joins and parameters of one profile over one table."""

    def __init__(self, profile: MappingProfile, columns: Sequence[str]) -> None:
        self.names = dict(zip(columns, column_names(len(columns)), strict=True))
        self.joins: list[str] = []
        self.params: dict[str, Any] = {}
        self.mappings = {m.field: m for m in profile.mappings.select_related("lookup", "then_lookup")}
        self.fields = importer(profile.importer).field_names
        missing = sorted({c for m in self.mappings.values() for c in m.columns if c not in self.names})
        if missing:
            raise ColumnsMissing.of(missing)

    def relation(self, table: str, where: str) -> str:
        """The query in brackets: row number, then every field of the importer, '' where the profile says nothing."""
        fields = ", ".join(f"{self._field(field)} AS {sql.quoted(field)}" for field in self.fields)
        return f"(SELECT s.row_no, {fields} FROM {sql.quoted(table)} s {' '.join(self.joins)} WHERE {where})"

    def _field(self, field: str) -> str:
        mapping = self.mappings.get(field)
        if mapping is None:
            return "''::text"
        if not mapping.columns:
            return self._param(mapping.default)
        text = self._looked_up(self._text(mapping), mapping.lookup, mapping.then_lookup)
        text = _number(CONVERSIONS[Conversion(mapping.conversion)](text), mapping)
        if mapping.prefix:
            text = f"coalesce({self._param(mapping.prefix)} || nullif({text}, ''), '')"
        return f"coalesce(nullif({text}, ''), {self._param(mapping.default)})" if mapping.default else text

    def _text(self, mapping: FieldMapping) -> str:
        columns = [f"s.{self.names[column]}" for column in mapping.columns]
        if len(columns) == 1:
            return columns[0]
        parts = ", ".join(f"nullif({column}, '')" for column in columns)
        return f"concat_ws({self._param(mapping.separator)}, {parts})"

    def _looked_up(self, text: str, *lookups: LookupTable | None) -> str:
        """What the lookup tables make of the text; a key they do not hold stays, and is refused as an unknown code."""
        for lookup in lookups:
            if lookup is not None:
                alias = f"l{len(self.joins) + 1}"
                self.joins.append(
                    f"LEFT JOIN core_lookupvalue {alias}"
                    f" ON {alias}.lookup_id = {int(lookup.pk)} AND {alias}.key = {text}",
                )
                text = f"coalesce({alias}.value, {text})"
        return text

    def _param(self, value: str) -> str:
        name = f"mapping_{len(self.params)}"
        self.params[name] = value
        return f"%({name})s::text"


def mapped(profile: MappingProfile, *, columns: Sequence[str], table: str, rows: int, good_only: bool = True) -> Source:
    """The staged rows as the importer's fields; refuses a profile that names columns which the file lacks."""
    query = MappingQuery(profile, columns)
    relation = query.relation(table, "s.problem = ''" if good_only else "true")
    return Source(relation, rows, query.params, frozenset(query.fields) - frozenset(query.mappings))


def load_lookup(*, lookup: LookupTable, file: ImportFile, name: str, sha256: str) -> int:
    """Replace a lookup table's rows by those of a file; of a key's several rows the first counts."""
    missing = [column for column in (lookup.key_column, lookup.value_column) if column not in file.columns]
    if missing:
        raise ColumnsMissing.of(missing)
    key, value = file.columns.index(lookup.key_column), file.columns.index(lookup.value_column)
    found: dict[str, str] = {}
    for row in list(file.rows())[1:]:
        if len(row) > max(key, value) and row[key]:
            found.setdefault(row[key][:200], row[value][:400])
    _values(lookup).delete()
    rows = ([lookup.pk, *pair] for pair in sorted(found.items()))
    count = sql.copy_rows("core_lookupvalue", ["lookup_id", "key", "value"], rows)
    LookupTable.objects.filter(pk=lookup.pk).update(file_name=name[:200], sha256=sha256)
    return count


def _values(lookup: LookupTable) -> QuerySet:
    return lookup.values.all()


def _number(text: str, mapping: FieldMapping) -> str:
    """Factor and sign; what is no number stays as it is and is refused by the field's own check."""
    if mapping.factor is None and mapping.sign == Sign.KEEP:
        return text
    number = "n.number" if mapping.factor is None else f"n.number * {mapping.factor:f}"
    number = {
        Sign.KEEP: number,
        Sign.TURN: f"-({number})",
        Sign.POSITIVE: f"abs({number})",
        Sign.NEGATIVE: f"-abs({number})",
    }[Sign(mapping.sign)]
    return f"(SELECT coalesce(trim_scale({number})::text, n.text) FROM {_read(text)} n)"


def _read(text: str) -> str:
    return f"(SELECT t.text, {decimal_of('t.text')} AS number FROM (SELECT {text} AS text OFFSET 0) t)"


def _parts(text: str, year: int, month: int, day: int) -> str:
    """A day whose parts stand apart by points, strokes or dashes; anything after a blank or T is a time."""
    date = f"translate(split_part(split_part({text}, ' ', 1), 'T', 1), './', '--')"
    parts = {part: f"split_part({date}, '-', {place})" for part, place in (("y", year), ("m", month), ("d", day))}
    return (
        f"CASE WHEN {date} = '' OR split_part({date}, '-', 3) = '' THEN {text}"
        f" ELSE {parts['y']} || '-' || lpad({parts['m']}, 2, '0') || '-' || lpad({parts['d']}, 2, '0') END"
    )


def _year_first(text: str) -> str:
    compact = f"length({text}) = 8 AND translate({text}, '0123456789', '') = ''"
    return (
        f"CASE WHEN {compact} THEN substr({text}, 1, 4) || '-' || substr({text}, 5, 2) || '-' || substr({text}, 7)"
        f" ELSE {_parts(text, 1, 2, 3)} END"
    )


CONVERSIONS = {
    Conversion.NONE: lambda text: text,
    Conversion.UPPER: lambda text: f"upper({text})",
    Conversion.DECIMAL_COMMA: lambda text: f"replace(translate({text}, '. ', ''), ',', '.')",
    Conversion.DECIMAL_POINT: lambda text: f"translate({text}, ', ', '')",
    Conversion.DAY_MONTH_YEAR: lambda text: _parts(text, 3, 2, 1),
    Conversion.MONTH_DAY_YEAR: lambda text: _parts(text, 3, 1, 2),
    Conversion.YEAR_MONTH_DAY: _year_first,
}

"""How the codes that staged rows name are resolved: the feed's own codes first, then the record's."""

from collections.abc import Iterable

from channelhub.core.models import ExternalCode, Feed
from channelhub.core.services.staging import Source


class StagedCode:
    """How one field's code is resolved: by the feed's codes if it has any of the kind, then by the record's own.

    ``kind`` of external code, ``table`` of the records, ``own``: their column with the code. The statement that uses
    it has the feed's id as the parameter ``feed``.
    """

    def __init__(self, name: str, kind: str, table: str, own: str, *, source: Source, coded: frozenset[str]) -> None:
        self.name, self.kind, self.table, self.own = name, kind, table, own
        self.filled, self.coded = name not in source.never_filled, kind in coded

    def found(self, column: str) -> str:
        """The resolved record's column."""
        if not self.filled:
            return "NULL::bigint" if column == "id" or column.endswith("_id") else "NULL::text"
        own = f"{self.name}_own.{column}"
        return f"coalesce({self.name}_coded.{column}, {own})" if self.coded else own

    def joins(self) -> str:
        """The joins that find it."""
        if not self.filled:
            return ""
        joins = f"LEFT JOIN {self.table} {self.name}_own ON {self.name}_own.{self.own} = s.{self.name}"
        if not self.coded:
            return joins
        return f"""
            LEFT JOIN (
                SELECT c.code AS feeds_code, r.* FROM core_externalcode c JOIN {self.table} r ON r.id = c.target_id
                WHERE c.feed_id = %(feed)s AND c.kind = '{self.kind}'
            ) {self.name}_coded ON {self.name}_coded.feeds_code = s.{self.name}
            {joins}
        """


def kinds_coded(feed: Feed, kinds: Iterable[str]) -> frozenset[str]:
    """Of which of these kinds the feed has codes of its own."""
    return frozenset(kind for kind in kinds if ExternalCode.objects.filter(feed=feed, kind=kind).exists())

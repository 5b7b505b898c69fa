"""Rows into files: CSV straight from PostgreSQL, XLSX row by row."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection
from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Cast

REPORT_EVERY = 1000
SHEET_ROWS = 1_048_000
Report = Callable[[int], None]


def harmless(expression: Any) -> Func:
    """Text that no spreadsheet runs: a leading = + - @ (or tab, or line end) is quoted by an apostrophe."""
    return Func(
        Cast(expression, CharField()),
        Value(r"^([=+\-@\t\r\n])"),
        Value(r"'\1"),
        function="regexp_replace",
        output_field=CharField(),
    )


def as_columns(queryset: QuerySet, columns: Sequence[tuple[str, bool]]) -> QuerySet:
    """The queryset as rows of exactly these columns; free text is made harmless."""
    shown = {f"column_{i}": harmless(F(name)) if is_text else F(name) for i, (name, is_text) in enumerate(columns)}
    return queryset.annotate(**shown).values_list(*shown)


def harmless_rows(rows: Iterable[Sequence[Any]], columns: Sequence[tuple[str, bool]]) -> Iterator[Sequence[Any]]:
    """The same for rows that were computed: texts like those of ``as_columns``."""
    free = [is_text for _, is_text in columns]
    for row in rows:
        yield [_harmless(value) if is_text else value for value, is_text in zip(row, free, strict=True)]


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@\t\r\n")) else value


def write_csv(path: Path, headings: Sequence[str], rows: QuerySet | Iterable[Sequence[Any]], report: Report) -> int:
    """COPY a query into the file, or write rows; with the mark that lets Excel read UTF-8; the number of rows."""
    with _replacing(path) as file:
        file.write(b"\xef\xbb\xbf")
        file.write(",".join(_csv_cell(heading) for heading in headings).encode() + b"\r\n")
        counting = _Counting(file, report)
        return _copy(rows, counting) if isinstance(rows, QuerySet) else _write_rows(rows, counting)


def _write_rows(rows: Iterable[Sequence[Any]], file: "_Counting") -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)  # type: ignore[type-var]
    writer = csv.writer(text, lineterminator="\n")
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    text.detach()
    return count


def _copy(query: QuerySet, file: "_Counting") -> int:
    sql, params = query.query.sql_with_params()
    with connection.cursor() as cursor:
        statement = cursor.cursor.mogrify(sql, params).decode()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv)", file)
        return cursor.rowcount


def write_xlsx(path: Path, headings: Sequence[str], rows: QuerySet | Iterable[Sequence[Any]], report: Report) -> int:
    """Row by row in constant memory, on as many sheets as needed; the number of rows."""
    count = 0
    with _replacing(path) as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(file, options)
        formats = {date: book.add_format({"num_format": "yyyy-mm-dd"}), "bold": book.add_format({"bold": True})}
        sheet = None
        for count, row in enumerate(_each(rows), start=1):
            line = (count - 1) % SHEET_ROWS
            if line == 0:
                sheet = _new_sheet(book, headings, formats)
            _write_row(sheet, line + 1, row, formats)
            if count % REPORT_EVERY == 0:
                report(count)
        if sheet is None:
            _new_sheet(book, headings, formats)
        book.close()
    return count


def _each(rows: QuerySet | Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    return rows.iterator(chunk_size=2000) if isinstance(rows, QuerySet) else rows


def _new_sheet(book: Any, headings: Sequence[str], formats: dict[Any, Any]) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 16)
    for position, heading in enumerate(headings):
        sheet.write_string(0, position, heading, formats["bold"])
    return sheet


def _write_row(sheet: Any, line: int, row: Iterable[Any], formats: dict[Any, Any]) -> None:
    for position, value in enumerate(row):
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            sheet.write_number(line, position, value)
        elif isinstance(value, date) and not isinstance(value, datetime):
            sheet.write_datetime(line, position, value, formats[date])
        elif value is not None:
            sheet.write_string(line, position, str(value))


def _csv_cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


class _replacing:  # noqa: N801 - reads as a verb where it is used
    """A file that takes its name only when it is complete."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_suffix(path.suffix + ".part")

    def __enter__(self) -> io.BufferedWriter:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.part.open("wb")
        return self.file

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.file.close()
        if kind is None:
            os.replace(self.part, self.path)  # noqa: PTH105 - atomic over an existing file
        else:
            self.part.unlink(missing_ok=True)


class _Counting(io.RawIOBase):
    """What COPY and the CSV writer write into: counts lines, and reports now and then."""

    def __init__(self, file: io.BufferedWriter, report: Report) -> None:
        super().__init__()
        self.file, self.report, self.count, self.reported = file, report, 0, 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        data = bytes(data)
        self.count += data.count(b"\n")
        if self.count - self.reported >= REPORT_EVERY:
            self.reported = self.count
            self.report(self.count)
        return self.file.write(data)

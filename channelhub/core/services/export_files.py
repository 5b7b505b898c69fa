"""Rows into files: CSV straight from PostgreSQL, XLSX row by row."""

import io
import os
from collections.abc import Callable, Iterable, Sequence
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


def write_csv(path: Path, headings: Sequence[str], query: QuerySet, report: Report) -> int:
    """COPY into the file, with the mark that lets Excel read UTF-8; the number of rows."""
    sql, params = query.query.sql_with_params()
    with _replacing(path) as file, connection.cursor() as cursor:
        file.write(b"\xef\xbb\xbf")
        file.write(",".join(_csv_cell(heading) for heading in headings).encode() + b"\r\n")
        statement = cursor.cursor.mogrify(sql, params).decode()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv)", _Counting(file, report))
        return cursor.rowcount


def write_xlsx(path: Path, headings: Sequence[str], query: QuerySet, report: Report) -> int:
    """Row by row in constant memory, on as many sheets as needed; the number of rows."""
    count = 0
    with _replacing(path) as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(file, options)
        formats = {date: book.add_format({"num_format": "yyyy-mm-dd"}), "bold": book.add_format({"bold": True})}
        sheet = None
        for count, row in enumerate(query.iterator(chunk_size=2000), start=1):
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


class _Counting:
    """What COPY writes into: counts lines, and reports now and then."""

    def __init__(self, file: io.BufferedWriter, report: Report) -> None:
        self.file, self.report, self.count, self.reported = file, report, 0, 0

    def write(self, data: bytes) -> int:
        self.count += data.count(b"\n")
        if self.count - self.reported >= REPORT_EVERY:
            self.reported = self.count
            self.report(self.count)
        return self.file.write(data)

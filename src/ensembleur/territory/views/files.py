"""Tables and points as files: CSV and GeoJSON flow as they are read, a spreadsheet is written whole first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def harmless(value: Any) -> Any:
    """The value as a spreadsheet may open it: a name that begins like a formula is preceded by an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def csv_file(name: str, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> HttpResponseBase:
    """A CSV of `columns`, separated by semicolons, with the mark that lets spreadsheets read accents."""
    writer = csv.writer(_Echo(), delimiter=";")

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(columns)
        for row in rows:
            yield writer.writerow(["" if row[column] is None else harmless(row[column]) for column in columns])

    return _attached(StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8"), name, "csv")


def xlsx_file(
    name: str, columns: Sequence[str], rows: Iterable[dict[str, Any]], notes: Iterable[tuple[str, str]]
) -> HttpResponseBase:
    """A spreadsheet of two sheets: the rows, and where they come from (`notes`: pairs of words and values)."""
    held = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("données")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 18)
        sheet.write_row(0, 0, columns, bold)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [row[column] for column in columns])
        about = book.add_worksheet("source")
        about.set_column(0, 1, 40)
        for number, pair in enumerate(notes):
            about.write_row(number, 0, pair)
    return _attached(HttpResponse(held.getvalue(), content_type=XLSX), name, "xlsx")


def geojson_file(name: str, features: Iterable[dict[str, Any]], about: dict[str, Any]) -> HttpResponseBase:
    """A FeatureCollection that says where it comes from in members of its own."""

    def parts() -> Iterator[str]:
        yield json.dumps({"type": "FeatureCollection", **about}, ensure_ascii=False)[:-1] + ', "features": ['
        for number, one in enumerate(features):
            yield (", " if number else "") + json.dumps(one, ensure_ascii=False)
        yield "]}"

    return _attached(StreamingHttpResponse(parts(), content_type="application/geo+json"), name, "geojson")


def _attached(response: HttpResponseBase, name: str, extension: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def dated(name: str, day: date) -> str:
    """A file name that says its day."""
    return f"ensembleur-{name}-{day.isoformat()}"

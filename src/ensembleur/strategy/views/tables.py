"""Tables to take away and bring back: written so that no spreadsheet runs a cell, sealed in the page from a trial to its confirmation."""

from __future__ import annotations

import base64
import csv
from collections.abc import Iterable, Mapping
from datetime import timedelta
from io import StringIO

from django.core import signing
from django.http import HttpResponse

from ensembleur.strategy.engine.tabular import guarded
from ensembleur.web.formats import harmless

SALT = "strategy.tables"
KEPT = timedelta(hours=12)


def table_file(name: str, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> HttpResponse:
    """A table to download."""
    response = HttpResponse(table_csv(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def table_csv(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Lines under their headings, that a spreadsheet opens without running anything and `read_table` reads back equal."""
    columns, text = list(columns), StringIO(newline="")
    text.write("\ufeff")  # or Excel reads accents wrong
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(guarded(row[name])) for name in columns])
    return text.getvalue()


def sealed(content: bytes, name: str, *, by: int, of: str) -> str:
    """A file just tried, for the form that confirms it: it stays in the page, sealed to this person and this strategy."""
    told = {"by": by, "of": of, "name": name[-200:], "content": base64.b64encode(content).decode()}
    return signing.dumps(told, salt=SALT, compress=True)


def unsealed(seal: str, *, by: int, of: str) -> tuple[bytes, str] | None:
    """The file and its name as this person tried them for this strategy; None when the seal is broken, old or another's."""
    try:
        kept = signing.loads(seal, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    if kept["by"] != by or kept["of"] != of:
        return None
    return base64.b64decode(kept["content"]), kept["name"]

"""Lists to download, as CSV that a spreadsheet opens with its accents and without running anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse

from ensembleur.web.formats import harmless


def sheet(name: str, heads: Iterable[Any], lines: Iterable[Iterable[Any]]) -> HttpResponse:
    """A file of lines under their headings, separated by semicolons."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # or Excel reads accents wrong
    writer = csv.writer(response, delimiter=";")
    writer.writerow(heads)
    for line in lines:
        writer.writerow([harmless(value) for value in line])
    return response


def export_link(request: HttpRequest) -> str:
    """The address of the same list as a file, its filters kept."""
    query = request.GET.copy()
    query["format"] = "csv"
    query.pop("page", None)
    return f"?{query.urlencode()}"

"""The grants agreed, as open data."""

from __future__ import annotations

import csv

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ensembleur.journeys.queries.grants import COLUMNS, grant_rows


@require_safe
def grants_csv(request: HttpRequest) -> HttpResponse:
    """CSV, UTF-8, in the columns and the order of the SCDL « Subventions » schema."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = "subventions-fictives.csv" if settings.DEMO else "subventions.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.DictWriter(response, COLUMNS)
    writer.writeheader()
    writer.writerows(grant_rows(award_siret=settings.AWARD_SIRET))
    return response

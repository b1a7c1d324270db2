"""The annual report as a page: the told document in the template, its drawings by their address."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse

from ensembleur.strategy.engine.report.blocks import Document
from ensembleur.web.pages import page


def report_page(
    request: HttpRequest,
    document: Document,
    *,
    charts_url: str,
    crumbs: Iterable[tuple[str, str]] = (),
    downloads: Iterable[tuple[str, str]] = (),
    lock_says: str = "",
) -> HttpResponse:
    """The page. charts_url : what stands before "<code>.json" in the address of a drawing; downloads : (address, words).

    lock_says : that the values of the year stand still, and since when.
    """
    context = {
        "document": document,
        "charts_url": charts_url,
        "crumbs": list(crumbs),
        "downloads": list(downloads),
        "lock_says": lock_says,
    }
    return page(request, "strategy/report/report.html", context)

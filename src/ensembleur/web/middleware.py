"""The errors the house raises on purpose become a page, an htmx fragment or an RFC 9457 problem."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ensembleur.errors import EnsembleurError


class ErrorsToAnswers:
    """One place where an error of the house becomes an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for an EnsembleurError; let any other exception go on."""
        if not isinstance(error, EnsembleurError):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            problem = {"type": f"about:blank#{error.code}", "title": error.code, "status": error.status, "detail": error.sentence}
            return JsonResponse(problem, status=error.status, content_type="application/problem+json")
        return render(request, "web/errors/refused.html", {"error": error}, status=error.status)

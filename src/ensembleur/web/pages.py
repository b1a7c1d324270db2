"""A page, or only its fragment when htmx asks for it: full page and fragment share one markup."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

VARIES = ("HX-Request", "HX-Target", "Accept-Language", "Cookie")


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx made this request."""
    return request.headers.get("HX-Request") == "true"


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Render `template`, or only its partial `fragment` when htmx targets the element of that id.

    A history restoration asks for the whole page again, so it gets it.
    """
    wanted = is_htmx(request) and fragment and request.headers.get("HX-Target") == fragment
    if wanted and request.headers.get("HX-History-Restore-Request") != "true":
        template = f"{template}#{fragment}"
    response = render(request, template, context or {}, status=status)
    patch_vary_headers(response, VARIES)
    return response

"""What surrounds every request: an identifier, one line of log, and an answer for the errors the house raises."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ensembleur.errors import EnsembleurError
from ensembleur.web.errors import answer
from ensembleur.web.pages import is_htmx

access = logging.getLogger("ensembleur.access")
problems = logging.getLogger("ensembleur.problems")
request_id: ContextVar[str] = ContextVar("request_id", default="")
QUIET = {"/healthz", "/readyz"}
SECRETS = {"token", "key", "uidb36"}


class RequestIdFilter(logging.Filter):
    """Writes the identifier of the request on every line of log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add it, keep the line."""
        record.request_id = request_id.get()
        return True


class AccessLog:
    """One structured line a request; the identifier of a proxy is kept, and given back to the caller.

    The query string is not written: it may hold what people search. Nor are the parts of an address that open something
    to whoever holds them: the key of a new password, the token of an invitation.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then write the line."""
        given = request.headers.get("X-Request-ID", "")
        known = given if re.fullmatch(r"[A-Za-z0-9._-]{8,64}", given) else uuid.uuid4().hex
        request_id.set(known)  # until the next request of this thread: Django still writes about this one once it is answered
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = known
        if request.path not in QUIET:
            path = shown_path(request)
            access.info(
                "%s %s %s",
                request.method,
                path,
                response.status_code,
                extra={
                    "method": request.method,
                    "path": path,
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                    "htmx": is_htmx(request),
                },
            )
        return response


def shown_path(request: HttpRequest) -> str:
    """The path without its secrets, which the address names `token`, `key` or `uidb36`."""
    path = request.path
    for name, value in request.resolver_match.kwargs.items() if request.resolver_match else ():
        if name in SECRETS and value:
            path = path.replace(str(value), "…")
    return path


class Sessions(SessionMiddleware):
    """Sessions, whose cookie is only taken back by a page.

    The key of a session changes when somebody signs in or opens a private link. What the page before was still asking for, its map
    for instance, bears the former key: its answer must not close the session just opened.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """As Django does, but for the cookie taken back from what is no page."""
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and not cookie.value and request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            del response.cookies[settings.SESSION_COOKIE_NAME]
        return response


class ErrorsToAnswers:
    """One place where an error of the house becomes an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do but pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for an EnsembleurError; let any other exception go on."""
        if not isinstance(error, EnsembleurError):
            return None
        if error.status >= 500:
            problems.error("%s: %s", error.code, error.sentence, extra={"code": error.code, "path": request.path})
        return answer(request, error.status, error.code, error.sentence, error.details)

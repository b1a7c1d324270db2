"""Agents and administrators act with a second factor: until they have one, every page leads to setting it up."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.accounts.permissions import needs_second_factor
from ensembleur.accounts.views.adapters import ACR
from ensembleur.web.pages import is_htmx, page

# What ProConnect says when the second factor was asked there. Source: ProConnect's documentation for service providers.
STRONG_ACR = frozenset(
    {
        "eidas2",
        "eidas3",
        "eidas0-mfa",
        "eidas1-mfa",
        "https://proconnect.gouv.fr/assurance/self-asserted-2fa",
        "https://proconnect.gouv.fr/assurance/consistency-checked-2fa",
        "https://proconnect.gouv.fr/assurance/certification-dirigeant-2fa",
    }
)
_OPEN = (
    "/static/",
    "/healthz",
    "/readyz",
    "/langue/",
    "/favicon.ico",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
)


class SecondFactorRequired:
    """Send those who lack their second factor to the page that explains it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the page asked for, or with the way to the second factor."""
        if not settings.SECOND_FACTOR_REQUIRED or _is_open(request.path) or not _is_lacking(request):
            return self.get_response(request)
        url = reverse("accounts:second_factor")
        if request.headers.get("Accept", "").startswith("application/json"):
            detail = _("Activez la double authentification de votre compte avant d'agir.")
            problem = {"type": "about:blank#second_factor", "title": "second_factor", "status": 403, "detail": detail}
            return JsonResponse(problem, status=403, content_type="application/problem+json")
        if is_htmx(request):
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


def _is_open(path: str) -> bool:
    """Signing in and out, setting the factor up, and what nobody needs a role for."""
    return path.startswith((*_OPEN, reverse("account_login").removesuffix("login/"), reverse("accounts:second_factor")))


def _is_lacking(request: HttpRequest) -> bool:
    """Two questions to the database at most; none for visitors."""
    user = request.user
    if not user.is_authenticated or not needs_second_factor(user):
        return False
    if request.session.get(ACR) in STRONG_ACR:
        return False
    return not is_mfa_enabled(user)


@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is asked, and the way to it."""
    if is_mfa_enabled(request.user):
        return HttpResponseRedirect(reverse("accounts:home"))
    return page(request, "accounts/second_factor.html")

"""What every page of the layout needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from ensembleur.web.choices import AUDIENCES


def address_of(name: str) -> str:
    """The address of a page by its name, empty when the page is not there yet."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def doors(path: str, *, is_known: bool = False) -> list[dict[str, Any]]:
    """The doors that lead somewhere, in order; a door is current on its own page and below it.

    A person signed in finds first the way to their own desk, which no audience names.
    """
    shown = []
    if is_known and (home := address_of("accounts:home")):
        shown.append({"audience": "mine", "label": gettext("Mon espace"), "url": home, "is_current": False})
    for audience, name in settings.DOORS:
        if url := address_of(name):
            is_current = path == url or (url != "/" and path.startswith(url))
            shown.append({"audience": audience, "label": AUDIENCES[audience], "url": url, "is_current": is_current})
    return shown


def account_links() -> list[tuple[str, str]]:
    """What a signed-in person finds in the account menu; pages that are absent are not listed."""
    pages = (
        (gettext("Mon compte"), "accounts:account"),
        (gettext("Adresses électroniques"), "account_email"),
        (gettext("Mot de passe"), "account_change_password"),
        (gettext("Double authentification"), "mfa_index"),
        (gettext("Mes données personnelles"), "accounts:personal_data"),
    )
    return [(label, address) for label, name in pages if (address := address_of(name))]


def layout(request: HttpRequest) -> dict[str, Any]:
    """The doors, the account menu, and whether this is a demonstration."""
    return {
        "doors": doors(request.path, is_known=getattr(getattr(request, "user", None), "is_authenticated", False)),
        "account_links": account_links(),
        "is_demo": settings.DEMO,
        "source_code_url": settings.SOURCE_CODE_URL,
    }

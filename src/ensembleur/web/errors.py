"""An error answered in the reader's own form: a whole page, an htmx fragment, or an RFC 9457 problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ensembleur.web.pages import VARIES, is_htmx

PAGES = (400, 403, 404, 500)  # these have a page of their own; any other status is a refusal


@dataclass(frozen=True)
class Advice:
    """What a person needs after an error, beside the sentence that says what happened."""

    title: str | Promise
    safe: str | Promise
    todo: str | Promise


NOTHING_CHANGED = _("Rien n'a été modifié : ce qui était enregistré l'est toujours.")
ADVICE = {
    400: Advice(_("Cette demande ne peut pas être lue"), NOTHING_CHANGED, _("Corrigez ce qui est indiqué, puis recommencez.")),
    403: Advice(
        _("Cette page ne vous est pas ouverte"),
        NOTHING_CHANGED,
        _("Connectez-vous avec un autre compte, ou revenez à l'accueil."),
    ),
    404: Advice(_("Page introuvable"), NOTHING_CHANGED, _("Vérifiez l'adresse, ou repartez de l'accueil.")),
    413: Advice(_("Envoi trop volumineux"), NOTHING_CHANGED, _("Réduisez le fichier, puis recommencez.")),
    422: Advice(
        _("Cette action n'est pas possible"), NOTHING_CHANGED, _("Revenez à la page précédente pour choisir autre chose.")
    ),
    500: Advice(
        _("Le site a eu un problème"), _("Ce qui était enregistré l'est toujours."), _("Recommencez dans quelques minutes.")
    ),
    502: Advice(_("Une source extérieure ne répond pas"), NOTHING_CHANGED, _("Recommencez dans quelques minutes.")),
}


def wants_json(request: HttpRequest) -> bool:
    """Whether JSON is what the caller prefers: a browser lists text/html, so it never gets a problem document."""
    accepted = request.headers.get("Accept", "")
    return "text/html" not in accepted and ("application/json" in accepted or "application/problem+json" in accepted)


def in_words(value: Any) -> Any:
    """A detail as JSON carries it: a reason by what it says, anything that is not plain by its text."""
    if isinstance(value, list | tuple | set | frozenset):
        return [in_words(item) for item in value]
    if isinstance(value, dict):
        return {str(key): in_words(item) for key, item in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(getattr(value, "says", value))


def answer(request: HttpRequest, status: int, code: str, sentence: str, details: dict[str, Any] | None = None) -> HttpResponse:
    """The answer to an error.

    status : of HTTP.   code : a stable word for machines.   sentence : what happened and how to mend it, for the reader.
    details : plain data joined to the JSON problem.
    """
    advice = ADVICE.get(status, ADVICE[500 if status >= 500 else 422])
    if wants_json(request):
        problem = {"type": "about:blank", "title": str(advice.title), "status": status, "detail": str(sentence), "code": code}
        plain = {key: in_words(value) for key, value in (details or {}).items()}
        return JsonResponse({**plain, **problem}, status=status, content_type="application/problem+json")
    context = {"status": status, "code": code, "sentence": sentence, "advice": advice, "details": details or {}}
    if is_htmx(request):
        response = HttpResponse(render_to_string("web/errors/fragment.html", context), status=status)
        # The element that was waiting keeps what it shows: the error goes where notices are read.
        response["HX-Retarget"], response["HX-Reswap"] = "#notices", "innerHTML show:#notices:top"
    elif status == 500:
        response = HttpResponse(
            render_to_string("web/errors/500.html", {**context, "LANGUAGE_CODE": get_language() or "fr"}), status=500
        )
    else:
        template = f"web/errors/{status}.html" if status in PAGES and code in GENERIC else "web/errors/refused.html"
        response = render(request, template, context, status=status)
    patch_vary_headers(response, ("Accept", *VARIES))
    return response


GENERIC = frozenset({"bad_request", "not_allowed", "not_found"})

"""Pages that belong to no domain: what the site says of itself, error pages, and what operators ask."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ensembleur.web import components as samples
from ensembleur.web.errors import answer
from ensembleur.web.pages import page


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component, with neutral contents."""
    return page(request, "web/gallery.html", samples.contents())


@require_safe
def gallery_chart(request: HttpRequest) -> JsonResponse:
    """The specification of the gallery's chart."""
    return JsonResponse(samples.chart())


@require_safe
def gallery_outlines(request: HttpRequest) -> JsonResponse:
    """The outlines of the gallery's map: three squares."""
    return JsonResponse(samples.outlines())


@require_safe
def gallery_points(request: HttpRequest) -> JsonResponse:
    """The points of the gallery's map."""
    return JsonResponse(samples.points())


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was tested, what was not, and how to tell us."""
    return page(request, "web/accessibility.html", {"contact": settings.CONTACT_EMAIL})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data are kept, why, how long, and how to get them out."""
    kept = [
        (_("Compte"), _("nom, adresse électronique, langue, rôles : tant que le compte existe")),
        (_("Parcours d'une entreprise"), _("réponses, plan, dossiers et pièces : le temps du parcours et de son suivi")),
        (_("Journal des actes"), _("qui a fait quoi et quand, pour pouvoir en rendre compte")),
        (_("Journal technique"), _("adresse de la page, durée et réponse, sans ce que vous avez cherché")),
    ]
    return page(request, "web/privacy.html", {"contact": settings.CONTACT_EMAIL, "kept": kept})


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes the site and who hosts it, as the installation's settings say."""
    lines = [(_("Éditeur"), settings.PUBLISHER), (_("Hébergeur"), settings.HOST), (_("Contact"), settings.CONTACT_EMAIL)]
    return page(request, "web/legal.html", {"lines": lines})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """A demonstration is not for search engines; elsewhere, only personal pages are closed."""
    return HttpResponse(render_to_string("web/robots.txt", {"is_demo": settings.DEMO}), content_type="text/plain; charset=utf-8")


# -- what operators ask ------------------------------------------------------------------------------------------------
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process is alive; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the site can serve: the database answers, its migrations are applied, its search index is there."""
    checks = {"database": True, "migrations": True, "index": index_is_ready()}
    try:
        executor = MigrationExecutor(connection)
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        checks["database"] = checks["migrations"] = False
    ready = all(checks.values())
    return JsonResponse({"status": "ok" if ready else "not_ready", "checks": checks}, status=200 if ready else 503)


def index_is_ready() -> bool:
    """Whether the search index exists; an installation without register has none to wait for."""
    return settings.SEARCH_INDEX is None or not settings.SEARCH_INDEX.exists() or any(settings.SEARCH_INDEX.iterdir())


# -- error pages -------------------------------------------------------------------------------------------------------
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    if isinstance(exception, RequestDataTooBig):
        return answer(
            request, 413, "too_big", _("Ce que vous avez envoyé est trop volumineux : réduisez le fichier, puis recommencez.")
        )
    return answer(
        request, 400, "bad_request", _("L'adresse ou le formulaire reçu ne peut pas être lu : revenez en arrière et recommencez.")
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return answer(request, 403, "not_allowed", _("Votre compte ne donne pas accès à cette page."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return answer(
        request, 404, "not_found", _("Il n'y a rien à cette adresse : elle a peut-être changé, ou comporte une faute de frappe.")
    )


def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, when the token of a form is absent or too old."""
    return answer(request, 403, "expired_form", _("Ce formulaire a expiré : rechargez la page, puis envoyez-le de nouveau."))


def broken(request: HttpRequest) -> HttpResponse:
    """500: rendered without reading session or database, which may be what is broken."""
    return answer(request, 500, "broken", _("Le site a rencontré une erreur qu'il n'avait pas prévue : elle a été enregistrée."))

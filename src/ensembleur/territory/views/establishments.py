"""The page of an establishment and of a company: who we think they are, and the door to their path."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ensembleur.codes import show_siret
from ensembleur.territory.engine.activities import SOURCE as NAF_SOURCE
from ensembleur.territory.queries.diffusion import CompanyView, EstablishmentView
from ensembleur.territory.queries.register import company, establishment, register_source
from ensembleur.territory.queries.search_words import headcount_words
from ensembleur.web.formats import day
from ensembleur.web.pages import page

SITES_SHOWN = 50
CATEGORIES = {
    "PME": gettext_lazy("petite ou moyenne entreprise"),
    "ETI": gettext_lazy("entreprise de taille intermédiaire"),
    "GE": gettext_lazy("grande entreprise"),
}


def address_of(name: str, *args: str) -> str:
    """The address of a page of another domain, empty when that domain is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@require_safe
def establishment_page(request: HttpRequest, siret: str) -> HttpResponse:
    """« Who we think you are »."""
    view = establishment(siret)
    if view is None:
        raise Http404(siret)
    holder = company(view.siren)
    others = [site for site in holder.sites if site.siret != siret] if holder else []
    context = {
        "site": view,
        "siret_shown": show_siret(siret),
        "identity": identity(view),
        "activity": activity(view),
        "sizes": [
            (_("Effectif de l'établissement"), headcount_words(view)),
            (_("Effectif de l'entreprise"), headcount_words(holder) if holder else ""),
        ],
        "others": others[:SITES_SHOWN],
        "others_count": len(others),
        "group": [number for number in holder.group if number != view.siren] if holder else [],
        "source": register_source(siret),
        "aids_url": address_of("schemes:of_establishment", siret),
        "door_url": address_of("journeys:door", siret),
        "points_url": reverse("territory:site_points", args=[siret]) if view.is_mappable else "",
        "outlines_url": reverse("territory:outlines", args=["commune", view.commune]) if view.commune else "",
        "breadcrumb": [(_("Accueil"), "/"), (_("Chercher une entreprise"), reverse("territory:search")), (view.title, "")],
    }
    return page(request, "territory/establishment.html", context)


@require_safe
def company_page(request: HttpRequest, siren: str) -> HttpResponse:
    """The company with its sites."""
    view = company(siren)
    if view is None:
        raise Http404(siren)
    context = {
        "company": view,
        "identity": company_identity(view),
        "activity": activity(view),
        "sites": view.sites[:SITES_SHOWN],
        "group": [number for number in view.group if number != siren],
        "source": register_source(siren),
        "points_url": reverse("territory:site_points", args=[siren]) if any(site.is_mappable for site in view.sites) else "",
        "outlines_url": reverse("territory:outlines", args=["region", "11"]),
        "breadcrumb": [(_("Accueil"), "/"), (_("Chercher une entreprise"), reverse("territory:search")), (view.title, "")],
    }
    return page(request, "territory/company.html", context)


@require_safe
def points(request: HttpRequest, number: str) -> HttpResponse:
    """The sites of a SIRET or a SIREN that may be placed on a map."""
    if len(number) == 14:
        one = establishment(number)
        sites: tuple[EstablishmentView, ...] = (one,) if one else ()
    else:
        holder = company(number)
        sites = holder.sites if holder else ()
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
            "properties": {
                "name": site.title,
                "url": reverse("territory:establishment", args=[site.siret]),
                "detail": site.address,
                "tone": "plain" if site.is_open else "closed",
            },
        }
        for site in sites
        if site.is_mappable
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def identity(view: EstablishmentView) -> list[tuple[Any, ...]]:
    """The terms of an establishment's identity; a hidden one says that it is not published."""
    place = f"{view.postcode} {view.commune_name}".strip()
    head_office = {True: _("oui"), False: _("non"), None: ""}[view.is_head_office]
    return [
        (_("SIRET"), show_siret(view.siret)),
        (_("Dénomination"), _known(view, "name", view.name)),
        (_("Enseigne"), _known(view, "sign", view.sign)),
        (_("Nom d'usage"), _known(view, "usual_name", view.usual_name)),
        (_("Sigle"), _known(view, "acronym", view.acronym)),
        (
            _("Adresse"),
            _known(view, "address", ", ".join(filter(None, (view.address, place)))) if view.address or not place else place,
        ),
        (_("Commune"), _known(view, "commune_name", view.commune_name)),
        (_("Siège de l'entreprise"), head_office),
        (_("Forme juridique"), in_french(view.legal_form_label or view.legal_form)),
        (_("Création de l'établissement"), day(view.created_on)),
        *([(_("Fermeture"), day(view.closed_on))] if not view.is_open else []),
    ]


def company_identity(view: CompanyView) -> list[tuple[Any, ...]]:
    """The terms of a company's identity."""
    category = CATEGORIES.get(view.category, view.category)
    year = _("calculée par l'Insee pour %(year)d") % {"year": view.category_year} if view.category_year else ""
    return [
        (_("SIREN"), f"{view.siren[:3]} {view.siren[3:6]} {view.siren[6:]}"),
        (_("Dénomination"), _known(view, "name", view.name)),
        (_("Noms d'usage"), _known(view, "usual_name", view.usual_name)),
        (_("Sigle"), _known(view, "acronym", view.acronym)),
        (_("Forme juridique"), in_french(view.legal_form_label or view.legal_form)),
        (_("Catégorie d'entreprise"), category, year),
        (_("Effectif"), headcount_words(view)),
        (_("Création"), day(view.created_on)),
        (_("État"), _("en activité") if view.is_active else _("cessée")),
    ]


def activity(view: EstablishmentView | CompanyView) -> list[tuple[Any, ...]]:
    """The activity in both editions of the nomenclature, each with its label when we have it."""
    old = f"{view.naf.code} {view.naf_label}".strip() if view.naf else ""
    new = view.naf_2025.code if view.naf_2025 else ""
    return [
        (_("Activité (NAF rév. 2)"), in_french(old), NAF_SOURCE.title if view.naf else ""),
        (_("Activité (NAF 2025)"), new, _("en vigueur au 1er janvier 2027 ; libellé non publié ici") if new else ""),
    ]


def _known(view: EstablishmentView | CompanyView, name: str, value: str) -> str:
    return _("non publié, à la demande de l'entreprise") if name in view.hidden else in_french(value)


def in_french(text: str) -> str:
    """The words of the register, marked as French for whoever reads the page in English."""
    return format_html('<span lang="fr">{}</span>', text) if text else ""

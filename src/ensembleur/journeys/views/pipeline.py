"""An officer's view of one family of aids: its applications, its money, its criteria, and what the texts declare beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.accounts.choices import Role
from ensembleur.accounts.permissions import holds
from ensembleur.errors import NotAllowed
from ensembleur.journeys.catalogue.programmes import declared_of
from ensembleur.journeys.choices import ApplicationStatus
from ensembleur.journeys.engine.delays import TOO_FEW
from ensembleur.journeys.queries.pipeline import Flow, flows_of
from ensembleur.journeys.views.fetch import language
from ensembleur.journeys.views.sheets import export_link, sheet
from ensembleur.schemes.choices import FAMILIES
from ensembleur.schemes.queries import published
from ensembleur.schemes.queries.overview import Overview, condition_groups, overviews
from ensembleur.web.pages import page

EQUITY, EVERY = "equity", "toutes"
SHOWN = [status for status in ApplicationStatus if status != ApplicationStatus.DRAFT]


@login_required
@require_safe
def pipeline(request: HttpRequest) -> HttpResponse:
    """One family of aids, equity unless another is asked for; the same as a file."""
    if not holds(request.user, Role.OFFICER, Role.SECOND_READER):
        raise NotAllowed("not_allowed", _("Cette page est réservée à ceux qui instruisent."))
    family = request.GET.get("famille", EQUITY)
    family = family if family in FAMILIES or family == EVERY else EQUITY
    lang, today = language(), timezone.localdate()
    schemes = [scheme for scheme in published.company_schemes() if family in (scheme.family, EVERY)]
    flows = flows_of(request.user, [scheme.id for scheme in schemes], as_of=today)
    shown = sorted(overviews(schemes, as_of=today, lang=lang), key=lambda one: one.title.casefold())
    rows = [(one, flows[one.id]) for one in shown if one.id in flows]
    if request.GET.get("format") == "csv":
        return sheet(f"filiere-{family}.csv", _heads(), _lines(rows))
    context = {
        "families": [*FAMILIES.items(), (EVERY, _("Toutes les familles"))],
        "family": family,
        "title": _("Toutes les familles") if family == EVERY else FAMILIES[family],
        "rows": [(one, flow, [flow.statuses.get(status, 0) for status in SHOWN]) for one, flow in rows],
        "statuses": [status.label for status in SHOWN],
        "criteria": [_criteria(one, lang) for one in shown],
        "without": [one for one in shown if one.id not in flows],
        "declared": [
            {
                "value": figure.shown(lang),
                "says": figure.says[lang],
                "kind": "",
                "quote": figure.quote,
                "source": figure.quote.title(lang),
            }
            for figure in declared_of(one.id for one in shown)
        ],
        "today": today,
        "export": export_link(request),
        "too_few": TOO_FEW,
    }
    return page(request, "journeys/pipeline.html", context, fragment="pipeline")


def _criteria(one: Overview, lang: str) -> dict[str, Any]:
    groups = condition_groups(one.scheme, one.version, as_of=one.verdict.as_of, lang=lang)
    return {"scheme": one, "groups": groups, "jury": [criterion.says.in_(lang) for criterion in one.version.jury]}


def _heads() -> list[Any]:
    return [
        _("Aide"),
        _("Dossiers déposés"),
        *(status.label for status in SHOWN),
        _("Décisions défavorables, gardées"),
        _("Coût des projets (€)"),
        _("Accordé (€)"),
        _("Convention signée (€)"),
        _("Versé (€)"),
        _("Entreprises soutenues"),
        _("Attente la plus longue (jours)"),
    ]


def _lines(rows: list[tuple[Overview, Flow]]) -> Iterator[list[Any]]:
    for one, flow in rows:
        yield [
            one.title,
            flow.count,
            *(flow.statuses.get(status, 0) for status in SHOWN),
            flow.refused,
            flow.cost_eur,
            flow.granted_eur,
            flow.agreed_eur,
            flow.paid_eur,
            flow.companies,
            flow.oldest.days if flow.oldest else "",
        ]

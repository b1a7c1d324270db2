"""The pages of prospecting: choose a subject, read whom to call and why, take the list away, keep a few companies to call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import Refused
from ensembleur.journeys.models import Reservation
from ensembleur.journeys.permissions import may_prospect, may_read_oppositions
from ensembleur.journeys.queries.prospecting import Filters, Line, counts_by_subject, due_call_backs, fact_label, prospects
from ensembleur.journeys.queries.prospects import Subject, subject_of, subjects_on
from ensembleur.journeys.services import prospecting
from ensembleur.journeys.views.fetch import language
from ensembleur.journeys.views.prospect_forms import FilterForm
from ensembleur.journeys.views.sheets import sheet
from ensembleur.logic.facts import Fact
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.views.cards import Card, card_of
from ensembleur.schemes.views.words import in_words
from ensembleur.territory.queries.diffusion import EstablishmentView
from ensembleur.territory.queries.register import establishments
from ensembleur.web.pages import page


@dataclass(frozen=True)
class Row:
    """A line of the list, dressed."""

    line: Line
    card: Card
    place: str
    size: str


@login_required
@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """What to prospect for: open aids and the measures they pay, with how many companies each may concern here."""
    check(may_prospect, request.user)
    today = timezone.localdate()
    schemes, measures = subjects_on(today, lang=language())
    counts = counts_by_subject([*schemes, *measures], user=request.user, as_of=today)

    def rows(subjects: list[Subject]) -> list[tuple[Subject, int, int]]:
        counted = [(one, *counts[one.kind, one.id]) for one in subjects]
        return sorted(counted, key=lambda row: (-row[1], -row[2], row[0].title))

    context = {
        "groups": [("aide", _("Pour une aide"), rows(schemes)), ("mesure", _("Pour une action du plan"), rows(measures))],
        "kept": Reservation.objects.filter(by=request.user).live_at(timezone.now()).count(),
        "due": len(due_call_backs(request.user, as_of=today)),
        "is_officer": may_read_oppositions(request.user),
    }
    return page(request, "journeys/prospect_subjects.html", context)


@login_required
@require_safe
def listing(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Whom to call about this subject: why, what to ask first, who has already called."""
    check(may_prospect, request.user)
    subject, today, lang = _subject(kind, slug), timezone.localdate(), language()
    form = FilterForm(request.GET, lang=lang)
    filters = form.filters()
    found = prospects(
        subject, user=request.user, filters=filters, as_of=today, lang=lang, cursor=request.GET.get("cursor", "")[:40]
    )
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "subject": subject,
        "form": form,
        "found": found,
        "rows": [_row(line, subject, lang) for line in found.lines],
        "total": found.counts.certain + found.counts.possible,
        "is_closed": not subject.open_on(today),
        "question": fact_label(filters.lone, lang) if filters.lone else "",
        "questions": [(label, count, _with(query, "question", key)) for key, label, count in found.questions],
        "without_question": _with(query, "question", ""),
        "query": query.urlencode(),
        "caps": {"list": prospecting.LINES_PER_EXPORT, "day": prospecting.LINES_PER_DAY, "wave": prospecting.WAVE},
        "crumbs": [(_("Prospection"), reverse("journeys:prospects")), (subject.title, "")],
    }
    return page(request, "journeys/prospects.html", context, fragment="prospects")


@login_required
@require_POST
def export(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The list as a file: capped and journaled, which is why it is asked with a button and not a link."""
    subject, lang = _subject(kind, slug), language()
    done = prospecting.export_prospects(
        subject=subject, filters=_filters(request), by=request.user, now=timezone.now(), lang=lang
    )
    heads = (
        "SIREN",
        "SIRET",
        _("Entreprise"),
        _("Commune"),
        _("Département"),
        _("Activité"),
        _("Effectif"),
        _("Sites concernés"),
        _("Aide"),
        _("Réponse"),
        _("Pourquoi"),
        _("À demander d'abord"),
        _("Montant"),
        _("Dernier contact"),
        _("Résultat"),
        _("Parcours ouvert"),
    )
    return sheet(f"prospection-{subject.id}.csv", heads, (_cells(line, lang) for line in done.lines))


@login_required
@require_POST
def take_wave(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Keep the first companies of the list for me."""
    kept = prospecting.reserve_wave(
        subject=_subject(kind, slug), filters=_filters(request), by=request.user, now=timezone.now(), lang=language()
    )
    text = ngettext(
        "%(n)s entreprise vous est réservée pour %(days)s jours.",
        "%(n)s entreprises vous sont réservées pour %(days)s jours.",
        len(kept),
    )
    messages.success(request, text % {"n": len(kept), "days": prospecting.WAVE_DAYS})
    return redirect("journeys:prospect_wave")


@login_required
@require_safe
def wave(request: HttpRequest) -> HttpResponse:
    """My calls: those promised for today, and the companies I keep."""
    check(may_prospect, request.user)
    due = due_call_backs(request.user, as_of=timezone.localdate())
    kept = list(Reservation.objects.filter(by=request.user).live_at(timezone.now()))
    views = establishments([*(one.siret for one in due), *(one.siret for one in kept)])
    lang = language()
    context = {
        "due": [(one, views.get(one.siret), _title(one.about, lang)) for one in due],
        "kept": [(one, views.get(one.siret), _title(one.about, lang)) for one in kept],
        "crumbs": [(_("Prospection"), reverse("journeys:prospects")), (_("Mes appels"), "")],
    }
    return page(request, "journeys/prospect_wave.html", context)


@login_required
@require_POST
def release(request: HttpRequest, siren: str) -> HttpResponse:
    """Give back a company I kept."""
    check(may_prospect, request.user)
    prospecting.release_reservation(siren=siren, by=request.user, now=timezone.now())
    messages.success(request, _("C'est enregistré : d'autres peuvent appeler cette entreprise."))
    return redirect("journeys:prospect_wave")


# -- dressing ----------------------------------------------------------------------------------------------------------


def _subject(kind: str, slug: str) -> Subject:
    try:
        return subject_of(slug, lang=language(), kind=kind)
    except Refused as error:
        raise Http404(error.sentence) from error


def _filters(request: HttpRequest) -> Filters:
    return FilterForm(request.POST, lang=language()).filters()


def _title(about: str, lang: str) -> str:
    if not about:
        return ""
    try:
        return subject_of(about, lang=lang).title
    except Refused:  # left the catalogue since
        return about


def _with(query: Any, name: str, value: str) -> str:
    changed = query.copy()
    changed[name] = value
    return f"?{changed.urlencode()}"


def _row(line: Line, subject: Subject, lang: str) -> Row:
    view, verdict = line.view, line.verdict
    card = replace(
        card_of(verdict, siret=view.siret),
        title=view.title,
        url=reverse("territory:establishment", args=[view.siret]),
        state_text=_("Certainement") if line.is_certain else _("Peut-être"),
        sentence=f"{verdict.title}. {verdict.sentence}" if subject.kind == "mesure" else verdict.sentence,
        action_url=f"{reverse('journeys:contact', args=[view.siret])}?sujet={subject.id}",
        action_label=_("Noter un contact"),
    )
    return Row(line, card, place_words(view), size_words(view, lang))


def place_words(view: EstablishmentView) -> str:
    """« Argenteuil (95) »."""
    return f"{view.commune_name} ({view.departement})" if view.commune_name else ""


def size_words(view: EstablishmentView, lang: str) -> str:
    """« entre 20 et 49 salariés », empty when unknown."""
    return in_words(VOCABULARY["headcount"], Fact(view.headcount), lang) if view.headcount is not None else ""


def _cells(line: Line, lang: str) -> tuple[Any, ...]:
    view, verdict, last = line.view, line.verdict, line.contact
    return (
        view.siren,
        view.siret,
        view.title,
        view.commune_name,
        view.departement,
        view.naf_label,
        size_words(view, lang),
        line.sites,
        verdict.title,
        _("Certainement") if line.is_certain else _("Peut-être"),
        verdict.sentence,
        line.ask,
        verdict.headline,
        timezone.localtime(last.at).date() if last else "",
        last.get_outcome_display() if last else "",
        _("oui") if line.in_journey else _("non"),
    )

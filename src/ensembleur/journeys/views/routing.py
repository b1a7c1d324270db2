"""An officer sends a need to the right people, seeing who would be asked and why; and reads the figures of the answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import holds
from ensembleur.accounts.views.reading import reads_notices
from ensembleur.errors import NotAllowed
from ensembleur.journeys.catalogue.subjects import subject_title
from ensembleur.journeys.choices import InvolvementState, NeedOutcome, NeedStatus
from ensembleur.journeys.engine.clocks import QUICK_DAYS
from ensembleur.journeys.engine.matching import Match, Standing
from ensembleur.journeys.models import Need
from ensembleur.journeys.permissions import may_reroute
from ensembleur.journeys.queries.advisers import matches_for
from ensembleur.journeys.queries.needs import Figures, Share, kpi, needs_to_reroute
from ensembleur.journeys.services.asking import reroute_need
from ensembleur.journeys.views.fetch import language
from ensembleur.journeys.views.need_desk import quick_figures
from ensembleur.journeys.views.need_forms import RerouteForm
from ensembleur.journeys.views.need_pages import grouped, need_of, offered_subjects
from ensembleur.journeys.views.need_words import match_says
from ensembleur.journeys.views.sheets import export_link, sheet
from ensembleur.logic.answers import Answer
from ensembleur.periods import Period
from ensembleur.web.formats import share
from ensembleur.web.pages import page

PER_PAGE = 20
STATISTICS_DAYS = 365
SHARE_FROM = 5
FITS: dict[Answer | None, str] = {Answer.YES: "yes", Answer.UNKNOWN: "unknown", Answer.NO: "no"}


@login_required
@reads_notices
@require_safe
def routing(request: HttpRequest) -> HttpResponse:
    """The needs that wait for somebody to answer them, the oldest first."""
    _ask_officer(request)
    pages = Paginator(needs_to_reroute(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"pages": pages, "lines": [_line(need) for need in pages]}
    return page(request, "journeys/routing.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reroute(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the subject, see who would be asked and why, send: one step, and the thread stays whole."""
    need = need_of(request, pk)
    if not may_reroute(request.user, need):
        raise NotAllowed("not_allowed", _("Cette page est réservée aux agents qui orientent les demandes de ce territoire."))
    offered = offered_subjects()
    choices = grouped(offered, language())
    form = RerouteForm(request.POST if request.method == "POST" else None, subjects=choices)
    if request.method == "POST" and form.is_valid():
        sent = reroute_need(need=need, by=request.user, now=timezone.now(), **form.cleaned_data)
        count = sent.involvements.filter(state=InvolvementState.ASKED).count()
        said = ngettext(
            "La demande est réorientée : %(n)s conseiller la reçoit.",
            "La demande est réorientée : %(n)s conseillers la reçoivent.",
            count,
        )
        messages.success(
            request, said % {"n": count} if count else _("Personne n'a pu être sollicité : la demande reste dans la liste.")
        )
        return redirect("journeys:routing")
    known = {one.code for one in offered}
    chosen = request.GET.get("sujet", need.subject)
    chosen = chosen if chosen in known else need.subject if need.subject in known else offered[0].code
    context = {
        "crumbs": [(_("Les demandes à réorienter"), reverse("journeys:routing")), (_("Réorienter"), "")],
        "need": need,
        "subjects": choices,
        "chosen": chosen,
        "title": subject_title(chosen, language()),
        "form": form,
        **_preview(need, chosen, request.user),
    }
    return page(request, "journeys/reroute.html", context, fragment="preview", status=400 if form.errors else 200)


def _preview(need: Need, subject: str, user: User) -> dict[str, Any]:
    """Who would be asked, who is kept in reserve or away, who is left out; each with the reasons."""
    unwilling = (InvolvementState.DECLINED, InvolvementState.MISROUTED)
    refused = need.involvements.filter(state__in=unwilling).values_list("adviser", flat=True) if subject == need.subject else ()
    found = matches_for(
        need.journey, subject=subject, as_of=timezone.localdate(), user=user, lang=language(), without=list(refused)
    )
    names = User.objects.in_bulk([one.candidate.adviser for one in found])
    title = subject_title(subject, language())
    cards = {standing: [_card(one, names, title) for one in found if one.standing is standing] for standing in Standing}
    asked = cards[Standing.ASKED]
    said = ngettext("%(n)s conseiller serait sollicité.", "%(n)s conseillers seraient sollicités.", len(asked)) % {
        "n": len(asked)
    }
    others = [*cards[Standing.RESERVE], *cards[Standing.AWAY]]
    return {"asked": asked, "reserve": others, "excluded": cards[Standing.EXCLUDED], "said": said}


def _card(one: Match, names: dict[int, User], title: str) -> dict[str, Any]:
    """A match as an explained answer."""
    words = {"yes": _("Convient"), "unknown": _("Convient sans doute"), "no": _("Ne convient pas")}
    state = FITS[one.answer]
    load = one.candidate.load
    held = ngettext("%(n)s demande sur son bureau.", "%(n)s demandes sur son bureau.", load) % {"n": load}
    return {
        "title": ", ".join(filter(None, (str(names[one.candidate.adviser]), one.candidate.organisation))),
        "state": "closed" if one.standing is Standing.AWAY else state,
        "state_text": _("Absent") if one.standing is Standing.AWAY else words[state],
        "sentence": held if load else _("Aucune demande sur son bureau."),
        "reasons": [
            replace(reason, says=match_says(reason.leaf, FITS.get(reason.answer, "jury"), reason.says, title))
            for reason in one.reasons
        ],
    }


def _line(need: Need) -> dict[str, Any]:
    """A need to re-route, and why it is there."""
    states = {one.state for one in need.involvements.all()}
    if need.status == NeedStatus.CLOSED or need.outcome == NeedOutcome.UNANSWERED:
        state, clock, says = "no", _("Restée sans réponse"), _("Personne n'a répondu en 45 jours.")
    elif not need.involvements.all():
        state, clock, says = "unknown", _("Aucun conseiller trouvé"), _("Aucun conseiller ne couvre ce sujet à cet endroit.")
    elif InvolvementState.MISROUTED in states or InvolvementState.CALLED_OFF in states:
        state, clock, says = "no", _("Mal orientée"), _("Signalée comme mal orientée par l'entreprise ou par un conseiller.")
    else:
        state, clock, says = "unknown", _("Sans conseiller"), _("Ceux qui ont été sollicités ne peuvent pas répondre.")
    return {
        "pk": need.pk,
        "title": subject_title(need.subject, language()),
        "company": need.journey.title,
        "place": need.journey.place,
        "words": need.words,
        "sent_on": need.created_at,
        "state": state,
        "clock": clock,
        "says": says,
    }


# -- figures -----------------------------------------------------------------------------------------------------------
@login_required
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Sent, taken in 3 and 5 days, outcomes apart and refusals, by subject; as a sheet too."""
    _ask_officer(request)
    now, today = timezone.now(), timezone.localdate()
    since = _since(request.GET.get("depuis", ""), today)
    figures = kpi(request.user, Period(since), as_of=now)
    if request.GET.get("format") == "csv":
        return sheet("demandes-par-sujet.csv", _sheet_heads(), (_sheet_line(*row) for row in _rows(figures)))
    context = {
        "crumbs": [(_("Les demandes à réorienter"), reverse("journeys:routing")), (_("Les demandes, par sujet"), "")],
        "kpi": quick_figures(figures, _("demandes de mon territoire")),
        "tables": _tables(_rows(figures)) if figures.needs else [],
        "share_from": SHARE_FROM,
        "since": since.isoformat(),
        "export": export_link(request),
        "today": today,
    }
    return page(request, "journeys/need_statistics.html", context)


def _rows(figures: Figures) -> list[tuple[str, Figures]]:
    lang = language()
    rows = sorted((subject_title(code, lang), one) for code, one in figures.by_subject.items())
    return [*rows, (_("Ensemble"), figures)]


def _tables(rows: list[tuple[str, Figures]]) -> list[dict[str, Any]]:
    """Two tables that fit a screen: how fast somebody answered, and what became of the needs."""
    quick = [_("Prises en %(days)s jours") % {"days": days} for days in QUICK_DAYS]
    speed = [_("Sujet"), _("Envoyées"), *quick, _("Conseillers qui déclinent"), _("Mal orientées")]
    ends = [_("Sujet"), _("En attente"), _("En cours"), *(str(outcome.label) for outcome in NeedOutcome)]
    return [
        {"title": _("Les délais"), "heads": speed, "rows": [(title, _speed(one)) for title, one in rows]},
        {"title": _("Ce qu'elles sont devenues"), "heads": ends, "rows": [(title, _ends(one)) for title, one in rows]},
    ]


def _speed(one: Figures) -> list[str]:
    return [str(one.needs), *(_told(one.quick[days]) for days in QUICK_DAYS), _told(one.declined), _told(one.misrouted)]


def _ends(one: Figures) -> list[str]:
    return [str(count) for count in (one.waiting, one.taken, *(one.outcomes[outcome.value] for outcome in NeedOutcome))]


def _told(part: Share) -> str:
    """« 8 sur 12 (67 %) »; of a handful, the count alone: a share of one case says nothing."""
    if not part.total:
        return "—"
    if part.total < SHARE_FROM:
        return _("%(count)s sur %(total)s") % {"count": part.count, "total": part.total}
    return _("%(count)s sur %(total)s (%(share)s)") % {"count": part.count, "total": part.total, "share": share(part.value)}


def _sheet_heads() -> list[str]:
    quick = [head for days in QUICK_DAYS for head in (_("Prises en %(days)s jours") % {"days": days}, _("Sur"))]
    outcomes = [str(outcome.label) for outcome in NeedOutcome]
    tail = [_("Conseillers qui déclinent"), _("Mal orientées"), _("Conseillers sollicités")]
    return [_("Sujet"), _("Envoyées"), *quick, _("En attente"), _("En cours"), *outcomes, *tail]


def _sheet_line(title: str, one: Figures) -> list[Any]:
    quick = [count for days in QUICK_DAYS for count in (one.quick[days].count, one.quick[days].total)]
    outcomes = [one.outcomes[outcome.value] for outcome in NeedOutcome]
    return [
        title,
        one.needs,
        *quick,
        one.waiting,
        one.taken,
        *outcomes,
        one.declined.count,
        one.misrouted.count,
        one.declined.total,
    ]


def _since(text: str, today: date) -> date:
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today - timedelta(days=STATISTICS_DAYS)
    return min(asked, today)


def _ask_officer(request: HttpRequest) -> None:
    if not holds(request.user, Role.OFFICER):
        raise NotAllowed("not_allowed", _("Cette page est réservée aux agents qui orientent les demandes."))

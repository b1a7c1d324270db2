"""Everything a need's page shows to one person: states kept apart, thread, reasons, and what this person may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.accounts.models import User
from ensembleur.journeys.catalogue.subjects import OTHER_AXES, Subject, subject_title, subjects
from ensembleur.journeys.choices import DeclineReason, InvolvementState, NeedOutcome, NeedStatus
from ensembleur.journeys.engine.diagnosis import AXES
from ensembleur.journeys.forms import MessageForm
from ensembleur.journeys.models import Application, Involvement, Journey, Need
from ensembleur.journeys.permissions import (
    is_company_side,
    may_contribute,
    may_follow_need,
    may_hand_over,
    may_reopen,
    may_reroute,
    may_take,
    may_withdraw,
    may_write_on_need,
)
from ensembleur.journeys.queries.advisers import matches_for
from ensembleur.journeys.queries.diagnoses import last_finished
from ensembleur.journeys.queries.funding import facts_of
from ensembleur.journeys.queries.threads import SHOWN_TO_COMPANY, involved, read_until, thread_of
from ensembleur.journeys.views.fetch import crumbs, language
from ensembleur.journeys.views.need_forms import CloseNeedForm, DeclineForm, HandOverForm, NothingForm, ReportForm
from ensembleur.journeys.views.need_words import COMPANY_SAYS, INVOLVEMENT_STATES, match_says, need_says, need_state
from ensembleur.schemes.views.words import known_rows
from ensembleur.web.choices import MARKS

SHOWN_FACTS = ("naf", "headcount", "company_headcount", "created_on", "legal_form", "turnover_eur", "in_zre")
AXIS_WORDS: dict[str, Promise | str] = {
    "production": gettext_lazy("Production et machines"),
    "digital": gettext_lazy("Numérique"),
    "people": gettext_lazy("Recruter, former, travailler"),
    "organisation": gettext_lazy("Organisation et fournisseurs"),
    "environment": gettext_lazy("Énergie et environnement"),
    "market": gettext_lazy("Clients, produits, export"),
    "project": gettext_lazy("Créer, reprendre, transmettre"),
    "funding": gettext_lazy("Financer"),
    "site": gettext_lazy("Locaux et terrains"),
}


@dataclass(frozen=True)
class ActForm:
    """One thing the reader may do, with its form."""

    act: str
    title: Promise | str
    label: Promise | str
    form: forms.Form
    says: Promise | str = ""


def need_of(request: HttpRequest, pk: int) -> Need:
    """A need this person may see, 404 otherwise."""
    held = get_object_or_404(Need.objects.visible_to(request.user).select_related("journey", "action", "created_by"), pk=pk)
    if not may_follow_need(request.user, held):  # an adviser asked then, who no longer advises
        raise Http404
    return held


def mine_of(need: Need, user: Any) -> Involvement | None:
    """This adviser's latest involvement, None when they were never asked."""
    own = [one for one in involved(need) if one.adviser_id == user.pk]
    for one in own:
        one.need = need
    return own[-1] if own else None


def holder_of(need: Need) -> Involvement | None:
    """The involvement of the adviser who holds the need."""
    return next((one for one in involved(need) if one.state == InvolvementState.TAKEN), None)


def grouped(offered: tuple[Subject, ...], lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Subjects by axis, as the groups of a select."""
    return [
        (str(AXIS_WORDS.get(axis, axis)), [(one.code, one.title.in_(lang)) for one in offered if one.axis == axis])
        for axis in (*AXES, *OTHER_AXES)
        if any(one.axis == axis for one in offered)
    ]


def offered_subjects() -> tuple[Subject, ...]:
    """Those a company may still choose."""
    return tuple(one for one in subjects() if not one.retired)


def acts_of(need: Need, user: Any) -> dict[str, bool]:
    """What this person may do now, by the name of the act."""
    own, holder = mine_of(need, user), holder_of(need)
    live = need.status != NeedStatus.CLOSED
    answers = own is not None and may_take(user, own)
    reroute = (need.to_reroute or need.status == NeedStatus.WAITING) and may_reroute(user, need)
    return {
        "take": live and answers and own.state == InvolvementState.ASKED and need.status == NeedStatus.WAITING,
        "decline": live and answers and own.state == InvolvementState.ASKED,
        "close": answers and own.state == InvolvementState.TAKEN,
        "hand_over": holder is not None and may_hand_over(user, holder),
        "misrouted": live
        and ((answers and own.state in (InvolvementState.ASKED, InvolvementState.TAKEN)) or is_company_side(user, need.journey)),
        "withdraw": live and may_withdraw(user, need),
        "reopen": not live and not reroute and may_reopen(user, need),
        "reroute": reroute,
        "message": live and may_write_on_need(user, need),
        "contribute": not is_company_side(user, need.journey) and may_contribute(user, need.journey),
    }


def form_of(act: str, need: Need, user: Any, data: Any = None) -> forms.Form:
    """The form of an act, empty or filled with what was sent."""
    options = {"auto_id": f"{act}_%s"}
    if act == "decline":
        return DeclineForm(data, reasons=DeclineReason.choices, **options)
    if act == "close":
        return CloseNeedForm(data, **options)
    if act == "hand_over":
        return HandOverForm(data, advisers=_colleagues(need, user), **options)
    return (ReportForm if act in ("misrouted", "withdraw") else NothingForm)(data, **options)


def _colleagues(need: Need, user: Any) -> list[tuple[int, str]]:
    """Advisers to whom the need may be passed on, those who fit first; the holder is not among them."""
    holder = holder_of(need)
    without = [holder.adviser_id] if holder else []
    found = matches_for(need.journey, subject=need.subject, as_of=timezone.localdate(), user=user, without=without)
    names = User.objects.in_bulk([one.candidate.adviser for one in found])
    fit = [one for one in found if one.standing not in ("excluded", "away")]
    return [
        (one.candidate.adviser, ", ".join(filter(None, (str(names[one.candidate.adviser]), one.candidate.organisation))))
        for one in fit
    ]


FOLDED: dict[str, tuple[Promise | str, Promise | str, Promise | str]] = {
    "close": (gettext_lazy("Clore la demande"), gettext_lazy("Clore la demande"), ""),
    "decline": (gettext_lazy("Je ne peux pas aider cette fois"), gettext_lazy("Décliner"), ""),
    "hand_over": (gettext_lazy("Passer à un autre conseiller"), gettext_lazy("Transmettre"), ""),
    "misrouted": (
        gettext_lazy("Ce n'est pas le bon interlocuteur"),
        gettext_lazy("Signaler et réorienter"),
        gettext_lazy("Le fil reste entier ; un agent ou d'autres conseillers reprennent la demande."),
    ),
    "withdraw": (
        gettext_lazy("Retirer la demande"),
        gettext_lazy("Retirer la demande"),
        gettext_lazy("Les conseillers en sont prévenus. Vous pourrez la rouvrir."),
    ),
}


def need_context(request: HttpRequest, need: Need, *, filled: tuple[str, forms.Form] | None = None) -> dict[str, Any]:
    """The page's context; `filled` is the form just sent and refused, by the name of its act."""
    user, lang, journey = request.user, language(), need.journey
    company = is_company_side(user, journey)
    acts, own, until = acts_of(need, user), mine_of(need, user), read_until(need, user)
    shown = [name for name in FOLDED if acts.get(name)]
    name, form = filled or ("", None)
    title = subject_title(need.subject, lang)
    return {
        "need": need,
        "journey": journey,
        "title": title,
        "crumbs": _crumbs(need, title, company),
        "is_company": company,
        "next": next_words(need, company, own),
        "acts": acts,
        "need_state": need_state(need.status, need.outcome),
        "need_label": NeedOutcome(need.outcome).label if need.outcome else NeedStatus(need.status).label,
        "need_says": need_says(need.status, need.outcome),
        **_advisers(need, company, until),
        "files": Application.objects.visible_to(user).filter(action=need.action) if need.action_id else [],
        "thread": thread_of(need, is_company=company, until=until),
        "why": [] if company or own is None else why_lines(own.reasons, title),
        "facts": [] if company else _facts(request, need, lang),
        "last": last_finished(journey) if acts["contribute"] else None,
        "message_form": form if name == "message" else MessageForm(auto_id="message_%s"),
        "forms": [
            ActForm(
                act, FOLDED[act][0], FOLDED[act][1], form if act == name and form else form_of(act, need, user), FOLDED[act][2]
            )
            for act in shown
        ],
        "too_late": "",
    }


def _crumbs(need: Need, title: str, company: bool) -> list[tuple[Any, str]]:
    if company:
        return crumbs(need.journey, (title, ""))
    return [(_("Mon bureau"), reverse("accounts:home")), (title, "")]


@dataclass(frozen=True)
class NeedRow:
    """A need in the list of a journey; `who` holds it, empty when nobody does."""

    pk: int
    title: str
    state: str
    label: str
    who: str
    asked_at: datetime
    says: Promise | str
    is_live: bool


def need_rows(journey: Journey, user: Any) -> list[NeedRow]:
    """The needs of a journey that this person may see, live ones first."""
    taken = Involvement.objects.filter(state=InvolvementState.TAKEN).select_related("adviser", "organisation")
    held = Need.objects.visible_to(user).filter(journey=journey).prefetch_related(Prefetch("involvements", taken, "holders"))
    rows = []
    for one in sorted(held, key=lambda need: need.status == NeedStatus.CLOSED):
        holder = next(iter(one.holders), None)
        rows.append(
            NeedRow(
                pk=one.pk,
                title=subject_title(one.subject, language()),
                state=need_state(one.status, one.outcome),
                label=str(one.get_outcome_display() or one.get_status_display()),
                who=", ".join(str(part) for part in (holder.adviser, holder.organisation) if part) if holder else "",
                asked_at=one.created_at,
                says=need_says(one.status, one.outcome),
                is_live=one.status != NeedStatus.CLOSED,
            )
        )
    return rows


def next_words(need: Need, company: bool, own: Involvement | None) -> str:
    """What happens next and when, for this reader."""
    if need.to_reroute:
        if company:
            return _("Un agent cherche le bon interlocuteur et réoriente votre demande, avec tout ce que vous avez écrit.")
        return _("Cette demande n'a pas le bon interlocuteur : elle attend d'être réorientée.")
    if need.status == NeedStatus.CLOSED:
        if company:
            return _("Cette demande est close. Si rien n'est réglé, rouvrez-la : le fil reprend où il s'est arrêté.")
        return _("Cette demande est close. L'entreprise peut la rouvrir.")
    if need.status == NeedStatus.TAKEN:
        holder = holder_of(need)
        who = str(holder.adviser) if holder else ""
        if own is not None and own.state == InvolvementState.TAKEN:
            return _("Vous suivez cette demande : écrivez à l'entreprise, puis dites honnêtement comment cela s'est terminé.")
        if company:
            return _("%(who)s s'occupe de votre demande et vous contacte. Répondez ici, ou ajoutez ce qui manque.") % {"who": who}
        return _("%(who)s s'occupe de cette demande : vous n'avez rien à faire.") % {"who": who}
    if company:
        return _(
            "Nous visons une prise en charge en moins de 5 jours. Sans réponse au bout de 9 jours, nous relançons les conseillers et vous le disons."
        )
    if own is not None and own.state == InvolvementState.ASKED:
        return _("L'entreprise attend une réponse. Prenez la demande si vous pouvez l'appeler cette semaine, sinon dites-le.")
    return _("Les conseillers sollicités n'ont pas encore répondu.")


def _advisers(need: Need, company: bool, until: datetime | None) -> dict[str, Any]:
    """What each adviser does: all of it for those who answer, respectful words for the company.

    until : when the reader's own part ended; what others wrote later is not for them.
    """
    rows, others = [], set()

    def is_later(one: Involvement) -> bool:
        return until is not None and one.ended_at is not None and one.ended_at > until

    for one in involved(need):
        who = ", ".join(str(part) for part in (one.adviser, one.organisation) if part)
        if company and (one.state not in SHOWN_TO_COMPANY or one.routing != need.routing):
            others.add(one.adviser_id)
            continue
        label = COMPANY_SAYS[one.state] if company else one.get_state_display()
        rows.append(
            {
                "who": who,
                "state": INVOLVEMENT_STATES[one.state],
                "label": label,
                "note": "" if company or is_later(one) else one.note,
            }
        )
    seen = {one.adviser_id for one in involved(need) if one.routing == need.routing and one.state in SHOWN_TO_COMPANY}
    return {"advisers": rows, "others": len(others - seen) if company else 0}


def why_lines(reasons: list[Mapping[str, Any]], title: str) -> list[dict[str, Any]]:
    """The frozen reasons of a match, each with its mark; `title` is the subject's."""
    marks = [str(one.get("answer") or "jury") for one in reasons]
    return [
        {
            "mark": mark,
            "sign": MARKS[mark].sign,
            "word": MARKS[mark].word,
            "says": match_says(str(one["leaf"]), mark, one["says"], title),
        }
        for mark, one in zip(marks, reasons, strict=True)
    ]


def _facts(request: HttpRequest, need: Need, lang: str) -> list[tuple[str, str, str]]:
    """What is known of the company, as this person may see it."""
    siret = need.journey.siret
    if not siret:
        return []
    known = facts_of(need.journey, as_of=timezone.localdate(), user=request.user)
    kept = {key: known[key] for key in SHOWN_FACTS if key in known}
    rows = known_rows(kept, siret=siret, withdrawable=(), own=False, lang=lang)
    return [(row.label, row.value, row.source) for row in rows]

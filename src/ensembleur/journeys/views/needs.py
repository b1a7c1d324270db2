"""A company asks for help: the subject, its own words, then one page where everybody answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.models import User
from ensembleur.accounts.views.reading import reads_notices
from ensembleur.errors import EnsembleurError, NotAllowed, Refused
from ensembleur.journeys.catalogue.subjects import OTHER_AXES, Subject
from ensembleur.journeys.choices import DeclineReason, NeedOutcome
from ensembleur.journeys.engine.diagnosis import AXES
from ensembleur.journeys.forms import MessageForm
from ensembleur.journeys.models import Action, Involvement, Journey, Need
from ensembleur.journeys.permissions import is_company_side
from ensembleur.journeys.services import advising, asking
from ensembleur.journeys.services.misrouting import report_wrong_adviser
from ensembleur.journeys.views.fetch import crumbs, language, own_journey
from ensembleur.journeys.views.need_forms import NeedForm
from ensembleur.journeys.views.need_pages import (
    AXIS_WORDS,
    acts_of,
    form_of,
    holder_of,
    mine_of,
    need_context,
    need_of,
    offered_subjects,
)
from ensembleur.meetings.models import Outcome
from ensembleur.meetings.queries.after import follow_ups_of
from ensembleur.web.formats import day
from ensembleur.web.pages import page

MOST_MEETINGS = 20


@login_required
@require_safe
def choose_subject(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 1: the subject, grouped in plain words; an action of the plan puts its own subjects first."""
    journey = own_journey(request, pk)
    action, after = _action(request, journey), _meeting(request, journey)
    own = _follow_ups(request, journey)[:MOST_MEETINGS]
    context = {
        "journey": journey,
        "crumbs": crumbs(journey, (_("Demander de l'aide"), "")),
        "rail": _rail(0),
        "action": action,
        "groups": _groups(journey, action, _more(action, after)),
        "after": _met(after) if after else "",
        "follow_ups": [] if after else [(one.pk, _met(one), one.get_next_step_display()) for one in own],
    }
    return page(request, "journeys/need_subject.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """Step 2: the company's own words, and what happens next; a question asked again soon completes the first one."""
    journey = own_journey(request, pk)
    chosen = next((one for one in offered_subjects() if one.code == subject), None)
    if chosen is None:
        raise Http404
    action, after, now = _action(request, journey), _meeting(request, journey), timezone.now()
    opening = {"words": _("Suite du rendez-vous avec %(met)s. ") % {"met": _met(after)}} if after else {}
    form = NeedForm(request.POST if request.method == "POST" else None, initial=opening)
    if question := chosen.question.in_(language()):
        form.fields["words"].help_text = question
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        asked = asking.open_need(journey=journey, subject=chosen.code, words=words, by=request.user, now=now, action=action)
        messages.success(request, _sent(asked))
        return redirect("journeys:need", asked.need.pk)
    recent = journey.needs.filter(subject=chosen.code, created_at__gt=now - asking.SAME_QUESTION)
    title = chosen.title.in_(language())
    again = _more(action, after)
    context = {
        "journey": journey,
        "crumbs": crumbs(journey, (_("Demander de l'aide"), reverse("journeys:need_subject", args=[pk]) + again), (title, "")),
        "rail": _rail(1),
        "back": reverse("journeys:need_subject", args=[pk]) + again,
        "subject": {"title": title, "hint": chosen.hint.in_(language())},
        "action": action,
        "earlier": recent.order_by("-created_at").first(),
        "form": form,
    }
    return page(request, "journeys/need_ask.html", context, status=400 if form.errors else 200)


@login_required
@reads_notices
@require_safe
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """The need: one thread, three states kept apart, one thing to do."""
    return page(request, "journeys/need.html", need_context(request, need_of(request, pk)))


@login_required
@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Post a message on the thread."""
    held = need_of(request, pk)
    form = MessageForm(request.POST, auto_id="message_%s")
    if not form.is_valid():
        return page(request, "journeys/need.html", need_context(request, held, filled=("message", form)), status=400)
    asking.add_message(need=held, body=form.cleaned_data["body"], by=request.user, now=timezone.now())
    messages.success(request, _("Votre message est envoyé."))
    return redirect(f"{reverse('journeys:need', args=[pk])}#thread")


def _done(act: str, outcome: str = "") -> str:
    if outcome == NeedOutcome.NO_NEWS:
        return _("La demande est close sans nouvelles : personne n'en est averti, et elle peut être rouverte.")
    return {
        "take": _("Vous suivez cette demande. L'entreprise en est prévenue : écrivez-lui."),
        "decline": _("C'est noté : un autre conseiller peut prendre la demande."),
        "close": _("La demande est close, et l'entreprise sait comment."),
        "hand_over": _("La demande est transmise, avec tout son fil."),
        "misrouted": _("C'est signalé : la demande est réorientée, rien n'est perdu."),
        "withdraw": _("Votre demande est retirée. Vous pouvez la rouvrir à tout moment."),
        "reopen": _("La demande est rouverte : des conseillers la reçoivent."),
    }[act]


ACTS = ("take", "decline", "close", "hand_over", "misrouted", "withdraw", "reopen")


@login_required
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on a need, by its name; who comes too late is told who was quicker, on the need's own page."""
    if act not in ACTS:
        raise Http404
    held = need_of(request, pk)
    form = form_of(act, held, request.user, request.POST)
    if not acts_of(held, request.user)[act]:
        return _not_now(request, held, act)
    if not form.is_valid():
        return page(request, "journeys/need.html", need_context(request, held, filled=(act, form)), status=400)
    try:
        _perform(act, held, request.user, form.cleaned_data)
    except Refused as error:
        if error.code != "need_taken":
            raise
        return _too_late(request, pk, error.sentence)
    except EnsembleurError as error:
        if error.status != 400:
            raise
        form.add_error(None, error.sentence)
        return page(request, "journeys/need.html", need_context(request, held, filled=(act, form)), status=400)
    messages.success(request, _done(act, form.cleaned_data.get("outcome", "")))
    return redirect("journeys:need", pk)


def _perform(act: str, held: Need, by: User, data: dict[str, Any]) -> None:
    now, own = timezone.now(), mine_of(held, by)
    note = data.get("note", "")
    if act == "withdraw":
        asking.withdraw_need(need=held, by=by, now=now, note=note)
    elif act == "reopen":
        asking.reopen_need(need=held, by=by, now=now)
    elif act == "misrouted" and (own is None or is_company_side(by, held.journey)):
        report_wrong_adviser(need=held, by=by, now=now, note=note)
    elif act == "hand_over":
        holder = holder_of(held)
        assert holder is not None  # acts_of offered it
        holder.need = held
        advising.hand_over(involvement=holder, to=User.objects.get(pk=data["adviser"]), by=by, now=now, note=note)
    else:
        assert own is not None
        _answer(act, own, by, data)


def _answer(act: str, own: Involvement, by: User, data: dict[str, Any]) -> None:
    """What the adviser asked does."""
    now, note = timezone.now(), data.get("note", "")
    if act == "take":
        advising.take_need(involvement=own, by=by, now=now)
    elif act == "decline":
        with translation.override("fr"):  # a thread is kept in one language
            reason = str(DeclineReason(data["reason"]).label)
        advising.decline_need(involvement=own, by=by, now=now, reason=f"{reason}. {note}" if note else reason)
    elif act == "misrouted":
        advising.report_misrouted(involvement=own, by=by, now=now, note=note)
    else:
        advising.close_need(involvement=own, outcome=data["outcome"], note=note, by=by, now=now)


def _not_now(request: HttpRequest, held: Need, act: str) -> HttpResponse:
    """The act is no longer, or never was, this person's to do."""
    holder, own = holder_of(held), mine_of(held, request.user)
    if act == "take" and own is not None and holder is not None and holder.adviser_id != request.user.pk:
        sentence = _("%(who)s a pris cette demande le %(day)s : vous n'avez plus rien à faire.") % {
            "who": holder.adviser,
            "day": day(holder.taken_at),
        }
        return _too_late(request, held.pk, sentence)
    if own is None and not is_company_side(request.user, held.journey) and act != "reopen":
        raise NotAllowed("not_allowed", _("Vous n'avez pas le droit de faire cela avec ce compte."))
    raise Refused("not_now", _("Cette demande n'en est plus là : relisez son fil pour voir ce qui s'est passé."))


def _too_late(request: HttpRequest, pk: int, sentence: str) -> HttpResponse:
    context = need_context(request, need_of(request, pk))
    return page(request, "journeys/need.html", {**context, "too_late": sentence}, status=422)


def _sent(asked: asking.Asked) -> str:
    if asked.attached:
        first = day(asked.need.created_at)
        return _("Ce que vous venez d'écrire est ajouté à votre demande du %(day)s : mêmes interlocuteurs, même fil.") % {
            "day": first
        }
    return _("Votre demande est envoyée. Vous serez prévenu dès qu'un conseiller la prend.")


def _action(request: HttpRequest, journey: Journey) -> Action | None:
    """The action of the plan the request is about, when it is one of this journey."""
    number = (request.POST if request.method == "POST" else request.GET).get("action", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    return get_object_or_404(Action.objects.select_related("plan"), pk=int(number), plan__journey=journey)


def _meeting(request: HttpRequest, journey: Journey) -> Outcome | None:
    """The meeting of an event the request follows, when this company said that it goes on."""
    number = request.GET.get("rendez_vous", "")
    return _follow_ups(request, journey).filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None


def _follow_ups(request: HttpRequest, journey: Journey) -> QuerySet[Outcome]:
    """The meetings this company said go on, for its own people alone."""
    own = journey.siret if is_company_side(request.user, journey) else ""
    return follow_ups_of(own) if own else Outcome.objects.none()


def _met(one: Outcome) -> str:
    """Whom, and where: « Atelier Untel, Forum de la tôlerie »."""
    meeting = one.meeting
    other = meeting.registration_b if one.side == "A" else meeting.registration_a
    return f"{other.name}, {meeting.event.title}"


def _more(action: Action | None, after: Outcome | None) -> str:
    """What the request follows, as the end of an address."""
    follows = {"action": action and action.pk, "rendez_vous": after and after.pk}
    told = urlencode({name: key for name, key in follows.items() if key})
    return f"?{told}" if told else ""


def _groups(journey: Journey, action: Action | None, more: str) -> list[dict[str, Any]]:
    """Subjects by axis; those of the action's axis come first, then the axes of the diagnosis, then the rest."""
    offered, lang = offered_subjects(), language()
    first = [action.axis] if action is not None else []
    order = list(dict.fromkeys([*first, *AXES, *OTHER_AXES])) if journey.siret else [*first, *OTHER_AXES, *AXES]

    def shown(one: Subject) -> dict[str, str]:
        url = reverse("journeys:need_ask", args=[journey.pk, one.code]) + more
        return {"title": one.title.in_(lang), "hint": one.hint.in_(lang), "url": url}

    groups = [
        {"title": AXIS_WORDS.get(axis, axis), "subjects": [shown(one) for one in offered if one.axis == axis]}
        for axis in dict.fromkeys(order)
    ]
    return [group for group in groups if group["subjects"]]


def _rail(current: int) -> list[dict[str, str]]:
    words = (_("Le sujet"), _("Vos mots"), _("La réponse d'un conseiller"))
    states = ["done" if place < current else "current" if place == current else "todo" for place in range(len(words))]
    return [{"label": label, "state": state} for label, state in zip(words, states, strict=True)]

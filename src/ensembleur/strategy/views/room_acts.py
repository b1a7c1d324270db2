"""One decision and what became of it, one question and its answer, the steps of the year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ensembleur.accounts.permissions import check
from ensembleur.accounts.views.reading import reads_notices
from ensembleur.errors import BadInput, Refused
from ensembleur.strategy import permissions
from ensembleur.strategy.models import CycleMark, Decision, Indicator, Node, Question
from ensembleur.strategy.queries.content import Held, held_strategy
from ensembleur.strategy.queries.entry import language
from ensembleur.strategy.queries.room import owner_of
from ensembleur.strategy.services import committee
from ensembleur.strategy.views.budget import part_address
from ensembleur.strategy.views.room import ask_address, room_address, room_or_404
from ensembleur.strategy.views.room_forms import AnswerForm, DecisionForm, FollowUpForm, MarkForm, QuestionForm, say_why
from ensembleur.web.pages import page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_decision(request: HttpRequest, slug: str) -> HttpResponse:
    """Write what the committee decided."""
    held = room_or_404(request, slug)
    check(permissions.may_record_decision, request.user, _node(held, held.content.root.code))
    initial = {"partie": request.GET.get("partie", ""), "prise": timezone.localdate()}
    form = DecisionForm(_posted(request), held=held, lang=language(), initial=initial)

    def act() -> Decision:
        node = _node(held, form.cleaned_data["partie"])
        return committee.record_decision(node=node, **_who(request), **form.told())

    made, status = _played(request, form, act)
    if made is not None:
        messages.success(request, _("La décision est notée."))
        return redirect("strategy:decision", made.pk)
    context = {
        **_about(held, _("Noter une décision")),
        "title": _("Noter une décision"),
        "form": form,
        "hint": "",
        "button": _("Enregistrer"),
    }
    return page(request, "strategy/room/form.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend a decision that was written wrong."""
    one, held = _decision_or_404(request, pk)
    check(permissions.may_record_decision, request.user, one.node)
    form = DecisionForm(_posted(request), held=held, lang=language(), initial=DecisionForm.initial_of(one))
    form.fields["partie"].disabled = True

    def act() -> Decision:
        return committee.correct_decision(decision=one, **_who(request), **form.told())

    made, status = _played(request, form, act)
    if made is not None:
        messages.success(request, _("La décision est corrigée ; le journal garde comment elle était."))
        return redirect("strategy:decision", one.pk)
    title = _("Corriger cette décision")
    hint = _("Corrigez ici une faute ou une erreur. Ce qui a changé depuis se dit dans une suite.")
    return page(
        request,
        "strategy/room/form.html",
        {**_about(held, title), "title": title, "form": form, "hint": hint, "button": _("Enregistrer")},
        status=status,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision with all that became of it; officers add what happened, say it is carried out, or open it again."""
    one, held = _decision_or_404(request, pk)
    follows = permissions.may_record_decision(request.user, one.node)
    form = FollowUpForm(_posted(request))

    def act() -> Any:
        text, how = form.cleaned_data["texte"], request.POST.get("act", "")
        if how == "reopen":
            return committee.reopen_decision(decision=one, text=text, **_who(request))
        return committee.follow_up(decision=one, text=text, is_done=how == "done", **_who(request))

    if request.method == "POST":
        check(permissions.may_record_decision, request.user, one.node)
    made, status = _played(request, form, act)
    if made is not None:
        messages.success(request, _("C'est noté."))
        return redirect("strategy:decision", one.pk)
    part = _part(held, one.node.code)
    context = {
        **_about(held, _("Une décision")),
        "one": one,
        "steps": list(one.follow_ups.select_related("by")),
        "part": {"code": one.node.code, "title": part.title.into(language()), "url": part_address(held, part)},
        "is_overdue": one.done_on is None and one.due_on is not None and one.due_on < timezone.localdate(),
        "follows": follows,
        "ask_url": ask_address(held.row.pk, one.node.code) if permissions.may_ask(request.user, one.node) else "",
        "form": form,
    }
    return page(request, "strategy/room/decision.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask who answers for a part; the name that the texts give is already there."""
    held = room_or_404(request, slug)
    check(permissions.may_ask, request.user, _node(held, held.content.root.code))
    code = request.GET.get("partie", "")
    owner = owner_of(held, code) if code else ""
    initial = {"partie": code, "indicateur": request.GET.get("indicateur", ""), "qui": owner}
    form = QuestionForm(_posted(request), held=held, lang=language(), initial=initial)

    def act() -> Question:
        data = form.cleaned_data
        about = data["indicateur"]
        indicator = get_object_or_404(Indicator, strategy=held.row, code=about) if about else None
        told = {"text": data["texte"], "asked_to": data["qui"], "due_on": data["echeance"], "indicator": indicator}
        return committee.ask(node=_node(held, data["partie"]), **told, **_who(request))

    made, status = _played(request, form, act)
    if made is not None:
        messages.success(request, _("La question est posée : les agents de la Région sont prévenus."))
        return redirect("strategy:question", made.pk)
    hint = "" if owner or not code else _("Aucun texte ne nomme qui répond de cette partie : dites à qui vous vous adressez.")
    context = {
        **_about(held, _("Poser une question")),
        "title": _("Poser une question"),
        "form": form,
        "hint": hint,
        "button": _("Poser la question"),
    }
    return page(request, "strategy/room/form.html", context, status=status)


@login_required
@reads_notices
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question; officers answer it, who asked takes it back while nobody has."""
    rows = Question.objects.visible_to(request.user).select_related("node__strategy", "indicator", "asked_by", "answered_by")
    one = get_object_or_404(rows, pk=pk)
    held = room_or_404(request, one.node.strategy_id)
    if request.method == "POST" and request.POST.get("act") == "withdraw":
        return _withdraw(request, one, held)
    form = AnswerForm(_posted(request), initial={"texte": one.answer})

    def act() -> Question:
        return committee.answer(question=one, text=form.cleaned_data["texte"], **_who(request))

    if request.method == "POST":
        check(permissions.may_answer, request.user, one)
    made, status = _played(request, form, act)
    if made is not None:
        messages.success(request, _("La réponse est envoyée."))
        return redirect("strategy:question", one.pk)
    part = _part(held, one.node.code)
    context = {
        **_about(held, _("Une question")),
        "one": one,
        "part": {"code": one.node.code, "title": part.title.into(language()), "url": part_address(held, part)},
        "is_late": one.answered_at is None and one.due_on is not None and one.due_on < timezone.localdate(),
        "answers": permissions.may_answer(request.user, one),
        "withdraws": one.answered_at is None and permissions.may_withdraw_question(request.user, one),
        "form": form,
    }
    return page(request, "strategy/room/question.html", context, status=status)


@login_required
@require_POST
def step(request: HttpRequest, slug: str, year: int, code: str) -> HttpResponse:
    """Mark a step of the year as done, or take the mark back."""
    held = room_or_404(request, slug)
    check(permissions.may_mark_cycle, request.user, held.row)
    try:
        if request.POST.get("act") == "unmark":
            mark = get_object_or_404(CycleMark, strategy=held.row, year=year, step=code)
            committee.unmark_step(mark=mark, **_who(request))
            messages.success(request, _("La marque est retirée : l'étape est de nouveau à faire."))
        else:
            form = MarkForm(request.POST)
            day = form.cleaned_data["fait"] if form.is_valid() else timezone.localdate()
            committee.mark_step(strategy=held.row, year=year, step=code, done_on=day, **_who(request))
            messages.success(request, _("L'étape est marquée comme faite."))
    except (BadInput, Refused) as error:
        messages.error(request, error.sentence)
    return redirect(f"{room_address(slug)}#agenda")


def _withdraw(request: HttpRequest, one: Question, held: Held) -> HttpResponse:
    try:
        committee.withdraw_question(question=one, **_who(request))
    except Refused as error:
        messages.error(request, error.sentence)
        return redirect("strategy:question", one.pk)
    messages.success(request, _("La question est retirée."))
    return redirect(room_address(held.row.pk))


def _played(request: HttpRequest, form: forms.Form, act: Callable[[], Any]) -> tuple[Any, int]:
    """What the form made once it is right, and the status of the page otherwise."""
    if request.method != "POST":
        return None, 200
    if not form.is_valid():
        return None, 400
    try:
        return act(), 302
    except (BadInput, Refused) as error:
        say_why(form, error)
        return None, error.status


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "now": timezone.now()}


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _node(held: Held, code: str) -> Node:
    return get_object_or_404(Node.objects.select_related("strategy"), strategy=held.row, code=code)


def _part(held: Held, code: str) -> Any:
    return next((node for node in held.content.nodes() if node.code == code), held.content.root)


def _decision_or_404(request: HttpRequest, pk: int) -> tuple[Decision, Held]:
    rows = Decision.objects.visible_to(request.user).select_related("node__strategy", "recorded_by")
    one = get_object_or_404(rows, pk=pk)
    held = held_strategy(one.node.strategy_id)
    assert held is not None
    return one, held


def _about(held: Held, title: str) -> dict[str, Any]:
    return {
        "slug": held.row.pk,
        "strategy_title": held.content.title.into(language()),
        "room_url": room_address(held.row.pk),
        "crumbs": [(_("La salle du comité"), room_address(held.row.pk)), (title, "")],
    }

"""A draft and its conditions: one page to see the rule, one page for each change; all of it works without a script."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import EnsembleurError, Refused
from ensembleur.schemes.choices import VersionState
from ensembleur.schemes.engine.drafting import find
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.forms.rules import ConditionForm, FactForm, GroupForm, NoteForm, PlaceForm, initial_of
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.permissions import may_write_rules
from ensembleur.schemes.queries.drafts import faults_in, has_own_sheet, newer_than_draft, sources_of
from ensembleur.schemes.services import drafting, editing
from ensembleur.schemes.views.rules.desk import _title, for_officers
from ensembleur.schemes.views.rules.words import (
    changes_of,
    language,
    part_words,
    places_for,
    sentence_of,
    setting_of,
    sheet_words,
    tree_of,
)
from ensembleur.web.pages import page


def of_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for those who write, on a draft still open; another state leads to the page of the text."""

    @for_officers
    @wraps(view)
    def opened(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        check(may_write_rules, request.user)
        draft = get_object_or_404(SchemeVersion.objects.select_related("scheme", "base", "written_by", "returned_by"), pk=pk)
        if draft.state != VersionState.DRAFT:
            return redirect("schemes:version", draft.pk)
        return view(request, draft, *args, **kwargs)

    return opened


@of_draft
@require_safe
def draft_page(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """The rule in words with what can be changed, what must be mended, and what it changes."""
    faults, sources = faults_in(draft), sources_of(draft)
    standing = list(SchemeVersion.objects.published().filter(scheme=draft.scheme_id).select_related("scheme"))
    context = {
        "draft": draft,
        "title": _title(draft.scheme),
        "tree": tree_of(draft, faults, sources),
        "faults": [(fault, _where(draft, fault.place)) for fault in faults],
        "is_empty": any(fault.code == "empty_rule" for fault in faults),
        "changes": changes_of(draft, standing, on=timezone.localdate(), now=timezone.now()),
        "parts": part_words(),
        "sources": [
            (key, source, key in draft.sources and key not in draft.scheme.content.get("sources", {}))
            for key, source in sources.items()
        ],
        "parameters": list((draft.content.get("parameters") or {}).items()),
        "sheet": sheet_words(draft.scheme) if has_own_sheet(draft.scheme) else [],
        "later": newer_than_draft(draft),
        "bonuses": (draft.content.get("amount") or {}).get("bonuses") or [],
    }
    return page(request, "schemes/rules/draft.html", context)


def _where(draft: SchemeVersion, place: str) -> str:
    """The address of what a fault speaks of."""
    if place[:1] in ("c", "b") and (place[1:2] in ("", ".") or place[1:2].isdigit()):
        return "#place-" + place.replace(".", "-")
    pages = {
        "dates": "draft_dates",
        "windows": "draft_windows",
        "amount": "draft_amount",
        "parameters": "draft_parameters",
        "sources": "draft_sources",
        "edges": "draft_edges",
    }
    name = pages.get(place, "draft_dates")
    return (
        "#parametres"
        if name == "draft_parameters"
        else "#textes"
        if name == "draft_sources"
        else reverse(f"schemes:{name}", args=[draft.pk])
    )


@of_draft
@require_http_methods(["GET", "POST"])
def add_condition(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """Choose of what the condition speaks, then what it asks."""
    place = request.GET.get("place", "c")
    _node(draft, place)
    key = request.GET.get("fait", "")
    if key not in VOCABULARY:
        form = FactForm(request.GET if "fait" in request.GET else None, lang=language())
        form.is_valid()
        context = {"form": form, "draft": draft, "title": _title(draft.scheme), "place": place}
        return page(request, "schemes/rules/fact.html", context)
    return _condition(request, draft, place, key, {}, is_new=True)


@of_draft
@require_http_methods(["GET", "POST"])
def change_condition(request: HttpRequest, draft: SchemeVersion, place: str) -> HttpResponse:
    """Write a condition again; another fact may be chosen."""
    node = _node(draft, place)
    if node.is_group:
        raise Http404
    key = request.GET.get("fait") or str(node.body.get("fact") or "")
    if key not in VOCABULARY:
        return page(
            request,
            "schemes/rules/fact.html",
            {"form": FactForm(lang=language()), "draft": draft, "title": _title(draft.scheme), "place": place},
        )
    initial = initial_of(node.body, VOCABULARY[key]) if key == node.body.get("fact") else {"source": node.body.get("source")}
    return _condition(request, draft, place, key, initial, is_new=False)


def _condition(
    request: HttpRequest, draft: SchemeVersion, place: str, key: str, initial: dict[str, Any], *, is_new: bool
) -> HttpResponse:
    known = VOCABULARY[key]
    given = {"sources": sources_of(draft), "parameters": draft.content.get("parameters") or {}, "lang": language()}
    form = ConditionForm(known, request.POST if request.method == "POST" else None, initial=initial, **given)
    if request.method == "POST" and form.is_valid():
        act = drafting.add_condition if is_new else drafting.change_condition
        line = dict(form.cleaned_data["line"])
        said = _("La condition est ajoutée.") if is_new else _("La condition est modifiée.")
        answer = done(
            request,
            draft,
            form,
            said,
            lambda edition, by, now: act(draft=draft, edition=edition, place=place, line=line, by=by, now=now),
        )
        if answer is not None:
            return answer
    context = {
        "form": form,
        "draft": draft,
        "title": _title(draft.scheme),
        "place": place,
        "known": known,
        "label": known.label.in_(language()),
        "is_new": is_new,
        "edition": request.POST.get("edition", draft.edition),
    }
    return page(request, "schemes/rules/condition.html", context, status=400 if form.errors else 200)


@of_draft
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, draft: SchemeVersion, place: str) -> HttpResponse:
    """Put a condition or a group elsewhere."""
    node = _node(draft, place)
    form = PlaceForm(request.POST or None, places=places_for(draft, place))
    heading = _("Déplacer : %(line)s") % {"line": sentence_of(node, setting_of(draft))}
    if request.method == "POST" and form.is_valid():
        group, _colon, rank = form.cleaned_data["where"].partition(":")
        answer = done(
            request, draft, form, _("La condition est à sa nouvelle place."),
            lambda edition, by, now: drafting.move_condition(draft=draft, edition=edition, place=place, group=group, rank=int(rank), by=by, now=now),
        )  # fmt: skip
        if answer is not None:
            return answer
    return simple_page(request, draft, form, heading, _("Déplacer"))


@of_draft
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, draft: SchemeVersion, place: str) -> HttpResponse:
    """Take a condition or a group away, once it is confirmed."""
    node = _node(draft, place)
    form = forms.Form(request.POST or None)
    heading = _("Supprimer : %(line)s") % {"line": sentence_of(node, setting_of(draft))}
    if request.method == "POST":
        answer = done(
            request, draft, form, _("C'est retiré du brouillon ; le texte en vigueur n'a pas changé."),
            lambda edition, by, now: drafting.remove_condition(draft=draft, edition=edition, place=place, by=by, now=now),
        )  # fmt: skip
        if answer is not None:
            return answer
    lead = (
        _("Le groupe et toutes ses conditions quittent le brouillon.")
        if node.is_group
        else _("La condition quitte le brouillon.")
    )
    return simple_page(request, draft, form, heading, _("Supprimer"), lead=lead)


@of_draft
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, draft: SchemeVersion, place: str) -> HttpResponse:
    """Put a condition in a new group, or change how many conditions of a group are needed."""
    node = _node(draft, place)
    form = GroupForm(request.POST or None, initial={"head": node.head if node.is_group else "any", "count": node.count or None})
    if "." in place and node.is_group:
        form.fields["head"].choices = [*form.fields["head"].choices, ("dissolve", _("Défaire le groupe, garder ses conditions"))]
    heading = (_("Changer le groupe : %(line)s") if node.is_group else _("Mettre dans un groupe : %(line)s")) % {
        "line": sentence_of(node, setting_of(draft))
    }
    if request.method == "POST" and form.is_valid():
        head, count = form.cleaned_data["head"], form.cleaned_data["count"] or 1

        def act(edition: int, by: Any, now: Any) -> Any:
            given = {"draft": draft, "edition": edition, "place": place, "head": head, "by": by, "now": now}
            return drafting.regroup(**given, count=count) if node.is_group else drafting.wrap_condition(**given)

        answer = done(request, draft, form, _("Le groupe est changé."), act)
        if answer is not None:
            return answer
    return simple_page(request, draft, form, heading, _("Enregistrer"))


@of_draft
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """Why the text changes."""
    form = NoteForm(request.POST or None, initial={"note": draft.note})
    if request.method == "POST" and form.is_valid():
        answer = done(
            request, draft, form, _("La raison est enregistrée."),
            lambda edition, by, now: drafting.set_note(draft=draft, edition=edition, note=form.cleaned_data["note"], by=by, now=now),
        )  # fmt: skip
        if answer is not None:
            return answer
    return simple_page(request, draft, form, _("Pourquoi ce changement"), _("Enregistrer"))


@for_officers
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a text up."""
    held = get_object_or_404(SchemeVersion, pk=pk)
    editing.withdraw_draft(version=held, by=request.user, now=timezone.now())
    messages.success(request, _("Le texte est abandonné ; il reste lisible dans l'histoire."))
    return redirect("schemes:history", held.scheme_id)


# -- under the pages ---------------------------------------------------------------------------------------------------


def simple_page(
    request: HttpRequest,
    draft: SchemeVersion,
    form: Any,
    heading: str,
    button: str,
    *,
    lead: str = "",
    groups: Any = None,
    second: Any = None,
    parts: Any = None,
) -> HttpResponse:
    """One form, one button, the way back to the draft."""
    context = {
        "form": form,
        "draft": draft,
        "title": _title(draft.scheme),
        "heading": heading,
        "button": button,
        "lead": lead,
        "groups": groups,
        "second": second,
        "parts": parts,
        "edition": request.POST.get("edition", draft.edition),
    }
    return page(
        request, "schemes/rules/form.html", context, status=400 if form.errors or (second is not None and second.errors) else 200
    )


def done(
    request: HttpRequest, draft: SchemeVersion, form: Any, said: str, act: Callable[[int, Any, Any], Any]
) -> HttpResponse | None:
    """Do it and go back to the draft; what is refused becomes the form's error, with what was typed still there."""
    edition = request.POST.get("edition", "")
    try:
        if not (edition.isascii() and edition.isdigit()):
            raise Refused("draft_changed", _("Rouvrez le brouillon, puis refaites votre changement."))
        act(int(edition), request.user, timezone.now())
    except EnsembleurError as error:
        if error.status not in (400, 422):
            raise
        form.add_error(None, error.sentence)
        return None
    messages.success(request, said)
    return redirect(reverse("schemes:draft", args=[draft.pk]))


def _node(draft: SchemeVersion, place: str) -> Any:
    return find(draft.content, place)

"""The officers' desk of rules, the history of a scheme, and one version of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.periods import paris_day
from ensembleur.schemes.choices import VersionOrigin, VersionState
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.permissions import may_edit_schemes, may_read_over, may_write_rules
from ensembleur.schemes.queries.drafts import (
    desk_rows,
    faults_in,
    has_own_sheet,
    later_files,
    sources_of,
    standing_version,
    texts_to_mend,
    title_of,
)
from ensembleur.schemes.queries.flips import frozen_steps
from ensembleur.schemes.services import editing
from ensembleur.schemes.views.rules.words import changes_of, language, part_words, sheet_words, step_words, tree_of
from ensembleur.web.pages import page

View = Callable[..., HttpResponse]
TONES = {"draft": "info", "second_reading": "unknown", "published": "yes", "withdrawn": "closed", "replaced": "closed"}
LOST = ("unreadable", "unknown_zone")  # the faults of a text whose words a release has dropped


def for_officers(view: View) -> View:
    """A page for those who write rules or read them over."""

    @login_required
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check(may_edit_schemes, request.user)
        return view(request, *args, **kwargs)

    return asked


@for_officers
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Every scheme, its state, and what waits for me."""
    rows = desk_rows(request.user, lang=language())
    words = request.GET.get("q", "")[:80].replace("\0", "")
    shown = [row for row in rows if words.casefold() in row.title.casefold()]
    context = {
        "rows": shown,
        "to_read": [row for row in rows if row.to_read],
        "to_write": [row for row in rows if row.to_write],
        "later": [row for row in rows if row.later],
        "to_mend": texts_to_mend(on=timezone.localdate(), lang=language()),
        "words": words,
        "may_write": may_write_rules(request.user),
    }
    return page(request, "schemes/rules/desk.html", context, fragment="schemes")


@for_officers
@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every text of a scheme: who wrote it, who read it over, why, what changed."""
    scheme = get_object_or_404(Scheme, pk=slug)
    people = ("written_by", "submitted_by", "published_by", "withdrawn_by", "returned_by", "base")
    versions = list(scheme.versions.select_related("scheme", *people))
    versions.sort(key=lambda one: (one.published_at or one.withdrawn_at or one.recorded_at, one.pk), reverse=True)
    standing = standing_version(scheme, on=timezone.localdate())
    context = {
        "scheme": scheme,
        "title": _title(scheme),
        "rows": [_row(version, standing) for version in versions],
        "waiting": next((version for version in versions if version.is_open), None),
        "later": later_files(versions),
        "to_mend": [one for one in texts_to_mend(on=timezone.localdate()) if one.scheme.pk == scheme.pk],
        "may_write": may_write_rules(request.user),
        "is_public": any(one.state == VersionState.PUBLISHED for one in versions),
    }
    return page(request, "schemes/rules/history.html", context)


@for_officers
@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One text, whatever its state, beside what it changed."""
    held = get_object_or_404(
        SchemeVersion.objects.visible_to(request.user).select_related("scheme", "written_by", "published_by"), pk=pk
    )
    if held.state == VersionState.DRAFT and may_write_rules(request.user):
        return redirect("schemes:draft", held.pk)
    standing = standing_version(held.scheme, on=timezone.localdate())
    lost = [fault for fault in faults_in(held) if fault.code in LOST] if held.state == VersionState.PUBLISHED else []
    context = {
        "version": held,
        "title": _title(held.scheme),
        "row": _row(held, standing),
        "tree": tree_of(held, lost, sources_of(held)),
        "is_lost": bool(lost),
        "sheet": sheet_words(held.scheme) if has_own_sheet(held.scheme) else [],
        "changes": _changes(held),
        "parts": part_words(),
        "flips": step_words(frozen_steps(held.flips), is_first=held.base_id is None),
        "frozen": held.flips,
        "may_write": may_write_rules(request.user),
        "may_read_over": may_read_over(request.user, held),
        "is_mine": not may_read_over(request.user, held),
    }
    return page(request, "schemes/rules/version.html", context)


@for_officers
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a draft with the text in force."""
    draft = editing.start_draft(scheme=get_object_or_404(Scheme, pk=slug), by=request.user, now=timezone.now())
    messages.success(request, _("Le brouillon est ouvert : personne ne le voit que les agents."))
    return redirect("schemes:draft", draft.pk)


@for_officers
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a draft with the text of an earlier version."""
    held = get_object_or_404(SchemeVersion.objects.select_related("scheme"), pk=pk)
    draft = editing.return_to(version=held, by=request.user, now=timezone.now())
    messages.success(request, _("Le brouillon reprend le texte de la version %(name)s.") % {"name": held.version_id})
    return redirect("schemes:draft", draft.pk)


@for_officers
@require_POST
def settle(request: HttpRequest, slug: str) -> HttpResponse:
    """The texts brought by a later delivery of the catalogue were read: the officers' text stays."""
    scheme = get_object_or_404(Scheme, pk=slug)
    editing.settle_files(scheme=scheme, by=request.user, now=timezone.now())
    messages.success(request, _("C'est noté : le texte de l'agent reste en vigueur, les deux sont gardés."))
    return redirect("schemes:history", scheme.pk)


def _title(scheme: Scheme) -> str:
    return title_of(scheme, language())


def _row(held: SchemeVersion, standing: SchemeVersion | None) -> dict[str, Any]:
    return {
        "version": held,
        "tone": TONES[held.state],
        "is_standing": standing is not None and standing.pk == held.pk,
        "from_file": held.origin == VersionOrigin.FILE,
        "can_return": not held.is_open and not (standing is not None and standing.pk == held.pk),
    }


def _changes(held: SchemeVersion) -> Any:
    """What this text changed, or would change: against what stood before it."""
    if held.origin == VersionOrigin.FILE:
        return []
    earlier = SchemeVersion.objects.published().filter(scheme=held.scheme_id).exclude(pk=held.pk).select_related("scheme")
    instant = held.published_at or held.withdrawn_at
    before = [one for one in earlier if instant is None or (one.published_at or one.recorded_at) < instant]
    now = held.published_at or timezone.now()
    day = max(paris_day(now), held.effective_from or paris_day(now))
    return changes_of(held, before, on=day, now=now)

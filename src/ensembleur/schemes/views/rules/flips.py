"""Who changes answer: the page seen before a text is sent, and again before it is published; its file."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.schemes.choices import VersionState
from ensembleur.schemes.forms.rules import WhyForm
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.permissions import may_read_over, may_reopen, may_write_rules
from ensembleur.schemes.queries.drafts import faults_in
from ensembleur.schemes.queries.flips import FlipRow, Preview, flip_rows, flipped_rows, frozen_steps, preview
from ensembleur.schemes.services import editing
from ensembleur.schemes.services.exporting import MOST, export_flips
from ensembleur.schemes.views.rules.desk import _title, for_officers
from ensembleur.schemes.views.rules.words import answer_words, language, step_words
from ensembleur.web.formats import harmless
from ensembleur.web.pages import page

PER_PAGE = 25


@for_officers
@require_safe
def flips(request: HttpRequest, pk: int) -> HttpResponse:
    """The counts, then the companies with what made each of them change; at its foot, the act that follows."""
    held = _waiting(pk)
    faults = faults_in(held)
    try:
        seen = preview(held, now=timezone.now())
    except BadInput:
        return page(request, "schemes/rules/unreadable.html", {"version": held, "title": _title(held.scheme), "faults": faults})
    wanted = request.GET.get("passage", "")
    rows = flipped_rows(seen, wanted)
    pages = Paginator(range(rows.height), PER_PAGE).get_page(request.GET.get("page"))
    first = (pages.number - 1) * PER_PAGE
    frozen = frozen_steps(held.flips)
    context = {
        "version": held,
        "title": _title(held.scheme),
        "seen": seen,
        "steps": step_words(seen.steps, is_first=seen.before is None),
        "total": sum(step.count for step in seen.changes),
        "establishments": seen.wide.height,
        "wanted": wanted,
        "rows": flip_rows(seen, rows.slice(first, PER_PAGE), by=request.user, lang=language()),
        "pages": pages,
        "answers": answer_words(),
        "faults": faults,
        "most": MOST,
        "recounted": held.state == VersionState.SECOND_READING
        and [(one.name, one.count) for one in frozen] != [(one.name, one.count) for one in seen.steps],
        "frozen": step_words(frozen, is_first=seen.before is None),
        "may_send": held.state == VersionState.DRAFT and may_write_rules(request.user),
        "may_publish": held.state == VersionState.SECOND_READING and may_read_over(request.user, held),
        "may_send_back": held.state == VersionState.SECOND_READING,
        "why": WhyForm(),
        "is_for_persons": held.scheme.content.get("audience") == "person",
        "is_past": held.effective_from is not None and held.effective_from < timezone.localdate(),
        "may_start_today": _may_start_today(held, request.user),
    }
    return page(request, "schemes/rules/flips.html", context, fragment="companies")


@for_officers
@require_safe
def flips_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same list as a file, capped and journaled."""
    held = _waiting(pk)
    try:
        seen = preview(held, now=timezone.now())
    except BadInput as error:
        raise Refused("unreadable_rule", error.sentence) from error
    rows = export_flips(
        version=held, seen=seen, transition=request.GET.get("passage", ""), lang=language(), by=request.user, now=timezone.now()
    )
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bascules-{held.version_id}.csv"'
    response.write("\ufeff")  # or a spreadsheet reads accents wrong
    writer = csv.writer(response, delimiter=";")
    writer.writerow([_("Établissement"), "SIRET", _("Commune"), _("Avant"), _("Après"), _("Pourquoi"), _("Comparé le")])
    words = answer_words()
    writer.writerows([harmless(cell) for cell in _line(row, words, seen)] for row in rows)
    return response


def _line(row: FlipRow, words: dict[str, str], seen: Preview) -> list[Any]:
    masked = {"masked": _("établissement masqué"), "outside": _("hors de votre périmètre")}
    why = " | ".join(f"{cause.before or '—'} → {cause.after or '—'}" for cause in row.causes)
    name = masked.get(row.hidden) or row.name
    return [name, row.siret, row.place, words[row.before], words[row.after], why, seen.day.isoformat()]


@for_officers
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft to its second reader, as it was seen."""
    edition = request.POST.get("edition", "")
    draft = _waiting(pk)
    editing.submit_for_second_reading(
        draft=draft,
        edition=int(edition) if edition.isascii() and edition.isdigit() else -1,
        seal=request.POST.get("seal", ""),
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("Le texte attend son second lecteur."))
    return redirect("schemes:version", draft.pk)


@for_officers
@require_POST
def start_today(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a text that reaches back apply from today; in second reading, it goes back to those who write with that reason."""
    held = _waiting(pk)
    edition = request.POST.get("edition", "")
    was = held.state
    editing.start_today(
        version=held, edition=int(edition) if edition.isascii() and edition.isdigit() else -1, by=request.user, now=timezone.now()
    )
    if was == VersionState.DRAFT:
        messages.success(request, _("Le texte commence aujourd'hui : les comptes sont refaits, rien de passé ne change."))
        return redirect("schemes:flips", held.pk)
    messages.success(request, _("Le texte est rendu à ceux qui l'écrivent, avec votre raison."))
    return redirect("schemes:rules")


@for_officers
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish, as its second reader."""
    held = _waiting(pk)
    editing.publish(version=held, seal=request.POST.get("seal", ""), by=request.user, now=timezone.now())
    messages.success(request, _("La version est publiée. Ce qu'elle remplace reste lisible dans l'histoire."))
    return redirect("schemes:history", held.scheme_id)


@for_officers
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the text back to those who write it."""
    held = _waiting(pk)
    form = WhyForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    check(may_write_rules if may_write_rules(request.user) else may_read_over, request.user, held)
    editing.send_back(version=held, why=why, by=request.user, now=timezone.now())
    messages.success(request, _("Le texte est rendu à ceux qui l'écrivent, avec votre raison."))
    return redirect("schemes:rules")


def _may_start_today(held: SchemeVersion, user: Any) -> bool:
    """Whether the text reaches back, goes on after today, and this person may change it or send it back."""
    today = timezone.localdate()
    is_past = held.effective_from is not None and held.effective_from < today
    goes_on = held.effective_to is None or held.effective_to > today
    allowed = may_write_rules(user) if held.state == VersionState.DRAFT else may_reopen(user, held)
    return is_past and goes_on and allowed


def _waiting(pk: int) -> SchemeVersion:
    return get_object_or_404(SchemeVersion.objects.waiting().select_related("scheme"), pk=pk)

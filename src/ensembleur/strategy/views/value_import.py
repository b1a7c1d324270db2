"""Values as a file, out and in: taken away, tried, confirmed, decided together, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.accounts.views.reading import reads_notices
from ensembleur.errors import BadInput, Refused
from ensembleur.strategy import permissions
from ensembleur.strategy.choices import BatchKind, ProposalState
from ensembleur.strategy.engine.tabular import MOST_LINES
from ensembleur.strategy.engine.value_files import COLUMNS, NEEDED, VALUE_TABLE
from ensembleur.strategy.models import Batch
from ensembleur.strategy.queries.content import Held, held_strategy
from ensembleur.strategy.queries.entry import language
from ensembleur.strategy.queries.value_desk import Sheets
from ensembleur.strategy.queries.value_rows import value_rows
from ensembleur.strategy.services import importing_values
from ensembleur.strategy.views import value_words
from ensembleur.strategy.views.tables import sealed, table_file, unsealed
from ensembleur.strategy.views.value_forms import DecisionForm, FileForm, say_why
from ensembleur.web.pages import page

SHOWN, PAGE = 50, 50


@login_required
@require_safe
def export_values(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything this person may see of a strategy's values, and blank lines for what is due."""
    held = _held_or_404(request, slug)
    return table_file(f"valeurs-{slug}.csv", COLUMNS, value_rows(held, request.user, as_of=timezone.localdate()))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_values(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a file, see what it would do, then confirm. Between the two steps the file is in the page, sealed: nothing is left behind."""
    held = _held_or_404(request, slug)
    check(permissions.may_report, request.user, held.row)
    act = request.POST.get("act", "")
    if request.method == "POST" and act in ("confirm", "rejects"):
        return _again(request, held, act)
    form, status = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ())), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            file = form.cleaned_data["fichier"]
            content, name = file.read(), file.name
            try:
                return _trial(request, held, content, name)
            except BadInput as error:
                form.add_error("fichier", error.sentence)
    return _upload_page(request, held, form, status)


@login_required
@reads_notices
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file brought: decide all that waits, or take it back."""
    everything = Batch.objects.visible_to(request.user).select_related("strategy", "by", "undone_by")
    one = get_object_or_404(everything.filter(kind=BatchKind.VALUES), pk=pk)
    form, status = DecisionForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = _act_on(request, one, form)
        if status == 302:
            return redirect("strategy:batch", one.pk)
        one = everything.get(pk=pk)
    held = held_strategy(one.strategy_id)
    sheets = Sheets([held] if held else [])
    proposals = one.proposals.select_related("indicator__strategy", "organisation", "proposed_by").order_by("state", "pk")
    pages = Paginator(proposals, PAGE).get_page(request.GET.get("page"))
    waiting = one.proposals.waiting().count()
    context = {
        "one": one,
        "counts": {"unchanged": 0, "rejected": 0, **one.counts},
        "pages": pages,
        "lines": [value_words.Shown(proposal, sheets.of(proposal)) for proposal in pages],
        "waiting": waiting,
        "approved": one.proposals.filter(state=ProposalState.APPROVED).count(),
        "form": form,
        "decides": waiting > 0 and permissions.may_decide_batch(request.user, one),
        "undoes": one.undone_at is None and waiting > 0 and permissions.may_undo_values(request.user, one),
        "crumbs": [(_("Les valeurs"), reverse("strategy:values")), (one.file_name or _("Fichier"), "")],
    }
    return page(request, "strategy/values/batch.html", context, status=status)


def _act_on(request: HttpRequest, one: Batch, form: DecisionForm) -> int:
    act, who = request.POST.get("act", ""), {"by": request.user, "now": timezone.now()}
    if act not in ("approve", "refuse", "undo") or not form.is_valid():
        check(permissions.may_undo_values, request.user, one)
        return 400
    try:
        if act == "undo":
            done = importing_values.undo_batch(batch=one, **who)
            messages.success(request, _undone(done))
        else:
            note = form.cleaned_data["motif"]
            left = importing_values.decide_batch(batch=one, approve=act == "approve", note=note, **who)
            for sentence in dict.fromkeys(left.values()):
                messages.warning(request, sentence)
            messages.success(request, _("La décision est enregistrée."))
    except Refused as error:
        say_why(form, error)
        return error.status
    return 302


def _undone(done: importing_values.Undone) -> str:
    says = ngettext("%(n)s valeur est retirée", "%(n)s valeurs sont retirées", done.withdrawn) % {"n": done.withdrawn}
    if done.kept:
        says += " ; " + ngettext(
            "%(n)s était déjà examinée et reste en place", "%(n)s étaient déjà examinées et restent en place", done.kept
        ) % {"n": done.kept}
    return f"{says}."


def _trial(request: HttpRequest, held: Held, content: bytes, name: str) -> HttpResponse:
    """What the file would do, and the file itself in the page, sealed to this person and this strategy."""
    found = importing_values.import_values(
        strategy=held.row,
        content=content,
        file_name=name,
        by=request.user,
        now=timezone.now(),
        dry_run=True,
    )
    seal = sealed(content, name, by=request.user.pk, of=held.row.pk)
    added, rejected = found.of("added"), found.of("rejected")
    context = {
        **_about(held),
        "name": name,
        "counts": found.counts,
        "added": [_added(line) for line in added[:SHOWN]],
        "more_added": max(0, len(added) - SHOWN),
        "rejected": rejected[:SHOWN],
        "more_rejected": max(0, len(rejected) - SHOWN),
        "seal": seal,
    }
    return page(request, "strategy/values/import_trial.html", context)


def _added(line: importing_values.Line) -> dict[str, Any]:
    assert line.sheet is not None
    assert line.figures is not None
    figures, sheet = line.figures, line.sheet
    return {
        "line": line.row.line,
        "title": sheet.title.into(language()),
        "code": sheet.code,
        "days": value_words.days(figures.period_start, figures.period_end),
        "amount": value_words.amount(figures.value, sheet),
        "before": value_words.amount(line.before.value, sheet) if line.before else "",
    }


def _again(request: HttpRequest, held: Held, act: str) -> HttpResponse:
    """The sealed file comes back: import it, or give its rejected lines."""
    kept = unsealed(request.POST.get("seal", ""), by=request.user.pk, of=held.row.pk)
    if kept is None:
        form = FileForm({}, {})
        form.add_error(None, _("Ce fichier n'est plus en attente : envoyez-le de nouveau. Rien n'a été importé."))
        form.errors.pop("fichier", None)
        return _upload_page(request, held, form, 400)
    content, name = kept
    found = importing_values.import_values(
        strategy=held.row,
        content=content,
        file_name=name,
        by=request.user,
        now=timezone.now(),
        dry_run=act == "rejects",
    )
    if act == "rejects":
        lines = ({**line.row.cells, "ligne": str(line.row.line), "pourquoi": line.why} for line in found.of("rejected"))
        return table_file(f"lignes-ecartees-{held.row.pk}.csv", VALUE_TABLE.of_rejects, lines)
    if found.batch is None:
        messages.info(request, _("Rien à importer : toutes les lignes sont déjà connues ou écartées."))
        return redirect("strategy:import_values", held.row.pk)
    added = found.counts["added"]
    says = ngettext(
        "%(n)s valeur est envoyée : une autre personne la validera.",
        "%(n)s valeurs sont envoyées : une autre personne les validera.",
        added,
    )
    messages.success(request, says % {"n": added})
    return redirect("strategy:batch", found.batch.pk)


def _upload_page(request: HttpRequest, held: Held, form: FileForm, status: int) -> HttpResponse:
    batches = Batch.objects.visible_to(request.user).filter(strategy=held.row, kind=BatchKind.VALUES).select_related("by")
    context = {**_about(held), "form": form, "batches": batches[:10], "most": MOST_LINES, "needed": NEEDED}
    return page(request, "strategy/values/import.html", context, status=status)


def _about(held: Held) -> dict[str, Any]:
    return {
        "held": held,
        "title": held.content.title.into(language()),
        "crumbs": [(_("Les valeurs"), reverse("strategy:values")), (_("Importer un fichier"), "")],
    }


def _held_or_404(request: HttpRequest, slug: str) -> Held:
    check(permissions.may_enter_values, request.user)
    held = held_strategy(slug)
    if held is None or not (permissions.may_read_room(request.user, held.row) or permissions.may_report(request.user, held.row)):
        raise Http404
    return held

"""Money as officers keep it: lines one by one, a file tried then confirmed, and the way back of each."""

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
from django.views.decorators.http import require_http_methods

from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.strategy import permissions
from ensembleur.strategy.choices import BatchKind, MoneyOrigin
from ensembleur.strategy.engine.money_files import COLUMNS, MONEY_TABLE
from ensembleur.strategy.engine.tabular import MOST_LINES
from ensembleur.strategy.models import Batch, BudgetLine, Node
from ensembleur.strategy.queries.content import Held, held_strategy
from ensembleur.strategy.queries.entry import language
from ensembleur.strategy.services import budgeting, importing_budget
from ensembleur.strategy.views.money_forms import LineForm, ReasonForm, say_why
from ensembleur.strategy.views.tables import sealed, table_file, unsealed
from ensembleur.strategy.views.value_forms import FileForm
from ensembleur.web.pages import page

PAGE, SHOWN = 50, 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def budget_lines(request: HttpRequest, slug: str) -> HttpResponse:
    """Every line of a strategy, those taken back on request; officers add one."""
    held, lang = _room_or_404(request, slug), language()
    keeps, status = permissions.may_keep_budget(request.user, held.row), 200
    form = LineForm(request.POST if request.method == "POST" else None, held=held, lang=lang) if keeps else None
    if request.method == "POST":
        check(permissions.may_keep_budget, request.user, held.row)
        status = _record(request, held, form)
        if status == 302:
            return redirect("strategy:budget_lines", slug)
    everything = "toutes" in request.GET
    rows = BudgetLine.objects.visible_to(request.user).filter(node__strategy=held.row).select_related("node")
    rows = rows.order_by("node_id", "fund", "stage", "year", "pk") if everything else _standing(rows)
    pages = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    batches = Batch.objects.visible_to(request.user).filter(strategy=held.row, kind=BatchKind.BUDGET).select_related("by")
    context = {
        **_about(held, _("Les lignes de budget")),
        "form": form,
        "pages": pages,
        "lines": [_line(row, keeps=keeps) for row in pages],
        "everything": everything,
        "batches": [{"one": one, "may_undo": keeps and one.undone_at is None} for one in batches[:10]],
        "keeps": keeps,
    }
    return page(request, "strategy/money/lines.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a line back, with a reason."""
    line = get_object_or_404(BudgetLine.objects.visible_to(request.user).select_related("node__strategy"), pk=pk)
    held = _room_or_404(request, line.node.strategy_id)
    check(permissions.may_keep_budget, request.user, held.row)

    def act(reason: str) -> str:
        budgeting.withdraw_line(line=line, reason=reason, by=request.user, now=timezone.now())
        return _("La ligne est retirée. Elle reste dans l'historique, avec votre motif.")

    return _take_back(request, held, _("Retirer cette ligne"), [_line(line, keeps=False)], act)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo_budget(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back every line that a file brought, with a reason."""
    everything = Batch.objects.visible_to(request.user).select_related("strategy")
    batch = get_object_or_404(everything.filter(kind=BatchKind.BUDGET), pk=pk)
    held = _room_or_404(request, batch.strategy_id)
    check(permissions.may_keep_budget, request.user, held.row)
    lines = [_line(row, keeps=False) for row in batch.lines.standing().select_related("node")]

    def act(reason: str) -> str:
        count = importing_budget.undo_budget(batch=batch, reason=reason, by=request.user, now=timezone.now())
        return ngettext("%(n)s ligne est retirée.", "%(n)s lignes sont retirées.", count) % {"n": count}

    return _take_back(request, held, _("Retirer ce fichier : %(name)s") % {"name": batch.file_name}, lines, act)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_budget(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a file, see what it would do, then confirm; between the two the file stays in the page, sealed."""
    held = _room_or_404(request, slug)
    check(permissions.may_keep_budget, request.user, held.row)
    act = request.POST.get("act", "")
    if request.method == "POST" and act in ("confirm", "rejects"):
        return _again(request, held, act)
    form, status = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ())), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            file = form.cleaned_data["fichier"]
            try:
                return _trial(request, held, file.read(), file.name)
            except BadInput as error:
                form.add_error("fichier", error.sentence)
    return _upload_page(request, held, form, status)


def _trial(request: HttpRequest, held: Held, content: bytes, name: str) -> HttpResponse:
    found = _import(request, held, content, name, dry_run=True)
    added, rejected = found.of("added"), found.of("rejected")
    context = {
        **_about(held, _("Importer des lignes")),
        "name": name,
        "counts": found.counts,
        "columns": COLUMNS,
        "added": [_cells(line) for line in added[:SHOWN]],
        "more_added": max(0, len(added) - SHOWN),
        "rejected": rejected[:SHOWN],
        "more_rejected": max(0, len(rejected) - SHOWN),
        "seal": sealed(content, name, by=request.user.pk, of=held.row.pk),
    }
    return page(request, "strategy/money/import_trial.html", context)


def _again(request: HttpRequest, held: Held, act: str) -> HttpResponse:
    """The sealed file comes back: import it, or give its rejected lines."""
    kept = unsealed(request.POST.get("seal", ""), by=request.user.pk, of=held.row.pk)
    if kept is None:
        form = FileForm({}, {})
        form.add_error(None, _("Ce fichier n'est plus en attente : envoyez-le de nouveau. Rien n'a été importé."))
        form.errors.pop("fichier", None)
        return _upload_page(request, held, form, 400)
    found = _import(request, held, *kept, dry_run=act == "rejects")
    if act == "rejects":
        lines = ({**line.row.cells, "ligne": str(line.row.line), "pourquoi": line.why} for line in found.of("rejected"))
        return table_file(f"lignes-ecartees-{held.row.pk}.csv", MONEY_TABLE.of_rejects, lines)
    if found.batch is None:
        messages.info(request, _("Rien à importer : toutes les lignes sont déjà connues ou écartées."))
        return redirect("strategy:import_budget", held.row.pk)
    added = found.counts["added"]
    says = ngettext("%(n)s ligne est ajoutée.", "%(n)s lignes sont ajoutées.", added)
    messages.success(request, says % {"n": added})
    return redirect("strategy:budget_lines", held.row.pk)


def _import(request: HttpRequest, held: Held, content: bytes, name: str, *, dry_run: bool) -> importing_budget.Imported:
    return importing_budget.import_budget(
        strategy=held.row,
        content=content,
        file_name=name,
        by=request.user,
        now=timezone.now(),
        dry_run=dry_run,
    )


def _cells(line: importing_budget.Line) -> dict[str, Any]:
    return {"line": line.row.line, "cells": [line.row.cells[name] for name in COLUMNS]}


def _record(request: HttpRequest, held: Held, form: LineForm) -> int:
    if not form.is_valid():
        return 400
    line = form.line()
    node = get_object_or_404(Node, strategy=held.row, code=line.part)
    try:
        budgeting.record_line(node=node, line=line, by=request.user, now=timezone.now())
    except Refused as error:
        say_why(form, error)
        return error.status
    messages.success(request, _("La ligne est enregistrée."))
    return 302


def _take_back(request: HttpRequest, held: Held, title: str, lines: list[dict[str, Any]], act: Any) -> HttpResponse:
    form, status = ReasonForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                messages.success(request, act(form.cleaned_data["motif"]))
                return redirect("strategy:budget_lines", held.row.pk)
            except Refused as error:
                say_why(form, error)
                status = error.status
    context = {**_about(held, title), "title": title, "form": form, "lines": lines}
    return page(request, "strategy/money/take_back.html", context, status=status)


def _standing(rows: Any) -> Any:
    return rows.standing().order_by("node_id", "fund", "stage", "year", "pk")


def _line(row: BudgetLine, *, keeps: bool) -> dict[str, Any]:
    is_text = row.origin == MoneyOrigin.TEXT
    return {"row": row, "is_text": is_text, "may_withdraw": keeps and not is_text and row.withdrawn_at is None}


def _upload_page(request: HttpRequest, held: Held, form: FileForm, status: int) -> HttpResponse:
    context = {**_about(held, _("Importer des lignes")), "form": form, "most": MOST_LINES, "needed": MONEY_TABLE.needed}
    return page(request, "strategy/money/import.html", context, status=status)


def _about(held: Held, title: str) -> dict[str, Any]:
    back = (_("Les lignes de budget"), reverse("strategy:budget_lines", args=[held.row.pk]))
    way = [(_("La salle du comité"), f"{reverse('strategy:room')}?strategie={held.row.pk}"), back]
    return {
        "held": held,
        "slug": held.row.pk,
        "strategy_title": held.content.title.into(language()),
        "crumbs": way if title == back[0] else [*way, (title, "")],
    }


def _room_or_404(request: HttpRequest, slug: str) -> Held:
    check(permissions.may_enter_room, request.user)
    held = held_strategy(slug)
    if held is None or not permissions.may_read_room(request.user, held.row):
        raise Http404
    return held

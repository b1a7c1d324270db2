"""Files of people and of wishes: a model to fill, a trial, a confirmation, and a way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import BatchState
from ensembleur.meetings.engine.people_files import PEOPLE, WISHES
from ensembleur.meetings.forms.registering import FileForm
from ensembleur.meetings.models import Event
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.services.importing import KINDS, import_file, undo_import
from ensembleur.meetings.views import fetch
from ensembleur.meetings.views.tabs import desk_tabs
from ensembleur.strategy.views.tables import sealed, table_file, unsealed
from ensembleur.web.pages import page

SHOWN = 100
TABLES = {"people": PEOPLE, "wishes": WISHES}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a file, see what it would do, then confirm; between the two the file stays in the page, sealed to this person."""
    event = fetch.organised(request, slug)
    check(may_organise, request.user, event)
    act = request.POST.get("act", "")
    if request.method == "POST" and act in ("confirm", "rejects"):
        return _again(request, event, act)
    form, status = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ())), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            file = form.cleaned_data["fichier"]
            try:
                return _trial(request, event, form.cleaned_data["type"], file.read(), file.name)
            except (BadInput, Refused) as error:
                form.add_error("fichier", error.sentence)
    return _upload_page(request, event, form, status)


def _upload_page(request: HttpRequest, event: Event, form: FileForm, status: int) -> HttpResponse:
    context = _about(event) | {"form": form, "batches": event.batches.select_related("by")[:20]}
    return page(request, "meetings/people/import.html", context, status=status)


def _trial(request: HttpRequest, event: Event, kind: str, content: bytes, name: str) -> HttpResponse:
    given: dict[str, Any] = {"event": event, "kind": kind, "content": content, "file_name": name, "by": request.user}
    done = import_file(**given, now=timezone.now(), dry_run=True)
    rejected, changed = done.of("rejected"), [line for line in done.lines if line.changes]
    context = _about(event) | {
        "name": name,
        "kind": kind,
        "counts": done.counts,
        "rejected": rejected[:SHOWN],
        "more": max(0, len(rejected) - SHOWN),
        "changed": changed[:SHOWN],
        "more_changed": max(0, len(changed) - SHOWN),
        "written": done.counts["added"] + done.counts["updated"],
        "seal": sealed(content, name, by=request.user.pk, of=f"{event.slug}:{kind}"),  # type: ignore[arg-type]
    }
    return page(request, "meetings/people/trial.html", context)


def _again(request: HttpRequest, event: Event, act: str) -> HttpResponse:
    """The sealed file comes back: import it, or give the lines it leaves out."""
    kind = request.POST.get("kind", "")
    kept = unsealed(request.POST.get("seal", ""), by=request.user.pk, of=f"{event.slug}:{kind}") if kind in KINDS else None  # type: ignore[arg-type]
    if kept is None:
        form = FileForm({}, {})
        form.add_error(None, _("Ce fichier n'est plus en attente : envoyez-le de nouveau. Rien n'a été importé."))
        for name in ("fichier", "type"):
            form.errors.pop(name, None)
        return _upload_page(request, event, form, 400)
    content, name = kept
    given: dict[str, Any] = {"event": event, "kind": kind, "content": content, "file_name": name, "by": request.user}
    try:
        done = import_file(**given, now=timezone.now(), dry_run=act == "rejects", tell="tell" in request.POST)
    except Refused as error:
        messages.error(request, error.sentence)
        return redirect("meetings:desk_import", event.slug)
    if act == "rejects":
        rows = ({**line.row.cells, "ligne": str(line.number), "pourquoi": line.why} for line in done.of("rejected"))
        return table_file(f"lignes-ecartees-{event.slug}.csv", TABLES[kind].of_rejects, rows)
    if done.batch is None:
        messages.info(request, _("Rien à importer : toutes les lignes sont déjà connues ou écartées."))
        return redirect("meetings:desk_import", event.slug)
    n = done.counts["added"] + done.counts["updated"]
    messages.success(request, ngettext("%(n)s ligne est importée.", "%(n)s lignes sont importées.", n) % {"n": n})
    return redirect("meetings:desk_batch", event.slug, done.batch.pk)


@login_required
@require_safe
def template(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """An empty file to fill, its headings alone."""
    event = fetch.organised(request, slug)
    if kind not in TABLES:
        raise Http404
    return table_file(f"modele-{'participants' if kind == 'people' else 'voeux'}-{event.slug}.csv", TABLES[kind].all, ())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a file brought, and its way back."""
    event = fetch.organised(request, slug)
    check(may_organise, request.user, event)
    one = get_object_or_404(event.batches.select_related("by"), pk=pk)
    if request.method == "POST":
        try:
            count = undo_import(batch=one, by=request.user, now=timezone.now())
        except Refused as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, ngettext("%(n)s fiche est retirée.", "%(n)s fiches sont retirées.", count) % {"n": count})
        return redirect("meetings:desk_batch", slug, pk)
    context = _about(event) | {
        "one": one,
        "counts": one.counts,
        "rejects": one.rejects[:SHOWN],
        "more": max(0, len(one.rejects) - SHOWN),
        "is_undone": one.state == BatchState.UNDONE,
    }
    return page(request, "meetings/people/batch.html", context)


def _about(event: Event) -> dict[str, Any]:
    back = reverse("meetings:desk_import", args=[event.slug])
    return {"event": event, "tabs": desk_tabs(event, "desk_people"), "label": _("Bureau de l'organisateur"), "back": back}

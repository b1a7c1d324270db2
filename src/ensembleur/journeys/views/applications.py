"""The page of one application: status, what is missing, documents, messages, what happens next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.errors import EnsembleurError, Refused
from ensembleur.journeys.choices import ROAD, ApplicationStatus, Outcome
from ensembleur.journeys.engine.papers import MAX_BYTES
from ensembleur.journeys.forms import DocumentForm, DraftForm, MessageForm
from ensembleur.journeys.models import Action, Application, Document
from ensembleur.journeys.permissions import may_contribute, may_file, may_instruct, may_lead, may_read_document, may_write
from ensembleur.journeys.queries.funding import forbids_starting, scheme_of, verdict_for
from ensembleur.journeys.queries.home import missing_documents
from ensembleur.journeys.services.applying import describe_project, draft_application, file_application
from ensembleur.journeys.services.instructing import close, paid_so_far
from ensembleur.journeys.services.papers import add_document, post_message, remove_document
from ensembleur.journeys.views.desk_forms import officer_forms
from ensembleur.journeys.views.fetch import application_of, crumbs, language, own_journey, said_in_session
from ensembleur.web.pages import page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare an application for a scheme (?aide=), perhaps for an action of the plan (?action=)."""
    journey = own_journey(request, pk)
    given = request.POST if request.method == "POST" else request.GET
    scheme = scheme_of(given.get("aide", ""))
    if scheme is None:
        raise Http404
    number = given.get("action", "")
    action = (
        Action.objects.filter(plan__journey=journey, pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    )
    if request.method == "POST":
        held = draft_application(journey=journey, scheme=scheme.id, by=request.user, now=timezone.now(), action=action)
        return redirect("journeys:application", held.pk)
    context = {"journey": journey, "scheme": scheme, "action": action, "crumbs": crumbs(journey, (_("Dossier"), ""))}
    return page(request, "journeys/new_application.html", {**context, "title": getattr(scheme.title, language())})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """The application; posting changes what the draft says of the project."""
    held = application_of(request, pk)
    form = draft_form(held, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        describe_project(
            application=held,
            by=request.user,
            now=timezone.now(),
            project=form.cleaned_data["project"],
            project_cost_eur=form.cleaned_data["project_cost_eur"],
            project_started=form.cleaned_data["started"] == "yes",
        )
        messages.success(request, _("Votre projet est enregistré."))
        return redirect("journeys:application", held.pk)
    return page(
        request, "journeys/application.html", application_context(request, held, form), status=400 if form.errors else 200
    )


@login_required
@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the application in, or withdraw it."""
    held = application_of(request, pk)
    if request.POST.get("go") == "withdraw":
        close(application=held, by=request.user, now=timezone.now(), reason="withdrawn")
        messages.success(request, _("Votre demande est retirée."))
    else:
        said = said_in_session(request, held.journey)
        file_application(application=held, by=request.user, now=timezone.now(), session_facts=said)
        messages.success(request, _("Votre dossier est déposé. Vous pouvez encore joindre les pièces qui manquent."))
    return redirect("journeys:application", held.pk)


@login_required
@require_POST
def add_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in a document."""
    held = application_of(request, pk)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            add_document(
                journey=held.journey,
                application=held,
                by=request.user,
                now=timezone.now(),
                kind=form.cleaned_data["kind"],
                name=upload.name,
                content=upload.read(MAX_BYTES + 1),
            )
        except EnsembleurError as error:
            if error.status == 403:
                raise
            form.add_error("file", error.sentence)
        else:
            messages.success(request, _("La pièce est enregistrée."))
            return redirect("journeys:application", held.pk)
    context = application_context(request, held, draft_form(held, None))
    return page(request, "journeys/application.html", {**context, "document_form": form}, status=400)


@login_required
@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Post a message about the application."""
    held = application_of(request, pk)
    form = MessageForm(request.POST)
    if not form.is_valid():
        context = application_context(request, held, draft_form(held, None))
        return page(request, "journeys/application.html", {**context, "message_form": form}, status=400)
    post_message(journey=held.journey, application=held, by=request.user, now=timezone.now(), body=form.cleaned_data["body"])
    messages.success(request, _("Votre message est envoyé."))
    return redirect("journeys:application", held.pk)


@login_required
@require_safe
def paper(request: HttpRequest, pk: int) -> FileResponse:
    """A document, always as a download that no browser may interpret as a page."""
    document = _document(request, pk)
    try:
        content = document.path.open("rb")
    except FileNotFoundError as lost:
        raise Refused("paper_lost", _("Le fichier de cette pièce n'est plus sur le serveur : déposez-la de nouveau.")) from lost
    response = FileResponse(content, as_attachment=True, filename=document.name, content_type=document.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def remove_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document back."""
    document = _document(request, pk)
    remove_document(document=document, by=request.user, now=timezone.now())
    messages.success(request, _("La pièce est retirée."))
    return redirect("journeys:application", document.application_id) if document.application_id else redirect("journeys:mine")


def _document(request: HttpRequest, pk: int) -> Document:
    document = get_object_or_404(Document.objects.select_related("journey", "application__journey"), pk=pk)
    if not may_read_document(request.user, document):
        raise Http404
    return document


def draft_form(held: Application, data: Any) -> DraftForm:
    """The form of the project, filled with what is known."""
    started = {True: "yes", False: "no", None: ""}[held.project_started]
    return DraftForm(data, initial={"project": held.project, "project_cost_eur": held.project_cost_eur, "started": started})


def application_context(request: HttpRequest, held: Application, form: DraftForm) -> dict[str, Any]:
    """Everything the application's page shows to this person."""
    journey, user = held.journey, request.user
    is_draft = held.status == ApplicationStatus.DRAFT
    verdict = None
    if is_draft:
        verdict = verdict_for(
            held, as_of=timezone.localdate(), user=user, lang=language(), session_facts=said_in_session(request, journey)
        )
    is_ready = bool(held.project) and held.project_cost_eur is not None and held.project_started is not None
    return {
        "application": held,
        "journey": journey,
        "crumbs": crumbs(journey, (_("Dossier"), "")),
        "rail": _rail(held),
        "verdict": verdict,
        "guard": verdict is not None and forbids_starting(verdict),
        "frozen": held.verdict if not is_draft else None,
        "missing": missing_documents(held) if held.status in (ApplicationStatus.DRAFT, ApplicationStatus.FILED) else [],
        "documents": held.documents.select_related("by"),
        "notes": held.messages.select_related("by"),
        "events": held.events.select_related("by"),
        "payments": held.payments.all(),
        "paid_eur": paid_so_far(held),
        "next": _what_next(held),
        "form": form if is_draft and may_contribute(user, journey) else None,
        "may_file": is_draft and is_ready and may_file(user, journey),
        "must_be_recognised": is_draft and is_ready and may_lead(user, journey) and not may_file(user, journey),
        "may_withdraw": held.status in ("draft", "filed", "complete") and may_lead(user, journey),
        "may_write": held.status != ApplicationStatus.CLOSED and may_write(user, journey, held),
        "document_form": DocumentForm(),
        "message_form": MessageForm(),
        "officer_forms": officer_forms(held) if may_instruct(user, held) else [],
    }


def _rail(held: Application) -> list[dict[str, Any]]:
    """The road of the file; a step is done when the timeline says it was reached, so that a withdrawn file does not lie."""
    road = list(ROAD)
    if held.outcome == Outcome.UNFAVOURABLE:
        road = [*road[:4], ApplicationStatus.REFUSED, ApplicationStatus.CLOSED]
    reached = {event.status_to for event in held.events.all()}
    return [
        {"label": status.label, "state": "current" if status == held.status else "done" if status in reached else "todo"}
        for status in road
    ]


def _what_next(held: Application) -> str:
    return {
        ApplicationStatus.DRAFT: _("Décrivez votre projet, joignez les pièces, puis déposez. Ne signez aucune commande avant."),
        ApplicationStatus.FILED: _("L'instructeur vérifie que rien ne manque. Il vous écrit ici s'il lui faut une pièce."),
        ApplicationStatus.COMPLETE: _("Votre dossier est complet : il attend la décision."),
        ApplicationStatus.DECIDED: _("La décision est prise : elle vous est notifiée, puis la convention se signe."),
        ApplicationStatus.AGREED: _(
            "La convention est signée : gardez vos factures acquittées, elles déclenchent les versements."
        ),
        ApplicationStatus.REFUSED: _(
            "La demande est refusée ; le motif est écrit dans l'historique. D'autres aides restent possibles."
        ),
        ApplicationStatus.PAYING: _("Les versements sont en cours : joignez les factures acquittées pour le solde."),
        ApplicationStatus.CLOSED: _("Ce dossier est clos."),
    }[ApplicationStatus(held.status)]

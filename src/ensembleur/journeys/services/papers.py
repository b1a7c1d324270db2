"""Documents are handed in and taken back, messages are posted."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import ApplicationStatus, DocumentKind
from ensembleur.journeys.engine.papers import EXTENSIONS, clean_name, content_type_of
from ensembleur.journeys.models import Application, Document, Figure, Journey, Message
from ensembleur.journeys.permissions import may_contribute, may_write

MAX_DOCUMENTS = 60


@transaction.atomic
def add_document(
    *, journey: Journey, by: User, now: datetime, kind: str, name: str, content: bytes, application: Application | None = None
) -> Document:
    """Keep a document; its type is read from its content and its place on disk is drawn by us.

    Raises BadInput for a type or a size we do not take, Refused on a closed file or above sixty documents.
    """
    check(may_write, by, journey, application)
    _check_belongs(journey, application)
    if kind not in DocumentKind.values:
        raise BadInput("bad_kind", _("Dites quelle pièce vous déposez : choisissez dans la liste."))
    if application is not None and application.status == ApplicationStatus.CLOSED:
        raise Refused("file_closed", _("Ce dossier est clos : il ne reçoit plus de pièces."))
    if journey.documents.count() >= MAX_DOCUMENTS:
        raise Refused("too_many_documents", _("Ce parcours contient déjà soixante pièces : retirez celles qui ne servent plus."))
    content_type = content_type_of(content)
    document = Document(
        journey=journey,
        application=application,
        kind=kind,
        name=clean_name(name, content_type),
        content_type=content_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        by=by,
        at=now,
    )
    document.path.save(
        f"journeys/{journey.pk}/{secrets.token_hex(16)}{EXTENSIONS[content_type]}", ContentFile(content), save=False
    )
    document.save()
    record_act(by=by, verb="add_document", thing=document, now=now, after={"kind": kind, "sha256": document.sha256})
    return document


@transaction.atomic
def remove_document(*, document: Document, by: User, now: datetime) -> None:
    """Take a document back while its application is not handed in; afterwards it belongs to the file."""
    check(may_contribute, by, document.journey)
    if document.application is not None and document.application.filed_at is not None:
        raise Refused("document_filed", _("Cette pièce fait partie d'un dossier déposé : elle ne peut plus être retirée."))
    if Figure.objects.filter(document=document).exists():
        raise Refused("document_proves", _("Cette pièce prouve un chiffre d'un bilan : elle reste avec lui."))
    record_act(by=by, verb="remove_document", thing=document, now=now, before={"kind": document.kind, "sha256": document.sha256})
    storage, path = document.path.storage, document.path.name
    document.delete()
    transaction.on_commit(lambda: storage.delete(path))


@transaction.atomic
def post_message(*, journey: Journey, by: User, now: datetime, body: str, application: Application | None = None) -> Message:
    """Write to the others who follow this journey or this file."""
    check(may_write, by, journey, application)
    _check_belongs(journey, application)
    body = body.strip()
    if not body:
        raise BadInput("empty_message", _("Le message est vide : écrivez votre question."))
    if len(body) > 4000:
        raise BadInput("long_message", _("Le message dépasse 4 000 caractères : joignez plutôt un document."))
    message = Message.objects.create(journey=journey, application=application, by=by, at=now, body=body)
    record_act(by=by, verb="post_message", thing=message, now=now)
    return message


def _check_belongs(journey: Journey, application: Application | None) -> None:
    if application is not None and application.journey_id != journey.pk:
        raise BadInput("foreign_application", _("Ce dossier appartient à un autre parcours."))

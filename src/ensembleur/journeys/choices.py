"""The words journeys are in: statuses of diagnoses, actions and applications, and the arrows between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DiagnosisStatus(models.TextChoices):
    """A diagnosis is being answered, or finished for good."""

    DRAFT = "draft", _("En cours")
    FINISHED = "finished", _("Terminé")


class AnswerKind(models.TextChoices):
    """What a statement got: a level, or one of the two full answers that are no level."""

    LEVEL = "level", _("Niveau")
    UNKNOWN = "unknown", _("Je ne sais pas")
    NOT_APPLICABLE = "na", _("Non applicable")


class ActionStatus(models.TextChoices):
    """Where an action of the plan stands."""

    PROPOSED = "proposed", _("Proposée")
    PLANNED = "planned", _("Décidée")
    RUNNING = "running", _("En cours")
    BLOCKED = "blocked", _("Bloquée")
    DONE = "done", _("Terminée")
    DROPPED = "dropped", _("Écartée")


class ApplicationStatus(models.TextChoices):
    """Where an application for an aid stands."""

    DRAFT = "draft", _("En préparation")
    FILED = "filed", _("Déposé")
    COMPLETE = "complete", _("Complet")
    DECIDED = "decided", _("Décision prise")
    AGREED = "agreed", _("Convention signée")
    REFUSED = "refused", _("Refusé")
    PAYING = "paying", _("En paiement")
    CLOSED = "closed", _("Clos")


ARROWS: dict[str, frozenset[str]] = {
    ApplicationStatus.DRAFT: frozenset({ApplicationStatus.FILED, ApplicationStatus.CLOSED}),
    ApplicationStatus.FILED: frozenset({ApplicationStatus.COMPLETE, ApplicationStatus.CLOSED}),
    ApplicationStatus.COMPLETE: frozenset({ApplicationStatus.DECIDED, ApplicationStatus.CLOSED}),
    ApplicationStatus.DECIDED: frozenset({ApplicationStatus.AGREED, ApplicationStatus.REFUSED, ApplicationStatus.CLOSED}),
    ApplicationStatus.AGREED: frozenset({ApplicationStatus.PAYING, ApplicationStatus.CLOSED}),
    ApplicationStatus.PAYING: frozenset({ApplicationStatus.PAYING, ApplicationStatus.CLOSED}),
    ApplicationStatus.REFUSED: frozenset({ApplicationStatus.CLOSED}),
    ApplicationStatus.CLOSED: frozenset(),
}

# The road a file follows when all goes well, for the status line.
ROAD = (
    ApplicationStatus.DRAFT,
    ApplicationStatus.FILED,
    ApplicationStatus.COMPLETE,
    ApplicationStatus.DECIDED,
    ApplicationStatus.AGREED,
    ApplicationStatus.PAYING,
    ApplicationStatus.CLOSED,
)


class Outcome(models.TextChoices):
    """What was decided. Refusals are kept: evaluating an aid needs those who were turned down."""

    FAVOURABLE = "favourable", _("Avis favorable")
    UNFAVOURABLE = "unfavourable", _("Avis défavorable")


class ClosingReason(models.TextChoices):
    """Why a file is closed. "No news" is said as such, never counted as help."""

    PAID = "paid", _("Aide versée en totalité")
    REFUSED = "refused", _("Demande refusée")
    WITHDRAWN = "withdrawn", _("Retirée par l'entreprise")
    NO_NEWS = "no_news", _("Sans nouvelles de l'entreprise")
    OTHER = "other", _("Autre motif")


class PaymentKind(models.TextChoices):
    """Which payment this is."""

    ADVANCE = "advance", _("Avance")
    INTERIM = "interim", _("Acompte")
    BALANCE = "balance", _("Solde")


class DocumentKind(models.TextChoices):
    """What a document proves."""

    QUOTE = "quote", _("Devis")
    ACCOUNTS = "accounts", _("Comptes annuels")
    REGISTRATION = "registration", _("Extrait d'immatriculation")
    BANK = "bank", _("Relevé d'identité bancaire")
    PROJECT = "project", _("Présentation du projet")
    INVOICE = "invoice", _("Facture acquittée")
    DECISION = "decision", _("Décision ou convention")
    OTHER = "other", _("Autre pièce")


REQUIRED_DOCUMENTS = (DocumentKind.PROJECT, DocumentKind.QUOTE, DocumentKind.ACCOUNTS, DocumentKind.BANK)

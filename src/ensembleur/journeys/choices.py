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


# -- needs and advisers ------------------------------------------------------------------------------------------------
class NeedStatus(models.TextChoices):
    """Where the company's question stands: its own state, apart from what each adviser does and from any application."""

    WAITING = "waiting", _("En attente d'un conseiller")
    TAKEN = "taken", _("Prise en charge")
    CLOSED = "closed", _("Close")


class NeedOutcome(models.TextChoices):
    """How a need ended. « Sans nouvelles » and « sans réponse » are neither help nor a refusal to help."""

    HELPED = "helped", _("Une aide a été apportée")
    NOT_HELPED = "not_helped", _("Aucune aide n'était possible")
    NOT_REACHED = "not_reached", _("Entreprise injoignable")
    NO_NEWS = "no_news", _("Close sans nouvelles")
    WITHDRAWN = "withdrawn", _("Retirée par l'entreprise")
    UNANSWERED = "unanswered", _("Restée sans réponse")


ADVISER_OUTCOMES = (NeedOutcome.HELPED, NeedOutcome.NOT_HELPED, NeedOutcome.NOT_REACHED, NeedOutcome.NO_NEWS)
NEED_ARROWS: dict[str, frozenset[str]] = {
    NeedStatus.WAITING: frozenset({NeedStatus.TAKEN, NeedStatus.CLOSED, NeedStatus.WAITING}),
    NeedStatus.TAKEN: frozenset({NeedStatus.CLOSED, NeedStatus.WAITING}),
    NeedStatus.CLOSED: frozenset({NeedStatus.WAITING}),
}


class InvolvementState(models.TextChoices):
    """What one adviser does about one need."""

    ASKED = "asked", _("Sollicité")
    TAKEN = "taken", _("Prend en charge")
    CLOSED = "closed", _("A terminé")
    DECLINED = "declined", _("Ne peut pas aider")
    MISROUTED = "misrouted", _("Signale une erreur d'orientation")
    STOOD_DOWN = "stood_down", _("Prise par un autre conseiller")
    RELEASED = "released", _("Délai dépassé")
    CALLED_OFF = "called_off", _("Demande retirée ou réorientée")


INVOLVEMENT_ARROWS: dict[str, frozenset[str]] = {
    InvolvementState.ASKED: frozenset(
        {
            InvolvementState.TAKEN,
            InvolvementState.DECLINED,
            InvolvementState.MISROUTED,
            InvolvementState.STOOD_DOWN,
            InvolvementState.RELEASED,
            InvolvementState.CALLED_OFF,
        }
    ),
    InvolvementState.TAKEN: frozenset(
        {
            InvolvementState.CLOSED,
            InvolvementState.MISROUTED,
            InvolvementState.STOOD_DOWN,  # handed over to another adviser
            InvolvementState.CALLED_OFF,
        }
    ),
    InvolvementState.CALLED_OFF: frozenset(),
    InvolvementState.STOOD_DOWN: frozenset(),
    InvolvementState.DECLINED: frozenset(),
    InvolvementState.MISROUTED: frozenset(),
    InvolvementState.CLOSED: frozenset(),
    InvolvementState.RELEASED: frozenset(),
}


LIVE_INVOLVEMENTS = (InvolvementState.ASKED, InvolvementState.TAKEN)


class DeclineReason(models.TextChoices):
    """Why an adviser asked cannot help this time."""

    SUBJECT = "subject", _("Ce sujet n'est pas le mien")
    PLACE = "place", _("Cette entreprise n'est pas dans mon périmètre")
    KIND = "kind", _("Mon organisme n'accompagne pas ce type d'entreprise")
    TIME = "time", _("Je n'ai pas le temps d'y répondre dans les délais")
    KNOWN = "known", _("Cette entreprise est déjà accompagnée sur ce sujet")
    OTHER = "other", _("Autre raison")


class NeedEventKind(models.TextChoices):
    """A line of a need's thread."""

    OPENED = "opened", _("Demande envoyée")
    ATTACHED = "attached", _("Demande complétée")
    ROUTED = "routed", _("Conseillers sollicités")
    TAKEN = "taken", _("Prise en charge")
    DECLINED = "declined", _("Un conseiller ne peut pas aider")
    MISROUTED = "misrouted", _("Erreur d'orientation signalée")
    REROUTED = "rerouted", _("Réorientée")
    HANDED_OVER = "handed_over", _("Passée à un autre conseiller")
    STOOD_DOWN = "stood_down", _("Autres conseillers libérés")
    NUDGED = "nudged", _("Relance")
    LAST_CHANCE = "last_chance", _("Dernière relance")
    RELEASED = "released", _("Délai dépassé")
    CLOSED = "closed", _("Close")
    REOPENED = "reopened", _("Rouverte")


class Clock(models.TextChoices):
    """What time does to a need; each mark is made once per routing."""

    NUDGE = "nudge", _("Relance à 9 jours")
    LAST_CHANCE = "last_chance", _("Dernière chance à 21 jours")
    RELEASE = "release", _("Libération à 45 jours")
    NO_NEWS = "no_news", _("Close sans nouvelles")


# -- reviews and surveys -----------------------------------------------------------------------------------------------
REVIEW_MONTHS = (6, 12, 24, 36)


class Indicator(models.TextChoices):
    """What a review measures. Jobs created and jobs maintained are two figures that are never added."""

    HEADCOUNT = "headcount", _("Effectif")
    TURNOVER = "turnover_eur", _("Chiffre d'affaires")
    INVESTMENT = "investment_eur", _("Investissements réalisés")
    JOBS_CREATED = "jobs_created", _("Emplois créés")
    JOBS_MAINTAINED = "jobs_maintained", _("Emplois maintenus")
    APPRENTICES = "apprentices", _("Apprentis")
    ENERGY = "energy_mwh", _("Énergie consommée par an")
    CO2 = "co2_t", _("Émissions par an")


class SurveyKind(models.TextChoices):
    """When people are asked: 10 days after a first closing, 5 months after it, and at each review."""

    SATISFACTION = "satisfaction", _("Satisfaction à 10 jours")
    OUTCOME = "outcome", _("Résultat à 5 mois")
    REVIEW = "review", _("Bilan")


class Side(models.TextChoices):
    """Who is asked: both sides are."""

    COMPANY = "company", _("Entreprise")
    ADVISER = "adviser", _("Conseiller")


class Result(models.TextChoices):
    """What came of it, in the words of the person asked."""

    SOLVED = "solved", _("Le problème est résolu")
    STARTED = "started", _("Une action a commencé")
    CHOSEN = "chosen", _("Une solution est choisie")
    DISCOVERED = "discovered", _("Un appui possible a été découvert")
    NOTHING = "nothing", _("Rien n'a changé")


# -- prospecting -------------------------------------------------------------------------------------------------------
class Channel(models.TextChoices):
    """How a company was contacted."""

    PHONE = "phone", _("Téléphone")
    MAIL = "mail", _("Courrier électronique")
    LETTER = "letter", _("Courrier postal")
    VISIT = "visit", _("Visite")
    EVENT = "event", _("Rencontre")


class ContactOutcome(models.TextChoices):
    """What a contact gave."""

    NO_ANSWER = "no_answer", _("Pas de réponse")
    CALL_BACK = "call_back", _("À rappeler")
    INTERESTED = "interested", _("Intéressée")
    NOT_INTERESTED = "not_interested", _("Pas intéressée")
    OPPOSED = "opposed", _("Ne veut plus être contactée")


# -- programmes --------------------------------------------------------------------------------------------------------
class OptionKind(models.TextChoices):
    """Whether an option of a programme is followed alone or with other companies."""

    INDIVIDUAL = "individual", _("Individuelle")
    COLLECTIVE = "collective", _("Collective")

"""The words an event is in, and the arrows between them."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventKind(models.TextChoices):
    """What people come for."""

    FORUM = "forum", _("Forum d'achat")
    JOB_DATING = "job_dating", _("Job dating")
    VISITS = "visits", _("Journée de visites")
    FAIR = "fair", _("Salon")
    TOUR = "tour", _("Tournée en bus")


class EventState(models.TextChoices):
    """Where an event stands."""

    DRAFT = "draft", _("En préparation")
    REGISTRATION = "registration", _("Inscriptions")
    WISHES = "wishes", _("Vœux")
    TIMETABLE = "timetable", _("Calcul du planning")
    PUBLISHED = "published", _("Planning publié")
    DAY = "day", _("Jour J")
    CLOSED = "closed", _("Terminé")
    CANCELLED = "cancelled", _("Annulé")


class Side(models.TextChoices):
    """On which side of the table; `""` in an event where anyone may meet anyone."""

    A = "A", _("Côté A")
    B = "B", _("Côté B")


class OrganiserRole(models.TextChoices):
    """What somebody does for an event: everything, or welcoming people on the day."""

    LEAD = "lead", _("Organisateur")
    STAFF = "staff", pgettext_lazy("rôle", "Accueil")


class PlaceKind(models.TextChoices):
    """Where a meeting is held."""

    TABLE = "table", _("Table")
    STAND = "stand", _("Stand")
    ROOM = "room", _("Salle")
    SITE = "site", _("Site de l'entreprise")
    REMOTE = "remote", _("À distance")


class RegistrationStatus(models.TextChoices):
    """Where the participation of an organisation, or of a person alone, stands."""

    REQUESTED = "requested", _("À valider")
    ACCEPTED = "accepted", _("Acceptée")
    WAITING = "waiting", _("Liste d'attente")
    REFUSED = "refused", _("Refusée")
    CANCELLED = "cancelled", _("Annulée")


class Origin(models.TextChoices):
    """Where somebody comes from, as they say."""

    COMPANY = "company", _("Entreprise ou organisme avec SIRET")
    PERSON = "person", _("Personne")
    SCHOOL = "school", _("Établissement de formation")
    ABROAD = "abroad", _("Organisme d'un autre pays")


class Contract(models.TextChoices):
    """What a recruiter offers, and what a candidate looks for."""

    PERMANENT = "permanent", _("CDI")
    FIXED = "fixed", _("CDD")
    TEMPORARY = "temporary", _("Intérim")
    APPRENTICE = "apprentice", _("Alternance")
    INTERNSHIP = "internship", _("Stage")


class WishLevel(models.TextChoices):
    """How much a meeting is wanted. « Jamais » is a refusal, kept apart and never shown."""

    MUST = "must", _("Indispensable")
    LIKE = "like", _("Souhaité")


class WishState(models.TextChoices):
    """Where a wish stands."""

    SENT = "sent", _("Envoyé")
    ACCEPTED = "accepted", _("Accepté")
    DECLINED = "declined", _("Décliné")
    LAPSED = "lapsed", _("Sans réponse à temps")
    WITHDRAWN = "withdrawn", _("Retiré")


class MeetingOrigin(models.TextChoices):
    """Why a meeting exists."""

    WISH = "wish", _("Vœu")
    ADDED = "added", _("Ajouté par l'organisateur")
    REFILL = "refill", _("Créneau libéré")


class MeetingState(models.TextChoices):
    """What became of a meeting."""

    PLANNED = "planned", _("Prévu")
    CANCELLED = "cancelled", _("Annulé")
    HELD = "held", _("Tenu")
    MISSED_A = "missed_a", _("Absence du côté A")
    MISSED_B = "missed_b", _("Absence du côté B")
    MISSED_BOTH = "missed_both", _("Absence des deux côtés")


class VersionState(models.TextChoices):
    """Where a timetable stands."""

    DRAFT = "draft", _("Brouillon")
    PUBLISHED = "published", _("Publiée")
    REPLACED = "replaced", _("Remplacée")


class VersionOrigin(models.TextChoices):
    """What made a timetable."""

    COMPUTED = "computed", _("Calculée")
    MOVED = "moved", _("Déplacement à la main")
    REPAIRED = "repaired", _("Changement de dernière minute")


class ComputationState(models.TextChoices):
    """Where a computation stands."""

    WAITING = "waiting", _("En attente")
    RUNNING = "running", _("En cours")
    DONE = "done", _("Terminé")
    FAILED = "failed", _("Interrompu")


class ProposalState(models.TextChoices):
    """Where a proposed change of a published timetable stands."""

    PROPOSED = "proposed", _("À décider")
    APPROVED = "approved", _("Appliquée")
    REFUSED = "refused", _("Écartée")
    STALE = "stale", _("Dépassée : le planning a changé entre-temps")


class ProposalKind(models.TextChoices):
    """What asks for a change."""

    ABSENCE = "absence", _("Absence")
    LATE = "late", _("Arrivée tardive")
    NO_SHOW = "no_show", _("Personne ne s'est présentée")
    LATE_REGISTRATION = "late_registration", _("Inscription tardive")
    PLACE_LOST = "place_lost", _("Table indisponible")
    REFILL = "refill", _("Créneau libéré à proposer")


class NextStep(models.TextChoices):
    """What a meeting leads to, as one side says it."""

    NONE = "none", _("Pas de suite")
    FOLLOW_UP = "follow_up", _("À recontacter")
    CONTRACT_EXPECTED = "contract_expected", _("Contrat attendu")
    HIRED = "hired", _("Embauche")


class LaterNews(models.TextChoices):
    """What became of it six months after, as one side says it."""

    GOING_ON = "going_on", _("Toujours en discussion")
    SIGNED = "signed", _("Contrat signé")
    HIRED = "hired", _("Embauche faite")
    NOTHING = "nothing", _("Rien")


class BookingState(models.TextChoices):
    """Where a seat in a session of the programme stands."""

    BOOKED = "booked", _("Réservée")
    WAITING = "waiting", _("Liste d'attente")
    CANCELLED = "cancelled", _("Annulée")


class BatchState(models.TextChoices):
    """Where an imported file stands."""

    APPLIED = "applied", _("Importé")
    UNDONE = "undone", _("Annulé")


# Every arrow an organiser may follow. A kind without wishes (the bus) or whose meetings come on top (the fair) may publish from
# the registrations; what may be taken back is an arrow too.
EVENT_ARROWS: dict[EventState, tuple[EventState, ...]] = {
    EventState.DRAFT: (EventState.REGISTRATION, EventState.CANCELLED),
    EventState.REGISTRATION: (EventState.WISHES, EventState.PUBLISHED, EventState.DRAFT, EventState.CANCELLED),
    EventState.WISHES: (EventState.TIMETABLE, EventState.REGISTRATION, EventState.CANCELLED),
    EventState.TIMETABLE: (EventState.PUBLISHED, EventState.WISHES, EventState.CANCELLED),
    EventState.PUBLISHED: (EventState.DAY, EventState.TIMETABLE, EventState.CANCELLED),
    EventState.DAY: (EventState.CLOSED, EventState.PUBLISHED),
    EventState.CLOSED: (EventState.DAY,),
    EventState.CANCELLED: (),
}
PUBLISHES_WITHOUT_TIMETABLE = (EventKind.TOUR, EventKind.FAIR)
REGISTRATION_ARROWS: dict[RegistrationStatus, tuple[RegistrationStatus, ...]] = {
    RegistrationStatus.REQUESTED: (
        RegistrationStatus.ACCEPTED,
        RegistrationStatus.WAITING,
        RegistrationStatus.REFUSED,
        RegistrationStatus.CANCELLED,
    ),
    RegistrationStatus.ACCEPTED: (RegistrationStatus.CANCELLED, RegistrationStatus.REFUSED),
    RegistrationStatus.WAITING: (RegistrationStatus.ACCEPTED, RegistrationStatus.REFUSED, RegistrationStatus.CANCELLED),
    RegistrationStatus.REFUSED: (RegistrationStatus.ACCEPTED,),
    RegistrationStatus.CANCELLED: (),
}
WISH_ARROWS: dict[WishState, tuple[WishState, ...]] = {
    WishState.SENT: (WishState.ACCEPTED, WishState.DECLINED, WishState.LAPSED, WishState.WITHDRAWN),
    WishState.ACCEPTED: (WishState.DECLINED, WishState.WITHDRAWN, WishState.LAPSED),  # a visit nobody confirmed
    WishState.DECLINED: (WishState.ACCEPTED, WishState.WITHDRAWN),
    WishState.LAPSED: (WishState.ACCEPTED, WishState.WITHDRAWN),
    WishState.WITHDRAWN: (WishState.SENT,),
}
LIVE_STATUSES = (RegistrationStatus.REQUESTED, RegistrationStatus.ACCEPTED, RegistrationStatus.WAITING)
MISSED = (MeetingState.MISSED_A, MeetingState.MISSED_B, MeetingState.MISSED_BOTH)
# What each side is called, by kind: (A, B).
SIDES: dict[EventKind, tuple[Promise | str, Promise | str]] = {
    EventKind.FORUM: (_("Donneur d'ordres"), _("Sous-traitant ou fournisseur")),
    EventKind.JOB_DATING: (_("Recruteur"), _("Candidat")),
    EventKind.VISITS: (_("Site d'accueil"), _("Établissement scolaire")),
    EventKind.FAIR: (_("Exposant"), _("Visiteur")),
    EventKind.TOUR: (_("Site étape"), _("Voyageur ou groupe")),
}

"""The one thing an organiser should do now, from the state of the event, its figures and the date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.meetings.choices import (
    LIVE_STATUSES,
    PUBLISHES_WITHOUT_TIMETABLE,
    ComputationState,
    EventKind,
    EventState,
    MeetingState,
    ProposalState,
)
from ensembleur.meetings.models import Attendee, Meeting
from ensembleur.meetings.queries.day import who_gave_up
from ensembleur.meetings.queries.events import why_not_moved
from ensembleur.meetings.queries.overview import Overview
from ensembleur.periods import paris_day
from ensembleur.web.formats import day, instant


@dataclass(frozen=True)
class Action:
    """What to do and why. `page` : the name of the page where it is done, `list` one of the desk's lists; `to` : the state to
    move to; all empty when there is nothing to do but wait."""

    title: str
    why: str
    label: str = ""
    page: str = ""
    list: str = ""
    to: str = ""


def next_action(overview: Overview, now: datetime) -> Action:
    """The first thing that keeps the event from going on; else the move to the next state; else what is awaited."""
    return _STEPS[EventState(overview.event.state)](overview, now)


def _draft(overview: Overview, now: datetime) -> Action:
    event = overview.event
    if why := why_not_moved(event, EventState.REGISTRATION, now):
        return Action(_("Changez les dates"), why, _("Ouvrir les réglages"), page="desk_event")
    if event.kind == EventKind.TOUR:
        if not event.stops.exists():
            why = _("Le public choisit sa tournée par ses étapes et leurs heures.")
            return Action(_("Ajoutez les étapes de la tournée"), why, _("Ajouter les étapes"), page="desk_stops")
    elif not overview.slots:
        why = _("Chacun dira quand il est libre : il faut d'abord les heures des rendez-vous.")
        return Action(_("Créez les créneaux"), why, _("Créer les créneaux"), page="desk_slots")
    why = _("La page publique s'affichera dans l'agenda, et chacun pourra s'inscrire.")
    return Action(_("Ouvrez les inscriptions"), why, _("Ouvrir les inscriptions"), to=EventState.REGISTRATION)


def _to_validate(overview: Overview) -> Action | None:
    count = len(overview.listed("a-valider"))
    if not count:
        return None
    title = ngettext("Validez %(n)d inscription", "Validez %(n)d inscriptions", count) % {"n": count}
    return Action(title, _("Tant qu'elles attendent, ces personnes ne peuvent rien faire."), _("Valider"), page="desk_people")


def _chase(overview: Overview) -> Action | None:
    count = len(overview.listed("profils-vides")) if "profils-vides" in _lists(overview) else 0
    if not count:
        return None
    title = ngettext("Relancez %(n)d profil vide", "Relancez %(n)d profils vides", count) % {"n": count}
    return Action(title, _("Sans profil, personne ne peut les choisir."), _("Voir qui appeler"), list="profils-vides")


def _lists(overview: Overview) -> tuple[str, ...]:
    return () if overview.event.kind == EventKind.TOUR else ("profils-vides", "sans-voeu", "reponses")


def _registration(overview: Overview, now: datetime) -> Action:
    event = overview.event
    if first := _to_validate(overview):
        return first
    if not overview.parts:
        why = _("Envoyez l'adresse de la page publique à votre réseau, ou importez une liste.")
        return Action(_("Faites venir les premières inscriptions"), why, _("Voir la page publique"), page="event")
    following = EventState.PUBLISHED if event.kind in PUBLISHES_WITHOUT_TIMETABLE else EventState.WISHES
    is_over = not event.takes_registrations(now)
    if not is_over and (chased := _chase(overview)):
        return chased
    if why := why_not_moved(event, following, now):
        page = "desk_stops" if event.kind == EventKind.TOUR else "desk_slots"
        return Action(_("Préparez la suite"), why, _("Compléter"), page=page)
    if following == EventState.PUBLISHED:
        why = _("Les inscrits sauront que tout est confirmé ; les inscriptions en ligne s'arrêtent.")
        return Action(_("Publiez l'événement"), why, _("Publier"), to=following)
    why = _("Les inscriptions sont closes.") if is_over else _("Les inscriptions restent ouvertes pendant les vœux.")
    return Action(_("Ouvrez les vœux"), why, _("Ouvrir les vœux"), to=following)


def _wishes(overview: Overview, now: datetime) -> Action:
    event = overview.event
    if first := _to_validate(overview):
        return first
    if not event.takes_wishes(now):
        why = _("La date de fin des vœux est passée.")
        return Action(_("Fermez les vœux"), why, _("Passer au planning"), to=EventState.TIMETABLE)
    alone = len(overview.listed("sans-voeu"))
    if alone:
        title = ngettext("Appelez %(n)d participant sans vœu", "Appelez %(n)d participants sans vœu", alone) % {"n": alone}
        return Action(
            title, _("Ni vœu envoyé, ni vœu reçu : ils n'auront aucun rendez-vous."), _("Voir qui appeler"), list="sans-voeu"
        )
    late = len(overview.listed("reponses"))
    if late:
        title = ngettext("%(n)d participant doit une réponse", "%(n)d participants doivent une réponse", late) % {"n": late}
        return Action(
            title, _("Une réponse donnée est un rendez-vous de plus à placer."), _("Voir qui relancer"), list="reponses"
        )
    why = _("Chaque participant a un vœu et toutes les réponses sont données.")
    if event.wishes_close_at is not None:
        why += " " + _("Les vœux se ferment le %(instant)s.") % {"instant": instant(event.wishes_close_at)}
    return Action(_("Fermez les vœux quand vous voulez"), why, _("Passer au planning"), to=EventState.TIMETABLE)


def _timetable(overview: Overview, now: datetime) -> Action:
    event = overview.event
    if event.computations.filter(state__in=[ComputationState.WAITING, ComputationState.RUNNING]).exists():
        why = _("Vous pouvez quitter la page : le calcul continue.")
        return Action(_("Un planning est en cours de calcul"), why, _("Voir où il en est"), page="desk_timetable")
    if not overview.places:
        why = _("Sans table ni salle, aucun rendez-vous ne peut être placé.")
        return Action(_("Ajoutez des tables"), why, _("Ajouter des tables"), page="desk_places")
    if overview.version is None:
        why = ngettext("%(n)d rendez-vous possible attend.", "%(n)d rendez-vous possibles attendent.", overview.expected)
        title, label = _("Calculez le planning"), _("Calculer")
        return Action(title, why % {"n": overview.expected}, label, page="desk_timetable")
    if event.published_version_id is None:
        why = _("Relisez qui a peu de rendez-vous et ce qui n'est pas placé, puis publiez une version.")
        return Action(_("Relisez et publiez le planning"), why, _("Lire les versions"), page="desk_timetable")
    why = _("Une version est publiée : les participants voient leur journée.")
    return Action(_("Annoncez que le planning est prêt"), why, _("Passer à « Planning publié »"), to=EventState.PUBLISHED)


def _published(overview: Overview, now: datetime) -> Action:
    event = overview.event
    if decide := _proposals(overview) or _given_up(overview, now):
        return decide
    if not why_not_moved(event, EventState.DAY, now):
        why = _("L'accueil, les écrans de la salle et les absences passent par le jour J.")
        return Action(_("Ouvrez le jour J"), why, _("Ouvrir le jour J"), to=EventState.DAY)
    few = len(overview.listed("peu-de-rendez-vous")) if event.kind not in PUBLISHES_WITHOUT_TIMETABLE else 0
    if few:
        title = ngettext(
            "%(n)d participant a moins de trois rendez-vous", "%(n)d participants ont moins de trois rendez-vous", few
        )
        return Action(title % {"n": few}, _("Prévenez-les avant le jour J."), _("Voir qui appeler"), list="peu-de-rendez-vous")
    return Action(_("Tout est prêt"), _("Le jour J est le %(day)s.") % {"day": day(event.starts_on)})


def _proposals(overview: Overview) -> Action | None:
    count = overview.event.proposals.filter(state=ProposalState.PROPOSED).count()
    if not count:
        return None
    title = ngettext("Décidez %(n)d changement proposé", "Décidez %(n)d changements proposés", count) % {"n": count}
    return Action(title, _("Rien ne bouge tant que vous n'avez pas dit oui."), _("Lire et décider"), page="desk_day")


def _given_up(overview: Overview, now: datetime) -> Action | None:
    count = len(who_gave_up(overview.event, now))
    if not count:
        return None
    title = ngettext(
        "%(n)d personne s'est désistée et a encore des rendez-vous",
        "%(n)d personnes se sont désistées et ont encore des rendez-vous",
        count,
    )
    why = _("Ceux qui devaient les voir le lisent déjà sur leur page : proposez-leur un changement.")
    return Action(title % {"n": count}, why, _("Voir qui"), page="desk_day")


def _day(overview: Overview, now: datetime) -> Action:
    event = overview.event
    if decide := _proposals(overview) or _given_up(overview, now):
        return decide
    people = Attendee.objects.filter(
        registration__event=event, registration__status__in=LIVE_STATUSES, erased_at__isnull=True, is_interpreter=False
    ).in_accepted()
    missing = people.filter(arrived_at__isnull=True).count()
    is_last = paris_day(now) > event.ends_on
    if missing and not is_last:
        title = ngettext("%(n)d personne est attendue", "%(n)d personnes sont attendues", missing) % {"n": missing}
        return Action(title, _("Accueillez-les avec leur QR code ou leur nom."), _("Accueillir"), page="desk_day")
    if is_last:
        why = _("Les participants diront alors ce que leurs rendez-vous ont donné.")
        return Action(_("Fermez l'événement"), why, _("Fermer l'événement"), to=EventState.CLOSED)
    return Action(_("Tout le monde est là"), _("Suivez la salle créneau par créneau."), _("Voir la salle"), page="desk_day")


def _closed(overview: Overview, now: datetime) -> Action:
    silent = Q(outcomes__isnull=True) & ~Q(state=MeetingState.CANCELLED)
    count = Meeting.objects.filter(silent, event=overview.event).count()
    if count:
        title = ngettext("%(n)d rendez-vous sans suite connue", "%(n)d rendez-vous sans suite connue", count) % {"n": count}
        return Action(title, _("Relancez : deux gestes suffisent à le dire."), _("Voir les suites"), page="desk_after")
    return Action(
        _("L'événement est terminé"), _("Toutes les suites connues sont dites."), _("Voir les suites"), page="desk_after"
    )


def _cancelled(overview: Overview, now: datetime) -> Action:
    return Action(_("L'événement est annulé"), _("Chaque inscrit en a été averti."))


_STEPS = {
    EventState.DRAFT: _draft,
    EventState.REGISTRATION: _registration,
    EventState.WISHES: _wishes,
    EventState.TIMETABLE: _timetable,
    EventState.PUBLISHED: _published,
    EventState.DAY: _day,
    EventState.CLOSED: _closed,
    EventState.CANCELLED: _cancelled,
}

"""Everything an organiser owns of an event, as tables whose columns do not change: see docs/event-import.md.

Private refusals are in none of them; needs of accessibility stand in a table of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from ensembleur.meetings.choices import LIVE_STATUSES, Origin, PlaceKind, RegistrationStatus, WishLevel, WishState
from ensembleur.meetings.engine.people_files import PEOPLE, WISHES, show_slots
from ensembleur.meetings.models import Attendee, Event, Meeting, Outcome, Placement, Registration, Wish
from ensembleur.meetings.queries.directory import Directory
from ensembleur.meetings.queries.vocabulary import french
from ensembleur.periods import PARIS

Row = dict[str, str]
_EVENT = (
    "adresse_web", "titre", "type", "etat", "presentation", "organise_par", "contact", "lieu", "adresse", "commune", "longitude",
    "latitude", "premier_jour", "dernier_jour", "deux_cotes", "fin_des_inscriptions", "fin_des_voeux", "inscriptions_validees",
    "personnes_au_plus", "rendez_vous_au_plus", "pause_apres", "voeux_en_attente_au_plus", "jours_pour_repondre", "accord_des_deux",
    "minutes_d_attente", "fictif",
)  # fmt: skip
_SLOTS = ("numero", "debut", "fin", "session")
_PLACES = ("numero", "type", "sans_marche", "au_calme", "lien", "adresse", "longitude", "latitude", "creneaux_fermes")
_MEETINGS = (
    "uid", "cote_a", "cote_b", "groupe", "origine", "etat", "indispensable", "creneau", "debut", "place", "personne_a", "personne_b",
    "interprete", "a_confirmer_avant", "confirme_a", "confirme_b",
)  # fmt: skip
_VERSIONS = (
    "numero", "etat", "origine", "version_de_depart", "faite_le", "publiee_le", "note", "moteur", "graine", "secondes", "places",
    "pauses", "creneaux_vides", "borne_prouvee", "optimale", "non_places", "fautes",
)  # fmt: skip
_OUTCOMES = ("rendez_vous", "cote", "participant", "utile", "suite", "dite_le", "six_mois_apres", "six_mois_dite_le")
_NEEDS = ("organisation", "personne", "courriel", "sans_marche", "au_calme", "interprete", "autre_besoin")


@dataclass(frozen=True)
class Table:
    """One table of an export. name : of its file, without extension."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Event], Iterable[Row]]


def people_rows(event: Event) -> Iterator[Row]:
    """One line a person of a live participation, as `event_import` reads it back; who was erased is not there."""
    return rows_of(event, event.registrations.filter(status__in=LIVE_STATUSES).order_by("registered_at", "pk"))


def rows_of(event: Event, registrations: QuerySet[Registration]) -> Iterator[Row]:
    """The same for chosen participations."""
    for registration in registrations.prefetch_related("attendees__home"):
        organisation = _organisation(event, registration)
        for person in registration.attendees.all():
            if person.erased_at is None:
                yield {**organisation, **_person(person)}


def cells_of(event: Event, registration: Registration, person: Attendee | None) -> Row:
    """A participation and one of its people, as a file tells them."""
    return _organisation(event, registration) | (_person(person) if person is not None else {})


def _organisation(event: Event, one: Registration) -> Row:
    return {
        "cote": french(event.side_label(one.side)) if event.two_sided else "",
        "origine": french(Origin(one.origin).label),
        "siret": one.siret,
        "organisation": one.name,
        "pays": one.country,
        "commune": one.commune,
        "effectif": _told(one.headcount),
        "presentation": one.presentation,
        "cherche": one.seeks,
        "propose": one.offers,
        "secteurs": " ".join(one.sectors),
        "metiers": " ".join(one.occupations),
        "contrats": " ".join(one.contracts),
        "statut": french(RegistrationStatus(one.status).label),
        "affiche": _yes(one.is_listed),
    }


def _person(one: Attendee) -> Row:
    return {
        "personne": one.name,
        "fonction": one.function,
        "courriel": one.email,
        "telephone": one.phone,
        "langue": one.language,
        "accord": _yes(one.consented_at is not None),
        "creneaux_absents": show_slots(one.absent_slots),
        "rendez_vous_max": _told(one.max_meetings),
        "pause_apres": _told(one.max_consecutive),
        "recoit": _yes(one.is_host),
        "place": one.home.code if one.home else "",
        "taille_groupe": _told(one.group_size),
        "age_groupe": _told(one.group_age),
    }


def wish_rows(event: Event, wishes: QuerySet[Wish] | None = None) -> Iterator[Row]:
    """One line a wish between accepted participations, in the columns `event_import` reads back; all those of the event, or these."""
    directory = Directory(event)
    accepted = {one.pk: one for one in event.registrations.accepted()}
    names = {pk: directory.name_of(one) for pk, one in accepted.items()}
    levels = {"": "", **{one.value: french(one.label) for one in WishLevel}}
    states = {one.value: french(one.label) for one in WishState}
    chosen = Wish.objects.of_event(event) if wishes is None else wishes
    for wish in chosen.select_related(None).select_related("group", "named").order_by("sent_at", "pk"):
        if wish.sender_id in accepted and wish.receiver_id in accepted:
            sender, receiver = accepted[wish.sender_id], accepted[wish.receiver_id]
            yield _row(
                WISHES.all,
                (
                    names[sender.pk], names[receiver.pk], levels[wish.level], wish.note, states[wish.state], levels[wish.answer_level],
                    directory.name_in(sender, wish.group), directory.name_in(receiver, wish.named), wish.sent_at, wish.expires_at,
                ),
            )  # fmt: skip


def _event_rows(event: Event) -> Iterator[Row]:
    values = (
        event.slug, event.title, event.kind, event.state, event.summary, event.organised_by_name, event.contact_email,
        event.place_name, event.address, event.commune, event.longitude, event.latitude, event.starts_on.isoformat(),
        event.ends_on.isoformat(), event.two_sided, event.registration_closes_at, event.wishes_close_at, event.needs_approval,
        event.max_people, event.max_meetings, event.max_consecutive, event.max_open_wishes, event.answer_days, event.asks_both,
        event.grace_minutes, event.is_fictional,
    )  # fmt: skip
    yield _row(_EVENT, values)


def _slot_rows(event: Event) -> Iterator[Row]:
    for slot in event.slots.all():
        yield _row(_SLOTS, (slot.number + 1, slot.starts_at, slot.ends_at, slot.session))


def _place_rows(event: Event) -> Iterator[Row]:
    for one in event.places.all():
        kind = french(PlaceKind(one.kind).label)
        yield _row(
            _PLACES,
            (
                one.code, kind, one.step_free, one.quiet, one.link, one.address, one.longitude, one.latitude,
                show_slots(one.closed_slots),
            ),
        )  # fmt: skip


def _meeting_rows(event: Event) -> Iterator[Row]:
    """Every meeting, with its hour and place in the published timetable."""
    names = {one.pk: one.name for one in event.registrations.all()}
    starts = {slot.number: slot.starts_at for slot in event.slots.all()}
    published = Placement.objects.filter(version=event.published_version_id)
    placed = {one.meeting_id: one for one in published.select_related("place", "attendee_a", "attendee_b", "interpreter")}
    for met in Meeting.objects.filter(event=event).select_related("group"):
        at = placed.get(met.pk)
        slot = at.slot if at else None
        yield _row(
            _MEETINGS,
            (
                met.uid, names[met.registration_a_id], names[met.registration_b_id], met.group and met.group.name, met.origin,
                met.state, met.is_must, None if slot is None else slot + 1, starts.get(slot) if slot is not None else None,
                at and at.place and at.place.code, at and at.attendee_a.name, at and at.attendee_b.name,
                at and at.interpreter and at.interpreter.name, met.confirm_by and met.confirm_by.isoformat(), met.confirmed_a_at,
                met.confirmed_b_at,
            ),
        )  # fmt: skip


def _version_rows(event: Event) -> Iterator[Row]:
    for one in event.versions.select_related("parent").order_by("number"):
        score = one.score
        yield _row(
            _VERSIONS,
            (
                one.number, one.state, one.origin, one.parent and one.parent.number, one.made_at, one.published_at, one.note,
                one.engine, one.seed, one.seconds, score.get("placed"), score.get("breaks"), score.get("idle_slots"), one.bound,
                one.is_optimal, len(one.unplaced), len(one.faults),
            ),
        )  # fmt: skip


def _outcome_rows(event: Event) -> Iterator[Row]:
    """Without the notes, which each side writes for itself."""
    for one in Outcome.objects.filter(meeting__event=event).select_related("meeting__registration_a", "meeting__registration_b"):
        who = one.meeting.registration_a if one.side == "A" else one.meeting.registration_b
        values = (one.meeting.uid, one.side, who.name, one.is_useful, one.next_step, one.said_at, one.later, one.later_at)
        yield _row(_OUTCOMES, values)


def _need_rows(event: Event) -> Iterator[Row]:
    needy = Q(step_free=True) | Q(quiet=True) | ~Q(interpreter="") | ~Q(needs_note="")
    people = Attendee.objects.filter(needy, registration__event=event, registration__status__in=LIVE_STATUSES, erased_at=None)
    for one in people.select_related("registration").order_by("registration__name", "pk"):
        needs = (one.step_free, one.quiet, one.interpreter, one.needs_note)
        yield _row(_NEEDS, (one.registration.name, one.name, one.email, *needs))


def _row(columns: tuple[str, ...], values: Iterable[Any]) -> Row:
    return {column: _told(value) for column, value in zip(columns, values, strict=True)}


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _yes(value)
    return value.astimezone(PARIS).isoformat() if isinstance(value, datetime) else str(value)


def _yes(value: bool) -> str:
    return "oui" if value else "non"


NEEDS = Table("besoins-confidentiel", _NEEDS, _need_rows)
TABLES = (
    Table("evenement", _EVENT, _event_rows),
    Table("creneaux", _SLOTS, _slot_rows),
    Table("places", _PLACES, _place_rows),
    Table("participants", PEOPLE.all, people_rows),
    Table("voeux", WISHES.all, wish_rows),
    Table("rendez-vous", _MEETINGS, _meeting_rows),
    Table("versions", _VERSIONS, _version_rows),
    Table("suites", _OUTCOMES, _outcome_rows),
    NEEDS,
)

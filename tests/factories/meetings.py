"""Events and what happens in them, for tests; everybody is invented."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ensembleur.meetings.choices import EventKind, EventState, OrganiserRole, RegistrationStatus, Side, VersionState
from ensembleur.meetings.models import (
    Attendee,
    Booking,
    Computation,
    Event,
    ImportBatch,
    Meeting,
    Organiser,
    Outcome,
    Place,
    Placement,
    ProgrammeSession,
    Proposal,
    Registration,
    Slot,
    TourStop,
    Version,
    VisitOffer,
    Wish,
)
from ensembleur.meetings.queries.badges import code_of
from ensembleur.meetings.queries.hall import hall_token
from ensembleur.meetings.queries.links import CALENDAR, token_of
from tests.factories import accounts

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAY = date(2027, 1, 12)
OPENING = datetime(2027, 1, 12, 8, 0, tzinfo=UTC)  # 9 h in Paris
_numbers = itertools.count(1)


def event(kind: str = EventKind.FORUM, state: str = EventState.REGISTRATION, *, by: Any = None, slots: int = 6, tables: int = 4, **fields: Any) -> Event:  # fmt: skip
    """An event in Argenteuil with its slots (20 minutes, two sessions) and tables; `by` organises it (an adviser made for it)."""
    number = next(_numbers)
    by = by or accounts.person(accounts.Role.ADVISER, "95")
    made = Event.objects.create(
        **{
            "slug": f"evenement-{number}", "title": f"Rencontres fictives {number}", "kind": kind, "state": state,
            "state_since": NOW, "organised_by_name": "Organisme fictif", "contact_email": "contact@test.example",
            "place_name": "Salle fictive", "address": "1 rue Fictive", "commune": "95018", "longitude": 2.25, "latitude": 48.95,
            "starts_on": DAY, "ends_on": DAY, "created_by": by, "created_at": NOW, "is_fictional": True,
            **fields,
        }
    )  # fmt: skip
    Organiser.objects.create(event=made, user=by)
    Slot.objects.bulk_create(
        Slot(
            event=made, number=number, session="Matin" if number < (slots + 1) // 2 else "Après-midi",
            starts_at=OPENING + number * timedelta(minutes=20), ends_at=OPENING + (number + 1) * timedelta(minutes=20),
        )
        for number in range(slots)
    )  # fmt: skip
    Place.objects.bulk_create(Place(event=made, rank=rank, code=str(rank)) for rank in range(1, tables + 1))
    return made


def staff(event: Event, person: Any) -> Organiser:
    """Somebody who welcomes people on the day."""
    return Organiser.objects.create(event=event, user=person, role=OrganiserRole.STAFF)


def registration(event: Event, side: str = Side.B, *, people: int = 1, user: Any = None, **fields: Any) -> Registration:
    """An accepted participation with its people; the first is `user`'s."""
    number = next(_numbers)
    made = Registration.objects.create(
        **{
            "event": event, "side": side, "name": f"Atelier fictif {number}", "status": RegistrationStatus.ACCEPTED,
            "registered_at": NOW, "decided_at": NOW, "commune": "95018", "offers": "Usinage", "seeks": "Tôlerie",
            **fields,
        }
    )  # fmt: skip
    for rank in range(people):
        attendee(made, user=user if rank == 0 else None)
    return made


def attendee(registration: Registration, **fields: Any) -> Attendee:
    """A person who comes for it."""
    number = next(_numbers)
    fields = {"name": f"Camille Fictive {number}", "email": f"camille{number}@test.example", "consented_at": NOW, **fields}
    return Attendee.objects.create(registration=registration, **fields)


def first(registration: Registration) -> Attendee:
    """Its first person."""
    return registration.attendees.order_by("pk")[0]


def wish(sender: Registration, receiver: Registration, state: str = "sent", **fields: Any) -> Wish:
    """A wish from one to the other."""
    answered = None if state == "sent" else NOW
    fields = {"sent_at": NOW, "answered_at": answered, "expires_at": NOW + timedelta(days=10), **fields}
    return Wish.objects.create(sender=sender, receiver=receiver, state=state, **fields)


def meeting(one: Registration, other: Registration, **fields: Any) -> Meeting:
    """A meeting between them, without slot."""
    return Meeting.objects.create(event=one.event, registration_a=one, registration_b=other, **{"changed_at": NOW, **fields})


def version(event: Event, placed: Iterable[tuple[Meeting, int, str]] = (), *, published: bool = False, **fields: Any) -> Version:
    """A timetable: [(meeting, slot, code of its table)]; published, it is the event's."""
    number = (event.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    state = {"state": VersionState.PUBLISHED, "published_at": NOW} if published else {}
    made = Version.objects.create(**{"event": event, "number": number, "made_at": NOW, **state, **fields})
    for held, slot, code in placed:
        people = {"attendee_a": first(held.registration_a), "attendee_b": first(held.registration_b)}
        Placement.objects.create(version=made, meeting=held, slot=slot, place=event.places.get(code=code), **people)
    if published:
        event.published_version = made
        event.save(update_fields=["published_version"])
    return made


def computation(event: Event, **fields: Any) -> Computation:
    """An asking for a timetable, waiting."""
    return Computation.objects.create(event=event, **{"asked_at": NOW, "beat_at": NOW, **fields})


def proposal(version: Version, **fields: Any) -> Proposal:
    """A change to decide, without lines."""
    return Proposal.objects.create(event=version.event, base=version, **{"kind": "absence", "made_at": NOW, **fields})


def outcome(meeting: Meeting, side: str = Side.A, **fields: Any) -> Outcome:
    """What a side said of a meeting."""
    return Outcome.objects.create(
        meeting=meeting, side=side, **{"is_useful": True, "next_step": "follow_up", "said_at": NOW, **fields}
    )


def visit(registration: Registration, **fields: Any) -> VisitOffer:
    """What a site offers."""
    fields = {"title": "Atelier de découpe", "seats": 15, "min_age": 13, "safety_rules": "Chaussures fermées.", **fields}
    return VisitOffer.objects.create(registration=registration, address="2 rue Fictive", commune="95018", **fields)


def stop(event: Event, number: int = 1, **fields: Any) -> TourStop:
    """A stop of the bus."""
    at = OPENING + number * timedelta(hours=1)
    fields = {
        "name": f"Étape fictive {number}",
        "address": "3 rue Fictive",
        "commune": "95018",
        "longitude": 2.2,
        "latitude": 48.9,
        **fields,
    }
    return TourStop.objects.create(event=event, number=number, arrives_at=at, leaves_at=at + timedelta(minutes=45), **fields)


def session(event: Event, **fields: Any) -> ProgrammeSession:
    """A talk of the programme."""
    fields = {"title": "Conférence fictive", "starts_at": OPENING, "ends_at": OPENING + timedelta(minutes=45), **fields}
    return ProgrammeSession.objects.create(event=event, place=event.places.first(), **fields)


def batch(event: Event, **fields: Any) -> ImportBatch:
    """A file brought in, that added nothing."""
    counts = {
        "kind": "people",
        "read": 0,
        "added": 0,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "organisations": 0,
        "joined": [],
    }
    return ImportBatch.objects.create(
        event=event, **{"file_name": "a.csv", "sha256": "0" * 64, "counts": counts, "at": NOW, **fields}
    )


def seat(session: ProgrammeSession, person: Attendee, state: str = "booked", **fields: Any) -> Booking:
    """A seat in a talk."""
    return Booking.objects.create(session=session, attendee=person, state=state, **{"booked_at": NOW, **fields})


def whole(*, organiser: Any, side_a: Any = None, side_b: Any = None, state: str = EventState.PUBLISHED) -> dict[str, Any]:
    """One thing of each kind around an event: what the permission tables name."""
    held = event(by=organiser, state=state)
    buyer, supplier = registration(held, Side.A, user=side_a), registration(held, Side.B, user=side_b)
    asked = wish(supplier, buyer)
    met = meeting(buyer, supplier, wish=asked)
    told = version(held, [(met, 1, "1")], published=True)
    talk = session(held)
    draft = version(held, [(met, 2, "2")])
    return {
        "event": held, "event_slug": held.slug, "buyer": buyer, "supplier": supplier, "wish": asked, "meeting": met, "meeting_outcome": outcome(met),
        "timetable": told, "draft_timetable": draft, "draft_number": draft.number, "computation": computation(held),
        "change": proposal(told), "buyer_person": first(buyer), "buyer_colleague": attendee(buyer), "supplier_person": first(supplier), "talk": talk, "seat": seat(talk, first(buyer)),
        "visit": visit(buyer), "bus_stop": stop(held), "event_place": held.places.first(),
        "hall_token": hall_token(held), "badge_code": code_of(first(supplier)), "event_slot": held.slots.first(),
        "private_token": token_of(first(supplier)), "calendar_token": token_of(first(supplier), CALENDAR), "imported_file": batch(held),
        "placement": told.placements.first(), "draft_placement": met.placements.exclude(version=told).first(),
    }  # fmt: skip

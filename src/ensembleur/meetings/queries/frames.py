"""An event as the engine sees it before any wish: who comes and when, the places, the parts of the day, the parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from ensembleur.errors import Refused
from ensembleur.meetings.choices import BookingState, EventKind, Side
from ensembleur.meetings.engine.problem import MOST_SLOTS, Participant, Place, Problem
from ensembleur.meetings.engine.whatif import variants
from ensembleur.meetings.engine.wishes import Party
from ensembleur.meetings.models import Attendee, Booking, Event, Registration, Slot, VisitOffer

# Employees: below, a company is small for the European Union (recommendation 2003/361/EC), and its first meetings count more.
SMALL = 50


@dataclass
class Frame:
    """An event before any wish. problem : who comes, the places and the slots, without meetings.

    groups : {participation of a school: its groups of pupils, each a party of its own}.
    """

    event: Event
    slots: list[Slot]
    problem: Problem
    attendees: dict[int, Attendee]
    parties: list[Party] = field(default_factory=list)
    groups: dict[int, list[str]] = field(default_factory=dict)
    at_once: dict[int, int] = field(default_factory=dict)  # {site: groups it shows round at the same time}

    def parties_of(self, registration: int) -> list[str]:
        """The parties of a participation: one, but for the groups of a school."""
        return self.groups.get(registration, [f"r{registration}"])

    def party_of(self, registration: int, group: int | None) -> str:
        """The party that a wish names: a group of pupils when it is a school's, its first when it says none."""
        known = self.parties_of(registration)
        return f"a{group}" if f"a{group}" in known else known[0]

    def interpreters(self) -> list[Attendee]:
        """The interpreters of the event, who meet nobody for themselves."""
        return [one for one in self.attendees.values() if one.is_interpreter]


def frame_of(event: Event, *, tables: int = 0, slots: int = 0) -> Frame:
    """Read an event, with so many tables and slots more than it has when it is a hypothesis.

    Raises Refused, one sentence, when no timetable can be made of it.
    """
    return assumed(_read(event), tables=tables, slots=slots)


def assumed(frame: Frame, *, tables: int = 0, slots: int = 0) -> Frame:
    """An event already read, with so many tables and slots more or fewer. Raises Refused when no slot or no table is left."""
    if not 1 <= frame.problem.slot_count + slots <= MOST_SLOTS:
        raise Refused("bad_slots", _("Un planning compte de 1 à %(n)s créneaux : changez leur nombre.") % {"n": MOST_SLOTS})
    problem = variants(frame.problem, tables_delta=tables, slots_delta=slots)
    if not problem.places:
        raise Refused("no_table", _("L'événement n'a aucune table : ajoutez-en dans les réglages, puis relancez le calcul."))
    made = replace(frame, problem=replace(problem, tables=(0,) * problem.slot_count), parties=[], groups={})
    _fill_parties(made)
    return made


def _read(event: Event) -> Frame:
    lines = list(event.slots.order_by("number"))
    if not lines:
        raise Refused("no_slot", _("L'événement n'a aucun créneau : ajoutez-en dans les réglages, puis relancez le calcul."))
    every = (1 << len(lines)) - 1
    attendees = list(
        Attendee.objects.in_accepted()
        .filter(registration__event=event, erased_at__isnull=True)
        .select_related("registration")
        .order_by("pk")
    )
    booked = _booked(event, lines)
    people = {f"a{one.pk}": _participant(event, one, every & ~booked.get(one.pk, 0)) for one in attendees}
    places = _places(event, every)
    _keep_quiet(attendees, people, event, places)
    if event.kind == EventKind.VISITS:
        places += _own_sites(attendees, people, every)
    problem = Problem(len(lines), tuple(people.values()), (), (0,) * len(lines), places, _sessions(lines), title=event.title)
    at_once = VisitOffer.objects.filter(registration__event=event).values_list("registration", "groups_at_once")
    return Frame(event, lines, problem, {one.pk: one for one in attendees}, at_once=dict(at_once))


def _participant(event: Event, one: Attendee, free: int) -> Participant:
    """Without their name: a timetable is kept, and people may ask to be erased."""
    away = sum(1 << slot for slot in set(one.absent_slots))
    return Participant(
        id=f"a{one.pk}",
        available=free & ~away,
        organisation=f"r{one.registration_id}",
        side=one.registration.side,
        max_consecutive=one.max_consecutive or event.max_consecutive,
        max_meetings=one.max_meetings if one.max_meetings is not None else event.max_meetings,
        home=f"p{one.home_id}" if one.home_id else "",
        step_free=one.step_free,
        host=one.is_host,
    )


def _booked(event: Event, slots: Sequence[Slot]) -> dict[int, int]:
    """{attendee: the slots that a seat booked in the programme takes}, as bits."""
    found: dict[int, int] = defaultdict(int)
    seats = Booking.objects.filter(session__event=event, state=BookingState.BOOKED).select_related("session")
    for seat in seats:
        for slot in slots:
            if slot.starts_at < seat.session.ends_at and seat.session.starts_at < slot.ends_at:
                found[seat.attendee_id] |= 1 << slot.number
    return found


def _places(event: Event, every: int) -> tuple[Place, ...]:
    return tuple(
        Place(f"p{one.pk}", every & ~sum(1 << slot for slot in set(one.closed_slots)), one.code, one.step_free)
        for one in event.places.order_by("rank", "pk")
    )


def _keep_quiet(attendees: Iterable[Attendee], people: dict[str, Participant], event: Event, places: tuple[Place, ...]) -> None:
    """Who needs a quiet place keeps one all day, and the others come to them."""
    taken = {one.home for one in people.values()}
    quiet = [f"p{pk}" for pk in event.places.filter(quiet=True).order_by("rank", "pk").values_list("pk", flat=True)]
    level = {one.id for one in places if one.step_free}
    for one in attendees:
        person = people[f"a{one.pk}"]
        if one.quiet and not person.home:
            free = [name for name in quiet if name not in taken and (name in level or not one.step_free)]
            if free:
                taken.add(free[0])
                people[person.id] = replace(person, home=free[0], host=True)


def _own_sites(attendees: Iterable[Attendee], people: dict[str, Participant], every: int) -> tuple[Place, ...]:
    """A guide who was given no place receives at the site; each guide one group at a time."""
    sites = []
    for one in attendees:
        person = people[f"a{one.pk}"]
        if one.registration.side == Side.A and not person.home:
            people[person.id] = replace(person, home=f"g{one.pk}", host=True)
            sites.append(Place(f"g{one.pk}", every, one.registration.name))
    return tuple(sites)


def _sessions(slots: Sequence[Slot]) -> tuple[int, ...]:
    names: dict[str, int] = {}
    for slot in slots:
        names[slot.session] = names.get(slot.session, 0) | 1 << slot.number
    return tuple(names.values()) if len(names) > 1 else ()


def _fill_parties(frame: Frame) -> None:
    """An organisation is one party; at visits each group of pupils is its own, and a site has as many guides as groups at once."""
    people = {one.id: one for one in frame.problem.participants}
    by_registration: dict[int, list[Attendee]] = defaultdict(list)
    for one in frame.attendees.values():
        if not one.is_interpreter:
            by_registration[one.registration_id].append(one)
    is_visits = frame.event.kind == EventKind.VISITS
    for pk, several in by_registration.items():
        side, small = several[0].registration.side, _is_small(several[0].registration)
        if is_visits and side == Side.B:
            frame.parties += [Party(f"a{one.pk}", (people[f"a{one.pk}"],), side, is_small=small) for one in several]
            frame.groups[pk] = [f"a{one.pk}" for one in several]
            continue
        guides = several[: frame.at_once.get(pk, 1)] if is_visits else several
        frame.parties.append(Party(f"r{pk}", tuple(people[f"a{one.pk}"] for one in guides), side, is_small=small))


def _is_small(registration: Registration) -> bool:
    return registration.side != Side.A and (registration.headcount is None or registration.headcount < SMALL)

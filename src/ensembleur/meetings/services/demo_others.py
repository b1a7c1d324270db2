"""The other fictional events: a job dating, a day of visits, a fair, a bus tour."""

from __future__ import annotations

from datetime import timedelta

from ensembleur.meetings.choices import BookingState, Contract, EventKind, EventState, Origin, PlaceKind, Side, WishState
from ensembleur.meetings.models import (
    Attendee,
    Booking,
    Event,
    Place,
    ProgrammeSession,
    Registration,
    TourStop,
    VisitOffer,
    Wish,
)
from ensembleur.meetings.services.demo_cast import (
    Cast,
    attendees,
    half_days,
    join,
    mix,
    morning,
    organisations,
    script,
    stage,
    tables,
    tuesday,
)
from ensembleur.meetings.services.demo_forums import timetable
from ensembleur.territory.models import Commune
from ensembleur.territory.queries.diffusion import EstablishmentView

RECRUITERS, CANDIDATES, EXHIBITORS, VISITORS = 24, 64, 18, 60


def job_dating(*, cast: Cast, seed: int) -> Event:
    """In ten days, its timetable published."""
    day = tuesday(cast, 10)
    event = stage(
        cast,
        EventKind.JOB_DATING,
        "Job dating de l'industrie des Méandres (fictif)",
        f"job-dating-{day.year}",
        day,
        state=EventState.TIMETABLE,
        slots=half_days(morning(day), (9, 9), 15, 75),
        summary="Des recruteurs et des candidats inventés, un quart d'heure par entretien.",
        asks_both=False,
    )
    tables(event, RECRUITERS + 2)
    jobs, chance = list(script()["jobs"]), cast.chance
    recruiters = organisations(cast, event, Side.A, [cast.showcase, *cast.bodies[: RECRUITERS - 1]])
    for one in recruiters:
        one.occupations = chance.sample(jobs, 2)
        one.contracts = chance.sample([Contract.PERMANENT, Contract.FIXED, Contract.APPRENTICE], 2)
        one.offers, one.seeks = "", ", ".join(script()["jobs"][code] for code in one.occupations)
    Registration.objects.bulk_update(recruiters, ["occupations", "contracts", "offers", "seeks"])
    candidates = _candidates(cast, event, jobs)
    people = attendees(cast, recruiters)
    join(cast, people[0])
    Attendee.objects.bulk_create(
        Attendee(registration=one, name=one.name, consented_at=one.registered_at, step_free=rank % 30 == 4)
        for rank, one in enumerate(candidates)
    )
    rows = []
    for candidate in candidates:
        near = [one for one in recruiters if set(one.occupations) & set(candidate.occupations)]
        rows += [
            _wish(cast, candidate, recruiter, WishState.ACCEPTED if chance.random() < 0.8 else WishState.SENT)
            for recruiter in chance.sample(near, min(len(near), chance.randint(2, 6)))
        ]
    Wish.objects.bulk_create(rows)
    timetable(event=event, cast=cast, then=cast.now - timedelta(days=1), seed=seed)
    return event


def visit_day(*, cast: Cast) -> Event:
    """In five weeks: schools ask for visits, the showcase company shows its workshop."""
    day, words = tuesday(cast, 35), script()
    event = stage(
        cast,
        EventKind.VISITS,
        "Journée de visites d'ateliers (fictive)",
        f"visites-ateliers-{day.year}",
        day,
        state=EventState.WISHES,
        slots=half_days(morning(day), (3, 2), 60, 90),
        summary="Des classes inventées visitent des ateliers inventés.",
        wishes_close_at=cast.now + timedelta(days=14),
        asks_both=True,
    )
    bodies = [cast.showcase, *_near(cast, len(words["visits"]) - 1)]
    hosts = organisations(cast, event, Side.A, bodies)
    join(cast, attendees(cast, hosts)[0])
    VisitOffer.objects.bulk_create(
        VisitOffer(
            registration=host,
            safety_rules=words["safety"],
            step_free=rank % 2 == 0,
            groups_at_once=1,
            address=body.address if body else "",
            commune=host.commune,
            longitude=body.lon if body else None,
            latitude=body.lat if body else None,
            **offer,
        )
        for rank, (host, body, offer) in enumerate(zip(hosts, bodies, words["visits"], strict=False))
    )
    rows = []
    for rank, name in enumerate(words["schools"]):
        school = _alone(cast, event, name, Origin.SCHOOL)
        for number in range(1 + rank % 2):
            group = Attendee.objects.create(
                registration=school, name=f"Groupe {number + 1}", group_size=10 - number, group_age=14 + rank % 3
            )
            for host in (*cast.chance.sample(hosts[1:], 2), hosts[0]):
                state = cast.chance.choice((WishState.SENT, WishState.ACCEPTED)) if host != hosts[0] else WishState.SENT
                rows.append(_wish(cast, school, host, state, group=group))
    Wish.objects.bulk_create(rows)
    return event


def fair(*, cast: Cast) -> Event:
    """In a fortnight: exhibitors at their stand, a programme where people book seats; visitors may still register."""
    day, words, chance = tuesday(cast, 15), script(), cast.chance
    event = stage(
        cast,
        EventKind.FAIR,
        "Salon des machines et des savoir-faire (fictif)",
        f"salon-machines-{day.year}",
        day,
        state=EventState.REGISTRATION,
        slots=half_days(morning(day), (6, 8), 30, 60),
        summary="Un salon fictif : exposants, programme, ateliers sur réservation.",
        needs_approval=False,
    )
    stands = tables(event, EXHIBITORS, PlaceKind.STAND)
    rooms = Place.objects.bulk_create(Place(event=event, rank=100, code=letter, kind=PlaceKind.ROOM) for letter in "AB")
    exhibitors = organisations(cast, event, Side.A, mix(cast, [*cast.bodies[30:]], EXHIBITORS, 0.1))
    hosts = attendees(cast, exhibitors)
    for host, stand in zip(hosts, stands, strict=True):
        host.home, host.is_host = stand, True
    Attendee.objects.bulk_update(hosts, ["home", "is_host"])
    visitors = [_alone(cast, event, f"{next(cast.people)} (fictif)", Origin.PERSON) for _one in range(VISITORS)]
    people = Attendee.objects.bulk_create(Attendee(registration=one, name=one.name, consented_at=cast.now) for one in visitors)
    own = organisations(cast, event, Side.B, [cast.showcase])
    mine = attendees(cast, own)[0]
    join(cast, mine)
    for told in words["sessions"]:
        start = morning(day) + timedelta(minutes=told["at"])
        session = ProgrammeSession.objects.create(
            event=event,
            title=told["title"],
            place=rooms[told["room"] - 1],
            starts_at=start,
            ends_at=start + timedelta(minutes=told["lasts"]),
            seats=told["seats"],
            speakers=f"{next(cast.people)} (personne fictive)",
        )
        guests = chance.sample(people, min(len(people), told["seats"] // 3 + 10))
        Booking.objects.bulk_create(
            Booking(
                session=session,
                attendee=one,
                state=BookingState.BOOKED if rank < told["seats"] else BookingState.WAITING,
                booked_at=cast.now - timedelta(days=5, minutes=500 - rank),
            )
            for rank, one in enumerate(guests)
        )
    Booking.objects.create(
        session=ProgrammeSession.objects.filter(event=event).order_by("starts_at")[0],
        attendee=mine,
        booked_at=cast.now - timedelta(days=2),
    )
    return event


def bus_tour(*, cast: Cast) -> Event:
    """In three weeks: one bus, a stop in each of four départements, seats still free."""
    day = tuesday(cast, 22)
    event = stage(
        cast,
        EventKind.TOUR,
        "Le bus des ateliers (tournée fictive)",
        f"bus-des-ateliers-{day.year}",
        day,
        state=EventState.REGISTRATION,
        slots=[],
        summary="Un bus fictif s'arrête dans quatre départements ; chaque étape montre un métier.",
        needs_approval=False,
        max_people=50,
    )
    known = {one.code: one for one in Commune.objects.filter(code__in=[stop["commune"] for stop in script()["stops"]])}
    TourStop.objects.bulk_create(
        TourStop(
            event=event,
            number=number,
            name=f"{stop['name']} (étape fictive)",
            address="1 rue des Ateliers",
            commune=stop["commune"],
            longitude=known[stop["commune"]].lon,
            latitude=known[stop["commune"]].lat,
            arrives_at=morning(day) + timedelta(minutes=110 * rank),
            leaves_at=morning(day) + timedelta(minutes=110 * rank + 50),
        )
        for rank, (number, stop) in enumerate(
            (number, stop) for number, stop in enumerate(script()["stops"], 1) if stop["commune"] in known
        )
    )
    school = _alone(cast, event, script()["schools"][2], Origin.SCHOOL)
    Attendee.objects.create(registration=school, name="Une classe de seconde", group_size=18, group_age=15)
    for _one in range(9):
        rider = _alone(cast, event, f"{next(cast.people)} (fictif)", Origin.PERSON)
        Attendee.objects.create(registration=rider, name=rider.name, consented_at=rider.registered_at)
    return event


def _candidates(cast: Cast, event: Event, jobs: list[str]) -> list[Registration]:
    rows = [_row(cast, event, f"{next(cast.people)} (fictif)", Origin.PERSON) for _one in range(CANDIDATES)]
    for one in rows:
        one.occupations = cast.chance.sample(jobs, 2)
        one.contracts = cast.chance.sample([Contract.PERMANENT, Contract.FIXED, Contract.APPRENTICE, Contract.INTERNSHIP], 2)
        one.offers = "Disponible tout de suite ; permis de conduire."
    return Registration.objects.bulk_create(rows)


def _alone(cast: Cast, event: Event, name: str, origin: Origin) -> Registration:
    one = _row(cast, event, name, origin)
    one.save()
    return one


def _row(cast: Cast, event: Event, name: str, origin: Origin) -> Registration:
    asked = cast.now - timedelta(days=cast.chance.randint(3, 25))
    return Registration(
        event=event,
        side=Side.B,
        origin=origin,
        name=name,
        status="accepted",
        registered_at=asked,
        decided_at=asked,
        commune="95018",
    )


def _wish(cast: Cast, sender: Registration, receiver: Registration, state: WishState, group: Attendee | None = None) -> Wish:
    sent = cast.now - timedelta(days=cast.chance.randint(2, 8))
    return Wish(
        sender=sender,
        receiver=receiver,
        group=group,
        state=state,
        sent_at=sent,
        expires_at=sent + timedelta(days=10),
        answered_at=None if state == WishState.SENT else sent + timedelta(days=1),
    )


def _near(cast: Cast, count: int) -> list[EstablishmentView]:
    """Establishments of the département, that a class may go to."""
    return [one for one in cast.bodies if one.departement == "95" and one.lon is not None][:count]

"""Three fictional forums: one of the full size whose timetable is to be computed, one held today, one of last year with its outcomes."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from ensembleur.meetings.choices import (
    EventKind,
    EventState,
    LaterNews,
    MeetingState,
    NextStep,
    ProposalKind,
    Side,
    VersionOrigin,
    VersionState,
    WishLevel,
    WishState,
)
from ensembleur.meetings.engine.drawing import full_size
from ensembleur.meetings.models import Attendee, Event, Meeting, Outcome, Placement, Registration, Slot, Version, Wish
from ensembleur.meetings.queries.asking import asked_of_event
from ensembleur.meetings.queries.day import coming
from ensembleur.meetings.services.changing import propose_change
from ensembleur.meetings.services.demo_cast import (
    AT_ONCE,
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
from ensembleur.meetings.services.publishing import publish_version, write_agendas
from ensembleur.meetings.services.versions import write_version
from ensembleur.periods import PARIS, paris_day

Pairs = list[tuple[int, int]]
WISHES, MEETINGS, BUYERS, SUPPLIERS, TABLES, SLOTS = 15_000, 6_457, 300, 549, 300, 24
TRIES = 200_000  # of improvement, rather than some time: the same timetable on any machine
ABROAD = 0.06
MINE = 10  # wishes that wait for the director's answer


def full_forum(*, cast: Cast, seed: int) -> Event:
    """In three weeks: the wishes are being answered, and the timetable may be computed."""
    day = tuesday(cast, 20)
    event = stage(
        cast,
        EventKind.FORUM,
        "Rencontres d'achat des Méandres (forum fictif)",
        f"rencontres-achat-{day.year}",
        day,
        state=EventState.WISHES,
        slots=half_days(morning(day), (12, 12), 20, 60),
        summary="Trois cents donneurs d'ordres reçoivent à leur table. Tout ici est inventé : organisations, personnes et vœux.",
        wishes_close_at=cast.now + timedelta(days=7),
        max_open_wishes=60,
    )
    tables(event, TABLES)
    drawn = full_size(seed=seed, meetings=MEETINGS)
    absent = [_absences(one.available, SLOTS) for one in drawn.participants]
    rank = {one.id: place for place, one in enumerate(drawn.participants)}
    likely = [(rank[one.attendees[0]], rank[one.attendees[1]] - BUYERS) for one in drawn.meetings]
    sides = _sides(cast, event, BUYERS, SUPPLIERS)
    people = attendees(cast, [*sides[0], *sides[1]], {place: slots for place, slots in enumerate(absent) if slots})
    join(cast, people[BUYERS])
    _wish(cast, sides, likely, WISHES)
    _ask(cast, sides[1][0])
    return event


def todays_forum(*, cast: Cast, seed: int) -> Event:
    """Today: published a week ago, people have come, some have not; its hours are those of the day whatever the hour it is."""
    count = (60, 90)
    first = _opening(cast.now)
    day = paris_day(first)
    event = stage(
        cast,
        EventKind.FORUM,
        "Forum de la tôlerie et de l'usinage (fictif)",
        f"forum-tolerie-usinage-{day.year}",
        day,
        state=EventState.TIMETABLE,
        slots=half_days(first, (10, 10), 20, 40),
        summary="Un forum fictif qui se tient aujourd'hui : accueil, changements de dernière minute, écrans de la salle.",
        max_consecutive=5,
    )
    tables(event, 62)
    sides = _sides(cast, event, *count)
    chance = cast.chance
    absent = {rank: [*range(5)] for rank in range(sum(count)) if chance.random() < 0.06}
    attending = attendees(cast, [*sides[0], *sides[1]], absent)
    join(cast, attending[count[0]])
    held = {(chance.randrange(count[0]), chance.randrange(count[1])) for _draw in range(640)}
    held |= {(buyer, 0) for buyer in range(9)}
    _wish(cast, sides, sorted(held), len(held))
    timetable(event=event, cast=cast, then=cast.now - timedelta(days=7), seed=seed)
    Event.objects.filter(pk=event.pk).update(state=EventState.DAY, state_since=min(cast.now, first - timedelta(hours=1)))
    _arrive(attending[1:], cast, first)
    _hold(event, cast)
    _announce(event, cast)
    return event


def past_forum(*, cast: Cast, seed: int) -> Event:
    """Last year: over, with what half of its people said of their meetings then, and what became of some six months after."""
    count = (30, 50)
    day = tuesday(cast, -371)
    then = morning(day)
    event = stage(
        cast,
        EventKind.FORUM,
        "Forum de la tôlerie et de l'usinage, édition passée (fictif)",
        f"forum-tolerie-usinage-{day.year}",
        day,
        state=EventState.TIMETABLE,
        slots=half_days(then, (8, 8), 25, 60),
        summary="L'édition passée d'un forum fictif, avec ses suites.",
    )
    tables(event, 32)
    sides = _sides(cast, event, *count)
    attending = attendees(cast, [*sides[0], *sides[1]])
    join(cast, attending[count[0]])
    pairs = {(cast.chance.randrange(count[0]), cast.chance.randrange(count[1])) for _draw in range(380)}
    _wish(cast, sides, sorted(pairs | {(buyer, 0) for buyer in range(6)}), len(pairs))
    timetable(event=event, cast=cast, then=then - timedelta(days=7), seed=seed, tells=False)
    Event.objects.filter(pk=event.pk).update(state=EventState.CLOSED, state_since=then + timedelta(days=1))
    Attendee.objects.filter(registration__event=event).update(arrived_at=then - timedelta(minutes=20))
    _say(event, cast)
    return event


def timetable(*, event: Event, cast: Cast, then: datetime, seed: int, tells: bool = True) -> Version:
    """Compute and publish, as an organiser does; long ago, without the letters that would have been forgotten since."""
    from ensembleur.meetings.engine.solving import solve  # compiled code, which pages do without

    asked = asked_of_event(event)
    plan = solve(asked.problem, seed=seed, iterations=TRIES)
    version = write_version(
        event=event, problem=asked.problem, plan=plan, rows=asked.rows, origin=VersionOrigin.COMPUTED, by=cast.adviser, now=then
    )
    if tells:
        published = publish_version(version=version, seen=0, by=cast.adviser, now=then)
        people = Attendee.objects.filter(registration__event=event).order_by("pk").values_list("pk", flat=True)
        write_agendas.call(published.pk, 0, list(people))  # nobody waits for a worker that is not there yet
        return published
    version.state, version.published_at, version.published_by = VersionState.PUBLISHED, then, cast.adviser
    version.save(update_fields=["state", "published_at", "published_by"])
    Event.objects.filter(pk=event.pk).update(published_version=version)
    return version


def _sides(cast: Cast, event: Event, buyers: int, suppliers: int) -> tuple[list[Registration], list[Registration]]:
    """The buyers, the largest of the region; then the suppliers, the showcase company first."""
    larger = mix(cast, cast.bodies[:buyers], buyers, ABROAD)
    smaller = mix(cast, cast.bodies[buyers : buyers + suppliers], suppliers - 1, ABROAD)
    return organisations(cast, event, Side.A, larger), organisations(cast, event, Side.B, [cast.showcase, *smaller])


def _wish(
    cast: Cast, sides: tuple[list[Registration], list[Registration]], likely: Iterable[tuple[int, int]], count: int
) -> None:
    """The likely pairs agreed; then as many others as it takes, drawn at random, that mostly did not."""
    chance, words = cast.chance, script()["wish_notes"]
    pairs = dict.fromkeys(likely, True)
    while len(pairs) < count:
        pairs.setdefault((chance.randrange(len(sides[0])), chance.randrange(len(sides[1]))), False)
    rows = []
    end = min(cast.now, morning(sides[0][0].event.starts_on))
    for (buyer, supplier), agreed in pairs.items():
        ends = [sides[0][buyer], sides[1][supplier]]
        sender, receiver = ends if chance.random() < 0.35 else ends[::-1]
        sent = end - timedelta(days=chance.randint(4, 9), minutes=chance.randrange(1_440))
        state = WishState.ACCEPTED if agreed else chance.choices(*_OTHERS)[0]
        is_open = state == WishState.SENT
        rows.append(
            Wish(
                sender=sender,
                receiver=receiver,
                level=WishLevel.MUST if chance.random() < 0.15 else WishLevel.LIKE,
                note=chance.choice(words),
                state=state,
                answer_level=WishLevel.MUST if agreed and chance.random() < 0.15 else WishLevel.LIKE if agreed else "",
                sent_at=sent,
                expires_at=sent + timedelta(days=10),
                answered_at=None if is_open else min(cast.now, sent + timedelta(hours=chance.randint(1, 70))),
            )
        )
    Wish.objects.bulk_create(rows, batch_size=AT_ONCE)


_OTHERS = (
    (WishState.DECLINED, WishState.ACCEPTED, WishState.SENT, WishState.LAPSED, WishState.WITHDRAWN),
    (0.55, 0.06, 0.2, 0.13, 0.06),
)


def _ask(cast: Cast, showcase: Registration) -> None:
    """Some of what the showcase company was asked waits for an answer."""
    asked = Wish.objects.filter(receiver=showcase, state__in=[WishState.ACCEPTED, WishState.DECLINED]).order_by("pk")
    keys = list(asked.values_list("pk", flat=True)[:MINE])
    Wish.objects.filter(pk__in=keys).update(
        state=WishState.SENT, answered_at=None, answer_level="", expires_at=cast.now + timedelta(days=4)
    )


def _absences(available: int, slots: int) -> list[int]:
    return [slot for slot in range(slots) if not available >> slot & 1]


def _opening(now: datetime) -> datetime:
    """Nine in the morning when the day goes on around now; otherwise two hours ago, within the day."""
    local = now.astimezone(PARIS)
    if 10 <= local.hour < 16:
        return morning(local.date())
    return morning(local.date(), max(0, min(local.hour - 2, 16)))


def _arrive(people: list[Attendee], cast: Cast, first: datetime) -> None:
    """Most have come, a little before or after the opening; one in twelve has not, and a few have left."""
    chance = cast.chance
    here = []
    for one in people:
        at = first + timedelta(minutes=chance.randint(-35, 25))
        if chance.random() < 11 / 12 and at <= cast.now:
            one.arrived_at = at
            here.append(one)
    Attendee.objects.bulk_update(here, ["arrived_at"], batch_size=500)


def _hold(event: Event, cast: Cast) -> None:
    """The meetings that ended an hour ago were held or missed, but for a few; the latest are still to be said."""
    over = Slot.objects.filter(event=event, ends_at__lt=cast.now - timedelta(hours=1)).values("number")
    seats = Placement.objects.published().filter(version__event=event, slot__in=over)
    rows = []
    for one in seats.select_related("meeting", "attendee_a", "attendee_b"):
        here = (one.attendee_a.arrived_at, one.attendee_b.arrived_at)
        state = {(True, True): MeetingState.HELD, (True, False): MeetingState.MISSED_B, (False, True): MeetingState.MISSED_A}
        one.meeting.state = state.get((bool(here[0]), bool(here[1])), MeetingState.MISSED_BOTH)
        rows.append(one.meeting)
    Meeting.objects.bulk_update(rows, ["state"], batch_size=500)


def _announce(event: Event, cast: Cast) -> None:
    """Somebody said they leave early: what could be moved waits for the organiser's decision."""
    left = [slot.number for slot in coming(Slot.objects.filter(event=event), cast.now)]
    told = Placement.objects.published().filter(version__event=event, slot__in=left, attendee_b__user=None)
    one = told.order_by("-slot", "pk").select_related("attendee_b").first()
    if one is not None:
        propose_change(
            event=event,
            kind=ProposalKind.ABSENCE,
            about=one.attendee_b,
            slots=left,
            reason="Départ avancé (motif fictif).",
            by=cast.adviser,
            now=cast.now,
        )


def _say(event: Event, cast: Cast) -> None:
    """Meetings held or missed, and what half of each side said of them."""
    chance = cast.chance
    held = list(Meeting.objects.filter(event=event, placements__slot__isnull=False).distinct().order_by("pk"))
    for one in held:
        one.state = chance.choices((MeetingState.HELD, MeetingState.MISSED_A, MeetingState.MISSED_B), (0.94, 0.02, 0.04))[0]
    Meeting.objects.bulk_update(held, ["state"], batch_size=500)
    seats = {one.meeting.pk: one for one in Placement.objects.filter(version__event=event).select_related("meeting")}
    rows = []
    for one in held:
        for side in Side.values:
            if one.state == MeetingState.HELD and chance.random() < 0.5:
                seat = seats[one.pk]
                rows.append(_outcome(one, side, seat.attendee_a if side == Side.A else seat.attendee_b, event.starts_on, chance))
    Outcome.objects.bulk_create(rows, batch_size=AT_ONCE)


def _outcome(meeting: Meeting, side: str, by: Attendee, day: date, chance: random.Random) -> Outcome:
    useful = chance.random() < 0.72
    steps = ((NextStep.NONE, NextStep.FOLLOW_UP, NextStep.CONTRACT_EXPECTED), (0.3, 0.55, 0.15))
    step = chance.choices(*steps)[0] if useful else NextStep.NONE
    said = morning(day, 17) + timedelta(days=chance.randint(0, 6))
    later = step != NextStep.NONE and chance.random() < 0.5
    news = chance.choices((LaterNews.GOING_ON, LaterNews.SIGNED, LaterNews.NOTHING), (0.4, 0.25, 0.35))[0]
    return Outcome(
        meeting=meeting,
        side=side,
        by=by,
        is_useful=useful,
        next_step=step,
        said_at=said,
        later=news if later else "",
        later_at=said + timedelta(days=182) if later else None,
    )

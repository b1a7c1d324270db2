"""What came of the meetings: one person's own, an event's answers with their response rate, and what domains above may follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from ensembleur.meetings.choices import LaterNews, MeetingState, NextStep, Side
from ensembleur.meetings.models import Attendee, Event, Meeting, Outcome, Placement
from ensembleur.strategy.queries.content import held_strategies

FEWEST = 5  # answers under which a share says more of people than of the event
GOES_ON = (NextStep.FOLLOW_UP, NextStep.CONTRACT_EXPECTED, NextStep.HIRED)
# The event of the region of which the texts give three years: the codes its indicators end with.
FORMER = ("D6.participants", "D6.structures", "D6.meetings")


@dataclass(frozen=True)
class Mine:
    """One meeting that took place, as one side sees it."""

    placement: Placement
    meeting: Meeting
    side: str
    other: str
    starts_at: datetime
    outcome: Outcome | None


def my_meetings(attendee: Attendee, now: datetime) -> list[Mine]:
    """This person's meetings whose hour has come, in order, those cancelled or missed left out."""
    rows = (
        Placement.objects.published().placed().of_person(attendee)
        .filter(version__event__slots__number=F("slot"), version__event__slots__starts_at__lte=now)
        .filter(meeting__state__in=[MeetingState.PLANNED, MeetingState.HELD])
        .annotate(starts_at=F("version__event__slots__starts_at"))
        .select_related("meeting__registration_a", "meeting__registration_b", "place", "attendee_a", "attendee_b")
        .order_by("slot")
    )  # fmt: skip
    said = {(one.meeting_id, one.side): one for one in Outcome.objects.filter(meeting__in=[row.meeting_id for row in rows])}
    found = []
    for row in rows:
        side = Side.A if row.meeting.registration_a_id == attendee.registration_id else Side.B
        other = row.meeting.registration_b if side == Side.A else row.meeting.registration_a
        found.append(Mine(row, row.meeting, side, other.name, row.starts_at, said.get((row.meeting_id, side))))  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True)
class SideAnswers:
    """What one side answered. asked : meetings held; share : of useful among the answers, None under FEWEST."""

    side: str
    asked: int
    answered: int
    useful: int
    steps: dict[str, int]

    @property
    def share(self) -> float | None:
        """Useful meetings among the answers."""
        return self.useful / self.answered if self.answered >= FEWEST else None

    @property
    def response(self) -> float | None:
        """Answers among the meetings held."""
        return self.answered / self.asked if self.asked else None


@dataclass(frozen=True)
class Summary:
    """What became of an event's meetings: counts by state, answers by side, news six months after."""

    states: dict[str, int]
    sides: list[SideAnswers]
    later: dict[str, int]
    came: int
    organisations: int

    @property
    def held(self) -> int:
        """Meetings marked as held, by an organiser or by what a side said of them."""
        return self.states.get(MeetingState.HELD, 0)


def summary_of(event: Event) -> Summary:
    """The figures of one event, in six queries."""
    counted = event.meetings.order_by().values("state").annotate(n=Count("pk"))
    states = {row["state"]: row["n"] for row in counted}
    said = Outcome.objects.filter(meeting__event=event)
    sides = [_answers(said, side, states.get(MeetingState.HELD, 0)) for side in Side.values]
    later = {row["later"]: row["n"] for row in said.exclude(later="").order_by().values("later").annotate(n=Count("pk"))}
    came = Attendee.objects.filter(registration__event=event, arrived_at__isnull=False)
    return Summary(states, sides, later, came.count(), came.values("registration").distinct().count())


def _answers(said: QuerySet[Outcome], side: str, held: int) -> SideAnswers:
    rows = list(said.filter(side=side).order_by().values("is_useful", "next_step").annotate(n=Count("pk")))
    answered = sum(row["n"] for row in rows if row["is_useful"] is not None)
    steps: dict[str, int] = {}
    for row in rows:
        if row["next_step"]:
            steps[row["next_step"]] = steps.get(row["next_step"], 0) + row["n"]
    return SideAnswers(side, held, answered, sum(row["n"] for row in rows if row["is_useful"]), steps)


def follow_ups(event: Event) -> QuerySet[Outcome]:
    """The meetings of an event that go on, the latest said first; private notes are not for whoever reads this."""
    rows = Outcome.objects.filter(meeting__event=event, next_step__in=GOES_ON)
    return rows.select_related("meeting__registration_a", "meeting__registration_b").order_by("-said_at", "pk")


def follow_ups_of(siret: str) -> QuerySet[Outcome]:
    """What an establishment said of its own meetings that go on: for the domains above."""
    own = Q(side=Side.A, meeting__registration_a__siret=siret) | Q(side=Side.B, meeting__registration_b__siret=siret)
    return (
        Outcome.objects.filter(own, next_step__in=GOES_ON)
        .select_related("meeting__event", "meeting__registration_a", "meeting__registration_b")
        .order_by("-said_at", "pk")
    )


def hirings_of(event: Event) -> QuerySet[Meeting]:
    """The meetings one side at least says ended in a hiring, at once or six months after."""
    hired = Q(outcomes__next_step=NextStep.HIRED) | Q(outcomes__later=LaterNews.HIRED)
    return event.meetings.filter(hired).distinct()


@dataclass(frozen=True)
class Year:
    """One year of a forum: what the texts say, or what the platform saw. Each figure may be unknown."""

    year: int
    participants: Any
    organisations: Any
    meetings: Any
    is_from_texts: bool


def years_of_texts() -> list[Year]:
    """The years of which the texts of the region give figures, as the loaded strategies hold them; [] without these strategies."""
    found: dict[int, dict[str, Any]] = {}
    for held in held_strategies():
        for _part, sheet in held.content.indicators():
            if sheet.code in FORMER:
                for value in sheet.values:
                    found.setdefault(value.as_of.year, {})[sheet.code] = value.value
    return [Year(year, *(given.get(code) for code in FORMER), is_from_texts=True) for year, given in sorted(found.items())]

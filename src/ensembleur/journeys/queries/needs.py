"""Needs as desks show them: asked, held, silent, closed, each with its clock; and the figures of the answers given."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Prefetch, Q, QuerySet

from ensembleur.accounts.choices import Role
from ensembleur.journeys.choices import InvolvementState, NeedOutcome, NeedStatus
from ensembleur.journeys.engine.clocks import QUICK_DAYS, SILENT_DAYS, Strike, days_between, next_strike
from ensembleur.journeys.models import ClockMark, Involvement, Need
from ensembleur.journeys.models.journeys import within_perimeter
from ensembleur.periods import Period, paris_day

SHOWN_CLOSED = 20
ANSWERED = (NeedOutcome.HELPED, NeedOutcome.NOT_HELPED, NeedOutcome.NOT_REACHED)  # ends an adviser answers for


@dataclass(frozen=True)
class ClockState:
    """Where a need stands in time.

    age_days : since it was last sent to advisers.   taken_days : from the question to the first taking in charge, None before.
    silent_days : since the last line of the thread.   next : what comes if nobody does anything, None once closed.
    """

    age_days: int
    silent_days: int
    taken_days: int | None
    next: Strike | None

    @property
    def quick(self) -> dict[int, bool]:
        """3 and 5 days → whether it was taken within that time; a need not taken yet is not quick."""
        return {days: self.taken_days is not None and self.taken_days <= days for days in QUICK_DAYS}


@dataclass(frozen=True)
class DeskRow:
    """One line of an adviser's desk."""

    involvement: Involvement
    clock: ClockState

    @property
    def need(self) -> Need:
        """What was asked."""
        return self.involvement.need


@dataclass(frozen=True)
class Desk:
    """An adviser's desk. `silent` are those held on which nothing was written for thirty days; they are in `taken` as well."""

    asked: tuple[DeskRow, ...]
    taken: tuple[DeskRow, ...]
    closed: tuple[DeskRow, ...]

    @property
    def silent(self) -> tuple[DeskRow, ...]:
        """Held in silence, the longest first."""
        rows = [row for row in self.taken if row.clock.silent_days >= SILENT_DAYS]
        return tuple(sorted(rows, key=lambda row: -row.clock.silent_days))


@dataclass(frozen=True)
class Share:
    """A share with what it is a share of; `value` is None when there is nothing to divide by."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """From 0 to 1."""
        return self.count / self.total if self.total else None


@dataclass(frozen=True)
class Figures:
    """What happened to the needs asked in a period.

    quick : 3 and 5 days → share taken within, of those old enough to tell; those withdrawn before being taken are left out.
    outcomes : outcome → count.   helped : of the needs an adviser answered for: « sans nouvelles », « sans réponse » and the
    withdrawn ones are left out, and counted in `left_out`.   declined : share of the advisers asked who said they could not help.
    """

    needs: int
    waiting: int
    taken: int
    closed: int
    quick: dict[int, Share]
    outcomes: dict[str, int]
    helped: Share
    left_out: int
    declined: Share
    misrouted: Share
    by_subject: dict[str, Figures] = field(default_factory=dict)


def clock_of(need: Need, *, as_of: datetime) -> ClockState:
    """The clock of one need; reads `need.marks` and `need.involvements`, to be prefetched for a list."""
    today = paris_day(as_of)
    taken = [one.taken_at for one in need.involvements.all() if one.taken_at is not None]
    marks = {mark.clock for mark in need.marks.all() if mark.routing == need.routing}
    routed_on, last_on = paris_day(need.routed_at), paris_day(need.last_event_at)
    upcoming = None
    if need.status != NeedStatus.CLOSED:
        upcoming = next_strike(
            is_waiting=need.status == NeedStatus.WAITING, routed_on=routed_on, last_event_on=last_on, marks=marks, as_of=today
        )
    return ClockState(
        age_days=days_between(routed_on, today),
        silent_days=days_between(last_on, today),
        taken_days=days_between(paris_day(need.created_at), paris_day(min(taken))) if taken else None,
        next=upcoming,
    )


def with_clocks(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Needs with what their clock reads, in two more queries whatever their number."""
    return needs.select_related("journey").prefetch_related(
        "marks", Prefetch("involvements", Involvement.objects.select_related("adviser", "organisation"))
    )


def desk_of(user: Any, *, as_of: datetime, closed: int = SHOWN_CLOSED) -> Desk:
    """The desk of an adviser: those waiting for an answer with the oldest first, those held, the last ones closed."""
    own = Involvement.objects.of(user).select_related("need__journey", "organisation")
    own = own.prefetch_related(Prefetch("need__marks", ClockMark.objects.all()), "need__involvements")
    asked = own.filter(state=InvolvementState.ASKED).order_by("asked_at", "pk")
    taken = own.filter(state=InvolvementState.TAKEN).order_by("taken_at", "pk")
    ended = own.exclude(state__in=[InvolvementState.ASKED, InvolvementState.TAKEN]).order_by("-ended_at", "-pk")[:closed]
    return Desk(_rows(asked, as_of), _rows(taken, as_of), _rows(ended, as_of))


def _rows(involvements: QuerySet[Involvement], as_of: datetime) -> tuple[DeskRow, ...]:
    return tuple(DeskRow(one, clock_of(one.need, as_of=as_of)) for one in involvements)


def needs_to_reroute(user: Any) -> QuerySet[Need]:
    """The needs an officer has to send somewhere, the oldest first."""
    if not getattr(user, "is_authenticated", False):
        return Need.objects.none()
    own = Need.objects.filter(within_perimeter(user, Role.OFFICER, prefix="journey__"), to_reroute=True)
    return with_clocks(own).order_by("routed_at", "pk")


def kpi(user: Any, period: Period, *, as_of: datetime) -> Figures:
    """The figures of the needs this person may see asked on the days of a period, in all and by subject; two queries."""
    needs = [row for row in _facts(Need.objects.visible_to(user)) if paris_day(row["created_at"]) in period]
    subjects = sorted({row["subject"] for row in needs})
    by_subject = {code: _figures([row for row in needs if row["subject"] == code], paris_day(as_of)) for code in subjects}
    return _figures(needs, paris_day(as_of), by_subject)


def _facts(needs: QuerySet[Need]) -> list[dict[str, Any]]:
    """One dict a need: its dates, its end, and how many advisers were asked, declined or reported it."""
    states = InvolvementState
    rows = needs.order_by("pk").annotate(
        first_taken=Min("involvements__taken_at"),
        asked=Count("involvements"),
        declined=Count("involvements", filter=Q(involvements__state=states.DECLINED)),
        misrouted=Count("involvements", filter=Q(involvements__state=states.MISROUTED)),
    )
    columns = ("pk", "subject", "status", "outcome", "created_at", "first_taken", "asked", "declined", "misrouted")
    return list(rows.values(*columns))


def _figures(rows: list[dict[str, Any]], today: date, by_subject: dict[str, Figures] | None = None) -> Figures:
    statuses = Counter(row["status"] for row in rows)
    outcomes = Counter(row["outcome"] for row in rows if row["outcome"])
    answered = sum(outcomes[outcome] for outcome in ANSWERED)
    asked = sum(row["asked"] for row in rows)
    return Figures(
        needs=len(rows),
        waiting=statuses[NeedStatus.WAITING],
        taken=statuses[NeedStatus.TAKEN],
        closed=statuses[NeedStatus.CLOSED],
        quick={days: _quick(rows, days, today) for days in QUICK_DAYS},
        outcomes={outcome.value: outcomes[outcome] for outcome in NeedOutcome},
        helped=Share(outcomes[NeedOutcome.HELPED], answered),
        left_out=statuses[NeedStatus.CLOSED] - answered,
        declined=Share(sum(row["declined"] for row in rows), asked),
        misrouted=Share(sum(row["misrouted"] for row in rows), asked),
        by_subject=by_subject or {},
    )


def _quick(rows: list[dict[str, Any]], days: int, today: date) -> Share:
    count = total = 0
    for row in rows:
        asked_on, taken_at = paris_day(row["created_at"]), row["first_taken"]
        is_young = days_between(asked_on, today) <= days  # its days are not over: counting only those taken would flatter
        if is_young or (taken_at is None and row["outcome"] == NeedOutcome.WITHDRAWN):
            continue
        total += 1
        count += taken_at is not None and days_between(asked_on, paris_day(taken_at)) <= days
    return Share(count, total)

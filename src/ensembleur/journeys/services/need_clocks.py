"""What time does to needs: nudged, called a last time, released, or closed without news.

Needs are read in batches by number, each batch one transaction: a process killed anywhere leaves whole batches done and the
others untouched, and the next run takes them up again with the same boundaries. A batch costs the same number of queries
whatever its size. The journal gets one act a batch, naming every need and what was done to it: one act a need would queue ten
thousand writers on the head of the journal, and each need has its own event and its own mark besides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import translation

from ensembleur.accounts.choices import Role
from ensembleur.accounts.engine.perimeters import Perimeter
from ensembleur.accounts.models import Mandate, User
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.notifying import Telling, notify_many
from ensembleur.journeys.catalogue.subjects import subject_title
from ensembleur.journeys.choices import Clock, InvolvementState, NeedEventKind, NeedOutcome, NeedStatus
from ensembleur.journeys.engine.clocks import NO_NEWS_DAYS, WAITING_CLOCKS, day_ended, taken_strike, waiting_strike
from ensembleur.journeys.models import ClockMark, Involvement, Need, NeedEvent
from ensembleur.journeys.queries.advisers import people_of_companies
from ensembleur.journeys.services import telling
from ensembleur.periods import paris_day

BATCH = 500  # what is locked together: about half a second, with the head of the journal for its end only
BY = "command:run_clocks"
PLACED = ("journey__siren", "journey__opened_by", "journey__commune", "journey__departement", "journey__region")
READ = ("status", "routing", "routed_at", "last_event_at", "subject", *PLACED)
EVENTS = {
    Clock.NUDGE: NeedEventKind.NUDGED,
    Clock.LAST_CHANCE: NeedEventKind.LAST_CHANCE,
    Clock.RELEASE: NeedEventKind.RELEASED,
    Clock.NO_NEWS: NeedEventKind.CLOSED,
}


def strike_needs(*, as_of: datetime, dry_run: bool, by: str = BY) -> dict[str, int]:
    """Strike the clocks of every need that is due; returns clock → how many needs. With dry_run nothing is written."""
    counts = dict.fromkeys(Clock.values, 0)
    officers = [] if dry_run else _officers()
    words = _Words()
    last = 0
    while True:
        with transaction.atomic():
            due = _due(as_of).filter(pk__gt=last).order_by("pk").select_related("journey").only(*READ)
            needs = list((due if dry_run else due.select_for_update(of=("self",)))[:BATCH])
            batch = _Batch(as_of, needs, words)
            if not dry_run and batch.struck:
                batch.write(by, officers)
        for clock, struck in batch.by_clock().items():
            counts[clock] += len(struck)
        if len(needs) < BATCH:
            return counts
        last = needs[-1].pk


def _due(as_of: datetime) -> QuerySet[Need]:
    """The needs a clock may strike, and few others: those too young or already struck are not even read."""
    marks = ClockMark.objects.filter(need=OuterRef("pk"), routing=OuterRef("routing"))
    waiting, later = Q(), []
    for clock, days in reversed(WAITING_CLOCKS):
        later.append(clock)
        waiting |= Q(routed_at__lt=day_ended(as_of, days)) & ~Q(Exists(marks.filter(clock__in=[*later])))
    silent = Q(status=NeedStatus.TAKEN, last_event_at__lt=day_ended(as_of, NO_NEWS_DAYS))
    return Need.objects.filter((Q(status=NeedStatus.WAITING) & waiting) | silent)


def _officers() -> list[tuple[User, Perimeter]]:
    """Every officer with an open account, and where they watch."""
    held: dict[User, list[tuple[str, str]]] = defaultdict(list)
    for mandate in Mandate.objects.live().filter(role=Role.OFFICER, user__is_active=True).select_related("user").order_by("pk"):
        held[mandate.user].append((mandate.perimeter_kind, mandate.perimeter_code))
    return [(user, Perimeter.of(areas)) for user, areas in held.items()]


@dataclass
class _Words:
    """What was already worded: many needs share a subject, a clock and a language."""

    said: dict[tuple[telling.Wording, str, str], tuple[str, str]] = field(default_factory=dict)
    address: str = field(default_factory=telling.address_of_any)

    def of(self, wording: telling.Wording, subject: str, language: str) -> tuple[str, str]:
        """The title and the body, in that language."""
        place = (wording, subject, language)
        if place not in self.said:
            with translation.override(language):
                self.said[place] = wording(subject_title(subject, language))
        return self.said[place]


@dataclass
class _Batch:
    """Needs read and locked together, and the clock that strikes each, read again under the lock."""

    as_of: datetime
    needs: list[Need]
    words: _Words
    struck: dict[int, str] = field(init=False)
    marks: dict[int, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.marks = defaultdict(set)
        routings = {need.pk: need.routing for need in self.needs}
        for need, routing, clock in ClockMark.objects.filter(need__in=routings).values_list("need", "routing", "clock"):
            if routing == routings[need]:
                self.marks[need].add(clock)
        strikes = {need.pk: self._strike(need) for need in self.needs}
        self.struck = {need: clock for need, clock in strikes.items() if clock is not None}

    def _strike(self, need: Need) -> str | None:
        today = paris_day(self.as_of)
        if need.status == NeedStatus.TAKEN:
            return taken_strike(paris_day(need.last_event_at), today)
        return waiting_strike(paris_day(need.routed_at), self.marks[need.pk], today)

    def by_clock(self) -> dict[str, list[int]]:
        """Clock → the needs it strikes."""
        return {clock: [need for need, held in self.struck.items() if held == clock] for clock in Clock.values}

    def write(self, by: str, officers: list[tuple[User, Perimeter]]) -> None:
        """Marks, events, states, notices and one act: all of it or nothing."""
        needs = [need for need in self.needs if need.pk in self.struck]
        asked = Involvement.objects.filter(need__in=self.struck, state=InvolvementState.ASKED).order_by("pk")
        advisers = list(asked.values_list("need", "adviser"))  # before their state changes
        ClockMark.objects.bulk_create(
            ClockMark(need_id=need.pk, routing=need.routing, clock=self.struck[need.pk], at=self.as_of) for need in needs
        )
        with translation.override("fr"):  # the thread is written in the platform's language, whoever runs the command
            note = str(NeedOutcome.NO_NEWS.label)
        NeedEvent.objects.bulk_create(
            NeedEvent(
                need_id=need.pk,
                at=self.as_of,
                kind=EVENTS[Clock(self.struck[need.pk])],
                note=note if self.struck[need.pk] == Clock.NO_NEWS else "",
            )
            for need in needs
        )
        struck = self.by_clock()
        self._close(struck[Clock.RELEASE], NeedOutcome.UNANSWERED)
        self._close(struck[Clock.NO_NEWS], NeedOutcome.NO_NEWS)
        companies = self._of_companies(needs)
        people = _people({adviser for _need, adviser in advisers}.union(*companies.values()))
        tellings = [*self._advisers(advisers, people), *self._companies(companies, {need for need, _adviser in advisers}, people)]
        notify_many(tellings=[*tellings, *self._officers(needs, officers)], now=self.as_of)
        done = {clock: needs for clock, needs in struck.items() if needs}
        record_act(by=by, verb="run_clocks", thing=f"journeys.clocks:{self.as_of:%Y-%m-%dT%H:%M%z}", now=self.as_of, after=done)

    def _close(self, needs: list[int], outcome: NeedOutcome) -> None:
        """End the involvements of these needs, then the needs, in the honest word."""
        if not needs:
            return
        live = Involvement.objects.filter(need__in=needs)
        live.filter(state=InvolvementState.ASKED).update(state=InvolvementState.RELEASED, ended_at=self.as_of)
        live.filter(state=InvolvementState.TAKEN).update(
            state=InvolvementState.CLOSED, ended_at=self.as_of, outcome=NeedOutcome.NO_NEWS
        )
        Need.objects.filter(pk__in=needs).update(
            status=NeedStatus.CLOSED,
            outcome=outcome,
            closed_at=self.as_of,
            first_closed_at=Coalesce("first_closed_at", Value(self.as_of)),
            to_reroute=outcome == NeedOutcome.UNANSWERED,
        )

    # -- who is told what: nobody about « sans nouvelles » ---------------------------------------------------------------
    def _advisers(self, asked: list[tuple[int, int]], people: dict[int, User]) -> Iterator[Telling]:
        wordings = {Clock.NUDGE: telling.nudged, Clock.LAST_CHANCE: telling.last_call, Clock.RELEASE: telling.released_adviser}
        needs = {need.pk: need for need in self.needs}
        for need, adviser in asked:
            clock = Clock(self.struck[need])
            kind = "need_released" if clock == Clock.RELEASE else "need_nudge"
            yield self._telling(needs[need], people[adviser], kind, wordings[clock])

    def _of_companies(self, needs: Iterable[Need]) -> dict[Need, set[int]]:
        """The needs whose company is told something → who reads it there."""
        told = [need for need in needs if self._company_is_told(need)]
        sides = people_of_companies([need.journey.siren for need in told])
        people: dict[Need, set[int]] = {}
        for need in told:
            roles = sides.get(need.journey.siren, [])
            known = {Role.DIRECTOR} & {role for _user, role in roles}
            people[need] = {user for user, _role in roles} | (set() if known else {need.journey.opened_by_id})
        return people

    def _companies(self, told: dict[Need, set[int]], reached: set[int], people: dict[int, User]) -> Iterator[Telling]:
        """reached : the needs somebody is asked about."""
        for need, readers in told.items():
            is_over = self.struck[need.pk] == Clock.RELEASE
            waits = telling.not_taken_yet if need.pk in reached else telling.nobody_asked_yet
            words = telling.unanswered if is_over else waits
            for user in sorted(readers):
                yield self._telling(need, people[user], "need_released" if is_over else "need_waiting", words)

    def _company_is_told(self, need: Need) -> bool:
        """Once that nobody has taken its question, at the first reminder made; then how it ended, but for « sans nouvelles »."""
        clock = self.struck[need.pk]
        return clock in (Clock.NUDGE, Clock.RELEASE) or (clock == Clock.LAST_CHANCE and Clock.NUDGE not in self.marks[need.pk])

    def _officers(self, needs: Iterable[Need], officers: list[tuple[User, Perimeter]]) -> Iterator[Telling]:
        """One notice a day to each officer concerned, however many needs were released."""
        places = {
            (need.journey.commune, need.journey.departement, need.journey.region)
            for need in needs
            if self.struck[need.pk] == Clock.RELEASE
        }
        for officer, perimeter in officers:
            if any(perimeter.covers(commune=commune, departement=dep, region=region) for commune, dep, region in places):
                with translation.override(officer.language):
                    title, body = telling.released_officer()
                key = f"needs_released:{paris_day(self.as_of)}:user:{officer.pk}"
                yield Telling(officer, "need_released", key, title, body, telling.address_of_queue())

    def _telling(self, need: Need, person: User, kind: str, wording: telling.Wording) -> Telling:
        title, body = self.words.of(wording, need.subject, person.language)
        key = f"need:{need.pk}:{self.struck[need.pk]}:{need.routing}:user:{person.pk}"
        return Telling(person, kind, key, title, body, self.words.address.format(need=need.pk))


def _people(keys: set[int]) -> dict[int, User]:
    """What telling somebody asks of them, and nothing else."""
    return User.objects.only("language", "is_active").in_bulk(keys)

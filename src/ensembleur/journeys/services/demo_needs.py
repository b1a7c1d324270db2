"""The fictional requests of the demonstration, at every state and age, played in the order of time through the services."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.accounts.services.demo import populate_advisers
from ensembleur.journeys.catalogue.loader import read_plain
from ensembleur.journeys.choices import DeclineReason, InvolvementState, NeedStatus
from ensembleur.journeys.engine.filters import CompanyFilter, condition_of
from ensembleur.journeys.models import Involvement, Journey, Need
from ensembleur.journeys.services.advisers import set_absence, set_organisation_filter, set_subjects
from ensembleur.journeys.services.advising import close_need, decline_need, report_misrouted, take_need
from ensembleur.journeys.services.asking import add_message, open_need, reopen_need, reroute_need, withdraw_need
from ensembleur.journeys.services.misrouting import report_wrong_adviser
from ensembleur.journeys.services.need_clocks import strike_needs
from ensembleur.periods import PARIS, paris_day

SCRIPT = Path(__file__).resolve().parent.parent / "catalogue" / "demo-needs.yaml"
BY = "command:demo"
LOCAL = "95"  # the département of the demonstration's adviser
INDUSTRY = tuple(f"{division:02d}" for division in range(10, 34))
Step = tuple[float, Callable[[datetime], object]]  # days after the request, what is done then


@cache
def script() -> Mapping[str, Any]:
    """The demonstration's script."""
    return read_plain(SCRIPT)  # type: ignore[no-any-return]


@dataclass
class Play:
    """One request and the people around it."""

    request: Mapping[str, Any]
    journey: Journey
    company: User
    officer: User
    favourite: User
    chance: random.Random
    need: Need = field(init=False)

    def open(self, at: datetime) -> None:
        """The company asks."""
        asked = open_need(
            journey=self.journey, subject=self.request["subject"], words=self.request["words"], by=self.company, now=at
        )
        self.need = asked.need

    def asked(self) -> list[Involvement]:
        """Those who may still take it, the demonstration's own adviser first."""
        held = self.need.involvements.filter(state=InvolvementState.ASKED).select_related("adviser", "need__journey")
        return sorted(held, key=lambda one: (one.adviser_id != self.favourite.pk, one.pk))

    def held(self) -> Involvement | None:
        """The one who holds it; nobody does when nobody could be asked."""
        return self.need.involvements.select_related("adviser", "need__journey").filter(state=InvolvementState.TAKEN).first()

    def fresh(self) -> Need:
        """The need as it is now."""
        self.need = Need.objects.select_related("journey", "created_by").get(pk=self.need.pk)
        return self.need

    def take(self, at: datetime) -> None:
        """The first who can takes it; nothing when nobody was asked."""
        for one in self.asked()[:1]:
            take_need(involvement=one, by=one.adviser, now=at)

    def adviser_writes(self, at: datetime) -> None:
        """The adviser who holds it writes."""
        if held := self.held():
            add_message(need=self.fresh(), body=script()["adviser_message"], by=held.adviser, now=at)

    def company_writes(self, at: datetime) -> None:
        """The company answers."""
        add_message(need=self.fresh(), body=script()["company_message"], by=self.company, now=at)

    def close(self, outcome: str) -> Callable[[datetime], object]:
        """The adviser closes honestly."""
        note = script().get(outcome, "")

        def act(at: datetime) -> object:
            held = self.held()
            return held and close_need(involvement=held, outcome=outcome, note=note, by=held.adviser, now=at)

        return act

    def decline(self, at: datetime) -> None:
        """Everybody asked declines, one after the other, the reserve included."""
        for _round in range(6):
            asked = self.asked()
            if not asked:
                return
            reason = self.chance.choice(list(DeclineReason))
            decline_need(involvement=asked[0], by=asked[0].adviser, now=at, reason=str(reason.label))

    def misroute(self, at: datetime) -> None:
        """An adviser says it came to the wrong person."""
        for one in self.asked()[:1]:
            report_misrouted(involvement=one, by=one.adviser, now=at, note=script()["wrong"])

    def wrong(self, at: datetime) -> None:
        """The company says so."""
        report_wrong_adviser(need=self.fresh(), by=self.company, now=at)

    def reroute(self, at: datetime) -> None:
        """The officer sends it elsewhere."""
        reroute_need(need=self.fresh(), subject="automation", by=self.officer, now=at, note=script()["officer_note"])

    def reopen(self, at: datetime) -> None:
        """The company opens it again."""
        if self.fresh().status == NeedStatus.CLOSED:
            reopen_need(need=self.need, by=self.company, now=at, words=script()["company_message"])

    def withdraw(self, at: datetime) -> None:
        """The company takes it back."""
        withdraw_need(need=self.fresh(), by=self.company, now=at)

    def complete(self, at: datetime) -> None:
        """The company asks the same again: it is attached."""
        words = script()["more_words"]
        open_need(journey=self.journey, subject=self.request["subject"], words=words, by=self.company, now=at)


def _steps(play: Play) -> list[Step]:
    """What happens in this plot, and when."""
    age = play.request["age"]
    quick = play.chance.choice((0.4, 1.2, 2.3, 3.6, 4.5, 6.5))
    taken: list[Step] = [(min(quick, age * 0.4), play.take), (min(quick + 0.3, age * 0.5), play.adviser_writes)]
    plots: dict[str, list[Step]] = {
        "waiting": [],
        "taken": [*taken, (age * 0.6, play.company_writes), (age * 0.8, play.adviser_writes)],
        "answered": [*taken, (age * 0.7, play.company_writes)],
        "silent": taken,
        "withdrawn": [(2.0, play.withdraw)],
        "declined": [(1.5, play.decline)],
        "misrouted": [(1.0, play.misroute)],
        "misrouted_by_company": [*taken, (age * 0.7, play.wrong)],
        "rerouted": [(1.0, play.misroute), (2.0, play.reroute), (3.0, play.take), (3.5, play.adviser_writes)],
        "reopened": [*taken, (14.0, play.close("not_reached")), (age - 3.0, play.reopen)],
        "completed": [(2.0, play.complete)],
    }
    if outcome := play.request["plot"].partition("closed_")[2]:
        return [*taken, (age * 0.6, play.company_writes), (age * 0.8, play.close(outcome))]
    return plots[play.request["plot"]]


def populate_needs(*, seed: int, now: datetime, people: Mapping[Role, User]) -> int:
    """Send the fictional requests and let time pass over them; does nothing when there are some. Returns how many there are."""
    held = Need.objects.filter(journey__is_fictional=True).count()
    if held or not Journey.objects.filter(is_fictional=True).exists():
        return held
    chance = random.Random(seed)
    with transaction.atomic():
        _advisers(seed, now, people)
        plays = list(_plays(people, chance))
        moments: list[tuple[datetime, int, Callable[[datetime], object]]] = []
        for play in plays:
            start = now - timedelta(days=play.request["age"], minutes=chance.randint(5, 300))
            steps = [(0.0, play.open), *_steps(play)]
            moments += [(start + timedelta(days=day), 0, act) for day, act in steps]
        oldest = min(at for at, _rank, _act in moments)
        days = range(0, (now - oldest).days + 1, 2)
        moments += [(now - timedelta(days=age), 1, _let_time_pass) for age in days]
        for at, _rank, act in sorted(moments, key=lambda moment: moment[:2]):
            act(min(now, _in_working_hours(at)))
    return Need.objects.filter(journey__is_fictional=True).count()


def _in_working_hours(at: datetime) -> datetime:
    """The same day in Paris, the twenty-four hours folded between 8 and 18 in their order."""
    there = at.astimezone(PARIS)
    minutes = (there.hour * 60 + there.minute) * 10 // 24
    return there.replace(hour=8 + minutes // 60, minute=minutes % 60, second=there.second, microsecond=0)


def _let_time_pass(at: datetime) -> None:
    strike_needs(as_of=at, dry_run=False, by=BY)


def _plays(people: Mapping[Role, User], chance: random.Random) -> Iterator[Play]:
    """Each request with a company of its place; one company asks about several subjects when there are few."""
    journeys = list(Journey.objects.filter(is_fictional=True, closed_at__isnull=True).select_related("opened_by").order_by("pk"))
    showcase = [one for one in journeys if one.opened_by_id == people[Role.DIRECTOR].pk]
    others = [one for one in journeys if one.siret and one not in showcase]
    rooms = {
        "showcase": showcase,
        "local": [one for one in others if one.departement == LOCAL],
        "elsewhere": [one for one in others if one.departement != LOCAL],
        "project": [one for one in journeys if not one.siret],
    }
    turns = dict.fromkeys(rooms, 0)
    for room in rooms.values():
        chance.shuffle(room)
    for request in script()["requests"]:
        place = request["place"]
        room = rooms[place] or others or journeys
        journey = room[turns[place] % len(room)]
        turns[place] += 1
        yield Play(request, journey, journey.opened_by, people[Role.OFFICER], people[Role.ADVISER], chance)


def _advisers(seed: int, now: datetime, people: Mapping[Role, User]) -> None:
    """The advisers of several bodies, their subjects, one who is away, and one body that answers industry only."""
    known = {"adviser": people[Role.ADVISER], **populate_advisers(seed=seed, now=now)}
    for key, subjects in script()["advisers"].items():
        set_subjects(adviser=known[key], subjects=subjects, by=known[key], now=now)
    today = paris_day(now)
    away = known["etat"]
    if not away.absences.exists():
        set_absence(adviser=away, starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=12), by=away, now=now)
    body = known["centre"].mandates.live().exclude(organisation=None).get().organisation
    condition = condition_of(CompanyFilter(headcount_min=3, naf_in=INDUSTRY))
    set_organisation_filter(organisation=body, subject="", condition=condition, by=people[Role.OFFICER], now=now)

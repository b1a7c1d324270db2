"""The fictional companies of the demonstration enter programmes of support, at every stage."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.catalogue.programmes import programme
from ensembleur.journeys.models import Enrolment, Journey
from ensembleur.journeys.services.enrolling import answer_option, enrol, leave, offer_option, reach_stage
from ensembleur.periods import paris_day

FRAME = "accompagnement-500"
COMPANIES = 36
OTHERS = {"accelerateur-pme": 6, "accelerateur-start-up": 4}
REASONS = ("Projet reporté par l'entreprise (fictif)", "L'entreprise a changé de priorités (fictif)")
TAKEN = {"collective": 0.25, "individual": 0.6}  # invented: the former plan says its collective actions met little success


@transaction.atomic
def populate_programmes(*, seed: int, now: datetime, people: Mapping[Role, User]) -> int:
    """Enrol some fictional journeys; does nothing when some are. Returns how many enrolments there are."""
    held = Enrolment.objects.filter(journey__is_fictional=True).count()
    if held:
        return held
    chance, officer = random.Random(seed), people[Role.OFFICER]
    journeys = list(Journey.objects.filter(is_fictional=True).exclude(siret="").order_by("opened_at", "pk"))
    # The longest on the way first: they have most to show.
    for place, journey in enumerate(journeys[:COMPANIES]):
        start = paris_day(journey.opened_at) + timedelta(days=chance.randint(0, 2))
        one = enrol(journey=journey, programme_id=FRAME, by=officer, now=now, enrolled_on=min(start, paris_day(now)))
        _support(one, place, officer, now, chance)
    rest = iter(journeys[COMPANIES:] or journeys)
    for identifier, count in OTHERS.items():
        for journey, _time in zip(rest, range(count), strict=False):
            enrol(journey=journey, programme_id=identifier, by=officer, now=now, enrolled_on=paris_day(journey.opened_at))
    return Enrolment.objects.filter(journey__is_fictional=True).count()


def _support(one: Enrolment, place: int, officer: User, now: datetime, chance: random.Random) -> None:
    """The support that no record of ours shows, the options offered, and a few that leave."""
    today = paris_day(now)
    if chance.random() < 0.7:
        day = _later(one.enrolled_on, chance.randint(10, 120), today)
        reach_stage(enrolment=one, stage="support", by=officer, now=now, reached_on=day)
    frame = programme(FRAME)
    for option in frame.options if frame else ():
        if chance.random() < 0.45:
            continue
        offered = _later(one.enrolled_on, chance.randint(3, 30), today)
        take = offer_option(enrolment=one, option=option.id, by=officer, now=now, offered_on=offered)
        drawn = chance.random()
        if drawn > 0.85:
            continue  # no answer, and it shows
        is_taken = drawn / 0.85 < TAKEN[option.kind]
        day = _later(offered, chance.randint(1, 25), today)
        answer_option(take=take, by=officer, now=now, is_taken=is_taken, answered_on=day)
    if place % 12 == 11:
        _leave(one, officer, now, chance)


def _leave(one: Enrolment, officer: User, now: datetime, chance: random.Random) -> None:
    leave(enrolment=one, by=officer, now=now, left_on=paris_day(now), reason=chance.choice(REASONS))


def _later(start: date, days: int, today: date) -> date:
    return min(today, start + timedelta(days=days))

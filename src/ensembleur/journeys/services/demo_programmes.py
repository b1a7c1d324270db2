"""The fictional companies of the demonstration enter programmes of support, at every stage."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import Mandate, User
from ensembleur.errors import EnsembleurError
from ensembleur.journeys.catalogue.programmes import programme
from ensembleur.journeys.choices import Outcome
from ensembleur.journeys.models import Application, Enrolment, Journey
from ensembleur.journeys.services.applying import describe_project, draft_application, file_application
from ensembleur.journeys.services.enrolling import answer_option, enrol, leave, offer_option, reach_stage
from ensembleur.journeys.services.instructing import agree, decide_application, mark_complete, refuse
from ensembleur.periods import paris_day

FRAME = "accompagnement-500"
COMPANIES = 36
OTHERS = {"accelerateur-pme": 6, "accelerateur-start-up": 4}
FUND = "fonds-idf-reindustrialisation"
PROJECT = "Ouvrir une première usine en Île-de-France (projet fictif)."
ROUND_EUR, SHARE_EUR = Decimal(10_000_000), Decimal(3_000_000)
# How long ago each file was handed in, and the acts that followed, a fortnight apart.
ROADS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (140, ()),
    (12, ()),
    (35, ("complete",)),
    (60, ("complete", "accept")),
    (90, ("complete", "accept", "agree")),
    (75, ("complete", "reject", "refuse")),
)
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
    _knock(journeys, officer, now)
    return Enrolment.objects.filter(journey__is_fictional=True).count()


def _knock(journeys: list[Journey], officer: User, now: datetime) -> None:
    """A few companies ask the funds that take shares: no other part of the demonstration does, and officers follow them."""
    free = list(reversed(journeys))
    for age, acts in ROADS:
        start = now - timedelta(days=age)
        for journey in [one for one in free if one.opened_at <= start]:
            director = _director(journey)
            if director is not None and _ask(journey, director, officer, start, acts, now):
                free.remove(journey)
                break


def _director(journey: Journey) -> User | None:
    mandates = Mandate.objects.live().filter(role=Role.DIRECTOR, perimeter_kind=PerimeterKind.COMPANY)
    held = mandates.filter(perimeter_code=journey.siren).select_related("user").first()
    return held.user if held else None


def _ask(journey: Journey, director: User, officer: User, start: datetime, acts: tuple[str, ...], now: datetime) -> bool:
    """Whether the file could be led through these acts, a fortnight apart; refused by a rule, it is not made."""
    try:
        with transaction.atomic():
            file = draft_application(journey=journey, scheme=FUND, by=director, now=start)
            file = describe_project(
                application=file, by=director, now=start, project=PROJECT, project_cost_eur=ROUND_EUR, project_started=False
            )
            file = file_application(application=file, by=director, now=start)
            for number, act in enumerate(acts, 1):
                file = _play(file, act, officer, min(now, start + timedelta(days=14 * number)))
    except EnsembleurError:
        return False
    return True


def _play(file: Application, act: str, officer: User, at: datetime) -> Application:
    day = paris_day(at)
    if act == "complete":
        return mark_complete(application=file, by=officer, now=at)
    if act == "agree":
        return agree(application=file, by=officer, now=at, agreed_on=day)
    if act == "refuse":
        return refuse(application=file, by=officer, now=at, note="Tour de table incomplet (motif fictif).")
    is_yes = act == "accept"
    return decide_application(
        application=file,
        by=officer,
        now=at,
        outcome=Outcome.FAVOURABLE if is_yes else Outcome.UNFAVOURABLE,
        decided_on=day,
        granted_eur=SHARE_EUR if is_yes else None,
    )


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

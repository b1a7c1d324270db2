"""The fictional journeys of the demonstration, at every stage, with dates relative to the day they are made."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import Mandate, User
from ensembleur.accounts.services.mandates import open_mandate
from ensembleur.journeys.catalogue.loader import questionnaire, read_plain
from ensembleur.journeys.choices import ActionStatus, AnswerKind
from ensembleur.journeys.engine.diagnosis import AXES
from ensembleur.journeys.models import AxisStake, Diagnosis, Journey, StatementAnswer
from ensembleur.journeys.queries.funding import open_axes, verdicts_of
from ensembleur.journeys.services.demo_files import ROADS, run_file
from ensembleur.journeys.services.demo_reviews import clear_reviews
from ensembleur.journeys.services.diagnosing import finish_diagnosis, start_diagnosis
from ensembleur.journeys.services.opening import open_journey
from ensembleur.journeys.services.planning import build_plan, update_action
from ensembleur.periods import paris_day
from ensembleur.territory.queries.register import register_frame

BY = "command:demo"
SCRIPT = Path(__file__).resolve().parent.parent / "catalogue" / "demo-journeys.yaml"
SAME_SECTOR = 14  # enough companies of the showcase's activity for its comparison to be shown


@dataclass(frozen=True)
class Cast:
    """Who plays: the adviser, the officer, and the words they say."""

    adviser: User
    officer: User
    words: Mapping[str, Any]
    chance: random.Random
    now: datetime


@cache
def script() -> Mapping[str, Any]:
    """The demonstration's script."""
    return read_plain(SCRIPT)  # type: ignore[no-any-return]


def populate_journeys(
    *, seed: int, now: datetime, people: Mapping[Role, User], showcase_siret: str, on_rows: Callable[[int], None] | None = None
) -> int:
    """Open the fictional journeys; does nothing when there are some. Returns how many there are.

    on_rows : called with 1 after each journey.
    """
    held = Journey.objects.filter(is_fictional=True).count()
    if held:
        return held
    cast = Cast(people[Role.ADVISER], people[Role.OFFICER], script(), random.Random(seed), now)
    count = 0
    with transaction.atomic():
        _showcase(showcase_siret, people, cast)
        stages = [stage for stage, times in cast.words["stages"].items() for _time in range(times)]
        cast.chance.shuffle(stages)
        for number, (siret, stage) in enumerate(
            zip(_companies(len(stages), showcase_siret, cast.chance), stages, strict=True), 1
        ):
            director = director_for(number, siret, cast)
            _journey(siret, stage, director, cast)
            count += 1
            if on_rows:
                on_rows(1)
        for project in cast.words["projects"]:
            opener = _person(900 + count, cast)
            journey = open_journey(project_title=project["title"], departement=project["departement"], by=opener, now=now)
            Journey.objects.filter(pk=journey.pk).update(is_fictional=True)
            count += 1
    return count + 1


def clear_journeys() -> int:
    """Remove every fictional journey with all that hangs from it, and their files; returns how many there were."""
    journeys = Journey.objects.filter(is_fictional=True)
    count = journeys.count()
    for journey in journeys.prefetch_related("documents"):
        for document in journey.documents.all():
            document.path.delete(save=False)
    with transaction.atomic():
        clear_reviews()
        journeys.delete()
    return count


def _companies(count: int, showcase: str, chance: random.Random) -> list[str]:
    """SIRETs of fictional head offices of 3 to 249 people; one company once; some of the showcase's activity."""
    import polars as pl  # a demonstration that stands is served without loading the tools of whole tables

    frame = register_frame().filter(
        pl.col("is_fictional") & pl.col("headcount_lo").is_between(3, 249) & (pl.col("siret") != showcase)
    )
    frame = frame.unique(subset="siren", keep="first", maintain_order=True).sort("siret")
    near = frame.filter(pl.col("naf").str.starts_with("25"))["siret"].to_list()
    chosen = chance.sample(near, min(SAME_SECTOR, len(near), count))
    rest = frame.filter(~pl.col("siret").is_in(chosen))["siret"].to_list()
    chosen += chance.sample(rest, min(count - len(chosen), len(rest)))
    chance.shuffle(chosen)
    return chosen


def _person(number: int, cast: Cast) -> User:
    name = f"{cast.chance.choice(cast.words['first_names'])} {cast.chance.choice(cast.words['last_names'])} (personne fictive)"
    email = f"dirigeant{number}@demo.example"
    held = User.objects.filter(email=email).first()
    return held or User.objects.create_user(email, full_name=name, is_fictional=True, created_at=cast.now)


def director_for(number: int, siret: str, cast: Cast) -> User:
    """The fictional director of this number, at the head of this company and of no other."""
    person = _person(number, cast)
    Mandate.objects.live().filter(user=person).exclude(perimeter_code=siret[:9]).update(ended_at=cast.now)
    open_mandate(
        user=person, role=Role.DIRECTOR, perimeter_kind=PerimeterKind.COMPANY, perimeter_code=siret[:9], by=BY, now=cast.now
    )
    return person


def _journey(siret: str, stage: str, director: User, cast: Cast) -> None:
    """One journey led up to its stage; the further it is, the older."""
    age = timedelta(days=cast.chance.randint(20, 60) + 40 * len(ROADS.get(stage, ())))
    start = cast.now - age
    journey = open_journey(siret=siret, by=director, now=start)
    if stage == "opened":
        return
    maturity = cast.chance.uniform(0.8, 3.4)
    diagnosis = start_diagnosis(journey=journey, by=director, now=start)
    share = cast.chance.uniform(0.3, 0.8) if stage == "answering" else cast.chance.uniform(0.85, 1.0)
    _answer(diagnosis, maturity, share, (director,), start, cast)
    if stage == "answering":
        return
    _finish(diagnosis, director, start + timedelta(days=3), cast)
    if stage in ROADS:
        run_file(
            journey=journey,
            stage=stage,
            director=director,
            officer=cast.officer,
            words=cast.words,
            chance=cast.chance,
            start=start + timedelta(days=10),
            now=cast.now,
        )


def _showcase(siret: str, people: Mapping[Role, User], cast: Cast) -> None:
    """The company one enters with a click: two diagnoses a year apart, a plan under way, a file handed in and one in preparation."""
    director, contributor = people[Role.DIRECTOR], people[Role.CONTRIBUTOR]
    start = cast.now - timedelta(days=400)
    journey = open_journey(siret=siret, by=director, now=start)
    for age, maturity in ((398, 1.6), (24, 2.3)):
        day = cast.now - timedelta(days=age)
        diagnosis = start_diagnosis(journey=journey, by=director, now=day)
        _answer(diagnosis, maturity, 0.97, (director, contributor), day, cast)
        _finish(diagnosis, director, day + timedelta(days=2), cast)
    for stage, age in (("filed", 15), ("draft", 6)):
        run_file(
            journey=journey,
            stage=stage,
            director=director,
            officer=cast.officer,
            words=cast.words,
            chance=cast.chance,
            start=cast.now - timedelta(days=age),
            now=cast.now,
            adviser=cast.adviser,
        )


def _answer(diagnosis: Diagnosis, maturity: float, share: float, people: tuple[User, ...], at: datetime, cast: Cast) -> None:
    """Draw answers around a maturity; written in one go, as the services would have written them one by one."""
    rows = []
    leaning = {axis: cast.chance.uniform(-0.8, 0.8) for axis in AXES}
    for statement in questionnaire().statements:
        if cast.chance.random() > share:
            continue
        drawn = cast.chance.random()
        kind = AnswerKind.NOT_APPLICABLE if drawn < 0.03 else AnswerKind.UNKNOWN if drawn < 0.08 else AnswerKind.LEVEL
        level = min(5, max(0, round(cast.chance.gauss(maturity + leaning[statement.axis], 0.9))))
        who = cast.chance.choice(people)
        rows.append(
            StatementAnswer(
                diagnosis=diagnosis,
                statement=statement.id,
                kind=kind,
                level=level if kind == AnswerKind.LEVEL else None,
                by=who,
                at=at + timedelta(minutes=len(rows)),
            )
        )
    StatementAnswer.objects.bulk_create(rows)
    AxisStake.objects.bulk_create(
        AxisStake(diagnosis=diagnosis, axis=axis, value=cast.chance.choice((1, 2, 2, 3)), by=people[0], at=at) for axis in AXES
    )


def _finish(diagnosis: Diagnosis, director: User, at: datetime, cast: Cast) -> None:
    """Finish the diagnosis, draw the plan, begin its first two actions."""
    done = finish_diagnosis(diagnosis=diagnosis, by=director, now=at)
    opened = open_axes(verdicts_of(done.journey, as_of=paris_day(at), user=director))
    plan = build_plan(diagnosis=done, by=director, now=at, starts_on=paris_day(at), open_axes=opened)
    for action, status in zip(plan.actions.all()[:2], (ActionStatus.RUNNING, ActionStatus.PLANNED), strict=False):
        update_action(
            action=action,
            by=director,
            now=at,
            owner="Responsable d'atelier (fictif)",
            cost_eur=None,
            starts_on=action.starts_on,
            ends_on=action.ends_on,
            status=status,
        )

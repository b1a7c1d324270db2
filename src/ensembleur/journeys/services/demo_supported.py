"""The fictional companies that the schemes of the current strategy have supported already, over the last fourteen months."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.models import Contact, Journey
from ensembleur.journeys.services.demo import Cast, director_for, script
from ensembleur.journeys.services.demo_files import run_file
from ensembleur.journeys.services.opening import open_journey
from ensembleur.territory.queries.register import register_frame

FIRST = 2_000  # the number of the first of their directors
OLDEST, LATEST = 420, 40  # days since their path began
FOR_THE_SMALLEST = "tp-up"  # fewer than ten people


def count_supported() -> int:
    """How many files the script asks for."""
    return sum(sum(stages.values()) for stages in script()["supported"].values())


def populate_supported(
    *, seed: int, now: datetime, people: Mapping[Role, User], on_rows: Callable[[int], None] | None = None
) -> int:
    """Lead one file of each of these companies to its stage, through the services; does nothing when there are some.

    on_rows : called with 1 after each file. Returns how many companies there are; fewer than asked when the region is small.
    """
    held = Journey.objects.filter(opened_by__email__regex=rf"^dirigeant{FIRST // 1000}\d\d\d@")
    if count := held.count():
        return count
    cast = Cast(people[Role.ADVISER], people[Role.OFFICER], script(), random.Random(seed + 2), now)
    small, larger = _companies(cast.chance)
    with transaction.atomic():
        for number, (scheme, stage) in enumerate(_asked(cast), FIRST):
            siret = next(small if scheme == FOR_THE_SMALLEST else larger, None)
            if siret is not None:
                _supported(number, siret, scheme, stage, cast)
            if on_rows:
                on_rows(1)
    return held.count()


def _asked(cast: Cast) -> list[tuple[str, str]]:
    asked = [
        (scheme, stage)
        for scheme, stages in cast.words["supported"].items()
        for stage, times in stages.items()
        for _time in range(times)
    ]
    cast.chance.shuffle(asked)
    return asked


def _companies(chance: random.Random) -> tuple[Iterator[str], Iterator[str]]:
    """SIRETs of fictional head offices that nobody follows or called: of 3 to 9 people, then of 10 to 249."""
    import polars as pl  # a demonstration that stands is served without loading the tools of whole tables

    known = set(Journey.objects.values_list("siren", flat=True)) | set(Contact.objects.values_list("siren", flat=True))
    frame = register_frame().filter(pl.col("is_fictional") & ~pl.col("siren").is_in(list(known)))
    frame = frame.unique(subset="siren", keep="first", maintain_order=True).sort("siret")
    found = []
    for least, most in ((3, 9), (10, 249)):
        sirets = frame.filter((pl.col("headcount_lo") >= least) & (pl.col("headcount_hi") <= most))["siret"].to_list()
        chance.shuffle(sirets)
        found.append(iter(sirets))
    return found[0], found[1]


def _supported(number: int, siret: str, scheme: str, stage: str, cast: Cast) -> None:
    start = cast.now - timedelta(days=cast.chance.randint(LATEST, OLDEST))
    director = director_for(number, siret, cast)
    run_file(
        journey=open_journey(siret=siret, by=director, now=start),
        stage=stage,
        director=director,
        officer=cast.officer,
        words=cast.words,
        chance=cast.chance,
        start=start + timedelta(days=5),
        now=cast.now,
        only=scheme,
    )

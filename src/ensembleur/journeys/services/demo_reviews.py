"""The fictional baselines, reviews and opinions of the demonstration, played week by week through the services and the clocks."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.catalogue.loader import read_plain
from ensembleur.journeys.choices import DiagnosisStatus, Indicator, InvolvementState, NeedOutcome, Result
from ensembleur.journeys.engine.reviews import EARLY_DAYS
from ensembleur.journeys.models import Baseline, Figure, Journey, Review, Survey
from ensembleur.journeys.services.advising import close_need, take_need
from ensembleur.journeys.services.asking import open_need
from ensembleur.journeys.services.review_clocks import strike_reviews, strike_surveys
from ensembleur.journeys.services.reviewing import Proof, Told, hold_review, take_baseline
from ensembleur.journeys.services.surveying import answer_survey
from ensembleur.periods import paris_day
from ensembleur.schemes.choices import EvidenceWord

SCRIPT = Path(__file__).resolve().parent.parent / "catalogue" / "demo-reviews.yaml"
PROOF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% document fictif\n%%EOF\n"
LONGEST = timedelta(days=400)
WEEK = timedelta(days=7)
PAST_DAYS = 75  # a journey opened earlier has had the time to ask, to be helped and to be asked what it thinks
BEGUN, HELD, ANSWERED = 0.75, 0.7, 0.62  # shares of companies, of reviews and of opinions that do what they are asked


@cache
def script() -> Mapping[str, Any]:
    """What these people write."""
    return read_plain(SCRIPT)  # type: ignore[no-any-return]


def populate_reviews(*, seed: int, now: datetime, people: Mapping[Role, User]) -> int:
    """Play a year of reviews and opinions on the fictional journeys; does nothing when there are some. Returns how many there are."""
    fictional = Q(journey__is_fictional=True)
    count = Baseline.objects.filter(fictional).count()
    if count:
        return count
    chance = random.Random(seed)
    with transaction.atomic():
        _past_needs(now, people[Role.DIRECTOR], chance)
        sizes = _baselines(chance, people[Role.DIRECTOR])
        moment = now - LONGEST
        while moment <= now:
            strike_reviews(as_of=moment, dry_run=False)
            strike_surveys(as_of=moment, dry_run=False)
            _hold(moment, now, sizes, chance)
            _answer(moment, now, chance)
            moment += WEEK if now - moment > 4 * WEEK else timedelta(days=2)
        strike_reviews(as_of=now, dry_run=False)
        strike_surveys(as_of=now, dry_run=False)
    return Baseline.objects.filter(fictional).count()


def clear_reviews() -> None:
    """Remove the figures, reviews and baselines of fictional journeys: they hold documents and diagnoses that would not go."""
    Figure.objects.filter(Q(baseline__journey__is_fictional=True) | Q(review__journey__is_fictional=True)).delete()
    Review.objects.filter(journey__is_fictional=True).delete()
    Baseline.objects.filter(journey__is_fictional=True).delete()


def _past_needs(now: datetime, showcase: User, chance: random.Random) -> None:
    """Requests of the past months, closed by whoever was asked first: what opinions are about."""
    old = Journey.objects.live().filter(is_fictional=True, opened_at__lt=now - timedelta(days=PAST_DAYS)).exclude(siret="")
    for journey in old.exclude(opened_by=showcase).order_by("pk").select_related("opened_by"):
        asked_at = journey.opened_at + timedelta(days=chance.randint(6, 20))
        request = chance.choice(script()["requests"])
        outcome = chance.choices((NeedOutcome.HELPED, NeedOutcome.NOT_HELPED, NeedOutcome.NO_NEWS), (7, 2, 2))[0]
        need = open_need(journey=journey, by=journey.opened_by, now=asked_at, **request).need
        involvement = need.involvements.filter(state=InvolvementState.ASKED).select_related("adviser", "need__journey").first()
        if involvement is None:
            continue
        take_need(involvement=involvement, by=involvement.adviser, now=asked_at + timedelta(days=chance.randint(1, 6)))
        held = need.involvements.select_related("adviser", "need__journey").get(pk=involvement.pk)
        closed_at = asked_at + timedelta(days=chance.randint(8, 30))
        close_need(involvement=held, outcome=outcome, note=script()["note"], by=held.adviser, now=closed_at)


def _baselines(chance: random.Random, showcase: User) -> dict[int, int]:
    """A baseline for most companies, three days after their first diagnosis; returns each journey's drawn headcount."""
    sizes = {}
    journeys = Journey.objects.live().filter(is_fictional=True).order_by("pk").select_related("opened_by")
    for journey in journeys:
        first = journey.diagnoses.filter(status=DiagnosisStatus.FINISHED).order_by("finished_at").first()
        drawn, size = chance.random(), chance.randint(8, 120)
        if first is None or first.finished_at is None or (drawn > BEGUN and journey.opened_by_id != showcase.pk):
            continue
        sizes[journey.pk] = size
        at = first.finished_at + timedelta(hours=2)
        figures = _figures(size, paris_day(at), at_start=True)
        take_baseline(journey=journey, figures=figures, by=journey.opened_by, now=at, taken_on=paris_day(at))
    return sizes


def _figures(size: int, on: date, *, at_start: bool = False) -> list[Told]:
    """Invented figures of a company of that size; the turnover comes with a fictional paper."""

    def told(indicator: Indicator, value: int) -> Told:
        return Told(indicator.value, EvidenceWord.DECLARED.value, Decimal(value), on)

    proof = Proof("comptes-fictifs.pdf", PROOF)
    turnover = Told(Indicator.TURNOVER.value, EvidenceWord.DOCUMENTED.value, Decimal(size * 128_000), on, proof=proof)
    found = [told(Indicator.HEADCOUNT, size), turnover, told(Indicator.APPRENTICES, size // 20), told(Indicator.ENERGY, size * 9)]
    if not at_start:
        found += [told(Indicator.JOBS_CREATED, max(1, size // 18)), told(Indicator.JOBS_MAINTAINED, size // 9)]
    return found


def _hold(moment: datetime, now: datetime, sizes: Mapping[int, int], chance: random.Random) -> None:
    """Some companies hold the review they were asked; those asked in the last weeks are left for the visitor."""
    asked = Review.objects.filter(journey__in=sizes, asked_at__lte=moment, done_at__isnull=True, lapsed_at__isnull=True)
    for review in asked.select_related("journey__opened_by").order_by("pk"):
        is_recent = now - (review.asked_at or now) < timedelta(days=EARLY_DAYS + 15)
        if is_recent or chance.random() > HELD / 4:  # a week in four, on average, for those who will
            continue
        size = sizes[review.journey_id] + chance.choice((-1, 0, 1, 2, 3))
        figures = _figures(max(1, size), paris_day(moment))
        comment = chance.choice(script()["comments"])
        hold_review(review=review, figures=figures, by=review.journey.opened_by, now=moment, comment=comment)


def _answer(moment: datetime, now: datetime, chance: random.Random) -> None:
    """Some people give their opinion within two weeks; those asked in the last days are left for the visitor."""
    waiting = Survey.objects.filter(answered_at__isnull=True, asked_at__gt=moment - 2 * WEEK, asked_at__lte=moment)
    for survey in waiting.select_related("person").order_by("pk"):
        if now - survey.asked_at < timedelta(days=2) or chance.random() > ANSWERED / 2:
            continue
        contacted = chance.random() < 0.85
        useful = chance.random() < 0.7 if contacted else None
        result = chance.choice(list(Result.values)) if contacted else Result.NOTHING.value
        comment = chance.choice(script()["opinions"]) if contacted else ""
        answer_survey(
            survey=survey, by=survey.person, now=moment, contacted=contacted, useful=useful, result=result, comment=comment
        )

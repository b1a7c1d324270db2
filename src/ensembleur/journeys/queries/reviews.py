"""Reading reviews: what the registers say today, the comparison from the baseline on, and the history of figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from ensembleur.journeys.choices import Indicator
from ensembleur.journeys.engine.reviews import EARLY_DAYS, Known, Line, table
from ensembleur.journeys.models import Baseline, Figure, Journey, Review
from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.choices import EvidenceWord
from ensembleur.schemes.queries import facts
from ensembleur.sources import Evidence
from ensembleur.territory.queries import register

# What public sources may know: indicator → key of the vocabulary. The register's own headcount is the establishment's.
OBSERVABLE = {Indicator.HEADCOUNT: "headcount", Indicator.TURNOVER: "turnover_eur"}
ORDER = {name: place for place, name in enumerate(Indicator.values)}
EVIDENCES = (EvidenceWord.DECLARED, EvidenceWord.DOCUMENTED, EvidenceWord.OBSERVED)


@dataclass(frozen=True)
class Comparison:
    """The baseline, the reviews in order, and one line per indicator and way of knowing. There is no total anywhere."""

    baseline: Baseline
    reviews: tuple[Review, ...]
    lines: tuple[Line, ...]
    documents: dict[tuple[str, int], int]  # (indicator, term; 0 for the baseline) → key of the document that proves it


def observed(journey: Journey, *, as_of: date) -> list[Known]:
    """What public sources say of the establishment, dated, with its source; nothing for a project without SIRET.

    What a diffusion status hides is absent, as on every other page.
    """
    if not journey.siret:
        return []
    known = {**_observed_elsewhere(journey, as_of), **register.register_facts(journey.siret)}
    found = []
    for indicator, key in OBSERVABLE.items():
        fact = known.get(key)
        if fact is not None and fact.evidence == Evidence.OBSERVED and fact.as_of is not None and fact.as_of <= as_of:
            low, high = _bounds(fact)
            title = fact.source.title if fact.source else ""
            found.append(Known(indicator.value, EvidenceWord.OBSERVED.value, low, high, fact.as_of, title))
    return found


def told_before(journey: Journey, *, as_of: date) -> dict[str, Fact]:
    """What the company already declared elsewhere on the platform, to prefill a form: indicator → fact."""
    if not journey.siret:
        return {}
    told = facts.told(journey.siret, siren=journey.siren, as_of=as_of)
    return {
        indicator.value: told[key]
        for indicator, key in OBSERVABLE.items()
        if key in told and told[key].evidence == Evidence.DECLARED and not isinstance(told[key].value, Interval)
    }


def due_review(journey: Journey, *, as_of: date) -> Review | None:
    """The oldest review that waits for the company that day."""
    return open_reviews(journey, as_of=as_of).filter(due_on__lte=as_of).first()


def open_reviews(journey: Journey, *, as_of: date) -> QuerySet[Review]:
    """The reviews that may be held that day, oldest first: due, or due within thirty days."""
    return journey.reviews.filter(
        done_at__isnull=True, lapsed_at__isnull=True, due_on__lte=as_of + timedelta(days=EARLY_DAYS)
    ).order_by("months")


def comparison_of(journey: Journey) -> Comparison | None:
    """Everything from the baseline to the last review held, in three queries; None without a baseline."""
    baseline = Baseline.objects.filter(journey=journey).select_related("diagnosis").first()
    if baseline is None:
        return None
    reviews = tuple(journey.reviews.order_by("months").select_related("done_by", "diagnosis"))
    rows = Figure.objects.filter(withdrawn_at__isnull=True, baseline=baseline) | Figure.objects.filter(
        withdrawn_at__isnull=True, review__in=[review.pk for review in reviews]
    )
    months = {review.pk: review.months for review in reviews}
    start: list[Known] = []
    later: dict[int, list[Known]] = {}
    documents: dict[tuple[str, int], int] = {}
    for row in sorted(rows, key=lambda row: (ORDER[row.indicator], EVIDENCES.index(row.evidence))):
        term = months.get(row.review_id, 0)
        known = Known(row.indicator, row.evidence, row.low, row.high, row.as_of, row.source_title)
        (later.setdefault(term, []) if term else start).append(known)
        if row.document_id:
            documents[row.indicator, term] = row.document_id
    lines = sorted(table(start, later), key=lambda line: (ORDER[line.indicator], EVIDENCES.index(line.evidence)))
    return Comparison(baseline, reviews, tuple(lines), documents)


def history_of(journey: Journey) -> QuerySet[Figure]:
    """Every figure ever written on this journey, withdrawn ones included, oldest first."""
    mine = Figure.objects.filter(baseline__journey=journey) | Figure.objects.filter(review__journey=journey)
    return mine.select_related("review", "baseline", "recorded_by", "document").order_by("recorded_at", "pk")


def _observed_elsewhere(journey: Journey, as_of: date) -> dict[str, Fact]:
    told = facts.told(journey.siret, siren=journey.siren, as_of=as_of)
    return {key: fact for key, fact in told.items() if fact.evidence == Evidence.OBSERVED}


def _bounds(fact: Fact) -> tuple[Decimal, Decimal | None]:
    if isinstance(fact.value, Interval):
        high = fact.value.high
        return Decimal(fact.value.low or 0), None if high is None else Decimal(high)
    return Decimal(fact.value), Decimal(fact.value)

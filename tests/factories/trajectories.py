"""Indicators with targets and values, for what is computed about a strategy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ensembleur.strategy.engine.content import (
    Baseline,
    Citation,
    Direction,
    Indicator,
    Label,
    Level,
    OverPlaces,
    OverTime,
    State,
    Statement,
    Target,
    Text,
)
from ensembleur.strategy.engine.trajectory import Current, standing

START, DUE, HALF = date(2017, 1, 1), date(2021, 1, 1), date(2019, 1, 1)
CITE = Citation("doc", "I", "Accompagner 500 entreprises.")


def target(*values, due=DUE, start=None):
    return Target(due, tuple(Statement(Decimal(value), CITE) for value in values), start)


def sheet(*targets, direction=Direction.UP, baseline=0, label=Label.OBSERVED, code="M1.companies", state=State.ACTIVE):
    words = Text("Entreprises accompagnées", "Companies supported")
    return Indicator(
        code,
        words,
        Level.OUTPUT,
        words,
        Text("entreprises", "companies"),
        Text("SIREN", "SIREN"),
        direction,
        OverTime.CUMULATIVE,
        OverPlaces.UNION,
        label,
        baseline=None if baseline is None else Baseline(Decimal(baseline)),
        targets=targets,
        state=state,
    )


def held(value, on=HALF, label=Label.OBSERVED):
    return Current(None if value is None else Decimal(value), label, on)


def stand(indicator, current, as_of=HALF, lang="fr", **options):
    return standing(indicator, indicator.targets[0], current, start=START, as_of=as_of, lang=lang, **options)

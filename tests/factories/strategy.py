"""A small invented strategy for tests, in the plain data of its file, and rows that hang from it."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ensembleur.strategy.choices import LabelWord, Origin
from ensembleur.strategy.models import Indicator, Measurement, Node, Strategy
from ensembleur.strategy.services.loading import load_strategy

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
SLUG = "essai"


def text(fr: str, en: str = "") -> dict[str, str]:
    """The same words in both languages."""
    return {"fr": fr, "en": en or f"{fr} (English)"}


def cited(sentence: str, section: str = "Partie unique") -> dict[str, str]:
    """A sentence of the only document."""
    return {"document": "doc", "section": section, "sentence": sentence}


COMPLETE = {
    "deduplication": text("une fois chacun", "once each"),
    "population": text("la région", "the region"),
    "extraction": text("les opérations de la plateforme", "the platform's operations"),
    "reference_date": text("le jour de la mesure", "the day of the measurement"),
    "limits": text("inventé pour les essais", "invented for tests"),
    "responsible": None,
}
SHEETS = {
    "companies": {
        **COMPLETE,
        "level": "output",
        "definition": text("Entreprises différentes dont une aide est conventionnée.", "Different companies with an agreed aid."),
        "unit": text("entreprises", "companies"),
        "counting_unit": text("l'entreprise, par SIREN", "the company, by SIREN"),
        "direction": "up",
        "over_time": "cumulative",
        "over_places": "union",
        "label": "agreed",
        "confidentiality": "aggregated",
        "frequency_months": 1,
        "delay_months": 1,
        "disaggregations": ["departement", "sector"],
        "baseline": {"value": 0, "on": "2026-01-01", "citation": cited("Rien n'était compté avant.")},
    },
    "people": {
        **COMPLETE,
        "level": "output",
        "definition": text("Personnes formées.", "People trained."),
        "unit": text("personnes", "people"),
        "counting_unit": text("la personne", "the person"),
        "direction": "up",
        "over_time": "cumulative",
        "over_places": "sum",
        "label": "declared",
        "confidentiality": "public",
        "frequency_months": 12,
        "delay_months": 3,
        "disaggregations": [],
        "needs": text("les entrées en formation, que les centres rapportent", "entries in training, reported by the centres"),
        "baseline": {"value": None, "note": text("Aucun texte ne la donne.", "No text gives it.")},
    },
}


def indicator_data(code: str, fr: str, en: str, *, like: str = "companies", **more: Any) -> dict[str, Any]:
    """An indicator of the file."""
    return {"code": code, "like": like, "title": text(fr, en), **more}


def part_data(code: str, fr: str, en: str, says: str = "", **more: Any) -> dict[str, Any]:
    """A challenge, an objective or a measure of the file."""
    return {"code": code, "title": text(fr, en), "citation": cited(says or f"{fr}."), **more}


def target_data(due: str, *said: tuple[int, str]) -> dict[str, Any]:
    """A target, with what each sentence states."""
    return {"due": due, "statements": [{"value": value, "citation": cited(sentence)} for value, sentence in said]}


HUNDRED = target_data("2030-12-31", (100, "Soutenir 100 entreprises en cinq ans."))
THOUSAND = target_data("2030-12-31", (1000, "Former 1000 personnes en cinq ans."), (1200, "Former 1200 personnes."))
MILLION = {
    "fund": "region",
    "stage": "programmed",
    "statements": [{"value": 1000000, "citation": cited("Un budget de 1000000 €.")}],
}


def modernise() -> dict[str, Any]:
    """The objective O1: A1 is measured by operations, A3 too and has no target; O1 counts their companies once."""
    once = indicator_data(
        "O1.companies", "Entreprises soutenues, une seule fois chacune", "Companies supported, once each",
        union_of=["A1.companies", "A3.companies"],
    )  # fmt: skip
    supported = indicator_data(
        "A1.companies", "Entreprises soutenues", "Companies supported", measured_by="companies_supported", targets=[HUNDRED]
    )
    otherwise = indicator_data(
        "A3.companies", "Entreprises soutenues autrement", "Companies supported otherwise", measured_by="companies_supported"
    )
    measures = [
        part_data(
            "A1", "Soutenir 100 entreprises", "Support 100 companies", "Soutenir 100 entreprises en cinq ans.",
            owners=[{"name": "Organisme d'essai", "citation": cited("L'organisme d'essai la porte.")}],
            indicators=[supported], budget=[MILLION],
        ),
        part_data("A3", "Soutenir autrement", "Support otherwise", indicators=[otherwise]),
    ]  # fmt: skip
    return part_data("O1", "Moderniser 100 entreprises", "Modernise 100 companies", indicators=[once], measures=measures)


def train() -> dict[str, Any]:
    """The objective O2: A2 is reported by partners, and two sentences disagree on its target."""
    trained = indicator_data("A2.people", "Personnes formées", "People trained", like="people", targets=[THOUSAND])
    measure = part_data(
        "A2", "Former des demandeurs d'emploi", "Train job seekers", "Former 1000 personnes en cinq ans.", indicators=[trained]
    )
    return part_data("O2", "Former 1000 personnes", "Train 1000 people", measures=[measure])


def raw(**more: Any) -> dict[str, Any]:
    """The plain data of the file: one challenge, two objectives, three measures; keywords replace its keys."""
    whole = {
        "slug": SLUG,
        "title": text("Stratégie d'essai", "Trial strategy"),
        "region": "11",
        "period": {"from": "2026-01-01", "to": "2031-01-01"},
        "summary": text("Une stratégie inventée pour les essais.", "A strategy invented for tests."),
        "is_current": True,
        "documents": {"doc": {"title": "Texte d'essai", "as_of": "2025-12-01", "checked": "2026-11-01", "confidence": "primary"}},
        "sheets": SHEETS,
        "challenges": [part_data("E1", "Moderniser", "Modernise", objectives=[modernise(), train()])],
    }
    return copy.deepcopy({**whole, **more})


def tiny(*, now: datetime = NOW, reason: str = "", **more: Any) -> Strategy:
    """The small strategy, loaded; keywords replace keys of its plain data."""
    loaded = load_strategy(data=raw(**more), by="command:test", now=now, reason=reason)
    return Strategy.objects.get(pk=loaded.slug)


def node(code: str = "A1", slug: str = SLUG) -> Node:
    """A part, by its code."""
    return Node.objects.get(strategy_id=slug, code=code)


def indicator(code: str = "A1.companies", slug: str = SLUG) -> Indicator:
    """An indicator, by its code."""
    return Indicator.objects.get(strategy_id=slug, code=code)


def measurement(
    code: str = "A1.companies", value: Any = 12, *, as_of: date = TODAY, slug: str = SLUG, **more: Any
) -> Measurement:
    """A value, measured on a day."""
    given = {
        "origin": Origin.COMPUTED,
        "label": LabelWord.AGREED,
        "period_start": date(2026, 1, 1),
        "period_end": as_of + timedelta(days=1),
        "as_of": as_of,
        "value": None if value is None else Decimal(value),
        "units": None if value is None else int(value),
        "query": "companies_supported v1",
        "input_hash": f"hash-{value}",
        "taken_at": NOW,
        "taken_by": "command:measure",
        **more,
    }
    return Measurement.objects.create(indicator=indicator(code, slug), **given)

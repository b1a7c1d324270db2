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


def raw(**more: Any) -> dict[str, Any]:
    """The plain data: one challenge, two objectives, three measures.

    A1 is measured by operations (`companies_supported`), A2 is reported by partners, A3 has no target; O1 unites A1 and A3.
    """
    return copy.deepcopy(
        {
            "slug": SLUG,
            "title": text("Stratégie d'essai", "Trial strategy"),
            "region": "11",
            "period": {"from": "2026-01-01", "to": "2031-01-01"},
            "summary": text("Une stratégie inventée pour les essais.", "A strategy invented for tests."),
            "is_current": True,
            "documents": {
                "doc": {"title": "Texte d'essai", "as_of": "2025-12-01", "checked": "2026-11-01", "confidence": "primary"}
            },
            "sheets": SHEETS,
            "challenges": [
                {
                    "code": "E1",
                    "title": text("Moderniser", "Modernise"),
                    "citation": cited("Moderniser."),
                    "objectives": [
                        {
                            "code": "O1",
                            "title": text("Moderniser 100 entreprises", "Modernise 100 companies"),
                            "citation": cited("Moderniser 100 entreprises."),
                            "indicators": [
                                {
                                    "code": "O1.companies",
                                    "like": "companies",
                                    "title": text(
                                        "Entreprises soutenues, une seule fois chacune", "Companies supported, once each"
                                    ),
                                    "union_of": ["A1.companies", "A3.companies"],
                                }
                            ],
                            "measures": [
                                {
                                    "code": "A1",
                                    "title": text("Soutenir 100 entreprises", "Support 100 companies"),
                                    "citation": cited("Soutenir 100 entreprises en cinq ans."),
                                    "owners": [{"name": "Organisme d'essai", "citation": cited("L'organisme d'essai la porte.")}],
                                    "indicators": [
                                        {
                                            "code": "A1.companies",
                                            "like": "companies",
                                            "title": text("Entreprises soutenues", "Companies supported"),
                                            "measured_by": "companies_supported",
                                            "targets": [
                                                {
                                                    "due": "2030-12-31",
                                                    "statements": [
                                                        {"value": 100, "citation": cited("Soutenir 100 entreprises en cinq ans.")}
                                                    ],
                                                }
                                            ],
                                        }
                                    ],
                                    "budget": [
                                        {
                                            "fund": "region",
                                            "stage": "programmed",
                                            "statements": [{"value": 1000000, "citation": cited("Un budget de 1000000 €.")}],
                                        }
                                    ],
                                },
                                {
                                    "code": "A3",
                                    "title": text("Soutenir autrement", "Support otherwise"),
                                    "citation": cited("Soutenir autrement."),
                                    "indicators": [
                                        {
                                            "code": "A3.companies",
                                            "like": "companies",
                                            "title": text("Entreprises soutenues autrement", "Companies supported otherwise"),
                                            "measured_by": "companies_supported",
                                        }
                                    ],
                                },
                            ],
                        },
                        {
                            "code": "O2",
                            "title": text("Former 1000 personnes", "Train 1000 people"),
                            "citation": cited("Former 1000 personnes."),
                            "measures": [
                                {
                                    "code": "A2",
                                    "title": text("Former des demandeurs d'emploi", "Train job seekers"),
                                    "citation": cited("Former 1000 personnes en cinq ans."),
                                    "indicators": [
                                        {
                                            "code": "A2.people",
                                            "like": "people",
                                            "title": text("Personnes formées", "People trained"),
                                            "targets": [
                                                {
                                                    "due": "2030-12-31",
                                                    "statements": [
                                                        {"value": 1000, "citation": cited("Former 1000 personnes en cinq ans.")},
                                                        {"value": 1200, "citation": cited("Former 1200 personnes.")},
                                                    ],
                                                }
                                            ],
                                        }
                                    ],
                                }
                            ],
                        },
                    ],
                }
            ],
            **more,
        }
    )


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

"""Facts in words, for the table of what is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ensembleur.logic.facts import Fact, Facts, Interval
from ensembleur.logic.sentences import show_day, show_value
from ensembleur.logic.words import FactKey
from ensembleur.schemes.engine.vocabulary import VOCABULARY

ASKABLE = {"bool", "number", "money", "share", "date", "aids"}


@dataclass(frozen=True)
class KnownRow:
    """One line of the table; an address is empty when the reader may not do it."""

    label: str
    value: str
    evidence: str
    as_of: date | None
    source: str
    answer_url: str
    withdraw_url: str


def known_rows(facts: Facts, *, siret: str, withdrawable: Collection[str], own: bool, lang: str) -> list[KnownRow]:
    """Every known fact in the order of the vocabulary."""
    rows = []
    for key in VOCABULARY.values():
        fact = facts.get(key.key)
        if fact is None:
            continue
        told = fact.evidence.value != "observed"
        rows.append(
            KnownRow(
                label=key.label.in_(lang),
                value=in_words(key, fact, lang),
                evidence=fact.evidence.value,
                as_of=fact.as_of,
                source=fact.source.title if fact.source else "",
                answer_url=f"{reverse('schemes:question', args=[siret])}?cle={key.key}" if _can_ask(key) else "",
                withdraw_url=reverse("schemes:withdraw", args=[siret, key.key])
                if told and (own or key.key in withdrawable)
                else "",
            )
        )
    return rows


def _can_ask(key: FactKey) -> bool:
    return key.kind in ASKABLE or bool(key.choices)


def in_words(key: FactKey, fact: Fact, lang: str) -> str:
    """« entre 20 et 49 salariés », « 4,0 M€ », « oui », « 12 mars 2026 »."""
    value = fact.value
    if fact.shown:
        return fact.shown
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, Interval):
        return _interval(value, key, lang)
    if isinstance(value, date):
        return show_day(value, lang)
    if isinstance(value, tuple):
        return _several(value, key, lang)
    if isinstance(value, str):
        words = dict(key.choices).get(value)
        return words.in_(lang) if words else value
    return show_value(value, key, lang)


def _interval(value: Interval, key: FactKey, lang: str) -> str:
    if value.low is None and value.high is None:
        return _("inconnu")
    if value.high is None:
        return _("au moins %(low)s") % {"low": show_value(value.low or 0, key, lang)}
    if value.low is None:
        return _("au plus %(high)s") % {"high": show_value(value.high, key, lang)}
    if value.low == value.high:
        return show_value(value.low, key, lang)
    return _("entre %(low)s et %(high)s") % {
        "low": show_value(value.low, key, lang, unit=False),
        "high": show_value(value.high, key, lang),
    }


def _several(value: tuple[Any, ...], key: FactKey, lang: str) -> str:
    if not value:
        return _("aucune")
    if isinstance(value[0], dict):
        return " ; ".join(
            f"{show_value(aid['eur'], VOCABULARY['turnover_eur'], lang)} ({show_day(aid['on'], lang)})" for aid in value
        )
    words = dict(key.choices)
    return ", ".join(words[code].in_(lang) if code in words else str(code) for code in value)

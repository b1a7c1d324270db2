"""What a visitor answered, kept in the session until he signs in: facts, and the questions he could not answer."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from django.http import HttpRequest

from ensembleur.errors import BadInput
from ensembleur.logic.facts import Fact
from ensembleur.schemes.engine.encoding import as_json, from_json
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.sources import Evidence, Source

FACTS, SKIPPED = "schemes_facts", "schemes_skipped"
KEPT_ESTABLISHMENTS = 20  # a session is no register: the oldest answers go first


def facts_in(request: HttpRequest, siret: str) -> dict[str, Fact]:
    """The answers given in this session about this establishment."""
    answers = request.session.get(FACTS, {}).get(siret, {})
    facts = {}
    for key, (data, day) in answers.items():
        if key in VOCABULARY:
            on = date.fromisoformat(day)
            source = Source(title="Votre réponse", as_of=on)
            with suppress(BadInput):  # given before the vocabulary changed: unknown again, never an error
                facts[key] = Fact(from_json(VOCABULARY[key].kind, data), on, source, Evidence.DECLARED)
    return facts


def keep_fact(request: HttpRequest, siret: str, key: str, value: Any, day: date) -> None:
    """Remember an answer; it replaces the one before and takes the question off the skipped ones."""
    every = request.session.setdefault(FACTS, {})
    every.setdefault(siret, {})[key] = [as_json(value), day.isoformat()]
    while len(every) > KEPT_ESTABLISHMENTS:
        every.pop(next(iter(every)))
    skipped = request.session.get(SKIPPED, {}).get(siret, [])
    if key in skipped:
        skipped.remove(key)
    request.session.modified = True


def forget_fact(request: HttpRequest, siret: str, key: str) -> None:
    """Take an answer back, so that the question is asked again."""
    request.session.get(FACTS, {}).get(siret, {}).pop(key, None)
    request.session.modified = True


def skip(request: HttpRequest, siret: str, key: str) -> None:
    """« Je ne sais pas » is a full answer: the question is not asked again, and the fact stays unknown."""
    forget_fact(request, siret, key)
    skipped = request.session.setdefault(SKIPPED, {}).setdefault(siret, [])
    if key not in skipped:
        skipped.append(key)
    request.session.modified = True


def skipped_in(request: HttpRequest, siret: str) -> frozenset[str]:
    """The questions this visitor could not answer."""
    return frozenset(request.session.get(SKIPPED, {}).get(siret, []))

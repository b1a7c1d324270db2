"""The next best question: which missing fact could unlock or settle the most money."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.logic.facts import Facts
from ensembleur.logic.sentences import show_money
from ensembleur.logic.words import FactKey
from ensembleur.money import NO_BREAK_SPACE
from ensembleur.schemes.engine.amount import plain_euros
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.engine.verdict import Verdict, advise, money_brought
from ensembleur.schemes.engine.vocabulary import VOCABULARY

# Money to give back or that takes a share of the company weighs less than money given.
WEIGHTS = {
    "loan": Decimal("0.1"),
    "equity": Decimal("0.1"),
    "advance": Decimal("0.5"),
    "mixed": Decimal("0.7"),
    "to_pay": Decimal(0),
}
LEAST = Decimal(1_000)  # what an aid without amount weighs, so that its questions are asked too, later
# A ceiling above this speaks of projects that very few companies have: it weighs no more, and the amount is not dangled.
OUT_OF_REACH = Decimal(1_000_000)
TO_SETTLE = Decimal("0.1")  # weight of narrowing an amount already granted in principle


@dataclass(frozen=True)
class Question:
    """One question. `unlocks_eur` : the most that one of the schemes may bring; `schemes` : those it weighs on, most money first."""

    key: FactKey
    text: str
    why: str
    unlocks_eur: Decimal
    schemes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The "next_question" of the `advise` command."""
        return {
            "fact": self.key.key,
            "kind": self.key.kind,
            "unit": self.key.unit.code,
            "question": self.text,
            "why": self.why,
            "unlocks_eur": plain_euros(self.unlocks_eur),
            "schemes": list(self.schemes),
        }


def next_question(
    schemes: Iterable[Scheme],
    facts: Facts,
    *,
    as_of: date,
    lang: str = "fr",
    skip: Collection[str] = (),
    verdicts: Sequence[Verdict] | None = None,
) -> Question | None:
    """The question to ask now; None when no answer would change anything.

    Each missing fact receives, from every open scheme still unknown, the most it may bring divided by the number of facts it
    lacks; and from every scheme already open to the company, a tenth of what its amount leaves in the dark. The heaviest fact is
    asked; equal ones in the order of the vocabulary, so that the same company is always asked the same thing.
    skip : facts the person answered "I don't know" to.   verdicts : those of `advise`, when already computed.
    """
    judged = advise(schemes, facts, as_of=as_of, lang=lang) if verdicts is None else verdicts
    weights: dict[str, Decimal] = {}
    concerned: dict[str, list[Verdict]] = {}
    for verdict in judged:
        lacks = [key for key in verdict.missing if key in VOCABULARY]
        for key in lacks:
            _add(weights, concerned, key, max(_worth(verdict), LEAST) / len(lacks), verdict)
        base = verdict.version.amount.base if verdict.version is not None and verdict.version.amount is not None else ""
        if verdict.answer == "yes" and base in VOCABULARY and base not in facts and _depends_on_base(verdict):
            _add(weights, concerned, base, max(_worth(verdict), LEAST) * TO_SETTLE, verdict)
    order = list(VOCABULARY)
    asked = [key for key in weights if key not in skip]
    if not asked:
        return None
    best = min(asked, key=lambda key: (-weights[key], order.index(key)))
    return _question(VOCABULARY[best], concerned[best], lang)


def _add(weights: dict[str, Decimal], concerned: dict[str, list[Verdict]], key: str, weight: Decimal, verdict: Verdict) -> None:
    weights[key] = weights.get(key, Decimal(0)) + weight
    concerned.setdefault(key, []).append(verdict)


def _worth(verdict: Verdict) -> Decimal:
    nature = verdict.amount.nature if verdict.amount is not None else ""
    return min(money_brought(verdict), OUT_OF_REACH) * WEIGHTS.get(nature, Decimal(1))


def _depends_on_base(verdict: Verdict) -> bool:
    return verdict.version is not None and verdict.version.amount is not None and verdict.version.amount.rule in ("rate", "steps")


def _question(key: FactKey, verdicts: list[Verdict], lang: str) -> Question:
    ranked = sorted(verdicts, key=lambda verdict: (money_brought(verdict) > OUT_OF_REACH, -_worth(verdict), verdict.title))
    first = ranked[0]
    unlocks = money_brought(first)
    others = len(ranked) - 1
    if not 0 < unlocks <= OUT_OF_REACH:
        told = {"fr": "Cette réponse fait avancer : ", "en": "This answer moves forward: "}[lang].replace(
            " :", NO_BREAK_SPACE + ":"
        )
    elif first.answer == "yes":
        told = {
            "fr": "Cette réponse précise un montant allant jusqu'à {0} : ",
            "en": "This answer settles an amount of up to {0}: ",
        }[lang]
    else:
        told = {"fr": "Cette réponse peut débloquer jusqu'à {0} : ", "en": "This answer may unlock up to {0}: "}[lang]
    named = first.title
    if others:
        aids = {"fr": "aide" if others == 1 else "aides", "en": "aid" if others == 1 else "aids"}[lang]
        named += f" et {others} {'autre' if others == 1 else 'autres'} {aids}" if lang == "fr" else f" and {others} more {aids}"
    told = told.format(show_money(unlocks, lang)).replace(" :", NO_BREAK_SPACE + ":" if lang == "fr" else ":") + named + "."
    why = key.why.in_(lang)
    return Question(key, key.question.in_(lang), f"{told} {why}".strip(), unlocks, tuple(verdict.scheme.id for verdict in ranked))

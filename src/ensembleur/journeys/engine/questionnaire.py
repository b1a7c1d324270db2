"""A questionnaire as it is frozen in a diagnosis: axes, statements, anchored levels, weights and provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ensembleur.errors import BadInput

LEVELS = range(6)
NOT_APPLICABLE = "na"
DONT_KNOW = "unknown"

Words = Mapping[str, str]  # language code → text, "fr" always there


@dataclass(frozen=True)
class Axis:
    """One of the six axes; `terms` gives its name in other frameworks (siri, acatech, adma, dmat)."""

    id: str
    title: Words
    terms: Words


@dataclass(frozen=True)
class Statement:
    """One sentence to place on a scale from 0 to 5.

    weight : share in the axis's mean, positive.   effect : typical effect of improving it, 1 to 3 (an editorial choice).
    levels : anchors by level; a level without an anchor lies between its neighbours.
    """

    id: str
    axis: str
    weight: int
    effect: int
    says: Words
    levels: Mapping[int, Words]
    evidence: Words


@dataclass(frozen=True)
class Questionnaire:
    """One published edition."""

    version: str
    published_on: str
    provenance: Words
    axes: tuple[Axis, ...]
    statements: tuple[Statement, ...]

    def of_axis(self, axis: str) -> tuple[Statement, ...]:
        """The statements of one axis, in order."""
        return tuple(statement for statement in self.statements if statement.axis == axis)

    def statement(self, identifier: str) -> Statement:
        """The statement of that identifier. Raises BadInput."""
        for statement in self.statements:
            if statement.id == identifier:
                return statement
        raise BadInput("unknown_statement", f"Le questionnaire {self.version} n'a pas d'énoncé « {identifier[:40]} ».")


def read_questionnaire(data: Mapping[str, Any]) -> Questionnaire:
    """A questionnaire from plain data (the published file, or the copy frozen in a diagnosis).

    Raises BadInput when an axis is unknown, an identifier comes twice, a weight is not positive or an extreme lacks its anchor.
    """
    axes = tuple(Axis(row["id"], _words(row), row.get("terms", {})) for row in data["axes"])
    statements = tuple(_statement(row) for row in data["statements"])
    if len({statement.id for statement in statements}) != len(statements):
        raise BadInput("questionnaire_twice", f"Le questionnaire {data['version']} contient deux fois le même énoncé.")
    known = {axis.id for axis in axes}
    for statement in statements:
        if statement.axis not in known or statement.weight <= 0 or not {0, 5} <= set(statement.levels):
            raise BadInput("bad_statement", f"L'énoncé « {statement.id} » a un axe inconnu, un poids nul ou un repère manquant.")
    return Questionnaire(str(data["version"]), str(data["published_on"]), data["provenance"], axes, statements)


def as_plain(questionnaire: Questionnaire) -> dict[str, Any]:
    """The same questionnaire as plain data, ready to be frozen as JSON and read back."""
    return {
        "version": questionnaire.version,
        "published_on": questionnaire.published_on,
        "provenance": dict(questionnaire.provenance),
        "axes": [{"id": axis.id, **axis.title, "terms": dict(axis.terms)} for axis in questionnaire.axes],
        "statements": [
            {
                "id": statement.id,
                "axis": statement.axis,
                "weight": statement.weight,
                "effect": statement.effect,
                **statement.says,
                "levels": {str(level): [words["fr"], words["en"]] for level, words in statement.levels.items()},
                "evidence": [statement.evidence["fr"], statement.evidence["en"]],
            }
            for statement in questionnaire.statements
        ],
    }


def _statement(row: Mapping[str, Any]) -> Statement:
    levels = {int(level): _pair(texts) for level, texts in row["levels"].items()}
    return Statement(row["id"], row["axis"], row["weight"], row["effect"], _words(row), levels, _pair(row["evidence"]))


def _words(row: Mapping[str, Any]) -> Words:
    return {"fr": row["fr"], "en": row["en"]}


def _pair(texts: list[str]) -> Words:
    return {"fr": texts[0], "en": texts[1]}

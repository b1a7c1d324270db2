"""A rule in words, nothing known of anybody: what a scheme page says of its conditions."""

from __future__ import annotations

from dataclasses import dataclass

from ensembleur.logic.comparing import Setting
from ensembleur.logic.conditions import Condition, Leaf, Not, needed_of
from ensembleur.logic.sentences import name_group, require
from ensembleur.sources import Source


@dataclass(frozen=True)
class Line:
    """One condition in words; `group` and `group_says` tell the alternative it belongs to, empty outside alternatives."""

    leaf: str
    says: str
    kind: str
    source: Source | None = None
    group: str = ""
    group_says: str = ""


def describe(condition: Condition, setting: Setting) -> tuple[Line, ...]:
    """One line per leaf, in the order of the text, negations carried down: « Effectif : entre 5 et 249 salariés »."""
    lines: list[Line] = []
    alternatives = 0

    def read(part: Condition, negated: bool, group: str, group_says: str) -> None:
        nonlocal alternatives
        if isinstance(part, Leaf):
            says = require(part, setting, negated=negated)
            lines.append(Line(part.id, says, part.kind, setting.sources.get(part.source), group, group_says))
            return
        if isinstance(part, Not):
            read(part.part, not negated, group, group_says)
            return
        needed, total = needed_of(part, negated), len(part.parts)
        if needed < total:
            alternatives += 1
            group, group_says = f"{group}/{alternatives}", name_group(needed, total, setting.lang)
        for child in part.parts:
            read(child, negated, group, group_says)

    read(condition, False, "", "")
    return tuple(lines)

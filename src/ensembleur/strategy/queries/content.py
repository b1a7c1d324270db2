"""What strategies say, parsed once and kept as long as no new version is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import Node as Part
from ensembleur.strategy.engine.content import Strategy as Content
from ensembleur.strategy.engine.parsing.building import build
from ensembleur.strategy.models import Indicator, Node, Strategy, StrategyVersion


@dataclass(frozen=True)
class Held:
    """A strategy with what its last version says."""

    row: Strategy
    version: int
    content: Content

    @property
    def is_followed(self) -> bool:
        """Whether the platform measures something of it; a strategy known from texts only is history."""
        return any(sheet.measured_by or sheet.union_of for _part, sheet in self.content.indicators())


def held_strategy(slug: str) -> Held | None:
    """One strategy by its slug, None when it was never loaded. Two small queries when nothing changed."""
    row = Strategy.objects.filter(pk=slug).first()
    return _held(row) if row else None


def held_strategies() -> list[Held]:
    """Every strategy, the current one first, then the latest."""
    return [_held(row) for row in Strategy.objects.all()]


def current_strategy() -> Held | None:
    """The one a visitor wants: the current one, otherwise the latest; an invented one only when there is no other."""
    row = Strategy.objects.order_by("is_fictional", "-is_current", "-period_start").first()
    return _held(row) if row else None


def sheet_of(indicator: Indicator) -> Sheet:
    """The definition of an indicator, from the last version that held it. Raises LookupError when that version lost it."""
    content = content_of(indicator.last_version_id)
    found = next((sheet for _part, sheet in content.indicators() if sheet.code == indicator.code), None)
    if found is None:
        raise LookupError(indicator.code)
    return found


def part_of(node: Node) -> Part:
    """What the last version that held this part says of it. Raises LookupError when that version lost it."""
    found = next((part for part in content_of(node.last_version_id).nodes() if part.code == node.code), None)
    if found is None:
        raise LookupError(node.code)
    return found


def _held(row: Strategy) -> Held:
    pk, number, seal = row.versions.order_by("-number").values_list("pk", "number", "content_hash")[0]
    return Held(row, number, _parsed(pk, seal))


def content_of(version: int) -> Content:
    """What a version says, by its row's key."""
    return _parsed(version, StrategyVersion.objects.values_list("content_hash", flat=True).get(pk=version))


@lru_cache(maxsize=32)
def _parsed(version: int, seal: str) -> Content:
    data: dict[str, Any] = StrategyVersion.objects.values_list("content", flat=True).get(pk=version)
    return build(data)

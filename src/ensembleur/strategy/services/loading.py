"""Loads a new version of a strategy: shows what it changes, refuses a target moved without a reason, forgets nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.strategy.catalogue.loader import parse
from ensembleur.strategy.engine.changes import Change
from ensembleur.strategy.engine.content import Strategy as Content
from ensembleur.strategy.engine.difference import difference
from ensembleur.strategy.models import Indicator, Node, Strategy, StrategyVersion
from ensembleur.strategy.permissions import may_load_strategy
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.services.text_figures import Written, why_locked, write_text_figures

NOTHING = Written()


@dataclass(frozen=True)
class Loaded:
    """What loading a file did, or would do. number : of the version; the former one's when nothing changed."""

    slug: str
    number: int
    changes: tuple[Change, ...]
    is_new: bool
    written: Written = NOTHING


@transaction.atomic
def load_strategy(
    *, data: dict[str, Any], by: User | str, now: datetime, reason: str = "", dry_run: bool = False, origin: str = "stratégie"
) -> Loaded:
    """Keep this file as the strategy's next version, unless it says the same as the last one.

    data : the file's plain data.   by : a person, or "command:name".   origin : how faults call the file.
    Raises BadInput with every fault (a target changed without a reason is one), Refused for a value of a locked day that changes,
    NotAllowed.
    """
    content = parse(data, origin=origin)
    if not isinstance(by, str):
        check(may_load_strategy, by, content.region)
    list(Strategy.objects.select_for_update().filter(pk=content.slug))  # the one row that measuring and locking wait for too
    held = held_strategy(content.slug)
    found = difference(held.content if held else None, content, lang="fr")
    if found.faults:
        said = [fault.says for fault in found.faults]
        others = _(" (et %(count)d autres fautes)") % {"count": len(said) - 1} if len(said) > 1 else ""
        raise BadInput("unexplained_change", f"{origin} : {said[0]}{others}", faults=said)
    seal = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    if held and StrategyVersion.objects.filter(strategy=held.row, number=held.version, content_hash=seal).exists():
        return Loaded(content.slug, held.version, (), is_new=False)
    if held and (says := why_locked(strategy=held.row, content=content)):
        raise Refused("locked_period", says)
    number = held.version + 1 if held else 1
    if dry_run:
        return Loaded(content.slug, number, found.changes, is_new=True)
    who = by if isinstance(by, str) else f"user:{by.pk}"
    row = _strategy(content)
    version = StrategyVersion.objects.create(
        strategy=row,
        number=number,
        content=data,
        content_hash=seal,
        difference=[change_data(change) for change in found.changes],
        reason=reason[:500],
        loaded_at=now,
        loaded_by=who,
    )
    _rows(version, content, now)
    written = write_text_figures(version=version, content=content, who=who, now=now)
    record_act(by=by, verb="load_strategy", thing=row, now=now, after={"version": number, "changes": len(found.changes)})
    return Loaded(content.slug, number, found.changes, is_new=True, written=written)


def change_data(change: Change) -> dict[str, Any]:
    """A change as it is kept with its version."""
    return {"kind": change.kind.value, "part": change.part.value, "at": change.at, "says": change.says}


def _strategy(content: Content) -> Strategy:
    if content.is_current:  # a region has one current strategy: the one loaded last as such
        Strategy.objects.filter(region=content.region, is_current=True).exclude(pk=content.slug).update(is_current=False)
    row, _created = Strategy.objects.update_or_create(
        slug=content.slug,
        defaults={
            "region": content.region,
            "period_start": content.period.start,
            "period_end": content.period.end,
            "is_current": content.is_current,
            "is_fictional": content.is_fictional,
        },
    )
    return row


def _rows(version: StrategyVersion, content: Content, now: datetime) -> None:
    """The thin rows: those of the file are there and live, the others are retired and keep the version that last held them."""
    strategy = version.strategy
    nodes: dict[str, Node] = {}
    for part in content.nodes():
        nodes[part.code], _created = Node.objects.update_or_create(
            strategy=strategy, code=part.code, defaults={"kind": part.kind.value, "last_version": version, "retired_at": None}
        )
    codes = []
    for part, sheet in content.indicators():
        codes.append(sheet.code)
        Indicator.objects.update_or_create(
            strategy=strategy,
            code=sheet.code,
            defaults={"node": nodes[part.code], "last_version": version, "retired_at": None},
        )
    _retire(strategy.nodes, nodes, now)
    _retire(strategy.indicators, codes, now)


def _retire(rows: Any, kept: Iterable[str], now: datetime) -> None:
    rows.filter(retired_at__isnull=True).exclude(code__in=list(kept)).update(retired_at=now)

"""A new text laid over those that stand: what was known before stays known as it was, on both axes of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ensembleur.periods import Period
from ensembleur.schemes.engine.scheme import Version


def overlaid(versions: tuple[Version, ...], added: Version, *, on: date) -> tuple[Version, ...]:
    """The versions once `added` is published on the day `on`.

    A version that shares days with it is known as it was until that day; from that day on, it keeps the days that `added`
    does not take, under the same name and the same hash: a question about those days, or asked "as known" before, gets the
    same answer. A version replaced on the very day it was published was known on no whole day and leaves.
    """
    kept: list[Version] = []
    for version in versions:
        known = version.published
        if (known.end is not None and known.end <= on) or not version.effective.overlaps(added.effective):
            kept.append(version)
            continue
        if known.start is None or known.start < on:
            kept.append(replace(version, published=Period(known.start, on)))
        since = on if known.start is None else max(on, known.start)
        kept += [replace(version, effective=piece, published=Period(since, known.end)) for piece in left_of(version, added)]
    return (*kept, replace(added, published=Period(on)))


def left_of(version: Version, added: Version) -> list[Period]:
    """The days of `version` that `added` does not take: those before, those after."""
    mine, taken = version.effective, added.effective
    pieces = []
    if taken.start is not None and (mine.start is None or mine.start < taken.start):
        pieces.append(Period(mine.start, taken.start))
    if taken.end is not None and (mine.end is None or taken.end < mine.end):
        pieces.append(Period(taken.end, mine.end))
    return pieces


def known_now(versions: tuple[Version, ...]) -> tuple[Version, ...]:
    """The versions no later publication has put aside."""
    return tuple(version for version in versions if version.published.end is None)


def in_force(versions: tuple[Version, ...], day: date) -> Version | None:
    """The version that applies on that day as we know it now, the nearest one when none does; None without any."""
    known = known_now(versions) or versions
    held = [version for version in known if day in version.effective]
    if held:
        return max(held, key=lambda version: version.effective.start or date.min)
    past = [version for version in known if version.effective.end is not None and version.effective.end <= day]
    return max(past, key=lambda version: version.effective.end or date.min, default=min(known, key=_start, default=None))


def _start(version: Version) -> date:
    return version.effective.start or date.min

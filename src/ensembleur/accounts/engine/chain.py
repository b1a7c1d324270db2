"""The arithmetic of the journal: each line carries the hash of the line before, so any tampering shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

GENESIS = "0" * 64
# One line of the journal, in this order; the hash covers all that comes before it.
COLUMNS = ("number", "at", "who", "verb", "thing", "before", "after", "previous_hash", "hash")
Line = tuple[int, datetime, str, str, str, Any, Any, str, str]
STEP = 10_000


class Wrong(Enum):
    """What a faulty line suffers from."""

    CHANGED = "changed"  # its content does not give its hash
    MOVED = "moved"  # it does not follow the line before
    REMOVED = "removed"  # it is missing
    REWRITTEN = "rewritten"  # well formed, but not what was there when an anchor was dropped
    ADDED = "added"  # written past the head, around the platform
    HEADLESS = "headless"  # the head's row is missing


@dataclass(frozen=True)
class Fault:
    """The first faulty line of a journal."""

    number: int
    wrong: Wrong


@dataclass(frozen=True)
class Verification:
    """How many lines were read, the last good one, and the first faulty one if any."""

    lines: int
    last_hash: str
    fault: Fault | None = None


def chained_hash(content: tuple[Any, ...]) -> str:
    """SHA-256 of everything a line says (COLUMNS without the last), the hash of the line before included."""
    number, at, *rest = content
    said = [number, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def verify(
    lines: Iterable[Line],
    *,
    head: tuple[int, str] | None,
    anchors: Mapping[int, str] | None = None,
    on_lines: Callable[[int], None] | None = None,
) -> Verification:
    """Read the lines in order of number and stop at the first faulty one, in bounded memory.

    head : (number, hash) of the last line as the writers left it, None when its row is missing.
    anchors : number → hash, dropped outside the database by earlier verifications.
    """
    anchors = anchors or {}
    count, previous = 0, GENESIS
    for line in lines:
        wrong = _fault_of(line, count + 1, previous, anchors)
        if wrong is not None:
            return Verification(count, previous, Fault(count + 1, wrong))
        count, previous = count + 1, line[-1]
        if on_lines is not None and count % STEP == 0:
            on_lines(count)
    return Verification(count, previous, _fault_at_the_end(count, previous, head, anchors))


def _fault_of(line: Line, expected: int, previous: str, anchors: Mapping[int, str]) -> Wrong | None:
    if line[0] > expected:
        return Wrong.REMOVED
    if line[0] < expected:
        return Wrong.MOVED
    if chained_hash(line[:-1]) != line[-1]:
        return Wrong.CHANGED
    if line[-2] != previous:
        return Wrong.MOVED
    if anchors.get(expected, line[-1]) != line[-1]:
        return Wrong.REWRITTEN
    return None


def _fault_at_the_end(count: int, last: str, head: tuple[int, str] | None, anchors: Mapping[int, str]) -> Fault | None:
    if max(anchors, default=0) > count:
        return Fault(count + 1, Wrong.REMOVED)
    if head is None:
        return Fault(count, Wrong.HEADLESS) if count else None
    if head[0] > count:
        return Fault(count + 1, Wrong.REMOVED)
    if head[0] < count:
        return Fault(head[0] + 1, Wrong.ADDED)
    return None if head[1] == last else Fault(count, Wrong.REWRITTEN)

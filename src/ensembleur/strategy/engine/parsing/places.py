"""Where in a file something is wrong, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]
Lines = Mapping[Path, int]


@dataclass(frozen=True)
class Fault:
    """One thing wrong: where in the data, and what to write instead, in French."""

    path: Path
    says: str


def written(path: Path) -> str:
    """("challenges", 0, "title") is written challenges[0].title."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def line_of(path: Path, lines: Lines) -> int | None:
    """The line of this place, or of the nearest one that holds it; None when no line is known."""
    for length in range(len(path), -1, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def sentences(faults: Iterable[Fault], *, origin: str, lines: Lines) -> list[str]:
    """One sentence per fault, in the order of the file: its name, the line when known, the path, what to write.

    The same fault found twice is told once.
    """
    told = sorted({(line_of(fault.path, lines) or 0, written(fault.path), fault.says) for fault in faults})
    return [
        ", ".join([origin, *([f"ligne {line}"] if line else []), *([place] if place else [])]) + f" : {says}"
        for line, place, says in told
    ]

"""What the three timetable commands share: files read and written with one sentence when they cannot be, faults printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.checking import Fault
from ensembleur.meetings.engine.formats.dzn import read_dzn
from ensembleur.meetings.engine.formats.limits import MOST_BYTES
from ensembleur.meetings.engine.formats.plan_json import read_plan, write_plan
from ensembleur.meetings.engine.formats.problem_json import read_problem
from ensembleur.meetings.engine.plan import Plan, Score
from ensembleur.meetings.engine.problem import Problem

MOST_LINES = 20  # of a list printed for a reader; --json has them all


def read_text(file: Path) -> str:
    """The text of a file. Raises BadInput."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadInput("file_too_big", f"{file} dépasse {MOST_BYTES // 1_000_000} Mo : aucun événement n'en demande autant.")
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput("no_file", f"{file} : le fichier ne se lit pas ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise BadInput("not_text", f"{file} : le fichier n'est pas du texte UTF-8.") from error


def problem_in(file: Path) -> Problem:
    """The problem of a `.json` or `.dzn` file. Raises BadInput."""
    match file.suffix.lower():
        case ".json":
            return read_problem(read_text(file))
        case ".dzn":
            return read_dzn(read_text(file), title=file.stem)
    raise BadInput("unknown_format", f"{file} : donnez un fichier .json ou .dzn.")


def plan_in(file: Path) -> Plan:
    """The plan of a `.json` file. Raises BadInput."""
    return read_plan(read_text(file))


def check_writable(file: Path | None) -> None:
    """Raise BadInput now, not after the work, when the plan could not be written there."""
    if file is not None and (file.is_dir() or not file.parent.is_dir()):
        raise BadInput("no_folder", f"{file} : donnez un fichier dans un dossier qui existe.")


def write(plan: Plan, file: Path | None) -> None:
    """Write the plan where it was asked. Raises BadInput."""
    if file is None:
        return
    try:
        file.write_text(write_plan(plan), encoding="utf-8")
    except OSError as error:
        raise BadInput("not_written", f"{file} : le planning ne s'écrit pas ({error.strerror}).") from error


def plain(things: Iterable[Any]) -> list[dict[str, Any]]:
    """Faults, lines or meetings without slot, as plain data."""
    return [asdict(one) for one in things]


def fault_lines(faults: list[Fault]) -> list[str]:
    """The faults for a reader, how many there are first."""
    if not faults:
        return ["Aucune faute."]
    return [counted(len(faults), "faute", "fautes") + " :", *listed([f"[{one.code}] {one.says}" for one in faults])]


def score_line(score: Score) -> str:
    """The figures of a plan for a reader."""
    forced = score.breaks - score.unwanted_breaks
    return " · ".join(
        [
            counted(score.breaks, "pause", "pauses")
            + (f" dont {counted(forced, 'voulue ou inévitable', 'voulues ou inévitables')}" if forced else ""),
            counted(score.idle_slots, "créneau creux", "créneaux creux"),
            f"au plus {counted(score.max_breaks, 'pause', 'pauses')} par personne",
            counted(score.table_changes, "changement de table", "changements de table"),
        ]
    )


def listed(lines: list[str]) -> list[str]:
    """The first lines, indented, and how many others."""
    shown = [f"  {shown_safely(line)}" for line in lines[:MOST_LINES]]
    return [*shown, f"  … et {len(lines) - MOST_LINES} de plus"] if len(lines) > MOST_LINES else shown


def shown_safely(line: str) -> str:
    """A line whose names, which come from a file, cannot drive the terminal."""
    return "".join(one if one.isprintable() else "�" for one in line)


def counted(count: int, one: str, several: str) -> str:
    """A number and its noun."""
    return f"{count} {several if count > 1 else one}"

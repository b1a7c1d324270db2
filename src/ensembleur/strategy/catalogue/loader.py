"""Reads the strategy files: one YAML file per strategy, named as its slug; tells every fault with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.strategy.catalogue.reading import LARGEST, Reading, read_yaml
from ensembleur.strategy.catalogue.structure import faults_of_shape
from ensembleur.strategy.engine.content import Strategy
from ensembleur.strategy.engine.parsing import parse as engine_parse
from ensembleur.strategy.engine.parsing import refusal
from ensembleur.strategy.engine.parsing.places import Lines

FILES = Path(__file__).parent / "files"


def read_file(path: Path) -> dict[str, Any]:
    """The plain data of one strategy file, as JSON can hold it. Raises BadInput when the YAML is broken or its content has a fault."""
    return read_checked(path)[0]


def load_file(path: Path) -> Strategy:
    """One strategy. Raises BadInput with every fault."""
    return read_checked(path)[1]


def read_checked(path: Path) -> tuple[dict[str, Any], Strategy]:
    """The plain data of a file, to be stored, and the strategy it makes. Raises BadInput with every fault and its line."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
    except OSError as error:
        raise BadInput("no_file", f"{path} : ce fichier ne peut pas être lu ({error.strerror}).", faults=[]) from error
    return read_text(text, origin=path.name)


def read_text(text: bytes | str, *, origin: str) -> tuple[dict[str, Any], Strategy]:
    """The same from a text. origin : how the faults call it. Raises BadInput."""
    reading = read_yaml(text)
    if reading.data is None:
        raise refusal(reading.faults, origin=origin, lines=reading.lines, code="bad_yaml")
    return reading.data, _parsed(reading, origin)


def parse(data: Any, *, origin: str = "stratégie", lines: Lines | None = None) -> Strategy:
    """The strategy that plain data makes, its shape checked as well. Raises BadInput."""
    return _parsed(Reading(data, dict(lines or {})), origin)


def load_files(folder: Path = FILES) -> tuple[Strategy, ...]:
    """Every strategy of the folder, oldest first. Raises BadInput on the first file that has a fault."""
    strategies = [load_file(path) for path in sorted(folder.glob("*.yaml"))]
    return tuple(sorted(strategies, key=lambda strategy: (strategy.period.start, strategy.slug)))


def _parsed(reading: Reading, origin: str) -> Strategy:
    found = [*reading.faults, *faults_of_shape(reading.data)]
    return engine_parse(reading.data, origin=origin, lines=reading.lines, found=found)

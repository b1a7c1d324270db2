"""From the plain data of a strategy file to a Strategy: what is wrong with it is told first, all of it, then it is built."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.strategy.engine.content import Strategy
from ensembleur.strategy.engine.parsing.building import build
from ensembleur.strategy.engine.parsing.checking import faults_of
from ensembleur.strategy.engine.parsing.places import Fault, Lines, sentences


def parse(data: Any, *, origin: str = "stratégie", lines: Lines | None = None, found: Iterable[Fault] = ()) -> Strategy:
    """The strategy that plain data makes, read from a file, or stored as JSON and then without lines.

    found : the faults already known of this data, such as those of its shape.
    Raises BadInput; its `faults` hold one sentence each.
    """
    faults = [*found, *faults_of(data)]
    if faults:
        raise refusal(faults, origin=origin, lines=lines or {})
    try:
        return build(data)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        # Only data that never went through the schema comes here.
        shapeless = Fault((), f"ces données n'ont pas la forme d'une stratégie ({error!r}) : relisez son fichier")
        raise refusal([shapeless], origin=origin, lines={}) from error


def refusal(faults: Iterable[Fault], *, origin: str, lines: Lines, code: str = "bad_strategy") -> BadInput:
    """The error that tells the first fault, how many others there are, and all of them in its details."""
    said = sentences(faults, origin=origin, lines=lines)
    others = len(said) - 1
    s = "s" if others > 1 else ""
    return BadInput(code, f"{said[0]} (et {others} autre{s} faute{s})" if others else said[0], faults=said)

"""A variable that a template of ours does not know is an error in tests; Django's and allauth's own are left alone."""

from __future__ import annotations

import sys
from pathlib import Path

OURS = Path(__file__).resolve().parent.parent / "src"


class UnknownVariableError(AssertionError):
    """A template of ours shows a variable that nobody gave it."""


class UnknownVariable(str):
    """Stands as the engine's `string_if_invalid`; an empty text, except that our own templates may not ask for it."""

    __slots__ = ()

    def __contains__(self, piece: object) -> bool:
        """Say that there is a "%s" to fill, so that the engine calls `__mod__` with the variable's name."""
        return piece == "%s"

    def __bool__(self) -> bool:
        return True

    def __mod__(self, variable: object) -> str:
        template = asking_template()
        if template and Path(template).is_relative_to(OURS):
            raise UnknownVariableError(f"{{{{ {variable} }}}} inconnue dans {Path(template).relative_to(OURS)}")
        return ""


def asking_template() -> str:
    """The file of the innermost template node being rendered."""
    frame = sys._getframe(1)
    while frame:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if origin is not None and getattr(origin, "name", None):
            return str(origin.name)
        frame = frame.f_back
    return ""

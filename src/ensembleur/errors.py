"""Every error the house raises on purpose.

EnsembleurError
├── BadInput        what was given cannot be read           → 400, one sentence: what, where, how to mend it
├── Refused         a rule of the business says no           → 422, shown to the user
├── NotAllowed      this person may not do this              → 403
├── SourceError     an outside source is absent or malformed → 502, told to operators
└── NoSolution      a computation proved there is no answer  → 422, with what blocks

One middleware turns them into a page, an htmx fragment or an RFC 9457 problem; commands print them and exit 2.
"""

from __future__ import annotations

from typing import Any


class EnsembleurError(Exception):
    """A thing that went wrong in a way the house foresaw.

    code : a stable word for machines, such as "not_eligible".
    sentence : one sentence for the reader: what, where, how to mend it.
    """

    status = 500

    def __init__(self, code: str, sentence: str, **details: Any) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.details = details

    def __str__(self) -> str:
        return self.sentence


class BadInput(EnsembleurError, ValueError):
    """What was given cannot be read."""

    status = 400


class Refused(EnsembleurError):
    """A rule of the business says no."""

    status = 422


class NotAllowed(EnsembleurError):
    """This person may not do this."""

    status = 403


class SourceError(EnsembleurError):
    """An outside source is absent or malformed."""

    status = 502


class NoSolution(EnsembleurError):
    """A computation proved that there is no answer."""

    status = 422

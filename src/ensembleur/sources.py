"""Where a fact comes from, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Evidence(Enum):
    """How a figure is known. A declared figure is never shown as an observed one."""

    OBSERVED = "observed"  # read in an official register or file
    DOCUMENTED = "documented"  # proved by a document somebody checked
    DECLARED = "declared"  # said by the company
    ESTIMATED = "estimated"  # computed by us from other facts


class Confidence(Enum):
    """How near the text is to the authority that wrote the rule."""

    PRIMARY = "primary"  # the authority's own page or text
    SECONDARY = "secondary"  # press, consultant, aggregator
    WEAK = "weak"  # undated or unsigned
    UNVERIFIED = "unverified"  # nobody has checked it yet


@dataclass(frozen=True)
class Source:
    """A text or a data set that founds a statement.

    title : as a reader would look for it.   url : where, empty when the text is not online.
    licence : of the data, empty for a text.   as_of : the day the content speaks of.
    checked_on : the day one of us last read it; None means never, and the screen says so.
    note, note_en : what a reader should know of it, such as a misprint.
    """

    title: str
    url: str = ""
    licence: str = ""
    as_of: date | None = None
    checked_on: date | None = None
    confidence: Confidence = Confidence.UNVERIFIED
    note: str = ""
    note_en: str = ""

"""What is printed for an event, as PDF that a screen reader can read (PDF/UA-1): badges, agendas, table cards, the plan of tables.

Every QR code is beside the text it holds. The same inputs give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst

from ensembleur.strategy.engine.report.drawing import FONTS

TEMPLATE = Path(__file__).resolve().parents[1] / "data/print/print.typ"
# What the font of the house and its substitute draw: Latin, Greek, Cyrillic, ordinary signs.
_UNDRAWN = re.compile(
    r"[^\n -~\u00a0-\u024f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u1e00-\u1eff\u2010-\u2015\u2018-\u201e\u2022\u2026\u20ac\u2212]"
)


@dataclass(frozen=True)
class Badge:
    """Somebody's badge. side : what the people of their side are called.   link : what the QR code holds.   code : the same, to type."""

    name: str
    function: str
    organisation: str
    side: str
    place: str
    code: str
    link: str


@dataclass(frozen=True)
class Line:
    """One line of an agenda: a meeting, or a pause when nobody is met."""

    hour: str
    who: str
    person: str
    place: str


@dataclass(frozen=True)
class Day:
    """Somebody's agenda."""

    name: str
    organisation: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Spot:
    """A table or a room. notes : who receives there, whether it is quiet or without a step."""

    name: str
    notes: tuple[str, ...]


def badges_pdf(badges: Iterable[Badge], *, words: Mapping[str, str], lang: str, made_at: datetime, large: bool = False) -> bytes:
    """Badges to cut out, eight a page, or two in large type. words : title, event, alt (what the QR code is, before its code)."""
    rows = [{**asdict(one), "qr": qr_svg(one.link)} for one in badges]
    return _compiled("badges", rows, words, lang, made_at, large)


def agendas_pdf(days: Iterable[Day], *, words: Mapping[str, str], lang: str, made_at: datetime, large: bool = False) -> bytes:
    """One agenda a page. words : title, event, version, none, hour, with, place."""
    return _compiled("agendas", [asdict(one) for one in days], words, lang, made_at, large)


def cards_pdf(spots: Iterable[Spot], *, words: Mapping[str, str], lang: str, made_at: datetime) -> bytes:
    """One card a table, to be read from the aisle. words : title, event."""
    return _compiled("cards", [asdict(one) for one in spots], words, lang, made_at, large=False)


def plan_pdf(spots: Iterable[Spot], *, words: Mapping[str, str], lang: str, made_at: datetime, large: bool = False) -> bytes:
    """The list of tables and rooms. words : title, event, none, place, notes."""
    return _compiled("plan", [asdict(one) for one in spots], words, lang, made_at, large)


def qr_svg(text: str) -> str:
    """The QR code of a text, black on white with its margin.

    The mask is chosen once for all: any reader finds which it is, and weighing the eight takes three times as long as drawing.
    """
    return str(
        segno.make(text, error="m", mask=3, micro=False, boost_error=False).svg_inline(border=4, light="#fff", omitsize=True)
    )


def drawn(thing: Any) -> Any:
    """The same, where each sign that the fonts do not draw is a « ? »: a PDF/UA never shows an empty box."""
    if isinstance(thing, str):
        return _UNDRAWN.sub("?", thing)
    if isinstance(thing, Mapping):
        return {name: one if name == "qr" else drawn(one) for name, one in thing.items()}
    return [drawn(one) for one in thing] if isinstance(thing, (list, tuple)) else thing


def _compiled(
    kind: str, rows: list[dict[str, Any]], words: Mapping[str, str], lang: str, made_at: datetime, large: bool
) -> bytes:
    content = {"kind": kind, "large": large, "lang": lang, "words": drawn(words), "rows": drawn(rows)}
    pdf = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=made_at.replace(microsecond=0),
    )
    return bytes(pdf)

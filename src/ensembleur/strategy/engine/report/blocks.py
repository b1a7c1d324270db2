"""What a told report is made of: sections of blocks that the template of the PDF and that of the page both draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ensembleur.strategy.engine.charts.content import Chart

Block = dict[str, Any]  # "kind" says which; every other value is text, a list of texts or of cells
Cell = dict[str, Any]
Row = Sequence[Cell | str]
# How a column behaves: its width in shares of what is left (0: as wide as its words), numbers to the right.
# A count has a share, so that long titles and reasons of secrecy leave the names of the places their room.
COLUMNS = {"wide": (2, False), "text": (1, False), "narrow": (0, False), "number": (0, True), "count": (1, True)}


@dataclass(frozen=True)
class Section:
    """A chapter or a sheet.

    id : its address, unique in the report.   lang : when it is not the language of the body.
    follows : a short chapter that may begin below the one before it.
    """

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    children: tuple[Section, ...] = ()
    lang: str = ""
    follows: bool = False


@dataclass(frozen=True)
class Document:
    """The whole report in words, in one language.

    facts : what identifies it, (name, value).   charts : every drawing by its id, the same that the blocks name.
    """

    lang: str
    title: str
    subtitle: str
    region: str
    date: str
    notice: str
    words: dict[str, str]
    sections: tuple[Section, ...]
    charts: dict[str, Chart] = field(default_factory=dict)


def text(says: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "text": says}


def note(says: str) -> Block:
    """A paragraph in smaller letters: a rule, a limit."""
    return {"kind": "note", "text": says}


def strong(title: str, says: str) -> Block:
    """What must not be missed."""
    return {"kind": "strong", "title": title, "text": says}


def quote(says: str, source: str) -> Block:
    """A sentence of a text, word for word."""
    return {"kind": "quote", "text": says, "source": source}


def facts(rows: Iterable[tuple[str, str]]) -> Block:
    """Names and their values."""
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def state(tone: str, word: str, rule: str) -> Block:
    """A state: colour, shape, word, and the rule that gives it."""
    return {"kind": "state", "tone": tone, "word": word, "text": rule}


def items(rows: Iterable[tuple[str, str]]) -> Block:
    """A list; each item a lead (may be "") and its text."""
    return {"kind": "items", "rows": [list(row) for row in rows]}


def heading(says: str) -> Block:
    """A title inside a sheet, below those of the table of contents."""
    return {"kind": "heading", "text": says}


def cell(says: str, *, under: str = "", tone: str = "", bar: str = "", to: str = "") -> Cell:
    """A cell. under : a second line, smaller.   tone : a state's.   bar : hundredths of the way, "" without.   to : a section's id."""
    return {"text": says, "under": under, "tone": tone, "bar": bar, "to": to}


def table(caption: str, columns: Sequence[tuple[str, str]], rows: Iterable[Row], *, total: bool = False) -> Block:
    """A table. columns : (title, a word of COLUMNS); its first column names the rows.   total : the last row is a total."""
    lines = [[cell(one) if isinstance(one, str) else one for one in row] for row in rows]
    heads: list[dict[str, Any]] = [
        {"text": title, "share": COLUMNS[kind][0], "is_number": COLUMNS[kind][1]} for title, kind in columns
    ]
    for line in lines:
        for head, one in zip(heads, line, strict=True):
            one |= {"is_number": head["is_number"], "is_wide": head["share"] > 1}
    return {"kind": "table", "caption": caption, "label": caption, "columns": heads, "rows": lines, "has_total": total}


def chart(drawing: Chart) -> Block:
    """A drawing, with its words and its table."""
    has_figures = [
        place > 0 and any(map(str.isdigit, "".join(row[place] for row in drawing.rows))) for place in range(len(drawing.headers))
    ]
    columns = [(header, "number" if figures else "text") for header, figures in zip(drawing.headers, has_figures, strict=True)]
    return {
        "kind": "chart",
        "id": drawing.code,
        "title": drawing.title,
        "alt": drawing.alt,
        "caption": drawing.caption,
        "table": table("", columns, drawing.rows) | {"label": drawing.title},
    }

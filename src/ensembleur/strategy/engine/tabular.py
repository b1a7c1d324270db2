"""CSV tables that go out and come back the same: read with every habit of spreadsheets, each fault named in one sentence."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ensembleur.errors import BadInput
from ensembleur.strategy.engine.wording import phrase

LARGEST = 2_000_000  # bytes
MOST_LINES = 5_000
OF_REJECTS = ("ligne", "pourquoi")  # the columns that a file of rejected lines adds; read again, they are left aside
GUARDED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Columns:
    """The headings of a table, in order, and those it cannot do without."""

    all: tuple[str, ...]
    needed: tuple[str, ...]

    @property
    def of_rejects(self) -> tuple[str, ...]:
        """Those of a file of rejected lines: mended, it is read again as it is."""
        return (*self.all, *OF_REJECTS)


@dataclass(frozen=True)
class Row:
    """One line of a file. line : its number in the file, the headings being the first.   cells : every column, absent ones empty."""

    line: int
    cells: Mapping[str, str]
    fault: str = ""


class Unreadable(ValueError):
    """A cell that says nothing we can read; its words are one sentence."""


def guarded(text: str) -> str:
    """The text, marked once more when it already looks like one that was kept from being run as a formula."""
    return f"'{text}" if GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before a spreadsheet was kept from running it."""
    return text[1:] if GUARDED.match(text) else text


def plain(text: str) -> str:
    """Lower case, without accents or outer spaces: how words typed by hand are compared."""
    bare = text.strip().lower()
    if bare.isascii():  # nearly all of a large file
        return bare
    return "".join(letter for letter in unicodedata.normalize("NFD", bare) if not unicodedata.combining(letter))


def read_table(
    content: bytes, columns: Columns, lang: str = "fr", *, largest: int = LARGEST, most_lines: int = MOST_LINES
) -> list[Row]:
    """The lines of a file, blank ones left out. Raises BadInput, with one sentence, when the file as a whole cannot be read.

    largest : bytes.
    """
    text = _text(content, lang, largest)
    if text.lower().startswith("sep="):  # a line that some spreadsheets write for themselves
        text = text.partition("\n")[2]
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") >= first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = _headings(next(reader, []), columns, lang)
        rows, before = [], reader.line_num
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_row(before + 1, names, cells, columns, lang))
            before = reader.line_num
            if len(rows) > most_lines:
                raise BadInput(
                    "too_many_lines",
                    phrase(
                        lang,
                        f"Le fichier a plus de {most_lines} lignes : découpez-le.",
                        f"The file has more than {most_lines} lines: split it.",
                    ),
                )
    except csv.Error as error:
        says = phrase(
            lang,
            f"La ligne {reader.line_num} n'est pas du CSV lisible ({error}) : vérifiez ses guillemets.",
            f"Line {reader.line_num} is not readable CSV ({error}): check its quotes.",
        )
        raise BadInput("bad_csv", says) from error
    if not rows:
        raise BadInput(
            "no_lines",
            phrase(lang, "Le fichier n'a aucune ligne sous ses titres.", "The file has no line below its headings."),
        )
    return rows


def _text(content: bytes, lang: str, largest: int) -> str:
    if len(content) > largest:
        size = largest // 1_000_000
        french, english = f"Le fichier dépasse {size} Mo : découpez-le.", f"The file is larger than {size} MB: split it."
        raise BadInput("too_large", phrase(lang, french, english))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        says = phrase(
            lang,
            "Le fichier n'est pas écrit en UTF-8 : enregistrez-le sous « CSV UTF-8 », puis recommencez.",
            "The file is not written in UTF-8: save it as “CSV UTF-8”, then try again.",
        )
        raise BadInput("bad_encoding", says) from error
    if "\0" in text:
        raise BadInput("bad_encoding", phrase(lang, "Ce fichier n'est pas du texte.", "This file is not text."))
    return text


def _headings(cells: list[str], columns: Columns, lang: str) -> list[str]:
    names = [plain(cell).replace(" ", "_") for cell in cells]
    while names and not names[-1]:
        names.pop()
    faults = []
    if missing := [name for name in columns.needed if name not in names]:
        faults.append(phrase(lang, f"il manque {', '.join(missing)}", f"{', '.join(missing)} missing"))
    if strange := [name or "(vide)" for name in names if name not in columns.of_rejects]:
        faults.append(phrase(lang, f"en trop : {', '.join(strange)}", f"unknown: {', '.join(strange)}"))
    if twice := sorted({name for name in names if names.count(name) > 1 and name in columns.of_rejects}):
        faults.append(phrase(lang, f"écrit deux fois : {', '.join(twice)}", f"written twice: {', '.join(twice)}"))
    if faults:
        told = "; ".join(faults) if lang == "en" else phrase(lang, " ; ".join(faults), "")
        says = phrase(
            lang,
            f"Les titres des colonnes ne conviennent pas ({told}) : reprenez ceux d'un export.",
            f"The headings do not fit ({told}): take those of an export.",
        )
        raise BadInput("bad_headings", says)
    return names


def _row(line: int, names: list[str], cells: list[str], columns: Columns, lang: str) -> Row:
    told = {name: unguarded(cell.strip()) for name, cell in zip(names, cells, strict=False)}
    fault = ""
    if any(cell.strip() for cell in cells[len(names) :]):
        fault = phrase(
            lang,
            f"La ligne a plus de cellules que de titres ({len(cells)} pour {len(names)}) : un séparateur est de trop.",
            f"The line has more cells than headings ({len(cells)} for {len(names)}): there is one separator too many.",
        )
    return Row(line, {name: told.get(name, "") for name in columns.all}, fault)

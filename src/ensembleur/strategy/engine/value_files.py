"""Files of values, the same columns out and in: read with every habit of spreadsheets, each fault named in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ensembleur.strategy.engine import tabular
from ensembleur.strategy.engine.content import Label
from ensembleur.strategy.engine.entering import Figures
from ensembleur.strategy.engine.labels import LABEL_WORDS
from ensembleur.strategy.engine.tabular import Unreadable, plain
from ensembleur.strategy.engine.wording import phrase

DAY = timedelta(days=1)
COLUMNS = (
    "strategie", "indicateur", "titre", "unite", "du", "au", "situation_au", "connu_comme", "valeur", "numerateur", "denominateur",
    "nombre_unites", "source", "commentaire", "motif_correction", "origine", "etat",
)  # fmt: skip
NEEDED = ("strategie", "indicateur", "du", "au", "situation_au", "connu_comme", "valeur", "source")
VALUE_TABLE = tabular.Columns(COLUMNS, NEEDED)
SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True)
class Row(tabular.Row):
    """One line of a file of values."""

    @property
    def is_empty(self) -> bool:
        """Whether the value was left blank, as in the lines that an export prepares."""
        return not self.cells["valeur"]


def read_rows(content: bytes, lang: str = "fr") -> list[Row]:
    """The lines of a file of values. Raises BadInput, with one sentence, when the file as a whole cannot be read."""
    return [Row(one.line, one.cells, one.fault) for one in tabular.read_table(content, VALUE_TABLE, lang)]


def figures_in(row: Row, lang: str = "fr") -> Figures:
    """The figures of a line. Raises Unreadable with the first cell that cannot be read."""
    if row.fault:
        raise Unreadable(row.fault)
    cells = row.cells
    start, last = _day("du", cells, lang), _day("au", cells, lang)
    if last < start:
        raise Unreadable(
            phrase(
                lang,
                f"La période est vide : « au » ({last.isoformat()}) vient avant « du » ({start.isoformat()}).",
                f"The period is empty: « au » ({last.isoformat()}) comes before « du » ({start.isoformat()}).",
            )
        )
    value = _number("valeur", cells, lang)
    if value is None:
        raise Unreadable(phrase(lang, "La valeur manque.", "The value is missing."))
    return Figures(
        period_start=start,
        period_end=last + DAY,
        as_of=_day("situation_au", cells, lang),
        label=_label(cells["connu_comme"], lang),
        value=value,
        numerator=_number("numerateur", cells, lang),
        denominator=_number("denominateur", cells, lang),
        units=_units(cells, lang),
        source_title=cells["source"],
        comment=cells["commentaire"],
    )


def cells_of(figures: Figures) -> dict[str, str]:
    """The cells of these figures, as `figures_in` reads them back."""
    return {
        "du": figures.period_start.isoformat(),
        "au": (figures.period_end - DAY).isoformat(),
        "situation_au": figures.as_of.isoformat(),
        "connu_comme": LABEL_WORDS[figures.label].fr,
        "valeur": written(figures.value),
        "numerateur": written(figures.numerator),
        "denominateur": written(figures.denominator),
        "nombre_unites": "" if figures.units is None else str(figures.units),
        "source": figures.source_title,
        "commentaire": figures.comment,
    }


def written(value: Decimal | None) -> str:
    """« 1250,5 »; an absent number is an empty cell."""
    return "" if value is None else f"{value.normalize() + 0:f}".replace(".", ",")


def _day(name: str, cells: Mapping[str, str], lang: str) -> date:
    text = cells[name]
    try:
        if found := FRENCH_DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    says = phrase(
        lang,
        f"« {text[:40]} » n'est pas une date dans la colonne « {name} » : écrivez 31/12/2025 ou 2025-12-31.",
        f"“{text[:40]}” is no date in column “{name}”: write 31/12/2025 or 2025-12-31.",
    )
    raise Unreadable(says)


def _number(name: str, cells: Mapping[str, str], lang: str) -> Decimal | None:
    text = cells[name].translate(SPACES).replace("\u2212", "-")
    if not text:
        return None
    if NUMBER.fullmatch(text) and len(text) < 40:
        return Decimal(text.replace(",", "."))
    says = phrase(
        lang,
        f"« {cells[name][:40]} » n'est pas un nombre dans la colonne « {name} » : écrivez par exemple 1250,5.",
        f"“{cells[name][:40]}” is no number in column “{name}”: write 1250,5 for instance.",
    )
    raise Unreadable(says)


def _units(cells: Mapping[str, str], lang: str) -> int | None:
    units = _number("nombre_unites", cells, lang)
    if units is None:
        return None
    if units != units.to_integral_value() or units < 0:
        says = phrase(
            lang,
            "Le nombre d'unités est un nombre entier, zéro ou plus.",
            "The number of units is a whole number, zero or more.",
        )
        raise Unreadable(says)
    return int(units)


def _label(text: str, lang: str) -> Label:
    wanted = plain(text)
    for label, words in LABEL_WORDS.items():
        if wanted in {label.value, plain(words.fr), plain(words.en)}:
            return label
    known = ", ".join(words.into(lang) for words in LABEL_WORDS.values())
    says = phrase(
        lang,
        f"« {text[:40]} » ne dit pas comment la valeur est connue : écrivez {known}.",
        f"“{text[:40]}” does not say how the value is known: write {known}.",
    )
    raise Unreadable(says)

"""Files of budget lines, the same columns out and in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from ensembleur.errors import BadInput
from ensembleur.money import CENT, euros
from ensembleur.strategy.engine.content import Fund, Stage, Text
from ensembleur.strategy.engine.tabular import Columns, Row, Unreadable, plain
from ensembleur.strategy.engine.wording import FUND_WORDS, STAGE_WORDS, Fault, phrase

COLUMNS = ("partie", "annee", "financeur", "etape", "montant_eur", "decision", "note")
MONEY_TABLE = Columns(COLUMNS, COLUMNS[:5])
LONGEST_DECISION, LONGEST_NOTE = 200, 500
LARGEST_EUR = Decimal(10) ** 12  # beyond, a typing error
Kind = TypeVar("Kind", Fund, Stage)


@dataclass(frozen=True)
class Amount:
    """One budget line. part : a code of the strategy.   year : None for the whole period.   Words are without outer spaces."""

    part: str
    year: int | None
    fund: Fund
    stage: Stage
    amount_eur: Decimal
    decision: str = ""
    note: str = ""

    @property
    def place(self) -> tuple[str, int | None, Fund, Stage, str]:
        """What the amount is of: one decision gives one amount there."""
        return self.part, self.year, self.fund, self.stage, self.decision


def amount_in(row: Row, lang: str = "fr") -> Amount:
    """The budget line that a row says. Raises Unreadable with the first cell that cannot be read."""
    if row.fault:
        raise Unreadable(row.fault)
    cells = row.cells
    if not cells["partie"]:
        raise Unreadable(phrase(lang, "Le code de la partie manque.", "The code of the part is missing."))
    return Amount(
        part=cells["partie"],
        year=_year(cells["annee"], lang),
        fund=_word(cells["financeur"], "financeur", FUND_WORDS, lang),
        stage=_word(cells["etape"], "etape", STAGE_WORDS, lang),
        amount_eur=_amount(cells["montant_eur"], lang),
        decision=cells["decision"],
        note=cells["note"],
    )


def cells_of(line: Amount) -> dict[str, str]:
    """The cells of a line, as `amount_in` reads them back. A file speaks French whoever takes it."""
    exact = line.amount_eur.quantize(CENT)
    digits = f"{exact:.0f}" if exact == exact.to_integral_value() else f"{exact:.2f}"
    return {
        "partie": line.part,
        "annee": "" if line.year is None else str(line.year),
        "financeur": FUND_WORDS[line.fund].fr,
        "etape": STAGE_WORDS[line.stage].fr,
        "montant_eur": digits.replace(".", ","),
        "decision": line.decision,
        "note": line.note,
    }


def amount_fault(line: Amount, first: int, last: int, lang: str = "fr") -> Fault | None:
    """Why a line that can be read may not be kept, None when it may. first, last : the years the strategy may spend in."""
    if line.amount_eur < 0:
        fr = "Un montant ne peut pas être négatif : retirez plutôt la ligne qui est en trop."
        en = "An amount cannot be negative: take back the line that should not be there."
        return Fault("bad_amount", "amount_eur", phrase(lang, fr, en))
    if line.amount_eur > LARGEST_EUR:
        fr = "Ce montant dépasse mille milliards d'euros : vérifiez l'unité, ce sont des euros."
        en = "This amount exceeds a thousand billion euros: check the unit, these are euros."
        return Fault("bad_amount", "amount_eur", phrase(lang, fr, en))
    if line.amount_eur != line.amount_eur.quantize(CENT):
        return Fault("bad_amount", "amount_eur", phrase(lang, "Un montant s'arrête au centime.", "An amount stops at the cent."))
    if line.year is not None and not first <= line.year <= last:
        fr = f"L'année {line.year} est hors de la stratégie : de {first} à {last}, ou vide pour toute la période."
        en = f"The year {line.year} lies outside the strategy: {first} to {last}, or empty for the whole period."
        return Fault("bad_year", "year", phrase(lang, fr, en))
    for at, words, longest in (("decision", line.decision, LONGEST_DECISION), ("note", line.note, LONGEST_NOTE)):
        if len(words) > longest:
            fr = f"« {words[:30]}… » est trop long : {longest} caractères au plus."
            en = f"“{words[:30]}…” is too long: {longest} characters at most."
            return Fault("too_long", at, phrase(lang, fr, en))
    return None


def _year(text: str, lang: str) -> int | None:
    if not text:
        return None
    if len(text) == 4 and text.isascii() and text.isdigit():
        return int(text)
    says = phrase(
        lang,
        f"« {text[:40]} » n'est pas une année : écrivez 2025, ou laissez vide pour toute la période.",
        f"“{text[:40]}” is no year: write 2025, or leave it empty for the whole period.",
    )
    raise Unreadable(says)


def _amount(text: str, lang: str) -> Decimal:
    try:
        return euros(text) + 0
    except BadInput as error:
        says = phrase(
            lang,
            f"« {text[:40]} » n'est pas un montant en euros : écrivez par exemple 250 000 ou 1 500,50.",
            f"“{text[:40]}” is no amount in euros: write 250 000 or 1 500,50 for instance.",
        )
        raise Unreadable(says) from error


def _word(text: str, column: str, words: Mapping[Kind, Text], lang: str) -> Kind:
    wanted = plain(text)
    for kind, word in words.items():
        if wanted in {kind.value, plain(word.fr), plain(word.en)}:
            return kind
    known = ", ".join(word.fr for word in words.values())
    says = phrase(
        lang,
        f"« {text[:40]} » n'est pas reconnu dans la colonne « {column} » : écrivez {known}.",
        f"“{text[:40]}” is not known in column “{column}”: write {known}.",
    )
    raise Unreadable(says)

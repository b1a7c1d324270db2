"""Numbers, amounts and days as a French or an English reader writes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from ensembleur.money import NARROW_SPACE, NO_BREAK_SPACE, show_euros


def is_english() -> bool:
    """Whether the page is being written in English; any other language is French."""
    return (get_language() or "fr").startswith("en")


def euros(amount: Decimal | int | float | None) -> str:
    """« 250 000 € » or "€250,000"; an absent amount stays an empty text.

    A float is accepted for display only, rounded to the cent: computations stay in Decimal.
    """
    if amount is None or amount == "":
        return ""
    exact = Decimal(str(amount)) if isinstance(amount, float) else Decimal(amount)
    return show_euros(exact, "en" if is_english() else "fr")


def number(value: Decimal | int | float | None, decimals: int | None = None) -> str:
    """« 12 345,6 » or "12,345.6"; `decimals` fixes how many, otherwise at most two and no useless zero."""
    if value is None or value == "":
        return ""
    exact = Decimal(str(value))
    if not exact.is_finite():
        return str(value)
    digits = f"{exact:,.{2 if decimals is None else int(decimals)}f}"
    if decimals is None and "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    if is_english():
        return digits
    return digits.replace(",", NARROW_SPACE).replace(".", ",")


def share(value: Decimal | int | float | None, decimals: int = 0) -> str:
    """A share between 0 and 1 as « 45 % » or "45%"."""
    if value is None or value == "":
        return ""
    digits = number(Decimal(str(value)) * 100, decimals)
    return f"{digits}%" if is_english() else f"{digits}{NO_BREAK_SPACE}%"


def day(value: date | datetime | None) -> str:
    """« 12 mars 2026 », « 1er mars 2026 » or "12 March 2026"; an instant is read in the time zone of the page."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    written = date_format(value, "j F Y")
    if value.day == 1 and not is_english():
        written = written.replace("1 ", "1er ", 1)
    return written.replace(" ", NO_BREAK_SPACE, 1)


def instant(value: datetime | None) -> str:
    """« 12 mars 2026 à 14 h 05 » or "12 March 2026, 14:05"."""
    if not value:
        return ""
    local: Any = timezone.localtime(value) if timezone.is_aware(value) else value
    if is_english():
        return f"{day(local)}, {local:%H:%M}"
    return f"{day(local)} à {local.hour}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{local:%M}"


def harmless(value: Any) -> str:
    """Text that a spreadsheet will not run as a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

"""Euros, exactly: Decimal in, Decimal out, and the two rounding rules the house uses."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

from ensembleur.errors import BadInput

TOO_MANY_DIGITS = 15  # beyond, a typing error; and cents would be lost in arithmetic
CENT = Decimal("0.01")
NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"


def euros(value: Decimal | int | str) -> Decimal:
    """An amount in euros from a whole number, a Decimal or text such as "250 000,50".

    Raises BadInput for a float (it would lose cents), text that is no number, infinities and amounts beyond 10^15.
    """
    if isinstance(value, float):
        raise BadInput("float_money", "Un montant en euros ne peut pas être un nombre flottant : il perdrait des centimes.")
    if isinstance(value, str):
        value = value.replace(NARROW_SPACE, "").replace(NO_BREAK_SPACE, "").replace(" ", "").replace("€", "").replace(",", ".")
    try:
        amount = Decimal(value)
    except (InvalidOperation, ValueError) as error:
        raise BadInput("not_an_amount", f"« {value} » n'est pas un montant : écrivez par exemple 250 000 ou 1 500,50.") from error
    if not amount.is_finite():
        raise BadInput("not_an_amount", f"« {value} » n'est pas un montant fini.")
    if amount.adjusted() >= TOO_MANY_DIGITS:
        raise BadInput(
            "not_an_amount",
            f"« {str(value)[:40]} » dépasse tout ce qu'une aide peut compter : vérifiez l'unité, ce sont des euros.",
        )
    return amount


def to_cent(amount: Decimal) -> Decimal:
    """Rounded to the cent, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def down_to_euro(amount: Decimal) -> Decimal:
    """Rounded down to the whole euro, as most grants are."""
    return amount.quantize(Decimal(1), ROUND_DOWN)


def show_euros(amount: Decimal | int, lang: str = "fr") -> str:
    """« 250 000 € » in French, "€250,000" in English; cents only when there are some."""
    amount = to_cent(Decimal(amount))
    digits = f"{amount:,.2f}" if amount != amount.to_integral_value() else f"{amount:,.0f}"
    if lang == "en":
        return f"-€{digits[1:]}" if digits.startswith("-") else f"€{digits}"
    return digits.replace(",", NARROW_SPACE).replace(".", ",") + f"{NO_BREAK_SPACE}€"

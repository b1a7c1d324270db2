"""Values known in different ways are never added, and never set side by side without naming how each is known."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ensembleur.strategy.engine.content import Label, Text
from ensembleur.strategy.engine.wording import listed, phrase, show_amount

LABEL_WORDS = {
    Label.PROGRAMMED: Text("programmé", "programmed"),
    Label.DECLARED: Text("déclaré", "declared"),
    Label.AGREED: Text("conventionné", "agreed"),
    Label.PAID: Text("payé", "paid"),
    Label.OBSERVED: Text("constaté", "observed"),
    Label.ESTIMATED: Text("estimé", "estimated"),
}


def label_word(label: Label, lang: str = "fr") -> str:
    """« déclaré », "declared"."""
    return LABEL_WORDS[label].into(lang)


def combined(values: Iterable[tuple[Label, Decimal]]) -> dict[Label, Decimal]:
    """The sum of what is known in each way, in the order of the labels; there is no total of them, on purpose."""
    totals: dict[Label, Decimal] = {}
    for label, value in values:
        totals[label] = totals.get(label, Decimal(0)) + value
    return {label: totals[label] for label in Label if label in totals}


def combined_sentence(totals: dict[Label, Decimal], unit: Text | None = None, lang: str = "fr") -> str:
    """« 82 M€ (payé) et 300 M€ (programmé), qui ne s'ajoutent pas »."""
    parts = [f"{show_amount(value, unit, lang)} ({label_word(label, lang)})" for label, value in totals.items()]
    if len(parts) < 2:
        return "".join(parts)
    return listed(parts, lang) + phrase(lang, ", qui ne s'ajoutent pas", ", which do not add up")


def comparison(
    value: Decimal, label: Label, target: Decimal, target_label: Label, unit: Text | None = None, lang: str = "fr"
) -> str:
    """« 302 entreprises (déclaré), pour un objectif de 500 (programmé) »; one label for both is said once."""
    held, wanted = show_amount(value, unit, lang), show_amount(target, unit, lang)
    word, target_word = label_word(label, lang), label_word(target_label, lang)
    if label is target_label:
        return phrase(lang, f"{held}, pour un objectif de {wanted} ({word})", f"{held}, for a target of {wanted} ({word})")
    return phrase(
        lang,
        f"{held} ({word}), pour un objectif de {wanted} ({target_word})",
        f"{held} ({word}), for a target of {wanted} ({target_word})",
    )

"""Values known in different ways are never set side by side without naming how each is known."""

from __future__ import annotations

from decimal import Decimal

from ensembleur.strategy.engine.content import Label, Text
from ensembleur.strategy.engine.wording import phrase, show_amount

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

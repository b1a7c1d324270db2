"""What a verdict says in one line: its state, its sentence, its amount; in French and English."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ensembleur.logic.answers import Answer, Reason
from ensembleur.logic.sentences import show_day, show_money
from ensembleur.logic.words import Words
from ensembleur.money import NO_BREAK_SPACE
from ensembleur.schemes.engine.amount import AmountRange
from ensembleur.schemes.engine.opening import Opening
from ensembleur.schemes.engine.scheme import Edge, Scheme, Version
from ensembleur.schemes.engine.vocabulary import VOCABULARY

STATES = {"yes": "yes", "no": "no", "unknown": "unknown", "not_open": "closed"}
STATE_TEXTS = {
    "yes": Words("Éligible", "Eligible"),
    "no": Words("Non éligible", "Not eligible"),
    "unknown": Words("À vérifier", "To be checked"),
    "not_open": Words("Fermé", "Closed"),
}
UNREADABLE = Words("À confirmer", "To be confirmed")
TO_CONFIRM = Words("Éligible, à confirmer", "Eligible, to be confirmed")  # the rules say yes, the operator may have closed
NATURE_WORDS = {
    "advance": Words("avance", "advance"),
    "loan": Words("prêt", "loan"),
    "equity": Words("apport en capital", "equity"),
    "tax_credit": Words("crédit d'impôt", "tax credit"),
    "in_kind": Words("prestation", "service"),
    "to_pay": Words("reste à payer", "left to pay"),
}


def phrase(lang: str, fr: str, en: str) -> str:
    """The phrase in the language asked, a no-break space before the French colon."""
    return en if lang == "en" else fr.replace(" :", NO_BREAK_SPACE + ":")


def opening_sentence(opening: Opening, scheme: Scheme, lang: str) -> str:
    """« Fermé depuis le 27 juillet 2024. », « Ouvre le 3 mars 2027. », « Ouvert jusqu'au 15 octobre 2026. »"""
    note = opening.version.status_note.in_(lang) if opening.version is not None else ""
    tail = f" {note}" if note else ""
    if opening.closes_on is not None:
        return phrase(
            lang, f"Ouvert jusqu'au {show_day(opening.closes_on, 'fr')}.", f"Open until {show_day(opening.closes_on, 'en')}."
        )
    if opening.why == "suspended":
        return phrase(lang, "Suspendu pour le moment.", "Suspended for now.") + tail
    if opening.opens_on is not None:
        again = opening.closed_since is not None
        fr, en = ("Rouvre", "Opens again") if again else ("Ouvre", "Opens")
        return phrase(lang, f"{fr} le {show_day(opening.opens_on, 'fr')}.", f"{en} on {show_day(opening.opens_on, 'en')}.")
    if opening.closed_since is not None:
        return (
            phrase(
                lang,
                f"Fermé depuis le {show_day(opening.closed_since, 'fr')}.",
                f"Closed since {show_day(opening.closed_since, 'en')}.",
            )
            + tail
        )
    if opening.why == "unheard":
        return phrase(lang, "Pas encore publié à cette date.", "Not published yet at that date.")
    name = scheme.operator.name
    return (
        phrase(lang, f"Fermé ; prochaine ouverture non annoncée par {name}.", f"Closed; {name} has announced no next opening.")
        + tail
    )


def verdict_sentence(answer: str, reasons: Sequence[Reason], missing: Sequence[str], scheme: Scheme, lang: str) -> str:
    """Why, in one sentence."""
    if answer == "no":
        against = [reason for reason in reasons if reason.answer is Answer.NO and reason.matters]
        fr, en = ("Une condition n'est pas remplie", "One condition is not met")
        if len(against) > 1:
            fr, en = f"{len(against)} conditions ne sont pas remplies, dont", f"{len(against)} conditions are not met, among them"
        return phrase(lang, f"{fr} : {against[0].says}.", f"{en}: {against[0].says}.")
    if answer == "unknown" and missing:
        names = [_lower(VOCABULARY[key].label.in_(lang)) if key in VOCABULARY else key for key in missing]
        listed = ", ".join(names[:3]) + ("…" if len(names) > 3 else "")
        if len(names) == 1:
            return phrase(lang, f"Il manque une information : {listed}.", f"One piece of information is missing: {listed}.")
        return phrase(
            lang, f"Il manque {len(names)} informations : {listed}.", f"{len(names)} pieces of information are missing: {listed}."
        )
    if answer == "unknown":
        name = scheme.operator.name
        return phrase(
            lang,
            f"Une condition reste à vérifier auprès de l'organisme ({name}).",
            f"One condition remains to be checked with {name}.",
        )
    return phrase(lang, "Toutes les conditions vérifiables sont remplies.", "Every condition that can be checked is met.")


def headline(amount: AmountRange | None, lang: str, *, is_fixed: bool = False) -> str:
    """« jusqu'à 250 000 € », « prêt : de 10 000 € à 500 000 € », « reste à payer : 6 000 € »; empty without amount.

    is_fixed : the amount does not depend on a decision (a flat sum, a step); otherwise even an exact figure is « jusqu'à ».
    """
    if amount is None:
        return ""
    word = NATURE_WORDS[amount.nature].in_(lang) if amount.nature in NATURE_WORDS else ""
    if amount.max is None:
        told = phrase(lang, "montant selon le projet", "amount depends on the project")
    elif amount.min == amount.max and is_fixed:
        told = show_money(amount.max, lang)
    elif 0 < amount.min < amount.max:
        told = phrase(
            lang,
            f"de {show_money(amount.min)} à {show_money(amount.max)}",
            f"from {show_money(amount.min, 'en')} to {show_money(amount.max, 'en')}",
        )
    else:
        told = phrase(lang, f"jusqu'à {show_money(amount.max)}", f"up to {show_money(amount.max, 'en')}")
    return phrase(lang, f"{word} : {told}", f"{word}: {told}") if word else told


def edge_sentence(edge: Edge, title: str, lang: str) -> str:
    """« À faire d'abord : Diagnostic cyber. »"""
    words = {
        "prerequisite": Words("À faire d'abord", "To do first"),
        "exclusive": Words("Ne se cumule pas avec", "Cannot be combined with"),
        "cumulable": Words("Se cumule avec", "Can be combined with"),
        "replaced_by": Words("Remplacé par", "Replaced by"),
        "counts_toward": Words("Compte dans", "Counts toward"),
    }[edge.kind].in_(lang)
    note = edge.note.in_(lang)
    return phrase(lang, f"{words} : {title}", f"{words}: {title}") + (f" ({note})" if note else "")


def uncertain_sentence(scheme: Scheme, version: Version, lang: str) -> str:
    """« À confirmer auprès de la Région. »; a note that says whom to ask is enough by itself."""
    note = version.status_note.in_(lang)
    if phrase(lang, "à confirmer auprès", "to be confirmed with") in note:
        return note
    return phrase(
        lang,
        f"À confirmer auprès de l'organisme ({scheme.operator.name})",
        f"To be confirmed with the body in charge ({scheme.operator.name})",
    ) + (phrase(lang, f" : {note}", f": {note}") if note else ".")


def de_minimis_sentence(room: Decimal | None, lang: str) -> str:
    """What is known of the room left under the cap."""
    if room is None:
        return phrase(
            lang,
            "Compte dans le plafond de minimis du groupe : aides déjà reçues non renseignées",
            "Counts toward the group's de minimis cap: aid already received unknown",
        )
    return phrase(
        lang,
        f"Compte dans le plafond de minimis du groupe : il reste {show_money(room)}",
        f"Counts toward the group's de minimis cap: {show_money(room, 'en')} left",
    )


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]

"""The words for what differs between two versions of a strategy."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from ensembleur.logic.sentences import show_day, show_money
from ensembleur.strategy.engine.content import BudgetLine, Indicator, Target, Text, Value
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.wording import FUND_WORDS, STAGE_WORDS, phrase, show_amount


class Kind(Enum):
    """What happened to a part."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"  # no longer followed; what it held stays public
    REMOVED = "removed"  # no longer said by the file; what was loaded stays in the history


class Part(Enum):
    """Which part of the file."""

    STRATEGY = "strategy"
    DOCUMENT = "document"
    NODE = "node"
    INDICATOR = "indicator"
    TARGET = "target"
    VALUE = "value"
    BUDGET = "budget"


@dataclass(frozen=True)
class Change:
    """One difference. at : the code of the part, or the key of the document.   fields : the attributes that changed.

    is_warning : nobody wrote that it should happen, so somebody should look.
    """

    kind: Kind
    part: Part
    at: str
    says: str
    fields: tuple[str, ...] = ()
    is_warning: bool = False


KIND_WORDS = {
    Kind.ADDED: Text("ajouté", "added"),
    Kind.CHANGED: Text("modifié", "changed"),
    Kind.RETIRED: Text("retiré", "retired"),
    Kind.REMOVED: Text("disparu du fichier, gardé dans l'historique", "gone from the file, kept in the history"),
}
PART_WORDS = {
    Part.STRATEGY: Text("Stratégie", "Strategy"),
    Part.DOCUMENT: Text("Document", "Document"),
    Part.NODE: Text("Élément", "Part"),
    Part.INDICATOR: Text("Indicateur", "Indicator"),
    Part.TARGET: Text("Objectif chiffré", "Target"),
    Part.VALUE: Text("Valeur d'un texte", "Value of a text"),
    Part.BUDGET: Text("Ligne de budget", "Budget line"),
}
FIELD_WORDS = {
    "title": Text("titre", "title"),
    "region": Text("région", "region"),
    "period": Text("période", "period"),
    "period_note": Text("note sur la période", "note on the period"),
    "summary": Text("résumé", "summary"),
    "is_fictional": Text("caractère fictif", "fictional or not"),
    "is_current": Text("stratégie en cours", "current strategy"),
    "follows": Text("stratégie précédente", "former strategy"),
    "words": Text("noms des étages", "names of the floors"),
    "kind": Text("étage", "floor"),
    "citation": Text("citation", "citation"),
    "owners": Text("responsables", "owners"),
    "partners": Text("partenaires", "partners"),
    "territories": Text("territoires", "territories"),
    "lessons": Text("enseignements", "lessons"),
    "rows": Text("lignes de la mission", "rows of the mission"),
    "schemes": Text("dispositifs", "schemes"),
    "remarks": Text("remarques", "remarks"),
    "wordings": Text("autres intitulés", "other wordings"),
    "place": Text("place dans la stratégie", "place in the strategy"),
    "level": Text("niveau", "level"),
    "definition": Text("définition", "definition"),
    "unit": Text("unité", "unit"),
    "counting_unit": Text("unité de compte", "counting unit"),
    "direction": Text("sens", "direction"),
    "over_time": Text("cumul dans le temps", "combination over time"),
    "over_places": Text("cumul entre territoires", "combination over places"),
    "label": Text("façon de savoir", "how it is known"),
    "confidentiality": Text("confidentialité", "confidentiality"),
    "numerator": Text("numérateur", "numerator"),
    "denominator": Text("dénominateur", "denominator"),
    "deduplication": Text("dédoublonnage", "deduplication"),
    "population": Text("population", "population"),
    "extraction": Text("extraction", "extraction"),
    "reference_date": Text("date de référence", "reference date"),
    "responsible": Text("responsable", "responsible person"),
    "limits": Text("limites", "limits"),
    "disaggregations": Text("ventilations", "disaggregations"),
    "frequency_months": Text("fréquence", "frequency"),
    "delay_months": Text("délai", "delay"),
    "measured_by": Text("mesure automatique", "measurement"),
    "parameters": Text("paramètres de mesure", "parameters of the measurement"),
    "needs": Text("ce qui manque pour mesurer", "what measuring needs"),
    "union_of": Text("union de", "union of"),
    "eu_codes": Text("codes européens", "European codes"),
    "eu_note": Text("note sur les codes européens", "note on European codes"),
    "baseline": Text("point de départ", "baseline"),
    "state": Text("état", "state"),
    "state_reason": Text("motif de l'état", "reason of the state"),
    "replaced_by": Text("remplaçant", "replacement"),
    "due": Text("échéance", "due date"),
    "start": Text("début", "start"),
    "value": Text("valeur", "value"),
    "statements": Text("citations", "citations"),
    "decision": Text("décision", "decision"),
    "rationale": Text("justification", "rationale"),
    "reason": Text("motif", "reason"),
    "as_of": Text("date d'observation", "as-of date"),
    "note": Text("note", "note"),
}


def field_words(names: tuple[str, ...], lang: str) -> str:
    """« titre, unité »."""
    return ", ".join(FIELD_WORDS[name].into(lang) for name in names)


def changed_fields(before: Any, after: Any, outside: frozenset[str]) -> tuple[str, ...]:
    """The attributes of two dataclasses of one kind that differ, those `outside` left out."""
    return tuple(
        field.name
        for field in fields(before)
        if field.name not in outside and getattr(before, field.name) != getattr(after, field.name)
    )


def sentence(kind: Kind, part: Part, name: str, lang: str, detail: str = "") -> str:
    """« Indicateur M1.companies : modifié (titre, unité). »"""
    tail = f" ({detail})" if detail else ""
    what, how = PART_WORDS[part].into(lang), KIND_WORDS[kind].into(lang)
    return phrase(lang, f"{what} {name} : {how}{tail}.", f"{what} {name}: {how}{tail}.")


def name_target(code: str, target: Target, indicator: Indicator, lang: str) -> str:
    """« M1.companies, 500 entreprises au 31 décembre 2021 »."""
    amount, due = show_amount(target.value, indicator.unit, lang), show_day(target.due, lang)
    return phrase(lang, f"{code}, {amount} au {due}", f"{code}, {amount} by {due}")


def name_value(code: str, value: Value, indicator: Indicator, lang: str) -> str:
    """« M1.companies, 302 entreprises (déclaré) au 31 décembre 2017 »."""
    amount, day = show_amount(value.value, indicator.unit, lang), show_day(value.as_of, lang)
    word = label_word(value.label, lang)
    return phrase(lang, f"{code}, {amount} ({word}) au {day}", f"{code}, {amount} ({word}) on {day}")


def name_budget(code: str, line: BudgetLine, lang: str) -> str:
    """« M1, FEDER, 4 M€ programmé, 2018 »."""
    amount, stage = show_money(line.statements[0].value, lang), STAGE_WORDS[line.stage].into(lang)
    year = f", {line.year}" if line.year is not None else ""
    return f"{code}, {FUND_WORDS[line.fund].into(lang)}, {amount} {stage}{year}"

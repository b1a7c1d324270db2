"""Whether plain data has the shape of a strategy, by its JSON Schema, said in French."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ensembleur.strategy.engine.parsing.places import Fault

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

SCHEMA = Path(__file__).parent / "strategy.schema.json"
KINDS = {
    "object": "un tableau de clés",
    "array": "une liste, chaque ligne précédée d'un tiret",
    "string": "un texte (entre guillemets s'il n'a que des chiffres)",
    "integer": "un nombre entier",
    "number": "un nombre, avec un point pour les décimales",
    "boolean": "true ou false",
    "null": "null",
}


@cache
def validator() -> Any:
    """The schema, read once."""
    from jsonschema import Draft202012Validator  # half a second that pages which load no file do without

    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def faults_of_shape(data: Any) -> list[Fault]:
    """Every key unknown or missing, every value of the wrong kind."""
    return [fault for error in validator().iter_errors(data) for fault in _faults(error)]


def _faults(error: ValidationError) -> Iterator[Fault]:
    path = tuple(error.absolute_path)
    rule, wanted, given = str(error.validator), error.validator_value, error.instance
    if rule == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for key in (key for key in given if key not in known):
            near = difflib.get_close_matches(str(key), known, n=1)
            advice = f"vouliez-vous « {near[0]} » ?" if near else f"retirez-la, ou choisissez parmi {', '.join(known)}"
            yield Fault((*path, str(key)), f"la clé « {key} » est inconnue : {advice}")
    elif rule == "required":
        missing = next(key for key in wanted if key not in given and f"'{key}'" in error.message)
        yield Fault(path, f"il manque la clé « {missing} » : ajoutez « {missing}: »")
    else:
        yield Fault(path, _says(rule, wanted, given))


def _says(rule: str, wanted: Any, given: Any) -> str:
    shown = json.dumps(given, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    match rule:
        case "type":
            kinds = wanted if isinstance(wanted, list) else [wanted]
            return f"{shown} n'est pas ce qui est attendu : écrivez {' ou '.join(KINDS[kind] for kind in kinds)}"
        case "enum":
            near = difflib.get_close_matches(str(given), [str(word) for word in wanted], n=1)
            return f"{shown} n'est pas admis : " + (
                f"vouliez-vous « {near[0]} » ?" if near else f"écrivez l'un de {', '.join(wanted)}"
            )
        case "pattern":
            return f"{shown} n'a pas la bonne forme ({wanted}) : récrivez-le"
        case "minLength":
            return "ce texte est vide : écrivez-le, ou retirez la clé"
        case "minItems":
            return "cette liste est vide : écrivez au moins une ligne, précédée d'un tiret"
        case "uniqueItems":
            return f"{shown} dit deux fois la même chose : gardez-la une fois"
        case "minimum" | "maximum":
            return f"{shown} est hors des bornes : écrivez {'au moins' if rule == 'minimum' else 'au plus'} {wanted}"
        case _:
            return f"{shown} n'obéit pas à la règle « {rule} » du schéma"

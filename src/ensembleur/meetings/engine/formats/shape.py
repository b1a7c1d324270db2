"""Whether a JSON text has the shape of one of our files, by its JSON Schema; the first thing wrong said in one French sentence."""

from __future__ import annotations

import difflib
import json
from functools import cache
from pathlib import Path
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.formats.limits import MOST_BYTES

KINDS = {
    "object": "un objet entre accolades",
    "array": "une liste entre crochets",
    "string": "un texte entre guillemets",
    "integer": "un nombre entier",
    "number": "un nombre",
    "boolean": "true ou false",
    "null": "null",
}


def parse_json(text: str) -> Any:
    """The data of a JSON text. Raises BadInput: not JSON, too big, too deep, a key written twice, a character that is none."""
    if len(text) > MOST_BYTES:
        raise BadInput("file_too_big", f"Le fichier dépasse {MOST_BYTES // 1_000_000} Mo : aucun événement n'en demande autant.")
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise BadInput("bad_json", f"Ligne {error.lineno}, colonne {error.colno} : ce n'est pas du JSON lisible.") from error
    except RecursionError as error:
        raise BadInput("bad_json", "Le fichier est trop imbriqué pour être lu.") from error
    except UnicodeEncodeError as error:
        raise BadInput(
            "bad_json", "Le fichier contient une moitié de caractère (\\ud800 à \\udfff) : corrigez ce texte."
        ) from error
    except BadInput:
        raise
    except ValueError as error:
        raise BadInput("bad_json", "Le fichier contient un nombre de plusieurs milliers de chiffres.") from error
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise BadInput("bad_json", f"La clé « {twice[:60]} » est écrite deux fois dans le même objet : gardez-en une.")
    return found


def _no_constant(word: str) -> Any:
    raise BadInput("bad_json", f"« {word} » n'est pas un nombre.")


def check_shape(data: Any, schema: str) -> None:
    """Raise BadInput for the first thing that the schema does not admit, with its path."""
    rules = _rules(schema)
    if fits(data, rules, rules["$defs"]):
        return
    for error in _validator(schema).iter_errors(data):
        raise refuse(_path(error.absolute_path), _says(str(error.validator), error.validator_value, error.instance, error.schema))


def refuse(path: str, says: str) -> BadInput:
    """The error that names the place in the file."""
    return BadInput("bad_file", f"{path or 'le fichier'} : {says}{'' if says.endswith('?') else '.'}", path=path)


def fits(data: Any, rule: dict[str, Any], defs: dict[str, Any]) -> bool:
    """Whether data surely has the shape of a rule; when not, the library is asked, twenty times slower on a large event."""
    if "$ref" in rule:
        rule = defs[rule["$ref"].rpartition("/")[2]]
    kinds = rule.get("type", "string")
    if not any(type(data) is one for kind in ([kinds] if isinstance(kinds, str) else kinds) for one in TYPES[kind]):
        return False
    if isinstance(data, str):
        return rule.get("minLength", 0) <= len(data) <= rule.get("maxLength", len(data)) and data in rule.get("enum", (data,))
    if isinstance(data, list):
        items = rule["items"]
        return rule.get("minItems", 0) <= len(data) <= rule["maxItems"] and all(fits(one, items, defs) for one in data)
    if isinstance(data, dict):
        known, others = rule.get("properties", {}), rule["additionalProperties"]
        if len(data) > rule.get("maxProperties", len(data)) or any(key not in data for key in rule.get("required", ())):
            return False
        if others is False:
            return all(key in known and fits(one, known[key], defs) for key, one in data.items())
        return all(fits(key, rule["propertyNames"], defs) and fits(one, others, defs) for key, one in data.items())
    return data is None or rule.get("minimum", data) <= data <= rule.get("maximum", data)


TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


@cache
def _rules(schema: str) -> Any:
    return json.loads((Path(__file__).parent / f"{schema}.schema.json").read_text(encoding="utf-8"))


@cache
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator  # half a second that what reads no file does without

    return Draft202012Validator(_rules(schema))


def _path(steps: Any) -> str:
    """("meetings", 0, "id") is written meetings[0].id."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{str(step)[:60]}" if text else str(step)[:60]
    return text


def _says(rule: str, wanted: Any, given: Any, schema: dict[str, Any]) -> str:
    shown = json.dumps(given, ensure_ascii=False)
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    match rule:
        case "type":
            kinds = wanted if isinstance(wanted, list) else [wanted]
            return f"{shown} n'est pas ce qui est attendu, écrivez {' ou '.join(KINDS[kind] for kind in kinds)}"
        case "additionalProperties":
            known = list(schema["properties"])
            key = next(key for key in given if key not in known)
            near = difflib.get_close_matches(key, known, n=1)
            advice = f"vouliez-vous « {near[0]} » ?" if near else f"les clés admises sont {', '.join(known)}"
            return f"la clé « {key[:60]} » est inconnue, {advice}"
        case "required":
            return f"il manque la clé « {next(key for key in wanted if key not in given)} »"
        case "enum":
            return f"{shown} n'est pas admis, écrivez l'un de {', '.join(wanted)}"
        case "minimum" | "maximum":
            return f"{shown} est hors des bornes, écrivez {'au moins' if rule == 'minimum' else 'au plus'} {wanted}"
        case "minLength" | "minItems":
            return f"{shown} est vide"
        case "maxLength":
            return f"ce texte dépasse {wanted} caractères"
        case _:
            return f"plus de {wanted} éléments"

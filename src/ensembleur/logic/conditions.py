"""A rule as data: a tree of all, any, not, at least n, and leaves that each compare one fact with one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from ensembleur.errors import BadInput
from ensembleur.logic.words import FactKey, Vocabulary

NUMBER_OPS = ("is", "is_not", "at_least", "at_most", "above", "below", "between")
CODE_OPS = ("is", "is_not", "in", "not_in", "starts_with", "not_starts_with")
ZONE_OPS = ("in_zone", "not_in_zone")
BOOL_OPS = ("is_true", "is_false")
AGE_OPS = ("older_than_months", "at_least_months_old", "within_months")
DATE_OPS = (*AGE_OPS, "before", "on_or_after")
LIST_OPS = ("in", "not_in", "starts_with", "not_starts_with")  # ops whose value is a list of codes
OPS = tuple(dict.fromkeys((*NUMBER_OPS, *CODE_OPS, *ZONE_OPS, *BOOL_OPS, *DATE_OPS)))
OPS_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "number": NUMBER_OPS,
    "money": NUMBER_OPS,
    "share": NUMBER_OPS,
    "bool": BOOL_OPS,
    "date": DATE_OPS,
    "code": CODE_OPS,
    "codes": ("in", "not_in"),
    "commune": (*CODE_OPS, *ZONE_OPS),
    "aids": (),
}
LEAF_CLASSES = ("register", "declared", "project", "procedural", "jury")


@dataclass(frozen=True)
class Param:
    """The value a dated parameter has on the day of the evaluation."""

    name: str


Scalar: TypeAlias = Decimal | str | date | bool | Param


@dataclass(frozen=True)
class Bounds:
    """From `low` to `high`, both included."""

    low: Decimal | Param
    high: Decimal | Param


Value: TypeAlias = Scalar | Bounds | tuple[str, ...] | None


@dataclass(frozen=True)
class Leaf:
    """One comparison. `kind` is its class (register, declared, project, procedural, jury); `source` a key of the rule's sources."""

    id: str
    fact: str
    op: str
    value: Value = None
    kind: str = "declared"
    source: str = ""


@dataclass(frozen=True)
class All:
    """Every part must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """One part at least must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part must not hold."""

    part: Condition


@dataclass(frozen=True)
class AtLeast:
    """At least `count` of the parts must hold."""

    count: int
    parts: tuple[Condition, ...]


Condition: TypeAlias = All | AnyOf | Not | AtLeast | Leaf


def children(condition: Condition) -> tuple[Condition, ...]:
    """The parts directly under a node; none under a leaf."""
    if isinstance(condition, Leaf):
        return ()
    return (condition.part,) if isinstance(condition, Not) else condition.parts


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every leaf, in the order of the text."""
    if isinstance(condition, Leaf):
        yield condition
    for part in children(condition):
        yield from leaves(part)


def needed_of(condition: All | AnyOf | AtLeast, negated: bool = False) -> int:
    """How many parts must hold; under a negation, how many of the negated parts must (De Morgan, counts included)."""
    total = len(condition.parts)
    needed = total if isinstance(condition, All) else 1 if isinstance(condition, AnyOf) else condition.count
    return total - needed + 1 if negated else needed


def params(condition: Condition) -> set[str]:
    """The names of the parameters the condition reads."""
    found = set()
    for leaf in leaves(condition):
        values = (leaf.value.low, leaf.value.high) if isinstance(leaf.value, Bounds) else (leaf.value,)
        found |= {value.name for value in values if isinstance(value, Param)}
    return found


# -- from plain data ---------------------------------------------------------------------------------------------------


def refuse(where: str, what: str) -> BadInput:
    """The error of a rule that cannot be read: « fichier, chemin : quoi, et quoi écrire »."""
    return BadInput("bad_rule", f"{where} : {what}")


def parse(data: Any, *, where: str = "règle", vocabulary: Vocabulary | None = None) -> Condition:
    """The condition written in plain data (dicts, lists, scalars), as YAML and JSON give it.

    where : the file and path to name in errors.   vocabulary : when given, facts, ops and values are checked against it.
    Raises BadInput, one sentence: file, path, what is wrong and what to write.
    """
    if not isinstance(data, Mapping):
        raise refuse(
            where, "une condition s'écrit « all: », « any: », « not: », « at_least: » ou une ligne {id, fact, op, value}"
        )
    heads = [head for head in ("all", "any", "not", "at_least") if head in data]
    if "fact" in data or "op" in data:
        return _parse_leaf(data, where, vocabulary)
    if len(heads) != 1 or len(data) != 1:
        raise refuse(where, f"écrivez une seule clé parmi all, any, not, at_least ; lu : {', '.join(map(str, data)) or 'rien'}")
    head, body = heads[0], data[heads[0]]
    at = f"{where}.{head}"
    if head == "not":
        return Not(parse(body, where=at, vocabulary=vocabulary))
    if head == "at_least":
        if not isinstance(body, Mapping) or not isinstance(body.get("n"), int) or set(body) != {"n", "of"}:
            raise refuse(at, "écrivez « at_least: {n: 2, of: [ … ]} »")
        parts = _parse_parts(body["of"], f"{at}.of", vocabulary)
        if not 1 <= body["n"] <= len(parts):
            raise refuse(at, f"n vaut {body['n']} alors qu'il y a {len(parts)} conditions : choisissez de 1 à {len(parts)}")
        return AtLeast(body["n"], parts)
    return (All if head == "all" else AnyOf)(_parse_parts(body, at, vocabulary))


def _parse_parts(body: Any, where: str, vocabulary: Vocabulary | None) -> tuple[Condition, ...]:
    if not isinstance(body, list) or not body:
        raise refuse(where, "la liste est vide : écrivez au moins une condition, précédée d'un tiret")
    return tuple(parse(part, where=f"{where}[{i}]", vocabulary=vocabulary) for i, part in enumerate(body))


def _parse_leaf(data: Mapping[str, Any], where: str, vocabulary: Vocabulary | None) -> Leaf:
    stranger = set(data) - {"id", "fact", "op", "value", "class", "source"}
    if stranger:
        raise refuse(where, f"clé inconnue « {sorted(map(str, stranger))[0]} » : une ligne a id, fact, op, value, class, source")
    for name in ("id", "fact", "op"):
        if not isinstance(data.get(name), str) or not data[name]:
            raise refuse(where, f"il manque « {name}: »")
    at = f"{where}({data['id']})"
    fact, op = data["fact"], data["op"]
    if op not in OPS:
        raise refuse(at, f"opération « {op} » inconnue : choisissez parmi {', '.join(OPS)}")
    key = None
    if vocabulary is not None:
        key = vocabulary.get(fact)
        if key is None:
            raise refuse(at, f"fait « {fact} » inconnu{_nearest(fact, vocabulary)} : la commande « facts » donne la liste")
        check_op(key, op, at)
    kind = data.get("class") or (key.leaf_class if key else "declared")
    if kind not in LEAF_CLASSES:
        raise refuse(at, f"classe « {kind} » inconnue : choisissez parmi {', '.join(LEAF_CLASSES)}")
    if op in BOOL_OPS and "value" in data:
        raise refuse(at, f"« {op} » ne prend pas de « value: » : retirez-la")
    if op not in BOOL_OPS and data.get("value") is None:
        raise refuse(at, f"« {op} » a besoin de « value: »")
    return Leaf(data["id"], fact, op, _parse_value(data.get("value"), op, key, at), kind, str(data.get("source") or ""))


def ops_of(key: FactKey) -> tuple[str, ...]:
    """The ops a fact accepts; only a commune can be tested against a zone."""
    return OPS_OF_KIND["commune" if key.key == "commune" else key.kind]


def check_op(key: FactKey, op: str, where: str) -> None:
    """Raises BadInput when the op has no meaning for the fact."""
    if op not in ops_of(key):
        allowed = ", ".join(ops_of(key)) or "aucune (ce fait sert à en calculer d'autres)"
        raise refuse(where, f"« {op} » ne convient pas au fait « {key.key} » ({key.kind}) ; opérations possibles : {allowed}")


def _nearest(fact: str, vocabulary: Vocabulary) -> str:
    from difflib import get_close_matches

    close = get_close_matches(fact, vocabulary, n=1)
    return f" (vouliez-vous dire « {close[0]} » ?)" if close else ""


def _parse_value(value: Any, op: str, key: FactKey | None, where: str) -> Value:
    if op in BOOL_OPS:
        return None
    if isinstance(value, Mapping) and set(value) == {"param"}:
        return Param(str(value["param"]))
    if op == "between":
        if not isinstance(value, Mapping) or set(value) != {"from", "to"}:
            raise refuse(where, "« between » s'écrit « value: {from: 5, to: 249} », bornes comprises")
        low, high = (number(value[side], f"{where}.{side}") for side in ("from", "to"))
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            raise refuse(where, f"de {low} à {high} : la première borne dépasse la seconde, aucune valeur ne convient")
        return Bounds(low, high)
    if op in LIST_OPS:
        listed = value if isinstance(value, list) else [value]
        if not listed or not all(isinstance(item, str) and item for item in listed):
            raise refuse(where, 'écrivez une liste de codes entre guillemets, par exemple ["10", "25.62B"]')
        return tuple(listed)
    if op in AGE_OPS or (op in NUMBER_OPS and (key is None or key.kind in ("number", "money", "share"))):
        if key is None and op in ("is", "is_not") and isinstance(value, str):
            return value
        return number(value, where)
    if op in ("before", "on_or_after"):
        return day(value, where)
    if not isinstance(value, str):
        raise refuse(where, f'« {value} » doit être un texte entre guillemets, par exemple "95018"')
    return value


def number(value: Any, where: str) -> Decimal | Param:
    """An exact number, or a reference to a parameter. Raises BadInput."""
    if isinstance(value, Mapping) and set(value) == {"param"}:
        return Param(str(value["param"]))
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise refuse(where, f"« {value} » n'est pas un nombre : écrivez par exemple 250 ou 0.5")
    try:
        result = Decimal(str(value).replace("_", ""))
    except InvalidOperation as error:
        raise refuse(where, f"« {value} » n'est pas un nombre : écrivez par exemple 250 ou 0.5, sans espace ni unité") from error
    if not result.is_finite():
        raise refuse(where, f"« {value} » n'est pas un nombre fini")
    return result


def day(value: Any, where: str) -> date:
    """A day, written 2026-11-21. Raises BadInput."""
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError as error:
        raise refuse(where, f"« {value} » n'est pas une date : écrivez par exemple 2026-11-21") from error


# -- back to plain data ------------------------------------------------------------------------------------------------


def dump(condition: Condition) -> dict[str, Any]:
    """Plain data that `parse` reads back to the same condition."""
    if isinstance(condition, Leaf):
        line: dict[str, Any] = {"id": condition.id, "fact": condition.fact, "op": condition.op}
        if condition.value is not None:
            line["value"] = plain(condition.value)
        line["class"] = condition.kind
        return line | ({"source": condition.source} if condition.source else {})
    if isinstance(condition, Not):
        return {"not": dump(condition.part)}
    parts = [dump(part) for part in condition.parts]
    if isinstance(condition, AtLeast):
        return {"at_least": {"n": condition.count, "of": parts}}
    return {"all" if isinstance(condition, All) else "any": parts}


def plain(value: Any) -> Any:
    """A value as JSON can write it: numbers without loss, dates as text, parameters as {param: name}."""
    if isinstance(value, Param):
        return {"param": value.name}
    if isinstance(value, Bounds):
        return {"from": plain(value.low), "to": plain(value.high)}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value

"""What must be mended in a version before anybody reads it over: where, what, and how, in French like the rules' own errors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.logic.checks import certainties, contradictions
from ensembleur.logic.conditions import Condition, Leaf, leaves, ops_of, params, parse
from ensembleur.schemes.engine.drafting import Node, cited_parameters, cited_sources, parts_of, walk
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.scheme import DE_MINIMIS
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES

NEEDED = {"rate": ("rate", "un taux"), "steps": ("steps", "des paliers"), "flat": ("max_eur", "une somme")}


@dataclass(frozen=True)
class Fault:
    """One thing to mend. place : a place of the tree ("c.0"), or dates, status, windows, parameters, amount, sources, edges, text.

    says : what is wrong.   mend : what to do about it.   leaf : the identifier of the condition, when there is one.
    """

    code: str
    place: str
    says: str
    mend: str
    leaf: str = ""


def review(
    content: Mapping[str, Any], *, scheme: Mapping[str, Any], sources: Collection[str], schemes: Collection[str] = ()
) -> list[Fault]:
    """Every fault of a version's plain data, in the order of the page; none when it may go to its second reader.

    scheme : the scheme's own content.   sources : the keys a condition may cite.   schemes : those an edge may lead to.
    """
    start = _day(content.get("effective"))
    values = _values(content.get("parameters") or {}, start)
    found = list(_dates(content))
    found += _tree(content, sources, values)
    found += _parameters(content, start, values)
    found += _windows(content)
    found += _amount(content.get("amount"), sources)
    found += _cited(content, sources, schemes)
    if not found:
        found += _whole(content, scheme, sources)
    return found


# -- the tree ----------------------------------------------------------------------------------------------------------


def _tree(content: Mapping[str, Any], sources: Collection[str], values: Mapping[str, Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    readable: dict[str, bool] = {}
    for node in walk(dict(content)):
        root = node.place.split(".")[0]
        readable.setdefault(root, True)
        for fault in _node(node, sources, seen):
            readable[root] = readable[root] and fault.code not in ("unreadable", "empty_group", "empty_rule", "bad_count")
            yield fault
    for node in walk(dict(content)):
        if "." not in node.place and readable[node.place]:
            condition = parse(node.body, vocabulary=VOCABULARY)
            yield from _sense(condition, _places(dict(content), node.place), values, node.place)


def _node(node: Node, sources: Collection[str], seen: set[str]) -> Iterator[Fault]:
    if node.is_group:
        if not parts_of(node.body):
            whole = node.place == "c"
            code, says = ("empty_rule", "La règle est vide") if whole else ("empty_group", "Ce groupe est vide")
            yield Fault(code, node.place, f"{says} : elle ne décide rien." if whole else f"{says} : il ne décide rien.",
                        "Ajoutez une condition." if whole else "Ajoutez-y une condition, ou supprimez le groupe.")  # fmt: skip
        elif node.head == "at_least" and not 1 <= node.count <= len(parts_of(node.body)):
            total = len(parts_of(node.body))
            yield Fault("bad_count", node.place, f"Ce groupe demande {node.count} conditions et en a {total}.",
                        f"Choisissez un nombre de 1 à {total}.")  # fmt: skip
        return
    name = str(node.body.get("id") or "") if isinstance(node.body, dict) else ""
    try:
        leaf = parse(node.body, where="condition", vocabulary=VOCABULARY)
    except BadInput as error:
        yield Fault("unreadable", node.place, f"Condition illisible : {error.sentence}", "Modifiez-la, ou supprimez-la.", name)
        return
    if not isinstance(leaf, Leaf):
        return
    if leaf.id in seen:
        yield Fault("same_id", node.place, f"L'identifiant « {leaf.id} » sert deux fois.", "Supprimez l'une des deux.", leaf.id)
    seen.add(leaf.id)
    if leaf.op.endswith("in_zone") and leaf.value not in ZONES:
        yield Fault(
            "unknown_zone", node.place, f"La zone « {leaf.value} » n'existe pas.", "Choisissez une zone de la liste.", leaf.id
        )
    if leaf.kind not in ("jury",) and not leaf.source:
        yield Fault("no_source", node.place, "Cette condition ne cite aucun texte.", "Dites quel texte la fonde.", leaf.id)
    key = VOCABULARY[leaf.fact]
    if leaf.value == () or not ops_of(key):
        yield Fault("no_value", node.place, "Cette condition n'a pas de valeur.", "Donnez au moins une valeur.", leaf.id)


def _places(content: dict[str, Any], root: str) -> dict[str, str]:
    return {
        str(node.body.get("id")): node.place
        for node in walk(content)
        if node.head == "leaf" and node.place.split(".")[0] == root and isinstance(node.body, dict)
    }


def _sense(condition: Condition, places: Mapping[str, str], values: Mapping[str, Any], root: str) -> Iterator[Fault]:
    """Conditions nobody can meet, or everybody does."""
    for group in contradictions(condition, vocabulary=VOCABULARY, values=values):
        names = " et ".join(f"« {_label(leaf)} »" for leaf in dict.fromkeys(group))
        says = (
            f"Les conditions sur {names} ne peuvent pas être vraies ensemble."
            if len(group) > 1
            else f"La condition sur {names} ne peut jamais être remplie."
        )
        yield Fault(
            "impossible", places.get(group[-1].id, root), says, "Corrigez l'une des valeurs, ou supprimez-la.", group[-1].id
        )
    for group in certainties(condition, vocabulary=VOCABULARY, values=values):
        names = " et ".join(f"« {_label(leaf)} »" for leaf in dict.fromkeys(group))
        says = (
            f"Les conditions sur {names} sont toujours remplies, l'une ou l'autre : elles ne décident rien."
            if len(group) > 1
            else f"La condition sur {names} est toujours remplie : elle ne décide rien."
        )
        yield Fault("always_true", places.get(group[-1].id, root), says, "Corrigez la valeur, ou supprimez-la.", group[-1].id)
    lacking = {name for name in params(condition) if name not in values}
    for leaf in leaves(condition):
        missing = sorted(params(leaf) & lacking)
        if missing:
            yield Fault("no_value_that_day", places.get(leaf.id, root), f"Le paramètre « {missing[0]} » n'a pas de valeur le premier jour de la version.",
                        "Donnez-lui une valeur ce jour-là dans « Paramètres ».", leaf.id)  # fmt: skip


def _label(leaf: Leaf) -> str:
    key = VOCABULARY.get(leaf.fact)
    return key.label.fr if key is not None else leaf.fact


# -- the rest of the version -------------------------------------------------------------------------------------------


def _day(period: Any) -> date | None:
    try:
        return date.fromisoformat(str((period or {}).get("from")))
    except (ValueError, AttributeError):
        return None


def _dates(content: Mapping[str, Any]) -> Iterator[Fault]:
    effective = content.get("effective") or {}
    if _day(effective) is None:
        yield Fault(
            "no_first_day", "dates", "Le premier jour d'application manque.", "Dites depuis quel jour ce texte s'applique."
        )
    elif effective.get("to") and str(effective["to"]) <= str(effective["from"]):
        yield Fault("ends_before", "dates", "La version finit avant de commencer.", "Corrigez l'un des deux jours.")


def _values(parameters: Mapping[str, Any], day: date | None) -> dict[str, Any]:
    """The parameters' values that day, those that can be read."""
    values: dict[str, Any] = {}
    for name, lines in parameters.items():
        for line in lines if isinstance(lines, list) else ():
            start, end = line.get("from"), line.get("to")
            if day is not None and (not start or str(start) <= day.isoformat()) and (not end or day.isoformat() < str(end)):
                value = line.get("value")
                values[name] = tuple(value) if isinstance(value, list) else _number(value)
    return values


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        try:
            return date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            return value
    return Decimal(str(value))


def _parameters(content: Mapping[str, Any], start: date | None, values: Mapping[str, Any]) -> Iterator[Fault]:
    defined = content.get("parameters") or {}
    cited = cited_parameters({key: value for key, value in content.items() if key != "parameters"})
    for name in sorted(cited - set(defined)):
        yield Fault("dangling_parameter", "parameters", f"Le paramètre « {name} » est cité, mais n'existe pas.",
                    "Créez-le, ou mettez une valeur simple à sa place.")  # fmt: skip
    for name in sorted(set(defined) - cited):
        yield Fault("unused_parameter", "parameters", f"Le paramètre « {name} » ne sert à aucune condition ni au montant.",
                    "Servez-vous-en, ou supprimez-le.")  # fmt: skip
    for name in sorted(cited & set(defined) & cited_parameters(content.get("amount"))):
        if start is not None and name not in values:
            yield Fault("no_value_that_day", "parameters", f"Le paramètre « {name} » du montant n'a pas de valeur le premier jour de la version.",
                        "Donnez-lui une valeur ce jour-là.")  # fmt: skip
    for name, lines in defined.items():
        for line in lines if isinstance(lines, list) else ():
            if line.get("from") and line.get("to") and str(line["to"]) <= str(line["from"]):
                yield Fault(
                    "ends_before",
                    "parameters",
                    f"Une valeur de « {name} » finit avant de commencer.",
                    "Corrigez l'un des deux jours.",
                )
            if not line.get("source"):
                yield Fault(
                    "no_source", "parameters", f"Une valeur de « {name} » ne cite aucun texte.", "Dites quel texte la fonde."
                )


def _windows(content: Mapping[str, Any]) -> Iterator[Fault]:
    for rank, window in enumerate(content.get("windows") or (), 1):
        opens, closes = window.get("opens"), window.get("closes")
        if opens and closes and str(closes) < str(opens):
            yield Fault("ends_before", "windows", f"La session n° {rank} ferme avant d'ouvrir.", "Corrigez l'un des deux jours.")


def _amount(amount: Any, sources: Collection[str]) -> Iterator[Fault]:
    if not amount:
        return
    rule = amount.get("rule")
    if rule in NEEDED and amount.get(NEEDED[rule][0]) in (None, [], {}) and not (rule == "flat" and amount.get("min_eur")):
        yield Fault("incomplete_amount", "amount", f"Le montant se calcule par « {rule} », et il lui manque {NEEDED[rule][1]}.",
                    f"Donnez {NEEDED[rule][1]}, ou choisissez un autre calcul.")  # fmt: skip
    rate = amount.get("rate")
    given = [
        share for share in (rate.values() if isinstance(rate, Mapping) and "param" not in rate else [rate]) if share is not None
    ]
    numbers = [_decimal(share) for share in given if not isinstance(share, Mapping)]
    is_zero = bool(numbers) and len(numbers) == len(given) and not any(numbers)
    if is_zero or any(number is None or not 0 <= number <= 1 for number in numbers):
        yield Fault("bad_amount", "amount", "Le taux doit être compris entre 0 % et 100 %, et dépasser 0 %.", "Corrigez le taux.")
    for low, high, what in (("min_eur", "max_eur", "La somme la plus basse dépasse la plus haute."),
                            ("floor", "ceiling", "Le plancher dépasse le plafond."),
                            ("base_min", "base_max", "La dépense minimale dépasse la dépense maximale.")):  # fmt: skip
        ends = _decimal(amount.get(low)), _decimal(amount.get(high))
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            yield Fault("bad_amount", "amount", what, "Corrigez l'une des deux valeurs.")
    if rule != "none" and not amount.get("source"):
        yield Fault("no_source", "amount", "Le montant ne cite aucun texte.", "Dites quel texte le fonde.")


def _decimal(value: Any) -> Decimal | None:
    try:
        return None if value is None or isinstance(value, Mapping) else Decimal(str(value))
    except InvalidOperation:
        return None


def _cited(content: Mapping[str, Any], sources: Collection[str], schemes: Collection[str]) -> Iterator[Fault]:
    for key in sorted(cited_sources(content) - set(sources)):
        yield Fault("unknown_source", "sources", f"Le texte « {key} » est cité, mais n'est pas dans la liste des textes.",
                    "Ajoutez-le, ou citez-en un autre.")  # fmt: skip
    if not content.get("source"):
        yield Fault("no_source", "sources", "La version ne dit pas quel texte la fonde.", "Choisissez le texte principal.")
    for edge in content.get("edges") or ():
        if schemes and edge.get("scheme") not in {*schemes, DE_MINIMIS}:
            yield Fault("unknown_scheme", "edges", f"Le dispositif « {edge.get('scheme')} » n'existe pas.", "Retirez ce lien.")


def _whole(content: Mapping[str, Any], scheme: Mapping[str, Any], sources: Collection[str]) -> Iterator[Fault]:
    """Whatever the parser refuses that nothing above has seen."""
    body = {
        **scheme,
        "sources": {key: {"title": key} for key in sources} or {"none": {"title": "—"}},
        "versions": [dict(content)],
    }
    try:
        parse_scheme(body, origin="version")
    except BadInput as error:
        yield Fault("unreadable", "text", error.sentence, "Corrigez ce point, puis enregistrez.")

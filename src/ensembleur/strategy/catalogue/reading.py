"""Reads YAML as plain data that JSON can hold, with the line of every key, and refuses what a hand never needs to write."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from ensembleur.strategy.engine.parsing.places import Fault, Path

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster
LARGEST = 2_000_000  # bytes; the longest strategy written so far takes a tenth of that
DEEPEST = 40  # a strategy goes down a dozen floors
WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")


@dataclass
class Reading:
    """What was read: plain data, the line of every place, and what no strategy may hold."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_yaml(text: bytes | str) -> Reading:
    """The plain data of a YAML text. What cannot be read at all leaves `data` None and one fault that says why.

    Days and numbers with a fraction stay text ("2017-07-06", "157344.40"): no binary fraction ever stands for money.
    Only true and false are yes and no, so that a title may be « Non ».
    """
    reading = Reading()
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > LARGEST:
        return _refused(
            reading, 0, f"le fichier dépasse {LARGEST // 1_000_000} Mo : une stratégie tient en bien moins, coupez-le"
        )
    try:
        decoded = raw.decode("utf-8")
        trouble = _dangerous(decoded)
        if trouble:
            return _refused(reading, *trouble)
        node = yaml.compose(decoded, Loader=LOADER)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return _refused(reading, line, "le fichier n'est pas en UTF-8 : enregistrez-le dans cet encodage")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        return _refused(reading, mark.line + 1 if mark else 0, f"le fichier n'est pas du YAML lisible ({problem})")
    if not isinstance(node, yaml.MappingNode):
        return _refused(reading, 1, "le fichier doit commencer par « slug: » suivi du nom de la stratégie")
    reading.data = _plain(node, (), reading)
    return reading


def _refused(reading: Reading, line: int, says: str) -> Reading:
    reading.faults.append(Fault((), says))
    if line:
        reading.lines[()] = line
    return reading


def _dangerous(text: str) -> tuple[int, str] | None:
    """The line and the reason when the text uses what makes a small file enormous; raises YAMLError on a broken one."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return (
                line,
                "les renvois de YAML (& et *) ne sont pas admis : nommez la phrase dans « sentences: » ou la fiche dans « sheets: »",
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return line, f"plus de {DEEPEST} niveaux sont emboîtés : vérifiez les retraits et les crochets"
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _plain(node: yaml.Node, path: Path, reading: Reading) -> Any:
    reading.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _table(node, path, reading)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), reading) for i, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node, path, reading)


def _table(node: yaml.MappingNode, path: Path, reading: Reading) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            reading.lines[(*path, "?")] = key_node.start_mark.line + 1
            reading.faults.append(Fault((*path, "?"), "une clé est un mot, pas une liste ni un tableau : récrivez-la"))
            continue
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in body:
            place = (*path, key)
            first = reading.lines[place]
            reading.lines[place] = line
            reading.faults.append(Fault(place, f"la clé « {key} » est déjà écrite à la ligne {first} : gardez-en une seule"))
            continue
        reading.lines[(*path, key)] = line
        body[key] = _plain(value_node, (*path, key), reading)
    return body


def _scalar(node: yaml.ScalarNode, path: Path, reading: Reading) -> Any:
    text = str(node.value)
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind not in {"str", "null", "bool", "int", "float", "timestamp", "value", "merge"}:
        reading.faults.append(Fault(path, f"le type « {node.tag} » n'est pas admis : écrivez un texte, un nombre ou une date"))
        return text
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if kind == "int" and WHOLE.fullmatch(text):
        return int(text)
    return text

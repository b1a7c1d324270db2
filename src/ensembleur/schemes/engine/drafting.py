"""Changes to the tree of a rule being written, on plain data: each gives a new content and leaves the old one as it was.

A place is written "c" for the whole rule, "c.0.1" for the second part of its first part, "b0" for what opens the first bonus.
A draft may be wrong in passing (an empty group, a line half said): `review` says so, and nothing wrong is published.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ensembleur.errors import BadInput

HEADS = ("all", "any", "not", "at_least")
GROUPS = ("all", "any", "at_least")
PLACE = re.compile(r"(c|b\d{1,2})((?:\.\d{1,3}){0,30})")


@dataclass(frozen=True)
class Node:
    """One place of the tree: `head` is "leaf" or the kind of group, `count` how many parts must hold in "at_least"."""

    place: str
    head: str
    body: dict[str, Any]
    depth: int
    count: int = 0

    @property
    def parent(self) -> str:
        """The place of the group it stands in; empty for the whole rule."""
        return self.place.rpartition(".")[0]

    @property
    def is_group(self) -> bool:
        """Whether it holds other conditions."""
        return self.head in HEADS


def head_of(node: Any) -> str:
    """ "all", "any", "not", "at_least", or "leaf" for anything else."""
    return next((head for head in HEADS if isinstance(node, dict) and head in node and "fact" not in node), "leaf")


def parts_of(node: Any) -> list[Any]:
    """The parts directly under a node; none under a leaf, or under a group left without any."""
    head = head_of(node)
    if head == "leaf":
        return []
    body = node[head]
    if head == "not":
        return [] if body is None else [body]
    listed = body.get("of") if head == "at_least" and isinstance(body, dict) else body
    return listed if isinstance(listed, list) else []


def with_parts(node: dict[str, Any], parts: list[Any]) -> dict[str, Any]:
    """The same group with other parts."""
    head = head_of(node)
    if head == "not":
        return {"not": parts[0] if len(parts) == 1 else {"all": parts} if parts else None}
    if head == "at_least":
        body = node["at_least"]
        return {"at_least": {"n": body.get("n", 1), "of": parts}}
    return {head: parts}


def normal(conditions: Any) -> dict[str, Any]:
    """The rule as the editor shows it: its root is always an « all », so that a condition can be added anywhere."""
    if head_of(conditions) == "all":
        return dict(conditions)
    return {"all": [conditions] if conditions else []}


def walk(content: dict[str, Any]) -> Iterator[Node]:
    """Every place of the rule and of the bonuses, in the order of the text."""
    yield from _walk(normal(content.get("conditions")), "c", 0)
    for rank, bonus in enumerate((content.get("amount") or {}).get("bonuses") or ()):
        yield from _walk(bonus.get("when") or {"all": []}, f"b{rank}", 0)


def _walk(node: Any, place: str, depth: int) -> Iterator[Node]:
    head = head_of(node)
    body = node.get("at_least") if head == "at_least" else None
    yield Node(place, head, node, depth, body.get("n", 0) if isinstance(body, dict) else 0)
    for rank, part in enumerate(parts_of(node)):
        yield from _walk(part, f"{place}.{rank}", depth + 1)


def find(content: dict[str, Any], place: str) -> Node:
    """The node of that place. Raises BadInput when there is none: the draft has changed since the page was shown."""
    for node in walk(content):
        if node.place == place:
            return node
    raise _lost()


def _lost() -> BadInput:
    return BadInput("no_such_place", "Cette condition n'est plus à cette place : rouvrez le brouillon, puis recommencez.")


# -- changes -----------------------------------------------------------------------------------------------------------


def _changed(content: dict[str, Any], place: str, change: Any) -> dict[str, Any]:
    """A copy of the content where `change(node)` stands at the place; None removes it."""
    match = PLACE.fullmatch(place)
    if match is None:
        raise _lost()
    root, steps = match[1], [int(step) for step in match[2].split(".")[1:]]
    new = copy.deepcopy(content)

    def at(node: Any, steps: list[int]) -> Any:
        if not steps:
            return change(node)
        parts = list(parts_of(node))
        if steps[0] >= len(parts):
            raise _lost()
        changed = at(parts[steps[0]], steps[1:])
        parts[steps[0] : steps[0] + 1] = [] if changed is None else [changed]
        return with_parts(node, parts) if parts or head_of(node) != "not" else None

    if root == "c":
        new["conditions"] = normal(at(normal(new.get("conditions")), steps))
        return new
    bonuses = (new.get("amount") or {}).get("bonuses") or []
    rank = int(root[1:])
    if rank >= len(bonuses):
        raise _lost()
    bonuses[rank]["when"] = at(bonuses[rank].get("when"), steps) or {"all": []}
    return new


def add(content: dict[str, Any], place: str, node: dict[str, Any]) -> dict[str, Any]:
    """Put a node at the end of the group of that place; beside it, under « all », when the place is a single line."""

    def change(group: Any) -> Any:
        if head_of(group) in GROUPS:
            return with_parts(group, [*parts_of(group), node])
        return {"all": [group, node]}

    return _changed(content, place, change)


def put(content: dict[str, Any], place: str, node: dict[str, Any]) -> dict[str, Any]:
    """Put a node in the place of another."""
    return _changed(content, place, lambda _old: node)


def remove(content: dict[str, Any], place: str) -> dict[str, Any]:
    """Take a line or a whole group away; the whole rule is never taken away, it is left empty."""
    return _changed(content, place, lambda _old: None)


def wrap(content: dict[str, Any], place: str, head: str) -> dict[str, Any]:
    """Put a line or a group inside a new group of that kind, on its own until others join it."""
    check_head(head)

    def change(node: Any) -> Any:
        return {"not": node} if head == "not" else {"at_least": {"n": 1, "of": [node]}} if head == "at_least" else {head: [node]}

    return _changed(content, place, change)


def regroup(content: dict[str, Any], place: str, head: str, count: int = 1) -> dict[str, Any]:
    """Change the kind of a group: all its parts, one at least, or `count` at least."""
    check_head(head)

    def change(node: Any) -> Any:
        parts = parts_of(node)
        if head == "not":
            return {"not": parts[0] if len(parts) == 1 else {"all": parts}}
        return {"at_least": {"n": count, "of": parts}} if head == "at_least" else {head: parts}

    return _changed(content, place, change)


def dissolve(content: dict[str, Any], place: str) -> dict[str, Any]:
    """Take a group away and leave its parts where it stood."""
    node = find(content, place)
    if not node.is_group or "." not in place:
        raise BadInput("not_a_group", "Seul un groupe placé dans la règle peut être défait.")
    rank = int(place.rpartition(".")[2])

    def change(group: Any) -> Any:
        parts = list(parts_of(group))
        if head_of(group) == "not" and len(parts_of(parts[rank])) > 1:
            return {"not": {"all": parts_of(parts[rank])}}
        parts[rank : rank + 1] = parts_of(parts[rank])
        return with_parts(group, parts)

    return _changed(content, node.parent, change)


def move(content: dict[str, Any], place: str, group: str, rank: int) -> dict[str, Any]:
    """Move a line or a group to the rank of another group, counted before it leaves its own place.

    Raises BadInput when the group stands inside what moves, or between the rule and the condition of a bonus.
    """
    node = find(content, place)
    target = find(content, group)
    if "." not in place:
        raise BadInput("whole_rule", "La règle entière ne se déplace pas : déplacez une condition ou un groupe.")
    if group == place or group.startswith(f"{place}.") or group.split(".")[0] != place.split(".")[0]:
        raise BadInput("inside_itself", "Un groupe ne peut pas se ranger dans lui-même : choisissez un autre endroit.")
    if target.head not in GROUPS:
        raise BadInput("not_a_group", "Choisissez un groupe qui accueille plusieurs conditions.")
    marker: dict[str, Any] = {"moving": True}
    marked = put(content, place, marker)

    def insert(held: Any) -> Any:
        parts = list(parts_of(held))
        parts.insert(max(0, min(rank, len(parts))), node.body)
        return with_parts(held, parts)

    moved = _changed(marked, group, insert)
    left = next(one.place for one in walk(moved) if one.body == marker)
    return remove(moved, left)


def check_head(head: str) -> None:
    """Raises BadInput for a kind of group that does not exist."""
    if head not in HEADS:
        raise BadInput(
            "no_such_group", "Un groupe demande toutes ses conditions, une au moins, un nombre d'entre elles, ou l'inverse."
        )


def free_id(content: dict[str, Any], wish: str) -> str:
    """An identifier nothing of the draft bears yet: the wish itself, or followed by a number."""
    taken = {str(node.body.get("id")) for node in walk(content) if node.head == "leaf"}
    if wish not in taken:
        return wish
    return next(name for number in range(2, len(taken) + 3) if (name := f"{wish}-{number}") not in taken)


def cited_sources(data: Any) -> set[str]:
    """The source keys cited anywhere in plain data."""
    if isinstance(data, list):
        return {key for item in data for key in cited_sources(item)}
    if isinstance(data, dict):
        own = {data["source"]} if isinstance(data.get("source"), str) and data["source"] else set()
        return own | {key for item in data.values() for key in cited_sources(item)}
    return set()


def cited_parameters(data: Any) -> set[str]:
    """The parameters read anywhere in plain data."""
    if isinstance(data, list):
        return {name for item in data for name in cited_parameters(item)}
    if isinstance(data, dict):
        if set(data) == {"param"}:
            return {str(data["param"])}
        return {name for item in data.values() for name in cited_parameters(item)}
    return set()

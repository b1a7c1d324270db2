"""Published texts that this release can no longer read: set aside one by one, and never answered yes or no.

A release may drop a fact, a zone or an operation that a published text still uses. The text keeps its place: its days, its
sessions, its closing. On those days the answer is "unknown", said as such, and nothing is asked: the text before it is not
brought back, since it was replaced and would answer wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.logic.comparing import Setting
from ensembleur.logic.conditions import Condition, Leaf, leaves
from ensembleur.logic.describe import Line, describe
from ensembleur.logic.words import Words
from ensembleur.schemes.engine.opening import SHUT
from ensembleur.schemes.engine.parsing import hash_of, parse_scheme
from ensembleur.schemes.engine.scheme import Scheme, Version
from ensembleur.schemes.engine.zones import ZONES

NOWHERE = Leaf("unreadable", "commune", "in_zone", "texte-illisible", kind="procedural")  # a zone nobody knows: never decided
READABLE = {"id": "readable", "fact": "commune", "op": "in_zone", "value": "france"}
KEPT = ("id", "effective", "published", "source")  # what places a text in time, whatever its rule says
SAYS = Words(
    "La règle publiée ne se lit plus avec cette version de la plateforme",
    "The published rule can no longer be read by this release of the platform",
)
NOTE = Words(f"{SAYS.fr[0].lower()}{SAYS.fr[1:]}.", f"{SAYS.en[0].lower()}{SAYS.en[1:]}.")


def parse_kept(data: Mapping[str, Any], *, origin: str, strict: Collection[str] = ()) -> Scheme:
    """A scheme whose unreadable versions are replaced by a text that answers "unknown" on the same days.

    strict : the versions, by identifier, that must be readable (a draft looked at).
    Raises BadInput when the scheme itself, the days of a version, or one of `strict` cannot be read.
    """
    try:
        scheme = parse_scheme(data, origin=origin)
    except BadInput:
        head = {**data, "versions": [_bare({"id": "head", "effective": {"from": None}})]}
        shell = parse_scheme(head, origin=origin)
        return replace(shell, versions=tuple(_one(head, body, origin, strict) for body in data["versions"]))
    lost = {version.id: zone for version in scheme.versions if version.id not in strict and (zone := _lost_zone(version))}
    if not lost:
        return scheme
    versions = tuple(
        _set_aside(data, body, f"zone « {lost[version.id]} » inconnue", origin) if version.id in lost else version
        for version, body in zip(scheme.versions, data["versions"], strict=True)
    )
    return replace(scheme, versions=versions)


def _one(head: Mapping[str, Any], body: Mapping[str, Any], origin: str, strict: Collection[str]) -> Version:
    try:
        [version] = parse_scheme({**head, "versions": [body]}, origin=origin).versions
    except BadInput as error:
        if body.get("id") in strict:
            raise
        return _set_aside(head, body, error.sentence, origin)
    zone = "" if version.id in strict else _lost_zone(version)
    return _set_aside(head, body, f"zone « {zone} » inconnue", origin) if zone else version


def _lost_zone(version: Version) -> str:
    """The first zone of the rule, or of what opens a bonus, that is no longer among ours."""
    rules: list[Condition] = [version.conditions, *(bonus.when for bonus in (version.amount.bonuses if version.amount else ()))]
    zones = (str(leaf.value) for rule in rules for leaf in leaves(rule) if leaf.op.endswith("in_zone"))
    return next((zone for zone in zones if zone not in ZONES), "")


def _set_aside(head: Mapping[str, Any], body: Mapping[str, Any], why: str, origin: str) -> Version:
    [bare] = parse_scheme({**head, "versions": [_bare(body)]}, origin=origin).versions
    try:
        dated = {**_bare(body), "windows": body.get("windows"), "status_note": body.get("status_note")}
        [held] = parse_scheme({**head, "versions": [dated]}, origin=origin).versions
    except BadInput:
        held = bare
    is_shut = body.get("status") in SHUT
    return replace(
        held,
        conditions=NOWHERE,
        status=str(body["status"]) if is_shut else "uncertain",
        status_note=held.status_note if is_shut else NOTE,
        rule_hash=hash_of(body),
        unreadable=why,
    )


def _bare(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: body[name] for name in KEPT if name in body}, "conditions": READABLE}


def lines_of(version: Version, setting: Setting) -> tuple[Line, ...]:
    """The conditions of a version in words; one line that says so when its text cannot be read."""
    if version.unreadable:
        return (Line(NOWHERE.id, SAYS.in_(setting.lang), "procedural", setting.sources.get(version.source)),)
    return describe(version.conditions, setting)

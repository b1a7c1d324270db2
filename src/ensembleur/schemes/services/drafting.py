"""What an officer changes in a draft: each act is one change, refused when somebody else has written meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.logic.conditions import Leaf, dump, parse
from ensembleur.schemes.choices import VersionState
from ensembleur.schemes.engine import drafting
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.permissions import may_write_rules
from ensembleur.schemes.services.publishing import content_hash, plain

Content = dict[str, Any]
PARTS = ("source", "status", "status_note", "effective", "windows", "envelope", "amount", "jury", "edges", "unverified")


@transaction.atomic
def add_condition(
    *, draft: SchemeVersion, edition: int, place: str, line: Mapping[str, Any], by: User, now: datetime
) -> SchemeVersion:
    """Put a condition at the end of the group of that place. Raises BadInput when it cannot be read or cites no text."""
    ready = {**line, "id": drafting.free_id(draft.content, str(line.get("id") or line.get("fact", "")).replace("_", "-"))}
    node = _readable(ready)
    return _change(
        draft, edition, by, now, "add_condition", lambda held: drafting.add(held, place, node), {"place": place, "line": node}
    )


@transaction.atomic
def change_condition(
    *, draft: SchemeVersion, edition: int, place: str, line: Mapping[str, Any], by: User, now: datetime
) -> SchemeVersion:
    """Write a condition again, under its own identifier."""
    old = drafting.find(draft.content, place)
    node = _readable({**line, "id": line.get("id") or old.body.get("id")})
    told = {"place": place, "line": node}
    return _change(draft, edition, by, now, "change_condition", lambda held: drafting.put(held, place, node), told, old.body)


@transaction.atomic
def remove_condition(*, draft: SchemeVersion, edition: int, place: str, by: User, now: datetime) -> SchemeVersion:
    """Take a condition, or a whole group, out of the rule."""
    old = drafting.find(draft.content, place)
    return _change(
        draft, edition, by, now, "remove_condition", lambda held: drafting.remove(held, place), {"place": place}, old.body
    )


@transaction.atomic
def move_condition(
    *, draft: SchemeVersion, edition: int, place: str, group: str, rank: int, by: User, now: datetime
) -> SchemeVersion:
    """Put a condition, or a group, elsewhere in the rule."""
    told = {"place": place, "group": group, "rank": rank}
    return _change(draft, edition, by, now, "move_condition", lambda held: drafting.move(held, place, group, rank), told)


@transaction.atomic
def wrap_condition(*, draft: SchemeVersion, edition: int, place: str, head: str, by: User, now: datetime) -> SchemeVersion:
    """Put a condition, or a group, inside a new group: all, any, not, at_least."""
    told = {"place": place, "head": head}
    return _change(draft, edition, by, now, "wrap_condition", lambda held: drafting.wrap(held, place, head), told)


@transaction.atomic
def regroup(
    *, draft: SchemeVersion, edition: int, place: str, head: str, count: int = 1, by: User, now: datetime
) -> SchemeVersion:
    """Change how many conditions of a group are needed; `head` "dissolve" leaves its conditions where it stood."""
    told = {"place": place, "head": head, "count": count}

    def change(held: Content) -> Content:
        return drafting.dissolve(held, place) if head == "dissolve" else drafting.regroup(held, place, head, count)

    return _change(draft, edition, by, now, "regroup", change, told)


@transaction.atomic
def set_parameter(
    *, draft: SchemeVersion, edition: int, name: str, lines: list[dict[str, Any]], by: User, now: datetime
) -> SchemeVersion:
    """Write the dated values of a parameter; none removes it."""
    if not name or not all(letter.isascii() and (letter.isalnum() or letter == "_") for letter in name):
        raise BadInput("bad_name", _("Le nom d'un paramètre s'écrit en minuscules sans accent, comme plafond_eur."))
    old = (draft.content.get("parameters") or {}).get(name)

    def change(held: Content) -> Content:
        parameters = {key: value for key, value in (held.get("parameters") or {}).items() if key != name}
        return {**held, "parameters": {**parameters, **({name: plain(lines)} if lines else {})}}

    return _change(draft, edition, by, now, "set_parameter", change, {"name": name, "lines": plain(lines)}, old)


@transaction.atomic
def set_parts(*, draft: SchemeVersion, edition: int, parts: Mapping[str, Any], by: User, now: datetime) -> SchemeVersion:
    """Write again some parts of the version: dates, status, sessions, amount, criteria. None takes a part away."""
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise BadInput("unknown_part", _("Cette partie de la version ne se change pas ici."))
    ready = plain(dict(parts))
    old = {name: draft.content.get(name) for name in ready}

    def change(held: Content) -> Content:
        return {name: value for name, value in {**held, **ready}.items() if value is not None or name == "effective"}

    return _change(draft, edition, by, now, "set_parts", change, ready, old)


@transaction.atomic
def cite_source(
    *, draft: SchemeVersion, edition: int, source: Mapping[str, Any], key: str = "", by: User, now: datetime
) -> SchemeVersion:
    """Add a text to those the version may cite, or write again one that was added here. Raises BadInput without title."""
    if not str(source.get("title") or "").strip():
        raise BadInput("no_title", _("Donnez le titre du texte."))
    known = {**draft.scheme.content.get("sources", {}), **draft.sources}
    name = key or next(f"texte-{rank}" for rank in range(1, len(known) + 2) if f"texte-{rank}" not in known)
    ready = {label: value for label, value in plain(dict(source)).items() if value not in (None, "")}
    held = _locked(draft, edition, by)
    held.sources = {**held.sources, name: ready}
    return _keep(held, held.content, by, now, "cite_source", {"key": name, "source": ready}, draft.sources.get(name))


@transaction.atomic
def set_note(*, draft: SchemeVersion, edition: int, note: str, by: User, now: datetime) -> SchemeVersion:
    """Say why the text changes; the second reader and the history read it."""
    held = _locked(draft, edition, by)
    old, held.note = held.note, note.strip()
    return _keep(held, held.content, by, now, "set_note", {"note": held.note}, {"note": old})


# -- under the acts ----------------------------------------------------------------------------------------------------


def _readable(line: Mapping[str, Any]) -> dict[str, Any]:
    if drafting.head_of(line) != "leaf":
        raise BadInput("not_a_condition", _("Ajoutez une condition à la fois."))
    leaf = parse(dict(line), where=_("Cette condition"), vocabulary=VOCABULARY)
    assert isinstance(leaf, Leaf)  # what is no group is one condition
    if not leaf.source:
        raise BadInput("no_source", _("Dites quel texte fonde cette condition."))
    return dump(leaf)


def _locked(draft: SchemeVersion, edition: int, by: User) -> SchemeVersion:
    """The draft as it stands, held by this transaction. Raises Refused when it is no draft any more, or was changed since."""
    check(may_write_rules, by)
    held = SchemeVersion.objects.select_for_update().select_related("scheme").get(pk=draft.pk)
    if held.state != VersionState.DRAFT:
        raise Refused("not_a_draft", _("Ce texte n'est plus un brouillon : il ne se modifie pas en l'état."))
    if held.edition != edition:
        raise Refused(
            "draft_changed",
            _(
                "Quelqu'un a modifié ce brouillon pendant que vous écriviez. Rien n'est perdu : rouvrez-le, puis refaites votre changement."
            ),
        )
    return held


def _change(
    draft: SchemeVersion,
    edition: int,
    by: User,
    now: datetime,
    verb: str,
    change: Callable[[Content], Content],
    told: Any,
    old: Any = None,
) -> SchemeVersion:
    held = _locked(draft, edition, by)
    return _keep(held, change(held.content), by, now, verb, told, old)


def _keep(held: SchemeVersion, content: Content, by: User, now: datetime, verb: str, told: Any, old: Any) -> SchemeVersion:
    effective = content.get("effective") or {}
    held.content = content
    held.content_hash = content_hash([held.sources, content])
    held.effective_from, held.effective_to = effective.get("from") or None, effective.get("to") or None
    held.edition += 1
    held.recorded_at = now
    held.hands = sorted({*held.hands, by.pk})
    held.save()
    record_act(by=by, verb=verb, thing=held, now=now, before=old, after=told)
    return held

"""What is wrong with the plain data of a strategy, all of it at once, beyond what its schema says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain
from math import isfinite
from typing import Any

from ensembleur.strategy.engine.parsing.building import day
from ensembleur.strategy.engine.parsing.places import Fault, Path
from ensembleur.strategy.engine.parsing.sheets import sheet_faults
from ensembleur.strategy.engine.parsing.walking import Table, completed, everything, indicators, nodes, rows, table

DAYS = ("from", "to", "as_of", "checked", "due", "start", "on")
NEED_NO_CITATION = ("next_step",)  # a step to come is written by the platform's users


def faults_of(data: Any) -> list[Fault]:
    """Every fault of meaning. data : anything; what the schema refuses is stepped over, not told again."""
    body = table(data)
    return list(
        chain(
            _bad_days(body),
            _empty_periods(body),
            _codes_used_twice(body),
            _citations(body),
            _figures_without_citation(body),
            _unknown_names(body),
            _unlike_parts(body),
            _targets(body),
            _money(body),
            _no_numbers(body),
            sheet_faults(body),
        )
    )


def _bad_days(data: Table) -> Iterator[Fault]:
    for path, body in everything(data):
        for key in DAYS:
            value = body.get(key)
            if isinstance(value, str) and _day(value) is None and not {"parameters", "sentences"} & set(path):
                yield Fault((*path, key), f"« {value} » n'est pas une date : écrivez-la comme 2017-07-06")


def _empty_periods(data: Table) -> Iterator[Fault]:
    for path, body in everything(data):
        start, end = _day(body.get("from")), _day(body.get("to"))
        if start and end and end <= start:
            yield Fault(path, f"la période du {start} au {end} est vide : « to » est le premier jour qui ne compte plus")


def _codes_used_twice(data: Table) -> Iterator[Fault]:
    lists = {
        "le code": ((path, body.get("code")) for path, _kind, body in nodes(data)),
        "le code d'indicateur": ((path, body.get("code")) for path, body in indicators(data)),
        "le partenaire": ((path, body.get("id")) for path, body in rows(data.get("partners"), ("partners",))),
        "l'enseignement": ((path, body.get("code")) for path, body in rows(data.get("lessons"), ("lessons",))),
    }
    for what, found in lists.items():
        seen: set[str] = set()
        for path, code in found:
            if isinstance(code, str) and code in seen:
                yield Fault(path, f"{what} « {code} » est déjà pris plus haut : donnez-en un autre")
            seen.add(str(code))


def _citations(data: Table) -> Iterator[Fault]:
    """A key of `sentences` must exist, a document must be listed, and what is cited has a sentence unless all is invented."""
    documents, sentences = table(data.get("documents")), table(data.get("sentences"))
    for path, body in everything(data):
        named = [((*path, "citation"), body.get("citation"))]
        named += [((*path, "wordings", i), wording) for i, wording in enumerate(_list(body.get("wordings")))]
        for at, citation in named:
            if isinstance(citation, str) and citation not in sentences:
                yield Fault(at, f"la phrase « {citation} » n'est pas dans « sentences: » : ajoutez-la, ou citez-en une")
        document = body.get("document")
        if isinstance(document, str) and document not in documents:
            yield Fault(
                (*path, "document"), f"le document « {document} » n'est pas dans « documents: » : ajoutez-le, ou corrigez la clé"
            )
        if isinstance(document, str) and not body.get("sentence") and not data.get("is_fictional"):
            yield Fault(path, "recopiez dans « sentence: » la phrase du document, mot pour mot")


def _figures_without_citation(data: Table) -> Iterator[Fault]:
    if data.get("is_fictional"):
        return
    for path, body in everything(data):
        for at, statement in rows(body.get("statements"), (*path, "statements")):
            if not statement.get("citation"):
                yield Fault(at, "ce chiffre n'a pas de phrase : ajoutez « citation: », seule une stratégie inventée s'en passe")
        for at, remark in rows(body.get("remarks"), (*path, "remarks")):
            if not remark.get("citation") and remark.get("kind") not in NEED_NO_CITATION:
                yield Fault(at, "cette remarque n'a pas de phrase : ajoutez « citation: »")
        for at, owner in rows(body.get("owners"), (*path, "owners")):
            if not owner.get("citation"):
                yield Fault(at, "aucune phrase ne nomme ce responsable : ajoutez « citation: », ou laissez « owners » vide")
    titled = [(path, body) for path, _kind, body in nodes(data) if path != ("whole",)]
    for path, body in [*titled, *rows(data.get("lessons"), ("lessons",))]:
        if not body.get("citation"):
            yield Fault(path, "ce titre n'a pas de phrase : ajoutez « citation: », seule une stratégie inventée s'en passe")


def _unknown_names(data: Table) -> Iterator[Fault]:
    partners = _words(body.get("id") for _path, body in rows(data.get("partners"), ("partners",)))
    lessons = _words(body.get("code") for _path, body in rows(data.get("lessons"), ("lessons",)))
    codes = _words(body.get("code") for _path, body in indicators(data))
    for path, _kind, body in nodes(data):
        yield from _strangers(body, path, "partners", partners, "le partenaire", "partners")
        yield from _strangers(body, path, "lessons", lessons, "l'enseignement", "lessons")
    for path, body in indicators(data):
        yield from _strangers(body, path, "union_of", codes, "l'indicateur", "indicators")
        heir = body.get("replaced_by")
        if isinstance(heir, str) and heir not in codes:
            yield Fault((*path, "replaced_by"), f"l'indicateur « {heir} » n'existe pas : corrigez le code")
        if body.get("code") in _list(body.get("union_of")):
            yield Fault((*path, "union_of"), "un indicateur ne se réunit pas à lui-même : retirez son code")


def _strangers(body: Table, path: Path, key: str, known: set[str], what: str, where: str) -> Iterator[Fault]:
    for i, name in enumerate(_list(body.get(key))):
        if isinstance(name, str) and name not in known:
            yield Fault((*path, key, i), f"{what} « {name} » n'est pas dans « {where}: » : ajoutez-le, ou corrigez le nom")


def _unlike_parts(data: Table) -> Iterator[Fault]:
    """What is not known in the same way is not counted together."""
    known = [(path, completed(body, data)) for path, body in indicators(data)]
    labels = {sheet["code"]: sheet.get("label") for _path, sheet in known if isinstance(sheet.get("code"), str)}
    for path, sheet in known:
        label = sheet.get("label")
        for i, code in enumerate(_list(sheet.get("union_of"))):
            other = labels.get(code) if isinstance(code, str) else None
            if label and other and other != label:
                yield Fault(
                    (*path, "union_of", i),
                    f"« {code} » est connu autrement (« label: {other} ») que ce qui le réunit (« {label} ») : "
                    "donnez-leur la même étiquette, ou retirez son code",
                )


def _targets(data: Table) -> Iterator[Fault]:
    whole = table(data.get("period"))
    first, after = _day(whole.get("from")), _day(whole.get("to"))
    for path, body in indicators(data):
        seen: set[tuple[Any, Any]] = set()
        for at, target in rows(body.get("targets"), (*path, "targets")):
            due, start = _day(target.get("due")), _day(target.get("start"))
            if due and start and due < start:
                yield Fault((*at, "due"), f"l'échéance du {due} précède le début du {start} : corrigez l'une des deux")
            is_outside = (due and ((after and due >= after) or (first and due < first))) or (start and first and start < first)
            if is_outside and first and after and not target.get("rationale"):
                last = after - timedelta(days=1)
                yield Fault(at, f"cette cible sort de la période ({first} à {last}) : dites pourquoi dans « rationale: »")
            if due and (due, start) in seen:
                yield Fault(
                    (*at, "due"),
                    f"une autre cible a déjà l'échéance du {due} : réunissez-les sous « statements: » si les textes divergent",
                )
            seen.add((due, start))


def _money(data: Table) -> Iterator[Fault]:
    for path, _kind, body in nodes(data):
        seen = set()
        for at, line in rows(body.get("budget"), (*path, "budget")):
            key = tuple(str(line.get(name)) for name in ("fund", "stage", "year", "decision"))
            if key in seen:
                yield Fault(
                    at, "une autre ligne a le même fonds, le même stade et la même année : distinguez-les par « decision: »"
                )
            seen.add(key)
            for place, statement in rows(line.get("statements"), (*at, "statements")):
                if str(statement.get("value")).startswith("-"):
                    yield Fault(
                        (*place, "value"), "un montant n'est pas négatif : écrivez ce qui est prévu, voté, engagé ou payé"
                    )


def _no_numbers(data: Table) -> Iterator[Fault]:
    """Stored JSON may hold what no figure is."""
    for path, body in everything(data):
        value = body.get("value")
        if isinstance(value, float) and not isfinite(value):
            yield Fault((*path, "value"), f"« {value} » n'est pas un nombre : écrivez-en un, ou null pour une situation inconnue")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _words(values: Iterable[Any]) -> set[str]:
    return {value for value in values if isinstance(value, str)}


def _day(value: Any) -> date | None:
    try:
        return day(value)
    except ValueError:
        return None

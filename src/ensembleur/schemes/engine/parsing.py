"""From the plain data of a scheme file to a Scheme, with errors that say file, path and what to write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ensembleur.logic.conditions import Param, day, number, parse, refuse
from ensembleur.logic.words import Words
from ensembleur.periods import Period
from ensembleur.schemes.engine import scheme as s
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.sources import Confidence, Source

SCHEME_KEYS = {
    "id", "title", "family", "level", "audience", "operator", "funders", "topics", "summary", "url", "sources", "versions",
}  # fmt: skip
VERSION_KEYS = {
    "id", "effective", "published", "status", "status_note", "source", "windows", "envelope", "parameters", "conditions",
    "jury", "amount", "edges", "unverified",
}  # fmt: skip
AMOUNT_KEYS = {
    "nature", "rule", "base", "base_min", "base_max", "rate", "floor", "ceiling", "bonuses", "steps", "min_eur", "max_eur",
    "split", "round", "source", "note",
}  # fmt: skip


def parse_scheme(data: Any, *, origin: str = "dispositif") -> s.Scheme:
    """A scheme from the plain data of its file. origin : the file's name, for errors. Raises BadInput."""
    body = _table(data, origin, SCHEME_KEYS, ("id", "title", "family", "level", "operator", "versions", "sources"))
    operator = body["operator"]
    operator = (
        {"name": operator} if isinstance(operator, str) else _table(operator, f"{origin}.operator", {"name", "siren"}, ("name",))
    )
    sources = {
        str(key): _source(line, f"{origin}.sources.{key}")
        for key, line in _table(body["sources"], f"{origin}.sources", None, ()).items()
    }
    if not isinstance(body["versions"], list) or not body["versions"]:
        raise refuse(f"{origin}.versions", "écrivez au moins une version, précédée d'un tiret")
    return s.Scheme(
        id=str(body["id"]),
        title=_words(body["title"], f"{origin}.title"),
        family=_among(body["family"], s.FAMILIES, f"{origin}.family"),
        level=_among(body["level"], s.LEVELS, f"{origin}.level"),
        audience=_among(body.get("audience", "company"), s.AUDIENCES, f"{origin}.audience"),
        operator=s.Operator(str(operator["name"]), str(operator.get("siren") or "")),
        funders=_texts(body.get("funders"), f"{origin}.funders"),
        topics=tuple(_among(topic, s.TOPICS, f"{origin}.topics") for topic in _texts(body.get("topics"), f"{origin}.topics")),
        summary=_words(body.get("summary"), f"{origin}.summary"),
        url=str(body.get("url") or ""),
        sources=sources,
        versions=tuple(_version(line, f"{origin}.versions[{i}]") for i, line in enumerate(body["versions"])),
    )


def _version(data: Any, at: str) -> s.Version:
    body = _table(data, at, VERSION_KEYS, ("id", "effective", "conditions"))
    effective = _period(body["effective"], f"{at}.effective")
    return s.Version(
        id=str(body["id"]),
        effective=effective,
        published=_period(body["published"], f"{at}.published") if body.get("published") else Period(effective.start),
        conditions=parse(body["conditions"], where=f"{at}.conditions", vocabulary=VOCABULARY),
        status=_among(body.get("status", "open"), s.STATUSES, f"{at}.status"),
        status_note=_words(body.get("status_note"), f"{at}.status_note"),
        source=str(body.get("source") or ""),
        windows=_each(body.get("windows"), f"{at}.windows", _window),
        envelope=_envelope(body["envelope"], f"{at}.envelope") if body.get("envelope") else None,
        parameters={
            str(name): _each(lines, f"{at}.parameters.{name}", _parameter)
            for name, lines in _table(body.get("parameters") or {}, f"{at}.parameters", None, ()).items()
        },
        jury=_each(body.get("jury"), f"{at}.jury", _criterion),
        amount=_amount(body["amount"], f"{at}.amount") if body.get("amount") else None,
        edges=_each(body.get("edges"), f"{at}.edges", _edge),
        unverified=_words(body.get("unverified"), f"{at}.unverified"),
        rule_hash=hash_of(body),
    )


def hash_of(data: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal digits that change when anything of the version changes."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# -- the pieces of a version -------------------------------------------------------------------------------------------


def _window(data: Any, at: str) -> s.Window:
    body = _table(data, at, {"opens", "closes", "decision", "source"}, ())
    opens, closes, decision = (_day(body.get(name), f"{at}.{name}") for name in ("opens", "closes", "decision"))
    if opens and closes and closes < opens:
        raise refuse(at, f"la fenêtre ferme le {closes}, avant son ouverture le {opens} : inversez les dates")
    return s.Window(opens, closes, decision, str(body.get("source") or ""))


def _envelope(data: Any, at: str) -> s.Envelope:
    body = _table(data, at, {"eur", "year", "source"}, ("eur",))
    return s.Envelope(_exact(body["eur"], f"{at}.eur"), body.get("year"), str(body.get("source") or ""))


def _parameter(data: Any, at: str) -> s.Parameter:
    body = _table(data, at, {"value", "unit", "from", "to", "source"}, ("value",))
    value = body["value"]
    if isinstance(value, list):
        value = _texts(value, f"{at}.value")
    elif type(value) is not date and not isinstance(value, str):
        value = _exact(value, f"{at}.value")
    return s.Parameter(value, _period(body, at), str(body.get("unit") or ""), str(body.get("source") or ""))


def _criterion(data: Any, at: str) -> s.Criterion:
    body = _table(data, at, {"id", "says", "source"}, ("id", "says"))
    return s.Criterion(str(body["id"]), _words(body["says"], f"{at}.says"), str(body.get("source") or ""))


def _edge(data: Any, at: str) -> s.Edge:
    body = _table(data, at, {"kind", "scheme", "note", "source"}, ("kind", "scheme"))
    kind = _among(body["kind"], s.EDGE_KINDS, f"{at}.kind")
    return s.Edge(kind, str(body["scheme"]), _words(body.get("note"), f"{at}.note"), str(body.get("source") or ""))


def _amount(data: Any, at: str) -> s.AmountRule:
    body = _table(data, at, AMOUNT_KEYS, ("nature", "rule"))
    rule = _among(body["rule"], s.AMOUNT_RULES, f"{at}.rule")
    needed = {"rate": ("rate",), "steps": ("steps",), "flat": ("max_eur",), "range": (), "none": ()}[rule]
    for name in needed:
        if body.get(name) is None and not (rule == "flat" and body.get("min_eur") is not None):
            raise refuse(at, f"une règle « {rule} » a besoin de « {name}: »")
    rate = body.get("rate")
    low, high = (rate.get("min"), rate.get("max")) if isinstance(rate, Mapping) and {"min", "max"} & set(rate) else (rate, rate)
    if isinstance(rate, Mapping) and set(rate) == {"value"}:
        low = high = rate["value"]
    steps = tuple((_exact(x["from"], f"{at}.steps"), _exact(x["eur"], f"{at}.steps")) for x in body.get("steps") or ())
    if any(one[0] >= two[0] or one[1] > two[1] for one, two in pairwise(steps)):
        raise refuse(f"{at}.steps", "écrivez les paliers du plus petit au plus grand, montants compris")
    split = tuple((str(nature), _exact(share, f"{at}.split")) for nature, share in (body.get("split") or {}).items())
    if split and abs(sum((share for _, share in split), Decimal(-1))) > Decimal("0.005"):
        raise refuse(f"{at}.split", "les parts doivent faire 1 ensemble, par exemple {grant: 0.6, advance: 0.4}")
    base = str(body.get("base") or "project_cost_eur")
    if base not in VOCABULARY or VOCABULARY[base].kind != "money":
        raise refuse(f"{at}.base", f"« {base} » n'est pas un fait en euros de la commande « facts »")
    return s.AmountRule(
        nature=_among(body["nature"], s.NATURES, f"{at}.nature"),
        rule=rule,
        base=base,
        rate=(_number(low, f"{at}.rate"), _number(high, f"{at}.rate")),
        bonuses=_each(body.get("bonuses"), f"{at}.bonuses", _bonus),
        steps=steps,
        split=split,
        rounding=_among(body.get("round") or "", s.ROUNDINGS, f"{at}.round"),
        source=str(body.get("source") or ""),
        note=_words(body.get("note"), f"{at}.note"),
        **{
            name: _number(body.get(name), f"{at}.{name}")
            for name in ("base_min", "base_max", "floor", "ceiling", "min_eur", "max_eur")
        },
    )


def _bonus(data: Any, at: str) -> s.Bonus:
    body = _table(data, at, {"id", "when", "ceiling", "rate_plus", "source"}, ("id", "when"))
    return s.Bonus(
        str(body["id"]),
        parse(body["when"], where=f"{at}.when", vocabulary=VOCABULARY),
        _number(body.get("ceiling"), f"{at}.ceiling"),
        _number(body.get("rate_plus"), f"{at}.rate_plus"),
        str(body.get("source") or ""),
    )


def _source(data: Any, at: str) -> Source:
    body = _table(data, at, {"title", "url", "licence", "as_of", "checked", "confidence", "note"}, ("title",))
    confidence = _among(body.get("confidence", "unverified"), tuple(c.value for c in Confidence), f"{at}.confidence")
    note = _words(body.get("note"), f"{at}.note")
    return Source(
        title=str(body["title"]),
        url=str(body.get("url") or ""),
        licence=str(body.get("licence") or ""),
        as_of=_day(body.get("as_of"), f"{at}.as_of"),
        checked_on=_day(body.get("checked"), f"{at}.checked"),
        confidence=Confidence(confidence),
        note=note.fr,
        note_en=note.en,
    )


# -- scalars -----------------------------------------------------------------------------------------------------------


def _table(data: Any, at: str, allowed: set[str] | None, needed: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise refuse(at, "écrivez un tableau « clé: valeur »")
    stranger = sorted(map(str, set(data) - allowed)) if allowed is not None else []
    if stranger:
        raise refuse(at, f"clé inconnue « {stranger[0]} » ; clés possibles : {', '.join(sorted(allowed or ()))}")
    for name in needed:
        if data.get(name) in (None, "", [], {}):
            raise refuse(at, f"il manque « {name}: »")
    return data


def _each(lines: Any, at: str, read: Callable[[Any, str], Any]) -> tuple[Any, ...]:
    if lines is not None and not isinstance(lines, list):
        raise refuse(at, "écrivez une liste, chaque élément précédé d'un tiret")
    return tuple(read(line, f"{at}[{i}]") for i, line in enumerate(lines or ()))


def _words(data: Any, at: str) -> Words:
    if data is None:
        return Words()
    if isinstance(data, str):
        return Words(data)
    body = _table(data, at, {"fr", "en"}, ())
    return Words(str(body.get("fr") or ""), str(body.get("en") or ""))


def _texts(data: Any, at: str) -> tuple[str, ...]:
    if data is not None and (not isinstance(data, list) or not all(isinstance(item, str) for item in data)):
        raise refuse(at, "écrivez une liste de textes entre guillemets")
    return tuple(data or ())


def _among(value: Any, allowed: Sequence[str], at: str) -> str:
    if value not in allowed:
        raise refuse(at, f"« {value} » inconnu ; choisissez parmi {', '.join(word for word in allowed if word)}")
    return str(value)


def _day(value: Any, at: str) -> date | None:
    return None if value is None else day(value, at)


def _period(body: Any, at: str) -> Period:
    table = _table(body, at, None, ())
    start, end = _day(table.get("from"), f"{at}.from"), _day(table.get("to"), f"{at}.to")
    if start and end and end <= start:
        raise refuse(at, f"la période du {start} au {end} est vide : la fin (exclue) doit suivre le début")
    return Period(start, end)


def _number(value: Any, at: str) -> Decimal | Param | None:
    return None if value is None else number(value, at)


def _exact(value: Any, at: str) -> Decimal:
    result = number(value, at)
    if isinstance(result, Param):
        raise refuse(at, "écrivez ici un nombre, pas un paramètre")
    return result

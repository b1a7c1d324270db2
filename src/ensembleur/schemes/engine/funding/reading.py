"""The input file of a funding plan: plain JSON data read once, one sentence naming the field when it cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur import codes, money
from ensembleur.errors import BadInput
from ensembleur.logic.facts import Fact, Facts, Interval
from ensembleur.schemes.engine.deminimis import COUNTED as COUNTED_REGIMES
from ensembleur.schemes.engine.encoding import fact_key, from_json, parse_text
from ensembleur.schemes.engine.funding.offers import OF_THE_CAP, Request, Wish
from ensembleur.schemes.engine.funding.problem import ALL, Action, Envelope, Exclusion, PastAid
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.scheme import TOPICS, Scheme
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.sources import Evidence, Source

TOP = ("as_of", "siret", "actions", "facts", "past_aids", "envelopes", "exclusivities", "schemes")
OF_AN_ACTION = ("id", "title", "cost_eur", "granted_on", "project_kind", "topics", "facts", "max_intensity", "schemes")
MOST_ACTIONS = 200
MOST_EUR = Decimal(10) ** 12


@dataclass(frozen=True)
class Reading:
    """What the file says. `siret` : empty when none is given.   only : the schemes to keep, all of the catalogue when None.
    added : schemes written in the file itself.
    """

    request: Request
    siret: str = ""
    only: tuple[str, ...] | None = None
    added: tuple[Scheme, ...] = ()

    def with_facts(self, known: Facts) -> Reading:
        """The same with what is known elsewhere, what the file says having the last word."""
        return replace(self, request=replace(self.request, facts={**known, **self.request.facts}))

    def schemes(self, catalogue: tuple[Scheme, ...]) -> tuple[Scheme, ...]:
        """The schemes to compose with. Raises BadInput naming the field that speaks of a scheme nobody knows."""
        known = {scheme.id: scheme for scheme in (*catalogue, *self.added)}
        chosen = tuple(known) if self.only is None else self.only
        self._check("schemes", chosen, known)
        for number, wish in enumerate(self.request.wishes):
            self._check(f"actions[{number}].schemes", wish.schemes or (), known)
        for number, envelope in enumerate(self.request.envelopes):
            self._check(f"envelopes[{number}].schemes", envelope.schemes, known)
        for number, exclusion in enumerate(self.request.exclusions):
            self._check(f"exclusivities[{number}].schemes", exclusion.schemes, known)
        return tuple(known[identifier] for identifier in chosen)

    def _check(self, at: str, named: tuple[str, ...], known: Mapping[str, Scheme]) -> None:
        for number, identifier in enumerate(named):
            if identifier not in known:
                raise refuse(f"{at}[{number}]", f"le dispositif « {identifier[:60]} » n'existe pas dans le catalogue")


def refuse(at: str, says: str) -> BadInput:
    """The error that names the field."""
    return BadInput("bad_plan", f"{at} : {says}.", field=at)


def parse_json(text: str) -> Any:
    """The data of a JSON text, decimals kept exact. Raises BadInput with the line."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=lambda word: _no_constant(word))
    except json.JSONDecodeError as error:
        raise BadInput("bad_json", f"Ligne {error.lineno}, colonne {error.colno} : ce n'est pas du JSON lisible.") from error
    except RecursionError as error:
        raise BadInput("bad_json", "Le fichier est trop imbriqué pour être lu.") from error


def _no_constant(word: str) -> Any:
    raise BadInput("bad_json", f"« {word} » n'est pas un nombre.")


def read_plan(data: Any, *, as_of: date) -> Reading:
    """The request of a file. `as_of` : the day when the file names none. Raises BadInput naming the field."""
    body = _table(data, "le fichier", TOP, ("actions",))
    day = _day(body["as_of"], "as_of") if body.get("as_of") is not None else as_of
    actions = _list(body["actions"], "actions")
    if not actions:
        raise refuse("actions", "donnez au moins une action, avec son coût")
    if len(actions) > MOST_ACTIONS:
        raise refuse("actions", f"{len(actions)} actions, au plus {MOST_ACTIONS} à la fois")
    wishes = tuple(_wish(row, f"actions[{number}]", number, day) for number, row in enumerate(actions))
    seen: set[str] = set()
    for number, wish in enumerate(wishes):
        if wish.action.id in seen:
            raise refuse(f"actions[{number}].id", f"« {wish.action.id} » sert déjà à une autre action")
        seen.add(wish.action.id)
    past = None if body.get("past_aids") is None else _each(body["past_aids"], "past_aids", lambda row, at: _aid(row, at, day))
    only, added = _schemes(body.get("schemes"))
    request = Request(
        as_of=day,
        wishes=wishes,
        facts=_facts(body.get("facts"), "facts", day),
        past_aids=None if past is None else tuple(aid for aid in past if aid is not None),
        envelopes=_each(body.get("envelopes"), "envelopes", _envelope),
        exclusions=_each(body.get("exclusivities"), "exclusivities", _exclusion),
    )
    return Reading(request, _siret(body.get("siret")), only, added)


# -- the pieces ----------------------------------------------------------------------------------------------------------


def _wish(data: Any, at: str, number: int, day: date) -> Wish:
    body = _table(data, at, OF_AN_ACTION, ("cost_eur",))
    identifier = _text(body.get("id", str(number + 1)), f"{at}.id", 60)
    granted = _day(body["granted_on"], f"{at}.granted_on") if body.get("granted_on") is not None else day
    if granted < day:
        raise refuse(f"{at}.granted_on", f"{granted} est passé : une aide s'accorde au plus tôt le {day}")
    facts = _facts(body.get("facts"), f"{at}.facts", day)
    if "project_cost_eur" in facts:
        raise refuse(f"{at}.facts.project_cost_eur", "le coût se donne dans cost_eur")
    if body.get("project_kind") is not None:
        facts["project_kind"] = _fact("project_kind", _kinds(body["project_kind"], f"{at}.project_kind"), day)
    action = Action(
        id=identifier,
        title=_text(body.get("title", identifier), f"{at}.title", 200),
        cost_eur=_euros(body["cost_eur"], f"{at}.cost_eur", least=money.CENT),
        granted_on=granted,
        max_intensity=_share(body["max_intensity"], f"{at}.max_intensity") if body.get("max_intensity") is not None else ALL,
    )
    topics = _texts(body.get("topics"), f"{at}.topics")
    for place, topic in enumerate(topics):
        if topic not in TOPICS:
            raise refuse(f"{at}.topics[{place}]", f"« {topic[:40]} » inconnu ; choisissez parmi {', '.join(TOPICS)}")
    only = None if body.get("schemes") is None else _texts(body["schemes"], f"{at}.schemes")
    return Wish(action, facts, only, topics)


def _kinds(value: Any, at: str) -> tuple[str, ...]:
    kinds = (value,) if isinstance(value, str) else _texts(value, at)
    known = [code for code, _words in VOCABULARY["project_kind"].choices]
    for kind in kinds:
        if kind not in known:
            raise refuse(at, f"« {kind[:40]} » inconnu ; choisissez parmi {', '.join(known)}")
    return kinds


def _facts(data: Any, at: str, day: date) -> dict[str, Fact]:
    body = _table(data if data is not None else {}, at, None, ())
    found = {}
    for key, value in body.items():
        here = f"{at}.{str(key)[:60]}"
        if key in OF_THE_CAP:
            raise refuse(here, "les aides déjà reçues se donnent dans past_aids, au premier niveau du fichier")
        try:
            known = fact_key(str(key))
            found[known.key] = _fact(known.key, _value(known.key, known.kind, value), day)
        except BadInput as error:
            raise refuse(here, error.sentence.rstrip(".")) from error
    return found


def _value(key: str, kind: str, value: Any) -> Any:
    """A fact's value: text as typed on the command line, or plain JSON of its kind."""
    if isinstance(value, str):
        return parse_text(key, kind, value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and kind in ("number", "money", "share"):
        return parse_text(key, kind, str(value))
    read = from_json(kind, value)
    if isinstance(read, Interval):
        for bound in (read.low, read.high):
            if bound is not None:
                parse_text(key, kind, str(bound))
    return read


def _fact(key: str, value: Any, day: date) -> Fact:
    return Fact(value, day, Source(title="Donné dans le fichier du plan", as_of=day), Evidence.DECLARED)


def _aid(data: Any, at: str, day: date) -> PastAid | None:
    """A past aid, None when its regime is not counted under the cap."""
    body = _table(data, at, ("on", "eur", "regime", "title"), ("on", "eur"))
    on, eur = _day(body["on"], f"{at}.on"), _euros(body["eur"], f"{at}.eur")
    if on > day:
        raise refuse(f"{at}.on", f"{on} est après le jour du plan, {day}")
    regime = _text(body["regime"], f"{at}.regime", 60) if body.get("regime") else ""
    return PastAid(on, eur) if regime in COUNTED_REGIMES else None


def _envelope(data: Any, at: str) -> Envelope:
    body = _table(data, at, ("schemes", "remaining_eur"), ("schemes", "remaining_eur"))
    named = _texts(body["schemes"], f"{at}.schemes")
    if not named:
        raise refuse(f"{at}.schemes", "nommez au moins un dispositif")
    return Envelope(tuple(dict.fromkeys(named)), _euros(body["remaining_eur"], f"{at}.remaining_eur"))


def _exclusion(data: Any, at: str) -> Exclusion:
    body = _table(data, at, ("schemes", "scope"), ("schemes",))
    named = _texts(body["schemes"], f"{at}.schemes")
    if len(named) != 2:
        raise refuse(f"{at}.schemes", "nommez deux dispositifs, ou deux fois le même s'il ne se demande qu'une fois")
    scope = body.get("scope", "action")
    if scope not in ("action", "plan"):
        raise refuse(f"{at}.scope", "choisissez « action » (même dépense) ou « plan » (nulle part ensemble)")
    return Exclusion((named[0], named[1]), scope)


def _schemes(data: Any) -> tuple[tuple[str, ...] | None, tuple[Scheme, ...]]:
    if data is None:
        return None, ()
    only: list[str] = []
    added: list[Scheme] = []
    for number, row in enumerate(_list(data, "schemes")):
        at = f"schemes[{number}]"
        if isinstance(row, str):
            only.append(row)
        elif isinstance(row, Mapping):
            try:
                added.append(parse_scheme(row, origin=at))
            except BadInput as error:
                raise refuse(at, error.sentence.rstrip(".")) from error
            only.append(added[-1].id)
        else:
            raise refuse(at, "donnez l'identifiant d'un dispositif, ou sa règle entière")
    return tuple(dict.fromkeys(only)), tuple(added)


# -- scalars -------------------------------------------------------------------------------------------------------------


def _table(data: Any, at: str, allowed: tuple[str, ...] | None, needed: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise refuse(at, "écrivez un objet JSON, { … }")
    for key in data:
        if allowed is not None and key not in allowed:
            raise refuse(at, f"clé inconnue « {str(key)[:60]} » ; clés possibles : {', '.join(allowed)}")
    for name in needed:
        if data.get(name) is None:
            raise refuse(f"{at}.{name}" if at != "le fichier" else name, "il manque cette valeur")
    return data


def _list(data: Any, at: str) -> list[Any]:
    if not isinstance(data, list):
        raise refuse(at, "écrivez une liste, [ … ]")
    return data


def _each(data: Any, at: str, read: Callable[[Any, str], Any]) -> tuple[Any, ...]:
    return () if data is None else tuple(read(row, f"{at}[{number}]") for number, row in enumerate(_list(data, at)))


def _texts(data: Any, at: str) -> tuple[str, ...]:
    return () if data is None else tuple(_text(row, f"{at}[{number}]", 100) for number, row in enumerate(_list(data, at)))


def _text(value: Any, at: str, most: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise refuse(at, f"écrivez un texte entre guillemets, de {most} caractères au plus")
    return value.strip()


def _day(value: Any, at: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise refuse(at, f"« {str(value)[:40]} » n'est pas une date : écrivez-la comme 2026-11-22") from error


def _euros(value: Any, at: str, least: Decimal = Decimal(0)) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise refuse(at, "donnez un montant en euros, par exemple 250000 ou 1500.50")
    try:
        eur = money.euros(value)
    except BadInput as error:
        raise refuse(at, error.sentence.rstrip(".")) from error
    if not least <= eur < MOST_EUR:
        raise refuse(at, f"« {str(value)[:40]} » n'est pas un montant possible")
    if eur != eur.quantize(money.CENT):
        raise refuse(at, f"« {str(value)[:40]} » a plus de deux décimales")
    return eur


def _share(value: Any, at: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value <= 1:
        raise refuse(at, "donnez une part de 0 à 1, par exemple 0.8 pour 80 %")
    return Decimal(value)


def _siret(value: Any) -> str:
    if value is None:
        return ""
    try:
        return codes.siret(_text(value, "siret", 30))
    except BadInput as error:
        raise refuse("siret", error.sentence.removeprefix("siret : ").rstrip(".")) from error

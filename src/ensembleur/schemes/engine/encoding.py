"""Facts in and out: what a person types, what JSON keeps, what the engine reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur import money
from ensembleur.errors import BadInput
from ensembleur.logic.facts import NEVER, Interval
from ensembleur.logic.words import FactKey
from ensembleur.schemes.engine.vocabulary import VOCABULARY

YES = {"oui", "yes", "vrai", "true", "1", "o", "y"}
UNDONE = {"jamais", "never", "pas encore", "not yet"}  # a thing never done is a known answer
NO = {"non", "no", "faux", "false", "0", "n"}


def fact_key(key: str) -> FactKey:
    """The entry of the vocabulary. Raises BadInput for a key that is not in it."""
    if key not in VOCABULARY:
        raise BadInput("unknown_fact", f"Le fait « {key[:40]} » n'existe pas : la commande `ensembleur facts` donne la liste.")
    return VOCABULARY[key]


def parse_text(key: str, kind: str, text: str) -> Any:
    """The value a person typed for the fact `key`, by its kind: bool, number, money, share, date, code, codes or aids.

    A number may be a range, "50..99", with one side empty for no limit. Past aids are typed
    "2025-03-12:40000:de_minimis", one after the other with semicolons. Raises BadInput naming the key.
    """
    text = text.strip()
    if not text:
        raise BadInput("empty_value", f"La valeur de « {key} » est vide : donnez une valeur ou retirez-la.")
    if kind == "bool":
        return _yes_or_no(key, text)
    if kind in {"number", "money"}:
        return _range(key, kind, text) if ".." in text else _number(key, kind, text)
    if kind == "date":
        return _date(key, text)
    if kind == "share":
        return _share(key, text)
    if kind == "aids":
        return tuple(_typed_aid(key, part.strip()) for part in text.split(";") if part.strip())
    if kind == "codes":
        return tuple(part.strip() for part in text.split(";") if part.strip())
    return text


def _typed_aid(key: str, text: str) -> dict[str, Any]:
    parts = text.split(":")
    if len(parts) not in {2, 3}:
        raise BadInput(
            "not_an_aid", f"« {key} » attend date:montant:régime, par exemple 2025-03-12:40000:de_minimis, pas « {text[:40]} »."
        )
    regime = parts[2].strip() if len(parts) == 3 else "de_minimis"
    return {"on": _date(key, parts[0].strip()), "eur": money.euros(parts[1]), "regime": regime}


def _yes_or_no(key: str, text: str) -> bool:
    word = text.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadInput("not_yes_or_no", f"« {key} » attend oui ou non, pas « {text[:40]} ».")


def _number(key: str, kind: str, text: str) -> Decimal | int:
    try:
        amount = money.euros(text)
    except BadInput:
        raise BadInput("not_a_number", f"« {key} » attend un nombre, pas « {text[:40]} ».") from None
    if amount < 0:
        raise BadInput("negative", f"« {key} » ne peut pas être négatif : {text[:40]}.")
    return amount if kind == "money" or amount != amount.to_integral_value() else int(amount)


def _share(key: str, text: str) -> Decimal:
    percent = text.endswith("%")
    share = Decimal(_number(key, "money", text.removesuffix("%")))
    share = share / 100 if percent or share > 1 else share
    if share > 1:
        raise BadInput("not_a_share", f"« {key} » attend un pourcentage de 0 à 100, pas « {text[:40]} ».")
    return share


def _range(key: str, kind: str, text: str) -> Interval:
    low, _, high = text.partition("..")
    return Interval(
        _number(key, kind, low) if low.strip() else None,
        _number(key, kind, high) if high.strip() else None,
    )


def _date(key: str, text: str) -> date:
    if text.casefold() in UNDONE:
        return NEVER
    for parts in (text.split("-"), list(reversed(text.split("/")))):
        if len(parts) == 3 and len(parts[0]) == 4 and text.isascii() and all(part.isdigit() for part in parts):
            try:
                return date(int(parts[0]), int(parts[1]), int(parts[2]))
            except ValueError:
                break
    raise BadInput("not_a_date", f"« {key} » attend une date comme 2026-03-12 ou 12/03/2026, pas « {text[:40]} ».")


def as_json(value: Any) -> Any:
    """A fact's value as JSON keeps it, losing nothing."""
    if isinstance(value, Interval):
        return {"low": as_json(value.low), "high": as_json(value.high)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    return value


def from_json(kind: str, data: Any) -> Any:
    """The value `as_json` wrote, by the fact's kind.

    Raises BadInput when it does not read as that kind: the vocabulary has changed since it was written.
    """
    try:
        value = _read(kind, data)
    except (ValueError, TypeError, KeyError, ArithmeticError):
        value = None
    if not _fits(kind, value):
        raise BadInput("stale_fact", f"Une valeur gardée ne se lit plus comme « {kind} » : redonnez-la.")
    return value


def _fits(kind: str, value: Any) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind in {"number", "money", "share"}:
        return isinstance(value, int | float | Decimal | Interval) and not isinstance(value, bool)
    if kind == "date":
        return isinstance(value, date)
    if kind in {"codes", "aids"}:
        return isinstance(value, tuple) and all(isinstance(item, dict if kind == "aids" else str) for item in value)
    return isinstance(value, str)


def _read(kind: str, data: Any) -> Any:
    if isinstance(data, dict) and set(data) == {"low", "high"}:
        return Interval(*(None if data[side] is None else _read(kind, data[side]) for side in ("low", "high")))
    if kind in {"money", "share"} and isinstance(data, str | int):
        return Decimal(data)
    if kind == "number" and isinstance(data, str):
        return Decimal(data)
    if kind == "date":
        return date.fromisoformat(data)
    if isinstance(data, list):
        return tuple(_past_aid(item) if isinstance(item, dict) else item for item in data)
    return data


def _past_aid(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "on": date.fromisoformat(data["on"]), "eur": Decimal(data["eur"])}

"""Reads the programmes of support as the texts describe them, and refuses a figure without its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.journeys.catalogue.loader import FOLDER, read_plain
from ensembleur.journeys.choices import OptionKind
from ensembleur.sources import Confidence, Evidence, Source

FACTS = ("diagnosis", "plan", "filed", "agreed", "paid", "started", "done", "review")  # what the platform knows by itself
ALERT_DAYS = 90  # a convention of the platform: no text gives a delay


@dataclass(frozen=True)
class Quote:
    """The words of a text on which something rests; the text's own French, whatever the language of the page."""

    source: Source
    source_en: str
    section: str
    quote: str

    def title(self, lang: str) -> str:
        """The text's name, its section and its day are shown together."""
        return self.source_en if lang == "en" else self.source.title


@dataclass(frozen=True)
class Declared:
    """A figure that a text declares and that the platform has not measured.

    about : « plus de », « environ », empty when the text is exact.   kind : of option, empty when the text is silent.
    """

    id: str
    value: str
    about: Mapping[str, str]
    unit: Mapping[str, str]
    says: Mapping[str, str]
    quote: Quote
    kind: str = ""
    schemes: tuple[str, ...] = ()
    evidence: Evidence = Evidence.DECLARED

    def shown(self, lang: str) -> str:
        """The value with what the text puts before it and its unit; a decimal comma becomes a point in English."""
        value = self.value.replace(",", ".") if lang == "en" else self.value
        return "\u00a0".join(part for part in (self.about[lang], value, self.unit[lang]) if part)


@dataclass(frozen=True)
class Stage:
    """A stage in order. fact : one of FACTS when the platform dates it by itself.   quote : None when we added it."""

    id: str
    says: Mapping[str, str]
    fact: str = ""
    quote: Quote | None = None
    alert_days: int = ALERT_DAYS


@dataclass(frozen=True)
class Option:
    """Something a company of the programme may be offered."""

    id: str
    kind: str
    says: Mapping[str, str]
    quote: Quote


@dataclass(frozen=True)
class Objective:
    """How many companies, over which days (both None when the text counts by year)."""

    count: int
    says: Mapping[str, str]
    quote: Quote
    yearly: bool = False
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Programme:
    """A programme of support. enrols : whether companies may be enrolled; an action that is over is only read."""

    id: str
    title: Mapping[str, str]
    does: Mapping[str, str]
    unsaid: Mapping[str, str]
    enrols: bool
    objective: Objective | None
    stages: tuple[Stage, ...]
    options: tuple[Option, ...]
    figures: tuple[Declared, ...]

    def stage(self, identifier: str) -> Stage:
        """The stage of that identifier. Raises BadInput."""
        found = next((stage for stage in self.stages if stage.id == identifier), None)
        if found is None:
            raise BadInput("unknown_stage", f"Le programme « {self.title['fr']} » n'a pas d'étape « {identifier[:40]} ».")
        return found

    def option(self, identifier: str) -> Option:
        """The option of that identifier. Raises BadInput."""
        found = next((option for option in self.options if option.id == identifier), None)
        if found is None:
            raise BadInput("unknown_option", f"Le programme « {self.title['fr']} » n'a pas d'option « {identifier[:60]} ».")
        return found


@cache
def _read() -> tuple[tuple[Programme, ...], tuple[Declared, ...]]:
    return read_programmes(read_plain(FOLDER / "programmes.yaml"))


def programmes() -> tuple[Programme, ...]:
    """Every programme, in the order of the file."""
    return _read()[0]


def programme(identifier: str) -> Programme | None:
    """The programme of that identifier, None when it has left the catalogue."""
    return next((one for one in programmes() if one.id == identifier), None)


def declared_of(schemes: Iterable[str]) -> tuple[Declared, ...]:
    """What the texts declare about any of these schemes."""
    wanted = set(schemes)
    return tuple(figure for figure in _read()[1] if wanted.intersection(figure.schemes))


def read_programmes(data: Mapping[str, Any]) -> tuple[tuple[Programme, ...], tuple[Declared, ...]]:
    """The programmes and the figures on schemes, from plain data.

    Raises BadInput when an identifier comes twice, a text or a fact is unknown, a kind of option is not one, or a figure,
    an objective, an option or a stage that is not marked `added` lacks the sentence it comes from.
    """
    texts = {key: _text(row) for key, row in data["texts"].items()}
    found = tuple(_programme(row, texts) for row in data["programmes"])
    _once([one.id for one in found], "programmes")
    figures = tuple(_declared(row, texts) for row in data["schemes"])
    _once([one.id for one in figures], "schemes")
    return found, figures


def _text(row: Mapping[str, Any]) -> tuple[Source, str]:
    return Source(title=row["fr"], as_of=row["as_of"], confidence=Confidence(row["confidence"])), row["en"]


def _programme(row: Mapping[str, Any], texts: Mapping[str, tuple[Source, str]]) -> Programme:
    stages = tuple(_stage(one, texts) for one in row["stages"])
    options = tuple(_option(one, texts) for one in row["options"])
    figures = tuple(_declared(one, texts) for one in row.get("figures", ()))
    for kind in (stages, options, figures):
        _once([one.id for one in kind], row["id"])
    objective = row.get("objective")
    return Programme(
        id=row["id"],
        title=_words(row),
        does={"fr": row["does_fr"], "en": row["does_en"]},
        unsaid={"fr": row["unsaid_fr"], "en": row["unsaid_en"]},
        enrols=row["enrols"],
        objective=None if objective is None else _objective(objective, texts),
        stages=stages,
        options=options,
        figures=figures,
    )


def _objective(row: Mapping[str, Any], texts: Mapping[str, tuple[Source, str]]) -> Objective:
    return Objective(row["count"], _words(row), _quote(row, texts), row.get("yearly", False), row.get("from"), row.get("to"))


def _stage(row: Mapping[str, Any], texts: Mapping[str, tuple[Source, str]]) -> Stage:
    if row.get("fact", "") not in ("", *FACTS):
        raise BadInput("unknown_fact", f"L'étape « {row['id']} » se déduirait de « {row['fact']} », qui n'existe pas.")
    quote = None if row.get("added") else _quote(row, texts)
    return Stage(row["id"], _words(row), row.get("fact", ""), quote, row.get("alert_days", ALERT_DAYS))


def _option(row: Mapping[str, Any], texts: Mapping[str, tuple[Source, str]]) -> Option:
    return Option(row["id"], _kind(row), _words(row), _quote(row, texts))


def _declared(row: Mapping[str, Any], texts: Mapping[str, tuple[Source, str]]) -> Declared:
    return Declared(
        id=row["id"],
        value=row["value"],
        about={"fr": row.get("about_fr", ""), "en": row.get("about_en", "")},
        unit={"fr": row.get("unit_fr", ""), "en": row.get("unit_en", "")},
        says=_words(row),
        quote=_quote(row, texts),
        kind=_kind(row) if "kind" in row else "",
        schemes=tuple(row.get("schemes", ())),
    )


def _kind(row: Mapping[str, Any]) -> str:
    if row["kind"] not in OptionKind.values:
        raise BadInput("unknown_kind", f"« {row['id']} » est d'une nature inconnue : « {row['kind']} ».")
    return str(row["kind"])


def _quote(row: Mapping[str, Any], texts: Mapping[str, tuple[Source, str]]) -> Quote:
    if row.get("text") not in texts or not row.get("quote") or not row.get("section"):
        raise BadInput("no_quote", f"« {row.get('id', 'objective')} » n'a pas la phrase d'un texte connu avec sa section.")
    source, title_en = texts[row["text"]]
    return Quote(source, title_en, row["section"], row["quote"])


def _once(identifiers: list[str], where: str) -> None:
    if len(set(identifiers)) != len(identifiers):
        raise BadInput("twice", f"Le même identifiant vient deux fois dans « {where} ».")


def _words(row: Mapping[str, Any]) -> Mapping[str, str]:
    return {"fr": row["fr"], "en": row["en"]}

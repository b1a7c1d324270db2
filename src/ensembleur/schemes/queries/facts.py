"""All that is known of one establishment that day: the register, what was told, what a visitor just answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from ensembleur.errors import BadInput, Refused
from ensembleur.logic.facts import Fact, Facts
from ensembleur.schemes.engine.encoding import from_json
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.models import CompanyFact
from ensembleur.schemes.permissions import may_see_facts
from ensembleur.sources import Evidence, Source
from ensembleur.territory.queries import register

MEASURED = {"headcount", "company_headcount", "category"}  # what the register measures again every year


@dataclass(frozen=True)
class Subject:
    """An establishment as far as permissions and addresses go."""

    siret: str
    siren: str
    commune: str
    departement: str
    region: str


def subject_of(siret: str) -> Subject:
    """Whose establishment it is and where. Raises Refused when the register does not hold it."""
    place = register.place_of(siret)
    if place is None:
        raise Refused("unknown_siret", f"L'établissement {siret} n'est pas dans le registre chargé : vérifiez le numéro.")
    return Subject(siret, siret[:9], place.commune or "", place.departement or "", place.region or "")


def facts_of(siret: str, *, as_of: date, user: Any = None, session_facts: Facts | None = None, system: bool = False) -> Facts:
    """Key of the vocabulary → fact. What was told corrects the register, and the latest of it wins; but a size declared
    before the register measured it again gives way.

    user : whose eyes; what a company declared is only for its people and those who accompany it.
    system : a command run on the machine itself sees everything.
    session_facts : answers of a visitor who has no account; they win, being the latest.
    Raises Refused when the register does not hold the establishment.
    """
    facts = dict(register.register_facts(siret))
    subject = subject_of(siret)
    if system or (user is not None and may_see_facts(user, subject)):
        facts = together(facts, told(siret, siren=subject.siren, as_of=as_of))
    facts.update(session_facts or {})
    return facts


def together(measured: Facts, told: Facts) -> dict[str, Fact]:
    """The register corrected by what was told, but for a size the register measured again since."""
    newer = {key: fact for key, fact in told.items() if not (key in MEASURED and _is_older(fact, measured.get(key)))}
    return {**measured, **newer}


def _is_older(fact: Fact, measured: Fact | None) -> bool:
    days = (fact.as_of, measured.as_of if measured else None)
    return days[0] is not None and days[1] is not None and days[0] < days[1]


def told(siret: str, *, siren: str, as_of: date) -> dict[str, Fact]:
    """What was declared or documented about this establishment, its company and its group, known that day."""
    return _latest(CompanyFact.objects.about(siren=siren, siret=siret).known_on(as_of))


def told_among(sirets: Collection[str], *, as_of: date) -> dict[str, dict[str, Fact]]:
    """`told` of many establishments, in one query; those of whom nothing was told are absent."""
    codes = {*sirets, *(siret[:9] for siret in sirets)}
    by_code: dict[str, list[CompanyFact]] = {}
    for record in CompanyFact.objects.filter(code__in=codes).known_on(as_of):
        by_code.setdefault(record.code, []).append(record)
    found = {}
    for siret in sirets:
        records = by_code.get(siret, []) + by_code.get(siret[:9], [])
        if records:
            found[siret] = _latest(sorted(records, key=lambda record: (record.as_of, record.recorded_at, record.pk)))
    return found


def facts_among(sirets: Collection[str], *, as_of: date) -> dict[str, dict[str, Fact]]:
    """What `facts_of` says to a reader who may see what was told, for many establishments of the register at once."""
    said = told_among(sirets, as_of=as_of)
    return {siret: together(known, said.get(siret, {})) for siret, known in register.register_facts_among(sirets).items()}


def _latest(records: Iterable[CompanyFact]) -> dict[str, Fact]:
    """The last word on each key, from records in order."""
    facts = {}
    for record in records:
        if record.key in VOCABULARY:
            with suppress(BadInput):  # told before the vocabulary changed: unknown again, never an error
                facts[record.key] = _fact(record)
    return facts


def history(siret: str, *, siren: str) -> Mapping[str, list[CompanyFact]]:
    """Every record by key, oldest first, withdrawn ones included."""
    by_key: dict[str, list[CompanyFact]] = {}
    for record in CompanyFact.objects.about(siren=siren, siret=siret):
        by_key.setdefault(record.key, []).append(record)
    return by_key


def _fact(record: CompanyFact) -> Fact:
    return Fact(
        value=from_json(VOCABULARY[record.key].kind, record.value),
        as_of=record.as_of,
        source=Source(title=record.source_title, as_of=record.as_of),
        evidence=Evidence(record.evidence),
    )

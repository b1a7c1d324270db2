"""A company tells us something: it is kept with its day, its evidence and its author."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.periods import paris_day
from ensembleur.schemes.choices import EvidenceWord, FactLevel
from ensembleur.schemes.engine.encoding import as_json, fact_key
from ensembleur.schemes.models import CompanyFact
from ensembleur.schemes.permissions import may_declare_fact
from ensembleur.schemes.queries.facts import subject_of

PERSONAL = FactLevel.PERSON


@transaction.atomic
def record_fact(
    *,
    siret: str,
    key: str,
    value: Any,
    by: User,
    now: datetime,
    as_of: date | None = None,
    evidence: EvidenceWord = EvidenceWord.DECLARED,
    source_title: str = "Déclaration de l'entreprise",
) -> CompanyFact:
    """Keep one fact about the establishment `siret`, its company, its group or its project.

    value : as the engine reads it (see `schemes.engine.encoding`).   as_of : the day it is true, the day of `now` when absent.
    Raises BadInput for a fact that does not exist, a day to come, or one that speaks of a person; NotAllowed; Refused.
    """
    subject = subject_of(siret)
    check(may_declare_fact, by, subject)
    known = fact_key(key)
    day = as_of or paris_day(now)
    if day > paris_day(now):
        raise BadInput("fact_to_come", f"« {known.label.fr} » : la date {day:%d/%m/%Y} est dans le futur.")
    if known.level == PERSONAL:
        raise Refused(
            "personal_fact", "Les informations sur une personne ne sont pas conservées dans le dossier d'une entreprise."
        )
    fact = CompanyFact.objects.create(
        level=known.level,
        code=siret if known.level in {FactLevel.ESTABLISHMENT, FactLevel.PROJECT} else subject.siren,
        key=key,
        value=as_json(value),
        evidence=evidence,
        source_title=source_title,
        as_of=day,
        recorded_at=now,
        recorded_by=by,
    )
    record_act(by=by, verb="record_fact", thing=fact, now=now, after={"key": key, "as_of": day.isoformat(), "evidence": evidence})
    return fact


@transaction.atomic
def withdraw_fact(*, siret: str, key: str, by: User, now: datetime) -> int:
    """Take back what was declared for `key`; it stays in the history, marked. Returns how many records were taken back."""
    subject = subject_of(siret)
    check(may_declare_fact, by, subject)
    live = CompanyFact.objects.about(siren=subject.siren, siret=siret).filter(key=key, withdrawn_at__isnull=True)
    taken = live.update(withdrawn_at=now)
    if taken:
        record_act(by=by, verb="withdraw_fact", thing=f"schemes.fact:{siret}", now=now, before={"key": key})
    return taken

"""Journeys, diagnoses, plans and applications for tests."""

from __future__ import annotations

import io
import itertools
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.catalogue.loader import questionnaire
from ensembleur.journeys.choices import AnswerKind, DiagnosisStatus
from ensembleur.journeys.engine.diagnosis import scores
from ensembleur.journeys.engine.questionnaire import as_plain
from ensembleur.journeys.models import Action, Application, Diagnosis, Journey, Plan, StatementAnswer
from tests.factories import accounts

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
SIREN = "000340182"
SIRET = "00034018200013"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"
_numbers = itertools.count(1)


def director(siren: str = SIREN) -> User:
    """The director of the company."""
    return accounts.person(Role.DIRECTOR, siren)


def journey(opened_by: User | None = None, **fields: Any) -> Journey:
    """A live journey in Argenteuil; each one in another company unless `siren` is given."""
    siren = fields.pop("siren", f"{next(_numbers):09d}")
    fields = {
        "siren": siren,
        "siret": f"{siren}00010" if siren else "",
        "title": f"Entreprise fictive {siren or 'sans SIREN'}",
        "place": "Argenteuil (95)",
        "commune": "95018",
        "departement": "95",
        "naf": "25.62B",
        "opened_at": NOW - timedelta(days=40),
        **fields,
    }
    return Journey.objects.create(opened_by=opened_by or accounts.user(), **fields)


def own_journey(**fields: Any) -> tuple[Journey, User]:
    """A journey and the director of its company."""
    held = journey(**fields)
    return held, director(held.siren)


def draft(of: Journey, answers: dict[str, int | str] | None = None, by: User | None = None) -> Diagnosis:
    """A diagnosis being answered."""
    by = by or of.opened_by
    held = Diagnosis.objects.create(
        journey=of, version="1", questionnaire=as_plain(questionnaire()), started_at=NOW - timedelta(days=2), started_by=by
    )
    StatementAnswer.objects.bulk_create(
        StatementAnswer(
            diagnosis=held,
            statement=statement,
            kind=AnswerKind.LEVEL if isinstance(answer, int) else answer,
            level=answer if isinstance(answer, int) else None,
            by=by,
            at=NOW,
        )
        for statement, answer in (answers or {}).items()
    )
    return held


def everywhere(level: int) -> dict[str, int | str]:
    """The same level for every statement."""
    return {statement.id: level for statement in questionnaire().statements}


def finished(of: Journey, level: int = 2, on: datetime = NOW, **answers: int | str) -> Diagnosis:
    """A finished diagnosis at the same level everywhere but for the answers named."""
    given = {**everywhere(level), **{name.replace("_", "-"): answer for name, answer in answers.items()}}
    held = draft(of, given)
    held.status, held.finished_at, held.finished_by = DiagnosisStatus.FINISHED, on, held.started_by
    held.scores = {score.axis: score.score for score in scores(questionnaire(), given)}
    held.coverage_share = 1.0
    held.save()
    return held


def plan(of: Diagnosis, count: int = 3) -> Plan:
    """A plan of `count` actions."""
    held = Plan.objects.create(diagnosis=of, journey=of.journey, built_at=NOW, built_by=of.started_by)
    names = ["list-machines", "plan-replacement", "start-upkeep", "measure-wear", "cut-changeover"][:count]
    Action.objects.bulk_create(
        Action(
            plan=held,
            measure=name,
            axis="production",
            position=place,
            words={"title": {"fr": f"Action {name}", "en": f"Action {name}"}, "does": {"fr": "Faire.", "en": "Do."}},
            because=["machine-state"],
            requires=[],
            starts_on=date(2026, 12, 1),
            ends_on=date(2027, 1, 1),
            changed_at=NOW,
        )
        for place, name in enumerate(names, 1)
    )
    return held


def application(of: Journey, status: str = "draft", **fields: Any) -> Application:
    """An application at a status, with what that status requires."""
    fields = {
        "scheme": f"aide-{next(_numbers)}",
        "scheme_title": "Aide fictive",
        "created_at": NOW - timedelta(days=30),
        "created_by": of.opened_by,
        "project": "Un projet.",
        "project_cost_eur": Decimal(100_000),
        "project_started": False,
        **fields,
    }
    if status != "draft":
        fields = {"filed_at": NOW - timedelta(days=20), "verdict": {"answer": "yes", "reasons": []}, **fields}
    if status in ("decided", "agreed", "paying", "refused"):
        outcome = "unfavourable" if status == "refused" else "favourable"
        fields = {"decided_on": date(2026, 11, 10), "outcome": outcome, **fields}
        if fields["outcome"] == "favourable":
            fields = {"granted_eur": Decimal(40_000), **fields}
    if status in ("agreed", "paying"):
        fields = {"agreed_on": date(2026, 11, 12), **fields}
    if status == "closed":
        fields = {"closed_at": NOW, "closing_reason": "withdrawn", **fields}
    return Application.objects.create(journey=of, status=status, **fields)


def docx(**entries: bytes) -> bytes:
    """A small word-processing file, with other entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()

"""A diagnosis is started, answered by several people, and finished."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.catalogue.loader import questionnaire
from ensembleur.journeys.choices import AnswerKind, DiagnosisStatus
from ensembleur.journeys.engine.diagnosis import AXES, overall_coverage, scores
from ensembleur.journeys.engine.questionnaire import LEVELS, as_plain
from ensembleur.journeys.models import AxisStake, Diagnosis, Journey, StatementAnswer
from ensembleur.journeys.permissions import may_contribute
from ensembleur.journeys.queries.diagnoses import answers_of, questionnaire_of


@transaction.atomic
def start_diagnosis(*, journey: Journey, by: User, now: datetime) -> Diagnosis:
    """Start a diagnosis with the current questionnaire frozen inside, or find the draft that is already open."""
    check(may_contribute, by, journey)
    if journey.closed_at is not None:
        raise Refused("journey_closed", _("Ce parcours est clos : ouvrez-en un nouveau pour refaire un diagnostic."))
    edition = questionnaire()
    diagnosis, is_new = Diagnosis.objects.get_or_create(
        journey=journey,
        status=DiagnosisStatus.DRAFT,
        defaults={"version": edition.version, "questionnaire": as_plain(edition), "started_at": now, "started_by": by},
    )
    if is_new:
        record_act(by=by, verb="start_diagnosis", thing=diagnosis, now=now, after={"version": edition.version})
    return diagnosis


@transaction.atomic
def save_answer(*, diagnosis: Diagnosis, statement: str, answer: int | str, by: User, now: datetime) -> StatementAnswer:
    """Write one answer (a level 0–5, "unknown" or "na"). Writing the same again changes nothing; the last one written wins.

    Only the statement's own row is touched, so that two contributors never lose each other's answers.
    """
    check(may_contribute, by, diagnosis.journey)
    _check_open(_held(diagnosis))
    questionnaire_of(diagnosis).statement(statement)
    kind, level = _read(answer)
    held = StatementAnswer.objects.filter(diagnosis=diagnosis, statement=statement).first()
    if held is not None and (held.kind, held.level) == (kind, level):
        return held
    row, _is_new = StatementAnswer.objects.update_or_create(
        diagnosis=diagnosis, statement=statement, defaults={"kind": kind, "level": level, "by": by, "at": now}
    )
    return row


@transaction.atomic
def save_stake(*, diagnosis: Diagnosis, axis: str, value: int, by: User, now: datetime) -> AxisStake:
    """Write how much an axis matters to the company: 1 little, 2 some, 3 much."""
    check(may_contribute, by, diagnosis.journey)
    _check_open(_held(diagnosis))
    if axis not in AXES or value not in (1, 2, 3):
        raise BadInput("bad_stake", _("L'enjeu se dit de 1 (faible) à 3 (fort), sur l'un des six axes."))
    row, _is_new = AxisStake.objects.update_or_create(
        diagnosis=diagnosis, axis=axis, defaults={"value": value, "by": by, "at": now}
    )
    return row


@transaction.atomic
def finish_diagnosis(*, diagnosis: Diagnosis, by: User, now: datetime) -> Diagnosis:
    """Close the answers and write the scores. Refused while nothing at all was given a level."""
    check(may_contribute, by, diagnosis.journey)
    diagnosis = _held(diagnosis)
    _check_open(diagnosis)
    edition, answers = questionnaire_of(diagnosis), answers_of(diagnosis)
    result = scores(edition, answers)
    if all(score.score is None for score in result):
        raise Refused("nothing_answered", _("Aucun énoncé n'a reçu de niveau : répondez à quelques-uns avant de terminer."))
    diagnosis.status = DiagnosisStatus.FINISHED
    diagnosis.finished_at, diagnosis.finished_by = now, by
    diagnosis.scores = {score.axis: score.score for score in result}
    diagnosis.coverage_share = overall_coverage(edition, answers)
    diagnosis.save()
    record_act(by=by, verb="finish_diagnosis", thing=diagnosis, now=now, after={"coverage": round(diagnosis.coverage_share, 2)})
    return diagnosis


def _held(diagnosis: Diagnosis) -> Diagnosis:
    """The diagnosis as it is now, locked until the end of the transaction: somebody may have finished it meanwhile."""
    return Diagnosis.objects.select_for_update(of=("self",)).select_related("journey").get(pk=diagnosis.pk)


def _check_open(diagnosis: Diagnosis) -> None:
    if diagnosis.status != DiagnosisStatus.DRAFT:
        raise Refused("diagnosis_finished", _("Ce diagnostic est terminé : ses réponses ne changent plus, faites-en un nouveau."))


def _read(answer: int | str) -> tuple[str, int | None]:
    if answer in (AnswerKind.UNKNOWN.value, AnswerKind.NOT_APPLICABLE.value):
        return str(answer), None
    text = str(answer)
    if not (len(text) == 1 and text.isascii() and text.isdigit() and int(text) in LEVELS):
        raise BadInput("bad_answer", _("Répondez par un niveau de 0 à 5, « je ne sais pas » ou « non applicable »."))
    return AnswerKind.LEVEL.value, int(text)

"""Reading a diagnosis back: its frozen questionnaire, its answers, its result, its peers."""

from __future__ import annotations

from dataclasses import dataclass

from ensembleur.journeys.choices import AnswerKind, DiagnosisStatus
from ensembleur.journeys.engine import diagnosis as engine
from ensembleur.journeys.engine.questionnaire import Questionnaire, Statement, read_questionnaire
from ensembleur.journeys.models import Diagnosis, Journey


@dataclass(frozen=True)
class Result:
    """Everything the result page says of one diagnosis."""

    diagnosis: Diagnosis
    questionnaire: Questionnaire
    answers: dict[str, int | str]
    scores: tuple[engine.AxisScore, ...]
    coverage: float
    strengths: tuple[Statement, ...]
    priorities: tuple[engine.Priority, ...]


def questionnaire_of(diagnosis: Diagnosis) -> Questionnaire:
    """The questionnaire as it was when this diagnosis was started."""
    return read_questionnaire(diagnosis.questionnaire)


def answers_of(diagnosis: Diagnosis) -> dict[str, int | str]:
    """Statement → level, "unknown" or "na"; what was not answered is absent."""
    rows = diagnosis.answers.values_list("statement", "kind", "level")
    return {statement: level if kind == AnswerKind.LEVEL else kind for statement, kind, level in rows}


def stakes_of(diagnosis: Diagnosis) -> dict[str, int]:
    """Axis → declared stake, 1 to 3; what was not declared is absent."""
    return dict(diagnosis.stakes.values_list("axis", "value"))


def draft_of(journey: Journey) -> Diagnosis | None:
    """The diagnosis being answered, if there is one."""
    return journey.diagnoses.filter(status=DiagnosisStatus.DRAFT).first()


def last_finished(journey: Journey) -> Diagnosis | None:
    """The latest finished diagnosis, if there is one."""
    return journey.diagnoses.finished().first()


def result_of(diagnosis: Diagnosis, *, open_axes: frozenset[str] = frozenset()) -> Result:
    """Scores, coverage, three strengths and three priorities."""
    questionnaire, answers = questionnaire_of(diagnosis), answers_of(diagnosis)
    return Result(
        diagnosis=diagnosis,
        questionnaire=questionnaire,
        answers=answers,
        scores=engine.scores(questionnaire, answers),
        coverage=engine.overall_coverage(questionnaire, answers),
        strengths=engine.strengths(questionnaire, answers),
        priorities=engine.priorities(questionnaire, answers, stakes=stakes_of(diagnosis), open_axes=open_axes),
    )


def peers_of(journey: Journey) -> tuple[str, dict[str, engine.Peers]]:
    """Other companies' latest scores, axis by axis, when at least eleven answered; the group is named "division" or "region".

    The same activity division (two digits) is tried first, then every company of the region. One company counts once,
    by its latest diagnosis; a project without SIREN counts for itself alone, so never here.
    """
    finished = (
        Diagnosis.objects.filter(status=DiagnosisStatus.FINISHED, journey__region=journey.region)
        .exclude(journey__siren__in=["", journey.siren])
        .order_by("finished_at", "pk")
        .values_list("journey__siren", "journey__naf", "scores")
    )
    latest = {siren: (naf, scores) for siren, naf, scores in finished}
    division = journey.naf[:2]
    groups = {"division": [scores for naf, scores in latest.values() if division and naf[:2] == division]}
    groups["region"] = [scores for _naf, scores in latest.values()]
    for name, group in groups.items():
        found = {axis: _axis_peers(axis, group) for axis in engine.AXES}
        enough = {axis: peers for axis, peers in found.items() if peers is not None}
        if enough:
            return name, enough
    return "", {}


def _axis_peers(axis: str, group: list[dict[str, float | None]]) -> engine.Peers | None:
    return engine.peers(axis, [value for scores in group if (value := scores.get(axis)) is not None])

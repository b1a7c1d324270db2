"""A plan is drawn from a finished diagnosis, and its actions are kept up to date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.catalogue.loader import measures
from ensembleur.journeys.choices import ActionStatus, DiagnosisStatus
from ensembleur.journeys.engine import plan as engine
from ensembleur.journeys.models import Action, Diagnosis, Plan
from ensembleur.journeys.permissions import may_contribute
from ensembleur.journeys.queries.diagnoses import answers_of, questionnaire_of, stakes_of

KEPT = ("owner", "cost_eur", "starts_on", "ends_on", "status")


@transaction.atomic
def build_plan(*, diagnosis: Diagnosis, by: User, now: datetime, starts_on: date, open_axes: Iterable[str] = ()) -> Plan:
    """Draw the plan of a finished diagnosis, or find it again; actions already under way in the last plan keep their state.

    open_axes : the axes for which an aid is open that day.
    """
    check(may_contribute, by, diagnosis.journey)
    if diagnosis.status != DiagnosisStatus.FINISHED:
        raise Refused("diagnosis_not_finished", _("Terminez d'abord le diagnostic : le plan se déduit de ses réponses."))
    plan, is_new = Plan.objects.get_or_create(
        diagnosis=diagnosis, defaults={"journey": diagnosis.journey, "built_at": now, "built_by": by}
    )
    if not is_new:
        return plan
    steps = engine.build_plan(
        questionnaire_of(diagnosis),
        measures(),
        answers_of(diagnosis),
        starts_on=starts_on,
        stakes=stakes_of(diagnosis),
        open_axes=open_axes,
    )
    under_way = _under_way(plan)
    Action.objects.bulk_create([_action(plan, step, under_way.get(step.measure.id), now) for step in steps])
    record_act(by=by, verb="build_plan", thing=plan, now=now, after={"actions": [step.measure.id for step in steps]})
    return plan


@transaction.atomic
def update_action(
    *,
    action: Action,
    by: User,
    now: datetime,
    owner: str,
    cost_eur: Decimal | None,
    starts_on: date,
    ends_on: date,
    status: str,
) -> Action:
    """Change who does an action, what it costs, when, and where it stands."""
    check(may_contribute, by, action.plan.journey)
    if status not in ActionStatus.values:
        raise BadInput("bad_status", _("Cet état n'existe pas pour une action : choisissez-en un dans la liste."))
    if ends_on < starts_on:
        raise BadInput("dates_reversed", _("La fin de l'action tombe avant son début : corrigez l'une des deux dates."))
    if cost_eur is not None and cost_eur < 0:
        raise BadInput("negative_cost", _("Le coût d'une action ne peut pas être négatif."))
    before = _shown(action)
    action.owner, action.cost_eur, action.status = owner.strip()[:120], cost_eur, status
    action.starts_on, action.ends_on, action.changed_at = starts_on, ends_on, now
    after = _shown(action)
    if after == before:
        return action
    action.save()
    record_act(by=by, verb="update_action", thing=action, now=now, before=before, after=after)
    return action


def _under_way(plan: Plan) -> dict[str, Action]:
    last = Plan.objects.filter(journey=plan.journey_id).exclude(pk=plan.pk).first()
    if last is None:
        return {}
    return {action.measure: action for action in last.actions.exclude(status=ActionStatus.PROPOSED)}


def _action(plan: Plan, step: engine.Step, held: Action | None, now: datetime) -> Action:
    action = Action(
        plan=plan,
        measure=step.measure.id,
        axis=step.measure.axis,
        position=step.position,
        words={"title": dict(step.measure.title), "does": dict(step.measure.does)},
        because=list(step.because),
        requires=list(step.measure.requires),
        starts_on=step.starts_on,
        ends_on=step.ends_on,
        changed_at=now,
    )
    if held is not None:
        for field in KEPT:
            setattr(action, field, getattr(held, field))
    return action


def _shown(action: Action) -> dict[str, str]:
    # The owner's name stays out of the journal: a name could never be erased from it.
    return {
        "cost_eur": "" if action.cost_eur is None else str(action.cost_eur),
        "starts_on": str(action.starts_on),
        "ends_on": str(action.ends_on),
        "status": str(action.status),
        "has_owner": str(bool(action.owner)),
    }

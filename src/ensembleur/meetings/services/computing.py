"""A timetable is computed, apart from any request: it says where it stands, stops when asked, and leaves all of it or nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import TaskContext, task

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, EnsembleurError, Refused
from ensembleur.meetings.choices import ComputationState, EventKind, EventState, VersionOrigin
from ensembleur.meetings.engine.plan import Plan, Progress
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.models import Computation, Event, Version
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.asking import Asked, asked_of_event
from ensembleur.meetings.queries.frames import frame_of
from ensembleur.meetings.services.versions import write_version

log = logging.getLogger(__name__)
MOST_SECONDS, MOST_SEED, MOST_EXACT = 600, 2**31 - 1, 300
EVERY = 1.0  # seconds between two signs of life
GONE_QUIET = gettext_lazy("Le calcul s'est interrompu sans prévenir. Rien n'est perdu : les plannings déjà faits sont intacts.")
BROKE = gettext_lazy("Le calcul a rencontré une erreur. Rien n'est perdu : relancez-le, ou prévenez l'administrateur.")
LIVE = (ComputationState.WAITING, ComputationState.RUNNING)
COMPUTED_IN = (EventState.REGISTRATION, EventState.WISHES, EventState.TIMETABLE, EventState.PUBLISHED)


@transaction.atomic
def ask_computation(
    *,
    event: Event,
    by: User,
    now: datetime,
    seconds: int = 30,
    seed: int = 0,
    exact: bool = False,
    tables_delta: int = 0,
    slots_delta: int = 0,
    keep_locked: Version | None = None,
) -> Computation:
    """Ask for a timetable; it is made by the worker of long jobs.

    keep_locked : the version whose locked meetings keep their slot.   tables_delta, slots_delta : a hypothesis, as many more or fewer.
    Raises Refused when one is already being made, or when nothing can be computed; BadInput on what is out of bounds.
    """
    check(may_organise, by, event)
    if not 1 <= seconds <= MOST_SECONDS or not 0 <= seed <= MOST_SEED or abs(tables_delta) > 500 or abs(slots_delta) > 10:
        raise BadInput("bad_parameters", _("La durée va de 1 à %(n)s secondes : corrigez le formulaire.") % {"n": MOST_SECONDS})
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.kind == EventKind.TOUR or event.state not in COMPUTED_IN:
        raise Refused("no_computation_now", _("Aucun planning ne se calcule à cette étape de l'événement."))
    _make_room(event, now)
    frame_of(event, tables=tables_delta, slots=slots_delta)  # says at once what would make the computation vain
    asked = Computation.objects.create(
        event=event,
        asked_by=by,
        asked_at=now,
        beat_at=now,
        parameters={
            "seconds": seconds,
            "seed": seed,
            "exact": exact,
            "tables": tables_delta,
            "slots": slots_delta,
            "parent": keep_locked.pk if keep_locked else None,
        },
    )
    record_act(by=by, verb="ask_timetable", thing=asked, now=now, after=asked.parameters)
    transaction.on_commit(partial(compute.enqueue, asked.pk))
    return asked


@transaction.atomic
def stop_computation(*, computation: Computation, by: User, now: datetime) -> Computation:
    """Stop: the best timetable until then is kept; what had not begun is given up, what died without a word is said so."""
    check(may_organise, by, computation.event)
    held = Computation.objects.select_for_update().get(pk=computation.pk)
    if held.state == ComputationState.WAITING:
        _end(held, ComputationState.FAILED, now, _("Calcul annulé avant d'avoir commencé."))
    elif held.is_silent(now):
        _end(held, ComputationState.FAILED, now, str(GONE_QUIET))
    elif held.state == ComputationState.RUNNING and held.stop_asked_at is None:
        held.stop_asked_at = now
        held.save(update_fields=["stop_asked_at"])
    else:
        return held
    record_act(by=by, verb="stop_timetable", thing=held, now=now)
    return held


@task(backend="long", takes_context=True)
def compute(context: TaskContext, computation: int) -> str:
    """The job behind the button. The queue tells the time it began; what has passed since is counted."""
    began, started = context.task_result.started_at, time.monotonic()
    assert began is not None
    return run_computation(computation=computation, clock=lambda: began + timedelta(seconds=time.monotonic() - started))


def run_computation(*, computation: int, clock: Callable[[], datetime]) -> str:
    """Make a timetable asked for, and keep it. No transaction is held while it is made. Returns how it ended."""
    begun = Computation.objects.filter(pk=computation, state=ComputationState.WAITING)
    if not begun.update(state=ComputationState.RUNNING, started_at=clock(), beat_at=clock()):
        return "not asked any more"
    held = Computation.objects.select_related("event", "asked_by").get(pk=computation)
    try:
        asked, plan = _solve(held, clock)
        return _keep(held, asked, plan, clock())
    except EnsembleurError as error:
        _fail(held, error.sentence, clock())
        return error.code
    except BaseException as error:
        _fail(held, str(BROKE if isinstance(error, Exception) else GONE_QUIET), clock())
        log.exception("computation %s broke", computation)
        raise


def _solve(held: Computation, clock: Callable[[], datetime]) -> tuple[Asked, Plan]:
    from ensembleur.meetings.engine.solving import solve  # compiled code, which pages do without

    given = held.parameters
    parent = held.event.versions.filter(pk=given["parent"]).first() if given["parent"] else None
    asked = asked_of_event(held.event, parent=parent, tables=given["tables"], slots=given["slots"])
    if not asked.problem.meetings:
        raise Refused(
            "no_meeting",
            _("Aucun vœu ne peut devenir un rendez-vous : vérifiez que des vœux sont acceptés, et les disponibilités."),
        )
    plan = solve(
        asked.problem,
        seconds=given["seconds"],
        seed=given["seed"],
        exact=given["exact"] and len(asked.problem.meetings) <= MOST_EXACT,
        watch=_Watch(held, asked.problem, clock),
    )
    return asked, plan


class _Watch:
    """Writes where things stand, at most once a second, and says whether to go on."""

    def __init__(self, held: Computation, problem: Problem, clock: Callable[[], datetime]) -> None:
        self.pk, self.total, self.clock = held.pk, len(problem.meetings), clock
        self.told, self.goes_on = float("-inf"), True

    def __call__(self, progress: Progress) -> bool:
        if time.monotonic() - self.told < EVERY:
            return self.goes_on
        self.told = time.monotonic()
        said = asdict(progress.score) | {"share": round(progress.share, 3), "doing": progress.doing, "total": self.total}
        mine = Computation.objects.filter(pk=self.pk, state=ComputationState.RUNNING)
        # Given up as dead, it stops and will find nowhere to write.
        self.goes_on = bool(mine.update(beat_at=self.clock(), progress=said)) and mine.filter(stop_asked_at=None).exists()
        return self.goes_on


def _keep(held: Computation, asked: Asked, plan: Plan, now: datetime) -> str:
    """The version and the end of the computation: both or neither."""
    with transaction.atomic():
        Event.objects.select_for_update().get(pk=held.event_id)
        row = Computation.objects.select_for_update().get(pk=held.pk)
        if row.state != ComputationState.RUNNING:
            return "given up meanwhile"
        version = write_version(
            event=held.event,
            problem=asked.problem,
            plan=plan,
            rows=asked.rows,
            origin=VersionOrigin.COMPUTED,
            parent=Version.objects.filter(pk=held.parameters["parent"]).first(),
            by=held.asked_by,
            now=now,
            note=note_of(tables=held.parameters["tables"], slots=held.parameters["slots"]),
            selection=_chosen(asked, held.parameters),
        )
        row.version = version
        _end(row, ComputationState.DONE, now, "")
    return "done"


def note_of(*, tables: int, slots: int) -> str:
    """« avec une table de moins » ; "" for the event as it is."""
    words = []
    for count, one, several in ((tables, _("table"), _("tables")), (slots, _("créneau"), _("créneaux"))):
        if count:
            what = f"{abs(count)} {one if abs(count) == 1 else several}"
            words.append(_("%(what)s de plus") % {"what": what} if count > 0 else _("%(what)s de moins") % {"what": what})
    return _("Hypothèse : avec %(words)s") % {"words": _(" et ").join(words)} if words else ""


def _chosen(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """What became of the wishes, in figures: private refusals are only counted."""
    selection = asked.selection
    return {
        "assumes": {name: given[name] for name in ("tables", "slots") if given[name]},
        "dropped": {str(why): count for why, count in selection.counts().items()},
        "sides": {side: asdict(one) for side, one in selection.sides.items()},
        "optimal": selection.optimal,
        "method": str(selection.method),
        "without_interpreter": list(asked.alone),
    }


def _make_room(event: Event, now: datetime) -> None:
    """One computation at a time; the one that died without a word gives way."""
    live = event.computations.select_for_update().filter(state__in=LIVE).first()
    if live is None:
        return
    if not live.is_silent(now):
        raise Refused("computing", _("Un calcul est déjà demandé pour cet événement : attendez sa fin, ou arrêtez-le."))
    _end(live, ComputationState.FAILED, now, str(GONE_QUIET))


def _fail(held: Computation, sentence: str, now: datetime) -> None:
    with transaction.atomic():
        row = Computation.objects.select_for_update().get(pk=held.pk)
        if row.state == ComputationState.RUNNING:
            _end(row, ComputationState.FAILED, now, sentence)


def _end(row: Computation, state: ComputationState, now: datetime, sentence: str) -> None:
    row.state, row.ended_at, row.sentence = state, now, sentence[:300]
    row.save()

"""What is known of companies in a programme: their stages, dated by the platform or declared, and where the programme stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import CharField, Min, Prefetch, Value
from django.db.models.functions import Cast, Concat

from ensembleur.accounts.models import Act
from ensembleur.journeys.catalogue.programmes import Option, Programme, Stage, programme
from ensembleur.journeys.choices import ActionStatus, OptionKind
from ensembleur.journeys.engine.delays import ENTRY, Count, Delay, Path, Wait, counts, delay
from ensembleur.journeys.engine.takeup import Offer, TakeUp, take_up
from ensembleur.journeys.models import Action, Application, Diagnosis, Enrolment, OptionTake, Plan, Review, StageEntry
from ensembleur.periods import paris_day
from ensembleur.schemes.queries import published
from ensembleur.sources import Evidence

CARRIED = ("diagnosis", "plan")  # what a company may bring with it; an older application or action belongs to another project
Filed = tuple[date, date | None, date | None]  # filed, agreed, first paid


@dataclass(frozen=True)
class Known:
    """A stage reached. entry : what somebody declared, if anybody did; declared never replaces what the platform saw."""

    stage: str
    on: date
    evidence: Evidence
    entry: StageEntry | None = None
    before_entry: bool = False


@dataclass
class Seen:
    """What the platform saw of one journey: dates by fact, and its applications to regional aids."""

    days: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    files: list[Filed] = field(default_factory=list)


@dataclass(frozen=True)
class Alert:
    """A company that waits for a stage. overtaken : a later stage is reached, so a date is missing rather than a step."""

    enrolment: Enrolment
    stage: Stage
    after: str
    wait: Wait
    is_late: bool
    overtaken: bool


@dataclass(frozen=True)
class OptionRow:
    """The answers to one option."""

    option: Option
    answers: TakeUp


@dataclass(frozen=True)
class Board:
    """Where a programme stands on a day, over the enrolments given.

    companies : different ones, entered twice or not.   in_period : those entered during the objective's own days.
    this_year : entered in the year of `as_of`.
    """

    programme: Programme
    as_of: date
    enrolled: int
    companies: int
    in_period: int
    this_year: int
    left: int
    declared: int
    counts: tuple[Count, ...]
    delays: tuple[Delay, ...]
    alerts: tuple[Alert, ...]
    kinds: Mapping[str, TakeUp]
    options: tuple[OptionRow, ...]
    enrolments: tuple[Enrolment, ...]
    known: Mapping[int, Mapping[str, Known]]
    paths: tuple[Path, ...]

    @property
    def late(self) -> tuple[Alert, ...]:
        """Those beyond the threshold of their stage."""
        return tuple(alert for alert in self.alerts if alert.is_late and not alert.overtaken)


def known_stages(enrolments: Sequence[Enrolment], *, as_of: date | None = None) -> dict[int, dict[str, Known]]:
    """Enrolment → stage → how it is known. A bounded number of queries, whatever the length of the list.

    as_of : what happened later is not looked at, so that a past day reads as it was; None looks at everything.
    """
    seen = _seen({one.journey_id for one in enrolments})
    entries: dict[int, dict[str, StageEntry]] = defaultdict(dict)
    for entry in StageEntry.objects.filter(enrolment__in=[one.pk for one in enrolments], withdrawn_at__isnull=True):
        if as_of is None or entry.reached_on <= as_of:
            entries[entry.enrolment_id][entry.stage] = entry
    found: dict[int, dict[str, Known]] = {}
    for one in enrolments:
        frame = programme(one.programme)
        found[one.pk] = {}
        for stage in frame.stages if frame else ():
            entry = entries[one.pk].get(stage.id)
            day = _observed(stage.fact, seen[one.journey_id], one, as_of or date.max) if stage.fact else None
            if day is not None and (entry is None or day >= one.enrolled_on):
                found[one.pk][stage.id] = Known(stage.id, day, Evidence.OBSERVED, entry, day < one.enrolled_on)
            elif entry is not None:
                found[one.pk][stage.id] = Known(stage.id, entry.reached_on, Evidence(entry.evidence), entry)
    return found


def board_of(frame: Programme, enrolments: Iterable[Enrolment], *, as_of: date) -> Board:
    """The state of a programme; what happened after `as_of` is left out.

    enrolments : those the reader may see, of this programme.
    """
    held = [one for one in enrolments if one.enrolled_on <= as_of]
    known = known_stages(held)
    paths = tuple(Path(one.pk, one.enrolled_on, one.left_on, {key: row.on for key, row in known[one.pk].items()}) for one in held)
    order = [ENTRY, *(stage.id for stage in frame.stages)]
    delays = tuple(delay(paths, first, second, as_of=as_of) for first, second in pairwise(order))
    kinds, options = _answers(frame, held, as_of)
    objective = frame.objective
    start, end = (objective.start, objective.end) if objective else (None, None)
    inside = [one for one in held if start is not None and end is not None and start <= one.enrolled_on < end]
    return Board(
        programme=frame,
        as_of=as_of,
        enrolled=len(held),
        companies=_companies(held),
        in_period=_companies(inside),
        this_year=_companies(one for one in held if one.enrolled_on.year == as_of.year),
        left=sum(one.left_on is not None and one.left_on <= as_of for one in held),
        declared=sum(row.evidence is not Evidence.OBSERVED for rows in known.values() for row in rows.values()),
        counts=counts(paths, order[1:], as_of=as_of),
        delays=delays,
        alerts=_alerts(frame, held, known, delays),
        kinds=kinds,
        options=options,
        enrolments=tuple(held),
        known=known,
        paths=paths,
    )


def enrolments_of(user: Any, frame: Programme) -> list[Enrolment]:
    """The enrolments in a programme this person may see, with their journeys and their options, the oldest first."""
    options = Prefetch("options", OptionTake.objects.order_by("offered_on", "pk"))
    rows = Enrolment.objects.visible_to(user).filter(programme=frame.id).select_related("journey").prefetch_related(options)
    return list(rows.order_by("enrolled_on", "pk"))


def _companies(enrolments: Iterable[Enrolment]) -> int:
    return len({one.journey.siren or f"journey:{one.journey_id}" for one in enrolments})


def _alerts(
    frame: Programme, held: Sequence[Enrolment], known: Mapping[int, Mapping[str, Known]], delays: Sequence[Delay]
) -> tuple[Alert, ...]:
    by_key = {one.pk: one for one in held}
    order = [stage.id for stage in frame.stages]
    found = []
    for row in delays:
        stage = frame.stage(row.end)
        later = set(order[order.index(row.end) + 1 :])
        for wait in row.waiting:
            overtaken = not later.isdisjoint(known[wait.key])
            found.append(Alert(by_key[wait.key], stage, row.start, wait, wait.days > stage.alert_days, overtaken))
    return tuple(sorted(found, key=lambda alert: (-alert.wait.days, alert.enrolment.pk)))


def _answers(frame: Programme, held: Sequence[Enrolment], as_of: date) -> tuple[dict[str, TakeUp], tuple[OptionRow, ...]]:
    takes = [take for one in held for take in one.options.all() if take.offered_on <= as_of]

    def offers(rows: Iterable[OptionTake]) -> TakeUp:
        said = [(take, _by(take.taken_on, as_of), _by(take.declined_on, as_of)) for take in rows]
        return take_up(Offer(take.enrolment_id, taken, declined) for take, taken, declined in said)

    kinds = {kind.value: offers(take for take in takes if take.kind == kind) for kind in OptionKind}
    rows = (OptionRow(option, offers(take for take in takes if take.option == option.id)) for option in frame.options)
    return kinds, tuple(rows)


def _by(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of


# -- what the platform sees by itself ----------------------------------------------------------------------------------
def _observed(fact: str, seen: Seen, enrolment: Enrolment, as_of: date) -> date | None:
    """The first day of a fact while the company was in the programme; failing that, what it brought with it."""
    start, end = enrolment.enrolled_on, enrolment.left_on
    days = seen.days.get(fact, [])
    if fact in ("filed", "agreed", "paid"):
        place = ("filed", "agreed", "paid").index(fact)
        days = [day for file in seen.files if file[0] >= start and (day := file[place]) is not None]
    days = [day for day in days if day <= as_of]
    inside = [day for day in days if day >= start and (end is None or day <= end)]
    if inside:
        return min(inside)
    return max((day for day in days if day < start), default=None) if fact in CARRIED else None


def _seen(journeys: set[int]) -> dict[int, Seen]:
    found: dict[int, Seen] = defaultdict(Seen)
    if not journeys:
        return found
    for fact, rows in (
        ("diagnosis", Diagnosis.objects.finished().filter(journey__in=journeys).values_list("journey_id", "finished_at")),
        ("plan", Plan.objects.filter(journey__in=journeys).values_list("journey_id", "built_at")),
        ("review", Review.objects.held().filter(journey__in=journeys).values_list("journey_id", "done_at")),
    ):
        for journey, instant in rows:
            found[journey].days[fact].append(paris_day(instant))
    regional = {scheme.id for scheme in published.company_schemes() if scheme.level == "regional"}
    files = Application.objects.filter(journey__in=journeys, filed_at__isnull=False).annotate(paid_on=Min("payments__paid_on"))
    for journey, scheme, filed, agreed, paid in files.values_list("journey_id", "scheme", "filed_at", "agreed_on", "paid_on"):
        if scheme in regional:
            found[journey].files.append((paris_day(filed), agreed, paid))
    _read_actions(journeys, found)
    return found


def _read_actions(journeys: set[int], found: dict[int, Seen]) -> None:
    """When actions started and ended, read in the journal: the action itself keeps only its last state."""
    actions = Action.objects.filter(plan__journey__in=journeys).exclude(status=ActionStatus.PROPOSED).order_by()
    owners = {f"journeys.action:{pk}": journey for pk, journey in actions.values_list("pk", "plan__journey_id")}
    if not owners:
        return
    names = actions.annotate(thing=Concat(Value("journeys.action:"), Cast("pk", CharField()))).values("thing")
    for thing, at, after in Act.objects.filter(verb="update_action", thing__in=names).values_list("thing", "at", "after"):
        status = (after or {}).get("status")
        if thing in owners and status in (ActionStatus.RUNNING, ActionStatus.DONE):
            found[owners[thing]].days["started" if status == ActionStatus.RUNNING else "done"].append(paris_day(at))

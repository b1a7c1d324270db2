"""Where a strategy stands on a day, as the public reads it: each indicator beside its targets, each measure, what is retired."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Max

from ensembleur.logic.answers import Answer, Reason, all_of
from ensembleur.logic.sentences import show_day
from ensembleur.periods import add_months
from ensembleur.strategy.engine.content import Confidentiality, Direction, Label, NodeKind, OverTime, State, Target
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import Node as Part
from ensembleur.strategy.engine.freshness import Fresh
from ensembleur.strategy.engine.trajectory import Current, Explained, Standing, indicator_state, measure_state, standing
from ensembleur.strategy.engine.wording import phrase
from ensembleur.strategy.engine.writing import why_hidden
from ensembleur.strategy.models import Indicator, Measurement, Node
from ensembleur.strategy.permissions import may_read_room
from ensembleur.strategy.queries.content import Held, part_of, sheet_of
from ensembleur.strategy.queries.dues import dated
from ensembleur.strategy.queries.values import Followed, followed, hidden_reason, hides, spaced


@dataclass(frozen=True)
class Seen:
    """An indicator as the public sees it, or as the room does when it `shows_all`.

    main : the value progress is read on, the last one known in the way the sheet announces, else the last one; None when
    nothing was ever measured.   is_hidden : it rests on too few companies to be shown: neither it nor its progress is told.
    others : the last value of every other label, which is shown apart and never compared with it.   is_settled : no value is
    due any more, the strategy being over or known from its texts only.
    """

    followed: Followed
    main: Measurement | None
    is_hidden: bool
    state: Explained
    fresh: Fresh
    others: tuple[Measurement, ...] = ()
    is_settled: bool = False
    shows_all: bool = False

    @property
    def sheet(self) -> Sheet:
        """Its definition."""
        return self.followed.sheet

    @property
    def part(self) -> Part:
        """The part of the strategy it belongs to."""
        return self.followed.part

    @property
    def value(self) -> Decimal | None:
        """The main value, None when it is hidden, unknown or was never measured."""
        return None if self.main is None or self.is_hidden else self.main.value

    @property
    def is_never_measured(self) -> bool:
        """Whether no value was ever given, which is not zero."""
        return self.main is None

    @property
    def points(self) -> tuple[Measurement, ...]:
        """The standing values that may be shown, the oldest first."""
        known = (one for one in self.followed.series if one.value is not None)
        return tuple(one for one in known if self.shows_all or not hides(self.sheet, one))


@dataclass
class Situation:
    """A strategy on a day. seen : every public indicator by its code, in the order of the file."""

    held: Held
    as_of: date
    lang: str
    seen: dict[str, Seen] = field(default_factory=dict)
    states: dict[str, Explained] = field(default_factory=dict)  # of parts already asked about

    def of(self, part: Part) -> tuple[Seen, ...]:
        """The indicators of this part itself."""
        return tuple(self.seen[sheet.code] for sheet in part.indicators if sheet.code in self.seen)

    def below(self, part: Part) -> tuple[Seen, ...]:
        """The indicators of this part and of all below it."""
        return tuple(one for node in part.walk() for one in self.of(node))

    def state(self, part: Part) -> Explained:
        """The explained answer of a measure, from its own indicators."""
        if part.code not in self.states:
            self.states[part.code] = measure_state(((one.sheet, one.state) for one in self.of(part)), lang=self.lang)
        return self.states[part.code]

    @property
    def context(self) -> tuple[Seen, ...]:
        """The figures of the region, which are no objective."""
        return tuple(self.seen[sheet.code] for sheet in self.held.content.context if sheet.code in self.seen)

    @property
    def promises(self) -> tuple[Seen, ...]:
        """What the whole strategy promises or has reached: its own figures that have a target or a value."""
        return tuple(one for one in self.headlines if one.sheet.targets or one.main is not None)

    @property
    def headlines(self) -> tuple[Seen, ...]:
        """What the whole strategy promises."""
        return self.of(self.held.content.root)

    @cached_property
    def last(self) -> Measurement | None:
        """The value that speaks of the latest day."""
        found = [one.main for one in self.seen.values() if one.main is not None]
        return max(found, key=lambda one: one.as_of, default=None)

    @cached_property
    def seen_since(self) -> date | None:
        """The day before which the platform saw nothing, when some of these figures miss their beginning."""
        days = (late_start(one.main) for one in self.seen.values() if one.main is not None)
        return min((day for day in days if day is not None), default=None)

    @cached_property
    def measures(self) -> tuple[Part, ...]:
        """Every measure, in order."""
        return tuple(node for node in self.held.content.nodes() if node.kind is NodeKind.MEASURE)

    def counts(self, part: Part | None = None) -> Counter[str]:
        """How many measures stand where, below this part: "yes", "no", "unknown", and "none" for those without target."""
        nodes = self.measures if part is None else [node for node in part.walk() if node.kind is NodeKind.MEASURE]
        return Counter(tone_of(self.state(node)) for node in nodes)


def tone_of(state: Explained) -> str:
    """The word of a state for a page: "yes", "no", "unknown"; "none" when nothing was promised in figures."""
    return state.answer.name.lower() if state.standings else "none"


def situation(
    held: Held, *, as_of: date, lang: str, codes: Iterable[str] | None = None, user: Any = None, whole: bool = True
) -> Situation:
    """What the public may know of a strategy on a day; two queries whatever the number of indicators.

    codes : these indicators only.   user : who reads the room of this region also sees what is kept from the public.
    whole : False when the series are not shown, only the last values.
    """
    found = followed(held, as_of=as_of, codes=codes, user=user, whole=whole)
    every = may_read_room(user, held.row)
    return Situation(
        held, as_of, lang, {code: seen(held, one, as_of=as_of, lang=lang, shows_all=every) for code, one in found.items()}
    )


_told: OrderedDict[tuple[Any, ...], Situation] = OrderedDict()
MOST_TOLD = 12  # strategies, languages and days that many readers ask for at the same time


def told_situation(held: Held, *, as_of: date, lang: str) -> Situation:
    """The public situation with last values only, made again when a value was added: values are only ever added. One query then."""
    lines = Measurement.objects.filter(indicator__strategy=held.row).aggregate(last=Max("pk"), count=Count("pk"))
    key = (held.row.pk, held.version, held.row.is_current, as_of, lang, lines["last"], lines["count"])
    found = _told.get(key)
    if found is None:
        found = _told[key] = situation(held, as_of=as_of, lang=lang, whole=False)
        if len(_told) > MOST_TOLD:
            _told.popitem(last=False)
    return found


def forget_situations() -> None:
    """Start again from the database, as tests do, whose rows take the same keys one test after the other."""
    _told.clear()


def seen(held: Held, one: Followed, *, as_of: date, lang: str, shows_all: bool = False) -> Seen:
    """One indicator as the public sees it; `shows_all` keeps nothing hidden, for those who read the room."""
    main = _main(one)
    why = hidden_reason(one.sheet, main) if main is not None and not shows_all else None
    is_hidden = why is not None
    state = _state(held, one, None if is_hidden else main, as_of=as_of, lang=lang)
    if why is not None:
        state = _secret(state, one.sheet, why.value, lang)
    elif main is not None and late_start(main):
        state = _partial(state, one.sheet, main, lang)
    due = dated(held, one, as_of=as_of, lang=lang)
    known = (found for found in one.by_label.values() if found is not main)
    others = tuple(found for found in known if shows_all or not hides(one.sheet, found))
    return Seen(one, main, is_hidden, state, due.fresh, others, due.is_settled, shows_all)


def _main(one: Followed) -> Measurement | None:
    """The value progress is read on. Of a flow, the years after its last target are no answer to it, as long as an earlier one is known."""
    main = one.by_label.get(one.sheet.label) or one.latest
    if one.sheet.over_time is not OverTime.FLOW or not one.sheet.targets or main is None:
        return main
    last_due = max(target.due for target in one.sheet.targets)
    within = [each for each in one.series if each.label == main.label and each.as_of <= last_due]
    return within[-1] if within else main


def _state(held: Held, one: Followed, main: Measurement | None, *, as_of: date, lang: str) -> Explained:
    """The indicator beside its targets. The targets of a flow each have their own period: each is read on the value of its own."""
    sheet, start = _told_once(one.sheet), held.row.period_start
    told = {"start": start, "as_of": as_of, "lang": lang, "sources": held.content.documents}
    if sheet.over_time is not OverTime.FLOW or len(sheet.targets) < 2:
        return indicator_state(sheet, _current(main), **told)
    begun = [target for target in sheet.targets if (target.start or start) <= as_of] or list(sheet.targets[:1])
    standings = tuple(standing(sheet, target, _current(_within(one, target, main, start)), **told) for target in begun)
    reasons = tuple(found.reason for found in standings)
    answer = all_of(found.answer for found in standings)
    says = next(reason.says for reason in reasons if reason.answer is answer)
    missing = tuple(dict.fromkeys(key for reason in reasons for key in reason.missing))
    return Explained(answer, f"{says}.", reasons, missing, standings)


def _current(main: Measurement | None) -> Current | None:
    return None if main is None else Current(main.value, Label(main.label), main.as_of)


def _within(one: Followed, target: Target, main: Measurement | None, start: date) -> Measurement | None:
    """The last value of the target's own period, known in the same way as the main one, that may be shown."""
    first = target.start or start
    found = [
        each
        for each in one.series
        if first <= each.as_of <= target.due and main and each.label == main.label and not hides(one.sheet, each)
    ]
    return found[-1] if found else None


def _told_once(sheet: Sheet) -> Sheet:
    """The sheet whose targets keep one sentence for each figure: what is said twice alike is no second figure."""
    targets = tuple(
        replace(target, statements=tuple({one.value: one for one in reversed(target.statements)}.values())[::-1])
        for target in sheet.targets
    )
    return replace(sheet, targets=targets)


def late_start(main: Measurement) -> date | None:
    """The day of the oldest operation the platform saw, when that is well after the period began: what came before is not counted."""
    if main.seen_since is None or main.seen_since <= add_months(main.period_start, 1):
        return None
    return main.seen_since


def _partial(state: Explained, sheet: Sheet, main: Measurement, lang: str) -> Explained:
    """A rising count that misses its beginning is at least what it says: it may show that a target is reached, never that it is not."""
    if sheet.direction is not Direction.UP or state.answer is Answer.YES or not main.seen_since:
        return state
    day = show_day(main.seen_since, lang)
    more = phrase(
        lang,
        f" ; la plateforme n'a rien vu avant le {day}, ce chiffre est donc un minimum",
        f"; the platform saw nothing before {day}, so this figure is a minimum",
    )
    standings = tuple(_at_least(found, more) for found in state.standings)
    reasons = tuple(found.reason for found in standings)
    answer = all_of(found.answer for found in standings)
    says = next((reason.says for reason in reasons if reason.answer is answer), state.says)
    return replace(state, answer=answer, says=f"{says}.", reasons=reasons, standings=standings)


def _at_least(found: Standing, more: str) -> Standing:
    if found.answer is not Answer.NO:
        return found
    reason = replace(found.reason, answer=Answer.UNKNOWN, says=found.reason.says + more)
    return replace(found, reason=reason, is_reached=Answer.UNKNOWN)


def _secret(state: Explained, sheet: Sheet, reason: str, lang: str) -> Explained:
    """The state of a value that is kept from the public: unknown, with the class of the reason."""
    title = sheet.title.into(lang)
    says = phrase(
        lang,
        f"{title} : valeur tenue secrète ({why_hidden(reason, lang)})",
        f"{title}: the value is kept secret ({why_hidden(reason, lang)})",
    )
    reasons = tuple(Reason(one.leaf, Answer.UNKNOWN, says, one.source, kind="secret") for one in state.reasons[:1])
    return replace(state, answer=Answer.UNKNOWN, says=f"{says}.", reasons=reasons, missing=())


# -- what is no longer followed ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Gone:
    """A part or an indicator that the last version no longer holds, or says retired. what it was stays public."""

    code: str
    title: str
    on: date | None
    why: str = ""


def gone(held: Held, *, lang: str) -> tuple[list[Gone], list[Gone]]:
    """The measures, then the indicators, that are no longer followed."""
    nodes = Node.objects.filter(strategy=held.row, retired_at__isnull=False).select_related("last_version")
    rows = [
        (row, sheet)
        for row in Indicator.objects.filter(strategy=held.row, retired_at__isnull=False)
        if (sheet := sheet_of(row)).confidentiality is not Confidentiality.INTERNAL
    ]
    measures = [Gone(row.code, part_of(row).title.into(lang), row.retired_at.date() if row.retired_at else None) for row in nodes]
    indicators = [
        Gone(row.code, sheet.title.into(lang), row.retired_at.date() if row.retired_at else None) for row, sheet in rows
    ]
    for _part, sheet in held.content.indicators():
        if sheet.state is State.RETIRED and sheet.confidentiality is not Confidentiality.INTERNAL:
            why = sheet.state_reason.into(lang) if sheet.state_reason else ""
            indicators.append(Gone(sheet.code, sheet.title.into(lang), None, why))
    return measures, indicators


def gone_indicator(held: Held, code: str, *, as_of: date, lang: str) -> Seen | None:
    """An indicator that the last version no longer holds, with its last values; None when it never was, or was for agents only."""
    row = Indicator.objects.filter(strategy=held.row, code=code, retired_at__isnull=False).select_related("node").first()
    if row is None:
        return None
    sheet, part = replace(sheet_of(row), state=State.RETIRED), part_of(row.node)
    if sheet.confidentiality is Confidentiality.INTERNAL:
        return None
    lines = Measurement.objects.standing().known_on(as_of).filter(indicator=row).defer("breakdown").order_by("as_of", "pk")
    series = tuple(spaced(sheet, list(lines)))
    by_label: Mapping[Label, Measurement] = {Label(one.label): one for one in series}
    return seen(held, Followed(row, sheet, part, series[-1] if series else None, by_label, series), as_of=as_of, lang=lang)

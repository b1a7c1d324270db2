"""Where a strategy stands on a day, as the public reads it: each indicator beside its targets, each measure, what is retired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from ensembleur.logic.answers import Answer, Reason
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import Label, NodeKind, State
from ensembleur.strategy.engine.content import Node as Part
from ensembleur.strategy.engine.freshness import Fresh, freshness
from ensembleur.strategy.engine.trajectory import Current, Explained, indicator_state, measure_state
from ensembleur.strategy.engine.wording import phrase
from ensembleur.strategy.models import Indicator, Measurement, Node
from ensembleur.strategy.queries.content import Held, part_of, sheet_of
from ensembleur.strategy.queries.values import LEAST_UNITS, Followed, followed, hides


@dataclass(frozen=True)
class Seen:
    """An indicator as the public sees it.

    main : the value progress is read on, the last one known in the way the sheet announces, else the last one; None when
    nothing was ever measured.   is_hidden : it rests on too few companies to be shown: neither it nor its progress is told.
    others : the last value of every other label, which is shown apart and never compared with it.
    """

    followed: Followed
    main: Measurement | None
    is_hidden: bool
    state: Explained
    fresh: Fresh
    others: tuple[Measurement, ...] = ()

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
        return tuple(one for one in self.followed.series if one.value is not None and not hides(self.sheet, one))


@dataclass
class Situation:
    """A strategy on a day. seen : every public indicator by its code, in the order of the file."""

    held: Held
    as_of: date
    lang: str
    seen: dict[str, Seen] = field(default_factory=dict)

    def of(self, part: Part) -> tuple[Seen, ...]:
        """The indicators of this part itself."""
        return tuple(self.seen[sheet.code] for sheet in part.indicators if sheet.code in self.seen)

    def below(self, part: Part) -> tuple[Seen, ...]:
        """The indicators of this part and of all below it."""
        return tuple(one for node in part.walk() for one in self.of(node))

    def state(self, part: Part) -> Explained:
        """The explained answer of a measure, from its own indicators."""
        return measure_state(((one.sheet, one.state) for one in self.of(part)), lang=self.lang)

    @property
    def context(self) -> tuple[Seen, ...]:
        """The figures of the region, which are no objective."""
        return tuple(self.seen[sheet.code] for sheet in self.held.content.context if sheet.code in self.seen)

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


def situation(held: Held, *, as_of: date, lang: str, codes: Iterable[str] | None = None) -> Situation:
    """What the public may know of a strategy on a day; two queries whatever the number of indicators.

    codes : these indicators only.
    """
    found = followed(held, as_of=as_of, codes=codes)
    return Situation(held, as_of, lang, {code: seen(held, one, as_of=as_of, lang=lang) for code, one in found.items()})


def seen(held: Held, one: Followed, *, as_of: date, lang: str) -> Seen:
    """One indicator as the public sees it."""
    main = one.by_label.get(one.sheet.label) or one.latest
    is_hidden = main is not None and hides(one.sheet, main)
    current = None
    if main is not None and not is_hidden:
        current = Current(main.value, Label(main.label), main.as_of, None)
    start = held.content.period.start or held.row.period_start
    state = indicator_state(one.sheet, current, start=start, as_of=as_of, lang=lang, sources=held.content.documents)
    if is_hidden:
        state = _secret(state, one.sheet, lang)
    since = min((target.start for target in one.sheet.targets if target.start), default=start)
    fresh = freshness(
        max((found.as_of for found in one.series), default=None),
        one.sheet.frequency_months,
        one.sheet.delay_months,
        as_of,
        since=since,
        lang=lang,
    )
    others = tuple(found for label, found in one.by_label.items() if found is not main and not hides(one.sheet, found))
    return Seen(one, main, is_hidden, state, fresh, others)


def _secret(state: Explained, sheet: Sheet, lang: str) -> Explained:
    """The state of a value that is kept from the public: unknown, with the class of the reason."""
    title = sheet.title.into(lang)
    says = phrase(
        lang,
        f"{title} : valeur tenue secrète, elle porte sur moins de {LEAST_UNITS} unités",
        f"{title}: the value is kept secret, it rests on fewer than {LEAST_UNITS} units",
    )
    reasons = tuple(Reason(reason.leaf, Answer.UNKNOWN, says, reason.source, kind="secret") for reason in state.reasons[:1])
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
    rows = Indicator.objects.filter(strategy=held.row, retired_at__isnull=False)
    measures = [Gone(row.code, part_of(row).title.into(lang), row.retired_at.date() if row.retired_at else None) for row in nodes]
    indicators = [
        Gone(row.code, sheet_of(row).title.into(lang), row.retired_at.date() if row.retired_at else None) for row in rows
    ]
    for _part, sheet in held.content.indicators():
        if sheet.state is State.RETIRED:
            why = sheet.state_reason.into(lang) if sheet.state_reason else ""
            indicators.append(Gone(sheet.code, sheet.title.into(lang), None, why))
    return measures, indicators


def gone_indicator(held: Held, code: str, *, as_of: date, lang: str) -> Seen | None:
    """An indicator that the last version no longer holds, with its last values; None when it never was."""
    row = Indicator.objects.filter(strategy=held.row, code=code, retired_at__isnull=False).select_related("node").first()
    if row is None:
        return None
    sheet, part = replace(sheet_of(row), state=State.RETIRED), part_of(row.node)
    series = tuple(
        Measurement.objects.standing().known_on(as_of).filter(indicator=row).defer("breakdown").order_by("as_of", "pk")
    )
    by_label: Mapping[Label, Measurement] = {Label(one.label): one for one in series}
    return seen(held, Followed(row, sheet, part, series[-1] if series else None, by_label, series), as_of=as_of, lang=lang)

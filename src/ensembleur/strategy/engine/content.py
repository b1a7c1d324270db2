"""A strategy as its file says it: challenges → objectives → measures → indicators → targets, and money, each with its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from ensembleur.money import NO_BREAK_SPACE
from ensembleur.periods import Period
from ensembleur.sources import Source

_BEFORE = re.compile(r" ([:;!?»%€])")


class Label(Enum):
    """How a value is known. Two labels are never summed nor compared without saying so."""

    PROGRAMMED = "programmed"  # programmé : decided or promised, nothing has happened yet
    DECLARED = "declared"  # déclaré : said by those concerned, such as jobs an applicant expects
    AGREED = "agreed"  # conventionné : signed
    PAID = "paid"  # payé
    OBSERVED = "observed"  # constaté : seen in operations or in a register
    ESTIMATED = "estimated"  # estimé : computed by an evaluation or a model


class Level(Enum):
    """Where an indicator stands in the chain from means to effects."""

    INPUT = "input"
    ACTIVITY = "activity"
    OUTPUT = "output"
    RESULT = "result"
    IMPACT = "impact"


class Direction(Enum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    STABLE = "stable"


class OverTime(Enum):
    """How the values of successive periods combine."""

    CUMULATIVE = "cumulative"  # each value holds the former ones: never summed
    FLOW = "flow"  # each period has its own: summed over periods
    STOCK = "stock"  # a state on a day: the last one stands


class OverPlaces(Enum):
    """How the values of the parts of a territory, or of several measures, combine."""

    SUM = "sum"
    UNION = "union"  # different companies: counted once, so parts do not add up
    NONE = "none"  # rates, delays, ranks: never combined


class Confidentiality(Enum):
    """Who may read the values."""

    PUBLIC = "public"
    AGGREGATED = "aggregated"  # totals only, through the gateway of statistical secrecy
    INTERNAL = "internal"  # agents only


class Fund(Enum):
    """Who pays."""

    REGION = "region"
    ERDF = "erdf"
    ESF = "esf"
    STATE = "state"
    PRIVATE = "private"
    OTHER = "other"


class Stage(Enum):
    """Where the money stands."""

    PROGRAMMED = "programmed"
    VOTED = "voted"
    COMMITTED = "committed"
    PAID = "paid"


class NodeKind(Enum):
    """The floors of a strategy; `strategy` is its root."""

    STRATEGY = "strategy"
    CHALLENGE = "challenge"
    OBJECTIVE = "objective"
    MEASURE = "measure"


class State(Enum):
    """Whether an indicator, or a measure, is still followed."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class Precision(Enum):
    """How exactly a sentence gives its figure; the words that say it are shown with the figure."""

    EXACT = "exact"
    ABOUT = "about"  # une trentaine, près de, autour de
    MORE = "more"  # plus de
    LESS = "less"  # moins de
    UP_TO = "up_to"  # jusqu'à


@dataclass(frozen=True)
class Text:
    """The same words in French and in English; both are always there."""

    fr: str
    en: str

    def into(self, lang: str) -> str:
        """In this language, "fr" or "en"; French gets the no-break spaces it wants, so that no line begins with a colon."""
        if lang == "en":
            return self.en
        return _BEFORE.sub(f"{NO_BREAK_SPACE}\\1", self.fr).replace("« ", f"«{NO_BREAK_SPACE}")


@dataclass(frozen=True)
class Citation:
    """Where a figure or a title comes from, word for word.

    document : key in the strategy's documents.   section : as the document's own headings name it.
    sentence : copied from the document, in its language; empty only for an invented region.
    """

    document: str
    section: str
    sentence: str


@dataclass(frozen=True)
class Statement:
    """What one sentence says of a value. When texts disagree a value has several: all are kept and shown."""

    value: Decimal
    citation: Citation
    note: Text | None = None
    precision: Precision = Precision.EXACT


@dataclass(frozen=True)
class Target:
    """What an indicator is to reach.

    due : the last day that counts, as the text lets it be understood.   start : since when it is counted, None for the
    strategy's first day.   statements : the first is the one progress is measured against.
    decision : the reference of the act that set it.   reason : why it replaces the target loaded before, "" for a first one.
    """

    due: date
    statements: tuple[Statement, ...]
    start: date | None = None
    decision: str = ""
    rationale: Text | None = None
    reason: str = ""

    @property
    def value(self) -> Decimal:
        """The value progress is measured against."""
        return self.statements[0].value


@dataclass(frozen=True)
class Baseline:
    """Where things stood at the start. value : None when nobody knows, which is said, and is not zero."""

    value: Decimal | None
    on: date | None = None
    citation: Citation | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Value:
    """What a text says was reached: never computed by the platform, never summed with what it computes."""

    period: Period
    as_of: date
    label: Label
    statements: tuple[Statement, ...]
    note: Text | None = None

    @property
    def value(self) -> Decimal:
        """The value of the first statement."""
        return self.statements[0].value


@dataclass(frozen=True)
class EuCode:
    """A common indicator of the European funds; `verified` only when its number and label were read in the regulation."""

    code: str
    verified: bool
    note: Text


@dataclass(frozen=True)
class Indicator:
    """The definition sheet of an indicator.

    code : stable, unique in its strategy ("M1.companies").   measured_by : the name of a registered measurement, "" when
    nothing measures it yet: it is then shown as not measured, never as zero.   parameters : what that measurement is given.
    needs : what would have to exist for it to be measured ("talent: enrolments in training").
    frequency_months, delay_months : how often a value is due, and how long after the end of its period.
    """

    code: str
    title: Text
    level: Level
    definition: Text
    unit: Text
    counting_unit: Text
    direction: Direction
    over_time: OverTime
    over_places: OverPlaces
    label: Label
    confidentiality: Confidentiality = Confidentiality.PUBLIC
    numerator: Text | None = None
    denominator: Text | None = None
    deduplication: Text | None = None
    population: Text | None = None
    extraction: Text | None = None
    reference_date: Text | None = None
    responsible: Text | None = None
    limits: Text | None = None
    disaggregations: tuple[str, ...] = ()
    frequency_months: int = 12
    delay_months: int = 3
    measured_by: str = ""
    parameters: dict[str, object] = field(default_factory=dict)
    needs: Text | None = None
    union_of: tuple[str, ...] = ()
    eu_codes: tuple[EuCode, ...] = ()
    eu_note: Text | None = None
    baseline: Baseline | None = None
    targets: tuple[Target, ...] = ()
    values: tuple[Value, ...] = ()
    state: State = State.ACTIVE
    replaced_by: str = ""
    state_reason: Text | None = None


@dataclass(frozen=True)
class BudgetLine:
    """Money of a part of the strategy: year None for the whole period; amounts in euros."""

    fund: Fund
    stage: Stage
    statements: tuple[Statement, ...]
    year: int | None = None
    decision: str = ""
    note: Text | None = None


@dataclass(frozen=True)
class Owner:
    """Who answers for a part; `citation` None when no text names anybody, which the page says."""

    name: str
    citation: Citation | None = None


@dataclass(frozen=True)
class Remark:
    """Something a text says beside its figures: an effect, a limit, a lesson, a step to come."""

    kind: str  # "effect" | "limit" | "lesson" | "next_step"
    says: Text
    citation: Citation | None = None


@dataclass(frozen=True)
class Node:
    """A challenge, an objective or a measure, with what hangs below it.

    code : stable, unique in its strategy ("E1", "O3", "M12").   rows : the rows of the mission it answers for ("M12", "P11").
    territories : official codes with their kind ("region:11", "commune:91534"); empty means the whole region.
    wordings : the title's other wordings, where the texts do not name the part alike.
    """

    kind: NodeKind
    code: str
    title: Text
    citation: Citation | None
    summary: Text | None = None
    owners: tuple[Owner, ...] = ()
    partners: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    children: tuple[Node, ...] = ()
    wordings: tuple[Citation, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This part and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Partner:
    """A body that takes part; `citation` is where the texts name it."""

    id: str
    name: str
    citation: Citation | None = None


@dataclass(frozen=True)
class Lesson:
    """What an assessment taught, and the sentence that says it."""

    code: str
    title: Text
    citation: Citation | None


@dataclass(frozen=True)
class Strategy:
    """A whole strategy.

    period : half-open days.   follows : slug of the former strategy, "" for none.   documents : key → source.
    words : how this strategy calls its floors ({"challenge": Text("Axe", "Axis")}).
    context : figures of the region that are no objective (establishments, jobs), as indicators without target.
    root : node of kind STRATEGY; its children are the challenges.
    """

    slug: str
    title: Text
    region: str
    period: Period
    documents: dict[str, Source]
    root: Node
    summary: Text
    is_fictional: bool = False
    is_current: bool = False
    follows: str = ""
    period_note: Text | None = None
    words: dict[str, Text] = field(default_factory=dict)
    partners: tuple[Partner, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    context: tuple[Indicator, ...] = ()

    def nodes(self) -> Iterator[Node]:
        """Every part, the root first."""
        yield from self.root.walk()

    def indicators(self) -> Iterator[tuple[Node, Indicator]]:
        """Every indicator with the part it belongs to; those of the context belong to the root."""
        for indicator in self.context:
            yield self.root, indicator
        for node in self.nodes():
            for indicator in node.indicators:
                yield node, indicator

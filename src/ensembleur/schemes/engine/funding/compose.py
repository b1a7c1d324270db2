"""The funding plan as a whole: what is certain, what is possible, what binds, what to ask, and what one by one would give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ensembleur.schemes.engine.funding.binding import Bind, Cap, binds_of, caps_of
from ensembleur.schemes.engine.funding.greedy import greedy
from ensembleur.schemes.engine.funding.offers import COUNTED, Choice, Request, choices_of, problem_of
from ensembleur.schemes.engine.funding.problem import ZERO, Plan, Problem
from ensembleur.schemes.engine.funding.solve import solve
from ensembleur.schemes.engine.scheme import Scheme


@dataclass(frozen=True)
class Ask:
    """A fact worth asking: what the possible plan counts on and that this fact, among others perhaps, would settle."""

    fact: str
    eur: Decimal
    schemes: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One plan, the problem it answers, and what the same aids give when taken one by one."""

    problem: Problem
    plan: Plan
    greedy: Plan


@dataclass(frozen=True)
class Funding:
    """The answer. `binds` : what is not obtained, shared between the rules.   caps : those the certain plan meets.

    beside : what must be paid back or has no figure, told and never added.
    """

    request: Request
    certain: Side
    possible: Side
    binds: tuple[Bind, ...]
    caps: tuple[Cap, ...]
    asks: tuple[Ask, ...]
    choices: tuple[Choice, ...]
    beside: tuple[Choice, ...]

    @property
    def cost_eur(self) -> Decimal:
        """What every action costs together."""
        return self.possible.problem.cost_eur

    @property
    def shares_eur(self) -> Decimal:
        """What the shares of the rules add up to: the cost less what is certain, to the cent."""
        return sum((bind.eur for bind in self.binds), ZERO)

    def choice(self, action: str, scheme: str) -> Choice:
        """The explained aid behind a payment."""
        return next(choice for choice in self.choices if (choice.action, choice.scheme) == (action, scheme))


def compose(request: Request, schemes: Iterable[Scheme], *, lang: str = "fr", seconds: float = 10.0) -> Funding:
    """The whole answer. `seconds` : the most that each search may take; what it could not prove is said."""
    catalogue = tuple(schemes)
    choices = choices_of(request, catalogue, lang=lang)
    sides = []
    for certain in (True, False):
        problem = problem_of(request, catalogue, choices, certain=certain)
        sides.append(Side(problem, solve(problem, seconds=seconds), greedy(problem)))
    certain_side, possible_side = sides
    if possible_side.plan.total_eur < certain_side.plan.total_eur:  # only when time ran out: what is certain is possible
        possible_side = Side(possible_side.problem, certain_side.plan, possible_side.greedy)
    return Funding(
        request=request,
        certain=certain_side,
        possible=possible_side,
        binds=binds_of(certain_side.plan, possible_side.problem, possible_side.plan, seconds=min(seconds, 1.0)),
        caps=caps_of(certain_side.problem, certain_side.plan, seconds=min(seconds, 1.0)),
        asks=_asks(choices, certain_side.plan, possible_side.plan),
        choices=choices,
        beside=tuple(choice for choice in choices if choice.nature not in COUNTED or choice.possible is None),
    )


def _asks(choices: Sequence[Choice], certain: Plan, possible: Plan) -> tuple[Ask, ...]:
    """The facts behind what is only possible, the most money first."""
    sure = {(payment.action, payment.scheme): payment.eur for payment in certain.payments}
    hoped = {(payment.action, payment.scheme): payment.eur for payment in possible.payments}
    worth: dict[str, Decimal] = {}
    behind: dict[str, list[str]] = {}
    for choice in choices:
        key = (choice.action, choice.scheme)
        more = hoped.get(key, ZERO) - sure.get(key, ZERO)
        for fact in choice.missing if more > 0 else ():
            worth[fact] = worth.get(fact, ZERO) + more
            behind.setdefault(fact, []).append(choice.scheme)
    ranked = sorted(worth, key=lambda fact: (-worth[fact], fact))
    return tuple(Ask(fact, worth[fact], tuple(dict.fromkeys(behind[fact]))) for fact in ranked)

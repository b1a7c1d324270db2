"""What one table less or one slot more would change, counted at once: the wishes are chosen again, no timetable is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ensembleur.errors import Refused
from ensembleur.meetings.engine.selecting import Figures
from ensembleur.meetings.engine.whatif import Estimate, estimate
from ensembleur.meetings.models import Event
from ensembleur.meetings.queries.asking import choices_of

USUAL = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))  # (tables, slots), more or fewer


@dataclass(frozen=True)
class Scenario:
    """One hypothesis: the meetings the wishes lead to, what each side is served, what no timetable could place; or why there is none."""

    tables: int
    slots: int
    sides: Mapping[str, Figures] = field(default_factory=dict)
    estimate: Estimate | None = None
    why: str = ""


def scenarios(event: Event, tables: int = 0, slots: int = 0) -> list[Scenario]:
    """The event as it is and its neighbours, and the one asked for when it is none of these.

    Raises Refused when the event itself has no slot or no table.
    """
    return [
        Scenario(one, other, why=chosen.sentence)
        if isinstance(chosen, Refused)
        else Scenario(one, other, chosen.sides, estimate(problem))
        for one, other, problem, chosen in choices_of(event, dict.fromkeys([*USUAL, (tables, slots)]))
    ]

"""The JSON file of a timetable made, described by `plan.schema.json`: read into a Plan, and written."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ensembleur.meetings.engine.formats.shape import check_shape, parse_json
from ensembleur.meetings.engine.plan import Plan, Score, Unplaced, WhyNot


def read_plan(text: str) -> Plan:
    """The plan a JSON text says; whether it is right is for the checker. Raises BadInput with the path of the first thing wrong."""
    return plan_of(parse_json(text))


def plan_of(data: Any) -> Plan:
    """The plan that plain data says. Raises BadInput with the path of the first thing wrong."""
    check_shape(data, "plan")
    first = data.get("first_valid_seconds")
    return Plan(
        slots={name: int(slot) for name, slot in data["slots"].items()},
        places=dict(data.get("places", {})),
        unplaced=tuple(
            Unplaced(row["meeting"], WhyNot(row["why"]), tuple(row.get("who", ()))) for row in data.get("unplaced", ())
        ),
        score=Score(**{name: int(count) for name, count in data.get("score", {}).items()}),
        bound=None if data.get("bound") is None else int(data["bound"]),
        optimal=data.get("optimal", False),
        seconds=float(data.get("seconds", 0)),
        first_valid_seconds=None if first is None else float(first),
        seed=int(data.get("seed", 0)),
        engine=data.get("engine", ""),
    )


def write_plan(plan: Plan) -> str:
    """The JSON text of a plan."""
    return json.dumps(asdict(plan), ensure_ascii=False, indent=1)

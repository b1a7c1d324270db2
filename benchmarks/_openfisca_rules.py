"""The same rules in openfisca-core: one variable per fact, one per scheme, evaluated on numpy columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.periods import MONTH
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from ensembleur.logic.comparing import POSITIVE, cutoff, resolve
from ensembleur.logic.conditions import AGE_OPS, Condition, Leaf, Not, leaves, needed_of
from ensembleur.schemes.engine.opening import opening_on
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES

TYPES: dict[str, type] = {"number": float, "money": float, "share": float, "bool": bool, "date": date, "code": int}


class Peer:
    """A tax and benefit system whose variables are the open schemes; two-valued, as OpenFisca is."""

    def __init__(self, schemes: Sequence[Scheme], as_of: date, frame: pl.DataFrame) -> None:
        self.as_of = as_of
        self.codes = {
            name: frame[name].unique().sort() for name, kind in frame.schema.items() if kind == pl.String and name in VOCABULARY
        }
        self.period = f"{as_of:%Y-%m}"
        self.entity = build_entity(key="company", plural="companies", label="Company", is_person=True)
        self.system = TaxBenefitSystem([self.entity])
        self.schemes: list[str] = []
        self.inputs: set[str] = set()
        for scheme in schemes:
            opening = opening_on(scheme, as_of)
            if opening.version is None or not opening.is_open or scheme.audience != "company":
                continue
            rule, values = opening.version.conditions, opening.version.parameters_on(as_of)
            for leaf in leaves(rule):
                self._declare_inputs(leaf, values)
            name = f"scheme_{scheme.id.replace('-', '_')}"
            self._add(name, bool, lambda company, period, rule=rule, values=values: self._tree(rule, values, company, period))
            self.schemes.append(name)

    def _add(self, name: str, kind: type, formula: Any = None) -> None:
        body = {"value_type": kind, "entity": self.entity, "definition_period": MONTH}
        if formula is not None:
            body["formula"] = lambda company, period: formula(company, period)
        self.system.add_variable(type(name, (Variable,), body))

    def _declare_inputs(self, leaf: Leaf, values: dict[str, Any]) -> None:
        if VOCABULARY[leaf.fact].kind == "codes":
            for code in resolve(leaf.value, values):
                self._declare(f"{leaf.fact}_{code}", bool)
            return
        self._declare(leaf.fact, TYPES[VOCABULARY[leaf.fact].kind])
        if leaf.op.endswith("in_zone") and ZONES[str(leaf.value)].fact:
            self._declare(ZONES[str(leaf.value)].fact, bool)

    def _declare(self, name: str, kind: type) -> None:
        if name not in self.inputs:
            self.inputs.add(name)
            self._add(name, kind)

    def _tree(self, rule: Condition, values: dict[str, Any], company: Any, period: Any) -> np.ndarray:
        if isinstance(rule, Leaf):
            return self._leaf(rule, values, company, period)
        if isinstance(rule, Not):
            return ~self._tree(rule.part, values, company, period)
        parts = [self._tree(part, values, company, period) for part in rule.parts]
        needed = needed_of(rule)
        if needed == len(parts):
            return np.logical_and.reduce(parts)
        return np.logical_or.reduce(parts) if needed == 1 else np.sum(parts, axis=0) >= needed

    def _leaf(self, leaf: Leaf, values: dict[str, Any], company: Any, period: Any) -> np.ndarray:
        value = resolve(leaf.value, values)
        if leaf.op.endswith("in_zone"):
            zone = ZONES[str(leaf.value)]
            held = company(zone.fact, period) if zone.fact else self._looked_up(leaf.fact, zone.holds, company, period)
        elif leaf.op in ("is_true", "is_false"):
            held = company(leaf.fact, period)
        elif VOCABULARY[leaf.fact].kind == "codes":
            held = np.logical_or.reduce([company(f"{leaf.fact}_{code}", period) for code in value])
        elif leaf.op.endswith("starts_with"):
            held = self._looked_up(leaf.fact, lambda code: code.startswith(value), company, period)
        elif leaf.op in ("in", "not_in", "is", "is_not") and VOCABULARY[leaf.fact].kind == "code":
            wanted = (value,) if isinstance(value, str) else value
            held = self._looked_up(leaf.fact, lambda code: code in wanted, company, period)
        else:
            return self._measured(leaf, value, company(leaf.fact, period))
        return ~held if leaf.op in POSITIVE else held

    def _looked_up(self, fact: str, test: Callable[[str], bool], company: Any, period: Any) -> np.ndarray:
        """Each distinct code is tested once and every company reads its own: the fastest way numpy offers."""
        return np.array([test(code) for code in self.codes[fact]])[company(fact, period)]

    def _measured(self, leaf: Leaf, value: Any, column: np.ndarray) -> np.ndarray:
        if leaf.op in AGE_OPS:
            limit = np.datetime64(cutoff(self.as_of, int(value)))
            if leaf.op == "within_months":
                return (column >= limit) & (column <= np.datetime64(self.as_of))
            return column <= limit if leaf.op == "at_least_months_old" else column < limit
        if leaf.op == "between":
            return (column >= float(value[0])) & (column <= float(value[1]))
        limit = np.datetime64(value) if isinstance(value, date) else float(value)
        tests = {
            "at_least": np.greater_equal, "on_or_after": np.greater_equal, "above": np.greater, "at_most": np.less_equal,
            "below": np.less, "before": np.less, "is": np.equal, "is_not": np.not_equal,
        }  # fmt: skip
        return tests[leaf.op](column, limit)

    def columns(self, frame: pl.DataFrame) -> dict[str, np.ndarray]:
        """The inputs of a simulation; a null becomes OpenFisca's default, since it knows no unknown."""
        found = {}
        for name in self.inputs:
            if name in VOCABULARY and VOCABULARY[name].kind in ("number", "money", "share"):
                found[name] = frame[f"{name}_lo"].fill_null(0).to_numpy()
            elif name in frame.columns and frame.schema[name] == pl.String:
                found[name] = self.codes[name].search_sorted(frame[name]).to_numpy()
            elif name in frame.columns:
                filled = date(1970, 1, 1) if frame.schema[name] == pl.Date else False
                found[name] = frame[name].fill_null(filled).to_numpy()
            elif name.startswith("project_kind_"):
                found[name] = frame["project_kind"].list.contains(name.removeprefix("project_kind_")).fill_null(False).to_numpy()
        return found

    def simulation(self, inputs: dict[str, np.ndarray], count: int) -> Any:
        """A fresh simulation, nothing computed yet."""
        simulation = SimulationBuilder().build_default_simulation(self.system, count=count)
        for name, column in inputs.items():
            simulation.set_input(name, self.period, column)
        return simulation

    def run(self, simulation: Any) -> dict[str, np.ndarray]:
        """Every scheme for every company."""
        return {name: simulation.calculate(name, self.period) for name in self.schemes}

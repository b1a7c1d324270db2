"""Which companies an organisation answers, as the few fields of a form, and as a condition of `logic`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

MONTHS = 12


@dataclass(frozen=True)
class CompanyFilter:
    """What a filter may say; None or empty says nothing.

    headcount_min, headcount_max : employees of the company, both included.   age_min, age_max : complete years since its creation.
    naf_in, naf_out : beginnings of activity codes, "25" for a division.   legal_in, legal_out : beginnings of legal form codes.
    """

    headcount_min: int | None = None
    headcount_max: int | None = None
    naf_in: tuple[str, ...] = ()
    naf_out: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    legal_in: tuple[str, ...] = ()
    legal_out: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it lets every company in."""
        return self == CompanyFilter()


# field → (fact, op, how many of the fact's unit one unit of the field is)
_LEAVES: Mapping[str, tuple[str, str, int]] = {
    "headcount_min": ("company_headcount", "at_least", 1),
    "headcount_max": ("company_headcount", "at_most", 1),
    "naf_in": ("naf", "starts_with", 0),
    "naf_out": ("naf", "not_starts_with", 0),
    "age_min": ("created_on", "at_least_months_old", MONTHS),
    "age_max": ("created_on", "within_months", MONTHS),
    "legal_in": ("legal_form", "starts_with", 0),
    "legal_out": ("legal_form", "not_starts_with", 0),
}
_FIELDS = {(fact, op): (name, unit) for name, (fact, op, unit) in _LEAVES.items()}


def condition_of(asked: CompanyFilter) -> dict[str, Any]:
    """The filter as plain data that `logic.conditions.parse` reads; {} when it says nothing."""
    leaves = []
    for field in fields(asked):
        value = getattr(asked, field.name)
        if value is None or value == ():
            continue
        fact, op, unit = _LEAVES[field.name]
        leaves.append(
            {"id": field.name.replace("_", "-"), "fact": fact, "op": op, "value": value * unit if unit else list(value)}
        )
    return {"all": leaves} if leaves else {}


def filter_of(condition: Mapping[str, Any]) -> CompanyFilter | None:
    """The fields of a condition, None when it says more than the form can show: it is then read in words, and replaced whole."""
    if not condition:
        return CompanyFilter()
    if set(condition) != {"all"}:
        return None
    found: dict[str, Any] = {}
    for leaf in condition["all"]:
        name, unit = _FIELDS.get((leaf.get("fact"), leaf.get("op")), ("", 0))
        value = leaf.get("value")
        if not name or name in found or (unit and (not isinstance(value, int) or value % unit)):
            return None
        found[name] = value // unit if unit else tuple([value] if isinstance(value, str) else value)
    return CompanyFilter(**found)

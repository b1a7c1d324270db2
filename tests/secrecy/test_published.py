"""What leaves the gateway holds printed figures only, and nothing is derived from a hidden one."""

import json
from decimal import Decimal

import pytest

from ensembleur.secrecy.protect import protect
from ensembleur.secrecy.published import from_json
from ensembleur.secrecy.rules import Reason
from ensembleur.secrecy.tables import TOTAL, Contribution, Variable, tabulate
from tests.secrecy.drawing import drawn

D = Decimal


def released(variable: Variable = Variable.AMOUNT):
    held = [("a", 2, 90), ("b", 5, 10), ("c", 6, 20)]
    brought = [Contribution(f"{row}{unit}", row, TOTAL, D(value)) for row, units, value in held for unit in range(units)]
    return protect(tabulate(brought, rows=["a", "b", "c", "d"], variable=variable))


def test_hidden_cells_are_printed_with_their_reason_and_never_as_zero():
    published = released()
    assert published.hidden == {("a", TOTAL): Reason.FEW, ("b", TOTAL): Reason.SECONDARY}
    assert (published.value("a"), published.value("c"), published.value("d")) == (None, 120, 0)


@pytest.mark.parametrize("twice", [0, 0.4])
def test_a_frozen_release_is_read_back_as_it_was_and_holds_no_secret(twice):
    table = drawn(1, rows=3, columns=4, units=40, variable=Variable.UNITS, twice=twice)
    published = protect(table)
    stored = json.loads(json.dumps(published.as_json()))
    assert from_json(stored) == published
    assert bool(stored["overlapping"]) is bool(twice)
    assert all(value == "s" for *_, value, reason in stored["cells"] if reason)

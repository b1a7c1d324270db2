"""Breaking down, uniting, sealing: what a taking does of a figure, without a database."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.strategy.engine.counting import union
from ensembleur.strategy.engine.registry import Measured
from ensembleur.strategy.engine.taking import Said, Seal, breakdown, largest, seal, united, why_they_differ

DAY = date(2026, 11, 27)
ROWS = {
    "unit": ["A", "A", "B", "C"],
    "value": [Decimal("10.00"), Decimal("5.00"), Decimal("7.50"), Decimal("1.00")],
    "scheme": ["s1", "s2", "s1", "s1"],
    "departement": ["95", "95", "95", None],
}
ASKED = ["amount v1", date(2026, 1, 1), {"schemes": ["s1"]}]
COMPANIES = st.dictionaries(st.sampled_from(["x", "y", "z"]), st.frozensets(st.sampled_from("ABCDEF")), min_size=1)


def frame(**changes):
    return pl.DataFrame({**ROWS, **changes}, schema_overrides={"value": pl.Decimal(38, 2)})


def amounts(**changes):
    return Measured(Decimal("23.50"), contributions=frame(**changes))


def of_companies(sirens, **more):
    rows = {"unit": sorted(sirens), "value": [1] * len(sirens)}
    found = pl.DataFrame(rows, schema={"unit": pl.String, "value": pl.Int64})
    return Measured(Decimal(len(sirens)), contributions=found, counts_units=True, **more)


def test_a_part_gives_its_sum_its_companies_and_the_largest_of_them():
    assert breakdown(amounts(), ("departement", "scheme", "size")) == {
        "departement": {"": ["1.00", 1, "1.00"], "95": ["22.50", 2, "15.00"]},
        "scheme": {"s1": ["18.50", 3, "10.00"], "s2": ["5.00", 1, "5.00"]},
    }


def test_companies_are_counted_once_in_each_part_so_that_parts_do_not_add_up():
    rows = pl.DataFrame({"unit": ["A", "A", "A", "B"], "value": 1, "departement": ["95", "95", "78", "95"]})
    found = breakdown(Measured(Decimal(2), contributions=rows, counts_units=True), ("departement",))
    assert found == {"departement": {"78": ["1", 1, "1"], "95": ["2", 2, "1"]}}


@pytest.mark.parametrize("measured", [Measured(Decimal(3)), Measured(Decimal(0), contributions=frame().clear())])
def test_what_has_no_contribution_has_no_part(measured):
    assert breakdown(measured, ("departement",)) == {}


@given(COMPANIES)
def test_a_union_counts_each_company_once_and_its_overlap_is_what_parts_count_again(sets):
    parts = {code: of_companies(sirens) for code, sirens in sets.items()}
    whole = union({code: part.members for code, part in parts.items()})
    found = united(parts, whole)
    assert found.value == len(set().union(*sets.values())) == len(found.members)
    assert whole.overlap == sum(map(len, sets.values())) - found.value
    assert max(map(len, sets.values())) <= found.value <= sum(map(len, sets.values()))


def test_a_union_has_the_columns_of_its_parts_and_sees_since_the_oldest():
    placed = of_companies("AB", seen_since=DAY)
    placed = Measured(placed.value, contributions=frame().filter(pl.col("unit") != "C").drop("value").with_columns(value=1))
    parts = {"x": placed, "y": of_companies("BC", seen_since=DAY), "z": Measured(Decimal(0))}
    found = united(parts, union({code: part.members for code, part in parts.items()}))
    assert (found.value, found.seen_since) == (3, DAY)
    assert breakdown(found, ("scheme",)) == {"scheme": {"": ["2", 2, "1"], "s1": ["2", 2, "1"], "s2": ["1", 1, "1"]}}


def test_a_union_of_what_has_no_set_has_none():
    found = united({"x": Measured(Decimal(4))}, union({"x": frozenset()}))
    assert (found.value, found.contributions, found.seen_since) == (0, None, None)


def test_a_union_is_unknown_as_soon_as_a_part_is():
    parts = {"x": of_companies("A"), "y": Measured(None, why="parce que", why_en="because", is_gone=True)}
    found = united(parts, union({code: part.members for code, part in parts.items()}))
    assert (found.value, found.why, found.why_en, found.is_gone) == (None, "parce que", "because", True)


def test_a_seal_does_not_depend_on_the_order_of_rows_and_columns():
    shuffled = frame().sort("value").select("departement", "value", "unit", "scheme")
    assert seal(Measured(Decimal("23.50"), contributions=shuffled), ASKED) == seal(amounts(), ASKED)


@pytest.mark.parametrize(
    ("measured", "asked", "moved"),
    [
        (amounts(departement=["78", "95", "95", None]), ASKED, "register"),
        (amounts(scheme=["s1", "s1", "s1", "s1"]), ASKED, "operations"),
        (Measured(Decimal(24), contributions=frame()), ASKED, "operations"),
        (amounts(), [*ASKED[:2], {"schemes": ["s2"]}], "definition"),
    ],
)
def test_a_seal_says_which_of_the_three_changed(measured, asked, moved):
    before, after = seal(amounts(), ASKED), seal(measured, asked)
    assert [part for part in ("definition", "operations", "register") if getattr(before, part) != getattr(after, part)] == [moved]


def test_a_seal_is_written_and_read_back():
    found = seal(amounts(), ASKED)
    assert len(found.text) == 64
    assert Seal.read(found.text) == found


def test_a_seal_is_the_same_in_every_process_and_with_every_version_of_the_tools():
    assert seal(Measured(Decimal(3), Decimal(1), Decimal(2)), ASKED).text == (
        "e1601340b2e36af7630b1da9d29bc2ef5c8abbb7f5b8ed5ef03ee3b0c44298fc"
    )
    assert seal(amounts(), ASKED).text == "e1601340b2e37b243141d1804b589a83b49459d6ae95d1d6ebc83b7700a9c30f"


BEFORE = Said(Decimal("1.5000"), 1, "x v1", date(2026, 1, 1), Seal("d", "o", "r"))


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (BEFORE, ""),
        (
            Said(Decimal(2), 2, "x v2", date(2026, 1, 1), Seal("e", "o", "r")),
            "Le calcul a changé (x v1, puis x v2) : 1,5 (1 unité), puis 2 (2 unités).",
        ),
        (
            Said(Decimal(2), None, "x v1", date(2026, 2, 1), Seal("e", "o", "r")),
            "La période comptée a changé : elle commençait le 01/01/2026, elle commence le 01/02/2026 ; 1,5 (1 unité), puis 2.",
        ),
        (
            Said(None, None, "x v1", date(2026, 1, 1), Seal("e", "o", "r")),
            "La fiche de l'indicateur compte autre chose (paramètres ou étiquette changés) : 1,5 (1 unité), puis inconnu.",
        ),
        (
            Said(Decimal(2), 1, "x v1", date(2026, 1, 1), Seal("d", "p", "r")),
            "Des opérations datées du 27/11/2026 ou d'avant ont été enregistrées ou corrigées depuis : "
            "1,5 (1 unité), puis 2 (1 unité).",
        ),
        (
            Said(Decimal("1.5"), 1, "x v1", date(2026, 1, 1), Seal("d", "o", "s")),
            "Le répertoire a changé depuis : la valeur est la même, sa répartition par lieu, secteur ou taille ne l'est pas.",
        ),
    ],
)
def test_two_lines_of_one_day_that_differ_say_why(after, says):
    assert why_they_differ(BEFORE, after, DAY) == says


def test_the_largest_is_what_one_unit_brings_in_all_and_nobody_when_nothing_is_known():
    frame = pl.DataFrame({"unit": ["a", "a", "b", "c"], "value": [30, 40, 50, None]})
    assert largest(Measured(Decimal(120), contributions=frame)) == 70
    assert largest(Measured(Decimal(3), contributions=frame, counts_units=True)) == 1
    assert largest(Measured(None, contributions=frame.filter(pl.col("unit") == "c"))) is None
    assert largest(Measured(None)) is None
    assert largest(Measured(Decimal(0), contributions=frame.clear())) is None

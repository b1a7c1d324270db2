"""What may be written as a value, cell by cell, and the period a value is due for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.strategy.catalogue.loader import parse
from ensembleur.strategy.engine import tabular, value_files
from ensembleur.strategy.engine.content import Label, OverTime, State, Text
from ensembleur.strategy.engine.entering import Figures, due_period, fault_of, is_computed, told_twice, why_not_reported
from ensembleur.strategy.engine.value_files import Row, Unreadable, cells_of, figures_in, read_rows
from tests.factories.strategy import raw

SHEETS = {sheet.code: sheet for _part, sheet in parse(raw()).indicators()}
SHEET, COMPUTED = SHEETS["A2.people"], SHEETS["A1.companies"]
TODAY = date(2026, 11, 27)
PERCENT, SHARE = Text("%", "%"), Text("part", "share")
HEAD = ";".join(value_files.NEEDED)


def figures(value="120", **more):
    given = {"as_of": date(2026, 6, 30), "source_title": "Bilan", **more}
    return Figures(date(2026, 1, 1), given.pop("end", date(2026, 7, 1)), label=Label.DECLARED, value=Decimal(value), **given)


def fault(sheet=SHEET, lang="fr", **more):
    found = fault_of(sheet, figures(**more), today=TODAY, lang=lang)
    return found and found.code


def test_right_figures_have_no_fault():
    assert fault() is None
    assert fault(value="-3.5", numerator=Decimal(1), denominator=Decimal(2), units=0) is None


@pytest.mark.parametrize(
    ("unit", "denominator", "value", "expected"),
    [
        (SHARE, None, "0.5", None),
        (SHARE, None, "1", None),
        (SHARE, None, "1.01", "not_a_share"),
        (SHARE, None, "-0.01", "not_a_share"),
        (PERCENT, Text("toutes", "all"), "100", None),
        (PERCENT, Text("toutes", "all"), "101", "not_a_share"),
        (PERCENT, None, "140", None),  # a growth, not a part of a whole
    ],
)
def test_a_share_is_a_part_of_a_whole(unit, denominator, value, expected):
    assert fault(replace(SHEET, unit=unit, denominator=denominator), value=value) == expected


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"numerator": Decimal("Infinity")}, "not_a_number"),
        ({"value": "1e15"}, "too_many_digits"),
        ({"units": 3_000_000_000}, "bad_units"),
        ({"source_title": "x" * 201}, "too_long"),
    ],
)
def test_each_fault_has_its_word_and_both_languages(more, code):
    assert fault(**more) == fault(lang="en", **more) == code


def test_what_is_computed_united_or_suspended_is_not_reported():
    assert why_not_reported(SHEET) == ""
    assert is_computed(SHEETS["O1.companies"])
    assert "is computed" in why_not_reported(COMPUTED, "en")
    assert "n'est plus suivi" in why_not_reported(replace(SHEET, state=State.RETIRED))


@pytest.mark.parametrize(
    ("over_time", "as_of", "expected"),
    [
        (OverTime.FLOW, date(2026, 6, 1), (date(2026, 1, 1), date(2027, 1, 1))),  # none is over: the current one
        (OverTime.FLOW, date(2026, 12, 31), (date(2026, 1, 1), date(2027, 1, 1))),
        (OverTime.FLOW, date(2027, 12, 30), (date(2026, 1, 1), date(2027, 1, 1))),
        (OverTime.FLOW, date(2027, 12, 31), (date(2027, 1, 1), date(2028, 1, 1))),
        (OverTime.STOCK, date(2028, 3, 1), (date(2027, 1, 1), date(2028, 1, 1))),
        (OverTime.CUMULATIVE, date(2028, 3, 1), (date(2026, 1, 1), date(2028, 1, 1))),
    ],
)
def test_the_last_period_over_is_due(over_time, as_of, expected):
    assert due_period(replace(SHEET, over_time=over_time), since=date(2026, 1, 1), as_of=as_of) == expected


def test_a_target_says_since_when_its_indicator_is_counted():
    later = replace(SHEET.targets[0], start=date(2027, 1, 1))
    start, _end = due_period(replace(SHEET, targets=(later,)), since=date(2026, 1, 1), as_of=TODAY)
    assert start == date(2027, 1, 1)


def test_the_place_of_a_value_is_its_days_and_how_it_is_known():
    assert figures().place == figures(value="1").place != figures(end=date(2027, 1, 1)).place
    assert told_twice(figures(), "en") == "from 1\u00a0January 2026 to 30\u00a0June 2026, declared"


# -- cells -------------------------------------------------------------------------------------------------------------
def cells(**more):
    given = {"du": "2026-01-01", "au": "30/06/2026", "situation_au": "2026-06-30", "connu_comme": "Déclaré", "valeur": "1 250,5"}
    return Row(2, {**dict.fromkeys(value_files.COLUMNS, ""), **given, "source": "Bilan", **more})


def test_days_and_numbers_are_read_as_people_write_them():
    read = figures_in(cells(numerateur="1\u202f000", denominateur="8.5", nombre_unites="12", valeur="\u22121\u00a0250,5"))
    assert (read.value, read.numerator, read.denominator, read.units) == (Decimal("-1250.5"), 1000, Decimal("8.5"), 12)
    assert (read.period_end, read.as_of, read.label) == (date(2026, 7, 1), date(2026, 6, 30), Label.DECLARED)
    assert figures_in(cells(connu_comme="declared")).label is figures_in(cells(connu_comme="DECLARE")).label is Label.DECLARED


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"du": "31/02/2026"}, "n'est pas une date dans la colonne « du »"),
        ({"au": "2026-13-01"}, "n'est pas une date dans la colonne « au »"),
        ({"situation_au": "hier"}, "n'est pas une date dans la colonne « situation_au »"),
        ({"au": "31/12/2025"}, "La période est vide"),
        ({"valeur": ""}, "La valeur manque"),
        ({"valeur": "1e5"}, "n'est pas un nombre dans la colonne « valeur »"),
        ({"valeur": "1,234.5"}, "n'est pas un nombre"),
        ({"valeur": "9" * 41}, "n'est pas un nombre"),
        ({"nombre_unites": "1,5"}, "nombre entier"),
        ({"nombre_unites": "-1"}, "nombre entier"),
        ({"connu_comme": "deviné"}, "ne dit pas comment la valeur est connue"),
    ],
)
def test_a_cell_that_says_nothing_is_named(more, says):
    with pytest.raises(Unreadable) as told:
        figures_in(cells(**more))
    assert says in str(told.value).replace("\u00a0", " ")
    with pytest.raises(Unreadable):
        figures_in(cells(**more), "en")


def test_a_line_with_a_cell_too_many_is_not_read():
    rows = read_rows(f"{HEAD}\ns;A2.people;2026-01-01;2026-06-30;2026-06-30;déclaré;1;Bilan;2\n".encode())
    with pytest.raises(Unreadable, match="plus de cellules"):
        figures_in(rows[0])


# Letters that people type, marks that spreadsheets run, and the quotes and separators of the file itself.
WORDS = st.text(alphabet="aé '\"=+-@;,\t\n\r«", max_size=12).map(str.strip)
NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(value=NUMBERS, numerator=st.none() | NUMBERS, units=st.none() | st.integers(0, 10**6), source=WORDS, comment=WORDS)
def test_figures_written_in_a_file_are_read_back_equal(value, numerator, units, source, comment):
    from ensembleur.strategy.views.tables import table_csv

    told = figures(value=str(value), numerator=numerator, units=units, source_title=source, comment=comment)
    row = {**dict.fromkeys(value_files.COLUMNS, ""), **cells_of(told), "strategie": "essai"}
    text = table_csv(value_files.COLUMNS, [row])
    assert [figures_in(one) for one in read_rows(text.encode())] == [told]
    cell = tabular.guarded(source)
    assert tabular.unguarded(cell if cell[:1] != "=" else f"'{cell}") == source

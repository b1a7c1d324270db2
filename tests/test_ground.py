"""The ground files keep their word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from ensembleur import codes, money, periods
from ensembleur.errors import BadInput, EnsembleurError, NoSolution, NotAllowed, Refused, SourceError
from ensembleur.logic.facts import Interval
from ensembleur.sources import Confidence, Evidence, Source

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


# -- codes ---------------------------------------------------------------------------------------------------------------


def test_a_siret_with_a_typing_error_is_refused_in_one_sentence():
    with pytest.raises(BadInput, match="erreur de frappe"):
        codes.siret("43493744700011")
    assert codes.siret("434 937 447 00010") == "43493744700010"


@given(st.text("0123456789", min_size=8, max_size=8))
def test_any_eight_digits_and_their_key_make_a_siren(digits):
    whole = digits + luhn.calc_check_digit(digits)
    assert codes.siren(whole) == whole
    assert codes.siren(f"{whole[:3]} {whole[3:6]}\u202f{whole[6:]}") == whole
    wrong = whole[:-1] + str((int(whole[-1]) + 1) % 10)
    with pytest.raises(BadInput, match="clé de contrôle"):
        codes.siren(wrong)


@pytest.mark.parametrize("text", ["", "12345678", "1234567890", "12345678A", "١٢٣٤٥٦٧٨٩", "x" * 900])
def test_what_is_no_siren_is_told_what_one_looks_like(text):
    with pytest.raises(BadInput, match="il faut 9 chiffres") as refused:
        codes.siren(text)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("text", ["", "434937447", "4349374470001X"])
def test_what_is_no_siret_is_told_what_one_looks_like(text):
    with pytest.raises(BadInput, match="il faut 14 chiffres"):
        codes.siret(text)


def test_the_establishments_of_la_poste_follow_a_rule_of_their_own():
    assert codes.siret("35600000049837") == "35600000049837"
    with pytest.raises(BadInput):
        codes.siret("35600000049838")


def test_a_fictional_company_is_told_by_its_number():
    assert codes.is_fictional("00012345600012")
    assert not codes.is_fictional("434937447")
    assert codes.show_siret("43493744700010") == "434\u00a0937\u00a0447\u00a000010"


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (codes.insee, " 95018 ", "95018"),
        (codes.insee, "2a004", "2A004"),
        (codes.naf, "2562b", codes.Naf("NAFRev2", "25.62B")),
        (codes.rome, "h2903", "H2903"),
        (codes.rncp, "38878", "RNCP38878"),
        (codes.rncp, "rncp 38878", "RNCP38878"),
    ],
)
def test_a_code_is_read_as_people_write_it(read, text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("read", "text", "example"),
    [
        (codes.insee, "9501", "95018"),
        (codes.naf, "25.62", "25.62B"),
        (codes.rome, "2903", "H2903"),
        (codes.rncp, "RS123", "RNCP38878"),
    ],
)
def test_a_code_that_cannot_be_read_shows_an_example(read, text, example):
    with pytest.raises(BadInput, match=example):
        read(text)


def test_the_same_number_in_another_edition_is_another_activity():
    assert codes.naf("25.62B").division == "25"
    assert codes.naf("25.62B", codes.Nomenclature.NAF_2025.value) != codes.naf("25.62B")


# -- money ---------------------------------------------------------------------------------------------------------------


@given(st.decimals(-(10**12), 10**12, places=2))
def test_an_amount_shown_is_read_back_the_same(amount):
    assert money.euros(money.show_euros(amount)) == amount


@given(st.decimals(0, 10**9, places=4))
def test_rounding_never_moves_an_amount_further_than_it_says(amount):
    assert abs(money.to_cent(amount) - amount) <= Decimal("0.005")
    assert 0 <= amount - money.down_to_euro(amount) < 1


@pytest.mark.parametrize(("amount", "french", "english"), [("1500.5", "1 500,50 €", "€1,500.50"), ("-3", "-3 €", "-€3")])
def test_an_amount_is_shown_as_people_write_it(amount, french, english):
    assert money.show_euros(Decimal(amount)).replace("\u202f", " ").replace("\u00a0", " ") == french
    assert money.show_euros(Decimal(amount), "en") == english


@pytest.mark.parametrize("value", [0.1, "dix", "", "NaN", "Infinity", "1e999999999"])
def test_what_is_no_exact_amount_is_refused(value):
    with pytest.raises(BadInput):
        money.euros(value)


def test_halves_go_away_from_zero():
    assert money.to_cent(Decimal("0.125")) == Decimal("0.13")
    assert money.to_cent(Decimal("-0.125")) == Decimal("-0.13")


# -- periods -------------------------------------------------------------------------------------------------------------


def test_a_period_holds_its_first_day_and_not_its_end():
    year = periods.Period(date(2024, 1, 1), date(2025, 1, 1))
    assert date(2024, 1, 1) in year
    assert date(2024, 12, 31) in year
    assert date(2025, 1, 1) not in year
    assert date(1900, 1, 1) in periods.Period()


def test_an_empty_period_is_refused():
    with pytest.raises(BadInput, match="est vide"):
        periods.Period(date(2024, 1, 1), date(2024, 1, 1))


@given(st.tuples(st.none() | DAYS, st.none() | DAYS), st.tuples(st.none() | DAYS, st.none() | DAYS), DAYS)
def test_two_periods_overlap_when_they_share_a_day(one, two, day):
    try:
        first, second = periods.Period(*one), periods.Period(*two)
    except BadInput:
        return
    assert first.overlaps(second) == second.overlaps(first)
    if day in first and day in second:
        assert first.overlaps(second)
    if not first.overlaps(second):
        assert not (day in first and day in second)


@given(DAYS, st.integers(-600, 600))
def test_adding_months_lands_on_the_same_day_or_the_last_of_a_shorter_month(day, months):
    later = periods.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(DAYS, DAYS)
def test_whole_months_are_the_complete_ones(start, end):
    start, end = sorted((start, end))
    months = periods.whole_months(start, end)
    assert periods.add_months(start, months) <= end < periods.add_months(start, months + 1)
    assert periods.whole_months(end, start) == -months


# -- sources, facts, errors ----------------------------------------------------------------------------------------------


def test_a_source_never_read_says_so_by_default():
    source = Source("Règlement")
    assert (source.confidence, source.checked_on) == (Confidence.UNVERIFIED, None)
    assert {evidence.value for evidence in Evidence} == {"observed", "documented", "declared", "estimated"}


def test_an_interval_that_holds_nothing_is_refused():
    assert Interval(3, 3) == Interval(3, 3)
    with pytest.raises(BadInput, match="est vide"):
        Interval(4, 3)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(BadInput, 400), (Refused, 422), (NotAllowed, 403), (SourceError, 502), (NoSolution, 422), (EnsembleurError, 500)],
)
def test_an_error_is_a_code_a_sentence_and_what_a_machine_needs(kind, status):
    error = kind("not_eligible", "L'aide est fermée.", reasons=["fermée"])
    assert (error.code, str(error), error.status, error.details) == (
        "not_eligible",
        "L'aide est fermée.",
        status,
        {"reasons": ["fermée"]},
    )
    assert isinstance(error, EnsembleurError)


def test_the_day_in_paris_is_not_that_of_utc_after_midnight():
    assert periods.paris_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert periods.paris_day(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)) == date(2026, 12, 31)
    with pytest.raises(ValueError, match="time zone"):
        periods.paris_day(datetime(2026, 6, 30, 22, 30))

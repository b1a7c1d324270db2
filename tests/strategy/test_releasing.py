"""Released tables: one gateway, frozen by quarter, undone by nobody."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from ensembleur.accounts.choices import Role
from ensembleur.errors import NoSolution, NotAllowed, Refused
from ensembleur.secrecy.published import from_json
from ensembleur.secrecy.tables import Holder, Variable
from ensembleur.strategy.engine import registry
from ensembleur.strategy.engine.content import Confidentiality, OverPlaces, State
from ensembleur.strategy.engine.registry import Measured
from ensembleur.strategy.engine.tables import PublicTable, holder_of, moved_little, public_tables, table_of, variable_of
from ensembleur.strategy.models import Release
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.services import releasing
from ensembleur.strategy.services.releasing import audit_releases, release_tables
from tests.factories import accounts
from tests.factories import strategy as make

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY


def lines(*cells):
    """(département, sector, how many companies, what each brings) → contributions."""
    rows = [
        {"unit": f"{departement}{sector}{number}", "value": value, "departement": departement, "sector": sector}
        for departement, sector, count, value in cells
        for number in range(count)
    ]
    return pl.DataFrame(rows, schema={"unit": pl.String, "value": pl.Int64, "departement": pl.String, "sector": pl.String})


@pytest.fixture
def operations(monkeypatch):
    """What `companies_supported` finds, by the first day from which it is so."""
    states = {date(2020, 1, 1): lines(("77", "metal", 5, 1), ("77", "food", 4, 1), ("95", "metal", 2, 1), ("95", "food", 6, 1))}

    def function(reading, given):
        frame = states[max(day for day in states if day <= reading.as_of)]
        return Measured(Decimal(frame["unit"].n_unique()), contributions=frame, counts_units=True)

    known = dict(registry._known)
    known["companies_supported"] = registry.Measure("companies_supported", 1, function, ("departement", "sector"))
    monkeypatch.setattr(registry, "_known", known)
    return states


def release(**more):
    return release_tables(**{"as_of": TODAY, "by": "command:test", "now": NOW, **more})


def kept(code="A1.companies"):
    return from_json(Release.objects.filter(table=f"{code}/departement").latest("as_of").content)


def test_a_cell_of_two_companies_is_hidden_with_others_and_the_table_cannot_be_undone(operations):
    make.tiny()
    outs = {out.table: out for out in release()}
    assert outs["A1.companies/departement"].what == "released"
    table = kept()
    assert table.value("95", "metal") is None
    assert table.value("77", "metal") is None  # or the sum would give the other
    assert audit_releases() == []
    assert "75" in table.rows  # a département where nobody is says so
    assert table.value("75", "metal") == 0


def test_the_parts_of_a_union_count_each_company_once(operations):
    make.tiny()
    release()
    assert kept("O1.companies").value("*", "*") == 17


def test_a_table_is_released_once_a_quarter(operations):
    make.tiny()
    release(as_of=date(2026, 9, 30))
    assert {out.what for out in release()} == {"kept"}
    assert {out.what for out in release(as_of=date(2026, 12, 31), now=datetime(2027, 1, 15, tzinfo=UTC))} == {"released"}


def test_a_rehearsal_releases_nothing(operations):
    make.tiny()
    assert {out.what for out in release(dry_run=True)} == {"released"}
    assert not Release.objects.exists()


def test_a_day_to_come_is_refused(operations):
    make.tiny()
    with pytest.raises(Refused, match="jour à venir"):
        release(as_of=date(2026, 12, 31))


def test_without_contributions_there_is_nothing_to_release(operations):
    make.tiny()
    operations[date(2020, 1, 1)] = lines()
    assert {out.what for out in release()} == {"empty"}


@pytest.fixture
def counts(operations):
    """The same, as a count of files: one each."""
    known = registry._known["companies_supported"]

    def function(reading, given):
        measured = known.function(reading, given)
        return Measured(measured.value, contributions=measured.contributions)

    registry._known["companies_supported"] = registry.Measure("companies_supported", 1, function, known.dimensions)
    return operations


REST = (("77", "food", 9, 1), ("95", "metal", 9, 1), ("95", "food", 9, 1))


def twice(counts, before, after):
    """A release of June, one of October, when 77 × metal held `before`, then `after`."""
    counts[date(2020, 1, 1)] = lines(("77", "metal", *before), *REST)
    counts[date(2026, 9, 1)] = lines(("77", "metal", *after), *REST)
    release(as_of=date(2026, 6, 30))
    release(as_of=date(2026, 10, 31))
    assert audit_releases() == []
    return kept().value("77", "metal")


def test_one_newcomer_between_two_releases_is_not_told_by_the_difference(counts):
    make.tiny()
    assert twice(counts, (9, 1), (10, 1)) is None


def test_one_who_left_or_changed_between_two_releases_is_not_told_by_the_difference_either(counts):
    make.tiny()
    assert twice(counts, (9, 1), (8, 1)) is None
    Release.objects.all()._raw_delete("default")
    assert twice(counts, (9, 1), (5, 1)) == 5
    Release.objects.all()._raw_delete("default")
    assert twice(counts, (9, 1), (9, 1)) == 9


def test_one_company_whose_several_files_change_is_one_who_moved():
    make.tiny()
    public, measured = (
        PublicTable(sheet("A1.companies"), "departement"),
        Measured(Decimal(40), contributions=lines(("77", "", 4, 10))),
    )
    table = table_of(public, measured)
    before = {"77": {"": ["aaaaaaaa00000001", "aaaaaaaa00000002", "aaaaaaaa00000003"]}}
    after = {"77": {"": ["aaaaaaaa00000004", "aaaaaaaa00000005"]}}
    assert moved_little(before, after, table) == {("77", "*"), ("*", "*")}
    others = {"77": {"": [*after["77"][""], "bbbbbbbb00000001", "cccccccc00000001"]}}
    assert moved_little(before, others, table) == set()
    assert moved_little(before, before, table) == set()
    companies = table_of(public, Measured(Decimal(4), contributions=lines(("77", "", 4, 1)), counts_units=True))
    assert moved_little(before, after, companies) == set()  # a number of companies tells nothing of what one brings


def test_what_was_really_released_is_compared_whatever_operations_say_of_that_day_since(counts):
    """An operation recorded late belongs to the former day when it is counted again: the public never saw it there."""
    make.tiny()
    counts[date(2020, 1, 1)] = lines(("77", "metal", 9, 1), *REST)
    release(as_of=date(2026, 6, 30))
    counts[date(2020, 1, 1)] = lines(("77", "metal", 10, 1), *REST)
    release(as_of=date(2026, 10, 31))
    assert kept().value("77", "metal") is None


def test_a_release_that_kept_nothing_of_its_holders_is_counted_again(counts):
    make.tiny()
    counts[date(2020, 1, 1)] = lines(("77", "metal", 9, 1), *REST)
    counts[date(2026, 9, 1)] = lines(("77", "metal", 10, 1), *REST)
    release(as_of=date(2026, 6, 30))
    olds = list(Release.objects.all())
    Release.objects.all()._raw_delete("default")
    for old in olds:
        old.pk, old._state.adding, old.holders = None, True, {}
        old.save()
    release(as_of=date(2026, 10, 31))
    assert kept().value("77", "metal") is None


def test_who_stands_behind_a_release_is_kept_without_names_and_never_published(counts, client):
    make.tiny()
    counts[date(2020, 1, 1)] = lines(("77", "metal", 9, 1), *REST)
    release(as_of=date(2026, 6, 30))
    one = Release.objects.get(table="A1.companies/departement")
    told = one.holders["77"]["metal"]
    assert (len(told), {len(each) for each in told}, told) == (9, {16}, sorted(told))
    assert "77metal" not in str(one.holders)
    assert "holders" not in one.content
    assert not any(each in str(one.content) for each in told)


def test_a_count_of_the_companies_themselves_keeps_nothing_of_them(operations):
    make.tiny()
    release()
    assert {str(one.holders) for one in Release.objects.all()} == {"{}"}


def test_a_strategy_that_has_not_begun_or_is_not_asked_for_is_left_alone(operations):
    make.tiny()
    assert release(as_of=date(2025, 12, 31)) == []
    assert release(slug="autre") == []


def test_an_officer_of_the_region_releases_and_others_may_not(operations):
    make.tiny()
    with pytest.raises(NotAllowed):
        release(by=accounts.person(Role.ADVISER))
    assert release(by=accounts.person(Role.OFFICER))
    assert Release.objects.first().released_by.startswith("user:")


def test_a_table_that_the_audit_undoes_is_never_released(operations, monkeypatch):
    make.tiny()
    monkeypatch.setattr(releasing, "protect", lambda table, also=(): _bare(table))
    with pytest.raises(NoSolution, match="rien n'a été publié"):
        release()
    assert not Release.objects.exists()


def _bare(table):
    """The table with its secret cells hidden and nothing else: the sums give them back."""
    from ensembleur.secrecy.protect import _release
    from ensembleur.secrecy.rules import primary

    return _release(table, primary(table))


# -- the list of tables ------------------------------------------------------------------------------------------------
def of(**fields):
    held = held_strategy("essai")
    return [public.key for public in public_tables(held.content)]


def test_only_measured_open_and_additive_indicators_have_a_public_table():
    make.tiny()
    assert of() == ["O1.companies/departement", "A1.companies/departement", "A3.companies/departement"]
    for field, value in (("confidentiality", "internal"), ("over_places", "none"), ("disaggregations", [])):
        data = make.raw(slug=f"sans-{field[:4]}")
        data["sheets"]["companies"][field] = value
        make.load_strategy(data=data, by="command:test", now=NOW)
        assert list(public_tables(held_strategy(data["slug"]).content)) == [], field
    assert (Confidentiality.INTERNAL.value, OverPlaces.NONE.value, State.ACTIVE.value) == ("internal", "none", "active")


@pytest.mark.parametrize(
    ("named", "row", "column"),
    [
        (["departement", "epci", "size", "sector"], "departement", "sector"),
        (["size", "departement"], "departement", "size"),
        (["departement", "epci"], "departement", ""),
        (["epci", "scheme"], "epci", "scheme"),
        (["size", "sector"], "size", "sector"),
        (["sector"], "sector", ""),
    ],
)
def test_a_table_crosses_a_place_with_what_is_done_there_and_never_with_a_second_place(named, row, column):
    data = make.raw(slug="croisee")
    data["sheets"]["companies"]["disaggregations"] = named
    make.load_strategy(data=data, by="command:test", now=NOW)
    assert {(one.row, one.column) for one in public_tables(held_strategy("croisee").content)} == {(row, column)}


def sheet(code):
    held = held_strategy("essai")
    return next(one for _part, one in held.content.indicators() if one.code == code)


def test_what_is_counted_decides_how_it_is_protected():
    make.tiny()
    units, ones = Measured(Decimal(3), counts_units=True), Measured(Decimal(3), contributions=lines(("77", "metal", 3, 1)))
    money = Measured(Decimal(60), contributions=lines(("77", "metal", 3, 20)))
    assert [variable_of(one) for one in (units, ones, money)] == [Variable.UNITS, Variable.COUNT, Variable.AMOUNT]
    assert (holder_of(sheet("A1.companies")), holder_of(sheet("A2.people"))) == (Holder.COMPANY, Holder.PERSON)


def test_what_has_no_known_place_has_its_own_line():
    make.tiny()
    frame = pl.DataFrame({"unit": ["1", "2"], "value": [1, 1], "departement": [None, "77"]})
    public = PublicTable(sheet("A1.companies"), "departement", "sector")
    table = table_of(public, Measured(Decimal(2), contributions=frame, counts_units=True))
    assert (table.rows, table.columns) == (("77", "?"), ("?",))
    assert table_of(public, Measured(None), rows=["77"]).cells["*", "*"].value == 0


# -- the command -------------------------------------------------------------------------------------------------------
def run(*arguments):
    out = io.StringIO()
    call_command("publish_tables", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_releases_then_audits(operations):
    make.tiny()
    assert "rien n’a été changé" in run("--as-of", "2026-11-27", "--dry-run")
    assert "A1.companies/departement : publié" in run("--as-of", "2026-11-27")
    assert "déjà publié ce trimestre" in run("--as-of", "2026-11-27")
    assert "3 tableaux vérifiés, 0 qui se défont" in run("--audit")


def test_the_audit_lists_the_cells_of_a_table_that_can_be_undone(operations, monkeypatch):
    strategy = make.tiny()
    monkeypatch.setattr(releasing, "protect", lambda table, also=(): _bare(table))
    monkeypatch.setattr(releasing, "_refuse_unsafe", lambda public, faults: None)
    release()
    out = io.StringIO()
    with pytest.raises(CommandError) as stop:
        call_command("publish_tables", "--audit", "--strategy", strategy.pk, stdout=out)
    assert stop.value.returncode == 1
    assert "95 × metal se retrouve entre" in out.getvalue()

"""What the register knows of an establishment, and the register as a table."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from ensembleur.logic.facts import Interval
from ensembleur.sources import Evidence
from ensembleur.territory.models import ImportRun
from ensembleur.territory.queries import frame, register
from ensembleur.territory.queries.frame import FRAME_SCHEMA
from tests.factories import territory as make

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_facts_are_observed_dated_and_sourced():
    ImportRun.objects.create(kind="import", done_at=NOW, as_of=date(2026, 11, 1))
    company = make.unit(category="PME", category_year=2023, headcount_band="21", headcount_year=2024, created_on=date(1999, 1, 4))
    site = make.establishment(company, headcount_band="12", headcount_year=2024, naf_2025="25.62Y")
    facts = register.register_facts(site.siret)
    assert facts["headcount"].value == Interval(20, 49)
    assert facts["headcount"].as_of == date(2024, 12, 31)
    assert facts["company_headcount"].value == Interval(50, 99)
    assert (facts["commune"].value, facts["naf"].value, facts["naf_2025"].value) == ("95018", "25.62B", "25.62Y")
    assert facts["category"].value == "PME"
    assert facts["created_on"].value == date(1999, 1, 4)
    assert {fact.evidence for fact in facts.values()} == {Evidence.OBSERVED}
    assert facts["naf"].source.title == "Base Sirene des entreprises et de leurs établissements (INSEE)"
    assert facts["naf"].source.as_of == date(2026, 11, 1)


def test_what_is_unknown_is_absent():
    site = make.establishment(make.unit(legal_form=""), headcount_band="NN", is_head_office=None)
    facts = register.register_facts(site.siret)
    assert not {"headcount", "company_headcount", "legal_form", "created_on", "category", "is_head_office"} & facts.keys()
    assert register.register_facts("99999999999999") == {}


def test_the_facts_of_a_demonstration_company_say_so():
    site = make.establishment(make.unit(siren="000340182", is_fictional=True), is_fictional=True)
    assert "fictive" in register.register_facts(site.siret)["naf"].source.title


def test_an_establishment_is_a_view_and_an_unknown_one_is_none():
    site = make.establishment(sign="La Forge")
    view = register.establishment(site.siret)
    assert (view.name, view.sign, view.commune_name, view.sector) == ("Mécanique Exemple", "La Forge", "Argenteuil", "CH")
    assert view.naf_label == "Mécanique industrielle"
    assert register.establishment("99999999999999") is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_company_with_its_sites_costs_the_same_whatever_their_number(count, django_assert_num_queries):
    company = make.unit(group_siren="")
    for _ in range(count):
        make.establishment(company)
    with django_assert_num_queries(2):
        view = register.company(company.siren)
    assert len(view.sites) == count


def test_a_company_names_its_group():
    head = make.unit(group_siren="732829320")
    other = make.unit(group_siren="732829320")
    assert set(register.company(head.siren).group) == {head.siren, other.siren}
    assert register.company("999999999") is None


def test_a_place_is_told_in_codes():
    site = make.establishment()
    place = register.place_of(site.siret)
    assert (place.commune, place.departement, place.region) == ("95018", "95", "11")
    assert register.place_of("99999999999999") is None


def test_the_frame_holds_open_establishments_with_their_company():
    company = make.unit(headcount_band="53", created_on=date(1980, 2, 1), category="GE")
    open_site = make.establishment(company, headcount_band="12", created_on=date(2010, 1, 1))
    make.establishment(company, state="F", closed_on=date(2020, 1, 1))
    frame = register.register_frame()
    assert dict(frame.schema) == FRAME_SCHEMA
    assert frame.height == 1
    row = frame.row(0, named=True)
    assert row["siret"] == open_site.siret
    assert (row["headcount_lo"], row["headcount_hi"]) == (20, 49)
    assert (row["company_headcount_lo"], row["company_headcount_hi"]) == (10_000, None)
    assert (row["site_created_on"], row["created_on"]) == (date(2010, 1, 1), date(1980, 2, 1))
    assert (row["is_head_office"], row["is_fictional"], row["category"]) == (True, False, "GE")
    assert row["naf_2025"] is None
    assert row["is_micro_entrepreneur"] is False


def test_an_empty_register_is_an_empty_frame():
    frame = register.register_frame()
    assert frame.is_empty()
    assert frame.schema == pl.Schema(FRAME_SCHEMA)


def test_the_frame_is_kept_until_the_register_changes(django_assert_num_queries):
    make.establishment()
    ImportRun.objects.create(kind="import", done_at=NOW, as_of=date(2026, 11, 1))
    first = register.register_frame()
    with django_assert_num_queries(2):
        assert register.register_frame() is first
    make.establishment()
    ImportRun.objects.create(kind="import", done_at=NOW, as_of=date(2026, 12, 1))
    assert register.register_frame().height == 2


# -- the table kept on disk --------------------------------------------------------------------------------------------
@pytest.fixture
def kept(index_home, monkeypatch):
    """Where tables are kept, with a register of one establishment; `restart` forgets what the process had in memory."""
    make.establishment()
    ImportRun.objects.create(kind="import", done_at=NOW, as_of=date(2026, 11, 1))
    restart()
    yield index_home.with_name("register")
    restart()


def restart():
    frame._frame = None


def only_file(folder):
    [file] = folder.iterdir()  # nothing else is left beside it
    return file


def test_a_process_just_started_reads_the_register_from_a_file(kept, django_assert_num_queries):
    first = register.register_frame()
    restart()
    with django_assert_num_queries(2):
        again = register.register_frame()
    assert again.equals(first)
    assert again.schema == first.schema


def test_the_file_changes_with_the_register_and_the_old_one_is_dropped(kept):
    register.register_frame()
    before = only_file(kept)
    (kept / ".killed-while-writing").write_bytes(b"ARROW1")
    make.establishment()
    ImportRun.objects.create(kind="import", done_at=NOW, as_of=date(2026, 12, 1))
    restart()
    assert register.register_frame().height == 2
    assert only_file(kept) != before


@pytest.mark.parametrize("content", [b"", b"ARROW1\x00\x00 cut short", None])
def test_a_file_that_cannot_be_read_or_is_of_another_shape_is_read_from_the_database(kept, content):
    first = register.register_frame()
    file = only_file(kept)
    if content is None:
        pl.DataFrame({"siret": ["1"]}).write_ipc(file)
    else:
        file.write_bytes(content)
    restart()
    assert register.register_frame().equals(first)
    assert pl.read_ipc(only_file(kept).read_bytes()).equals(first)


def test_a_disk_that_refuses_costs_time_only(kept):
    kept.write_text("a file where a folder is wanted")
    assert register.register_frame().height == 1


def test_without_an_index_nothing_is_kept(kept, settings):
    settings.SEARCH_INDEX = None
    assert register.register_frame().height == 1
    assert not kept.exists()

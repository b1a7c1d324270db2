"""Partial diffusion: what is hidden, and that there is no other way out."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ensembleur
from ensembleur.territory.engine.diffusion import HIDDEN, masking_expression, masking_of
from ensembleur.territory.models import Establishment, LegalUnit
from ensembleur.territory.queries import register
from ensembleur.territory.queries.diffusion import CompanyView, EstablishmentView, shown
from tests.factories import territory as make

PACKAGE = Path(ensembleur.__file__).parent
SECRET = "Zorglub"


@pytest.mark.parametrize(
    ("unit", "site", "legal_form", "masking"),
    [
        ("O", "O", "5710", ""),
        ("O", "O", "1000", ""),
        ("P", "O", "5710", "legal"),
        ("O", "P", "5710", "legal"),
        ("P", "P", "1000", "natural"),
        ("O", "P", "1000", "natural"),
        ("P", "P", "2110", "natural"),
        ("P", "P", "", "natural"),
        ("N", "O", "5710", "legal"),
        ("", "O", "5710", "legal"),
    ],
)
def test_the_rule_follows_the_holder_and_doubt_hides(unit, site, legal_form, masking):
    assert masking_of(unit, site, legal_form=legal_form) == masking


@given(
    st.sampled_from(["O", "P", "N", ""]), st.sampled_from(["O", "P", ""]), st.sampled_from(["", "1000", "2110", "5499", "9220"])
)
def test_the_column_and_the_single_record_follow_the_same_rule(unit, site, form):
    frame = pl.DataFrame({"u": [unit], "s": [site], "f": [form]})
    column = frame.select(masking_expression(pl.col("u"), pl.col("s"), legal_form=pl.col("f"))).item()
    assert column == masking_of(unit, site, legal_form=form)


def _secretive(legal_form: str, *, unit: str = "P", site: str = "O") -> Establishment:
    company = make.unit(
        name=f"{SECRET} NOM", usual_name=f"{SECRET} USUEL", acronym=f"{SECRET}S", legal_form=legal_form, diffusion=unit
    )
    return make.establishment(
        company, diffusion=site, sign=f"{SECRET} ENSEIGNE", usual_name=f"{SECRET} LOCAL", address=f"1 rue {SECRET}"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("unit", "site"), [("P", "O"), ("O", "P"), ("P", "P")])
def test_a_person_is_hidden_whole(unit, site):
    view = shown(_secretive("1000", unit=unit, site=site))
    assert SECRET not in str(view)
    assert (view.commune, view.departement, view.postcode, view.lon, view.lat) == ("", "", "", None, None)
    assert view.hidden == HIDDEN["natural"]
    assert "diffusion partielle" in view.masked
    assert view.title.startswith("Établissement ")
    assert (view.naf.code, view.is_open) == ("25.62B", True)
    assert not view.is_mappable


@pytest.mark.django_db
@pytest.mark.parametrize(("unit", "site"), [("P", "O"), ("O", "P")])
def test_a_company_keeps_its_name_and_commune(unit, site):
    view = shown(_secretive("5710", unit=unit, site=site))
    assert (view.name, view.commune_name) == (f"{SECRET} NOM", "Argenteuil")
    assert (view.acronym, view.address, view.postcode, view.lon, view.lat) == ("", "", "", None, None)
    assert view.masked
    assert not view.is_mappable


@pytest.mark.django_db
def test_full_diffusion_hides_nothing():
    view = shown(_secretive("1000", unit="O"))
    assert (view.masked, view.hidden) == ("", frozenset())
    assert view.is_mappable


@pytest.mark.django_db
def test_the_company_page_of_a_person_and_its_sites_are_hidden():
    site = _secretive("1000")
    view = register.company(site.siren)
    assert SECRET not in str(view)
    assert view.title == f"Entreprise {site.siren}"


@pytest.mark.django_db
def test_the_facts_of_a_person_do_not_tell_where_it_is():
    facts = register.register_facts(_secretive("1000").siret)
    assert not {"commune", "departement"} & facts.keys()
    assert "naf" in facts


@pytest.mark.django_db
def test_hidden_records_are_neither_mapped_nor_exported_and_persons_not_found():
    person, company, open_one = _secretive("1000"), _secretive("5710"), make.establishment()
    lists = Establishment.objects.public()
    assert set(lists) == {person, company, open_one}
    assert set(lists.mappable()) == {open_one}
    assert set(lists.exportable()) == {open_one}
    assert set(lists.findable()) == {company, open_one}


@pytest.mark.django_db
def test_a_record_never_says_its_name_by_itself():
    site = _secretive("1000")
    assert str(site) == site.siret
    assert str(site.unit) == site.siren


def test_every_name_and_place_of_a_view_is_hidden_for_a_person():
    kept = {
        *("siret", "siren", "naf", "naf_2025", "naf_label", "sector", "sector_label", "headcount", "headcount_year"),
        *("headcount_exact", "created_on", "closed_on", "is_open", "is_head_office", "legal_form", "legal_form_label"),
        *("category", "category_year", "perimeter_rule", "is_fictional", "masked", "hidden", "is_active", "head_office_siret"),
        *("is_social_economy", "is_mission_driven", "group_siren", "group", "sites"),
    }
    names = {field.name for view in (EstablishmentView, CompanyView) for field in dataclasses.fields(view)}
    assert names - kept == HIDDEN["natural"]  # a new field must be placed on one side or the other


def test_only_the_queries_of_the_register_touch_its_records():
    """Pages, exports and other domains receive views; the records themselves stay behind the queries."""
    secret = {Establishment.__name__, LegalUnit.__name__}
    strangers = []
    for path in PACKAGE.rglob("*.py"):
        domain, room = path.relative_to(PACKAGE).parts[0], path.relative_to(PACKAGE).parts[1:2]
        if domain == "territory" and room[0].removesuffix(".py") in {"models", "queries", "services", "migrations"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ensembleur.territory.models"):
                strangers += [f"{path.relative_to(PACKAGE)} imports {alias.name}" for alias in node.names if alias.name in secret]
    assert strangers == []

"""`ensembleur prospect`: the list with its reasons, capped and journaled, without who opposed or may not be diffused."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import call_command

from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.models import ProspectExport
from ensembleur.journeys.queries import prospects as tables
from ensembleur.journeys.services import prospecting
from ensembleur.territory.choices import Masking
from tests.factories import prospecting as make
from tests.factories import schemes as published
from tests.factories import sites

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    tables.forget_tables()
    published.scheme()  # a catalogue stands: the command does not publish ours


def run(*words, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("prospect", *words, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_it_prints_who_to_call_why_and_what_to_ask():
    site = sites.site("Mécanique Fine")
    text, told = run("ouverte")
    assert f"? peut-être     Mécanique Fine · {site.siret}, Argenteuil (95)" in text
    assert "→ Le projet a-t-il commencé" in text
    assert told.startswith("1 entreprise · inscrit au journal")
    act = Act.objects.get()
    assert (act.who, act.verb, act.after["lines"]) == ("command:prospect", "export_prospects", 1)
    assert ProspectExport.objects.get().by is None


def test_certain_ones_only_and_a_limit():
    sure = sites.site("Sûre")
    for name in ("Une", "Deux"):
        make.told(sites.site(name).siret, "project_started", True)
    sites.site("Inconnue")
    make.told(sure.siret, "project_started", False)
    assert [line["name"] for line in json.loads(run("ouverte", certain=True, as_json=True)[0])["lines"]] == ["Sûre"]
    text, told = run("ouverte", limit=1)
    assert "Sûre" in text
    assert "1 autre ensuite" in told


def test_who_opposed_or_may_not_be_diffused_is_never_in():
    sites.site("Libre", at="93066")
    make.opposition(sites.site("Opposée").siren)
    sites.site("Discrète", masking=Masking.LEGAL)
    sites.site("Cachée", masking=Masking.NATURAL, company={"legal_form": "1000"})
    found = json.loads(run("ouverte", as_json=True)[0])
    assert [line["name"] for line in found["lines"]] == ["Libre"]
    with pytest.raises(Refused):
        run("ouverte", departement="77")


def test_it_writes_a_file_that_runs_nothing(tmp_path):
    sites.site("=1+1")
    run("ouverte", out=tmp_path / "liste.csv")
    rows = list(csv.DictReader((tmp_path / "liste.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0]["name"] == "'=1+1"
    assert rows[0]["reasons"]
    run("ouverte", out=tmp_path / "liste.json")
    assert json.loads((tmp_path / "liste.json").read_text("utf-8"))["subject"] == "ouverte"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["liste.csv", "liste.json"]


def test_the_commands_of_a_day_share_a_cap(monkeypatch):
    monkeypatch.setattr(prospecting, "LINES_PER_DAY", 1)
    sites.site()
    run("ouverte")
    with pytest.raises(Refused, match="reprenez demain"):
        run("ouverte")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"limit": 0}, "de 1 à 500"),
        ({"limit": 501}, "de 1 à 500"),
        ({"as_of": "hier"}, "n'est pas une date"),
        ({"departement": "13"}, "département de la région"),
    ],
)
def test_bad_input_gets_one_sentence(options, words):
    sites.site()
    with pytest.raises(BadInput, match=words):
        run("ouverte", **options)


def test_bad_files_and_subjects_get_one_sentence(tmp_path):
    with pytest.raises(Refused, match="registre est vide"):
        run("ouverte")
    sites.site()
    for name, words in (("liste.pdf", ".csv ou .json"), ("ailleurs/liste.csv", "créez-le")):
        with pytest.raises(BadInput, match=words):
            run("ouverte", out=tmp_path / name)
    with pytest.raises(Refused, match="ni une aide"):
        run("rien")
    with pytest.raises(Refused, match="pas ouverte le"):
        run("fermee", as_of="2026-11-22")

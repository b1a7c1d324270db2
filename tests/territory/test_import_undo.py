"""Undoing an import gives back exactly what was there; a crash leaves it untouched."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ensembleur.errors import Refused
from ensembleur.territory.engine.sirene_reading import Limits
from ensembleur.territory.models import Establishment, ImportBatch, ImportRun, LegalUnit
from ensembleur.territory.queries import register
from ensembleur.territory.queries.tables import read_table
from ensembleur.territory.services.import_apply import UNDOABLE_RUNS, undo_import
from ensembleur.territory.services.import_sirene import import_sirene
from tests.factories import sirene
from tests.factories.territory import siren, siret

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
ANY = Limits(drop_share=1.0)
COMPANIES = [siren() for _ in range(4)]
NUMBERS = [siret(company, nic) for company in COMPANIES for nic in (1, 2)]
LINES = st.fixed_dictionaries(
    {
        "etatAdministratifEtablissement": st.sampled_from("AAAF"),
        "trancheEffectifsEtablissement": st.sampled_from(["NN", "12", "53", ""]),
        "activitePrincipaleEtablissement": st.sampled_from(["25.62B", "71.12B", "56.10A"]),
        "statutDiffusionEtablissement": st.sampled_from("OOP"),
        "codeCommuneEtablissement": st.sampled_from(["95018", "75113", "77166"]),
        "coordonneeLambertAbscisseEtablissement": st.sampled_from(["645000.3", "", "[ND]"]),
        "dateCreationEtablissement": st.sampled_from(["2001-05-04", "", "pas une date"]),
        "enseigne1Etablissement": st.sampled_from(["", 'L\'"Été"', "\\N", "a,b"]),
    }
)
MONTHS = st.lists(st.dictionaries(st.sampled_from(NUMBERS), LINES, min_size=1), min_size=1, max_size=3)
HOLDERS = st.fixed_dictionaries(
    {
        "statutDiffusionUniteLegale": st.sampled_from("OOP"),
        "categorieJuridiqueUniteLegale": st.sampled_from(["5710", "1000", ""]),
        "denominationUniteLegale": st.sampled_from(["MECANIQUE EXEMPLE", "AUTRE NOM"]),
    }
)


def state():
    return read_table(Establishment), read_table(LegalUnit)


def same(one, other) -> bool:
    return all(before.equals(after) for before, after in zip(one, other, strict=True))


@pytest.mark.django_db
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking replays imports for minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(months=MONTHS, holder=HOLDERS)
def test_undoing_is_the_identity_and_importing_twice_changes_nothing(tmp_path, months, holder):
    folders = itertools.count()
    with transaction.atomic():
        for lines in months:
            folder = tmp_path / str(next(folders))
            folder.mkdir(exist_ok=True)
            sites = [sirene.site(number, **line) for number, line in lines.items()]
            units = [sirene.company(company, **holder) for company in COMPANIES]
            files = sirene.files(folder, sites, units, as_of=date(2026, 11, 1))
            before = state()
            try:
                import_sirene(files=files, home=folder, now=NOW, limits=ANY)
            except Refused:  # nothing of the perimeter in the file
                assert same(state(), before)
                continue
            after = state()
            undo_import(now=NOW)
            assert same(state(), before)
            import_sirene(files=files, home=folder, now=NOW, limits=ANY)
            assert same(state(), after)
            again = import_sirene(files=files, home=folder, now=NOW, limits=ANY)
            assert (again.added, again.changed, again.closed, again.removed) == (0, 0, 0, 0)
            assert same(state(), after)
            undo_import(now=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def month(tmp_path):
    """`month(n)` imports n sites, the same first ones each time."""
    numbers = [siret() for _ in range(10)]

    def month(count):
        files = sirene.files(tmp_path, [sirene.site(number) for number in numbers[:count]], as_of=date(2026, 11, 1))
        return import_sirene(files=files, home=tmp_path, now=NOW)

    return month


@pytest.mark.django_db
def test_imports_are_undone_one_by_one_from_the_last(month):
    states = [state()]
    for count in (8, 9, 10):
        month(count)
        states.append(state())
    for expected in reversed(states[:-1]):
        undo_import(now=NOW)
        assert same(state(), expected)
    with pytest.raises(Refused, match="rien à défaire"):
        undo_import(now=NOW)


@pytest.mark.django_db
def test_only_the_last_imports_can_be_undone(month):
    for count in range(10 - UNDOABLE_RUNS - 1, 10):
        month(count + 1)
    for _ in range(UNDOABLE_RUNS):
        undo_import(now=NOW)
    with pytest.raises(Refused, match="trop ancien"):
        undo_import(now=NOW)
    assert not ImportBatch.objects.exists()


@pytest.mark.django_db
def test_undoing_renews_the_frame(month):
    month(8)
    month(10)
    assert register.register_frame().height == 10
    undo_import(now=NOW)
    assert register.register_frame().height == 8
    assert ImportRun.objects.filter(state="undone").count() == 1


SCRIPT = """
import sys, time
from datetime import date, datetime, UTC
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from ensembleur.territory.services import bulk, import_apply
from ensembleur.territory.services.import_sirene import Files, import_sirene

bulk.CHUNK = 100
import_apply.refresh_index = lambda: None
written = []

def wait(rows):
    written.append(rows)
    if len(written) == 5:
        print("half", flush=True)
        time.sleep(60)

def bring(folder, **options):
    files = Files(folder / "StockEtablissement.csv", folder / "StockUniteLegale.csv", as_of=date(2026, 11, 1))
    import_sirene(files=files, home=folder, now=datetime(2026, 11, 3, tzinfo=UTC), **options)

bring(Path(sys.argv[1]))
bring(Path(sys.argv[2]), on_rows=wait)
"""


def test_a_crash_in_the_middle_leaves_the_register_as_it_was(tmp_path):
    """The import runs in a process of its own, with a database of its own, and is killed while it writes."""
    environment = {
        **os.environ,
        "ENSEMBLEUR_HOME": str(tmp_path),
        "SECRET_KEY": "x",
        "DJANGO_SETTINGS_MODULE": "ensembleur.settings",
    }
    environment.pop("DATABASE_URL", None)
    numbers = [siret() for _ in range(600)]
    for name, count in (("first", 100), ("second", 600)):
        (tmp_path / name).mkdir()
        sirene.files(tmp_path / name, [sirene.site(number) for number in numbers[:count]])
    words = [sys.executable, "-c", SCRIPT, str(tmp_path / "first"), str(tmp_path / "second")]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as process:
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
    with contextlib.closing(sqlite3.connect(tmp_path / "ensembleur.sqlite3")) as database:
        for table in ("establishment", "legalunit", "importrun"):
            counted = database.execute(f"SELECT count(*) FROM territory_{table}").fetchone()[0]
            assert counted == (1 if table == "importrun" else 100)
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"

"""The command: what it prints, and a process killed in the middle then run again."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from ensembleur.accounts.models import Act
from ensembleur.accounts.services.journal_check import verify_journal
from ensembleur.errors import BadInput
from ensembleur.journeys.models import ClockMark
from ensembleur.journeys.services import need_clocks
from ensembleur.journeys.services.need_clocks import strike_needs
from tests.factories import journeys as make
from tests.factories import needs
from tests.factories.journeys import NOW
from tests.journeys.test_need_clocks import state

ROOT = Path(__file__).parents[2]
AT = NOW.isoformat()


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The command reads the clock: it is the 23rd of November."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))


def printed(*words):
    out = io.StringIO()
    call_command("run_clocks", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_says_in_words_what_it_does_then_nothing_is_due():
    needs.asked(9)
    needs.asked(60)
    dry = printed("--as-of", AT, "--dry-run")
    assert "demandes relancées à 9 jours : 1" in dry
    assert "demandes restées sans réponse, rendues aux agents à 45 jours : 1" in dry
    assert "Rien n'a été changé ni envoyé" in dry
    assert not ClockMark.objects.exists()
    assert "courriels envoyés : 4" in printed("--as-of", AT)
    assert "Rien n'est dû à cet instant." in printed("--as-of", AT)


@pytest.mark.django_db
def test_the_command_says_it_for_machines():
    needs.taken(200)
    told = json.loads(printed("--as-of", "2026-11-21T10:00", "--json"))
    assert told["as_of"] == "2026-11-21T10:00:00+01:00"
    assert (told["dry_run"], told["counts"]["needs"]["no_news"], told["delivered"]["sent"]) == (False, 1, 0)
    assert json.loads(printed("--json", "--dry-run"))["delivered"] is None


@pytest.mark.django_db
def test_the_command_says_that_nothing_leaves_on_a_sunday_or_without_a_server(monkeypatch):
    assert "dimanche" in printed("--as-of", "2026-11-22T09:00")
    from ensembleur.accounts.services.delivering import Delivered

    monkeypatch.setattr(
        "ensembleur.journeys.services.clocks.deliver_due", lambda *, now: Delivered(unreachable="Connection refused")
    )
    assert "injoignable, rien n'est perdu : Connection refused" in printed("--as-of", AT)


@pytest.mark.django_db
def test_a_day_to_come_is_refused_but_to_look(monkeypatch):
    needs.asked(9)
    with pytest.raises(BadInput, match="1 décembre 2026 n'est pas encore venu"):
        printed("--as-of", "2026-12-01T08:00")
    assert not ClockMark.objects.exists()
    assert "Rien n'a été changé" in printed("--as-of", "2026-12-01T08:00", "--dry-run")
    assert "relancées à 9 jours : 1" in printed(
        "--as-of", "2026-11-23T23:00"
    )  # later the same day, as a clock ahead of ours says


@pytest.mark.parametrize("text", ["hier", "2026-13-01", "10:00"])
def test_an_instant_that_cannot_be_read_is_refused(text):
    with pytest.raises(BadInput, match="instant"):
        printed("--as-of", text)


def worker(folder, stops_at):
    """A real process that strikes the clocks of this very database."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{at['NAME']}"
    else:
        database = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST'].replace('/', '%2F')}:{at['PORT']}/{at['NAME']}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database,
        "CLOCKS_STOP_AT": stops_at,
        "ENSEMBLEUR_HOME": str(folder / "home"),
    }
    command = [sys.executable, "-m", "tests.factories.slow_clocks", AT]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["marks", "act"])
def test_a_process_killed_in_the_middle_then_run_again_leads_to_the_state_of_one_run(tmp_path, monkeypatch, moment):
    for days in (9, 12, 21, 30, 45, 60):
        needs.asked(days, make.own_journey()[0])
    needs.taken(200)
    monkeypatch.setattr(need_clocks, "BATCH", 2)
    with transaction.atomic():
        strike_needs(as_of=NOW, dry_run=False)
        whole = state()
        transaction.set_rollback(True)
    with worker(tmp_path, moment) as process:
        assert process.stdout.readline() == "now\n"
        process.kill()
    assert Act.objects.filter(verb="run_clocks").count() == 2
    assert ClockMark.objects.count() == 4
    strike_needs(as_of=NOW, dry_run=False)
    assert state() == whole
    assert verify_journal().fault is None
    assert strike_needs(as_of=NOW + timedelta(hours=1), dry_run=False)["nudge"] == 0

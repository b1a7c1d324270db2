"""Processes killed in the middle of sending, and several of them at once: nobody is ever written to twice."""

import os
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection

from ensembleur.accounts.models import Mailing, Notification
from ensembleur.accounts.services.delivering import deliver_due
from tests.factories import accounts as factories
from tests.factories.notices import MONDAY, mailing, notice, preference

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]


def worker(folder, stops_at=""):
    """A real process that sends what is due from this very database."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{at['NAME']}"
    else:
        database = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST'].replace('/', '%2F')}:{at['PORT']}/{at['NAME']}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database,
        "EMAIL_BACKEND": "tests.factories.slow_post.SlowPost",
        "POST_FOLDER": str(folder),
        "POST_STOPS_AT": stops_at,
        "ENSEMBLEUR_HOME": str(folder / "home"),
    }
    # Imported by its own name, so that the class Django makes from the settings is the one that counts.
    command = [sys.executable, "-m", "tests.factories.slow_post", MONDAY.isoformat()]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def received(folder):
    """The recipients of the e-mails the files hold, those cut in the middle aside."""
    lines = [line for file in folder.glob("*.txt") for line in file.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line.endswith("@test.example")]


@pytest.mark.parametrize("moment", ["before", "during", "after"])
def test_a_process_killed_while_sending_is_never_followed_by_a_second_sending(tmp_path, moment):
    people = [factories.user() for _ in range(6)]
    for person in people:
        notice(person)
    with worker(tmp_path, moment) as process:
        assert process.stdout.readline() == "now\n"
        process.kill()
    assert (Mailing.objects.sent().count(), Mailing.objects.unsettled().count(), Mailing.objects.count()) == (2, 1, 3)
    deliver_due(now=MONDAY + timedelta(minutes=1))
    deliver_due(now=MONDAY + timedelta(days=3))
    everybody = Counter(received(tmp_path) + [sent.to[0] for sent in mail.outbox])
    third = Mailing.objects.interrupted_at(MONDAY + timedelta(hours=1)).get()
    assert set(everybody.values()) == {1}
    assert {person.email for person in people} - set(everybody) <= {third.user.email}
    assert len(everybody) == (6 if moment == "after" else 5)
    assert not Notification.objects.waiting_for_the_post().exists()


def test_two_processes_at_once_share_the_work(tmp_path):
    people = [factories.user() for _ in range(12)]
    for person in people:
        notice(person)
        notice(person)
    first, second = worker(tmp_path), worker(tmp_path)
    counts = [int(process.communicate(timeout=60)[0]) for process in (first, second)]
    assert sum(counts) == 24
    assert Counter(received(tmp_path)) == Counter({person.email: 2 for person in people})
    assert Mailing.objects.sent().count() == 24


def test_threads_at_once_send_each_email_once():
    """New ones, digests and those to try again: each kind of claim is contended for."""
    for number in range(8):
        person = factories.user()
        if number % 2:
            preference(person, "daily")
        for _ in range(3):
            notice(person, created_at=MONDAY - timedelta(days=1))
    for _ in range(6):
        again = mailing(failed_at=MONDAY, failure="SMTPDataError 451", retry_at=MONDAY)
        notice(again.user, mailing=again, awaits_post=False)
    together, troubles, sent = threading.Barrier(3), [], []

    def run():
        try:
            together.wait(timeout=20)
            sent.append(deliver_due(now=MONDAY).sent)
        except Exception as error:  # told to the test, which would not see a thread die
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert troubles == []
    assert sum(sent) == len(mail.outbox) == 4 * 3 + 4 + 6
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(mail.outbox)
    assert Mailing.objects.sent().count() == len(mail.outbox)

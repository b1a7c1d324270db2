"""Two writers at the same time never fork the chain."""

import threading

import pytest
from django.db import connection, transaction

from ensembleur.accounts.models import Act
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.journal_check import verify_journal
from tests.factories.accounts import NOW

WRITERS, LINES = 6, 10


def write(name, count, failures):
    try:
        for number in range(count):
            with transaction.atomic():
                record_act(by=f"command:{name}", verb="try", thing=f"tests.thing:{number}", now=NOW)
                if number % 5 == 4:  # an act that fails afterwards leaves no hole
                    with transaction.atomic():
                        record_act(by=f"command:{name}", verb="undone", thing="tests.thing:0", now=NOW)
                        transaction.set_rollback(True)
    except Exception as error:  # reported by the test
        failures.append(error)
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_threads_writing_together_make_one_chain():
    failures = []
    threads = [threading.Thread(target=write, args=(name, LINES, failures)) for name in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Act.objects.count() == WRITERS * LINES
    assert verify_journal().fault is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_verification_leaves_aside_the_lines_written_meanwhile():
    failures = []
    write("before", 20, failures)
    writer = threading.Thread(target=write, args=("during", 30, failures))
    write("warm", 1, failures)
    writer.start()
    faults = [verify_journal().fault for _ in range(20)]
    writer.join()
    assert failures == []
    assert faults == [None] * 20

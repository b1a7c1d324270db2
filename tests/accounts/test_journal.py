"""The journal keeps what it is told, the same on every database, and lets nobody change it."""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ensembleur.accounts.engine.chain import GENESIS
from ensembleur.accounts.engine.lines import HIDDEN, canonical
from ensembleur.accounts.models import Act, AppendOnlyError, JournalHead
from ensembleur.accounts.models.guard import guard_journal, lift_guard, missing_guards
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from tests.factories import accounts as factories
from tests.factories.accounts import NOW

pytestmark = pytest.mark.django_db


def write(count=1, **fields):
    return [
        record_act(**{"by": "command:test", "verb": "try", "thing": f"tests.thing:{n}", "now": NOW, **fields})
        for n in range(count)
    ][-1]


def test_lines_are_numbered_and_chained():
    first, second = write(), write()
    assert (first.number, first.previous_hash) == (1, GENESIS)
    assert (second.number, second.previous_hash) == (2, first.hash)
    assert (JournalHead.objects.get().number, JournalHead.objects.get().hash) == (2, second.hash)


def test_a_person_is_a_number_and_a_thing_its_model_and_key():
    person = factories.user()
    act = write(by=person, thing=person)
    assert act.who == f"user:{person.pk}"
    assert act.thing == f"accounts.user:{person.pk}"


def test_the_hash_is_the_same_after_a_reload_whatever_the_time_zone():
    paris = timezone(timedelta(hours=2))
    act = write(now=datetime(2026, 7, 1, 11, 30, 0, 7, tzinfo=paris))
    again = Act.objects.get(pk=act.pk)
    assert again.at == datetime(2026, 7, 1, 9, 30, 0, 7, tzinfo=UTC)
    assert again.fingerprint() == again.hash == act.hash


def test_a_naive_instant_is_a_bug():
    with pytest.raises(ValueError, match="time zone"):
        write(now=datetime(2026, 1, 1))


@pytest.mark.parametrize("field", [{"by": "x" * 65}, {"verb": "x" * 61}, {"thing": "x" * 121}])
def test_a_word_too_long_is_a_bug_on_every_database(field):
    with pytest.raises(ValueError, match="at most"):
        write(**field)


def test_values_are_kept_as_every_database_gives_them_back():
    value = {
        "amount": Decimal("12.50"),
        "on": date(2026, 1, 2),
        "at": datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=1))),
        "floats": [1.0, -0.0, 0.1, 1e16, 1e300, math.inf],
        "set": {"b", "a"},
        "odd": "a\x00b\ud800",
        3: None,
        "yes": True,
    }
    act = write(after=value)
    again = Act.objects.get(pk=act.pk)
    assert again.after == act.after
    assert again.after["amount"] == "12.50"
    assert again.after["at"] == "2026-01-02T02:00:00+00:00"
    assert again.after["floats"] == [1, 0, 0.1, "1e+16", "1e+300", "inf"]
    assert again.after["set"] == ["a", "b"]
    assert again.fingerprint() == again.hash


def test_nothing_that_names_a_person_enters_a_line_that_can_never_be_erased():
    act = write(
        before={"email": "jean@exemple.fr", "full_name": "", "deep": [{"phone": "01 02"}]},
        after={"note": "écrire à jean.dupont@exemple.fr demain"},
    )
    assert act.before == {"email": HIDDEN, "full_name": "", "deep": [{"phone": HIDDEN}]}
    assert act.after == {"note": f"écrire à {HIDDEN} demain"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(allow_nan=False) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


class TestAnyValue(TestCase):
    @settings(deadline=None)
    @given(value=JSON)
    def test_any_value_comes_back_from_the_database_with_the_same_hash(self, value):
        with transaction.atomic():
            act = write(after=value)
            again = Act.objects.get(pk=act.pk)
            assert again.fingerprint() == again.hash
            transaction.set_rollback(True)


def test_canonical_values_are_a_fixed_point():
    value = canonical({"a": [1.5, "x@y.fr", {"email": "x@y.fr"}], "b": 1e22})
    assert canonical(value) == value


def test_a_line_is_never_saved_twice_nor_deleted():
    act = write()
    for forbidden in (act.save, act.delete, Act.objects.all().delete, lambda: Act.objects.update(verb="x")):
        with pytest.raises(AppendOnlyError):
            forbidden()
    with pytest.raises(AppendOnlyError):
        Act.objects.bulk_update([act], ["verb"])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_act SET verb = 'x' WHERE number = 1",
        "DELETE FROM accounts_act WHERE number = 2",
        "DELETE FROM accounts_journalhead",
        "UPDATE accounts_journalhead SET number = 1",
        "UPDATE accounts_journalhead SET number = 7",
    ],
)
def test_the_database_itself_refuses_to_change_the_journal(sql):
    write(3)
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Act.objects.count() == 3


@pytest.mark.postgres
def test_postgresql_refuses_to_truncate_the_journal():
    write()
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_act CASCADE")


def test_the_guard_is_put_back_when_somebody_removes_it():
    assert missing_guards(connection) == set()
    lift_guard(connection)
    assert len(missing_guards(connection)) == 4
    guard_journal(connection)
    guard_journal(connection)
    assert missing_guards(connection) == set()


def test_nobody_writes_after_the_head_has_been_removed():
    write()
    lift_guard(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_journalhead")
    guard_journal(connection)
    with pytest.raises(Refused, match="verify_journal"):
        write()


@pytest.mark.django_db(transaction=True)
def test_emptying_the_whole_database_is_the_one_way_out():
    write(2)
    call_command("flush", interactive=False, verbosity=0)
    assert Act.objects.count() == 0
    assert missing_guards(connection) == set()
    assert write().number == 1


def test_a_line_costs_three_queries(django_assert_num_queries):
    write()
    with django_assert_num_queries(5):  # savepoint, head, line, head, savepoint
        write()


def test_one_head_only():
    write()
    with pytest.raises(Error), transaction.atomic():
        JournalHead.objects.create(pk=2, hash=GENESIS)

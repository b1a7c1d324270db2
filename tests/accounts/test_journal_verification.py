"""Whatever is done to the journal around the platform, verification names the first faulty line."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.accounts.engine.chain import GENESIS, STEP, Fault, Wrong, chained_hash, verify
from ensembleur.accounts.models import Act, JournalHead
from ensembleur.accounts.models.guard import guard_journal, lift_guard
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.journal_check import drop_anchor, read_anchors, sentence_of, verify_journal
from ensembleur.errors import BadInput
from tests.factories.accounts import NOW


def chain(count):
    lines, previous = [], GENESIS
    for number in range(1, count + 1):
        said = (number, NOW + timedelta(minutes=number), "user:1", "try", f"tests.thing:{number}", None, {"n": number}, previous)
        previous = chained_hash(said)
        lines.append((*said, previous))
    return lines


def head_of(lines):
    return (lines[-1][0], lines[-1][-1]) if lines else None


def test_an_untouched_journal_has_no_fault():
    lines = chain(5)
    found = verify(lines, head=head_of(lines))
    assert (found.lines, found.last_hash, found.fault) == (5, lines[-1][-1], None)


def test_an_empty_journal_has_no_fault_with_or_without_a_head():
    assert verify([], head=None).fault is None
    assert verify([], head=(0, GENESIS)).fault is None


OTHER = {
    0: lambda value: value + 1,
    1: lambda value: value + timedelta(microseconds=1),
    5: lambda value: {"was": 1},
    6: lambda value: {**value, "more": 1},
}


@settings(deadline=None)
@given(count=st.integers(1, 8), data=st.data())
def test_any_changed_field_of_any_line_is_found(count, data):
    lines = chain(count)
    row, column = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, 8))
    change = OTHER.get(column, lambda value: "f" * 64 if len(value) == 64 else value + "x")
    head = head_of(lines)
    changed = list(lines[row])
    changed[column] = change(changed[column])
    lines[row] = tuple(changed)
    fault = verify(lines, head=head).fault
    assert fault is not None
    assert fault.number == row + 1


@settings(deadline=None)
@given(count=st.integers(1, 8), data=st.data())
def test_any_removed_line_is_found_even_the_last_ones(count, data):
    lines = chain(count)
    head = head_of(lines)
    start = data.draw(st.integers(0, count - 1))
    stop = data.draw(st.integers(start + 1, count))
    del lines[start:stop]
    assert verify(lines, head=head).fault == Fault(start + 1, Wrong.REMOVED)


@settings(deadline=None)
@given(count=st.integers(2, 8), data=st.data())
def test_any_two_lines_exchanged_are_found(count, data):
    lines = chain(count)
    head = head_of(lines)
    one, two = sorted(data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True)))
    lines[one], lines[two] = (lines[one][0], *lines[two][1:]), (lines[two][0], *lines[one][1:])
    fault = verify(lines, head=head).fault
    assert fault is not None
    assert fault.number == one + 1


@settings(deadline=None)
@given(count=st.integers(2, 8), data=st.data())
def test_a_line_rewritten_with_its_own_hash_is_found_on_the_next_line(count, data):
    lines = chain(count)
    head = head_of(lines)
    row = data.draw(st.integers(0, count - 1))
    said = (*lines[row][:3], "forged", *lines[row][4:8])
    lines[row] = (*said, chained_hash(said))
    fault = verify(lines, head=head).fault
    assert fault is not None
    assert fault.number in (row + 1, row + 2)


def test_a_whole_chain_rewritten_with_its_head_is_found_by_an_anchor():
    honest, forged = chain(6), chain(6)
    previous = forged[2][-1]
    for row in range(3, 6):
        said = (*forged[row][:3], "forged", *forged[row][4:7], previous)
        previous = chained_hash(said)
        forged[row] = (*said, previous)
    assert verify(forged, head=head_of(forged)).fault is None
    assert verify(forged, head=head_of(forged), anchors={5: honest[4][-1]}).fault == Fault(5, Wrong.REWRITTEN)


def test_the_last_lines_removed_with_their_head_are_found_by_an_anchor():
    lines = chain(6)
    assert verify(lines[:4], head=head_of(lines[:4]), anchors={6: lines[5][-1]}).fault == Fault(5, Wrong.REMOVED)


def test_lines_added_past_the_head_are_found():
    lines = chain(5)
    assert verify(lines, head=head_of(lines[:4])).fault == Fault(5, Wrong.ADDED)


def test_a_head_that_says_another_hash_is_found():
    lines = chain(3)
    assert verify(lines, head=(3, "0" * 64)).fault == Fault(3, Wrong.REWRITTEN)


def test_a_missing_head_is_found():
    assert verify(chain(3), head=None).fault == Fault(3, Wrong.HEADLESS)


def test_a_line_numbered_backwards_is_found():
    lines = chain(3)
    assert verify([lines[0], lines[0], lines[2]], head=head_of(lines)).fault == Fault(2, Wrong.MOVED)


def test_progress_is_told_by_steps():
    told = []
    lines = chain(STEP + 5)
    verify(lines, head=head_of(lines), on_lines=told.append)
    assert told == [STEP]


# -- in the database ---------------------------------------------------------------------------------------------------


def write(count):
    for number in range(count):
        record_act(by="command:test", verb="try", thing=f"tests.thing:{number}", now=NOW, after={"n": number})


def tamper(*statements):
    lift_guard(connection)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    guard_journal(connection)


def run(tmp_path, *arguments):
    out = StringIO()
    try:
        call_command("verify_journal", "--anchors", str(tmp_path / "anchors.jsonl"), *arguments, stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


CASES = [
    (["UPDATE accounts_act SET verb = 'x' WHERE number = 3"], "Ligne 3"),
    (["UPDATE accounts_act SET who = 'user:9' WHERE number = 1"], "Ligne 1"),
    (["UPDATE accounts_act SET at = '2020-01-01 00:00:00+00' WHERE number = 2"], "Ligne 2"),
    (["DELETE FROM accounts_act WHERE number = 2"], "Ligne 2"),
    (["DELETE FROM accounts_act WHERE number > 4"], "Ligne 5"),
    (["DELETE FROM accounts_act"], "Ligne 1"),
    (["DELETE FROM accounts_journalhead"], "Ligne 6"),
    (
        [
            "UPDATE accounts_act SET number = 100 WHERE number = 2",
            "UPDATE accounts_act SET number = 2 WHERE number = 3",
            "UPDATE accounts_act SET number = 3 WHERE number = 100",
        ],
        "Ligne 2",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("statements", "named"), CASES)
def test_the_command_names_the_first_faulty_line_and_exits_1(tmp_path, statements, named):
    write(6)
    assert run(tmp_path)[0] == 0
    tamper(*statements)
    code, text = run(tmp_path)
    assert code == 1
    assert text.startswith(named)


@pytest.mark.django_db
def test_lines_written_around_the_platform_are_found(tmp_path):
    write(2)
    last = Act.objects.get(number=2)
    said = (3, NOW, "user:1", "forged", "tests.thing:9", None, None, last.hash)
    Act(
        number=3, at=NOW, who="user:1", verb="forged", thing="tests.thing:9", previous_hash=last.hash, hash=chained_hash(said)
    ).save()
    code, text = run(tmp_path)
    assert code == 1
    assert "Ligne 3" in text


@pytest.mark.django_db
def test_removing_the_last_lines_and_moving_the_head_is_found_by_the_anchor_file(tmp_path):
    write(5)
    assert run(tmp_path)[0] == 0
    third = Act.objects.get(number=3).hash
    tamper("DELETE FROM accounts_act WHERE number > 3", f"UPDATE accounts_journalhead SET number = 3, hash = '{third}'")
    code, text = run(tmp_path)
    assert (code, "Ligne 4" in text) == (1, True)


@pytest.mark.django_db
def test_a_good_journal_exits_0_and_drops_one_anchor_a_state(tmp_path):
    write(3)
    code, text = run(tmp_path)
    assert code == 0
    assert text.startswith("3 lignes vérifiées")
    run(tmp_path)
    write(1)
    run(tmp_path, "--no-anchor")
    assert list(read_anchors(path=tmp_path / "anchors.jsonl")) == [3]
    run(tmp_path)
    assert list(read_anchors(path=tmp_path / "anchors.jsonl")) == [3, 4]


@pytest.mark.django_db
def test_an_empty_journal_is_good_and_drops_nothing(tmp_path):
    assert run(tmp_path)[0] == 0
    assert not (tmp_path / "anchors.jsonl").exists()


@pytest.mark.django_db
def test_a_database_that_no_longer_guards_the_journal_is_a_fault(tmp_path):
    write(1)
    lift_guard(connection)
    code, text = run(tmp_path)
    guard_journal(connection)
    assert code == 1
    assert "migrate" in text


@pytest.mark.parametrize("text", ["not json", "{}", '{"number": "1", "hash": "a"}', "[1]", "\x00"])
def test_an_anchor_file_that_was_touched_is_refused_in_one_sentence(tmp_path, text):
    path = tmp_path / "anchors.jsonl"
    path.write_text(json.dumps({"number": 1, "hash": "a", "at": "x"}) + "\n" + text + "\n")
    with pytest.raises(BadInput, match="ligne 2"):
        read_anchors(path=path)


def test_a_faulty_verification_drops_no_anchor(tmp_path):
    found = verify(chain(2), head=None)
    assert drop_anchor(path=tmp_path / "a", verification=found, now=datetime(2026, 1, 1, tzinfo=UTC)) is False


@pytest.mark.parametrize("wrong", list(Wrong))
def test_each_fault_has_its_sentence(wrong):
    assert "12" in sentence_of(fault=Fault(12, wrong))


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_verification_costs_the_same_whatever_the_length(count, django_assert_num_queries):
    write(count)
    with django_assert_num_queries(4):
        assert verify_journal().fault is None
    assert JournalHead.objects.get().number == count

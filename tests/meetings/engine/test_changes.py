"""Tests of what may happen after publication: read, refused with its path, and applied."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.changes import (
    EVERY_SLOT,
    Absence,
    Absent,
    Added,
    Back,
    Cancelled,
    Joined,
    PlaceClosed,
    SlotClosed,
    apply,
    read_changes,
)
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Place
from tests.meetings.engine.problems import problem_of

READ = [
    ({"kind": "late", "participant": "p", "until": 3}, Absent("p", 0b111, Absence.LATE)),
    ({"kind": "leaves", "participant": "p", "from": 60}, Absent("p", 0b11 << 60, Absence.LEAVES)),
    ({"kind": "away", "participant": "p", "slots": "all"}, Absent("p", EVERY_SLOT)),
    ({"kind": "no_show", "participant": "p", "slot": 2}, Absent("p", 0b100, Absence.NO_SHOW)),
    ({"kind": "back", "participant": "p", "slots": [0, 2]}, Back("p", 0b101)),
    ({"kind": "joined", "participant": "p", "slots": [1], "side": "s"}, Joined(Participant("p", 0b10, side="s"))),
    ({"kind": "cancelled", "meeting": "m"}, Cancelled("m")),
    ({"kind": "added", "meeting": "m", "attendees": ["p", "q"]}, Added(Meeting("m", ("p", "q"), EVERY_SLOT))),
    (
        {"kind": "added", "meeting": "m", "attendees": ["p", "q"], "slots": [0], "weight": 4, "must": True},
        Added(Meeting("m", ("p", "q"), 1, weight=4, must=True)),
    ),
    ({"kind": "place_closed", "place": "T", "slots": [1]}, PlaceClosed("T", 0b10)),
    ({"kind": "place_closed", "slots": [1]}, PlaceClosed("", 0b10)),
    ({"kind": "slot_closed", "slots": [0]}, SlotClosed(1)),
]


@pytest.mark.parametrize(("row", "change"), READ, ids=[f"{row['kind']}-{n}" for n, (row, _) in enumerate(READ)])
def test_each_kind_of_change_is_read(row, change):
    assert read_changes([row]) == read_changes({"changes": [row]}) == (change,)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (3, "le fichier : donnez la liste des changements, un au moins."),
        ([], "le fichier : donnez la liste des changements, un au moins."),
        ({"changes": []}, "changes : donnez la liste des changements, un au moins."),
        ({}, "le fichier : il manque « changes »."),
        ([{}] * 10_001, "le fichier : 10000 changements au plus en une fois."),
        ([3], "[0] : un changement est un objet, avec son « kind »."),
        ([{"kind": []}], "[0].kind : choisissez parmi late, leaves,"),
        ({"changes": [{"kind": "late", "participant": "p"}]}, "changes[0] : il manque « until »."),
        ([{"kind": "cancelled", "meeting": "m", "why": 1}], "[0] : « why » n'est pas attendu."),
        ([{"kind": "cancelled", "meeting": ""}], "[0].meeting : ce texte est vide."),
        ([{"kind": "cancelled", "meeting": 3}], "[0].meeting : écrivez un texte entre guillemets."),
        ([{"kind": "no_show", "participant": "p", "slot": True}], "[0].slot : écrivez un nombre entier de 0 à 61."),
        ([{"kind": "no_show", "participant": "p", "slot": 62}], "[0].slot : écrivez un nombre entier de 0 à 61."),
        ([{"kind": "slot_closed", "slots": 3}], "[0].slots : donnez une liste de numéros de créneaux"),
        ([{"kind": "slot_closed", "slots": [0, "1"]}], "[0].slots[1] : écrivez un nombre entier"),
        ([{"kind": "added", "meeting": "m", "attendees": ["p"]}], "[0].attendees : donnez la liste des participants"),
        ([{"kind": "added", "meeting": "m", "attendees": ["p", "p"]}], "[0].attendees : le même participant y est deux fois."),
        ([{"kind": "added", "meeting": "m", "attendees": ["p", "q"], "must": 1}], "[0].must : écrivez true ou false."),
    ],
)
def test_what_cannot_be_read_is_said_with_its_path(data, says):
    with pytest.raises(BadInput) as error:
        read_changes(data)
    assert error.value.sentence.startswith(says)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(["late", "p", "all"]),
        lambda one: st.lists(one, max_size=3) | st.dictionaries(st.sampled_from(["kind", "changes", "slots"]), one),
        max_leaves=6,
    )
)
def test_nothing_that_is_put_in_the_file_ends_otherwise_than_in_a_sentence(data):
    with suppress(BadInput):
        assert read_changes(data)


def test_each_change_makes_the_problem_it_says():
    problem = problem_of("ab ac", slots=3, tables=2, gaps=(Gap("ab", "ac"),))

    def people(*changes):
        return {one.id: one.available for one in apply(problem, changes).participants}

    assert people(Absent("a", 0b001)) == {"a": 0b110, "b": 0b111, "c": 0b111}
    assert people(Absent("a", EVERY_SLOT), Back("a", EVERY_SLOT)) == people()
    assert people(SlotClosed(0b100)) == {"a": 0b011, "b": 0b011, "c": 0b011}
    assert people(Joined(Participant("d", EVERY_SLOT)))["d"] == 0b111
    after = apply(problem, [Cancelled("ab"), Added(Meeting("bc", ("b", "c"), EVERY_SLOT)), PlaceClosed("", 0b10)])
    assert [one.id for one in after.meetings] == ["ac", "bc"]
    assert (after.meetings[1].allowed, after.gaps, after.tables) == (0b111, (), (2, 1, 2))
    assert apply(problem, []) == problem


def test_a_closed_place_is_open_in_the_other_slots():
    problem = problem_of("ab", slots=3, places=(Place("T", 0b111), Place("U", 0b111)))
    assert [one.open for one in apply(problem, [PlaceClosed("U", 0b10)]).places] == [0b111, 0b101]


def test_a_table_fewer_than_none_is_none():
    assert apply(problem_of("ab", slots=2, tables=0), [PlaceClosed("", 0b11)]).tables == (0, 0)


def test_what_is_past_is_not_undone_by_an_absence_or_a_closing():
    problem = problem_of("ab", slots=3, places=(Place("T", 0b111),))
    after = apply(problem, [Absent("a", EVERY_SLOT), SlotClosed(0b111), PlaceClosed("T", 0b111)], since=2)
    assert [one.available for one in after.participants] == [0b011, 0b011]
    assert after.places[0].open == 0b011


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Absent("z", 1), "Le participant « z » ne figure pas dans ce planning"),
        (Back("z", 1), "Le participant « z » ne figure pas"),
        (Joined(Participant("a", 1)), "Le participant « a » figure déjà"),
        (Cancelled("zz"), "La rencontre « zz » ne figure pas"),
        (Added(Meeting("ab", ("a", "b"), 1)), "La rencontre « ab » figure déjà"),
        (Added(Meeting("az", ("a", "z"), 1)), "Le participant « z » ne figure pas"),
        (PlaceClosed("T", 1), "La place « T » ne figure pas"),
    ],
)
def test_a_change_of_what_does_not_exist_is_refused_in_one_sentence(change, says):
    with pytest.raises(BadInput) as error:
        apply(problem_of("ab"), [change])
    assert error.value.sentence.startswith(says)

"""The code of a badge finds its person, and nobody else's code can be guessed from it."""

from __future__ import annotations

import pytest

from ensembleur.meetings.queries.badges import ALPHABET, attendee_of_code, code_of
from tests.factories import meetings

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return meetings.first(meetings.registration(meetings.event()))


def test_a_code_finds_its_person_however_it_is_typed(person):
    event, code = person.registration.event, code_of(person)
    for typed in (code, code.lower(), code.replace("-", " "), f" {code} ", code.replace("1", "I").replace("0", "o")):
        assert attendee_of_code(event, typed) == person


def test_a_false_code_finds_nobody(person):
    event, code = person.registration.event, code_of(person)
    other = ALPHABET[(ALPHABET.index(code[-1]) + 1) % 32]
    for typed in (
        "",
        "é",
        "A",
        code[:-1],
        code[:-1] + other,
        code + "A",
        "0" + code[-6:],
        "Z" * 12 + code[-6:],
        "Z" * 400,
        "é" * 9,
    ):
        assert attendee_of_code(event, typed) is None, typed


def test_a_badge_opens_no_other_event_and_an_erased_person_has_none(person):
    event, code = person.registration.event, code_of(person)
    assert attendee_of_code(meetings.event(), code) is None
    person.erased_at = meetings.NOW
    person.save()
    assert attendee_of_code(event, code) is None


def test_the_code_of_somebody_of_number_zero_is_spelled():
    from ensembleur.meetings.queries.badges import _spelled

    assert _spelled(0) == "0"
    assert _spelled(33) == "11"

"""Calendar files, read back by another parser: whatever the names, the format and the rules of updates hold."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.meetings.engine.calendars import Entry, Method, Person, calendar_file
from tests.meetings.mine.made import events, parsed

ENTRY = Entry(
    uid=uuid.UUID("12345678123456781234567812345678"),
    sequence=3,
    starts_at=datetime(2027, 1, 12, 8, tzinfo=UTC),
    ends_at=datetime(2027, 1, 12, 8, 20, tzinfo=UTC),
    title="Atelier fictif",
    place="Table 4, Salle fictive",
    says="Camille Fictive\nRencontres fictives",
    url="https://exemple.test/evenements/rencontres/moi/",
    changed_at=datetime(2026, 12, 1, 10, tzinfo=UTC),
)
PEOPLE = {"organiser": Person("Organisme", "contact@test.example"), "reader": Person("Camille", "camille@test.example")}
MEAN = [
    "Évènement ; virgule, barre \\ et \"guillemets\"",
    "Usinage 😀👩‍🔧 " * 30,
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:pirate",
    "nul\x00 cloche\x07 tabulation\tfin\u2028ligne",
    "é" * 300,
    "=HYPERLINK(1)",
    "MAILTO:pirate@test.example",
]  # fmt: skip


def test_an_agenda_says_who_when_where_and_nothing_secret():
    made = calendar_file([ENTRY], name="Rencontres fictives")
    (one,) = events(made).values()
    assert one.uid.value == "12345678-1234-5678-1234-567812345678@ensembleur"
    assert (one.sequence.value, one.status.value, one.transp.value) == ("3", "CONFIRMED", "OPAQUE")
    assert (one.dtstart.value, one.dtend.value) == (ENTRY.starts_at, ENTRY.ends_at)
    assert one.dtstamp.value == one.last_modified.value == ENTRY.changed_at
    assert (one.summary.value, one.location.value, one.url.value) == (ENTRY.title, ENTRY.place, ENTRY.url)
    assert one.description.value == ENTRY.says
    assert "attendee" not in one.contents
    calendar = parsed(made)
    assert (calendar.method.value, calendar.x_wr_calname.value) == ("PUBLISH", "Rencontres fictives")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT15M" in made
    assert made == calendar_file([ENTRY], name="Rencontres fictives")  # the same agenda, the same bytes


def test_a_letter_asks_with_its_reader_already_accepted():
    (one,) = events(calendar_file([ENTRY], name="", method=Method.REQUEST, made_at=ENTRY.starts_at, **PEOPLE)).values()
    assert one.attendee.value == "mailto:camille@test.example"
    assert one.attendee.params["PARTSTAT"] == ["ACCEPTED"]
    assert one.attendee.params["RSVP"] == ["FALSE"]
    assert one.organizer.value == "mailto:contact@test.example"
    assert (one.dtstamp.value, one.last_modified.value) == (ENTRY.starts_at, ENTRY.changed_at)


def test_a_cancellation_says_so_twice():
    calendar = calendar_file([ENTRY], name="", method=Method.CANCEL, **PEOPLE)
    (one,) = events(calendar).values()
    assert (parsed(calendar).method.value, one.status.value, one.transp.value) == ("CANCEL", "CANCELLED", "TRANSPARENT")
    (kept,) = events(calendar_file([replace(ENTRY, is_cancelled=True, place="")], name="")).values()
    assert (kept.status.value, "location" in kept.contents) == ("CANCELLED", False)


@pytest.mark.parametrize("name", MEAN)
def test_a_hostile_name_stays_a_name(name):
    entry = replace(ENTRY, title=name, place=name, says=name)
    made = calendar_file([entry], name=name, method=Method.REQUEST, organiser=Person(name, "a@test.example"), reader=Person(name, "b@test.example"))  # fmt: skip
    holds(made)
    (one,) = events(made).values()
    assert one.summary.value == " ".join("".join(char for char in name if char not in "\x00\x07\t\r").split())
    assert one.attendee.value == "mailto:b@test.example"


@given(st.text(max_size=400), st.text(max_size=400))
def test_whatever_is_written_the_file_keeps_its_shape(one, other):
    holds(calendar_file([replace(ENTRY, title=one, place=other, says=one + other)] * 2, name=other, method=Method.REQUEST, organiser=Person(one, "a@test.example"), reader=Person(other, "b@test.example")))  # fmt: skip


def holds(made: bytes) -> None:
    """Lines end by CRLF and hold 75 octets at most, cut between characters; the count of events is the one written."""
    assert made.endswith(b"END:VCALENDAR\r\n")
    lines = made.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
        assert not {b"\r", b"\n", b"\x00"} & {bytes([char]) for char in line}
    assert sum(line == b"BEGIN:VEVENT" for line in lines) == sum(line == b"END:VEVENT" for line in lines) == len(parsed(made).contents["vevent"])  # fmt: skip

"""Letters leave once each, whatever the mail server does; their calendar goes with them."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from ensembleur.errors import NotAllowed
from ensembleur.meetings.models import Letter
from ensembleur.meetings.queries.letters import counts, short_texts, unsent
from ensembleur.meetings.services import sending
from ensembleur.meetings.services.letters import Note, write_letters
from ensembleur.meetings.services.sending import message_of, send_again, send_waiting
from tests.factories import meetings as make
from tests.meetings.mine.made import NOW, events

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    registration = make.registration(make.event(contact_email="orga@test.example"), people=3)
    return list(registration.attendees.order_by("pk"))


def write(person, key="k", **given):
    note = Note(attendee=person, key=f"{key}:{person.pk}", subject=f"Bonjour {person.name}", body="Corps", short="Court", **given)
    write_letters(notes=[note], now=NOW)
    return Letter.objects.get(key=note.key)


def answers(monkeypatch, *errors):
    """The mail server answers these, one letter after the other, then accepts."""
    told = list(errors)

    def send(self, messages):
        error = told.pop(0) if told else None
        if error is not None:
            raise error
        mail.outbox.extend(messages)
        return len(messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)


def test_letters_leave_once_oldest_first_and_answers_go_to_the_organiser(people, mailoutbox):
    for person in people:
        write(person)
    done = send_waiting(now=NOW, limit=2)
    assert (done.sent, done.left, done.handed) == (2, 1, 2)
    assert send_waiting(now=NOW).sent == 1
    assert send_waiting(now=NOW).sent == 0
    assert [message.to for message in mailoutbox] == [[person.email] for person in people]
    assert mailoutbox[0].reply_to == ["orga@test.example"]
    assert mailoutbox[0].extra_headers["Message-ID"].startswith("<letter-")
    assert counts(people[0].registration.event)["sent"] == 3


def test_a_calendar_goes_with_its_method(people):
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"
    letter = write(people[0], calendar=calendar, method="CANCEL")
    (part,) = [one for one in message_of(letter=letter).message().walk() if one.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), part.get_filename()) == ("CANCEL", "rendez-vous.ics")
    assert part.get_payload(decode=True).decode() == calendar
    assert events(part.get_payload(decode=True)) == {}


def test_a_server_that_is_down_costs_nothing(people, monkeypatch, mailoutbox):
    letter = write(people[0])

    def fall(self):
        raise OSError("refusé")

    monkeypatch.setattr(EmailBackend, "open", fall)
    done = send_waiting(now=NOW)
    assert (done.sent, done.left, done.unreachable) == (0, 1, "refusé")
    with pytest.raises(CommandError, match="rien n'est perdu"):
        call_command("send_letters")
    letter.refresh_from_db()
    assert (letter.handed_at, letter.attempts) == (None, 0)


def test_not_now_is_tried_again_five_times_and_no_is_not(people, monkeypatch, mailoutbox):
    letter, refused = write(people[0]), write(people[1])
    answers(monkeypatch, SMTPDataError(451, b"plus tard"), SMTPRecipientsRefused({"x": (550, b"inconnu")}))
    done = send_waiting(now=NOW)
    assert (done.later, done.failed) == (1, 1)
    assert send_waiting(now=NOW).handed == 0  # not before its hour
    at = NOW
    for _number in range(5):
        at += timedelta(days=2)
        answers(monkeypatch, SMTPDataError(451, b"plus tard"))
        send_waiting(now=at)
    letter.refresh_from_db()
    refused.refresh_from_db()
    assert (letter.attempts, letter.failed_at, refused.failed_at) == (6, at, NOW)
    assert list(unsent(letter.event)) == [refused, letter]


def test_a_line_that_breaks_stops_neither_the_others_nor_the_run(people, monkeypatch, mailoutbox):
    for person in people:
        write(person)
    answers(monkeypatch, SMTPServerDisconnected("coupé"))
    monkeypatch.setattr(EmailBackend, "close", lambda self: (_ for _ in ()).throw(OSError))
    done = send_waiting(now=NOW)
    assert (done.sent, done.failed) == (2, 1)


def test_a_letter_noted_by_a_process_that_died_waits_for_a_person(people, mailoutbox):
    letter = write(people[0])
    assert sending._take(letter, NOW)
    assert not sending._take(letter, NOW)  # another process
    event = letter.event
    assert (send_waiting(now=NOW).sent, counts(event)["in_doubt"]) == (0, 1)
    assert list(Letter.objects.in_doubt()) == [letter]
    lead = event.organisers.first().user
    assert send_again(event=event, by=lead, now=NOW) == 1
    assert send_again(event=event, by=lead, now=NOW) == 0
    assert send_waiting(now=NOW).sent == 1
    with pytest.raises(NotAllowed):
        send_again(event=event, by=people[0], now=NOW)


def test_a_letter_taken_meanwhile_is_left_to_whoever_took_it(people, monkeypatch, mailoutbox):
    write(people[0])
    monkeypatch.setattr(sending, "_take", lambda letter, now: False)
    assert send_waiting(now=NOW).handed == 0


def test_nobody_without_an_address_nor_erased_is_written_to(people, mailoutbox):
    alone, gone, _other = people
    alone.email, gone.erased_at = "", NOW
    alone.save()
    letters = write(alone), write(people[2])
    gone.save()
    assert not write_letters(notes=[Note(attendee=gone, key="x", subject="", body="")], now=NOW)
    assert send_waiting(now=NOW).sent == 1
    assert counts(letters[0].event) == {"waiting": 0, "sent": 1, "failed": 0, "in_doubt": 0, "nowhere": 1}


def test_the_short_texts_are_the_latest_of_those_who_have_a_telephone(people):
    one, other, _none = people
    one.phone, other.phone = "+33 6 00 00 00 00", "0600000001"
    one.save()
    other.save()
    for person in people:
        write(person)
    write(one, key="later")
    Letter.objects.filter(key__startswith="later").update(short="Plus tard", written_at=NOW + timedelta(hours=1))
    assert short_texts(one.registration.event) == [
        ("0033 6 00 00 00 00", one.name, "Plus tard"),
        ("0600000001", other.name, "Court"),
    ]


@pytest.mark.django_db(transaction=True)
def test_letters_leave_a_moment_after_they_are_written(mailoutbox, settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    monkeypatch.setattr(sending.send_waiting, "__kwdefaults__", {"limit": 1})
    people = make.registration(make.event(), people=2).attendees.all()
    write_letters(notes=[Note(attendee=one, key=str(one.pk), subject="x", body="y") for one in people], now=NOW)
    assert len(mailoutbox) == 2


def test_the_command_sends_all_and_says_so(people, mailoutbox, capsys):
    for person in people:
        write(person)
    call_command("send_letters")
    assert capsys.readouterr().out == "3 lettres remises · 0 à réessayer · 0 refusées · 0 en attente\n"

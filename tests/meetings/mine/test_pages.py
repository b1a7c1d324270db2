"""The pages of somebody who comes: before the timetable, on the day, and when a link is revoked; the letters of the desk."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.meetings.choices import EventState, MeetingState, Side
from ensembleur.meetings.models import Attendee, Letter
from ensembleur.meetings.queries.links import CALENDAR, token_of
from ensembleur.meetings.services.attending import cancel_registration
from ensembleur.meetings.services.personal_data import erase_attendee
from ensembleur.meetings.services.publishing import publish_version
from ensembleur.meetings.views import mine
from tests.factories import meetings as make
from tests.meetings.mine.made import LATER, NOW, Forum, events

pytestmark = pytest.mark.django_db
MORNING = make.OPENING - timedelta(minutes=12)


def url(name, *args):
    return reverse(f"meetings:{name}", args=args)


@pytest.fixture
def forum(client):
    """A published forum, the browser of its buyer."""
    made = Forum(contact_email="orga@test.example")
    made.published()
    client.get(url("open_link", token_of(made.me)))
    return made


@contextmanager
def at(instant):
    """What time it is on the pages; sessions keep theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mine, "timezone", SimpleNamespace(now=lambda: instant, localdate=timezone.localdate))
        yield


def test_a_private_link_opens_the_day(client):
    made = Forum()
    made.published()
    answer = client.get(url("open_link", token_of(made.me)))
    assert answer["Location"] == url("my_day", made.event.slug)


def test_the_next_meeting_comes_first_then_the_list_in_order(client, forum):
    with at(MORNING):
        answer = client.get(url("my_day", forum.event.slug))
    text = answer.text
    assert "Dans 12 minutes" in text
    assert text.index("Usinage fictif 1") < text.index("Pause") < text.rindex("Usinage fictif 2")
    assert "Table 1" in text
    assert "2 rendez-vous" in text
    assert "Version de 8" in text
    assert answer["Cache-Control"].startswith("max-age=0")
    assert re.fullmatch(r"[0-9a-f]{16}\.[0-9a-f]{16}", answer["X-Kept-For"])


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (make.OPENING - timedelta(days=3), "Dans 3 jours"),
        (make.OPENING - timedelta(days=1), "Demain"),
        (make.OPENING - timedelta(hours=2, minutes=5), "Dans 2 h 05"),
        (make.OPENING - timedelta(seconds=30), "Dans 1 minute"),
        (make.OPENING + timedelta(minutes=5), "En ce moment"),
        (make.OPENING + timedelta(minutes=30), "Dans 30 minutes"),
    ],
)
def test_the_time_left_is_said_in_words(client, forum, instant, words):
    with at(instant):
        assert words in client.get(url("my_day", forum.event.slug)).text


def test_after_the_last_meeting_nothing_is_next_and_states_are_words(client, forum):
    forum.early.state = MeetingState.HELD
    forum.early.save()
    forum.late.state = MeetingState.MISSED_B
    forum.late.save()
    with at(make.OPENING + timedelta(hours=5)):
        text = client.get(url("my_day", forum.event.slug)).text
    assert "day-next" not in text
    assert "Tenu" in text
    assert "N&#x27;a pas eu lieu" in text
    forum.early.state = MeetingState.CANCELLED
    forum.early.save()
    assert "is-lost" in client.get(url("my_day", forum.event.slug)).text


def test_who_gives_up_is_told_at_once_to_whom_they_were_to_meet(client, forum):
    page, supplier = url("my_day", forum.event.slug), make.first(forum.one)
    with at(MORNING):
        assert "comme prévu" not in client.get(page).text
        cancel_registration(registration=forum.one, by=supplier, now=MORNING)
        answer = client.get(page)
    assert "1 rendez-vous n'aura pas lieu comme prévu" in answer.text
    assert "Désistement" in answer.text
    assert answer.context["count"] == 1
    assert answer.context["next"]["title"] == "Usinage fictif 2"
    Attendee.objects.filter(registration=forum.other).update(left_at=MORNING)  # the welcome desk said so
    with at(MORNING):
        text = client.get(page).text
    assert "2 rendez-vous n'auront pas lieu comme prévu" in text
    assert "Absence" in text
    Attendee.objects.filter(registration=forum.other).update(left_at=MORNING - timedelta(days=1))  # they left in the evening
    with at(MORNING):
        assert "1 rendez-vous n'aura pas lieu comme prévu" in client.get(page).text
    with at(make.OPENING + timedelta(hours=5)):
        assert "comme prévu" not in client.get(page).text  # over: nothing more is to be changed


def test_who_erases_themselves_is_told_at_once_without_their_name(client, forum):
    supplier = make.first(forum.one)
    erase_attendee(attendee=supplier, by=supplier, now=MORNING)
    with at(MORNING):
        text = client.get(url("my_day", forum.event.slug)).text
    assert "Désistement" in text
    assert supplier.name not in text


def test_what_changed_stays_until_it_is_read_then_is_folded(client, forum):
    forum.publish((forum.early, 1, "1"), (forum.late, 3, "2"), now=LATER)
    page = url("my_day", forum.event.slug)
    assert "depuis votre dernière lecture" in client.get(page).text
    assert "depuis votre dernière lecture" in client.get(page).text  # looking is not reading
    answer = client.post(url("my_day_seen", forum.event.slug), {"version": "2"}, follow=True)
    assert "depuis votre dernière lecture" not in answer.text
    assert "Ce qui avait changé avant" in answer.text
    client.post(url("my_day_seen", forum.event.slug), {"version": "faux"})
    assert "depuis votre dernière lecture" in client.get(page).text


def test_before_the_timetable_the_page_says_what_is_known(client):
    event = make.event(state=EventState.WISHES, wishes_close_at=make.OPENING - timedelta(days=5))
    mine, other = make.registration(event), make.registration(event, Side.A)
    make.wish(mine, other)
    make.wish(other, mine)
    me = make.first(mine)
    Attendee.objects.filter(pk=me.pk).update(quiet=True, needs_note="Une chaise haute")
    client.get(url("open_link", token_of(me)))
    with at(NOW):
        text = client.get(url("my_day", event.slug)).text
    for words in (
        "Acceptée",
        "Vœux reçus",
        "Fin des vœux",
        "Voir mes vœux",
        "Une chaise haute",
        "une place au calme",
        "paraîtra ici",
    ):
        assert words in text


def test_needs_are_shown_to_their_person_alone(client, forum):
    Attendee.objects.filter(pk=forum.me.pk).update(needs_note="Une chaise haute")
    assert "Une chaise haute" in client.get(url("my_day", forum.event.slug)).text
    colleague = make.attendee(forum.buyer)
    client.get(url("open_link", token_of(colleague)))
    text = client.get(url("my_day", forum.event.slug)).text
    assert "Une chaise haute" not in text
    assert "Aucun rendez-vous pour vous" in text


def test_a_table_of_ones_own_a_talk_and_a_room_at_a_distance_are_said(client, forum):
    Attendee.objects.filter(pk=forum.me.pk).update(home=forum.event.places.get(code="4"), is_host=True)
    talk = make.session(forum.event, starts_at=make.OPENING + timedelta(minutes=20), ends_at=make.OPENING + timedelta(minutes=60))
    talk.bookings.create(attendee=forum.me, booked_at=NOW)
    forum.event.places.filter(code="2").update(kind="remote", link="https://salle.test.example/x")
    text = client.get(url("my_day", forum.event.slug)).text
    assert "Vous recevez à cette place toute la journée" in text
    assert "Conférence fictive" in text
    assert "is-pause" not in text  # the talk fills it
    assert "https://salle.test.example/x" in text
    plan = client.get(url("my_plan", forum.event.slug)).text
    assert "votre place toute la journée" in plan
    assert plan.index("Table 4") < plan.index("Table 3")


def test_a_cancelled_event_and_several_days_are_said(client, forum):
    forum.event.state, forum.event.ends_on = EventState.CANCELLED, make.DAY + timedelta(days=1)
    forum.event.save()
    text = client.get(url("my_day", forum.event.slug)).text
    assert "Cet événement est annulé" in text
    assert "12\xa0janvier 2027" in text
    empty = make.event(tables=0)
    client.get(url("open_link", token_of(make.first(make.registration(empty)))))
    assert "Aucune table ni salle" in client.get(url("my_plan", empty.slug)).text


def test_closing_the_page_on_this_device_and_revoking_the_link_close_it(client, forum):
    page = url("my_day", forum.event.slug)
    assert client.post(url("leave", forum.event.slug)).status_code == 302
    assert client.get(page).status_code == 404
    client.get(url("open_link", token_of(forum.me)))
    assert client.get(page).status_code == 200
    Attendee.objects.filter(pk=forum.me.pk).update(link_number=2)
    assert client.get(page).status_code == 404


def test_an_account_finds_its_day_too(client):
    from tests.factories import accounts

    person = accounts.person(accounts.Role.DIRECTOR)
    event = make.event()
    make.registration(event, user=person)
    client.force_login(person)
    text = client.get(url("my_day", event.slug)).text
    assert "Fermer ma page" not in text


# -- calendars ---------------------------------------------------------------------------------------------------------
def test_a_calendar_follows_a_secret_address_until_it_is_replaced(client, forum):
    shown = client.get(url("my_calendar", forum.event.slug)).text
    address = url("calendar", token_of(forum.me, CALENDAR))
    assert f"webcal://testserver{address}" in shown
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    assert len(events(answer.content)) == 2
    assert token_of(forum.me) not in answer.text
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert "n&#x27;ouvre plus rien" in client.post(url("my_calendar", forum.event.slug), follow=True).text
    assert client.get(address).status_code == 404
    forum.me.refresh_from_db()
    assert client.get(url("calendar", token_of(forum.me, CALENDAR))).status_code == 200
    assert client.get(url("calendar", token_of(forum.me))).status_code == 404  # one link does not open what the other opens


def test_the_address_of_a_calendar_is_never_logged(client, forum, caplog):
    secret = token_of(forum.me, CALENDAR)
    with caplog.at_level("INFO"):
        client.get(url("calendar", secret))
    assert secret not in caplog.text


def test_what_was_cancelled_stays_cancelled_in_the_calendar(client, forum):
    forum.publish((forum.late, 3, "2"), now=LATER)
    answer = client.get(url("my_agenda_file", forum.event.slug))
    assert answer["Content-Disposition"].endswith('.ics"')
    told = events(answer.content)
    gone = told[f"{forum.early.uid}@ensembleur"]
    assert (gone.status.value, gone.sequence.value) == ("CANCELLED", "1")
    assert told[f"{forum.late.uid}@ensembleur"].status.value == "CONFIRMED"


# -- paper -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["badges", "agendas", "plan"])
@pytest.mark.parametrize("large", ["", "?grand=1"])
def test_ones_papers_are_pdf(client, forum, kind, large):
    answer = client.get(url("my_print", forum.event.slug, kind) + large)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_other_papers_are_not_ones_own(client, forum):
    for kind in ("tables", "autre"):
        assert client.get(url("my_print", forum.event.slug, kind)).status_code == 404


def test_the_organiser_prints_everything(client, forum):
    client.force_login(forum.event.organisers.first().user)
    for kind in ("badges", "agendas", "tables", "plan"):
        assert client.get(url("desk_print", forum.event.slug, kind)).content[:5] == b"%PDF-"
    assert client.get(url("desk_print", forum.event.slug, "autre")).status_code == 404
    draft = make.event(by=forum.event.organisers.first().user)
    make.registration(draft, people=2)
    assert client.get(url("desk_print", draft.slug, "agendas")).content[:5] == b"%PDF-"


# -- letters -----------------------------------------------------------------------------------------------------------
def test_the_desk_counts_letters_and_sends_again(client, forum):
    client.force_login(forum.event.organisers.first().user)
    page = url("desk_letters", forum.event.slug)
    assert "Une lettre part à chaque inscription" in client.get(page).text
    first, second, third = Letter.objects.order_by("pk")
    Letter.objects.filter(pk=first.pk).update(failed_at=NOW, handed_at=NOW)
    Letter.objects.filter(pk=second.pk).update(handed_at=NOW)
    Letter.objects.filter(pk=third.pk).update(handed_at=NOW, sent_at=NOW)
    text = client.get(page).text
    assert "Refusée" in text
    assert "Interrompue" in text
    assert "2 lettres repartent." in client.post(page, follow=True).text
    assert "Aucune lettre n" in client.get(page).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_letters_cost_the_same_whatever_their_number(client, django_assert_max_num_queries, count):
    event = make.event()
    for person in make.registration(event, people=count).attendees.all():
        Letter.objects.create(
            event=event, attendee=person, key=str(person.pk), subject="x", body="y", written_at=NOW, failed_at=NOW
        )
    client.force_login(event.organisers.first().user)
    with django_assert_max_num_queries(18):
        client.get(url("desk_letters", event.slug))


def test_short_texts_are_a_file_for_the_organiser(client, forum):
    Attendee.objects.filter(pk=forum.me.pk).update(phone="+33600000000")
    client.force_login(forum.event.organisers.first().user)
    lines = client.get(url("desk_texts", forum.event.slug)).getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "telephone;nom;texte"
    assert lines[1].startswith("0033600000000;")


def test_who_welcomes_people_sees_no_letter(client, forum):
    from tests.factories import accounts

    helper = accounts.person(accounts.Role.OFFICER)
    make.staff(forum.event, helper)
    client.force_login(helper)
    for name in ("desk_letters", "desk_texts"):
        assert client.get(url(name, forum.event.slug)).status_code == 403
    assert client.get(url("desk_print", forum.event.slug, "badges")).status_code == 403


# -- without network ---------------------------------------------------------------------------------------------------
def test_the_program_of_the_day_without_network_sees_events_alone(client):
    answer = client.get(url("offline_worker"))
    assert (answer.status_code, answer["Service-Worker-Allowed"]) == (200, "/evenements/")
    assert answer["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize("count", [1, 3])
def test_my_day_costs_the_same_whatever_its_length(client, django_assert_num_queries, count):
    made = Forum(slots=8)
    placed = [(made.early, 0, "1"), (made.late, 3, "2"), (make.meeting(made.buyer, made.one), 5, "1")][:count]
    version = make.version(made.event, placed)
    publish_version(version=version, seen=0, by=made.event.organisers.first().user, now=NOW)
    client.get(url("open_link", token_of(made.me)))
    with django_assert_num_queries(QUERIES):
        client.get(url("my_day", made.event.slug))


QUERIES = 10

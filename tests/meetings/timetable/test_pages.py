"""The pages of the timetable: every word is there, no list grows the number of queries, and files open anywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.meetings.choices import ComputationState, Side
from ensembleur.meetings.models import Computation, Version
from tests.factories import accounts
from tests.factories import meetings as make
from tests.meetings.timetable.made import NOW, drafted, forum, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return forum()


@pytest.fixture
def browser(client, event):
    client.force_login(lead(event))
    return client


def address(name, event, *arguments):
    return reverse(f"meetings:{name}", args=[event.slug, *arguments])


def text(answer):
    return " ".join(answer.content.decode().split())


def test_an_empty_desk_says_what_to_do_and_the_form_asks(browser, event, search, django_capture_on_commit_callbacks):
    assert "Lancez un calcul" in text(browser.get(address("desk_timetable", event)))
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(address("timetable_compute", event), {"seconds": "5", "exact": "on"})
    assert "Terminé" in text(browser.get(answer["Location"]))
    page = text(browser.get(address("desk_timetable", event)))
    assert "Version 1" in page
    assert "12 sur 12" in page
    assert "Rien n&#x27;est prouvé" in page
    assert search.asked[0][1]["exact"]


def test_a_computation_is_followed_refreshed_and_stopped(browser, event):
    browser.post(address("timetable_compute", event), {"seconds": "30"})
    asked = event.computations.get()
    url = address("timetable_progress", event, asked.pk)
    assert "attend son tour" in text(browser.get(url))
    score = {"share": 0.4, "placed": 7, "total": 12, "breaks": 2, "idle_slots": 3, "doing": "improving"}
    Computation.objects.update(state=ComputationState.RUNNING, beat_at=timezone.now(), progress=score)
    part = browser.get(url, headers={"HX-Request": "true", "HX-Target": "computation"})
    assert "<html" not in text(part)
    assert 'hx-trigger="every 1s"' in text(part)
    assert "7 rendez-vous placés sur 12" in text(part)
    assert "40 sur 100" in text(part)
    assert "moins de trous" in text(part)
    assert "déjà demandé" in text(browser.post(address("timetable_compute", event), {"seconds": "5"}))
    assert "dans la seconde" in text(browser.post(address("timetable_stop", event, asked.pk), follow=True))
    Computation.objects.update(beat_at=NOW - timedelta(days=1))
    page = text(browser.get(address("desk_timetable", event)))
    assert "Interrompu" in page
    assert "Relancer le calcul" in page


def test_a_version_tells_each_side_what_is_not_placed_and_why(browser, event, django_assert_max_num_queries):
    version = drafted(event)
    Version.objects.filter(pk=version.pk).update(
        bound=1, unplaced=[{"meeting": f"m{version.placements.first().meeting_id}", "why": "no_table", "who": []}]
    )
    with django_assert_max_num_queries(30):
        page = text(browser.get(address("timetable_version", event, 1)))
    assert "aucune table qui convienne" in page
    assert "Placer à la main" in page
    assert "Au mieux" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_grid_costs_the_same_whatever_the_number_of_people(client, count, django_assert_num_queries):
    event = forum(buyers=count, suppliers=count)
    drafted(event)
    client.force_login(lead(event))
    client.get(address("timetable_grid", event, 1))
    with django_assert_num_queries(11):
        answer = client.get(address("timetable_grid", event, 1), {"session": "Matin", "cote": "A"})
    assert len(answer.context["rows"]) == count


def test_the_grid_is_filtered_by_name_and_says_when_nobody_fits(browser, event):
    drafted(event)
    who = event.registrations.filter(side=Side.B)[0]
    assert len(browser.get(address("timetable_grid", event, 1), {"q": who.name}).context["rows"]) == 1
    assert "Personne ne correspond" in text(browser.get(address("timetable_grid", event, 1), {"q": "introuvable"}))


def test_one_person_reads_as_a_list_and_is_locked_in_one_act(browser, event):
    version = drafted(event)
    who = version.placements.first().attendee_a
    url = address("timetable_person", event, 1, who.pk)
    assert "4 rendez-vous dans la version 1" in text(browser.get(url))
    answer = browser.post(address("timetable_lock", event, 1), {"attendee": who.pk, "locked": "1"}, follow=True)
    assert "4 rendez-vous sont verrouillés" in text(answer)
    assert "Libérer tous ses rendez-vous" in text(answer)
    assert browser.post(address("timetable_lock", event, 1), {}).status_code == 404


def test_a_meeting_is_moved_from_a_list_of_slots_in_words(browser, event):
    version = drafted(event)
    one = version.placements.order_by("slot").first()
    url = address("timetable_move", event, 1, one.meeting_id)
    page = browser.get(url)
    assert "créneau actuel" in text(page)
    assert "possible" in text(page)
    assert "Choisissez un créneau" in text(browser.post(url, {"slot": "x"}))
    assert browser.post(url, {"slot": str(one.slot)}).status_code == 422
    slot = next(row["slot"] for row in page.context["targets"] if row["can"])
    assert "nouveau brouillon, la version 2" in text(browser.post(url, {"slot": slot}, follow=True))
    locked = browser.post(address("timetable_lock", event, 2), {"meeting": one.meeting_id, "locked": "1"}, follow=True)
    assert "Libérer ce rendez-vous" in text(locked)
    assert "ce rendez-vous est verrouillé" in text(locked)
    back = address("timetable_move", event, 2, one.meeting_id)
    assert browser.post(back, {"slot": one.slot}).status_code == 422


def test_two_versions_are_compared_meeting_by_meeting(browser, event):
    version = drafted(event)
    assert browser.get(address("timetable_compare", event, 1)).status_code == 404
    drafted(event)
    assert "au même endroit" in text(browser.get(address("timetable_compare", event, 2), {"avec": "1"}))
    event.versions.get(number=2).placements.filter(meeting=version.placements.first().meeting).update(slot=None, place=None)
    page = text(browser.get(address("timetable_compare", event, 2), {"avec": "1"}))
    assert "1 rendez-vous change, pour 2 personnes." in page
    assert "Retiré" in page


def test_publishing_says_first_how_many_people_are_written_to(browser, event):
    drafted(event)
    page = text(browser.get(address("timetable_publish", event, 1)))
    assert "tout le monde reçoit son planning (7 personnes)" in page
    done = browser.post(address("timetable_publish", event, 1), {"tell": "all", "seen": "0"}, follow=True)
    assert "La version 1 est publiée" in text(done)
    drafted(event)
    assert "a publié la version 1" in text(browser.post(address("timetable_publish", event, 2), {"tell": "all", "seen": "0"}))
    assert event.versions.get(number=2).state == "draft"
    assert "Pas publiable" in text(browser.get(address("timetable_publish", event, 1)))


def test_files_open_in_any_spreadsheet_and_no_name_is_run(browser, event):
    make.first(event.registrations.filter(side=Side.B)[0]).registration.attendees.update(name="=cmd()")
    drafted(event)
    for kind, lines in (("complet", 12), ("tables", 12), ("personnes", 24)):
        content = b"".join(browser.get(address("timetable_file", event, 1, kind))).decode()
        assert content.count("\r\n") == lines + 1
        assert "'=cmd()" in content
    body = browser.get(address("timetable_file", event, 1, "json")).json()
    assert len(body["plan"]["slots"]) == 12
    assert browser.get(address("timetable_file", event, 1, "autre")).status_code == 404


@pytest.mark.parametrize(("by", "sheets"), [("personne", 7), ("table", 4)])
def test_the_whole_plan_is_printed_by_person_and_by_table(browser, event, by, sheets):
    drafted(event)
    answer = browser.get(address("timetable_print", event, 1), {"par": by})
    assert 1 <= len(answer.context["sheets"]) <= sheets


def test_a_hypothesis_is_estimated_beside_the_event_as_it_is(browser, event):
    page = text(browser.get(address("timetable_whatif", event), {"tables": "-3", "slots": "-4"}))
    assert "L&#x27;événement tel qu&#x27;il est" in page
    assert "Hypothèse : avec 3 tables de moins et 4 créneaux de moins" in page
    assert "2 sur 12" in page
    assert "1 à 62" in text(browser.get(address("timetable_whatif", event), {"slots": "-10"}))


def test_the_people_who_welcome_read_and_change_nothing(client, event):
    drafted(event)
    helper = accounts.person(accounts.Role.OFFICER, "95")
    make.staff(event, helper)
    client.force_login(helper)
    page = text(client.get(address("timetable_version", event, 1)))
    assert "Publier cette version" not in page
    assert client.get(address("timetable_publish", event, 1)).status_code == 403
    assert client.post(address("timetable_compute", event), {"seconds": "5"}).status_code == 403
    assert client.post(address("timetable_compute", event), {}).status_code == 403


def test_needs_of_accessibility_are_not_for_the_people_who_welcome(client, event):
    version = drafted(event)
    who = version.placements.first().attendee_a
    version.selection = {"without_interpreter": [f"a{who.pk}"]}
    version.save()
    helper = accounts.person(accounts.Role.OFFICER, "95")
    make.staff(event, helper)
    seen = {}
    for user in (lead(event), helper):
        client.force_login(user)
        page = client.get(address("timetable_version", event, 1))
        file = client.get(address("timetable_file", event, 1, "json")).status_code
        seen[user] = (len(page.context["alone"]), "(JSON)" in text(page), file)
    assert list(seen.values()) == [(1, True, 200), (0, False, 403)]

"""An event from its files to its agendas, with what goes wrong in real ones: nothing is lost, and one sentence says what to mend."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from ensembleur.accounts.choices import Role
from ensembleur.errors import Refused
from ensembleur.meetings.choices import EventKind, EventState
from ensembleur.meetings.models import Attendee, Computation, Letter, Meeting, Placement, Registration, Wish
from ensembleur.meetings.queries.links import token_of
from ensembleur.meetings.services.computing import ask_computation, run_computation
from ensembleur.meetings.services.events import move_event
from ensembleur.meetings.services.importing import import_file
from ensembleur.meetings.services.publishing import publish_version
from tests.factories import accounts, meetings
from tests.factories.meetings import NOW

pytestmark = pytest.mark.django_db
HOSTILE = (
    "<script>alert({n})</script>",
    '=HYPERLINK("http://mal.example";"{n}")',
    "+cmd|' /C calc'!A{n}",
    "@SUM({n})",
    "-{n}+2",
    "Robert'); DROP TABLE élèves;-- {n}",
    "{{{{ event.pk }}}} {{% now %}} {n}",
    "../../etc/passwd %00 {n}",
    "Ångström Ünï Ωmega 株式会社 {n}",
    "🏭 Usine n° {n} 👩🏽\u200d🔧",
    '"Guillemets ; points-virgules ; {n}"',
    "O’Hara & Fils, « d'Artagnan » \\n BEGIN:VEVENT {n}",
    "שלום עולם {n}",
    "A" * 100 + " {n}",
)


def bring(event, kind, rows, by):
    """Rows, first the headings, as a file of a spreadsheet; tried, then confirmed."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    given = {"event": event, "kind": kind, "content": text.getvalue().encode(), "file_name": f"{kind}.csv", "by": by, "now": NOW}
    tried = import_file(**given, dry_run=True)
    done = import_file(**given)
    assert tried.counts == done.counts
    return done


def computed(event, by, **options):
    """The version made; the sentence of the computation when there is none."""
    move_event(event=event, to=EventState.TIMETABLE, by=by, now=NOW)
    asked = ask_computation(event=event, by=by, now=NOW, seconds=1, **options)
    run_computation(computation=asked.pk, clock=lambda: NOW + timedelta(seconds=5))
    asked = Computation.objects.get(pk=asked.pk)
    return asked.version or asked.sentence


def test_a_thousand_hostile_names_go_from_a_file_to_agendas_and_back(django_capture_on_commit_callbacks, client):
    by = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=by, slots=6, tables=60)
    names = [HOSTILE[number % len(HOSTILE)].format(n=number) for number in range(1_000)]
    rows = [
        ("AB"[number % 2], name, name, f"p{number}@test.example", "Tôlerie <b>", "=1+1", "oui")
        for number, name in enumerate(names)
    ]
    done = bring(event, "people", [("cote", "organisation", "personne", "courriel", "cherche", "propose", "accord"), *rows], by)
    assert [line.why for line in done.of("rejected")] == []
    assert Registration.objects.count() == Attendee.objects.count() == 1_000
    assert set(Registration.objects.values_list("name", flat=True)) == set(names)
    move_event(event=event, to=EventState.WISHES, by=by, now=NOW)
    pairs = [(f"p{number + 1}@test.example", f"p{number}@test.example", "accepté") for number in range(0, 600, 2)]
    assert bring(event, "wishes", [("de", "vers", "etat"), *pairs], by).counts["added"] == 300
    version = computed(event, by)
    assert (version.score["placed"], version.faults) == (300, [])
    with django_capture_on_commit_callbacks(execute=True):  # so many letters are composed apart
        publish_version(version=version, seen=0, by=by, now=NOW)
    assert Meeting.objects.count() == Placement.objects.placed().count() == 300
    _check_agendas(client, event, names)
    _check_exports(client, event, by, version, names)


def _check_agendas(client, event, names):
    """Each hostile name is read as it is on the page of who meets it, and in the calendar of their letter."""
    for number in range(0, 2 * len(HOSTILE), 2):
        person = Attendee.objects.get(email=f"p{number}@test.example")
        assert client.get(reverse("meetings:open_link", args=[token_of(person)])).status_code == 302
        page = client.get(reverse("meetings:my_day", args=[event.slug]))
        assert page.status_code == 200
        assert "<script>alert(" not in page.text
        letter = Letter.objects.get(attendee=person)
        (entry,) = Calendar.from_ical(letter.calendar).walk("VEVENT")
        other = " ".join(names[number + 1].split())[:30]
        assert other in f"{entry['summary']} {entry.get('description', '')}"
        client.session.flush()


def _check_exports(client, event, by, version, names):
    """A spreadsheet opens every export without running anything; the names come back as they went in."""
    client.force_login(by)
    for url in (
        reverse("meetings:desk_people_export", args=[event.slug]),
        reverse("meetings:desk_wishes_export", args=[event.slug]),
        *(
            reverse("meetings:timetable_file", args=[event.slug, version.number, kind])
            for kind in ("complet", "tables", "personnes")
        ),
    ):
        answer = client.get(url)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        table = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
        cells = [cell for row in table for cell in row]
        assert len(table) > 300, url
        assert not [cell for cell in cells if (cell[:1] in "=+@" and cell) or (cell[:1] == "-" and not cell[1:].isdigit())], url
        if "export" in url and "inscriptions" in url:
            assert {name for name in names if name[:1] not in "=+-@"} <= set(cells)
    for name in ("desk_people", "desk_wishes", "desk_timetable", "desk_day"):
        assert client.get(reverse(f"meetings:{name}", args=[event.slug])).status_code == 200


def test_somebody_with_no_availability_is_told_so_and_the_others_meet():
    by = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=by, state=EventState.WISHES, slots=2, tables=2)
    done = bring(event, "people", [("cote", "organisation", "personne", "creneaux_absents"), ("A", "Un", "Ada", "1-2")], by)
    assert [line.why for line in done.of("rejected")] == [
        "Cette personne n'est disponible à aucun créneau : laissez-lui-en au moins un dans « creneaux_absents »."
    ]
    buyers = [meetings.registration(event, "A") for _one in range(2)]
    supplier = meetings.registration(event, "B")
    Attendee.objects.filter(registration=buyers[0]).update(absent_slots=[0, 1])  # slots were taken away since they registered
    for buyer in buyers:
        meetings.wish(supplier, buyer, "accepted")
    version = computed(event, by)
    assert version.faults == []
    assert list(version.placements.placed().values_list("meeting__registration_a", flat=True)) == [buyers[1].pk]
    assert Wish.objects.count() == 2


def test_a_pair_asked_twice_meets_once():
    by = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=by, state=EventState.WISHES)
    buyer, supplier = meetings.registration(event, "A", name="Un"), meetings.registration(event, "B", name="Deux")
    rows = [("de", "vers", "etat"), ("Un", "Deux", "accepté"), ("Un", "Deux", "accepté"), ("Deux", "Un", "accepté")]
    assert bring(event, "wishes", rows, by).counts == {
        "read": 3,
        "added": 2,
        "updated": 0,
        "unchanged": 1,
        "rejected": 0,
        "organisations": 0,
    }
    version = computed(event, by)
    assert (version.score["placed"], version.unplaced, version.faults) == (1, [], [])
    held = Meeting.objects.get()
    assert (held.registration_a, held.registration_b) == (buyer, supplier)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("places", "L'événement n'a aucune table : ajoutez-en dans les réglages, puis relancez le calcul."),
        ("slots", "L'événement n'a aucun créneau : ajoutez-en dans les réglages, puis relancez le calcul."),
    ],
)
def test_without_a_table_or_a_slot_nothing_is_computed_and_one_sentence_says_what_to_add(client, missing, sentence):
    by = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=by, state=EventState.TIMETABLE)
    meetings.wish(meetings.registration(event, "B"), meetings.registration(event, "A"), "accepted")
    getattr(event, missing).all().delete()
    with pytest.raises(Refused) as refusal:
        ask_computation(event=event, by=by, now=NOW)
    assert refusal.value.sentence == sentence
    client.force_login(by)
    answer = client.post(reverse("meetings:timetable_compute", args=[event.slug]), {"seconds": "5"})
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#x27;", "'")
    assert not Computation.objects.exists()
    assert Wish.objects.count() == 1


def test_without_any_accepted_wish_the_computation_says_so():
    by = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=by, state=EventState.WISHES)
    meetings.wish(meetings.registration(event, "B"), meetings.registration(event, "A"), "declined")
    assert computed(event, by) == (
        "Aucun vœu ne peut devenir un rendez-vous : vérifiez que des vœux sont acceptés, et les disponibilités."
    )
    assert event.kind == EventKind.FORUM

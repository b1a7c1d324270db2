"""A file changes those who are there already, says what before it does, and gives it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import Refused
from ensembleur.meetings.models import Attendee, ImportBatch, Registration
from ensembleur.meetings.services import attending, personal_data
from ensembleur.meetings.services.importing import import_file, undo_import
from ensembleur.meetings.services.registering import taken
from ensembleur.meetings.services.retaining import retain_share
from tests.factories import accounts, meetings
from tests.factories.meetings import NOW
from tests.meetings.registering.told import people_csv

pytestmark = pytest.mark.django_db
BY = "command:event_import"
SIRET = "00000001800010"
ALL = (
    "cote;siret;organisation;commune;effectif;presentation;cherche;propose;secteurs;metiers;contrats;statut;affiche;personne;fonction;"
    "courriel;telephone;langue;accord;creneaux_absents;rendez_vous_max;pause_apres;recoit;place;taille_groupe;age_groupe"
)


def bring(event, *lines, headings="cote;siret;organisation;personne;courriel", **options):
    content = people_csv(*lines, headings=headings)
    return import_file(event=event, kind="people", content=content, file_name="a.csv", by=BY, now=NOW, **options)


def undo(done, now=NOW):
    return undo_import(batch=done.batch, by=BY, now=now)


def counts(done):
    return tuple(done.counts[name] for name in ("added", "updated", "unchanged", "rejected"))


def state_of(event):
    """Everything kept of the participations of an event and of their people."""
    rows = [
        event.registrations.order_by("pk").values(),
        Attendee.objects.filter(registration__event=event).order_by("pk").values(),
    ]
    return [list(one) for one in rows]


@pytest.fixture
def there():
    """An event, a participation that is there with one person."""
    event = meetings.event(kind="job_dating")
    one = meetings.registration(
        event, "B", people=0, name="Atelier", siret=SIRET, status="waiting", is_listed=False, sectors=["25"]
    )
    return event, one, meetings.attendee(one, name="Camille", email="un@test.example", consented_at=None)


def test_a_file_changes_the_cells_it_fills_says_them_first_and_gives_them_back(there):
    event, one, person = there
    before = state_of(event)
    line = f"B;{SIRET};L'Atelier;95018;12;Nous;Acier;Tournage;28;H2903;CDI;accepted;oui;CAMILLE;Chef;UN@test.example;+33 1;anglais;oui;"
    line += "1 3-4;5;2;oui;2;3;16"
    tried = bring(event, line, headings=ALL, dry_run=True)
    assert counts(tried) == (0, 1, 0, 0)
    (shown,) = tried.lines
    assert shown.changes[:4] == (
        ("organisation", "Atelier", "L'Atelier"), ("effectif", "", "12"), ("presentation", "", "Nous"), ("cherche", "Tôlerie", "Acier"),
    )  # fmt: skip
    assert ("secteurs", "25", "28") in shown.changes
    assert ("creneaux_absents", "", "1 3 4") in shown.changes
    assert not {"statut", "accord", "affiche", "recoit", "place", "courriel"} & {column for column, _was, _now in shown.changes}
    assert state_of(event) == before
    done = bring(event, line, headings=ALL)
    one.refresh_from_db()
    person.refresh_from_db()
    assert (one.name, one.headcount, one.seeks, one.offers, one.sectors) == ("L'Atelier", 12, "Acier", "Tournage", ["28"])
    assert (one.occupations, one.contracts, one.presentation) == (["H2903"], ["permanent"], "Nous")
    assert (one.status, one.is_listed, one.decided_at) == ("waiting", False, NOW)
    assert (person.name, person.function, person.phone, person.language) == ("Camille", "Chef", "+33 1", "en")
    assert (person.absent_slots, person.max_meetings, person.max_consecutive) == ([0, 2, 3], 5, 2)
    assert (person.group_size, person.group_age, person.email) == (3, 16, "un@test.example")
    assert (person.consented_at, person.is_host, person.home) == (None, False, None)
    assert (Act.objects.get().verb, Act.objects.get().after["updated"]) == ("import_people", 1)
    assert counts(bring(event, line, headings=ALL)) == (0, 0, 1, 0)
    assert undo(done) == 2
    assert state_of(event) == before


def test_empty_cells_change_nothing_and_a_line_known_by_its_address_alone_is_enough(there):
    event, _one, _person = there
    before = state_of(event)
    assert counts(bring(event, "B;;;Camille;un@test.example;", headings="cote;siret;organisation;personne;courriel;cherche")) == (
        0,
        0,
        1,
        0,
    )
    assert state_of(event) == before
    done = bring(event, "B;;;Camille;un@test.example;Acier", headings="cote;siret;organisation;personne;courriel;cherche")
    assert (counts(done), Registration.objects.get().seeks, Registration.objects.get().name) == ((0, 1, 0, 0), "Acier", "Atelier")


def test_somebody_without_address_is_known_by_name_in_their_participation_and_receives_one(there):
    event, one, person = there
    Attendee.objects.update(email="")
    done = bring(event, f"B;{SIRET};;camille;neuve@test.example", f"B;{SIRET};;Camille;", "B;;Autre;Ange;neuve@test.example")
    assert counts(done) == (0, 1, 1, 1)
    assert done.lines[0].changes == (("courriel", "", "neuve@test.example"),)
    person.refresh_from_db()
    assert (person.email, one.attendees.count()) == ("neuve@test.example", 1)


def test_one_person_told_twice_enters_once_with_or_without_an_address(there):
    event = there[0]
    Attendee.objects.update(email="")
    new = f"B;{SIRET};;Dominique;"
    assert counts(bring(event, f"B;{SIRET};;Camille;", new, new)) == (1, 0, 2, 0)


def test_people_who_share_an_address_are_told_apart_by_their_name(there):
    event, one, person = there
    other = meetings.attendee(one, name="Dominique", email=person.email)
    headings = "cote;siret;organisation;personne;courriel;fonction"
    lines = (f"B;{SIRET};;{name};un@test.example;{name[0]}" for name in ("Camille", "Dominique", "Sacha"))
    assert counts(bring(event, *lines, headings=headings)) == (1, 2, 0, 0)
    assert list(one.attendees.order_by("pk").values_list("name", "function")) == [
        ("Camille", "C"), ("Dominique", "D"), ("Sacha", "S"),
    ]  # fmt: skip
    assert counts(bring(event, "B;;;Dominique;un@test.example;Cheffe", headings=headings)) == (0, 1, 0, 0)
    other.refresh_from_db()
    assert other.function == "Cheffe"


def test_nobody_receives_the_name_of_somebody_else_by_a_file(there):
    event, _one, person = there
    bring(event, "A;;;Ange Fictif;ange@test.example")
    bring(event, "A;;;Ange Nouveau;ange@test.example", "A;;;ÂNGE FICTIF;ange@test.example", f"B;{SIRET};;Bob;un@test.example")
    person.refresh_from_db()
    assert (person.name, Registration.objects.get(side="A").name) == ("Camille", "Ange Fictif")
    assert Attendee.objects.get(email="ange@test.example").name == "Ange Fictif"


@pytest.mark.parametrize("line", ["A;;;Camille;un@test.example", "B;00000002600013;;Camille;un@test.example", "B;;Autre maison;Camille;un@test.example"])  # fmt: skip
def test_an_address_of_another_side_or_another_organisation_is_not_a_change(there, line):
    event = there[0]
    before = state_of(event)
    done = bring(event, line)
    assert (counts(done), "déjà celle d'une autre inscription" in done.of("rejected")[0].why) == ((0, 0, 0, 1), True)
    assert state_of(event) == before


def test_a_new_person_joins_and_what_their_line_says_of_the_participation_changes_too(there):
    event, one, _person = there
    done = bring(event, f"B;{SIRET};;Dominique;;Acier", headings="cote;siret;organisation;personne;courriel;cherche")
    assert (counts(done), done.lines[0].changes) == ((1, 0, 0, 0), (("cherche", "Tôlerie", "Acier"),))
    assert (Registration.objects.get().seeks, one.attendees.count()) == ("Acier", 2)
    assert undo(done) == 2
    assert (Registration.objects.get().seeks, one.attendees.count()) == ("Tôlerie", 1)


def test_many_changes_are_written_in_a_few_statements(there, django_assert_max_num_queries):
    event, one, _person = there
    lines = [f"B;{SIRET};;{meetings.attendee(one, name=f'Personne {n}', email='').name};;+33 {n};Acier" for n in range(30)]
    with django_assert_max_num_queries(25):
        done = bring(event, *lines, headings="cote;siret;organisation;personne;courriel;telephone;cherche")
    assert counts(done) == (0, 30, 0, 0)
    assert Attendee.objects.get(name="Personne 29").phone == "+33 29"


def test_two_lines_that_change_one_thing_apart_are_not_mixed(there):
    event = there[0]
    headings = "cote;siret;organisation;personne;courriel;cherche;fonction"
    done = bring(
        event,
        f"B;{SIRET};;Camille;un@test.example;Acier;Chef",
        f"B;{SIRET};;Camille;un@test.example;Acier;Cheffe",
        f"B;{SIRET};;Dominique;;Bois;",
        f"B;{SIRET};;Camille;un@test.example;Acier;Chef",
        headings=headings,
    )
    assert counts(done) == (0, 1, 1, 2)
    assert [line.why for line in done.of("rejected")] == [
        "« fonction » diffère de la ligne 2, pour la même personne : gardez une seule valeur.",
        "« cherche » diffère de la ligne 2, pour la même organisation : gardez une seule valeur.",
    ]


@pytest.mark.parametrize("status", ["cancelled", "refused"])
def test_who_cancelled_or_was_refused_is_neither_changed_nor_brought_back(there, status):
    event = there[0]
    Registration.objects.update(status=status)
    before = state_of(event)
    done = bring(event, f"B;{SIRET};;Camille;un@test.example", f"B;{SIRET};;Autre;autre@test.example")
    assert counts(done) == (0, 0, 0, 2)
    assert {line.why for line in done.of("rejected")} == {
        "Cette inscription a été annulée ou refusée : un fichier ne la rouvre pas, « Ajouter quelqu'un » le peut."
    }
    assert state_of(event) == before
    meetings.registration(event, "B", siret=SIRET, people=0)  # who registered again is there
    assert counts(bring(event, f"B;{SIRET};;Camille;un@test.example")) == (1, 0, 0, 0)


def test_who_was_erased_is_not_known_and_what_a_file_had_changed_of_them_is_forgotten(there):
    event, one, person = there
    meetings.attendee(one)
    headings = "cote;siret;organisation;personne;courriel;fonction;cherche"
    done = bring(event, f"B;{SIRET};;Camille;un@test.example;Chef;Acier", headings=headings)
    assert set(done.batch.former) == {f"a{person.pk}", f"r{one.pk}"}
    personal_data.erase_attendee(attendee=person, by=person, now=NOW)
    assert set(ImportBatch.objects.get().former) == {f"r{one.pk}"}
    assert undo(done) == 1
    assert (Attendee.objects.get(pk=person.pk).name, Registration.objects.get().seeks) == ("", "Tôlerie")
    alone = bring(event, "A;;;Ange;ange@test.example").batch.registrations.get()
    bring(event, "A;;;Ange;ange@test.example;;Acier", headings=headings)
    assert ImportBatch.objects.filter(former__has_key=f"r{alone.pk}").exists()
    personal_data.erase_attendee(attendee=meetings.first(alone), by=meetings.first(alone), now=NOW)
    assert not ImportBatch.objects.filter(former__has_key=f"r{alone.pk}").exists()


def test_what_a_file_had_changed_is_told_to_the_person_and_goes_with_them_or_with_the_file(there):
    event, one, person = there
    other = meetings.attendee(one, name="Dominique", email="")
    headings = "cote;siret;organisation;personne;courriel;fonction"
    done = bring(event, f"B;{SIRET};;Camille;un@test.example;Chef", f"B;{SIRET};;Dominique;;Chef", headings=headings)
    (told,) = personal_data.about(attendee=person)["changed_by_files"]
    assert (told["file"], told["person"], told["participation"]) == ("a.csv", {"function": [person.function, "Chef"]}, {})
    attending.remove_person(attendee=other, by=person, now=NOW)
    assert set(ImportBatch.objects.get().former) == {f"a{person.pk}"}
    joined = bring(event, f"B;{SIRET};;Sacha;;Chef", headings=headings)
    later = bring(event, f"B;{SIRET};;Sacha;;Cheffe", headings=headings)
    for batch in (joined, done):
        undo(batch)
        batch.batch.refresh_from_db()
        assert batch.batch.former == {}
    later.batch.refresh_from_db()
    assert (later.batch.former, personal_data.about(attendee=person)["changed_by_files"]) == ({}, [])


def test_what_a_file_had_changed_is_forgotten_after_the_event(there):
    event = there[0]
    bring(event, f"B;{SIRET};;Camille;un@test.example;Chef", headings="cote;siret;organisation;personne;courriel;fonction")
    day = event.ends_on + timedelta(days=31)
    retain_share(as_of=day, now=NOW, dry_run=False)
    assert ImportBatch.objects.get().former == {}


def test_the_way_back_leaves_what_changed_since_and_who_has_gone(there):
    event, one, person = there
    headings = "cote;siret;organisation;personne;courriel;fonction;telephone;cherche"
    done = bring(event, f"B;{SIRET};;Camille;un@test.example;Chef;+33 1;Acier", headings=headings)
    Attendee.objects.update(function="Directrice")
    assert undo(done) == 2
    person.refresh_from_db()
    assert (person.function, person.phone) == ("Directrice", "")
    again = bring(event, f"B;{SIRET};;Camille;un@test.example;;;Acier", headings=headings)
    attending.cancel_registration(registration=one, by=person, now=NOW)
    assert undo(again) == 0
    assert Registration.objects.get().seeks == "Acier"


def test_files_that_change_one_thing_are_taken_back_from_the_last_to_the_first(there):
    event = there[0]
    headings = "cote;siret;organisation;personne;courriel;fonction;telephone"
    before = state_of(event)
    first, last, apart = (bring(event, f"B;{SIRET};;Camille;un@test.example;{cells}", headings=headings) for cells in ("Chef;", "Directeur;", ";+33 1"))  # fmt: skip
    with pytest.raises(Refused, match="fiches changées par un fichier plus récent : 1"):
        undo(first)
    for done in (last, first, apart):
        assert undo(done) == 1
    assert state_of(event) == before


def test_absences_do_not_change_behind_a_timetable_that_was_told(there):
    event, _one, person = there
    headings = "cote;siret;organisation;personne;courriel;creneaux_absents"
    early = bring(event, f"B;{SIRET};;Camille;un@test.example;1", headings=headings)
    event.state = "published"
    event.save()
    done = bring(event, f"B;{SIRET};;Camille;un@test.example;2", headings=headings)
    assert [line.why for line in done.of("rejected")] == [
        "Le planning est publié : videz « creneaux_absents », et annoncez l'absence depuis « Jour J »."
    ]
    assert counts(bring(event, f"B;{SIRET};;Camille;un@test.example;1", headings=headings)) == (0, 0, 1, 0)
    with pytest.raises(Refused, match="disponibilités dans le planning publié : 1"):
        undo(early)
    person.refresh_from_db()
    assert person.absent_slots == [0]


def test_somebody_who_would_be_there_at_no_slot_is_not_changed(there):
    done = bring(
        there[0], f"B;{SIRET};;Camille;un@test.example;1-6", headings="cote;siret;organisation;personne;courriel;creneaux_absents"
    )
    assert "aucun créneau" in done.of("rejected")[0].why


def test_a_group_grows_while_there_is_room_and_frees_places_when_it_shrinks():
    event = meetings.event(kind="visits", max_people=30)
    group, other = (
        meetings.attendee(meetings.registration(event, "B", people=0, name=name), group_size=14) for name in ("Un", "Deux")
    )
    waiting = meetings.registration(event, "B", status="waiting")

    def grow(*lines):
        return bring(event, *lines, headings="cote;organisation;personne;courriel;taille_groupe")

    said = "B;{one.registration.name};{one.name};{one.email};{size}"
    done = grow(said.format(one=group, size=16), said.format(one=other, size=15))
    assert (counts(done), "complet" in done.of("rejected")[0].why) == ((0, 1, 0, 1), True)
    waiting.refresh_from_db()
    assert waiting.status == "waiting"
    grow(said.format(one=group, size=10))
    waiting.refresh_from_db()
    assert waiting.status == "accepted"


def test_groups_that_grow_and_people_who_join_share_the_same_room():
    event = meetings.event(kind="visits", max_people=6)
    one = meetings.registration(event, "B", people=0, name="Un")
    group = meetings.attendee(one, group_size=4)
    waiting = meetings.registration(event, "B", status="waiting", people=2)

    def bring_sizes(*sizes):
        lines = [f"B;Un;{name};{group.email if name == group.name else ''};{size}" for name, size in sizes]
        return bring(event, *lines, headings="cote;organisation;personne;courriel;taille_groupe")

    done = bring_sizes(("Sacha", 1), (group.name, 6), (group.name, 5), ("Ange", 1))
    assert (counts(done), ["complet" in line.why for line in done.of("rejected")]) == ((1, 1, 0, 2), [True, True])
    done = bring_sizes((group.name, 3), ("Ange", 2))  # those who join have what the group leaves
    waiting.refresh_from_db()
    assert (counts(done), waiting.status, taken(event=event)) == ((1, 1, 0, 0), "waiting", 6)


def test_a_group_does_not_grow_back_over_those_who_entered_since():
    event = meetings.event(kind="visits", max_people=6)
    group = meetings.attendee(meetings.registration(event, "B", people=0, name="Un"), group_size=6)
    waiting = meetings.registration(event, "B", status="waiting", people=2)
    done = bring(event, f"B;Un;{group.name};{group.email};4", headings="cote;organisation;personne;courriel;taille_groupe")
    waiting.refresh_from_db()
    before = state_of(event)
    with pytest.raises(Refused, match="places prises depuis : 2"):
        undo(done)
    assert (waiting.status, state_of(event)) == ("accepted", before)
    waiting.delete()
    assert undo(done) == 1
    assert taken(event=event) == 6


# -- on screen ---------------------------------------------------------------------------------------------------------
def test_the_organiser_reads_what_changes_confirms_it_and_takes_it_back(client):
    adviser = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=adviser)
    one = meetings.registration(event, "B", name="Atelier", siret=SIRET, seeks="Tôlerie <b>", presentation="")
    client.force_login(adviser)
    page, person = reverse("meetings:desk_import", args=[event.slug]), meetings.first(one)
    content = people_csv(
        f"B;{SIRET};;{person.name};{person.email};Acier;Nous",
        headings="cote;siret;organisation;personne;courriel;cherche;presentation",
    )
    trial = client.post(page, {"type": "people", "fichier": SimpleUploadedFile("a.csv", content)})
    assert "cherche : « <bdi>Tôlerie &lt;b&gt;</bdi> » devient « <bdi>Acier</bdi> »" in trial.text
    assert "presentation : « <bdi>Nous</bdi> »" in trial.text
    assert "Importer cette ligne" in trial.text
    assert 'name="tell"' not in trial.text
    done = client.post(page, {"act": "confirm", "kind": "people", "seal": trial.context["seal"]}, follow=True)
    assert "1 ligne est importée." in done.text
    assert "redevient comme avant" in done.text
    one.refresh_from_db()
    assert one.seeks == "Acier"
    assert "1 fiche est retirée" in client.post(done.request["PATH_INFO"], follow=True).text
    one.refresh_from_db()
    assert one.seeks == "Tôlerie <b>"

"""The pages to change one's participation, and the organiser's list and files."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.meetings.models import Attendee, ImportBatch, Letter, Registration
from ensembleur.meetings.queries.links import token_of
from tests.factories import accounts, meetings, sites
from tests.meetings.registering.told import people_csv

pytestmark = pytest.mark.django_db
QUERIES = 12


def url(name, *args):
    return reverse(f"meetings:{name}", args=args)


@pytest.fixture
def adviser():
    return accounts.person(Role.ADVISER, "95")


@pytest.fixture
def desk(client, adviser):
    client.force_login(adviser)
    return client


# -- one's own page ----------------------------------------------------------------------------------------------------
@pytest.fixture
def mine(client):
    """A participation of two people, the browser of the first."""
    registration = meetings.registration(meetings.event(max_people=2), people=2)
    client.get(url("open_link", token_of(meetings.first(registration))))
    return registration


def test_a_private_link_opens_ones_page_and_a_false_one_nothing(client):
    registration = meetings.registration(meetings.event(), status="waiting", people=2)
    assert client.get(url("open_link", token_of(meetings.first(registration)))).status_code == 302
    assert "Vous êtes à la place 1" in client.get(url("my_profile", registration.event.slug)).text
    assert client.get(url("open_link", "faux")).status_code == 404


def test_a_participation_is_changed_on_its_page(client, mine):
    answer = client.post(url("my_profile", mine.event.slug), {"nom": "Nouveau", "cherche": "x", "liste": ""}, follow=True)
    assert "enregistré" in answer.text
    mine.refresh_from_db()
    assert (mine.name, mine.is_listed) == ("Nouveau", False)
    answer = client.post(url("my_profile", mine.event.slug), {"nom": "Un\u202eX"})
    assert (answer.status_code, "retourne le texte" in answer.text) == (400, True)


def test_a_person_is_changed_and_added_on_the_page(client, mine):
    slug, me = mine.event.slug, meetings.first(mine)
    said = {
        "nom": "Autre",
        "courriel": "autre@test.example",
        "langue": "fr",
        "creneaux": ["1"],
        "sans_marche": "on",
        "accord": "on",
    }
    client.post(url("my_person", slug, me.pk), said)
    me.refresh_from_db()
    assert (me.name, me.step_free, me.absent_slots) == ("Autre", True, [0, 2, 3, 4, 5])
    assert 'value="Autre"' in client.get(url("my_person", slug, me.pk)).text
    answer = client.post(url("my_new_person", slug), {**said, "courriel": ""})
    assert "L&#x27;événement est complet" in answer.text
    assert client.post(url("my_new_person", slug), {}).status_code == 400


def test_what_one_decides_on_ones_page(client, mine):
    slug, (me, other) = mine.event.slug, mine.attendees.order_by("pk")

    def act(word, person=me):
        return client.post(url("my_act", slug, person.pk), {"act": word}, follow=True)

    assert "Le lien privé est envoyé" in act("send").text
    assert "déjà parti" in act("send").text
    old = token_of(me)
    assert "Les anciens liens" in act("renew").text  # and this browser is still at home
    assert client.get(url("open_link", old)).status_code == 404
    assert "n&#x27;est plus inscrite" in act("remove", other).text
    assert "seule personne" in act("remove").text
    assert act("danser").status_code == 404
    told = client.get(url("my_data", slug))
    assert json.loads(told.content)["person"]["name"] == me.name
    assert "annulée" in act("cancel").text
    mine.refresh_from_db()
    assert mine.status == "cancelled"


def test_one_erases_oneself_on_ones_page(client, mine):
    me = meetings.first(mine)
    answer = client.post(url("my_act", mine.event.slug, me.pk), {"act": "erase"}, follow=True)
    assert "vos données sont effacées" in answer.text
    assert Attendee.objects.get(pk=me.pk).name == ""
    assert client.get(url("my_profile", mine.event.slug)).status_code == 404


# -- the organiser's list ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(desk, adviser, count, django_assert_num_queries):
    event = meetings.event(by=adviser)
    for _ in range(count):
        meetings.registration(event, people=2)
    desk.get(url("desk_people", event.slug))
    with django_assert_num_queries(QUERIES):
        answer = desk.get(url("desk_people", event.slug))
    assert len(answer.context["rows"]) == count


def test_the_list_is_looked_through(desk, adviser):
    event = meetings.event(by=adviser)
    buyer = meetings.registration(event, "A", name="Acheteur", siret="00000001800010", presentation="Nous")
    asked = meetings.registration(event, "B", name="Demandeur", status="requested", people=0, seeks="")
    meetings.attendee(asked, name="Zoé", email="", consented_at=None)
    meetings.wish(buyer, asked)
    for query, names in (
        ({}, ["Acheteur", "Demandeur"]), ({"q": "zo"}, ["Demandeur"]), ({"q": "000 000 018"}, ["Acheteur"]), ({"cote": "A"}, ["Acheteur"]),
        ({"statut": "requested"}, ["Demandeur"]), ({"manque": "wishes"}, ["Demandeur"]), ({"manque": "profile"}, ["Demandeur"]),
        ({"manque": "address"}, ["Demandeur"]), ({"manque": "consent"}, ["Demandeur"]), ({"statut": "???"}, ["Acheteur", "Demandeur"]),
    ):  # fmt: skip
        answer = desk.get(url("desk_people", event.slug), query)
        assert [row[0].name for row in answer.context["rows"]] == names, query
        export = desk.get(url("desk_people_export", event.slug), query).content.decode()
        assert ("Acheteur" in export) == ("Acheteur" in names), query
    assert "Aucune inscription ici" in desk.get(url("desk_people", event.slug), {"q": "zzz"}).text


def test_many_are_decided_at_once_from_the_list(desk, adviser):
    event = meetings.event(by=adviser, max_people=1)
    asked = [meetings.registration(event, status="requested") for _ in range(2)]
    done = meetings.registration(event, status="cancelled")
    chosen = [str(one.pk) for one in [*asked, done]]
    answer = desk.post(url("desk_people", event.slug), {"chosen": [*chosen, "x"], "act": "accepted"}, follow=True)
    assert "1 inscription décidée" in answer.text
    assert "1 attend : l&#x27;événement est complet" in answer.text
    assert "1 ne peut pas passer" in answer.text
    answer = desk.post(url("desk_people", event.slug), {"act": "accepted"}, follow=True)
    assert "Rien n&#x27;a changé" in answer.text


def test_needs_leave_in_a_file_of_their_own(desk, adviser):
    event = meetings.event(by=adviser)
    meetings.attendee(meetings.registration(event), needs_note="=Chaise")
    assert "Chaise" not in desk.get(url("desk_people_export", event.slug)).content.decode()
    assert "'=Chaise" in desk.get(url("desk_people_export", event.slug), {"quoi": "besoins"}).content.decode()


def test_an_organiser_adds_somebody(desk, adviser):
    event, site = meetings.event(by=adviser, state="timetable"), sites.site()
    said = {
        "origine": "company", "siret": site.siret, "cote": "B", "nom": "Retardataire", "p-nom": "Camille", "p-courriel": "c@test.example",
        "p-langue": "fr", "p-creneaux": ["0"], "pays": "FR",
    }  # fmt: skip
    answer = desk.post(url("desk_add", event.slug), said, follow=True)
    assert "Retardataire" in answer.text
    assert Registration.objects.get().commune == "95018"
    answer = desk.post(url("desk_add", event.slug), said)
    assert "déjà inscrit" in answer.text
    assert desk.post(url("desk_add", event.slug), {}).status_code == 400
    assert desk.get(url("desk_add", event.slug)).status_code == 200
    desk.post(url("desk_add", event.slug), {**said, "siret": "", "nom": "Autre", "p-courriel": ""})
    assert Registration.objects.get(name="Autre").siret == ""


def test_the_page_of_a_participation_shows_people_needs_and_gives_tables(desk, adviser):
    event = meetings.event(by=adviser)
    one = meetings.registration(event, name="<script>alert(1)</script>", people=0)
    person = meetings.attendee(one, needs_note="Chaise haute", absent_slots=[1], interpreter="LSF", consented_at=None)
    answer = desk.get(url("desk_participation", event.slug, one.pk))
    assert "<script>alert(1)" not in answer.text
    assert "Chaise haute" in answer.text
    assert "Absent : 09:20" in answer.text
    table = event.places.first()
    answer = desk.post(
        url("desk_person_act", event.slug, person.pk), {"act": "home", "place": table.pk, "recoit": "on"}, follow=True
    )
    person.refresh_from_db()
    assert (person.home, person.is_host) == (table, True)
    desk.post(url("desk_person_act", event.slug, person.pk), {"act": "home", "place": "999999"}, follow=True)
    answer = desk.post(url("desk_person_act", event.slug, person.pk), {"act": "remove"}, follow=True)
    assert "seule personne" in answer.text
    assert "Le lien privé" in desk.post(url("desk_person_act", event.slug, person.pk), {"act": "send"}, follow=True).text
    desk.post(url("desk_participation", event.slug, one.pk), {"act": "refused"})
    one.refresh_from_db()
    assert one.status == "refused"


def test_an_organiser_changes_a_person_as_they_would(desk, adviser):
    event = meetings.event(by=adviser)
    one = meetings.registration(event)
    person = meetings.first(one)
    said = {"nom": "Autre", "courriel": "", "langue": "fr", "creneaux": ["0"], "accord": "on"}
    assert desk.get(url("desk_person", event.slug, person.pk)).status_code == 200
    desk.post(url("desk_person", event.slug, person.pk), said)
    desk.post(url("desk_new_person", event.slug, one.pk), {**said, "nom": "Nouvelle"})
    assert list(one.attendees.order_by("pk").values_list("name", flat=True)) == ["Autre", "Nouvelle"]


def test_somebody_who_welcomes_people_reads_the_list_and_changes_nothing(client):
    event, officer = meetings.event(), accounts.person(Role.OFFICER, "95")
    meetings.staff(event, officer)
    one = meetings.registration(event, people=0)
    meetings.attendee(one, needs_note="Chaise haute")
    client.force_login(officer)
    assert one.name in client.get(url("desk_people", event.slug)).text
    answer = client.get(url("desk_participation", event.slug, one.pk))
    assert "Chaise haute" not in answer.text
    assert "Refuser" not in answer.text


# -- files -------------------------------------------------------------------------------------------------------------
def send(desk, event, content, kind="people"):
    return desk.post(url("desk_import", event.slug), {"type": kind, "fichier": SimpleUploadedFile("a.csv", content)})


def seal_of(answer):
    return re.search(r'name="seal" value="([^"]+)"', answer.text)[1]


def test_a_file_is_tried_confirmed_and_taken_back(desk, adviser):
    event = meetings.event(by=adviser)
    trial = send(desk, event, people_csv("B;;Un;Camille;un@test.example", "C;;<b>;Ange;"))
    assert "est encore enregistré" in trial.text
    assert "&lt;b&gt;" in trial.text
    sealed = {"seal": seal_of(trial), "kind": "people"}
    rejects = desk.post(url("desk_import", event.slug), {**sealed, "act": "rejects"}).content.decode()
    assert "ne connaît pas « C »" in rejects
    assert not Registration.objects.exists()
    answer = desk.post(url("desk_import", event.slug), {**sealed, "act": "confirm", "tell": "on"}, follow=True)
    assert "1 ligne est importée" in answer.text
    assert Letter.objects.count() == 1
    answer = desk.post(url("desk_import", event.slug), {**sealed, "act": "confirm"}, follow=True)
    assert "Rien à importer" in answer.text
    batch = ImportBatch.objects.get()
    assert "a.csv" in desk.get(url("desk_import", event.slug)).text
    assert "1 fiche est retirée" in desk.post(url("desk_batch", event.slug, batch.pk), follow=True).text
    assert "déjà été retiré" in desk.post(url("desk_batch", event.slug, batch.pk), follow=True).text


def test_a_file_that_cannot_be_read_says_why(desk, adviser):
    event = meetings.event(by=adviser)
    assert "titres des colonnes" in send(desk, event, b"n'importe quoi").text
    assert "dépasse 3 Mo" in send(desk, event, b"a" * 3_000_001).text
    assert desk.post(url("desk_import", event.slug), {}).status_code == 400
    answer = desk.post(url("desk_import", event.slug), {"act": "confirm", "kind": "people", "seal": "faux"})
    assert "Rien n&#x27;a été importé" in answer.text
    trial = send(desk, event, people_csv("B;;Un;Camille;"))
    event.state = "closed"
    event.save()
    answer = desk.post(url("desk_import", event.slug), {"act": "confirm", "kind": "people", "seal": seal_of(trial)}, follow=True)
    assert "événement est terminé" in answer.text


def test_models_to_fill_are_given(desk, adviser):
    event = meetings.event(by=adviser)
    assert "organisation;" in desk.get(url("desk_import_template", event.slug, "people")).content.decode()
    assert "de;vers" in desk.get(url("desk_import_template", event.slug, "wishes")).content.decode()
    assert desk.get(url("desk_import_template", event.slug, "autre")).status_code == 404

"""The pages to register, to change one's participation, and the organiser's list and files."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.meetings.models import Attendee, ImportBatch, Letter, Registration
from ensembleur.meetings.queries.links import token_of
from tests.factories import accounts, meetings, sites, territory
from tests.meetings.registering.told import people_csv

pytestmark = pytest.mark.django_db
QUERIES = 12


def url(name, *args):
    return reverse(f"meetings:{name}", args=args)


def typed(**fields):
    """What a browser sends for the second step, one person."""
    slots = {"p-0-creneaux": ["0", "1", "2", "3", "4", "5"]}
    return {
        "cote": "B", "nom": "Atelier fictif", "cherche": "Tôlerie", "propose": "", "presentation": "", "p-TOTAL_FORMS": "1",
        "p-INITIAL_FORMS": "0", "p-0-nom": "Camille Fictive", "p-0-courriel": "camille@test.example", "p-0-langue": "fr", **slots,
        "accord": "on", "liste": "on", **fields,
    }  # fmt: skip


@pytest.fixture
def adviser():
    return accounts.person(Role.ADVISER, "95")


@pytest.fixture
def desk(client, adviser):
    client.force_login(adviser)
    return client


# -- registering -------------------------------------------------------------------------------------------------------
def test_the_first_step_asks_who_and_the_second_is_filled_from_the_register(client):
    event, site = meetings.event(), sites.site()
    answer = client.get(url("register", event.slug))
    assert "Aucun compte" in answer.text
    answer = client.get(url("register", event.slug), {"origine": "company", "siret": "123"})
    assert answer.status_code == 400
    assert "il faut 14 chiffres" in answer.text
    answer = client.get(url("register", event.slug), {"origine": "company", "siret": f"{site.siret[:9]} {site.siret[9:]}"})
    assert "Trouvé au registre" in answer.text
    assert (
        'value="CH" id="id_secteurs_8" class="form-check-input" checked' in answer.text.replace("  ", " ")
        or "checked" in answer.text
    )


def test_a_person_in_partial_diffusion_is_not_named(client):
    hidden = territory.establishment(territory.unit(name="SECRET", legal_form="1000", diffusion="P"), diffusion="P")
    answer = client.get(url("register", meetings.event().slug), {"origine": "company", "siret": hidden.siret})
    assert "SECRET" not in answer.text
    assert "ne sont pas montrés" in answer.text


def test_a_visitor_registers_and_is_told_that_a_letter_leaves(client):
    event, site = meetings.event(), sites.site()
    address = f"{url('register', event.slug)}?origine=company&siret={site.siret}"
    answer = client.post(address, typed(secteurs=["CH"]), follow=True)
    assert answer.redirect_chain == [(f"{url('register', event.slug)}?recu=1", 302)]
    assert "Votre demande est reçue" in answer.text
    assert "contact@test.example" in answer.text
    held = Registration.objects.get()
    assert (held.siret, held.commune, held.sectors, held.is_listed) == (site.siret, "95018", ["24", "25"], True)
    assert Attendee.objects.get().absent_slots == []
    assert client.get(url("my_profile", event.slug)).status_code == 404  # only the letter opens it


def test_an_organism_abroad_says_its_country_and_a_person_their_name(client):
    event = meetings.event(kind="job_dating")
    address = url("register", event.slug)
    client.post(f"{address}?origine=abroad", typed(pays="BE"))
    client.post(
        f"{address}?origine=person",
        typed(**{"p-0-courriel": "x@test.example", "metiers": "h2903; H2912", "contrats": ["permanent"]}),
    )
    told = list(Registration.objects.order_by("pk").values_list("origin", "country", "occupations"))
    assert told == [("abroad", "BE", []), ("person", "FR", ["H2903", "H2912"])]


def test_the_form_keeps_what_was_typed_and_says_what_to_mend(client):
    event = meetings.event(kind="job_dating")
    address = f"{url('register', event.slug)}?origine=person"
    many = " ".join(f"H29{n:02d}" for n in range(11))
    for change, words in (
        ({"accord": ""}, "Sans cet accord"),
        ({"site_web": "http://x"}, "que seules les machines remplissent"),
        ({"p-0-courriel": "?"}, "adresse de courriel valide"),
        ({"p-0-creneaux": []}, "aucun créneau"),
        ({"metiers": "soudeur"}, "pas un code ROME"),
        ({"metiers": many}, "Dix métiers au plus"),
    ):
        answer = client.post(address, typed(**change))
        assert answer.status_code == 400
        assert words in answer.text, words
        assert "Camille Fictive" in answer.text
    assert not Registration.objects.exists()


def test_one_more_person_is_added_to_the_page_without_losing_what_was_typed(client):
    event = meetings.event()
    address = f"{url('register', event.slug)}?origine=person"
    answer = client.post(address, typed(act="one_more", accord=""))
    assert answer.status_code == 200
    assert "Personne 2" in answer.text
    assert "Camille Fictive" in answer.text
    assert "à corriger" not in answer.text
    second = {"p-1-nom": "Dominique", "p-1-courriel": "d@test.example", "p-1-langue": "en", "p-1-creneaux": ["1"]}
    blank = {"p-TOTAL_FORMS": "3", "p-2-langue": "fr", "p-2-creneaux": list("012345")}
    client.post(address, typed(**second, **blank))
    assert [one.absent_slots for one in Attendee.objects.order_by("pk")] == [[], [0, 2, 3, 4, 5]]  # the third is left blank


@pytest.mark.parametrize("email", ["camille@test.example", "autre@test.example", ""])
def test_a_page_says_the_same_to_somebody_known_and_to_anybody(client, email):
    site = sites.site()
    held = meetings.registration(meetings.event(title="Forum fictif"), people=0, siret=site.siret)
    meetings.attendee(held, name="Nom caché", email=email)
    answers = []
    for event in (held.event, meetings.event(title="Forum fictif")):
        answer = client.post(f"{url('register', event.slug)}?origine=company&siret={site.siret}", typed(), follow=True)
        assert len(answer.redirect_chain) == 1
        answers.append(answer.text.replace(event.slug, "?"))
    assert answers[0] == answers[1]
    assert (held.event.registrations.count(), Letter.objects.count()) == (1, 2)
    assert set(Letter.objects.filter(event=held.event).values_list("attendee__email", flat=True)) == {email}


def test_an_account_that_registers_itself_arrives_on_its_own_page(client):
    account, event = accounts.user(email="camille@test.example"), meetings.event()
    client.force_login(account)
    for words in ("C&#x27;est enregistré.", "Votre inscription existait déjà"):
        answer = client.post(f"{url('register', event.slug)}?origine=person", typed(), follow=True)
        assert answer.redirect_chain == [(url("my_profile", event.slug), 302)]
        assert words in answer.text
    other = typed(**{"p-0-courriel": "autre@test.example"})
    answer = client.post(f"{url('register', event.slug)}?origine=person", other, follow=True)
    assert answer.redirect_chain == [(f"{url('register', event.slug)}?recu=1", 302)]
    assert Registration.objects.count() == 2


def test_an_event_that_is_closed_says_so(client):
    answer = client.get(url("register", meetings.event(state="day").slug))
    assert "Les inscriptions sont closes" in answer.text


def test_an_event_without_slots_asks_for_no_availability(client):
    event = meetings.event(kind="tour", slots=0, two_sided=True)
    answer = client.get(f"{url('register', event.slug)}?origine=school")
    assert "p-0-creneaux" not in answer.text
    client.post(f"{url('register', event.slug)}?origine=school", typed(**{"p-0-taille": "25", "p-0-age": "14"}))
    assert (Attendee.objects.get().group_size, Attendee.objects.get().group_age) == (25, 14)


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

"""The pages to register without an account: two short steps, then one page that says nothing of who is known."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ensembleur.meetings.models import Attendee, Letter, Registration
from tests.factories import accounts, meetings, sites, territory

pytestmark = pytest.mark.django_db


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

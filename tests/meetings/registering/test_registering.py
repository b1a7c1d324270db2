"""Anybody registers without an account; organisers add people; a full event makes people wait, in order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings.models import Attendee, Letter, Registration
from ensembleur.meetings.queries.links import token_of
from ensembleur.meetings.services import registering
from ensembleur.meetings.services.registering import fill_freed_places, register_for, register_publicly
from tests.factories import accounts, meetings
from tests.factories.meetings import NOW
from tests.meetings.registering.told import coming, told

pytestmark = pytest.mark.django_db


def register(event, name="Atelier fictif", email="camille@test.example", now=NOW, people=None, **fields):
    return register_publicly(event=event, told=told(name, **fields), people=people or [coming(email=email)], now=now)


# -- anybody -----------------------------------------------------------------------------------------------------------
def test_a_visitor_registers_and_receives_a_private_link():
    event = meetings.event()
    made = register(event, siret="", seeks="Tôlerie", sectors=("25",))
    held = Registration.objects.get()
    assert (made.is_new, held.status, held.seeks, held.sectors, held.decided_at) == (True, "requested", "Tôlerie", ["25"], None)
    person = Attendee.objects.get()
    assert (person.name, person.consented_at, person.user) == ("Camille Fictive", NOW, None)
    letter = Letter.objects.get()
    assert token_of(person) in letter.body
    assert letter.body.startswith("Bonjour Camille Fictive,")
    assert len(letter.short) <= 160
    assert letter.short.endswith(token_of(person) + "/")
    act = Act.objects.get()
    assert (act.who, act.verb) == ("public:registration", "register")
    assert "Camille" not in str(act.after)  # nothing in the journal can be erased


def test_the_letter_speaks_the_language_of_its_reader():
    event = meetings.event(needs_approval=False)
    register(event, people=[coming(language="en")])
    assert Letter.objects.get().attendee.language == "en"


def test_without_approval_one_is_accepted_at_once():
    register(meetings.event(needs_approval=False))
    assert Registration.objects.get().status == "accepted"


def test_the_account_of_whoever_fills_the_form_is_tied_to_the_person_of_its_address():
    account = accounts.user(email="elle@test.example")
    people = [coming(email="lui@test.example"), coming(email="Elle@test.example")]
    register_publicly(event=meetings.event(), told=told(), people=people, now=NOW, account=account)
    assert [one.user for one in Attendee.objects.order_by("pk")] == [None, account]
    assert Act.objects.get().who == f"user:{account.pk}"


def test_an_establishment_registers_once_a_side_and_its_link_goes_to_the_known_address_only():
    event = meetings.event()
    first = register(event, siret="00000001800010", email="connue@test.example").registration
    again = register(event, name="Autre nom", siret="00000001800010", email="inconnue@test.example", now=NOW + timedelta(days=1))
    assert (again.is_new, again.registration) == (False, first)
    assert (Registration.objects.count(), Attendee.objects.count()) == (1, 1)
    assert [letter.attendee.email for letter in Letter.objects.all()] == ["connue@test.example"] * 2
    assert register(event, siret="00000001800010", email="tierce@test.example", side="A").is_new


def test_an_address_registers_once_an_event_and_is_written_once_a_day():
    event = meetings.event()
    register(event)
    for _ in range(3):
        assert not register(event, name="Autre", email="CAMILLE@test.example").is_new
    assert Letter.objects.count() == 2
    assert register(meetings.event()).is_new


def test_whoever_cancelled_registers_again():
    event = meetings.event()
    held = register(event, siret="00000001800010").registration
    Registration.objects.filter(pk=held.pk).update(status="cancelled")
    assert register(event, siret="00000001800010").is_new


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "pas encore ouvertes"), ("timetable", "Les inscriptions sont closes"), ("closed", "est terminé"),
        ("cancelled", "est annulé"),
    ],
)  # fmt: skip
def test_an_event_that_takes_nobody_says_so(state, words):
    with pytest.raises(Refused, match=words):
        register(meetings.event(state=state))


def test_after_the_deadline_one_writes_to_the_organiser():
    event = meetings.event(registration_closes_at=NOW)
    with pytest.raises(Refused, match=r"écrivez à l'organisateur \(contact@test.example\)"):
        register(event)
    assert register(event, now=NOW - timedelta(minutes=1)).is_new


def test_a_day_holds_so_many_registrations(monkeypatch):
    monkeypatch.setattr(registering, "PER_DAY", 2)
    event = meetings.event()
    register(event, email="un@test.example")
    register(event, email="deux@test.example")
    with pytest.raises(Refused, match="Trop d'inscriptions"):
        register(event, email="trois@test.example")
    with pytest.raises(Refused, match="Trop d'inscriptions"):
        register(event, email="un@test.example")  # known or not, the same answer
    assert register(event, email="trois@test.example", now=NOW + timedelta(days=1)).is_new


def test_an_address_registers_so_many_times_a_day(monkeypatch):
    monkeypatch.setattr(registering, "PER_ADDRESS", 1)
    register(meetings.event())
    with pytest.raises(Refused, match="Trop d'inscriptions"):
        register(meetings.event())
    assert register_publicly(event=meetings.event(), told=told(), people=[coming(email="")], now=NOW).is_new


# -- what cannot be kept -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"side": "C"}, "Choisissez comment vous participez : Donneur d'ordres, Sous-traitant ou fournisseur"),
        ({"siret": "12345678901234"}, "clé de contrôle"),
        ({"name": "\u200b "}, "nom de l'organisation » est vide"),
        ({"name": "a" * 161}, "161 caractères : 160 au plus"),
        ({"name": "Nul\x00"}, "caractère illisible"),
        ({"name": "Deux\nlignes"}, "une seule ligne"),
        ({"seeks": "a\u202eb"}, "ce que vous cherchez » contient un caractère invisible"),
    ],
)
def test_what_a_participation_says_is_refused_with_one_sentence(fields, words):
    with pytest.raises(BadInput, match=words):
        register(meetings.event(), **{"name": "Atelier", **fields})
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (coming(name=""), "nom de la personne » est vide"),
        (coming(needs_note="a" * 501), "autre besoin » a 501"),
        (coming(absent_slots=(0, 1, 2, 3, 4, 5)), "Camille Fictive n'est disponible à aucun créneau"),
    ],
)
def test_what_is_said_of_a_person_is_refused_with_one_sentence(person, words):
    with pytest.raises(BadInput, match=words):
        register(meetings.event(), people=[person])


def test_a_participation_has_one_to_twenty_people():
    event = meetings.event()
    for people in ([], [coming()] * 21):
        with pytest.raises(BadInput, match="de 1 à 20"):
            register_publicly(event=event, told=told(), people=people, now=NOW)


# -- a full event ------------------------------------------------------------------------------------------------------
def test_who_no_longer_fits_waits_and_nobody_passes_before_them():
    event = meetings.event(needs_approval=False, max_people=3)
    register(event, email="un@test.example", people=[coming(email="un@test.example", group_size=2)])
    big = register(event, people=[coming(email="deux@test.example", group_size=2)]).registration
    small = register(event, email="trois@test.example").registration
    assert [one.status for one in Registration.objects.order_by("pk")] == ["accepted", "waiting", "waiting"]
    assert "liste d'attente" in Letter.objects.get(attendee__registration=big).body
    event.max_people = 4
    assert fill_freed_places(event=event, now=NOW) == [big]
    small.refresh_from_db()
    assert small.status == "waiting"
    event.max_people = None
    assert fill_freed_places(event=event, now=NOW) == [small]


# -- organisers --------------------------------------------------------------------------------------------------------
def test_an_organiser_adds_somebody_after_the_end_of_registrations():
    adviser = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=adviser, state="published")
    made = register_for(event=event, told=told(), people=[coming()], agrees=False, by=adviser, now=NOW)
    assert (made.status, made.attendees.get().consented_at) == ("accepted", None)
    with pytest.raises(Refused, match="déjà inscrit"):
        register_for(event=event, told=told("Autre"), people=[coming()], agrees=True, by=adviser, now=NOW)
    with pytest.raises(NotAllowed):
        register_for(event=event, told=told(), people=[coming()], agrees=True, by=accounts.user(), now=NOW)


def test_nobody_is_added_to_an_event_that_is_over():
    adviser = accounts.person(Role.ADVISER, "95")
    with pytest.raises(Refused, match="terminé"):
        register_for(
            event=meetings.event(by=adviser, state="closed"), told=told(), people=[coming()], agrees=True, by=adviser, now=NOW
        )

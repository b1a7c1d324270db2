"""An event in a real browser, from its creation to what its meetings led to: a forum by keyboard alone, its participant on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ensembleur.accounts.choices import Role
from ensembleur.meetings.choices import EventState, ProposalState
from ensembleur.meetings.models import Attendee, Event, Meeting, Outcome, Placement, Proposal, Version, Wish
from ensembleur.meetings.queries.links import token_of
from ensembleur.periods import paris_day
from ensembleur.strategy.engine.registry import Reading, measure_named
from ensembleur.territory.services.places import load_places
from tests.browser.keys import Keys, at
from tests.factories import accounts, meetings

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PEOPLE = """cote;organisation;personne;courriel;cherche;propose;accord
A;Atelier Fictif Un;Ada Fictive;ada@test.example;Tôlerie;;oui
A;Atelier Fictif Deux;Basile Fictif;basile@test.example;Usinage;;oui
A;Atelier Fictif Trois;Côme Fictif;come@test.example;Câblage;;oui
B;Fabrique Fictive Quatre;Daphné Fictive;daphne@test.example;;Tôlerie;oui
B;Fabrique Fictive Cinq;Elias Fictif;elias@test.example;;Usinage;oui
B;Fabrique Fictive Six;Fanny Fictive;fanny@test.example;;Câblage;oui
C;Fabrique Fictive Sept;Gaël Fictif;gael@test.example;;;oui
"""
WISHES = """de;vers;niveau;etat
daphne@test.example;ada@test.example;indispensable;accepté
daphne@test.example;basile@test.example;;accepté
elias@test.example;basile@test.example;;accepté
elias@test.example;come@test.example;;accepté
fanny@test.example;come@test.example;;accepté
fanny@test.example;ada@test.example;;décliné
inconnu@test.example;ada@test.example;;accepté
"""


@pytest.fixture
def checked(axe):
    """`checked(page)` fails on the first accessibility defect, or when the page is wider than the screen."""

    def look(page) -> None:
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate(OVERFLOW) <= 0, page.url

    return look


@pytest.fixture
def adviser(live_server):
    load_places()
    return accounts.person(Role.ADVISER, "95")


@pytest.fixture
def keys(open_page, adviser, sign_in, checked):
    page = open_page()
    sign_in(page, adviser)
    return Keys(page, checked)


def day_comes(event):
    """The first two slots are over, the third goes on: nobody waits for the day in a test."""
    first = timezone.now() - timedelta(minutes=50)
    for slot in event.slots.order_by("number"):
        slot.starts_at = first + slot.number * timedelta(minutes=20)
        slot.ends_at = slot.starts_at + timedelta(minutes=20)
        slot.save()


def test_a_forum_goes_from_its_creation_to_what_it_led_to(keys, open_page, checked, tmp_path):
    event = create(keys)
    keys.move_to(event, EventState.REGISTRATION)
    keys.bring(event, "people", PEOPLE, 6, tmp_path)
    assert event.registrations.count() == 6
    keys.go(at("desk_people", event.slug))
    keys.move_to(event, EventState.WISHES)
    keys.bring(event, "wishes", WISHES, 6, tmp_path)
    assert Wish.objects.of_event(event).count() == 6
    keys.go(at("desk_wishes", event.slug))
    keys.move_to(event, EventState.TIMETABLE)
    published = compute_move_and_publish(keys, event)

    supplier = Attendee.objects.get(email="daphne@test.example")
    phone = open_page(phone=True)
    phone.goto(at("open_link", token_of(supplier)))
    phone.goto(at("my_day", event.slug))
    checked(phone)
    expect(phone.get_by_text("2 rendez-vous")).to_be_visible()
    expect(phone.get_by_text("Atelier Fictif Un").first).to_be_visible()
    for name in ("catalogue", "my_wishes", "my_profile", "my_plan", "my_calendar", "my_outcomes"):
        phone.goto(at(name, event.slug))
        checked(phone)

    Event.objects.filter(pk=event.pk).update(starts_on=paris_day(timezone.now()), ends_on=paris_day(timezone.now()))
    keys.move_to(event, EventState.DAY)
    day_comes(event)
    late_absence(keys, event, phone, published)
    check_in(keys, event)
    outcome_in_two_taps(event, open_page, checked)


def create(keys):
    """A new event, its slots, its tables."""
    today = timezone.localdate()
    keys.go(at("list"))
    keys.go(at("new_event"))
    keys.choose("kind", "forum")
    keys.type("#id_title", "Forum fictif au clavier")
    keys.day("#id_starts_on", today)
    keys.day("#id_ends_on", today)
    keys.type("#id_place_name", "Halle fictive")
    keys.type("#id_commune", "Argenteuil")
    keys.type("#id_organised_by_name", "Organisme fictif")
    keys.type("#id_contact_email", "contact@test.example")
    keys.press("main form[method=post] .form-actions button")
    event = Event.objects.get()
    keys.go(at("desk_slots", event.slug))
    keys.type("#id_count", "6")
    keys.press("button[value=preview]")
    keys.checked(keys.page)
    keys.press("button[value=replace]")
    assert event.slots.count() == 6
    keys.go(at("desk_places", event.slug))
    keys.type("#id_count", "3")
    keys.press("main form[method=post] .form-actions button")
    assert event.places.count() == 3
    keys.go(at("desk_event", event.slug))
    keys.go(at("event", event.slug))
    return event


def compute_move_and_publish(keys, event):
    """The timetable is computed, one meeting is moved by hand, and the whole is published."""
    keys.go(at("desk_timetable", event.slug))
    keys.reach("#id_seconds")
    keys.page.keyboard.press("Home")  # five seconds
    keys.press("form.timetable-form .form-actions button")
    keys.page.wait_for_url("**/calcul/**")
    keys.checked(keys.page)
    keys.press("#computation a")
    keys.checked(keys.page)
    first = event.versions.get()
    assert (first.score["placed"], first.faults) == (5, [])
    keys.go(at("timetable_grid", event.slug, first.number))
    keys.press("table.grid-table td a")
    keys.checked(keys.page)
    keys.reach("input[name=slot]:not([disabled]):not(:checked)")
    keys.page.keyboard.press("Space")
    keys.press("main form .btn-primary")
    moved = event.versions.order_by("-number").first()
    assert slots_of(moved) != slots_of(first)
    assert moved.faults == []
    keys.go(at("timetable_version", event.slug, moved.number))
    keys.press(f"a[href='{at('timetable_publish', event.slug, moved.number)}']")
    keys.checked(keys.page)
    keys.press("main form .btn-primary")
    event.refresh_from_db()
    assert (event.published_version, event.state) == (moved, EventState.PUBLISHED)
    keys.go(at("timetable_print", event.slug, moved.number))
    return moved


def slots_of(version):
    """{meeting: its slot}."""
    return dict(version.placements.values_list("meeting", "slot"))


def late_absence(keys, event, phone, published):
    """A participant announces that they leave; the organiser reads the difference and applies it."""
    phone.goto(at("say_late", event.slug))
    keys.checked(phone)
    phone.get_by_label("Absence pour tout ce qui reste").check()
    phone.get_by_label("Motif").fill("Train supprimé (essai).")
    phone.get_by_role("button", name="Annoncer").click()
    expect(phone.get_by_text("C'est annoncé.")).to_be_visible()
    held = Proposal.objects.get()
    keys.go(at("desk_changes", event.slug))
    keys.press(f"a[href='{at('desk_change', event.slug, held.pk)}']")
    keys.checked(keys.page)
    keys.press("button[name=act][value=approve]")
    held.refresh_from_db()
    assert held.state == ProposalState.APPROVED
    assert Version.objects.get(event=event, state="published") != published
    here = Placement.objects.published().placed().filter(attendee_b__email="daphne@test.example", slot__gte=3)
    assert not here.exists()


def check_in(keys, event):
    """Somebody arrives; the board and the screen of the hall are read."""
    keys.go(at("desk_day", event.slug))
    keys.type("#q", "Elias")
    with keys.page.expect_navigation():
        keys.page.keyboard.press("Enter")
    keys.checked(keys.page)
    keys.press("button[name=act][value=arrived]")
    assert Attendee.objects.get(email="elias@test.example").arrived_at is not None
    keys.go(at("desk_presence", event.slug))
    keys.go(at("desk_day", event.slug))
    keys.go(keys.page.get_by_role("link", name="Écran pour la salle").get_attribute("href"))


def outcome_in_two_taps(event, open_page, checked):
    """What a meeting led to; the indicators move by that much."""
    today = paris_day(timezone.now())
    placed = Placement.objects.published().placed().filter(slot__lte=2, meeting__state="planned").order_by("slot").first()
    assert placed is not None
    phone = open_page(phone=True)
    phone.goto(at("open_link", token_of(placed.attendee_a)))
    phone.goto(at("my_outcomes", event.slug))
    checked(phone)
    before = measured("meetings_held", today)
    box = phone.locator(f"#m{placed.meeting_id}")
    box.get_by_role("button", name="Oui").tap()
    box.get_by_role("button", name="À recontacter").tap()
    phone.wait_for_load_state("networkidle")
    checked(phone)
    said = Outcome.objects.get()
    assert (said.is_useful, said.next_step, said.side) == (True, "follow_up", "A")
    assert Meeting.objects.get(pk=placed.meeting_id).state == "held"
    assert measured("meetings_held", today) == before + 1


def measured(name, day):
    return measure_named(name).take(Reading(day, region="11"), {"kind": "forum"}).value or 0


def test_a_job_dating_goes_from_an_open_registration_to_my_day(keys, open_page, adviser, checked):
    event = meetings.event("job_dating", EventState.WISHES, by=adviser, needs_approval=False)
    recruiter = meetings.registration(event, "A", name="Fabrique fictive", occupations=["H2903"], contracts=["permanent"])
    phone = open_page(phone=True)
    phone.goto(at("event", event.slug))
    checked(phone)
    phone.goto(at("register", event.slug))
    checked(phone)
    phone.locator("input[name=origine][value=person]").check()
    tap(phone.get_by_role("button", name="Continuer"))
    checked(phone)
    phone.locator("input[name=cote][value=B]").check()
    phone.locator("#id_nom").fill("Alix Candidate fictive")
    phone.get_by_label("CDI").check()
    phone.get_by_label("Métiers (codes ROME)").fill("H2903")
    person = phone.locator("fieldset.register-person")
    person.get_by_label("Prénom et nom").fill("Alix Candidate fictive")
    person.get_by_label("Adresse électronique").fill("alix@test.example")
    phone.get_by_label("J'accepte").check()
    tap(phone.get_by_role("button", name="M'inscrire").last)
    expect(phone.get_by_role("heading", name="Votre demande est reçue")).to_be_visible()
    checked(phone)
    candidate = Attendee.objects.get(email="alix@test.example")
    phone.goto(at("open_link", token_of(candidate)))
    phone.goto(at("catalogue", event.slug))
    checked(phone)
    tap(phone.get_by_role("link", name="Fabrique fictive").first)
    checked(phone)
    tap(phone.get_by_role("button", name="Envoyer"))

    host = open_page(phone=True)
    host.goto(at("open_link", token_of(meetings.first(recruiter))))
    host.goto(at("my_wishes", event.slug))
    checked(host)
    tap(host.locator("button[name=act][value=must]"))
    compute_and_publish(keys, event)
    phone.goto(at("my_day", event.slug))
    checked(phone)
    expect(phone.get_by_text("Fabrique fictive").first).to_be_visible()


def test_a_day_of_visits_goes_from_a_request_to_both_confirmations(keys, open_page, adviser, checked):
    event = meetings.event("visits", EventState.WISHES, by=adviser)
    site = meetings.registration(event, "A", name="Atelier fictif d'accueil")
    meetings.visit(site)
    school = meetings.registration(event, "B", name="Collège fictif", origin="school", people=0)
    group = meetings.attendee(school, name="Groupe fictif", group_size=12, group_age=14)
    for name in ("visit_offers", "event"):
        page = open_page()
        page.goto(at(name, event.slug))
        checked(page)
    phone = open_page(phone=True)
    phone.goto(at("open_link", token_of(group)))
    phone.goto(at("catalogue", event.slug))
    checked(phone)
    tap(phone.get_by_role("link", name="Atelier fictif d'accueil").first)
    checked(phone)
    phone.get_by_label("Pour le groupe").select_option(str(group.pk))
    phone.get_by_label("J'ai lu les consignes de sécurité").check()
    tap(phone.get_by_role("button", name="Envoyer"))
    host = open_page(phone=True)
    host.goto(at("open_link", token_of(meetings.first(site))))
    host.goto(at("my_wishes", event.slug))
    tap(host.locator("button[name=act][value=like]"))
    compute_and_publish(keys, event)
    for one in (phone, host):
        one.goto(at("my_visits", event.slug))
        checked(one)
        tap(one.locator("button[name=act][value=confirm]"))
    held = Meeting.objects.get()
    assert held.confirmed_a_at
    assert held.confirmed_b_at
    for name in ("desk_visits", "desk_planned"):
        keys.go(at(name, event.slug))


def tap(control):
    """Follow what is tapped."""
    with control.page.expect_navigation():
        control.tap()


def compute_and_publish(keys, event):
    """In short."""
    keys.move_to(event, EventState.TIMETABLE)
    keys.page.goto(at("desk_timetable", event.slug))
    keys.page.locator("#id_seconds").select_option("5")
    keys.page.get_by_role("button", name="Calculer").click()
    keys.page.wait_for_url("**/calcul/**")
    keys.page.goto(at("timetable_publish", event.slug, event.versions.get().number))
    with keys.page.expect_navigation():
        keys.page.get_by_role("button", name="Publier et prévenir").click()
    event.refresh_from_db()
    assert event.state == EventState.PUBLISHED

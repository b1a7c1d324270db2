"""Offers of visits, requests by schools, confirmations, and how many pupils came."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EventState, Side
from ensembleur.meetings.models import Letter, Meeting, Place, VisitOffer, Wish
from ensembleur.meetings.queries.asking import asked_of_event
from ensembleur.meetings.queries.travelling import KM_PER_HOUR, distance_km
from ensembleur.meetings.queries.visits import hosted, hosts_of, why_unfit
from ensembleur.meetings.services import visiting
from ensembleur.meetings.services.wish_clocks import strike_wishes
from ensembleur.meetings.services.wishing import send_wish
from ensembleur.territory.models import Commune
from tests.factories import meetings as make
from tests.meetings.timetable.made import drafted
from tests.meetings.visits import made
from tests.meetings.visits.made import NOW, OFFER

pytestmark = pytest.mark.django_db


def offered(registration, **more):
    return visiting.set_offer(registration=registration, given=OFFER | more, by=make.first(registration), now=NOW)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"seats": 0}, "de 1 à 200"),
        ({"seats": None}, "de 1 à 200"),
        ({"groups_at_once": 11}, "de 1 à 10"),
        ({"min_age": 2}, "minimum va de 3"),
        ({"max_age": 100}, "maximum va de 3"),
        ({"max_age": 12}, "plus petit que"),
        ({"safety_rules": " "}, "consignes"),
        ({"title": " "}, "verra"),
    ],
)
def test_an_offer_that_cannot_be_kept_says_why(wrong, says):
    with pytest.raises(BadInput, match=says):
        offered(make.registration(made.day(), Side.A), **wrong)


def test_an_offer_is_of_a_site_in_a_day_of_visits_that_is_not_over():
    for event, side in ((make.event(), Side.A), (made.day(), Side.B)):
        with pytest.raises(Refused, match="Seul un site"):
            offered(make.registration(event, side))
    with pytest.raises(Refused, match="terminé"):
        offered(make.registration(made.day("closed"), Side.A))


def test_each_guide_has_a_place_at_the_site_as_many_as_groups_at_once_and_gives_it_back():
    event = made.day()
    site = make.registration(event, Side.A, people=2, name="Forge fictive")
    offer, lack = offered(site, groups_at_once=3)
    assert lack == 1
    assert [place.code for place in Place.objects.all()] == ["Site Forge fictive (groupe 1)", "Site Forge fictive (groupe 2)"]
    assert [(one.is_host, one.home.kind, one.home.longitude) for one in site.attendees.all()] == [(True, "site", 2.25)] * 2
    offered(site, groups_at_once=2, address="9 rue Fictive")
    assert set(Place.objects.values_list("address", flat=True)) == {"9 rue Fictive"}
    assert offered(site, groups_at_once=1)[0].pk == offer.pk
    assert Place.objects.count() == 1
    assert [one.home_id is None for one in site.attendees.order_by("pk")] == [False, True]


def test_two_sites_of_one_name_have_each_their_places_and_a_free_one_serves_again():
    event = made.day()
    one, other = (make.registration(event, Side.A, name="Forge fictive") for _ in range(2))
    offered(one)
    offered(other)
    assert Place.objects.count() == 2
    make.first(one).delete()
    make.attendee(one)
    offered(one)
    assert Place.objects.count() == 2


def test_a_place_people_were_told_is_kept_when_the_site_receives_fewer_groups():
    event = made.day()
    site = make.registration(event, Side.A, people=2)
    offered(site, groups_at_once=2)
    visit = make.meeting(site, make.registration(event, Side.B))
    make.version(event, [(visit, 1, Place.objects.last().code)], published=True)
    offered(site)
    assert Place.objects.count() == 2


def test_a_site_without_point_stands_at_the_centre_of_its_commune():
    centre = Commune.objects.get(code="95018")
    nowhere = {"longitude": None, "latitude": None}
    assert offered(make.registration(made.day(), Side.A), **nowhere)[0].longitude == centre.lon
    assert offered(make.registration(made.day(), Side.A), commune="99999", **nowhere)[0].longitude is None


def test_what_a_site_lacks_is_said_in_words():
    event = made.day()
    made.site(event, groups_at_once=3)
    make.registration(event, Side.A, status="requested")
    made.site(event, people=1, longitude=None)
    said = [hosted(one).missing for one in hosts_of(event)]
    assert ("il manque 2 guides",) in said
    assert ("la visite n'est pas décrite", "l'inscription n'est pas acceptée") in said
    assert any("pas situé" in why for line in said for why in line)


# -- requests ----------------------------------------------------------------------------------------------------------
def ask(group, site, **more):
    return send_wish(sender=group.registration, receiver=site, group=group, by=group, now=NOW, **more)


@pytest.mark.parametrize(
    ("group", "says"),
    [
        ((16, 14), "15 personnes par groupe et le vôtre en compte 16"),
        ((12, 12), "à partir de 13 ans et votre groupe a 12 ans"),
        ((12, 19), "jusqu'à 18 ans et votre groupe a 19 ans"),
        ((12, None), "l'âge du groupe"),
    ],
)
def test_a_group_too_large_too_young_or_too_old_is_refused_in_one_sentence(group, says):
    event = made.day()
    with pytest.raises(Refused, match=says):
        ask(made.school(event, group).attendees.get(), made.site(event, max_age=18))
    assert not Wish.objects.exists()


def test_a_group_at_the_very_edge_is_welcome():
    event = made.day()
    site = made.site(event, max_age=18)
    for group in made.school(event, (15, 13), (1, 18)).attendees.all():
        assert ask(group, site).state == "sent"


def test_a_request_names_a_group_and_a_site_that_described_its_visit_and_sites_ask_nothing():
    event = made.day()
    school, site = made.school(event), made.site(event)
    group = school.attendees.get()
    with pytest.raises(Refused, match="pas encore décrit"):
        ask(group, make.registration(event, Side.A))
    with pytest.raises(Refused, match="quel groupe"):
        send_wish(sender=school, receiver=site, by=group, now=NOW)
    with pytest.raises(Refused, match="établissements qui demandent"):
        send_wish(sender=site, receiver=school, by=make.first(site), now=NOW)


def test_a_request_without_answer_lapses_after_fifteen_days():
    event = made.day()
    wish = ask(made.school(event).attendees.get(), made.site(event))
    assert wish.expires_at == made.days(15)
    states = []
    for number in (14, 15):
        strike_wishes(as_of=made.days(number), dry_run=False)
        wish.refresh_from_db()
        states.append(wish.state)
    assert states == ["sent", "lapsed"]


def test_a_group_that_no_longer_fits_is_not_chosen():
    event = made.day(EventState.TIMETABLE)
    site, school = made.site(event), made.school(event, (12, 14), (12, 12))
    for group in school.attendees.all():
        make.wish(school, site, "accepted", group=group)
    (meeting,) = asked_of_event(event).problem.meetings
    assert meeting.attendees[1] == f"a{make.first(school).pk}"
    VisitOffer.objects.update(seats=11)
    assert asked_of_event(event).problem.meetings == ()


def test_an_unknown_age_forbids_nothing_by_itself():
    event = made.day()
    assert why_unfit(made.site(event).visit, made.school(event, (12, None)).attendees.get()) == ""


# -- the timetable -----------------------------------------------------------------------------------------------------
def test_a_group_with_two_visits_has_the_time_to_travel():
    event = made.day(EventState.TIMETABLE)
    here, there = (2.25, 48.95), (2.25, 49.0)
    school = made.school(event)
    for longitude, latitude in (here, there):
        site = made.site(event, longitude=longitude, latitude=latitude)
        make.wish(school, site, "accepted", group=school.attendees.get())
    version = drafted(event)
    slots = {slot.number: slot for slot in event.slots.all()}
    first, second = (slots[row.slot] for row in version.placements.placed().order_by("slot"))
    assert second.starts_at - first.ends_at >= timedelta(hours=distance_km(here, there) / KM_PER_HOUR)
    assert version.faults == []


@pytest.mark.parametrize(("at_once", "guides", "together"), [(1, 2, 1), (2, 2, 2), (2, 1, 1)])
def test_a_site_receives_no_more_groups_at_once_than_it_says_and_has_guides(at_once, guides, together):
    event = made.day(EventState.TIMETABLE, slots=2)
    site = make.registration(event, Side.A, people=guides)
    offered(site, groups_at_once=at_once)
    school = made.school(event, (12, 14), (12, 14), (12, 14), (12, 14))
    for group in school.attendees.all():
        make.wish(school, site, "accepted", group=group)
    version = drafted(event)
    slots = list(version.placements.placed().values_list("slot", flat=True))
    assert max(slots.count(slot) for slot in set(slots)) == together
    assert len(slots) == 2 * together
    assert {row.place.code for row in version.placements.placed()} <= set(Place.objects.values_list("code", flat=True))
    assert version.faults == []


# -- confirmations -----------------------------------------------------------------------------------------------------
def test_a_published_visit_asks_both_sides_to_confirm_within_fifteen_days():
    visit = made.told()
    assert visit.confirm_by == date(2026, 12, 6)
    letters = Letter.objects.filter(key__startswith="visit-confirm")
    assert {letter.attendee.registration_id for letter in letters} == {visit.registration_a_id, visit.registration_b_id}
    assert "1 visite attend votre confirmation" in letters[0].body


@pytest.mark.parametrize(
    ("now", "limit"),
    [
        (make.OPENING - timedelta(days=3), date(2027, 1, 11)),
        (make.OPENING - timedelta(days=1), date(2027, 1, 11)),
        (make.OPENING - timedelta(hours=2), None),
    ],
)
def test_a_visit_is_confirmed_on_its_eve_at_the_latest(now, limit):
    assert made.told(now=now).confirm_by == limit


def test_each_side_confirms_once():
    visit = made.told()
    people = {"A": make.first(visit.registration_a), "B": make.first(visit.registration_b)}
    for side, by in people.items():
        visiting.confirm_visit(meeting=visit, side=side, by=by, now=made.days(1))
    again = visiting.confirm_visit(meeting=visit, side="A", by=made.lead(visit.event), now=made.days(40))
    assert (again.confirmed_a_at, again.confirmed_b_at) == (made.days(1), made.days(1))


def test_it_is_too_late_to_confirm_after_the_day_said_and_nothing_is_confirmed_that_was_not_asked():
    visit = made.told()
    with pytest.raises(Refused, match="plus tard le 6\xa0décembre 2026"):
        visiting.confirm_visit(meeting=visit, side="A", by=make.first(visit.registration_a), now=made.days(16))
    Meeting.objects.update(confirm_by=None)
    with pytest.raises(Refused, match="n'attend pas"):
        visiting.confirm_visit(meeting=visit, side="A", by=make.first(visit.registration_a), now=NOW)


def test_a_visit_that_stays_where_it_was_keeps_its_confirmations_and_one_that_moves_asks_again():
    visit = made.told()
    visiting.confirm_visit(meeting=visit, side="A", by=make.first(visit.registration_a), now=NOW)
    made.publish(visit.event, now=made.days(2))
    visit.refresh_from_db()
    assert visit.confirmed_a_at == NOW
    make.first(visit.registration_b).__class__.objects.filter(registration=visit.registration_b).update(absent_slots=[0, 1, 2])
    made.publish(visit.event, now=made.days(4))
    visit.refresh_from_db()
    assert (visit.confirmed_a_at, visit.confirm_by) == (None, date(2026, 12, 10))


def test_a_forum_asks_for_no_confirmation():
    event = make.event(state=EventState.TIMETABLE)
    make.wish(make.registration(event, Side.B), make.registration(event, Side.A), "accepted")
    made.publish(event)
    assert Meeting.objects.get().confirm_by is None


# -- presence ----------------------------------------------------------------------------------------------------------
def test_the_host_says_how_many_pupils_came_and_corrects_it():
    visit = made.told()
    host = make.first(visit.registration_a)
    for came, state in ((11, "held"), (0, "missed_b"), (12, "held")):
        said = visiting.count_visitors(meeting=visit, came=came, by=host, now=make.OPENING + timedelta(hours=6))
        assert (said.came, said.state) == (came, state)
    with pytest.raises(BadInput, match="de 0 à 400"):
        visiting.count_visitors(meeting=visit, came=-1, by=host, now=make.OPENING)


def test_nobody_is_counted_before_the_visit_nor_once_it_is_cancelled():
    visit = made.told()
    by = made.lead(visit.event)
    with pytest.raises(Refused, match="pas commencé"):
        visiting.count_visitors(meeting=visit, came=3, by=by, now=NOW)
    Meeting.objects.update(state="cancelled")
    with pytest.raises(Refused, match="plus au planning"):
        visiting.count_visitors(meeting=visit, came=3, by=by, now=make.OPENING + timedelta(days=1))

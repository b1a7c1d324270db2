"""One asks, the other answers; what is refused in private shows nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings.models import Letter, Refusal, Wish
from ensembleur.meetings.services import wishing
from ensembleur.meetings.services.wish_clocks import strike_wishes
from tests.factories import accounts, meetings

NOW = meetings.NOW
pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    event = meetings.event(state="wishes")
    return meetings.registration(event, "A"), meetings.registration(event, "B")


def send(sender, receiver, **more):
    return wishing.send_wish(sender=sender, receiver=receiver, by=meetings.first(sender), now=NOW, **more)


def answer(wish, accepts=True, **more):
    return wishing.answer_wish(wish=wish, accepts=accepts, by=meetings.first(wish.receiver), now=NOW, **more)


def test_a_wish_waits_for_its_answer_as_many_days_as_the_event_gives(pair):
    wish = send(*pair, note="  Bonjour \n à vous ")
    assert (wish.state, wish.level, wish.note, wish.expires_at) == ("sent", "like", "Bonjour à vous", NOW + timedelta(days=10))
    assert Act.objects.get(verb="send_wish").who == f"attendee:{meetings.first(pair[0]).pk}"


def test_a_wish_never_outlives_the_end_of_wishes(pair):
    pair[0].event.wishes_close_at = NOW + timedelta(days=1)
    pair[0].event.save()
    assert send(*pair).expires_at == NOW + timedelta(days=1)


def test_asking_again_changes_the_level_and_keeps_one_wish(pair):
    send(*pair)
    assert send(*pair, level="must", note="Vite").level == "must"
    assert Wish.objects.count() == 1


def test_two_who_ask_each_other_have_answered_each_other(pair):
    first = send(*pair, level="must")
    second = send(pair[1], pair[0])
    first.refresh_from_db()
    assert [(one.state, one.answer_level) for one in (first, second)] == [("accepted", "like"), ("accepted", "must")]


def test_a_crossed_wish_stays_open_when_one_refuses_the_other_in_private(pair):
    buyer, supplier = pair
    send(*pair)
    refuse(supplier, buyer)
    with pytest.raises(Refused, match="revenez d'abord"):
        send(supplier, buyer)
    theirs = send(buyer, supplier)
    assert theirs.state == "sent"


def test_an_answer_may_change_and_the_last_word_counts(pair):
    wish = send(*pair)
    assert answer(wish, level="must").answer_level == "must"
    assert (answer(wish, accepts=False).state, answer(wish).state) == ("declined", "accepted")


def test_a_declined_wish_is_not_sent_again(pair):
    answer(send(*pair), accepts=False)
    with pytest.raises(Refused, match="ne se renvoie pas"):
        send(*pair)


def test_a_wish_taken_back_cannot_be_answered_and_may_be_sent_again(pair):
    wish = send(*pair)
    for _twice in range(2):
        wishing.withdraw_wish(wish=wish, by=meetings.first(pair[0]), now=NOW)
    assert Act.objects.filter(verb="withdraw_wish").count() == 1
    with pytest.raises(Refused, match="retirée"):
        answer(wish)
    assert send(*pair).state == "sent"


def test_nothing_moves_outside_the_time_of_wishes(pair):
    wish = send(*pair)
    pair[0].event.state = "timetable"
    pair[0].event.save()
    for act in (lambda: send(*pair), lambda: answer(wish), lambda: refuse(*pair)):
        with pytest.raises(Refused, match="pas ouverts"):
            act()


def refuse(one, other):
    return wishing.refuse_privately(registration=one, of=other, by=meetings.first(one), now=NOW)


@pytest.mark.parametrize(("level", "note", "says"), [("rather", "", "Choisissez"), ("like", "x" * 501, "501")])
def test_what_cannot_be_kept_says_why(pair, level, note, says):
    with pytest.raises(BadInput, match=says):
        send(*pair, level=level, note=note)


def test_one_does_not_ask_somebody_of_the_same_side_nor_who_does_not_come(pair):
    buyer, _supplier = pair
    same = meetings.registration(buyer.event, "A")
    with pytest.raises(Refused, match="même côté"):
        send(buyer, same)
    elsewhere = meetings.registration(meetings.event(state="wishes"), "B")
    waiting = meetings.registration(buyer.event, "B", status="waiting")
    for other in (elsewhere, waiting, buyer):
        with pytest.raises(Refused, match="plus ouverte"):
            send(buyer, other)


def test_the_person_wanted_is_one_of_theirs(pair):
    with pytest.raises(BadInput, match="pas de cette participation"):
        send(*pair, named=meetings.first(pair[0]))
    assert send(*pair, named=meetings.first(pair[1]), group=meetings.first(pair[0])).group == meetings.first(pair[0])


def test_open_wishes_have_a_ceiling_and_so_have_indispensable_ones(pair):
    buyer, supplier = pair
    buyer.event.max_open_wishes = 6
    buyer.event.save()
    others = [meetings.registration(buyer.event, "B") for _ in range(6)]
    for other in others[:5]:
        send(buyer, other, level="must")
    with pytest.raises(Refused, match="indispensables"):
        send(buyer, others[5], level="must")
    send(buyer, others[5])
    with pytest.raises(Refused, match="6 demandes"):
        send(buyer, supplier)
    send(buyer, others[5], note="Changer reste possible")


def test_a_private_refusal_takes_ones_own_wish_back_and_shows_nothing_to_the_other(pair):
    buyer, supplier = pair
    theirs = send(supplier, buyer)
    mine = answer(theirs) and meetings.wish(buyer, supplier)
    for _twice in range(2):
        refuse(buyer, supplier)
    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (theirs.state, mine.state, Refusal.objects.count()) == ("accepted", "withdrawn", 1)
    assert Act.objects.filter(verb="refuse_privately").count() == 1
    assert str(supplier.pk) not in str(Act.objects.get(verb="refuse_privately").after)
    for _twice in range(2):
        wishing.lift_refusal(registration=buyer, of=supplier, by=meetings.first(buyer), now=NOW)
    assert (Refusal.objects.count(), Act.objects.filter(verb="lift_refusal").count()) == (0, 1)


def test_a_refusal_is_of_somebody_of_the_same_event(pair):
    with pytest.raises(BadInput, match="même événement"):
        refuse(pair[0], pair[0])


def test_only_the_people_of_a_participation_speak_for_it(pair):
    with pytest.raises(NotAllowed):
        wishing.send_wish(sender=pair[0], receiver=pair[1], by=meetings.first(pair[1]), now=NOW)
    account = accounts.user()
    meetings.attendee(pair[0], user=account)
    assert wishing.send_wish(sender=pair[0], receiver=pair[1], by=account, now=NOW).pk


# -- time ----------------------------------------------------------------------------------------------------------------
def test_time_lapses_what_nobody_answered_and_a_lapsed_wish_may_still_be_accepted(pair):
    wish = send(*pair)
    late = NOW + timedelta(days=11)
    assert strike_wishes(as_of=late, dry_run=True)["lapsed"] == 1
    assert [strike_wishes(as_of=late, dry_run=False)["lapsed"] for _ in range(2)] == [1, 0]
    wish.refresh_from_db()
    assert (wish.state, answer(wish).state) == ("lapsed", "accepted")


def test_whoever_is_waited_for_is_reminded_once_in_three_days(pair):
    send(*pair)
    days = [strike_wishes(as_of=NOW + timedelta(days=day), dry_run=False)["reminded"] for day in (0, 1, 1, 2, 4, 6)]
    assert days == [0, 1, 0, 0, 1, 0]
    letter = Letter.objects.first()
    assert "1 participant demande à vous rencontrer." in letter.body
    assert len(letter.short) <= 160
    assert strike_wishes(as_of=NOW + timedelta(days=8), dry_run=True)["reminded"] == 1


def test_nobody_is_reminded_of_those_they_never_want_to_meet(pair):
    buyer, supplier = pair
    send(supplier, buyer)
    wishing.refuse_privately(registration=buyer, of=supplier, by=meetings.first(buyer), now=NOW)
    assert strike_wishes(as_of=NOW + timedelta(days=2), dry_run=False)["reminded"] == 0

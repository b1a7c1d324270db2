"""Programmes of support: what the texts say, who enters, which stages the platform sees, where a programme stands."""

from __future__ import annotations

import copy
import re
from datetime import timedelta

import pytest
from django.utils import translation

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.journeys.catalogue import programmes as catalogue
from ensembleur.journeys.catalogue.loader import FOLDER, read_plain
from ensembleur.journeys.choices import ActionStatus
from ensembleur.journeys.engine.delays import ENTRY
from ensembleur.journeys.models import Enrolment, OptionTake, Payment, Review, StageEntry
from ensembleur.journeys.queries.programmes import board_of, enrolments_of, known_stages
from ensembleur.journeys.services import enrolling, personal_data, planning
from ensembleur.sources import Evidence
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories import programmes as frame
from tests.factories.journeys import NOW, TODAY
from tests.factories.programmes import FRAME, ago
from tests.journeys.test_permissions import PEOPLE, person

FIVE_HUNDRED = catalogue.programme(FRAME)


# -- the catalogue -----------------------------------------------------------------------------------------------------
def test_every_figure_is_in_the_sentence_it_quotes():
    figures = [figure for one in catalogue.programmes() for figure in one.figures]
    schemes = {scheme for one in read_plain(FOLDER / "programmes.yaml")["schemes"] for scheme in one["schemes"]}
    figures += catalogue.declared_of(schemes)
    assert len(figures) >= 30
    words = {"20": "vingtaine"}
    for figure in figures:
        assert re.search(rf"\b{words.get(figure.value, figure.value)}\b", figure.quote.quote), figure.id
        assert figure.evidence is Evidence.DECLARED
        assert figure.quote.source.as_of is not None
        assert figure.quote.section


def test_the_objective_of_the_500_is_that_of_the_text():
    assert FIVE_HUNDRED is not None
    assert FIVE_HUNDRED.objective.count == 500
    assert "500 entreprises industrielles sur cinq ans" in FIVE_HUNDRED.objective.quote.quote
    assert [one.id for one in FIVE_HUNDRED.stages if one.quote is None] == [
        "aid-agreed", "aid-paid", "action-started", "action-done", "review",
    ]  # fmt: skip
    assert catalogue.programme("nothing") is None


def test_the_robots_are_history_with_their_two_delays():
    robots = catalogue.programme("mise-a-disposition-de-robots")
    assert robots is not None
    assert not robots.enrols
    assert robots.objective is None
    shown = {one.id: (one.shown("fr"), one.shown("en")) for one in robots.figures}
    assert shown["shortest"] == ("3\u00a0semaines", "3\u00a0weeks")
    assert shown["longest"] == ("19\u00a0mois", "19\u00a0months")
    assert shown["bought-1"] == ("5", "5")
    assert robots.figures[0].quote.title("fr").startswith("Rapport")
    assert robots.figures[0].quote.title("en").startswith("Report")


def test_amounts_in_english_have_a_point():
    assert {one.id: one.shown("en") for one in catalogue.declared_of(["tp-up"])}["up-euros"] == "28.5\u00a0€m"
    assert catalogue.declared_of(["innov-up"])[0].shown("fr") == "plus de\u00a0120"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data["programmes"].append(data["programmes"][0]), "twice"),
        (lambda data: data["programmes"][0]["stages"].append(data["programmes"][0]["stages"][0]), "twice"),
        (lambda data: data["schemes"].append(data["schemes"][0]), "twice"),
        (lambda data: data["programmes"][0]["stages"][0].update(fact="wish"), "unknown_fact"),
        (lambda data: data["programmes"][0]["stages"][0].pop("quote"), "no_quote"),
        (lambda data: data["programmes"][0]["objective"].update(text="nowhere"), "no_quote"),
        (lambda data: data["programmes"][0]["options"][0].update(kind="both"), "unknown_kind"),
        (lambda data: data["schemes"][0].update(section=""), "no_quote"),
    ],
)
def test_a_programme_badly_written_is_refused(spoil, code):
    data = copy.deepcopy(read_plain(FOLDER / "programmes.yaml"))
    spoil(data)
    with pytest.raises(BadInput) as told:
        catalogue.read_programmes(data)
    assert told.value.code == code


def test_an_unknown_stage_or_option_is_named():
    with pytest.raises(BadInput, match="robotise"):
        FIVE_HUNDRED.stage("robotise")
    with pytest.raises(BadInput, match="fusée"):
        FIVE_HUNDRED.option("fusée")


# -- who may -----------------------------------------------------------------------------------------------------------
HELPERS = {"adviser", "officer"}
ACTS = {
    "enrol": lambda j, by: enrolling.enrol(journey=j, programme_id="accelerateur-pme", by=by, now=NOW, enrolled_on=TODAY),
    "leave": lambda j, by: enrolling.leave(
        enrolment=frame.enrolment(j), by=by, now=NOW, left_on=TODAY, reason="L'entreprise déménage"
    ),
    "reach_stage": lambda j, by: enrolling.reach_stage(
        enrolment=frame.enrolment(j), stage="support", by=by, now=NOW, reached_on=TODAY
    ),
    "withdraw_stage": lambda j, by: enrolling.withdraw_stage(entry=frame.stage(frame.enrolment(j)), by=by, now=NOW),
    "offer_option": lambda j, by: enrolling.offer_option(
        enrolment=frame.enrolment(j), option="peers", by=by, now=NOW, offered_on=TODAY
    ),
    "answer_option": lambda j, by: enrolling.answer_option(
        take=frame.take(frame.enrolment(j)), by=by, now=NOW, is_taken=True, answered_on=TODAY
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("act", ACTS)
def test_only_who_helps_the_company_writes_its_programme(act, who):
    journey = make.journey()
    by = person(who, journey.siren)
    if who in HELPERS:
        ACTS[act](journey, by)
        assert Act.objects.filter(verb__in=["leave_programme" if act == "leave" else act]).count() == 1
    else:
        with pytest.raises(NotAllowed):
            ACTS[act](journey, by)
        assert not Act.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", PEOPLE)
def test_the_company_and_who_helps_it_read_its_programme(who):
    held = frame.enrolment()
    someone = person(who, held.journey.siren)
    expected = who in {"director", "contributor", "adviser", "officer"}
    assert Enrolment.objects.visible_to(someone).filter(pk=held.pk).exists() is expected


@pytest.mark.django_db
def test_an_officer_does_not_frame_the_company_they_direct():
    journey = make.journey()
    someone = make.director(journey.siren)
    accounts.mandate(someone, Role.OFFICER)
    with pytest.raises(NotAllowed):
        ACTS["enrol"](journey, someone)


# -- entering and leaving ----------------------------------------------------------------------------------------------
@pytest.fixture
def adviser(db):
    return accounts.person(Role.ADVISER, "95")


def refused(code, work, kind=Refused, **words):
    with pytest.raises(kind) as told:
        work(now=NOW, **words)
    assert told.value.code == code


def test_one_enters_once_at_a_time_and_may_come_back(adviser):
    journey = make.journey()
    given = {"journey": journey, "programme_id": FRAME, "by": adviser}
    refused("in_the_future", enrolling.enrol, BadInput, enrolled_on=TODAY + timedelta(days=1), **given)
    held = enrolling.enrol(now=NOW, enrolled_on=ago(90), **given)
    refused("already_enrolled", enrolling.enrol, enrolled_on=TODAY, **given)
    refused("no_reason", enrolling.leave, BadInput, enrolment=held, by=adviser, left_on=TODAY, reason=" ")
    refused("left_too_early", enrolling.leave, BadInput, enrolment=held, by=adviser, left_on=ago(91), reason="Fin")
    held = enrolling.leave(enrolment=held, by=adviser, now=NOW, left_on=ago(30), reason="Fin")
    refused("has_left", enrolling.leave, enrolment=held, by=adviser, left_on=TODAY, reason="Fin")
    refused("has_left", enrolling.offer_option, enrolment=held, by=adviser, option="peers", offered_on=TODAY)
    refused("after_leaving", enrolling.reach_stage, enrolment=held, by=adviser, stage="support", reached_on=ago(20))
    refused("overlap", enrolling.enrol, enrolled_on=ago(40), **given)
    again = enrolling.enrol(now=NOW, enrolled_on=ago(30), **given)
    board = board_of(FIVE_HUNDRED, enrolments_of(adviser, FIVE_HUNDRED), as_of=TODAY)
    assert (board.enrolled, board.companies, board.left) == (2, 1, 1)
    assert again.pk != held.pk
    assert Act.objects.filter(verb="leave_programme").get().after == {"left_on": str(ago(30))}  # no free words there


def test_what_is_over_or_closed_takes_nobody(adviser):
    journey = make.journey()
    for gone in ("mise-a-disposition-de-robots", "nothing"):
        refused("not_open", enrolling.enrol, journey=journey, programme_id=gone, by=adviser, enrolled_on=TODAY)
    closed = make.journey(closed_at=NOW)
    refused("journey_closed", enrolling.enrol, journey=closed, programme_id=FRAME, by=adviser, enrolled_on=TODAY)
    ghost = frame.enrolment(journey, programme="nothing")
    refused("programme_gone", enrolling.reach_stage, enrolment=ghost, by=adviser, stage="support", reached_on=TODAY)
    assert known_stages([ghost]) == {ghost.pk: {}}


# -- stages ------------------------------------------------------------------------------------------------------------
def test_a_declared_stage_comes_after_the_entry_and_is_said_once(adviser):
    held = frame.enrolment(entered=50)
    given = {"enrolment": held, "by": adviser, "stage": "support"}
    refused("before_entry", enrolling.reach_stage, reached_on=ago(51), **given)
    refused("in_the_future", enrolling.reach_stage, BadInput, reached_on=TODAY + timedelta(days=1), **given)
    refused("bad_evidence", enrolling.reach_stage, BadInput, reached_on=TODAY, evidence="observed", **given)
    refused("unknown_stage", enrolling.reach_stage, BadInput, reached_on=TODAY, **{**given, "stage": "nothing"})
    done = enrolling.reach_stage(now=NOW, reached_on=ago(10), evidence="documented", **given)
    assert done.warnings == ()
    refused("already_reached", enrolling.reach_stage, reached_on=ago(9), **given)
    refused("left_too_early", enrolling.leave, BadInput, enrolment=held, by=adviser, left_on=ago(11), reason="Fin")
    enrolling.withdraw_stage(entry=done.entry, by=adviser, now=NOW)
    refused("already_withdrawn", enrolling.withdraw_stage, entry=done.entry, by=adviser)
    assert known_stages([held])[held.pk] == {}
    enrolling.reach_stage(now=NOW, reached_on=ago(9), **given)
    assert StageEntry.objects.count() == 2


def test_disorder_is_allowed_and_said(adviser):
    held = frame.enrolment(entered=90)
    frame.stage(held, "plan", 20)
    frame.stage(held, "review", 60)
    with translation.override("fr"):
        done = enrolling.reach_stage(enrolment=held, stage="support", by=adviser, now=NOW, reached_on=ago(40))
    assert len(done.warnings) == 2
    assert "Plan d'actions établi" in done.warnings[0]
    assert "Premier bilan tenu" in done.warnings[1]


def test_the_platform_dates_by_itself_what_it_knows(adviser):
    journey = make.journey()
    held = frame.enrolment(journey, entered=100)
    plan = make.plan(make.finished(journey, on=NOW - timedelta(days=80)))
    plan.built_at = NOW - timedelta(days=79)
    plan.save()
    action = plan.actions.first()
    for status, days in (
        (ActionStatus.RUNNING, 30),
        (ActionStatus.BLOCKED, 25),
        (ActionStatus.RUNNING, 20),
        (ActionStatus.DONE, 5),
    ):
        planning.update_action(
            action=action, by=adviser, now=NOW - timedelta(days=days), owner="", cost_eur=None, starts_on=TODAY, ends_on=TODAY,
            status=status,
        )  # fmt: skip
    file = make.application(journey, "paying", scheme="ouverte", filed_at=NOW - timedelta(days=60), agreed_on=ago(8))
    for days in (2, 4):
        Payment.objects.create(application=file, kind="interim", paid_on=ago(days), amount_eur=10, by=adviser)
    make.application(journey, "filed", scheme="ailleurs", filed_at=NOW - timedelta(days=90))  # no regional aid
    Review.objects.create(journey=journey, months=6, due_on=TODAY, done_at=NOW, done_by=adviser)
    found = {stage: (known.on, known.evidence) for stage, known in known_stages([held])[held.pk].items()}
    seen = {
        "diagnosis": 80, "plan": 79, "aid-filed": 60, "aid-agreed": 8, "aid-paid": 4, "action-started": 30, "action-done": 5,
        "review": 0,
    }  # fmt: skip
    assert found == {stage: (ago(days), Evidence.OBSERVED) for stage, days in seen.items()}
    with pytest.raises(Refused) as told:
        enrolling.reach_stage(enrolment=held, stage="plan", by=adviser, now=NOW, reached_on=TODAY)
    assert told.value.code == "already_known"


def test_what_is_brought_along_is_known_but_an_older_application_is_another_story(adviser):
    journey = make.journey()
    make.plan(make.finished(journey, on=NOW - timedelta(days=300)))
    make.application(journey, "paying", scheme="ouverte", filed_at=NOW - timedelta(days=200))
    held = frame.enrolment(journey, entered=100)
    known = known_stages([held])[held.pk]
    assert set(known) == {"diagnosis", "plan"}
    assert known["diagnosis"].before_entry
    assert known["diagnosis"].on == ago(300)
    done = enrolling.reach_stage(enrolment=held, stage="diagnosis", by=adviser, now=NOW, reached_on=ago(50))
    assert known_stages([held])[held.pk]["diagnosis"].entry == done.entry  # a new one, made elsewhere, during the programme


def test_what_comes_after_the_exit_is_not_the_programmes(adviser):
    held = frame.enrolment(entered=100, left_on=ago(50), left_reason="Fin")
    make.finished(held.journey, on=NOW - timedelta(days=20))
    assert known_stages([held])[held.pk] == {}


# -- options -----------------------------------------------------------------------------------------------------------
def test_an_offer_waits_for_its_answer_and_the_answer_may_be_mended(adviser):
    held = frame.enrolment(entered=50)
    given = {"enrolment": held, "by": adviser, "option": "peers"}
    refused("before_entry", enrolling.offer_option, offered_on=ago(51), **given)
    refused("unknown_option", enrolling.offer_option, BadInput, offered_on=TODAY, **{**given, "option": "nothing"})
    take = enrolling.offer_option(now=NOW, offered_on=ago(20), **given)
    assert take.kind == "collective"
    refused("already_offered", enrolling.offer_option, offered_on=TODAY, **given)
    answer = {"take": take, "by": adviser}
    refused("answer_before_offer", enrolling.answer_option, BadInput, is_taken=True, answered_on=ago(21), **answer)
    enrolling.answer_option(now=NOW, is_taken=True, answered_on=ago(10), **answer)
    enrolling.answer_option(now=NOW, is_taken=True, answered_on=ago(10), **answer)
    enrolling.answer_option(now=NOW, is_taken=False, answered_on=ago(9), **answer)
    take = OptionTake.objects.get()
    assert (take.taken_on, take.declined_on) == (None, ago(9))
    assert Act.objects.filter(verb="answer_option").count() == 2


# -- where the programme stands ----------------------------------------------------------------------------------------
def test_the_board_adds_up_and_says_who_waits(adviser):
    slow, quick, gone = frame.enrolment(entered=200), frame.enrolment(entered=150), frame.enrolment(entered=120)
    gone.left_on = ago(10)
    gone.save()
    make.finished(quick.journey, on=NOW - timedelta(days=140))
    frame.stage(quick, "support", 100)
    frame.take(slow, taken_on=ago(1))
    frame.take(quick, declined_on=ago(1))
    frame.take(quick, "chamber", "individual")
    frame.enrolment(make.journey(commune="77001", departement="77"))
    board = board_of(FIVE_HUNDRED, enrolments_of(adviser, FIVE_HUNDRED), as_of=TODAY)
    assert (board.enrolled, board.left, board.in_period, board.this_year, board.declared) == (3, 1, 0, 3, 1)
    first = board.counts[0]
    assert (first.enrolled, first.reached, first.waiting, first.left) == (3, 1, 1, 1)
    entry = board.delays[0]
    assert (entry.start, entry.end, entry.days) == (ENTRY, "diagnosis", (10,))
    assert [(alert.enrolment.pk, alert.stage.id, alert.wait.days) for alert in board.late] == [
        (slow.pk, "diagnosis", 200),
        (quick.pk, "aid-filed", 100),
    ]
    missing = [alert for alert in board.alerts if alert.overtaken]
    assert [(alert.enrolment.pk, alert.stage.id) for alert in missing] == [(quick.pk, "plan")]
    collective, individual = board.kinds["collective"], board.kinds["individual"]
    assert (collective.offered, collective.taken, collective.declined, collective.silent) == (2, 1, 1, 0)
    assert (individual.offered, individual.silent, individual.share) == (1, 1, None)
    assert {row.option.id: row.answers.offered for row in board.options}["peers"] == 2
    past = board_of(FIVE_HUNDRED, enrolments_of(adviser, FIVE_HUNDRED), as_of=ago(160))
    assert (past.enrolled, past.kinds["collective"].offered, len(past.alerts)) == (1, 0, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_whatever_its_length(adviser, count, django_assert_max_num_queries):
    for _ in range(count):
        held = frame.enrolment()
        plan = make.plan(make.finished(held.journey))
        plan.actions.update(status=ActionStatus.RUNNING)
        frame.stage(held)
        frame.take(held)
    with django_assert_max_num_queries(12):
        board_of(FIVE_HUNDRED, enrolments_of(adviser, FIVE_HUNDRED), as_of=TODAY)


@pytest.mark.django_db
def test_the_words_of_a_leaving_are_given_back_and_emptied_with_their_author():
    adviser, journey = accounts.person(Role.ADVISER, "95"), make.journey()
    held = enrolling.enrol(journey=journey, programme_id=FRAME, by=adviser, now=NOW, enrolled_on=ago(60))
    enrolling.leave(enrolment=held, by=adviser, now=NOW, left_on=ago(30), reason="M. Petit est malade")
    assert personal_data.export_share(adviser)["enrolments"][0]["left_reason"] == "M. Petit est malade"
    assert personal_data.erase_share(person=journey.opened_by, now=NOW) == 0
    assert personal_data.erase_share(person=adviser, now=NOW) == 1
    assert (Enrolment.objects.get().left_reason, Enrolment.objects.get().left_on) == ("", ago(30))

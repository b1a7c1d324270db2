"""What company paths measure: small literal cases, travelled back to past days, in a bounded number of queries."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from ensembleur.errors import BadInput
from ensembleur.journeys.choices import NeedEventKind
from ensembleur.journeys.models import Application, Figure, NeedEvent, Payment, Review
from ensembleur.schemes.models import CompanyFact
from ensembleur.schemes.queries import published
from ensembleur.strategy.engine import registry
from ensembleur.strategy.engine.registry import Reading, measure_named
from ensembleur.strategy.engine.taking import breakdown
from tests.factories import journeys as make
from tests.factories import needs, programmes, reviews
from tests.factories.journeys import NOW, TODAY
from tests.factories.territory import establishment, unit

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)


def at(day):
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def taken(name, as_of=TODAY, since=START, **given):
    return measure_named(name).take(Reading(as_of).since(since), given)


def value(name, as_of=TODAY, **given):
    return taken(name, as_of, **given).value


def parts(measured, dimension):
    return {key: cell[0] for key, cell in breakdown(measured, (dimension,))[dimension].items()}


def agreed(of=None, on=date(2026, 11, 12), euros=40_000, **fields):
    of = of or make.journey()
    return make.application(of, "agreed", agreed_on=on, granted_eur=Decimal(euros), **fields)


# -- files -------------------------------------------------------------------------------------------------------------
def test_a_company_counts_once_however_many_agreements_it_signed():
    company = make.journey(siren="111111111")
    agreed(company, scheme="pm-up")
    agreed(company, scheme="innov-up")
    agreed(scheme="pm-up")
    make.application(make.journey(), "filed", scheme="pm-up")
    found = taken("companies_supported")
    assert (found.value, len(found.members)) == (2, 2)
    assert parts(found, "scheme") == {"innov-up": "1", "pm-up": "2"}
    assert value("companies_supported", schemes=["innov-up"]) == 1
    assert value("companies_supported", schemes=["absent"]) == 0


def test_a_project_without_company_counts_as_its_own():
    project = make.journey(siren="", departement="95", commune="")
    agreed(project)
    found = taken("companies_supported")
    assert found.members == {f"journey:{project.pk}"}
    assert parts(found, "departement") == {"95": "1"}
    assert parts(found, "epci") == {"": "1"}


def test_agreements_count_from_the_first_day_to_the_last_both_included():
    for day in (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 15), date(2026, 11, 16)):
        agreed(on=day, filed_at=at(date(2026, 10, 1)), decided_on=date(2026, 10, 20))
    given = {"as_of": date(2026, 11, 15), "since": date(2026, 11, 1)}
    assert value("companies_supported", **given) == 2
    assert value("applications_agreed", **given) == 2
    assert value("amount_agreed_eur", **given) == 80_000
    assert value("applications_agreed", as_of=date(2026, 11, 15), since=None) == 3


def test_the_status_of_today_is_not_read_on_a_past_day():
    file = agreed(euros=30_000)
    Payment.objects.create(
        application=file, kind="balance", paid_on=date(2026, 11, 18), amount_eur=Decimal("30000.00"), by=file.created_by
    )
    Application.objects.filter(pk=file.pk).update(status="closed", closed_at=NOW, closing_reason="other")
    assert value("companies_supported") == 1
    assert value("amount_agreed_eur") == 30_000
    assert value("amount_paid_eur") == 30_000
    assert value("amount_paid_eur", as_of=date(2026, 11, 17)) == 0
    assert value("applications_agreed", as_of=date(2026, 11, 11)) == 0
    assert value("applications_filed", as_of=date(2026, 11, 11)) == 1
    assert value("applications_filed", as_of=date(2026, 10, 31)) == 0


def test_money_is_exact_and_placed():
    agreed(euros="0.10")
    agreed(euros="0.20")
    found = taken("amount_agreed_eur")
    assert found.value == Decimal("0.30")
    assert breakdown(found, ("departement",)) == {"departement": {"95": ["0.30", 2, "0.20"]}}


def test_families_and_levels_are_those_of_the_catalogue(monkeypatch):
    known = [SimpleNamespace(id="a", family="grant", level="regional"), SimpleNamespace(id="b", family="loan", level="national")]
    monkeypatch.setattr(published, "published_schemes", lambda: tuple(known))
    for scheme in ("a", "b", "gone"):
        agreed(scheme=scheme)
    assert value("companies_supported") == 3
    assert value("companies_supported", levels=["regional"]) == 1
    assert value("companies_supported", families=["loan", "grant"]) == 2
    assert value("companies_supported", families=["loan"], levels=["regional"]) == 0


def test_families_are_not_measured_without_a_catalogue(monkeypatch):
    monkeypatch.setattr(published, "published_schemes", lambda: ())
    with pytest.raises(BadInput, match="n'est pas publié"):
        value("companies_supported", families=["grant"])


def test_files_of_a_programme_are_those_of_paths_that_had_entered_it():
    inside, outside = make.journey(), make.journey()
    programmes.enrolment(inside, entered=9)  # 12 November
    agreed(inside, on=date(2026, 11, 10))
    agreed(outside)
    assert value("companies_supported", programme=programmes.FRAME) == 1
    assert value("companies_supported", programme=programmes.FRAME, as_of=date(2026, 11, 11)) == 0
    assert value("diagnoses_finished", programme=programmes.FRAME) == 0


def delays(*days, scheme="pm-up"):
    for count in days:
        filed = date(2026, 9, 1)
        agreed(filed_at=at(filed), decided_on=filed, on=filed + timedelta(days=count), scheme=scheme)


def test_the_median_delay_counts_the_files_that_still_wait():
    delays(10, 20, 30)
    for _ in range(2):
        make.application(make.journey(), "filed", filed_at=at(date(2026, 9, 1)))
    found = taken("application_delay_days", **{"from": "filed", "to": "agreed"})
    assert (found.value, found.numerator, found.denominator) == (30, 3, 5)
    assert len(found.members) == 5
    early = taken("application_delay_days", as_of=date(2026, 9, 25), **{"from": "filed", "to": "agreed"})
    assert (early.value, early.numerator, early.denominator) == (None, 2, 5)
    assert early.why == "Moins de la moitié des cas ont atteint cette étape."


def test_a_refused_file_counts_for_the_days_it_waited_and_never_arrives():
    delays(10, 20, 30)
    refused = make.application(make.journey(), "refused", filed_at=at(date(2026, 9, 1)), decided_on=date(2026, 9, 6))
    closed = make.application(make.journey(), "closed", filed_at=at(date(2026, 9, 1)), closed_at=at(date(2026, 9, 8)))
    to_agreed = taken("application_delay_days", **{"from": "filed", "to": "agreed"})
    assert (to_agreed.value, to_agreed.numerator, to_agreed.denominator) == (20, 3, 5)
    to_decision = taken("application_delay_days", **{"from": "filed", "to": "decided"})
    assert (to_decision.value, to_decision.numerator, to_decision.denominator) == (0, 4, 5)
    assert {refused.journey.siren, closed.journey.siren} < to_agreed.members


def test_a_delay_runs_to_the_first_payment():
    for _ in range(3):
        file = agreed()
        for days in (6, 8):
            paid = date(2026, 11, 12) + timedelta(days=days)
            Payment.objects.create(application=file, kind="interim", paid_on=paid, amount_eur=1, by=file.created_by)
    assert value("application_delay_days", **{"from": "agreed", "to": "paid"}) == 6
    assert value("application_delay_days", **{"from": "complete", "to": "paid"}) is None


def test_two_files_have_no_median():
    delays(10, 20)
    found = taken("application_delay_days", **{"from": "filed", "to": "agreed"})
    assert found.value is None
    assert found.why.startswith("Moins de 3 cas")


def test_an_event_that_does_not_exist_is_refused():
    with pytest.raises(BadInput, match="filed, complete, decided, agreed, paid"):
        value("application_delay_days", **{"from": "filed", "to": "lost"})


# -- places, sectors, sizes --------------------------------------------------------------------------------------------
def following(site, **fields):
    return agreed(make.journey(siren=site.siret[:9], siret=site.siret, commune="75056", departement="75", naf="", **fields))


def test_places_and_sizes_are_those_of_the_register():
    following(establishment(unit(headcount_band="21"), headcount_band="12"))
    found = taken("companies_supported")
    assert parts(found, "departement") == {"95": "1"}
    assert parts(found, "commune") == {"95018": "1"}
    assert parts(found, "sector") == {"CH": "1"}
    assert parts(found, "size") == {"medium": "1"}
    assert all(parts(found, "epci"))


def test_who_asked_for_partial_diffusion_is_counted_without_a_place():
    following(establishment(unit(diffusion="P", legal_form="1000", headcount_band="01")))
    following(establishment(unit(diffusion="P", legal_form="1000"), state="F"))  # closed: the path's own place is hidden too
    following(establishment(unit(), state="F"))
    found = taken("companies_supported")
    assert (found.value, parts(found, "departement")) == (3, {"": "2", "75": "1"})
    assert parts(found, "commune") == {"": "2", "75056": "1"}


def fact(code, key, headcount, day):
    level = "company" if key == "company_headcount" else "establishment"
    someone = make.director()
    CompanyFact.objects.create(
        level=level, code=code, key=key, value=headcount, evidence="declared", as_of=day, recorded_at=NOW, recorded_by=someone,
        source_title="l'entreprise",
    )  # fmt: skip


def test_a_size_the_register_does_not_know_is_what_was_declared_by_that_day():
    for siren, day in (("222222222", date(2026, 11, 1)), ("333333333", date(2026, 11, 18))):
        agreed(make.journey(siren=siren))
        fact(f"{siren}00010", "headcount", 12, day)
    fact("222222222", "company_headcount", {"low": 60, "high": 70}, date(2026, 11, 1))
    fact("222222222", "company_headcount", "beaucoup", date(2026, 10, 1))
    assert parts(taken("companies_supported", as_of=date(2026, 11, 15)), "size") == {"": "1", "medium": "1"}
    assert parts(taken("companies_supported"), "size") == {"medium": "1", "small": "1"}


# -- support -----------------------------------------------------------------------------------------------------------
def test_each_finished_diagnosis_counts_on_its_day():
    path = make.journey()
    make.finished(path, on=at(date(2026, 10, 20)))
    make.finished(path, on=at(date(2026, 11, 20)))
    make.draft(make.journey())
    assert value("diagnoses_finished") == 2
    assert value("diagnoses_finished", as_of=date(2026, 11, 19)) == 1


def test_a_company_enrolled_twice_counts_once_and_stays_counted_when_it_leaves():
    path = make.journey()
    programmes.enrolment(path, entered=100, left_on=programmes.ago(60))
    programmes.enrolment(path, entered=50)
    programmes.enrolment(entered=10)
    found = taken("programme_enrolled", programme=programmes.FRAME)
    assert found.value == 2
    assert value("programme_enrolled", programme=programmes.FRAME, as_of=programmes.ago(11)) == 1
    assert value("programme_enrolled", programme="accelerateur-pme") == 0
    with pytest.raises(BadInput, match="programmes.yaml"):
        value("programme_enrolled", programme="absent")


def test_the_delay_between_two_stages_is_that_of_the_day_measured():
    for days in (90, 80, 70, 60):
        held = programmes.enrolment(entered=100)
        programmes.stage(held, "support", days)
    given = {"programme": programmes.FRAME, "start": "entry", "end": "support"}
    assert value("programme_stage_delay_days", **given) == 20
    past = taken("programme_stage_delay_days", as_of=programmes.ago(85), **given)
    assert (past.value, past.numerator, past.denominator) == (None, 1, 4)
    assert taken("programme_stage_delay_days", **{**given, "start": "support", "end": "review"}).value is None
    assert taken("programme_stage_delay_days", since=None, **given).value == 20
    assert taken("programme_stage_delay_days", since=programmes.ago(99), **given).denominator == 0
    with pytest.raises(BadInput, match="entry, diagnosis"):
        value("programme_stage_delay_days", **{**given, "end": "absent"})


def test_a_diagnosis_brought_along_stays_what_it_was_when_another_is_made_later():
    given = {"programme": programmes.FRAME, "start": "diagnosis", "end": "support"}
    for _ in range(3):
        path = make.journey(opened_at=at(date(2026, 6, 1)))
        held = programmes.enrolment(path, entered=100)
        make.finished(path, on=at(programmes.ago(120)))
        programmes.stage(held, "support", 90)
    before = taken("programme_stage_delay_days", as_of=programmes.ago(80), **given)
    make.finished(path, on=at(programmes.ago(70)))
    after = taken("programme_stage_delay_days", as_of=programmes.ago(80), **given)
    assert (before.value, before.numerator) == (after.value, after.numerator) == (10, 3)


def test_the_share_of_options_taken_is_of_all_that_were_offered():
    for days in (30, 20, None):
        held = programmes.enrolment()
        programmes.take(held, days=40, taken_on=programmes.ago(days) if days else None)
        programmes.take(held, "chamber", "individual", days=5)
    found = taken("option_take_up_share", kind="collective")
    assert (found.value, found.numerator, found.denominator) == (Decimal(2) / 3, 2, 3)
    assert value("option_take_up_share", kind="collective", as_of=programmes.ago(25)) == Decimal(1) / 3
    assert value("option_take_up_share", kind="individual", programme=programmes.FRAME) == 0
    nothing = taken("option_take_up_share", kind="individual", as_of=programmes.ago(6))
    assert (nothing.value, nothing.denominator) == (None, 0)
    assert nothing.why == "Aucune option de cette nature n'a été proposée."
    with pytest.raises(BadInput, match="individual ou collective"):
        value("option_take_up_share", kind="both")


def test_the_share_of_needs_closed_with_help_leaves_out_those_nobody_answered_for():
    for outcome in ("helped", "helped", "not_helped", "not_reached", "no_news", "withdrawn", "unanswered"):
        needs.closed(outcome, days_ago=10)
    needs.need()
    needs.closed("helped", days_ago=10, subject="robots")
    found = taken("needs_closed_with_help_share")
    assert (found.value, found.numerator, found.denominator) == (Decimal(3) / 5, 3, 5)
    assert value("needs_closed_with_help_share", subjects=["energy"]) == Decimal(1) / 2
    assert value("needs_closed_with_help_share", as_of=programmes.ago(11)) is None


def test_a_need_opened_again_was_closed_until_then():
    one = needs.need(days_ago=40, status="waiting")
    end = NOW - timedelta(days=20)
    needs.involvement(one, state="closed", ended_at=end, outcome="helped")
    NeedEvent.objects.create(need=one, at=NOW - timedelta(days=30), kind=NeedEventKind.REROUTED)
    NeedEvent.objects.create(need=one, at=NOW - timedelta(days=10), kind=NeedEventKind.REOPENED)
    assert value("needs_closed_with_help_share", as_of=programmes.ago(21)) is None
    assert value("needs_closed_with_help_share", as_of=programmes.ago(15)) == 1
    assert value("needs_closed_with_help_share", as_of=programmes.ago(5)) is None


def held_review(path, months, created, on, **fields):
    one = Review.objects.get(journey=path, months=months)
    one.done_at, one.done_by = at(on), path.opened_by
    one.save()
    return reviews.figure(one, "jobs_created", created, **fields)


def test_jobs_declared_are_those_of_the_last_review_and_jobs_maintained_are_never_added():
    path, other = make.journey(opened_at=at(date(2025, 11, 1))), make.journey()
    for one in (path, other):
        reviews.baseline(one)
    held_review(path, 6, 2, date(2026, 5, 15))
    last = held_review(path, 12, 5, date(2026, 11, 15))
    reviews.figure(last.review, "jobs_maintained", 9)
    held_review(other, 12, 4, date(2026, 11, 16))
    held_review(other, 24, 8, date(2026, 11, 20), withdrawn_at=NOW)
    found = taken("declared_jobs_created")
    assert (found.value, parts(found, "departement")) == (9, {"95": "9.00"})
    assert value("declared_jobs_created", as_of=date(2026, 6, 1)) == 2
    assert value("declared_jobs_created", as_of=date(2026, 5, 1)) is None
    Figure.objects.filter(pk=last.pk).update(evidence="observed")
    assert value("declared_jobs_created") == 6


# -- all of them -------------------------------------------------------------------------------------------------------
GIVEN = {
    "application_delay_days": {"from": "filed", "to": "agreed"},
    "programme_enrolled": {"programme": programmes.FRAME},
    "programme_stage_delay_days": {"programme": programmes.FRAME, "start": "entry", "end": "support"},
    "option_take_up_share": {"kind": "collective"},
}


def ours():
    return [one for one in registry._known.values() if one.function.__module__.startswith("ensembleur.journeys")]


def everything(as_of=TODAY):
    reading = Reading(as_of).since(START)
    return {one.name: one.take(reading, GIVEN.get(one.name, {})) for one in ours()}


def test_before_its_first_operation_the_platform_saw_nothing_and_no_figure_is_zero():
    agreed()
    found = everything(as_of=date(2025, 12, 31))
    assert len(found) == 12
    assert {one.value for one in found.values()} == {None}
    assert {one.why for one in found.values()} == {"La plateforme ne tenait encore aucune opération ce jour-là."}


def test_a_figure_says_since_when_the_platform_sees():
    agreed(make.journey(opened_at=at(date(2026, 10, 5))))
    assert {one.seen_since for one in everything().values()} == {date(2026, 10, 5)}
    programmes.enrolment(entered=100)
    assert taken("companies_supported").seen_since == programmes.ago(100)


@pytest.mark.parametrize("count", [1, 3])
def test_every_measurement_together_costs_as_many_queries_whatever_the_files(count, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(published, "company_schemes", lambda: ())
    for _ in range(count):
        held = programmes.enrolment()
        programmes.stage(held)
        programmes.take(held)
        agreed(held.journey)
        make.plan(make.finished(held.journey))
        needs.closed(of=held.journey)
    with django_assert_max_num_queries(22) as seen:
        everything()
    assert len(seen) == 22

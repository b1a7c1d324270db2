"""Baselines and reviews: three ways of knowing side by side, nothing overwritten, nothing added up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.journeys.engine.reviews import Sure
from ensembleur.journeys.models import Baseline, Figure, Review
from ensembleur.journeys.permissions import may_see_reviews
from ensembleur.journeys.queries import reviews as queries
from ensembleur.journeys.services import papers, reviewing
from ensembleur.logic.facts import Fact, Interval
from ensembleur.sources import Evidence, Source
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories import reviews as held
from tests.factories.journeys import NOW, TODAY
from tests.journeys.test_permissions import HELPED, PEOPLE, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register_says(monkeypatch):
    """The register gives a band of 20 to 49 people at the end of 2024."""
    said = {}

    def say(low, high, on):
        source = Source(title="Répertoire fictif", as_of=on)
        said["headcount"] = Fact(Interval(low, high), as_of=on, source=source, evidence=Evidence.OBSERVED)

    say(20, 49, date(2024, 12, 31))
    monkeypatch.setattr(queries.register, "register_facts", lambda siret: dict(said))
    return say


def begun(**fields):
    """A journey with a finished diagnosis, and its director."""
    journey, director = make.own_journey(**fields)
    make.finished(journey, on=NOW - timedelta(days=3))
    return journey, director


def proof(journey, by):
    return papers.add_document(journey=journey, by=by, now=NOW, kind="accounts", name="comptes.pdf", content=make.PDF)


def test_a_baseline_keeps_the_three_ways_of_knowing_apart_and_sets_four_days():
    journey, director = begun()
    document = proof(journey, director)
    told = [held.told(value=34), held.told(value=33, evidence="documented", document=document, on=date(2025, 12, 31))]
    baseline = reviewing.take_baseline(journey=journey, figures=told, by=director, now=NOW, taken_on=TODAY)
    rows = {row.evidence: (row.low, row.high, row.as_of) for row in baseline.figures.all()}
    assert rows == {
        "declared": (34, 34, date(2026, 11, 20)),
        "documented": (33, 33, date(2025, 12, 31)),
        "observed": (20, 49, date(2024, 12, 31)),
    }
    assert [(one.months, one.due_on) for one in journey.reviews.all()] == [
        (6, date(2027, 5, 21)), (12, date(2027, 11, 21)), (24, date(2028, 11, 21)), (36, date(2029, 11, 21)),
    ]  # fmt: skip
    act = Act.objects.order_by("number").last()
    assert (act.verb, act.after["figures"]) == ("take_baseline", ["headcount:declared", "headcount:documented"])
    with pytest.raises(Refused, match="déjà notée"):
        reviewing.take_baseline(journey=journey, figures=[], by=director, now=NOW, taken_on=TODAY)


def test_a_baseline_waits_for_the_first_diagnosis_and_a_day_that_holds():
    journey, director = make.own_journey()
    with pytest.raises(Refused, match="Terminez d'abord un diagnostic"):
        reviewing.take_baseline(journey=journey, figures=[], by=director, now=NOW, taken_on=TODAY)
    make.finished(journey, on=NOW - timedelta(days=3))
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=4)):
        with pytest.raises(BadInput, match="entre le premier diagnostic"):
            reviewing.take_baseline(journey=journey, figures=[], by=director, now=NOW, taken_on=day)
    assert not Baseline.objects.exists()


def test_a_project_without_siret_has_a_baseline_without_a_register():
    journey, director = make.journey(siren=""), None
    director = journey.opened_by
    make.finished(journey, on=NOW)
    baseline = reviewing.take_baseline(journey=journey, figures=[held.told()], by=director, now=NOW, taken_on=TODAY)
    assert [row.evidence for row in baseline.figures.all()] == ["declared"]


@pytest.mark.parametrize(
    ("told", "word"),
    [
        (held.told("nothing"), "choisissez dans la liste"),
        (held.told(evidence="observed"), "déclaré ou prouvé"),
        (held.told(evidence="estimated"), "déclaré ou prouvé"),
        (held.told(value=-1), "positif ou nul"),
        (held.told(value="NaN"), "positif ou nul"),
        (held.told(value="1e12"), "positif ou nul"),
        (held.told(value="33.5"), "nombre entier"),
        (held.told(evidence="documented"), "joignez la pièce"),
        (held.told(on=date(2026, 11, 25)), "postérieur"),
    ],
)
def test_a_figure_that_says_nothing_sound_is_refused(told, word):
    journey, director = begun()
    with pytest.raises(BadInput, match=word):
        reviewing.take_baseline(journey=journey, figures=[told], by=director, now=NOW, taken_on=TODAY)
    assert not Figure.objects.exists()


def test_a_document_of_elsewhere_proves_nothing_and_a_figure_is_given_once():
    journey, director = begun()
    elsewhere = make.journey()
    foreign = proof(elsewhere, elsewhere.opened_by)
    with pytest.raises(BadInput, match="pièce propre"):
        reviewing.take_baseline(
            journey=journey, figures=[held.told(evidence="documented", document=foreign)], by=director, now=NOW, taken_on=TODAY
        )
    with pytest.raises(BadInput, match="deux fois"):
        reviewing.take_baseline(journey=journey, figures=[held.told(), held.told()], by=director, now=NOW, taken_on=TODAY)


def test_a_review_without_a_baseline_says_what_to_do():
    journey, director = begun()
    review = Review.objects.create(journey=journey, months=12, due_on=TODAY)
    with pytest.raises(Refused, match="Notez d'abord la situation de départ"):
        reviewing.hold_review(review=review, figures=[held.told()], by=director, now=NOW)


def test_a_review_a_year_later_joins_the_register_and_the_later_diagnosis(register_says):
    journey, director = make.own_journey()
    first = make.finished(journey, on=NOW - timedelta(days=380))
    held.baseline(journey, diagnosis=first)
    second = make.finished(journey, level=3, on=NOW - timedelta(days=5))
    register_says(50, 99, date(2025, 12, 31))
    review = reviewing.hold_review(
        review=held.review(journey), figures=[held.told(value=52)], by=director, now=NOW, comment=" Deux lignes de plus "
    )
    assert (review.done_by, review.diagnosis, review.comment) == (director, second, "Deux lignes de plus")
    assert {(row.evidence, row.low, row.high) for row in review.figures.all()} == {("declared", 52, 52), ("observed", 50, 99)}
    with pytest.raises(Refused, match="déjà été fait"):
        reviewing.hold_review(review=review, figures=[], by=director, now=NOW)


def test_a_review_is_neither_early_nor_late_nor_about_the_time_before():
    journey, director = make.own_journey()
    held.baseline(journey)
    with pytest.raises(Refused, match=r"à partir du 16/10/2027"):
        reviewing.hold_review(review=held.review(journey, 24), figures=[], by=director, now=NOW)
    with pytest.raises(Refused, match="passé sans réponse"):
        reviewing.hold_review(review=held.review(journey, 6, lapsed_at=NOW), figures=[], by=director, now=NOW)
    with pytest.raises(BadInput, match="n'avait pas commencé"):
        reviewing.hold_review(review=held.review(journey), figures=[held.told(on=date(2025, 11, 15))], by=director, now=NOW)
    with pytest.raises(BadInput, match="2 000"):
        reviewing.hold_review(review=held.review(journey), figures=[], by=director, now=NOW, comment="a" * 2001)


def test_a_wrong_figure_is_withdrawn_and_kept_and_another_may_follow():
    journey, director = make.own_journey()
    baseline = held.baseline(journey)
    wrong = held.figure(baseline, value=3000)
    told = held.told(value=30, on=date(2025, 11, 1))
    with pytest.raises(Refused, match="retirez-le"):
        reviewing.record_figure(told=told, by=director, now=NOW, of=baseline)
    reviewing.withdraw_figure(figure=wrong, by=director, now=NOW)
    right = reviewing.record_figure(told=told, by=director, now=NOW, of=baseline)
    assert list(queries.history_of(journey)) == [wrong, right]
    assert [line.baseline.low for line in queries.comparison_of(journey).lines] == [30]
    with pytest.raises(Refused, match="déjà été retiré"):
        reviewing.withdraw_figure(figure=wrong, by=director, now=NOW)
    assert [act.verb for act in Act.objects.order_by("number")] == ["withdraw_figure", "record_figure"]


def test_what_the_register_says_is_not_withdrawn_here():
    journey, director = make.own_journey()
    said = held.figure(held.baseline(journey), evidence="observed", high=49)
    with pytest.raises(Refused, match="auprès de ce registre"):
        reviewing.withdraw_figure(figure=said, by=director, now=NOW)


def test_a_figure_is_added_to_a_review_only_once_it_was_held():
    journey, director = make.own_journey()
    held.baseline(journey)
    with pytest.raises(Refused, match="pas encore été fait"):
        reviewing.record_figure(told=held.told(), by=director, now=NOW, of=held.review(journey))
    review = held.review(journey, done_at=NOW, done_by=director)
    row = reviewing.record_figure(told=held.told("co2_t", "12.5"), by=director, now=NOW, of=review)
    assert (row.review, row.low) == (review, Decimal("12.5"))


def test_a_closed_journey_changes_no_more():
    journey, director = begun(closed_at=NOW)
    with pytest.raises(Refused, match="clos"):
        reviewing.take_baseline(journey=journey, figures=[], by=director, now=NOW, taken_on=TODAY)


def test_the_document_that_proves_a_figure_stays():
    journey, director = begun()
    document = proof(journey, director)
    told = held.told(evidence="documented", document=document)
    reviewing.take_baseline(journey=journey, figures=[told], by=director, now=NOW, taken_on=TODAY)
    with pytest.raises(Refused, match="prouve un chiffre"):
        papers.remove_document(document=document, by=director, now=NOW)


def test_the_comparison_holds_each_way_of_knowing_on_its_own_line_and_no_total(django_assert_num_queries):
    journey, director = make.own_journey()
    baseline = held.baseline(journey)
    held.figure(baseline, value=30)
    held.figure(baseline, value=20, high=49, evidence="observed", as_of=date(2024, 12, 31))
    review = held.review(journey, done_at=NOW, done_by=director)
    held.figure(review, value=34)
    held.figure(review, value=20, high=49, evidence="observed", as_of=date(2024, 12, 31))
    held.figure(review, "jobs_created", 5)
    held.figure(review, "jobs_maintained", 40)
    with django_assert_num_queries(3):
        found = queries.comparison_of(journey)
    lines = {(line.indicator, line.evidence): line for line in found.lines}
    assert list(lines) == [
        ("headcount", "declared"), ("headcount", "observed"), ("jobs_created", "declared"), ("jobs_maintained", "declared"),
    ]  # fmt: skip
    assert lines["headcount", "declared"].terms[12][1].low == 4
    assert lines["headcount", "observed"].terms[12][1].sure is Sure.SAME_DAY
    assert lines["jobs_created", "declared"].terms[12][1] is None
    assert 45 not in {known.low for line in found.lines for known, _change in line.terms.values()}


def test_no_comparison_without_a_baseline():
    assert queries.comparison_of(make.journey()) is None


def test_the_review_to_hold_is_the_oldest_one_due():
    journey, _director = make.own_journey()
    held.baseline(journey)
    assert queries.due_review(journey, as_of=TODAY).months == 6
    held.review(journey, 6, lapsed_at=NOW)
    assert queries.due_review(journey, as_of=TODAY).months == 12
    assert queries.due_review(journey, as_of=date(2026, 11, 14)) is None
    assert [one.months for one in queries.open_reviews(journey, as_of=date(2026, 11, 14))] == [12]


# -- who may -----------------------------------------------------------------------------------------------------------
def _due(journey):
    held.baseline(journey)
    return held.review(journey)


SERVICES = {
    "take_baseline": (
        lambda j: make.finished(j, on=NOW),
        lambda j, t, by: reviewing.take_baseline(journey=j, figures=[], by=by, now=NOW, taken_on=TODAY),
    ),
    "hold_review": (_due, lambda j, t, by: reviewing.hold_review(review=t, figures=[], by=by, now=NOW)),
    "record_figure": (
        held.baseline,
        lambda j, t, by: reviewing.record_figure(told=held.told(on=date(2025, 11, 1)), by=by, now=NOW, of=t),
    ),
    "withdraw_figure": (
        lambda j: held.figure(held.baseline(j)),
        lambda j, t, by: reviewing.withdraw_figure(figure=t, by=by, now=NOW),
    ),
}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("who", PEOPLE)
def test_only_the_company_and_its_adviser_write_reviews(service, who):
    journey = make.journey(siren=make.SIREN)
    accounts.person(Role.DIRECTOR, make.SIREN)
    prepare, act = SERVICES[service]
    thing, by = prepare(journey), person(who, make.SIREN)
    if who in HELPED:
        act(journey, thing, by)
        return
    with pytest.raises(NotAllowed):
        act(journey, thing, by)


@pytest.mark.parametrize("who", PEOPLE)
def test_reviews_are_read_by_the_company_its_adviser_and_the_officer_of_the_place(who):
    journey = make.journey(siren=make.SIREN)
    accounts.person(Role.DIRECTOR, make.SIREN)
    held.baseline(journey)
    by = person(who, make.SIREN)
    readers = {*HELPED, "officer"}
    assert may_see_reviews(by, journey) == (who in readers)
    assert Review.objects.visible_to(by).exists() == (who in readers)

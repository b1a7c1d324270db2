"""What reviews and surveys keep about people."""

from __future__ import annotations

from datetime import date

import pytest

from ensembleur.journeys.services import review_data
from tests.factories import journeys as make
from tests.factories import reviews as held
from tests.factories.journeys import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def written():
    journey, director = make.own_journey()
    held.baseline(journey)
    review = held.review(journey, done_at=NOW, done_by=director, comment="Paul a formé l'équipe")
    held.figure(review, recorded_by=director)
    survey = held.survey(held.closed_need(None, journey), director, contacted=True, comment="Merci à Paul")
    return director, review, survey


def test_a_person_gets_back_what_they_said(written):
    found = review_data.export_share(written[0])
    assert found["surveys"][0]["comment"] == "Merci à Paul"
    assert found["reviews"][0]["months"] == 12
    assert found["figures"][0]["indicator"] == "headcount"
    assert review_data.export_share(make.director()) == {"surveys": [], "reviews": [], "figures": []}


def test_their_words_are_emptied_and_the_figures_stay(written):
    person, review, survey = written
    assert review_data.erase_share(person=person, now=NOW) == 2
    assert review_data.erase_share(person=person, now=NOW) == 0
    review.refresh_from_db()
    survey.refresh_from_db()
    assert (review.comment, survey.comment, survey.contacted) == ("Commentaire effacé à la demande de son auteur.", "", True)
    assert review.figures.count() == 1


def test_comments_are_emptied_after_three_years(written):
    *_rest, survey = written
    later = date(2029, 12, 1)
    assert review_data.retain_share(as_of=TODAY, now=NOW, dry_run=True) == 0
    assert review_data.retain_share(as_of=later, now=NOW, dry_run=True) == 1
    assert review_data.retain_share(as_of=later, now=NOW, dry_run=False) == 1
    survey.refresh_from_db()
    assert survey.comment == ""
    assert survey.answered_at is not None

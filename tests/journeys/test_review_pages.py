"""The pages of the baseline, of the reviews, of the comparison and of the survey."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.journeys.models import Baseline, Figure
from ensembleur.journeys.queries import reviews as queries
from ensembleur.logic.facts import Fact, Interval
from ensembleur.sources import Evidence, Source
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories import reviews as held
from tests.journeys.test_permissions import HELPED, PEOPLE, person

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"journeys:{name}", args=args)


def today():
    return timezone.localdate()


@pytest.fixture(autouse=True)
def register_says(monkeypatch):
    on = date(2024, 12, 31)
    fact = Fact(Interval(20, 49), as_of=on, source=Source(title="Répertoire fictif", as_of=on), evidence=Evidence.OBSERVED)
    monkeypatch.setattr(queries.register, "register_facts", lambda siret: {"headcount": fact})


def a_year_on(journey):
    """A baseline a year and a week old, with a declared headcount."""
    day = today() - timedelta(days=372)
    first = make.finished(journey, on=timezone.now() - timedelta(days=372))
    baseline = held.baseline(journey, on=day, diagnosis=first)
    held.figure(baseline, value=30)
    held.review(journey, 6, lapsed_at=timezone.now() - timedelta(days=90))
    return baseline


def test_the_baseline_is_taken_with_what_the_register_says(client, signed_in):
    journey, _director = signed_in
    make.finished(journey, on=timezone.now())
    answer = client.get(url("baseline", journey.pk))
    assert "Le registre dit : de 20 à 49." in answer.text
    assert "le registre le dit" in answer.text
    assert "Emplois créés" not in answer.text
    said = {
        "on": today().isoformat(), "headcount-value": "34", "headcount-evidence": "declared",
        "turnover_eur-value": "4 200 000,50 €", "turnover_eur-evidence": "documented",
        "turnover_eur-file": SimpleUploadedFile("comptes.pdf", make.PDF),
    }  # fmt: skip
    answer = client.post(url("baseline", journey.pk), said, follow=True)
    assert "La situation de départ est notée." in answer.text
    rows = {(row.indicator, row.evidence): str(row.low) for row in Figure.objects.all()}
    assert rows == {
        ("headcount", "declared"): "34.00", ("headcount", "observed"): "20.00", ("turnover_eur", "documented"): "4200000.50",
    }  # fmt: skip
    assert Figure.objects.get(evidence="documented").document.kind == "accounts"
    assert client.get(url("baseline", journey.pk)).status_code == 302


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"headcount-value": "beaucoup", "headcount-evidence": "declared"}, "Saisissez un nombre"),
        ({"headcount-value": "34", "headcount-evidence": "register"}, "noté de lui-même"),
        ({"headcount-value": "34", "headcount-evidence": "documented"}, "Joignez la pièce"),
        ({"headcount-value": "-3", "headcount-evidence": "declared"}, "supérieure ou égale à 0"),
        ({"on": "2019-01-01", "headcount-value": "3", "headcount-evidence": "declared"}, "premier diagnostic"),
    ],
)
def test_what_must_be_mended_is_said_and_nothing_is_written(client, signed_in, said, word):
    journey, _director = signed_in
    make.finished(journey, on=timezone.now())
    answer = client.post(url("baseline", journey.pk), {"on": today().isoformat(), **said})
    assert answer.status_code in (400, 422)
    assert word in answer.text
    assert not Baseline.objects.exists()


def test_a_piece_comes_with_its_figure_and_its_word(client, signed_in):
    journey, _director = signed_in
    make.finished(journey, on=timezone.now())
    for said, word in (
        ({"headcount-evidence": "documented"}, "Écrivez le chiffre"),
        ({"headcount-value": "3", "headcount-evidence": "declared"}, "Une pièce est jointe"),
    ):
        file = SimpleUploadedFile("a.pdf", make.PDF)
        answer = client.post(url("baseline", journey.pk), {"on": today().isoformat(), "headcount-file": file, **said})
        assert word in answer.text


def test_a_review_is_held_and_compared_on_the_page_in_the_chart_and_in_the_file(client, signed_in):
    journey, _director = signed_in
    a_year_on(journey)
    answer = client.get(url("reviews", journey.pk))
    assert "Faire le bilan à 12 mois" in answer.text
    assert "demandé, rappelé, resté sans réponse" in answer.text
    form = client.get(url("review", journey.pk, 12))
    assert "Au départ : 30." in form.text
    said = {
        "on": today().isoformat(), "headcount-value": "34", "headcount-evidence": "declared",
        "jobs_created-value": "5", "jobs_created-evidence": "declared",
        "jobs_maintained-value": "40", "jobs_maintained-evidence": "declared", "comment": "=Deux lignes",
    }  # fmt: skip
    answer = client.post(url("review", journey.pk, 12), said, follow=True)
    assert "+4" in answer.text
    assert "pas de départ connu de la même façon" in answer.text
    assert ">45<" not in answer.text
    spec = client.get(url("reviews_chart", journey.pk) + "?chiffre=headcount").json()
    assert {row["low"] for layer in spec["layer"] for row in layer["data"]["values"]} == {20, 30, 34}
    lines = list(csv.reader(io.StringIO(client.get(url("reviews_csv", journey.pk)).content.decode("utf-8-sig")), delimiter=";"))
    assert [line[:4] for line in lines[1:]] == [
        ["Départ", "Effectif", "déclaré", "30.00"],
        ["12 mois", "Effectif", "déclaré", "34.00"],
        ["12 mois", "Emplois créés", "déclaré", "5.00"],
        ["12 mois", "Emplois maintenus", "déclaré", "40.00"],
        ["12 mois", "Effectif", "constaté", "20.00"],
    ]
    assert not any("45" in line[3] for line in lines)
    assert client.get(url("review", journey.pk, 12)).status_code == 302
    assert client.get(url("reviews_chart", journey.pk) + "?chiffre=nothing").status_code == 404


def test_a_review_without_baseline_leads_to_it(client, signed_in):
    journey, _director = signed_in
    make.finished(journey, on=timezone.now())
    assert client.get(url("review", journey.pk, 12)).url == url("baseline", journey.pk)
    assert "Noter la situation de départ" in client.get(url("reviews", journey.pk)).text
    assert client.get(url("reviews_chart", journey.pk) + "?chiffre=headcount").status_code == 404


def test_a_figure_is_withdrawn_and_another_added(client, signed_in):
    journey, _director = signed_in
    baseline = a_year_on(journey)
    answer = client.post(url("withdraw_figure", baseline.figures.get().pk), follow=True)
    assert "Il reste dans l'historique" in answer.text.replace("&#x27;", "'")
    said = {"on": baseline.taken_on.isoformat(), "headcount-value": "31", "headcount-evidence": "declared"}
    assert client.post(url("add_figure", journey.pk, 0), said).status_code == 302
    assert [int(row.low) for row in baseline.figures.all() if row.withdrawn_at is None] == [31]
    answer = client.post(url("add_figure", journey.pk, 0), said)
    assert answer.status_code == 422
    assert "retirez-le" in answer.text
    assert client.get(url("add_figure", journey.pk, 12)).status_code == 404


PAGES = ("reviews", "reviews_csv", "baseline", "review", "add_figure")


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_which_page(client, who):
    journey = make.journey(siren=make.SIREN)
    accounts.person(Role.DIRECTOR, make.SIREN)
    a_year_on(journey)
    by = person(who, make.SIREN)
    if who != "visitor":
        client.force_login(by)
    seen = {}
    for name in PAGES:
        args = {"review": (12,), "add_figure": (0,)}.get(name, ())
        seen[name] = client.get(url(name, journey.pk, *args)).status_code
    if who in HELPED:
        assert seen == {"reviews": 200, "reviews_csv": 200, "baseline": 302, "review": 200, "add_figure": 200}
    elif who == "officer":
        assert seen == {"reviews": 200, "reviews_csv": 200, "baseline": 404, "review": 404, "add_figure": 404}
    elif who in ("visitor", "closed_account"):
        assert set(seen.values()) == {302}
    else:
        assert set(seen.values()) == {404}


def test_an_officer_reads_without_the_papers_nor_the_buttons(client):
    journey, _director = make.own_journey()
    a_year_on(journey)
    client.force_login(accounts.person(Role.OFFICER))
    text = client.get(url("reviews", journey.pk)).text
    assert "Retirer ce chiffre" not in text
    assert "Faire le bilan" not in text


# -- surveys -----------------------------------------------------------------------------------------------------------
def test_a_survey_takes_two_clicks_and_is_seen_by_nobody_else(client, signed_in):
    journey, director = signed_in
    survey = held.survey(held.closed_need(None, journey), director, asked_at=timezone.now() - timedelta(days=1))
    assert "Avez-vous échangé ?" in client.get(url("survey", survey.pk)).text
    answer = client.post(url("survey", survey.pk), {"contacted": "no"}, follow=True)
    assert "Changer ma réponse" in answer.text
    survey.refresh_from_db()
    assert (survey.contacted, survey.useful, survey.result) == (False, None, "")
    answer = client.post(url("survey", survey.pk), {"contacted": "no", "useful": "yes"})
    assert answer.status_code == 400
    client.post(url("survey", survey.pk), {"contacted": "yes", "useful": "yes", "result": "chosen", "comment": "Merci"})
    survey.refresh_from_db()
    assert (survey.contacted, survey.useful, survey.result, survey.comment) == (True, True, "chosen", "Merci")
    client.force_login(accounts.person(Role.ADVISER, "95"))
    assert client.get(url("survey", survey.pk)).status_code == 404


def test_a_survey_too_old_says_so(client, signed_in):
    journey, director = signed_in
    old = timezone.now() - timedelta(days=70)
    survey = held.survey(held.closed_need(None, journey), director, asked_at=old)
    assert "attend plus de réponse" in client.get(url("survey", survey.pk)).text
    assert client.post(url("survey", survey.pk), {"contacted": "yes"}).status_code == 422
    done = held.survey(held.closed_need(None, journey), director, asked_at=old, contacted=True, answered_at=old)
    assert "ne change plus" in client.get(url("survey", done.pk)).text

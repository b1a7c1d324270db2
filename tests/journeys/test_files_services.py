"""Files: drafted, filed, instructed, paid, closed; messages and personal data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.journeys.choices import ARROWS, ApplicationStatus
from ensembleur.journeys.models import Application
from ensembleur.journeys.queries.home import gain_of
from ensembleur.journeys.services import applying, instructing, papers, personal_data
from ensembleur.logic.facts import Fact
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories.journeys import NOW, TODAY

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(Act.objects.order_by("number").values_list("verb", flat=True))


# -- applying ----------------------------------------------------------------------------------------------------------
def test_an_application_is_drafted_once_and_takes_up_the_action():
    journey, director = make.own_journey()
    action = make.plan(make.finished(journey)).actions.first()
    action.cost_eur = Decimal(9000)
    action.save()
    draft = applying.draft_application(journey=journey, scheme="ouverte", by=director, now=NOW, action=action)
    assert applying.draft_application(journey=journey, scheme="ouverte", by=director, now=NOW) == draft
    assert (draft.scheme_title, draft.project, draft.project_cost_eur) == ("Aide ouverte", "Faire.", Decimal(9000))
    assert [event.status_to for event in draft.events.all()] == ["draft"]


def test_an_unknown_scheme_or_somebody_elses_action_is_refused():
    journey, director = make.own_journey()
    with pytest.raises(Refused, match="catalogue"):
        applying.draft_application(journey=journey, scheme="nothing", by=director, now=NOW)
    foreign = make.plan(make.finished(make.journey())).actions.first()
    with pytest.raises(BadInput, match="autre parcours"):
        applying.draft_application(journey=journey, scheme="ouverte", by=director, now=NOW, action=foreign)


def test_a_project_is_described_while_it_is_a_draft():
    journey, director = make.own_journey()
    said = {"project": " Un robot ", "project_cost_eur": Decimal(80_000), "project_started": False}
    draft = applying.describe_project(application=make.application(journey), by=director, now=NOW, **said)
    assert (draft.project, draft.project_cost_eur) == ("Un robot", Decimal(80_000))
    with pytest.raises(BadInput, match="supérieur à zéro"):
        applying.describe_project(application=draft, by=director, now=NOW, **{**said, "project_cost_eur": Decimal(0)})
    with pytest.raises(Refused, match="déposé"):
        applying.describe_project(application=make.application(journey, "filed"), by=director, now=NOW, **said)


def test_filing_freezes_the_verdict_of_the_day():
    journey, director = make.own_journey()
    filed = applying.file_application(application=make.application(journey, scheme="ouverte"), by=director, now=NOW)
    held = Application.objects.get()
    assert (held.status, held.filed_at, held.scheme_version) == ("filed", NOW, "ouverte-1")
    assert held.verdict["answer"] == "yes"
    assert held.verdict["amount_eur"]["max"] in (50_000, "50000", "50000.00")
    assert filed.events.last().status_to == "filed"
    assert verbs() == ["file_application"]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"scheme": "grande"}, "n'est pas remplie"),
        ({"scheme": "fermee"}, "pas ouverte"),
        ({"scheme": "ouverte", "project_started": True}, "déjà commencé"),
        ({"scheme": "ouverte", "project": ""}, "Décrivez"),
        ({"scheme": "ouverte", "project_cost_eur": None}, "Décrivez"),
        ({"scheme": "ouverte", "project_started": None}, "Décrivez"),
        ({"scheme": "nothing"}, "plus au catalogue"),
    ],
)
def test_what_cannot_be_filed_stays_a_draft(fields, word):
    journey, director = make.own_journey()
    draft = make.application(journey, **fields)
    with pytest.raises(Refused, match=word):
        applying.file_application(application=draft, by=director, now=NOW)
    assert Application.objects.get().status == "draft"


# -- instructing -------------------------------------------------------------------------------------------------------
def officer():
    return accounts.person(Role.OFFICER)


def test_a_file_goes_all_the_way_to_its_last_payment():
    journey, director = make.own_journey()
    by, held = officer(), make.application(journey, scheme="ouverte")
    held = applying.file_application(application=held, by=director, now=NOW)
    instructing.mark_complete(application=held, by=by, now=NOW, note="Tout y est")
    instructing.decide_application(
        application=held, by=by, now=NOW, outcome="favourable", decided_on=TODAY, granted_eur=Decimal(40_000),
        score=Decimal(72), cut_off=Decimal(60),
    )  # fmt: skip
    instructing.agree(application=held, by=by, now=NOW, agreed_on=TODAY)
    instructing.record_payment(application=held, by=by, now=NOW, kind="advance", paid_on=TODAY, amount_eur=Decimal(15_000))
    with pytest.raises(Refused, match="Il ne reste que 25"):
        instructing.record_payment(application=held, by=by, now=NOW, kind="balance", paid_on=TODAY, amount_eur=Decimal(30_000))
    with pytest.raises(Refused, match="pas versée en totalité"):
        instructing.close(application=held, by=by, now=NOW, reason="paid")
    instructing.record_payment(application=held, by=by, now=NOW, kind="balance", paid_on=TODAY, amount_eur=Decimal(25_000))
    closed = instructing.close(application=held, by=by, now=NOW, reason="paid")
    assert (closed.status, closed.closing_reason, closed.score, closed.cut_off) == ("closed", "paid", 72, 60)
    assert [event.status_to for event in closed.events.all()] == [
        "filed", "complete", "decided", "agreed", "paying", "paying", "closed",
    ]  # fmt: skip


def test_a_refusal_is_kept_with_its_score_and_says_why():
    journey, _director = make.own_journey()
    by, held = officer(), make.application(journey, "complete")
    instructing.decide_application(
        application=held, by=by, now=NOW, outcome="unfavourable", decided_on=TODAY, granted_eur=Decimal(5), score=Decimal(40)
    )
    with pytest.raises(Refused, match="pas favorable"):
        instructing.agree(application=held, by=by, now=NOW, agreed_on=TODAY)
    with pytest.raises(BadInput, match="motif"):
        instructing.refuse(application=held, by=by, now=NOW, note="  ")
    refused = instructing.refuse(application=held, by=by, now=NOW, note="Plan de financement à revoir")
    assert (refused.status, refused.granted_eur, refused.score) == ("refused", None, 40)
    closed = instructing.close(application=held, by=by, now=NOW, reason="refused")
    assert (closed.outcome, closed.decided_on) == ("unfavourable", TODAY)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"outcome": "maybe"}, "favorable ou défavorable"),
        ({"granted_eur": None}, "supérieur à zéro"),
        ({"decided_on": TODAY + timedelta(days=1)}, "entre le jour du dépôt"),
        ({"decided_on": date(2020, 1, 1)}, "entre le jour du dépôt"),
    ],
)
def test_an_impossible_decision_is_refused(change, word):
    given = {"outcome": "favourable", "granted_eur": Decimal(10), "decided_on": TODAY, **change}
    with pytest.raises(BadInput, match=word):
        instructing.decide_application(application=make.application(make.journey(), "complete"), by=officer(), now=NOW, **given)


def test_an_agreement_is_dated_after_its_decision():
    held = make.application(make.journey(), "decided")
    with pytest.raises(BadInput, match="convention se date"):
        instructing.agree(application=held, by=officer(), now=NOW, agreed_on=date(2026, 11, 1))
    with pytest.raises(Refused, match="pas défavorable"):
        instructing.refuse(application=held, by=officer(), now=NOW, note="Non")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"kind": "gift"}, "nature"),
        ({"amount_eur": Decimal(0)}, "supérieur à zéro"),
        ({"paid_on": TODAY + timedelta(days=1)}, "entre la convention"),
        ({"paid_on": date(2026, 11, 1)}, "entre la convention"),
    ],
)
def test_an_impossible_payment_is_refused(change, word):
    given = {"kind": "advance", "amount_eur": Decimal(10), "paid_on": TODAY, **change}
    with pytest.raises(BadInput, match=word):
        instructing.record_payment(application=make.application(make.journey(), "agreed"), by=officer(), now=NOW, **given)


def test_nothing_is_paid_before_the_agreement():
    with pytest.raises(Refused, match="Aucun versement"):
        instructing.record_payment(
            application=make.application(make.journey(), "decided"), by=officer(), now=NOW, kind="advance", paid_on=TODAY,
            amount_eur=Decimal(1),
        )  # fmt: skip


def test_a_closing_says_its_true_reason():
    journey, director = make.own_journey()
    held = make.application(journey, "filed")
    for by, reason, word in (
        (officer(), "holiday", "motif"),
        (officer(), "refused", "pas été refusé"),
        (officer(), "paid", "pas versée"),
        (director, "no_news", "seulement retirer"),
    ):
        with pytest.raises((BadInput, Refused), match=word):
            instructing.close(application=held, by=by, now=NOW, reason=reason)
    assert instructing.close(application=held, by=officer(), now=NOW, reason="no_news").closing_reason == "no_news"


@pytest.mark.parametrize("status", ["decided", "refused", "agreed", "paying"])
def test_the_company_withdraws_nothing_once_it_is_decided(status):
    journey, director = make.own_journey()
    held = make.application(journey, status)
    with pytest.raises(Refused, match="ne peut plus être retiré"):
        instructing.close(application=held, by=director, now=NOW, reason="withdrawn")


def test_a_refusal_is_never_rewritten_as_a_withdrawal():
    held = make.application(make.journey(), "refused")
    with pytest.raises(Refused, match="a été refusé"):
        instructing.close(application=held, by=officer(), now=NOW, reason="withdrawn")
    assert instructing.close(application=held, by=officer(), now=NOW, reason="refused").closing_reason == "refused"


def test_a_file_lodged_after_midnight_in_paris_is_judged_by_the_rules_of_that_day():
    journey, director = make.own_journey()
    draft = applying.draft_application(journey=journey, scheme="ouverte", by=director, now=NOW)
    applying.describe_project(
        application=draft, by=director, now=NOW, project="Un robot.", project_cost_eur=Decimal(1000), project_started=False
    )
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # half past midnight on the 22nd
    assert applying.file_application(application=draft, by=director, now=late).verdict["as_of"] == "2026-11-22"


def test_what_was_answered_in_the_session_counts_when_the_file_is_lodged(monkeypatch):
    journey, director = make.own_journey()
    draft = applying.draft_application(journey=journey, scheme="ouverte", by=director, now=NOW)
    applying.describe_project(
        application=draft, by=director, now=NOW, project="Un robot.", project_cost_eur=Decimal(1000), project_started=False
    )
    seen = {}
    real = applying.verdict_for
    monkeypatch.setattr(applying, "verdict_for", lambda held, **more: seen.update(more) or real(held, **more))
    applying.file_application(application=draft, by=director, now=NOW, session_facts={"headcount": Fact(12)})
    assert seen["session_facts"] == {"headcount": Fact(12)}


def test_an_officer_does_not_decide_on_a_journey_they_opened():
    someone = officer()
    held = make.application(make.journey(opened_by=someone), "complete")
    make.director(held.journey.siren)
    with pytest.raises(NotAllowed):
        instructing.decide_application(
            application=held, by=someone, now=NOW, outcome="favourable", decided_on=TODAY, granted_eur=Decimal(1)
        )


@pytest.mark.parametrize("status", ApplicationStatus.values)
def test_only_the_arrows_of_the_road_are_followed(status):
    held = make.application(make.journey(), status)
    for target in set(ApplicationStatus.values) - ARROWS[status]:
        with pytest.raises(Refused, match="ne peut pas passer"):
            applying.move(application=held, status=target, by=held.journey.opened_by, now=NOW, verb="try")


def test_the_database_itself_keeps_the_rules():
    journey = make.journey()
    for status, fields in (
        ("filed", {"verdict": None}),
        ("decided", {"outcome": ""}),
        ("agreed", {"granted_eur": None}),
        ("agreed", {"agreed_on": date(2026, 1, 1)}),
        ("closed", {"closed_at": None}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.application(journey, status, **fields)
    make.application(journey, scheme="ouverte")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.application(journey, scheme="ouverte")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.journey(siren="111111111", siret="22222222200010")
    make.draft(journey)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.draft(journey)


# -- messages, personal data -------------------------------------------------------------------------------------------
def test_an_empty_a_long_or_a_misplaced_message_is_refused():
    journey, director = make.own_journey()
    with pytest.raises(BadInput, match="vide"):
        papers.post_message(journey=journey, by=director, now=NOW, body="  ")
    with pytest.raises(BadInput, match=r"4 000"):
        papers.post_message(journey=journey, by=director, now=NOW, body="a" * 4001)
    with pytest.raises(BadInput, match="autre parcours"):
        papers.post_message(journey=journey, by=director, now=NOW, body="a", application=make.application(make.journey()))


def test_a_person_takes_away_and_erases_what_is_theirs(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    journey, director = make.own_journey(opened_by=accounts.user())
    papers.post_message(journey=journey, by=director, now=NOW, body="Appelez-moi au 01")
    papers.add_document(journey=journey, by=director, now=NOW, kind="quote", name="devis.pdf", content=make.PDF)
    action = make.plan(make.finished(journey)).actions.first()
    action.owner = f"{director.full_name} et Paul"
    action.save()
    share = personal_data.export_share(director)
    assert share["messages"][0]["body"] == "Appelez-moi au 01"
    assert share["documents"][0]["name"] == "devis.pdf"
    assert personal_data.erase_share(person=director, now=NOW) == 2
    action.refresh_from_db()
    assert action.owner == ""
    assert "01" not in journey.messages.get().body
    assert personal_data.erase_share(person=director, now=NOW) == 0
    nameless = accounts.user(full_name="")
    assert personal_data.erase_share(person=nameless, now=NOW) == 0


def test_papers_of_a_file_closed_for_five_years_are_removed(settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    journey, director = make.own_journey()
    held = make.application(journey)
    document = papers.add_document(
        journey=journey, application=held, by=director, now=NOW, kind="quote", name="devis.pdf", content=make.PDF
    )
    papers.post_message(journey=journey, application=held, by=director, now=NOW, body="Bonjour")
    Application.objects.filter(pk=held.pk).update(status="closed", closed_at=NOW - timedelta(days=6 * 365))
    assert personal_data.retain_share(as_of=TODAY, now=NOW, dry_run=True) == 2
    assert document.path.storage.exists(document.path.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert personal_data.retain_share(as_of=TODAY, now=NOW, dry_run=False) == 2
    assert not document.path.storage.exists(document.path.name)
    assert personal_data.retain_share(as_of=TODAY, now=NOW, dry_run=False) == 0


def test_an_aid_given_up_is_no_longer_counted_as_granted():
    journey = make.journey()
    make.application(journey, "agreed", granted_eur=Decimal(10_000))
    make.application(journey, "closed", granted_eur=Decimal(20_000), closing_reason="paid")
    make.application(journey, "closed", granted_eur=Decimal(40_000), closing_reason="no_news")
    assert gain_of(journey.applications.all(), []).granted_eur == 30_000

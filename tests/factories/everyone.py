"""One person of each role, here and elsewhere, and one thing of each kind: what the permission tables are played on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Model

from ensembleur.accounts.choices import COMPANY_ROLES, Role
from ensembleur.accounts.models import User
from ensembleur.strategy.models import Strategy
from tests.factories import accounts, drafts, journeys, meetings, needs, notices, programmes, prospecting, reviews, room, values
from tests.factories import strategy as steering
from tests.factories.region import small_region

ELSEWHERE_SIREN, ELSEWHERE = "000000026", "77"
VISITOR = "visitor"


@dataclass(frozen=True)
class World:
    """`people` : « adviser » holds the role here, « adviser elsewhere » on a perimeter that holds nothing of this world.

    `things` : what the addresses name, by a word: "journey", "application", "need", …
    `records` : the same as services take them, by the same words.
    """

    people: dict[str, User | None]
    things: dict[str, Any]
    records: dict[str, Any]


def build() -> World:
    """Everything, in the database. What stands here belongs to the director and lies in the other people's perimeters."""
    region = small_region(establishments=40)
    people: dict[str, User | None] = {VISITOR: None, "nobody": accounts.user()}
    for role in Role:
        people[role.value] = region.people[role]
        code = ELSEWHERE_SIREN if role in COMPANY_ROLES else ELSEWHERE
        people[f"{role.value} elsewhere"] = accounts.person(role, code, commune="77284")
    records = {
        **_of_the_company(region, people),
        **_of_the_accounts(people),
        **_of_the_rules(people),
        **_of_the_values(people),
        **_of_the_room(people),
        **_of_the_meetings(people),
    }
    names = {word: record.pk if isinstance(record, Model) else record for word, record in records.items()}
    return World(people, {**names, **region.arguments()}, {**region.arguments(), **records})


def _of_the_company(region: Any, people: dict[str, Any]) -> dict[str, Any]:
    director, adviser = people["director"], people["adviser"]
    journey = journeys.journey(director, siren=region.siren)
    journey.siret = region.siret
    journey.save()
    finished = journeys.finished(journey)
    plan = journeys.plan(finished)
    plan.actions.update(cost_eur=100_000)
    diagnosis = journeys.draft(journey)  # the second diagnosis, being answered
    application = journeys.application(journey, "filed")
    need = needs.need(journey, status="taken")
    involvement = needs.involvement(need, adviser, "taken")
    baseline = reviews.baseline(journey)
    survey = reviews.survey(reviews.closed_need(adviser, journey), director)
    enrolment = programmes.enrolment(journey)
    prospecting.opposition(region.siren, recorded_by=director)
    prospecting.contact(region.siret, by=adviser)
    return {
        "journey": journey,
        "diagnosis": diagnosis,
        "finished": finished,
        "action": plan.actions.first(),
        "application": application,
        "draft_application": journeys.application(journey),
        "document": _document(journey, application, director),
        "need": need,
        "involvement": involvement,
        "figure": reviews.figure(baseline),
        "review": reviews.review(journey),
        "baseline": baseline,
        "survey": survey,
        "enrolment": enrolment,
        "stage": programmes.stage(enrolment),
        "take": programmes.take(enrolment),
        "absence": needs.away(adviser),
        "organisation": adviser.mandates.get().organisation,
    }


def _document(journey: Any, application: Any, by: User) -> Any:
    from ensembleur.journeys.models import Document

    held = Document(
        journey=journey, application=application, kind="other", name="devis.pdf", content_type="application/pdf",
        size_bytes=len(journeys.PDF), sha256="0" * 64, by=by, at=journeys.NOW,
    )  # fmt: skip
    held.path.save("devis.pdf", ContentFile(journeys.PDF), save=False)
    held.save()
    return held


def _of_the_accounts(people: dict[str, Any]) -> dict[str, Any]:
    from ensembleur.accounts.models import Invitation

    director = people["director"]
    claim = accounts.claim(people["nobody"], siren=director.mandates.get().perimeter_code)
    offered = {"role": Role.CONTRIBUTOR, "perimeter_kind": "company", "perimeter_code": claim.siren, "commune": "95018"}
    invitation = Invitation.objects.create(
        token_hash="0" * 64,
        email="invitee@test.example",
        created_at=accounts.NOW,
        expires_at=notices.MONDAY.replace(year=2100),
        **offered,
    )
    return {
        "claim": claim,
        "invitation": invitation,
        "mandate": director.mandates.get(),
        "notice": notices.notice(director),
        "director": director,
        "adviser": people["adviser"],
    }


def _of_the_rules(people: dict[str, Any]) -> dict[str, Any]:
    from ensembleur.schemes.models import Scheme

    scheme = Scheme.objects.order_by("slug").first()
    # Opened by somebody else, so that a second reader here is not one of its hands.
    draft = drafts.draft(scheme, by=drafts.officer())
    return {"draft": draft, "version": draft, "scheme_record": scheme, "aid": scheme.slug}


def _of_the_values(people: dict[str, Any]) -> dict[str, Any]:
    """What the adviser reported of the small strategy; its officer closed a month of it."""
    strategy, adviser = Strategy.objects.get(pk=steering.SLUG), people["adviser"]
    measurement = values.reported(110, as_of=values.AS_OF.replace(day=1))
    return {
        "strategy": strategy,
        "reported": steering.indicator(values.CODE),
        "proposal": values.proposal(adviser),
        "measurement": measurement,
        "dispute": values.dispute(measurement, adviser),
        "lock": values.lock(strategy, people["officer"], end=values.START.replace(month=2)),
        "batch": values.batch(strategy, adviser),
    }


def _of_the_room(people: dict[str, Any]) -> dict[str, Any]:
    """What the committee asked and its officer wrote about the small strategy."""
    strategy, officer = Strategy.objects.get(pk=steering.SLUG), people["officer"]
    return {
        "node": steering.node(),
        "decision": room.decision(officer),
        "decision_done": room.decision(officer, done_on=room.DECIDED),
        "question": room.question(people["committee"]),
        "mark": room.mark(strategy, officer),
        "line": room.line(officer),
        "budget_file": room.budget_file(strategy, officer),
    }


def _of_the_meetings(people: dict[str, Any]) -> dict[str, Any]:
    """An event the adviser runs and the officer welcomes people to; the director sits on side A, the contributor on side B."""
    things = meetings.whole(organiser=people["adviser"], side_a=people["director"], side_b=people["contributor"])
    return {**things, "organiser": meetings.staff(things["event"], people["officer"])}

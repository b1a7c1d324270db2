"""A value reported by one person, approved by another: what may enter, what it becomes, what it replaces."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, Notification
from ensembleur.errors import NotAllowed, Refused
from ensembleur.strategy.choices import Origin, ProposalState
from ensembleur.strategy.models import Measurement, Proposal
from ensembleur.strategy.services import proposing
from tests.factories import accounts, values
from tests.factories.strategy import NOW, indicator, measurement, raw, tiny

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy():
    return tiny()


@pytest.fixture
def partner():
    return values.partner()


@pytest.fixture
def officer():
    return accounts.person(Role.OFFICER)


def propose(by, code=values.CODE, corrects=None, reason="", **more):
    return proposing.propose_value(
        indicator=indicator(code), figures=values.figures(**more), by=by, now=NOW, corrects=corrects, reason=reason
    )


def decide(proposal, by, approve=True, note=""):
    return proposing.decide_value(proposal=proposal, approve=approve, note=note, by=by, now=NOW)


def test_a_reported_value_waits_and_those_who_may_approve_are_told(strategy, partner, officer):
    accounts.person(Role.SECOND_READER)
    accounts.person(Role.EVALUATOR)
    proposal = propose(partner)
    assert (proposal.state, proposal.value) == (ProposalState.PROPOSED, Decimal(120))
    assert proposal.organisation == partner.mandates.get().organisation
    assert not Measurement.objects.exists()
    told = Notification.objects.filter(kind="value_to_decide")
    assert told.count() == 2
    assert told.filter(user=officer).get().title == "Personnes formées : une valeur attend votre validation"
    assert Act.objects.filter(verb="propose_value").count() == 1


def test_an_officer_who_reports_is_not_asked_to_approve(strategy, officer):
    propose(officer)
    assert not Notification.objects.exists()


def test_an_approved_value_becomes_a_measurement_in_the_name_of_who_reported_it(strategy, partner, officer):
    proposal = decide(propose(partner), officer)
    made = Measurement.objects.get()
    assert (proposal.state, proposal.measurement, proposal.decided_by) == (ProposalState.APPROVED, made, officer)
    assert (made.origin, made.label, made.value, made.as_of) == (Origin.REPORTED, "declared", Decimal(120), values.AS_OF)
    assert made.taken_by == f"user:{partner.pk}"
    assert made.source == {"title": "Bilan annuel du centre", "organisation": partner.mandates.get().organisation.name}
    assert partner.notifications.get(kind="value_decided").title == "Personnes formées : votre valeur est validée"


def test_an_officer_without_body_reports_in_their_own_name(strategy, officer):
    made = decide(propose(officer), accounts.person(Role.SECOND_READER)).measurement
    assert made.source == {"title": "Bilan annuel du centre"}


def test_a_refusal_says_why_and_measures_nothing(strategy, partner, officer):
    proposal = propose(partner)
    with pytest.raises(Refused, match="Dites pourquoi la valeur est refusée"):
        decide(proposal, officer, approve=False)
    with pytest.raises(Refused, match="tient en 500"):
        decide(proposal, officer, approve=False, note="x" * 501)
    refused = decide(proposal, officer, approve=False, note="La source est de 2024.")
    assert (refused.state, refused.measurement) == (ProposalState.REFUSED, None)
    assert not Measurement.objects.exists()
    assert partner.notifications.get(kind="value_decided").body == "La source est de 2024."


def test_nobody_approves_their_own_value(strategy, officer):
    proposal = propose(officer)
    with pytest.raises(NotAllowed):
        decide(proposal, officer)


def test_a_value_is_decided_once_and_the_second_is_told_who_did(strategy, partner, officer):
    proposal = propose(partner)
    decide(proposal, officer)
    with pytest.raises(Refused) as told:
        decide(proposal, accounts.person(Role.SECOND_READER), approve=False, note="Non.")
    assert told.value.sentence == f"Cette valeur est déjà « validé », par {officer.full_name} : rien n'a changé."
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.APPROVED


def test_one_takes_ones_own_value_back_while_nobody_has_decided(strategy, partner, officer):
    proposal = propose(partner)
    with pytest.raises(NotAllowed):
        proposing.withdraw_value(proposal=proposal, by=officer, now=NOW)
    assert proposing.withdraw_value(proposal=proposal, by=partner, now=NOW).state == ProposalState.WITHDRAWN
    with pytest.raises(Refused, match="déjà « retiré »"):
        decide(proposal, officer)


def test_a_value_withdrawn_and_its_person_gone_is_still_told_plainly(strategy, partner, officer):
    proposal = propose(partner)
    Proposal.objects.update(state="withdrawn", decided_at=NOW)
    with pytest.raises(Refused, match="déjà « retiré » : rien n'a changé"):
        decide(proposal, officer)


@pytest.mark.parametrize(
    ("figures", "at", "says"),
    [
        ({"period_end": values.START}, "period_end", "est vide"),
        ({"as_of": date(2025, 12, 31)}, "as_of", "hors de la période"),
        ({"as_of": values.END}, "as_of", "hors de la période"),
        ({"period_end": date(2027, 1, 1), "as_of": date(2026, 12, 31)}, "as_of", "est à venir"),
        ({"value": "NaN"}, "value", "n'est pas un nombre"),
        ({"value": "0.12345"}, "value", "trop de chiffres"),
        ({"units": -1}, "units", "zéro ou plus"),
        ({"denominator": Decimal(0)}, "denominator", "zéro"),
        ({"source_title": " "}, "source_title", "d'où vient"),
        ({"comment": "x" * 1001}, "comment", "1000 caractères"),
    ],
)
def test_wrong_figures_are_refused_in_one_sentence_beside_their_field(strategy, partner, figures, at, says):
    with pytest.raises(Refused, match=says) as told:
        propose(partner, **figures)
    assert told.value.details["at"] == at
    assert not Proposal.objects.exists()


def test_what_the_platform_computes_is_not_typed(strategy, partner):
    with pytest.raises(Refused, match="est calculé par la plateforme"):
        propose(partner, code="A1.companies")


def test_a_retired_indicator_takes_no_more_values(strategy, partner):
    row = indicator(values.CODE)
    row.retired_at = NOW
    row.save()
    with pytest.raises(Refused, match="n'est plus suivi"):
        propose(partner)


def test_a_suspended_indicator_takes_no_value(partner):
    data = raw()
    sheet = data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]
    sheet |= {"state": "suspended", "state_reason": {"fr": "En attente.", "en": "Waiting."}}
    tiny(challenges=data["challenges"])
    with pytest.raises(Refused, match="n'est plus suivi"):
        propose(partner)


def test_an_internal_indicator_is_reported_by_agents_only(partner, officer):
    data = raw()
    data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]["confidentiality"] = "internal"
    tiny(challenges=data["challenges"])
    with pytest.raises(NotAllowed):
        propose(partner)
    assert propose(officer).pk


def test_two_values_of_the_same_days_do_not_wait_together(strategy, partner):
    propose(partner)
    with pytest.raises(Refused, match="attend déjà d'être validée"):
        propose(values.partner(), value=130)
    assert propose(values.partner(), label=values.Label.OBSERVED).pk


def test_a_locked_period_refuses_reports_and_approvals(strategy, partner, officer):
    proposal = propose(partner)
    values.lock(strategy, officer)
    with pytest.raises(Refused, match="est verrouillée depuis le 27.novembre 2026") as told:
        propose(partner, label=values.Label.OBSERVED)
    assert told.value.details["at"] == "as_of"
    with pytest.raises(Refused, match="est verrouillée"):
        decide(proposal, officer)
    assert decide(proposal, officer, approve=False, note="Période close.").state == ProposalState.REFUSED


# -- corrections -------------------------------------------------------------------------------------------------------
def test_a_known_value_is_corrected_not_reported_again(strategy, partner):
    values.reported(120)
    with pytest.raises(Refused, match="corrigez-la en donnant un motif"):
        propose(partner, value=130)


def test_a_correction_replaces_the_former_value_and_says_why(strategy, partner, officer):
    former = values.reported(120)
    made = decide(propose(partner, value=130, corrects=former, reason="Un centre oublié."), officer).measurement
    assert (made.replaces, made.reason) == (former, "Un centre oublié.")
    assert list(Measurement.objects.standing()) == [made]
    former.refresh_from_db()
    assert former.value == 120


def test_a_correction_may_move_the_days(strategy, partner, officer):
    former = values.reported(120)
    made = decide(propose(partner, corrects=former, reason="Mauvaise date.", as_of=date(2026, 10, 30)), officer).measurement
    assert made.as_of == date(2026, 10, 30)


def test_a_reported_value_is_corrected_even_once_the_platform_computes_it(strategy, partner, officer):
    former = values.reported(12, code="A1.companies")
    correction = propose(partner, code="A1.companies", value=11, corrects=former, reason="Une entreprise en double.")
    assert decide(correction, officer).measurement.replaces == former


def test_a_correction_needs_a_reason_and_other_figures(strategy, partner):
    former = values.reported(120)
    with pytest.raises(Refused, match="Dites pourquoi") as told:
        propose(partner, value=130, corrects=former, reason="  ")
    assert told.value.details["at"] == "reason"
    with pytest.raises(Refused, match="rien à corriger"):
        propose(partner, corrects=former, reason="Pour rien.")
    with pytest.raises(Refused, match="tient en 500"):
        propose(partner, value=130, corrects=former, reason="x" * 501)


def test_a_value_is_corrected_by_one_report_at_a_time(strategy, partner):
    former = values.reported(120)
    propose(partner, value=130, corrects=former, reason="Un centre oublié.")
    with pytest.raises(Refused, match="Une correction de cette valeur attend déjà"):
        propose(partner, value=131, corrects=former, reason="Deux.", as_of=date(2026, 10, 30))


def test_a_value_unknown_until_now_is_corrected(strategy, partner, officer):
    former = values.reported(None)
    assert decide(propose(partner, corrects=former, reason="Le bilan est arrivé."), officer).measurement.value == 120


def test_a_computed_value_is_disputed_and_a_text_is_not_rewritten(strategy, partner):
    with pytest.raises(Refused, match="ne se corrige pas à la main"):
        propose(partner, corrects=measurement(values.CODE, 12), reason="Faux.")
    text = values.reported(12, origin=Origin.TEXT)
    with pytest.raises(Refused, match="écrite dans un texte"):
        propose(partner, corrects=text, reason="Faux.")


def test_only_the_last_value_is_corrected(strategy, partner):
    former = values.reported(120)
    values.reported(130, replaces=former, reason="Un centre oublié.")
    with pytest.raises(Refused, match="déjà été remplacée"):
        propose(partner, value=140, corrects=former, reason="Encore.", as_of=date(2026, 10, 30))


def test_a_correction_does_not_take_the_place_of_another_value(strategy, partner):
    former = values.reported(120)
    values.reported(60, as_of=date(2026, 6, 30))
    with pytest.raises(Refused, match="Une autre valeur est déjà validée pour ces jours"):
        propose(partner, corrects=former, reason="Mauvaise date.", as_of=date(2026, 6, 30))


def test_a_correction_of_locked_days_is_refused_even_from_other_days(strategy, partner, officer):
    former = values.reported(60, as_of=date(2026, 6, 30))
    values.lock(strategy, officer, end=date(2026, 7, 1))
    with pytest.raises(Refused, match="est verrouillée"):
        propose(partner, value=61, corrects=former, reason="Mauvaise date.")


def test_a_value_approved_meanwhile_leaves_no_room_for_another(strategy, partner, officer):
    proposal = propose(partner)
    values.reported(121)
    with pytest.raises(Refused, match="Une valeur est déjà validée"):
        decide(proposal, officer)


def test_sentences_speak_english_to_who_reads_english(strategy, partner):
    from django.utils import translation

    with translation.override("en"), pytest.raises(Refused, match="is computed by the platform"):
        propose(partner, code="A1.companies")

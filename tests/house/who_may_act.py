"""Who may call each service: the table that tests/test_every_service_asks.py plays, one line a service that takes `by=`.

To add a service, add its line, named domain.module.function:

    "journeys.advising.take_need": Act(here("adviser"), of("involvement")),

who : the people of tests/factories/everyone.py who may; everybody else, visitors included, gets NotAllowed.
given : its arguments but `by` and `now`. of("need") gives the thing of that name; a value written "=need" stands for it too;
    "?" is for what the service looks at only after having asked who may.

A service that asks nobody because another has already asked, or because a command calls it, goes to ASKED_ABOVE with why.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ensembleur.strategy.engine.content import Fund, Stage
from ensembleur.strategy.engine.money_files import Amount
from tests.factories.strategy import raw
from tests.house.meetings import ABOVE as MEETINGS_ABOVE
from tests.house.meetings import ACTS as MEETINGS
from tests.house.who import (
    APPOINTERS,
    COMPANY,
    EDITORS,
    HELPED,
    PROSPECTORS,
    SIGNED_IN,
    STEERERS,
    WRITERS,
    Act,
    everywhere,
    here,
    of,
)

ON = date(2026, 11, 20)
LINE = {"id": "size", "fact": "headcount", "op": "below", "value": 50, "source": "s1"}
COST = {"project_cost_eur": None, "project_started": None}
ADVISER, OFFICER, DIRECTOR = here("adviser"), here("officer"), here("director")
FRAMERS, TALKERS = here("adviser", "officer"), HELPED | OFFICER
JOURNEY, APPLICATION, NEED, INVOLVEMENT, DRAFT = (
    of("journey"), of("application"), of("need"), of("involvement"), of("draft", edition="?"),
)  # fmt: skip
MONEY = Amount("A1", 2026, Fund.REGION, Stage.VOTED, Decimal(5), "CP")
DECISION = {"text": "Relancer.", "owner": "Elle", "decided_on": ON}
PLACE = {"perimeter_kind": "company", "perimeter_code": "=siren", "commune": "95018", "role": "director"}

ACCOUNTS = {
    "accounts.claims.claim_company": Act(SIGNED_IN, of("siret", statement="Gérante")),
    "accounts.claims.propose_company": Act(SIGNED_IN, of("siret", certified=False)),
    "accounts.claims.confirm_proposal": Act(here("nobody"), of("claim")),
    "accounts.claims.withdraw_claim": Act(here("nobody"), of("claim")),
    "accounts.claims.decide_claim": Act(here(*APPOINTERS), of("claim", approve=False, reason="Non")),
    "accounts.invitations.invite": Act(here(*APPOINTERS), {"email": "a@test.example", "link_to": str, **PLACE}),
    "accounts.invitations.accept_invitation": Act(SIGNED_IN, {"token": "?"}),
    "accounts.invitations.cancel_invitation": Act(here(*APPOINTERS), of("invitation")),
    "accounts.mandates.grant_mandate": Act(here(*APPOINTERS), {"user": "=director", **PLACE}),
    "accounts.mandates.revoke_mandate": Act(here(*APPOINTERS), of("mandate")),
    "accounts.mandates.end_own_mandate": Act(DIRECTOR, of("mandate")),
    "accounts.notifying.read_notification": Act(DIRECTOR, {"notification": "=notice"}),
    "accounts.notifying.read_all": Act(SIGNED_IN),
    "accounts.notifying.read_about": Act(SIGNED_IN, {"path": "/"}),
    "accounts.notifying.set_preferences": Act(DIRECTOR, {"person": "=director", "rhythm": "daily", "unwanted_kinds": ()}),
    "accounts.personal_data.export_personal_data": Act(DIRECTOR, {"person": "=director"}),
    "accounts.personal_data.erase_person": Act(DIRECTOR, {"person": "=director"}),
    "accounts.profiles.update_profile": Act(DIRECTOR, {"person": "=director", "full_name": "A", "language": "fr"}),
}

SCHEMES = {
    "schemes.drafting.add_condition": Act(WRITERS, {**DRAFT, "place": "c", "line": LINE}),
    "schemes.drafting.change_condition": Act(WRITERS, {**DRAFT, "place": "c.0", "line": LINE}),
    "schemes.drafting.remove_condition": Act(WRITERS, {**DRAFT, "place": "c.0"}),
    "schemes.drafting.move_condition": Act(WRITERS, {**DRAFT, "place": "c.0", "group": "c", "rank": 0}),
    "schemes.drafting.wrap_condition": Act(WRITERS, {**DRAFT, "place": "c.0", "head": "all"}),
    "schemes.drafting.regroup": Act(WRITERS, {**DRAFT, "place": "c", "head": "all", "count": None}),
    "schemes.drafting.set_parameter": Act(WRITERS, {**DRAFT, "name": "a", "lines": ()}),
    "schemes.drafting.set_parts": Act(WRITERS, {**DRAFT, "parts": {}}),
    "schemes.drafting.cite_source": Act(WRITERS, {**DRAFT, "source": {"title": "Un texte"}, "key": "s9"}),
    "schemes.drafting.set_note": Act(WRITERS, {**DRAFT, "note": "Pourquoi."}),
    "schemes.editing.start_draft": Act(WRITERS, {"scheme": "=scheme_record"}),
    "schemes.editing.start_today": Act(WRITERS, of("version", edition="?")),
    "schemes.founding.found_scheme": Act(WRITERS, {"slug": "?", "sheet": "?", "first_day": ON}),
    "schemes.founding.change_sheet": Act(WRITERS, {**DRAFT, "sheet": "?"}),
    "schemes.editing.submit_for_second_reading": Act(WRITERS, {**DRAFT, "seal": "?"}),
    "schemes.editing.send_back": Act(EDITORS, of("version", why="Non.")),
    "schemes.editing.publish": Act(everywhere("second_reader", "admin"), of("version", seal="?")),
    "schemes.editing.withdraw_draft": Act(WRITERS, of("version")),
    "schemes.editing.settle_files": Act(WRITERS, {"scheme": "=scheme_record"}),
    "schemes.exporting.export_flips": Act(EDITORS, of("version", seen="?", transition="?", lang="fr")),
    "schemes.facts.record_fact": Act(
        COMPANY | here("adviser", "officer", "admin"), of("siret", key="headcount", value=30, as_of=ON, evidence="declared")
    ),
    "schemes.facts.withdraw_fact": Act(COMPANY | here("adviser", "officer", "admin"), of("siret", key="headcount")),
    "schemes.publishing.publish_files": Act(EDITORS),
}

JOURNEYS = {
    "journeys.opening.open_journey": Act(HELPED, of("siret")),
    "journeys.diagnosing.start_diagnosis": Act(HELPED, JOURNEY),
    "journeys.diagnosing.save_answer": Act(HELPED, of("diagnosis", statement="?", answer=1)),
    "journeys.diagnosing.save_stake": Act(HELPED, of("diagnosis", axis="production", value=1)),
    "journeys.diagnosing.finish_diagnosis": Act(HELPED, of("diagnosis")),
    "journeys.planning.build_plan": Act(HELPED, {"diagnosis": "=finished", "starts_on": ON}),
    "journeys.planning.update_action": Act(
        HELPED, of("action", owner="", cost_eur=None, starts_on=ON, ends_on=ON, status="todo")
    ),
    # -- files
    "journeys.applying.draft_application": Act(HELPED, of("journey", scheme="=aid")),
    "journeys.applying.describe_project": Act(HELPED, {"application": "=draft_application", "project": "Un projet.", **COST}),
    "journeys.applying.file_application": Act(DIRECTOR, {"application": "=draft_application"}),
    "journeys.instructing.mark_complete": Act(OFFICER, APPLICATION),
    "journeys.instructing.decide_application": Act(OFFICER, {**APPLICATION, "outcome": "favourable", "decided_on": ON}),
    "journeys.instructing.agree": Act(OFFICER, {**APPLICATION, "agreed_on": ON}),
    "journeys.instructing.refuse": Act(OFFICER, {**APPLICATION, "note": "Non."}),
    "journeys.instructing.record_payment": Act(OFFICER, {**APPLICATION, "kind": "advance", "paid_on": ON, "amount_eur": 1}),
    "journeys.instructing.close": Act(DIRECTOR | OFFICER, {**APPLICATION, "reason": "withdrawn"}),
    "journeys.papers.add_document": Act(TALKERS, of("journey", "application", kind="quote", name="a.pdf", content=b"%PDF-1.4")),
    "journeys.papers.remove_document": Act(HELPED, of("document")),
    "journeys.papers.post_message": Act(TALKERS, of("journey", "application", body="Bonjour.")),
    # -- needs
    "journeys.asking.open_need": Act(HELPED, {**JOURNEY, "subject": "energy", "words": "Comment ?"}),
    "journeys.asking.withdraw_need": Act(COMPANY, NEED),
    "journeys.asking.add_message": Act(TALKERS, {**NEED, "body": "Bonjour."}),
    "journeys.asking.reroute_need": Act(OFFICER, {**NEED, "subject": "energy", "note": "?"}),
    "journeys.asking.reopen_need": Act(COMPANY | OFFICER, {**NEED, "words": "Encore."}),
    "journeys.misrouting.report_wrong_adviser": Act(COMPANY, {**NEED, "note": "?"}),
    "journeys.advising.take_need": Act(ADVISER, INVOLVEMENT),
    "journeys.advising.decline_need": Act(ADVISER, {**INVOLVEMENT, "reason": "?"}),
    "journeys.advising.report_misrouted": Act(ADVISER, {**INVOLVEMENT, "note": "?"}),
    "journeys.advising.close_need": Act(ADVISER, {**INVOLVEMENT, "outcome": "helped", "note": "?"}),
    "journeys.advising.hand_over": Act(ADVISER | OFFICER, {**INVOLVEMENT, "to": "=adviser", "note": "?"}),
    "journeys.advisers.set_subjects": Act(here("adviser", "officer", "admin"), of("adviser", subjects=())),
    "journeys.advisers.set_absence": Act(here("adviser", "officer", "admin"), of("adviser", starts_on=ON, ends_on=ON)),
    "journeys.advisers.end_absence": Act(here("adviser", "officer", "admin"), of("absence")),
    "journeys.advisers.set_organisation_filter": Act(here("officer", "admin"), of("organisation", subject="", condition=None)),
    # -- reviews and surveys
    "journeys.reviewing.take_baseline": Act(HELPED, {**JOURNEY, "figures": (), "taken_on": ON}),
    "journeys.reviewing.hold_review": Act(HELPED, of("review", figures=(), comment="")),
    "journeys.reviewing.record_figure": Act(HELPED, {"told": "?", "of": "=baseline"}),
    "journeys.reviewing.withdraw_figure": Act(HELPED, of("figure")),
    "journeys.surveying.answer_survey": Act(DIRECTOR, of("survey", contacted=True)),
    # -- programmes
    "journeys.enrolling.enrol": Act(FRAMERS, {**JOURNEY, "programme_id": "accompagnement-500", "enrolled_on": ON}),
    "journeys.enrolling.leave": Act(FRAMERS, of("enrolment", left_on=ON, reason="?")),
    "journeys.enrolling.reach_stage": Act(FRAMERS, of("enrolment", stage="support", reached_on=ON, evidence="declared")),
    "journeys.enrolling.withdraw_stage": Act(FRAMERS, {"entry": "=stage"}),
    "journeys.enrolling.offer_option": Act(FRAMERS, of("enrolment", option="peers", offered_on=ON)),
    "journeys.enrolling.answer_option": Act(FRAMERS, of("take", is_taken=True, answered_on=ON)),
    # -- prospecting
    "journeys.prospecting.record_contact": Act(FRAMERS, of("siret", channel="phone", outcome="no_answer")),
    "journeys.prospecting.record_opposition": Act(TALKERS, of("siren", reason="")),
    "journeys.prospecting.lift_opposition": Act(DIRECTOR, of("siren", reason="")),
    "journeys.public_oppositions.confirm_opposition": Act(OFFICER, of("siren")),
    "journeys.prospecting.export_prospects": Act(PROSPECTORS, {"subject": "?", "filters": "?", "as_of": ON, "lang": "fr"}),
    "journeys.prospecting.reserve_wave": Act(PROSPECTORS, {"subject": "?", "filters": "?", "lang": "fr"}),
    "journeys.prospecting.release_reservation": Act(PROSPECTORS, of("siren")),
}

STRATEGY = {
    # -- the file, measurements, released tables
    "strategy.loading.load_strategy": Act(here("admin"), {"data": raw()}),
    "strategy.releasing.release_tables": Act(OFFICER, {"as_of": ON, "slug": "essai"}),
    "strategy.measuring.take_measurements": Act(OFFICER, {"as_of": ON, "slug": "essai"}),
    # -- values
    "strategy.proposing.propose_value": Act(FRAMERS, {"indicator": "=reported", "figures": "?"}),
    "strategy.proposing.withdraw_value": Act(ADVISER, of("proposal")),
    "strategy.proposing.decide_value": Act(here("officer", "second_reader"), of("proposal", approve=False, note="Non.")),
    "strategy.locking.lock_period": Act(OFFICER, of("strategy", start="?", end="?", reason="Adopté.")),
    "strategy.locking.lift_lock": Act(here("second_reader", "admin"), of("lock", reason="Oubli.")),
    "strategy.disputing.dispute_value": Act(ADVISER | STEERERS, of("measurement", says="Non.")),
    "strategy.disputing.settle_dispute": Act(OFFICER, of("dispute", settlement="Vérifié.")),
    "strategy.importing_values.import_values": Act(FRAMERS, of("strategy", content=b"", file_name="a.csv")),
    "strategy.importing_values.undo_batch": Act(FRAMERS, of("batch")),
    "strategy.importing_values.decide_batch": Act(here("officer", "second_reader"), of("batch", approve=True)),
    # -- money
    "strategy.budgeting.record_line": Act(OFFICER, {"node": "=node", "line": MONEY}),
    "strategy.budgeting.withdraw_line": Act(OFFICER, of("line", reason="Doublon.")),
    "strategy.importing_budget.import_budget": Act(OFFICER, of("strategy", content=b"", file_name="a.csv")),
    "strategy.importing_budget.undo_budget": Act(OFFICER, {"batch": "=budget_file", "reason": "Erreur."}),
    # -- the committee's room
    "strategy.committee.record_decision": Act(OFFICER, {"node": "=node", **DECISION}),
    "strategy.committee.correct_decision": Act(OFFICER, of("decision", **DECISION)),
    "strategy.committee.follow_up": Act(OFFICER, of("decision", text="Fait.")),
    "strategy.committee.reopen_decision": Act(OFFICER, {"decision": "=decision_done", "text": "Non."}),
    "strategy.committee.ask": Act(here("officer", "committee", "evaluator"), {"node": "=node", "text": "?", "asked_to": "Elle"}),
    "strategy.committee.withdraw_question": Act(here("committee"), of("question")),
    "strategy.committee.answer": Act(OFFICER, of("question", text="Voilà.")),
    "strategy.committee.mark_step": Act(OFFICER, of("strategy", year=2026, step="lock", done_on=ON)),
    "strategy.committee.unmark_step": Act(OFFICER, of("mark")),
}

ACTS: dict[str, Act] = {**ACCOUNTS, **SCHEMES, **JOURNEYS, **MEETINGS, **STRATEGY}

ASKED_ABOVE = {
    **MEETINGS_ABOVE,
    "journeys.prospecting.oppose": "writes what a company was allowed to say, or said on the public page",
    "journeys.prospecting.confirm": "confirms what its director, an adviser or an officer was allowed to say again",
    "accounts.journal.record_act": "writes the line of an act somebody was allowed",
    "accounts.mandates.open_mandate": "called by the services that ask may_appoint",
    "accounts.mandates.close_mandate": "called by the services that ask may_revoke or may_end_own",
    "accounts.personal_data.erase_account": "called by erase_person, which asks, and by the retention command",
    "accounts.profiles.record_sign_in": "written by the sign-in itself",
    "accounts.profiles.record_sign_out": "written by the sign-out itself",
    "schemes.editing.return_to": "asked by start_draft, once the text is known to be published",
    "journeys.applying.move": "called by the services that ask may_file, may_instruct or may_close",
    "journeys.asking.send_elsewhere": "called by reroute_need and report_misrouted, which ask",
    "journeys.asking.close": "called by withdraw_need and by the clocks",
    "journeys.routing.write_event": "called by the services of needs, which ask",
    "journeys.routing.route": "called by open_need, reroute_need and the clocks",
    "journeys.routing.ask": "called by route",
    "strategy.budgeting.drawn": "called by record_line and import_budget, which ask",
    "strategy.proposing.draft_of": "called by propose_value and import_values, which ask",
}

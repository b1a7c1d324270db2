"""Who is let in by each address: the table that tests/test_every_page_asks.py plays, one line an address.

To add a page, add its line to the section of its domain:

    "journeys:need": Page(see=COMPANY | here("adviser", "officer"), named={"pk": "need"}),

see : who is let in by a GET (None when the address serves none); act : the same by a POST (None when it serves none, or when
    what is asked of a POST is the same as of a GET). Everybody else is turned away: asked to sign in, 403 or 404.
named : which thing of tests/factories/everyone.py an argument of the address stands for, when it does not bear its name;
    a word that is no thing there is taken as written, such as {"axis": "production"}.
data : what is sent, when the right is asked only once the form can be read.

People are those of tests/factories/everyone.py: « adviser » holds the role where the things stand, « adviser elsewhere » on
another perimeter; here("adviser") is the first alone, everywhere("adviser") is both.
"""

from __future__ import annotations

from tests.house.meetings import PAGES as MEETINGS
from tests.house.who import (
    AID,
    ANYONE,
    APPOINTERS,
    ASKERS,
    COMPANY,
    DRAFT,
    EDITORS,
    FILE,
    HELPED,
    JOURNEY,
    NEED,
    NOBODY,
    PROSPECTORS,
    REPORTERS,
    SIGNED_IN,
    STEERERS,
    WRITERS,
    Page,
    everywhere,
    here,
)

ACCOUNTS = {
    "accounts:home": Page(SIGNED_IN),
    "accounts:account": Page(SIGNED_IN, SIGNED_IN),
    "accounts:end_role": Page(act=here("director"), named={"pk": "mandate"}),
    "accounts:personal_data": Page(SIGNED_IN),
    "accounts:export_data": Page(act=SIGNED_IN),
    "accounts:erase_data": Page(act=SIGNED_IN),
    "accounts:second_factor": Page(SIGNED_IN),
    "accounts:people": Page(everywhere(*APPOINTERS)),
    "accounts:revoke": Page(act=here(*APPOINTERS), named={"pk": "mandate"}),
    "accounts:invitations": Page(everywhere(*APPOINTERS)),
    "accounts:invite": Page(everywhere(*APPOINTERS), everywhere(*APPOINTERS)),
    "accounts:cancel_invitation": Page(act=here(*APPOINTERS), named={"pk": "invitation"}),
    "accounts:forget_invitation": Page(act=ANYONE),
    "accounts:accept": Page(ANYONE, ANYONE),  # the link itself is the key; the account is asked for on the way
    "accounts:claims": Page(everywhere(*APPOINTERS)),
    "accounts:decide_claim": Page(here(*APPOINTERS), here(*APPOINTERS), {"pk": "claim"}),
    "accounts:answer_claim": Page(act=here("nobody"), named={"pk": "claim"}),  # whose request it is
    "accounts:claim": Page(SIGNED_IN, SIGNED_IN),
    "accounts:claim_siret": Page(SIGNED_IN, SIGNED_IN),
    "accounts:notices": Page(SIGNED_IN),
    "accounts:read_notices": Page(act=SIGNED_IN),
    "accounts:notice_settings": Page(SIGNED_IN, SIGNED_IN),
    "accounts:unsubscribe": Page(ANYONE, ANYONE),  # the link itself is the key
    "accounts:open_notice": Page(here("director"), named={"pk": "notice"}),
    "accounts:read_notice": Page(act=here("director"), named={"pk": "notice"}),
    "accounts:mailings": Page(everywhere("admin")),
    "accounts:demo_enter": Page(act=NOBODY),  # absent outside a demonstration
}

JOURNEYS = {
    "journeys:home": Page(ANYONE),
    "journeys:start": Page(ANYONE, ANYONE),
    "journeys:questionnaire": Page(ANYONE),
    "journeys:grants_csv": Page(ANYONE),
    "journeys:door": Page(ANYONE),
    "journeys:open": Page(SIGNED_IN, SIGNED_IN),
    "journeys:mine": Page(SIGNED_IN),
    "journeys:journey": Page(HELPED | here("officer", "second_reader"), named=JOURNEY),  # once an application is handed in
    "journeys:next_step": Page(HELPED, named=JOURNEY),
    "journeys:diagnosis": Page(HELPED, named=JOURNEY),
    "journeys:axis": Page(HELPED, HELPED, {**JOURNEY, "axis": "production"}),
    "journeys:autosave": Page(act=HELPED, named={**JOURNEY, "axis": "production"}),
    "journeys:finish": Page(act=HELPED, named=JOURNEY),
    "journeys:result": Page(HELPED, named=JOURNEY),
    "journeys:radar": Page(HELPED, named=JOURNEY),
    "journeys:plan": Page(HELPED, named=JOURNEY),
    "journeys:timeline": Page(HELPED, named=JOURNEY),
    "journeys:action": Page(HELPED, HELPED, {"pk": "action"}),
    "journeys:funding": Page(HELPED, named=JOURNEY),
    "journeys:funding_csv": Page(HELPED, named=JOURNEY),
    # -- files
    "journeys:new_application": Page(HELPED, HELPED, JOURNEY, {"aide": "aid"}),
    "journeys:application": Page(HELPED | here("officer", "second_reader"), named=FILE),
    "journeys:file": Page(act=here("director"), named=FILE),
    "journeys:add_document": Page(act=HELPED | here("officer"), named=FILE, data={"kind": "quote", "file": "pdf"}),
    "journeys:post_message": Page(act=HELPED | here("officer"), named=FILE, data={"body": "Bonjour."}),
    "journeys:act": Page(act=here("officer"), named={**FILE, "act": "complete"}),
    "journeys:document": Page(HELPED | here("officer", "second_reader"), named={"pk": "document"}),
    "journeys:remove_document": Page(act=HELPED, named={"pk": "document"}),
    # -- needs
    "journeys:need_subject": Page(HELPED, named=JOURNEY),
    "journeys:need_ask": Page(HELPED, HELPED, {**JOURNEY, "subject": "energy"}),
    "journeys:need": Page(HELPED | here("officer"), named=NEED),
    "journeys:need_message": Page(act=HELPED | here("officer"), named=NEED),
    "journeys:need_act": Page(act=HELPED, named={**NEED, "act": "close"}),  # who may not now is told why
    "journeys:adviser_home": Page(everywhere("adviser")),
    "journeys:adviser_companies": Page(everywhere("adviser")),
    "journeys:adviser_profile": Page(everywhere("adviser"), everywhere("adviser")),
    "journeys:routing": Page(everywhere("officer")),
    "journeys:reroute": Page(here("officer"), here("officer"), NEED),
    "journeys:need_statistics": Page(everywhere("officer")),
    "journeys:filters": Page(WRITERS),
    "journeys:filter": Page(here("officer", "admin"), here("officer", "admin"), {"pk": "organisation"}),
    "journeys:officer_home": Page(everywhere("officer", "second_reader")),
    # -- reviews, surveys, quality
    "journeys:reviews": Page(HELPED | here("officer"), named=JOURNEY),
    "journeys:reviews_chart": Page(HELPED | here("officer"), named=JOURNEY, data={"chiffre": "headcount"}),
    "journeys:reviews_csv": Page(HELPED | here("officer"), named=JOURNEY),
    "journeys:baseline": Page(HELPED, HELPED, JOURNEY),
    "journeys:review": Page(HELPED, HELPED, {**JOURNEY, "months": "12"}),
    "journeys:add_figure": Page(HELPED, HELPED, {**JOURNEY, "months": "0"}),
    "journeys:withdraw_figure": Page(act=HELPED, named={"pk": "figure"}),
    "journeys:survey": Page(here("director"), here("director"), {"pk": "survey"}),  # the person asked
    "journeys:quality": Page(PROSPECTORS),
    # -- programmes
    "journeys:programmes": Page(PROSPECTORS),
    "journeys:programme": Page(PROSPECTORS, named={"slug": "accompagnement-500"}),
    "journeys:programme_chart": Page(PROSPECTORS, named={"slug": "accompagnement-500"}),
    "journeys:journey_programmes": Page(HELPED | here("officer"), here("adviser", "officer"), JOURNEY),
    "journeys:enrolment_act": Page(act=HELPED | here("officer"), named={"pk": "enrolment", "act": "reach"}),
    "journeys:pipeline": Page(everywhere("officer", "second_reader")),
    # -- prospecting
    "journeys:prospects": Page(PROSPECTORS),
    "journeys:prospect_list": Page(PROSPECTORS, named=AID),
    "journeys:prospect_export": Page(act=PROSPECTORS, named=AID),
    "journeys:prospect_take_wave": Page(act=PROSPECTORS, named=AID),
    "journeys:prospect_wave": Page(PROSPECTORS),
    "journeys:prospect_release": Page(act=PROSPECTORS),
    "journeys:contact": Page(here("adviser", "officer"), here("adviser", "officer")),
    "journeys:opposition": Page(SIGNED_IN, HELPED | here("officer")),
    "journeys:lift_opposition": Page(act=here("director")),
    "journeys:oppose": Page(ANYONE, ANYONE),
    "journeys:oppositions": Page(everywhere("officer")),
    "journeys:confirm_opposition": Page(act=here("officer")),
}

SCHEMES = {
    **{f"schemes:{name}": Page(ANYONE) for name in ("list", "scheme", "check", "national_csv", "of_establishment")},
    "schemes:question": Page(ANYONE, ANYONE),  # a visitor's answers stay in their own session
    "schemes:facts": Page(ANYONE),  # what a company declared is shown to its people only, which its own tests say
    "schemes:withdraw": Page(act=COMPANY | here("adviser", "officer", "admin"), named={"key": "headcount"}),
    **{f"schemes:{name}": Page(EDITORS, named=DRAFT) for name in ("rules", "history", "version", "flips", "flips_csv")},
    **{
        f"schemes:{name}": Page(WRITERS, named=DRAFT)
        for name in (
            *("draft", "draft_note", "draft_dates", "draft_windows", "draft_amount", "draft_criteria", "draft_edges"),
            *("add_condition", "change_condition", "move_condition", "remove_condition", "group_condition"),
            *("add_parameter", "draft_parameter", "add_source", "draft_source"),
            *("draft_split", "draft_envelope", "draft_sheet"),
        )
    },
    **{f"schemes:{name}": Page(act=WRITERS, named=DRAFT) for name in ("start_draft", "submit_draft", "withdraw_draft")},
    "schemes:found_scheme": Page(WRITERS),
    "schemes:settle_files": Page(act=WRITERS),
    "schemes:start_today": Page(act=WRITERS, named=DRAFT),  # its second reader too, once it is sent
    "schemes:return_to": Page(act=EDITORS, named=DRAFT),
    "schemes:send_back": Page(act=EDITORS, named=DRAFT),
    "schemes:publish_version": Page(act=everywhere("second_reader", "admin"), named=DRAFT),
}

STRATEGY = {
    # -- public
    **{
        f"strategy:{name}": Page(ANYONE, named={"kind": "departement"})
        for name in (
            *("home", "strategy", "objective", "measure", "indicator"),
            *("strategy_csv", "strategy_json", "measure_csv", "indicator_csv"),
            *("indicator_chart", "overview_chart"),
        )
    },
    "strategy:former": Page(NOBODY),  # absent while the small strategy follows none
    "strategy:indicator_map": Page(NOBODY, named={"kind": "departement"}),  # absent until a table is released
    "strategy:table_csv": Page(NOBODY),  # likewise
    # -- values
    "strategy:values": Page(here("adviser") | STEERERS),
    "strategy:value_form": Page(here("adviser") | STEERERS, REPORTERS, {"slug": "strategy", "code": "A2.people"}),
    "strategy:proposal": Page(here("adviser") | STEERERS, here("officer", "second_reader"), {"pk": "proposal"}),
    "strategy:correct": Page(REPORTERS, REPORTERS, {"pk": "measurement"}),
    "strategy:dispute": Page(here("adviser") | STEERERS, here("adviser") | STEERERS, {"pk": "measurement"}),
    "strategy:settle": Page(here("adviser") | STEERERS, here("officer"), {"pk": "dispute"}),
    "strategy:export_values": Page(here("adviser") | STEERERS, named={"slug": "strategy"}),
    "strategy:import_values": Page(REPORTERS, REPORTERS, {"slug": "strategy"}),
    "strategy:batch": Page(here("adviser") | STEERERS, REPORTERS, {"pk": "batch"}),
    "strategy:locks": Page(STEERERS, here("officer"), {"slug": "strategy"}),
    "strategy:lift_lock": Page(here("second_reader", "admin"), here("second_reader", "admin"), {"pk": "lock"}),
    "strategy:quality": Page(STEERERS),
    # -- money
    **{f"strategy:{name}": Page(ANYONE) for name in ("budget", "budget_csv", "budget_chart")},
    # -- the annual report
    "strategy:latest_report": Page(ANYONE),
    "strategy:report": Page(ANYONE, named={"year": "2026"}),
    "strategy:report_chart": Page(ANYONE, named={"year": "2026", "code": "A2.people"}),
    "strategy:report_file": Page(ANYONE, named={"year": "2026", "kind": "zip"}),
    # -- money, as officers keep it
    "strategy:budget_lines": Page(STEERERS, here("officer"), {"slug": "strategy"}),
    "strategy:import_budget": Page(here("officer"), here("officer"), {"slug": "strategy"}),
    "strategy:withdraw_line": Page(here("officer"), here("officer"), {"pk": "line"}),
    "strategy:undo_budget": Page(here("officer"), here("officer"), {"pk": "budget_file"}),
    # -- the committee's room
    "strategy:room": Page(STEERERS),
    "strategy:alerts_csv": Page(STEERERS),
    "strategy:new_decision": Page(here("officer"), here("officer"), {"slug": "strategy"}),
    "strategy:decision": Page(STEERERS, here("officer"), {"pk": "decision"}),
    "strategy:correct_decision": Page(here("officer"), here("officer"), {"pk": "decision"}),
    "strategy:ask": Page(ASKERS, ASKERS, {"slug": "strategy"}),
    "strategy:question": Page(STEERERS, here("officer"), {"pk": "question"}),
    "strategy:step": Page(act=here("officer"), named={"slug": "strategy", "year": "2026", "code": "lock"}),
}

TERRITORY = {
    **{
        f"territory:{name}": Page(ANYONE, named={"extension": "csv"})
        for name in (
            *("search", "suggestions", "search_points", "search_export", "company", "establishment"),
            *("places", "place", "place_chart", "place_export", "outlines"),
        )
    },
    "territory:site_points": Page(ANYONE, named={"number": "siret"}),
}

WEB = {
    **{
        f"web:{name}": Page(ANYONE)
        for name in (
            *("accessibility", "privacy", "legal", "robots", "healthz", "readyz"),
            *("gallery", "gallery_chart", "gallery_outlines", "gallery_points"),
        )
    },
    "web:set_language": Page(ANYONE, ANYONE),
}

PAGES: dict[str, Page] = {**ACCOUNTS, **JOURNEYS, **MEETINGS, **SCHEMES, **STRATEGY, **TERRITORY, **WEB}

# The pages of sign-in, kept by allauth: what a visitor may open, and what asks to sign in first.
SIGN_IN_OPEN = {
    *("account_login", "account_logout", "account_signup", "account_inactive", "account_email_verification_sent"),
    *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
    *("account_reset_password_from_key_done", "account_confirm_login_code", "mfa_authenticate"),
    *("socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup"),
    *("openid_connect_login", "openid_connect_callback"),
}
SIGN_IN_ASKED = {
    *("account_email", "account_change_password", "account_set_password", "account_reauthenticate"),
    *("mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"),
    *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "socialaccount_connections"),
}

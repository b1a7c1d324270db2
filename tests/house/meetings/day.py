"""Who enters and who acts: the lines of the day."""

from __future__ import annotations

from tests.house.who import ANYONE, Act, Page, here, of

EVENT = {"slug": "event_slug"}
THEY = here("director", "contributor")
BUYER = here("director")
ORGANISERS = here("adviser", "admin")
STAFF = ORGANISERS | here("officer")
PERSON, CHANGE = {**EVENT, "pk": "supplier_person"}, {**EVENT, "pk": "change"}
WHO, MEETING, PROPOSAL = {"attendee": "=buyer_person"}, {"meeting": "=meeting"}, {"proposal": "=change"}

PAGES: dict[str, Page] = {
    "meetings:desk_day": Page(STAFF, named=EVENT),
    "meetings:check_in": Page(STAFF, named={**EVENT, "code": "badge_code"}),
    "meetings:desk_presence": Page(STAFF, named=EVENT),
    "meetings:desk_person_day": Page(STAFF, STAFF, PERSON, {"act": "arrived"}),
    "meetings:desk_mark": Page(act=STAFF, named={**EVENT, "pk": "meeting"}, data={"act": "held"}),
    "meetings:desk_hold": Page(act=STAFF, named={**EVENT, "number": 1}),
    "meetings:desk_changes": Page(STAFF, named=EVENT),
    "meetings:desk_change": Page(STAFF, ORGANISERS, CHANGE, {"act": "refuse"}),
    "meetings:desk_change_person": Page(STAFF, STAFF, PERSON, {"how": "all"}),
    "meetings:desk_change_registration": Page(STAFF, STAFF, PERSON),
    "meetings:desk_change_place": Page(STAFF, STAFF, EVENT),
    "meetings:say_late": Page(THEY, THEY, EVENT),
    "meetings:hall": Page(ANYONE, named={**EVENT, "token": "hall_token"}),  # the address is the key
}
ACTS: dict[str, Act] = {
    "meetings.presence.check_in": Act(STAFF, WHO),
    "meetings.presence.check_out": Act(STAFF, WHO),
    "meetings.presence.mark_absent": Act(STAFF, WHO),
    "meetings.presence.undo": Act(STAFF, WHO),
    "meetings.presence.hold_meeting": Act(STAFF, MEETING),
    "meetings.presence.miss_meeting": Act(STAFF, {**MEETING, "side": "A"}),
    "meetings.presence.reopen_meeting": Act(STAFF, MEETING),
    "meetings.presence.hold_slot": Act(STAFF, of("event", slot=0)),
    "meetings.changing.propose_change": Act(STAFF | BUYER, of("event", kind="absence", about="=buyer_person", slots=(1,))),
    "meetings.changing.renew_change": Act(STAFF, PROPOSAL),
    "meetings.changing.approve_change": Act(ORGANISERS, PROPOSAL),
    "meetings.changing.refuse_change": Act(ORGANISERS, PROPOSAL),
}
ABOVE: dict[str, str] = {
    "meetings.changing.draw": "called by propose_change, renew_change and mark_absent, which ask",
    "meetings.refilling.propose_refills": "called by miss_meeting and reopen_meeting, which ask",
}

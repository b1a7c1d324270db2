"""Who enters and who acts: the lines of registering."""

from __future__ import annotations

from tests.house.who import ANYONE, Act, Page, here, of

EVENT = {"slug": "event_slug"}
THEY = here("director", "contributor")
BUYER = here("director")
ORGANISERS = here("adviser", "admin")
STAFF = ORGANISERS | here("officer")
PERSON, PARTICIPATION = {**EVENT, "pk": "buyer_person"}, {**EVENT, "pk": "buyer"}
WHO, COLLEAGUE = {"attendee": "=buyer_person"}, {"attendee": "=buyer_colleague"}

PAGES: dict[str, Page] = {
    "meetings:open_link": Page(ANYONE, named={"token": "private_token"}),  # the link itself is the key
    "meetings:register": Page(ANYONE, ANYONE, EVENT),
    "meetings:my_profile": Page(THEY, THEY, EVENT),
    "meetings:my_new_person": Page(THEY, THEY, EVENT),
    "meetings:my_person": Page(BUYER, BUYER, PERSON),
    "meetings:my_act": Page(act=BUYER, named=PERSON, data={"act": "send"}),
    "meetings:my_data": Page(THEY, named=EVENT),
    "meetings:desk_people": Page(STAFF, ORGANISERS, EVENT),
    "meetings:desk_people_export": Page(ORGANISERS, named=EVENT),
    "meetings:desk_add": Page(ORGANISERS, ORGANISERS, EVENT),
    "meetings:desk_participation": Page(STAFF, ORGANISERS, PARTICIPATION),
    "meetings:desk_new_person": Page(ORGANISERS, ORGANISERS, PARTICIPATION),
    "meetings:desk_person": Page(ORGANISERS, ORGANISERS, PERSON),
    "meetings:desk_person_act": Page(act=ORGANISERS, named=PERSON, data={"act": "send"}),
    "meetings:desk_import": Page(ORGANISERS, ORGANISERS, EVENT),
    "meetings:desk_import_template": Page(STAFF, named={**EVENT, "kind": "people"}),
    "meetings:desk_batch": Page(ORGANISERS, ORGANISERS, {**EVENT, "pk": "imported_file"}),
}
ACTS: dict[str, Act] = {
    "meetings.registering.register_for": Act(ORGANISERS, of("event", told="?", people="?", agrees=True)),
    "meetings.attending.edit_registration": Act(BUYER | ORGANISERS, {"registration": "=buyer", "told": "?"}),
    "meetings.attending.add_person": Act(BUYER | ORGANISERS, {"registration": "=buyer", "person": "?", "agrees": True}),
    "meetings.attending.edit_person": Act(BUYER | ORGANISERS, {**WHO, "person": "?", "agrees": True}),
    "meetings.attending.remove_person": Act(BUYER | ORGANISERS, WHO),
    "meetings.attending.cancel_registration": Act(BUYER | ORGANISERS, {"registration": "=buyer"}),
    "meetings.attending.send_link": Act(BUYER | ORGANISERS, WHO),
    "meetings.attending.renew_link": Act(BUYER | ORGANISERS, WHO),
    "meetings.deciding.decide_registrations": Act(ORGANISERS, of("event", chosen=(), status="accepted")),
    "meetings.deciding.assign_home": Act(ORGANISERS, {**WHO, "place": None, "is_host": False}),
    "meetings.importing.import_file": Act(ORGANISERS, of("event", kind="people", content=b"", file_name="a.csv")),
    "meetings.importing.undo_import": Act(ORGANISERS, {"batch": "=imported_file"}),
    "meetings.exporting.export_event": Act(ORGANISERS, of("event")),
    "meetings.personal_data.export_attendee": Act(ORGANISERS, COLLEAGUE),  # and each for oneself
    "meetings.personal_data.erase_attendee": Act(ORGANISERS, COLLEAGUE),
}
ABOVE: dict[str, str] = {
    "meetings.attending.close": "called by cancel_registration and decide_registrations, which ask",
}

"""Who enters and who acts: the lines of timetable."""

from __future__ import annotations

from tests.house.who import Act, Page, here, of

LEADS, NAMED = here("adviser", "admin"), here("adviser", "admin", "officer")
EVENT = {"slug": "event_slug"}
DRAFT = EVENT | {"number": "draft_number"}
COMPUTATION = EVENT | {"computation": "computation"}

PAGES: dict[str, Page] = {
    "meetings:desk_timetable": Page(see=NAMED, named=EVENT),
    "meetings:timetable_compute": Page(act=LEADS, named=EVENT, data={"seconds": "5"}),
    "meetings:timetable_progress": Page(see=NAMED, named=COMPUTATION),
    "meetings:timetable_stop": Page(act=LEADS, named=COMPUTATION),
    "meetings:timetable_whatif": Page(see=NAMED, named=EVENT),
    "meetings:timetable_version": Page(see=NAMED, named=DRAFT),
    "meetings:timetable_compare": Page(see=NAMED, named=DRAFT),
    "meetings:timetable_publish": Page(see=LEADS, act=LEADS, named=DRAFT, data={"tell": "all", "seen": "1"}),
    "meetings:timetable_print": Page(see=NAMED, named=DRAFT),
    "meetings:timetable_file": Page(see=NAMED, named=DRAFT | {"kind": "tables"}),
    "meetings:timetable_grid": Page(see=NAMED, named=DRAFT),
    "meetings:timetable_person": Page(see=NAMED, named=DRAFT | {"attendee": "supplier_person"}),
    "meetings:timetable_move": Page(see=LEADS, act=LEADS, named=DRAFT | {"meeting": "meeting"}, data={"slot": "3"}),
    "meetings:timetable_lock": Page(act=LEADS, named=DRAFT, data={"meeting": "meeting", "locked": "1"}),
}
DRAWN = "keeps what a computation, a move or a change of the day made, each of which asks"
ACTS: dict[str, Act] = {
    "meetings.computing.ask_computation": Act(LEADS, of("event")),
    "meetings.computing.stop_computation": Act(LEADS, of("computation")),
    "meetings.moving.move_meeting": Act(LEADS, {"version": "=draft_timetable", "meeting": "=meeting", "slot": 3}),
    "meetings.locking.lock_meeting": Act(LEADS, {"version": "=draft_timetable", "meeting": "=meeting", "locked": True}),
    "meetings.locking.lock_person": Act(LEADS, {"version": "=draft_timetable", "attendee": "=buyer_person", "locked": True}),
    "meetings.publishing.publish_version": Act(LEADS, {"version": "=draft_timetable", "seen": 1}),
}
ABOVE: dict[str, str] = {"meetings.versions.write_version": DRAWN}

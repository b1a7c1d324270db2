"""Who enters and who acts: the lines of fairs."""

from __future__ import annotations

from tests.house.who import ANYONE, Act, Page, here, of

EVENT = {"slug": "event_slug"}
THEY = here("director", "contributor")
BUYER = here("director")
ORGANISERS = here("adviser", "admin")
STAFF = ORGANISERS | here("officer")
TALK = {**EVENT, "pk": "talk"}

PAGES: dict[str, Page] = {
    "meetings:programme": Page(ANYONE, named=EVENT),
    "meetings:exhibitors": Page(ANYONE, named=EVENT),
    "meetings:my_programme": Page(THEY, named=EVENT),
    "meetings:my_seat": Page(act=THEY, named=TALK),
    "meetings:desk_programme": Page(STAFF, named=EVENT),
    "meetings:desk_new_session": Page(ORGANISERS, ORGANISERS, EVENT),
    "meetings:desk_session": Page(ORGANISERS, ORGANISERS, TALK),
    "meetings:desk_bookings": Page(STAFF, STAFF, TALK, {"booking": "seat", "act": "came"}),
    "meetings:desk_bookings_export": Page(ORGANISERS, named=TALK),
}
ACTS: dict[str, Act] = {
    "meetings.programme.set_session": Act(ORGANISERS, of("event", settings="?")),
    "meetings.programme.remove_session": Act(ORGANISERS, {"session": "=talk"}),
    "meetings.programme.book_seat": Act(BUYER | ORGANISERS, {"session": "=talk", "attendee": "=buyer_person"}),
    "meetings.programme.cancel_booking": Act(BUYER | ORGANISERS, {"booking": "=seat"}),
    "meetings.programme.mark_attended": Act(STAFF, {"booking": "=seat", "attended": True}),
}
ABOVE: dict[str, str] = {}

"""Who enters and who acts: the lines of mine."""

from __future__ import annotations

from tests.house.who import ANYONE, Act, Page, here, of

EVENT = {"slug": "event_slug"}
THEY = here("director", "contributor")
BUYER = here("director")
LEADS = here("adviser", "admin")

PAGES: dict[str, Page] = {
    "meetings:offline_worker": Page(ANYONE),  # a program, the same for everybody
    "meetings:calendar": Page(ANYONE, named={"token": "calendar_token"}),  # the address itself is the key
    "meetings:my_day": Page(THEY, named=EVENT),
    "meetings:my_day_seen": Page(act=THEY, named=EVENT, data={"version": "1"}),
    "meetings:leave": Page(act=ANYONE, named=EVENT),  # one's own browser
    "meetings:my_plan": Page(THEY, named=EVENT),
    "meetings:my_calendar": Page(THEY, THEY, EVENT),
    "meetings:my_agenda_file": Page(THEY, named=EVENT),
    "meetings:my_print": Page(THEY, named={**EVENT, "kind": "agendas"}),
    "meetings:desk_letters": Page(LEADS, LEADS, EVENT),
    "meetings:desk_texts": Page(LEADS, named=EVENT),
    "meetings:desk_print": Page(LEADS, named={**EVENT, "kind": "tables"}),
}
ACTS: dict[str, Act] = {
    "meetings.calendar_links.renew_calendar": Act(BUYER | LEADS, {"attendee": "=buyer_person"}),
    "meetings.sending.send_again": Act(LEADS, of("event")),
}
ABOVE: dict[str, str] = {}

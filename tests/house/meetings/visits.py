"""Who enters and who acts: the lines of visits."""

from __future__ import annotations

from tests.house.who import ANYONE, Act, Page, here, of

EVENT = {"slug": "event_slug"}
THEY = here("director", "contributor")
BUYER = here("director")
ORGANISERS = here("adviser", "admin")
STAFF = ORGANISERS | here("officer")
VISIT = {**EVENT, "pk": "meeting"}
STOP = {**EVENT, "pk": "bus_stop"}

PAGES: dict[str, Page] = {
    "meetings:tours": Page(ANYONE),
    "meetings:tour_points": Page(ANYONE),
    "meetings:tour_stops": Page(ANYONE, named=EVENT),
    "meetings:desk_stops": Page(STAFF, named=EVENT),
    "meetings:desk_new_stop": Page(ORGANISERS, ORGANISERS, EVENT),
    "meetings:desk_stop": Page(ORGANISERS, ORGANISERS, STOP),
    "meetings:desk_stop_order": Page(act=ORGANISERS, named=STOP),
    "meetings:visit_offers": Page(ANYONE, named=EVENT),
    "meetings:visit_points": Page(ANYONE, named=EVENT),
    "meetings:my_visit": Page(BUYER, BUYER, EVENT),  # the site's
    "meetings:my_visits": Page(THEY, named=EVENT),
    "meetings:my_visit_act": Page(act=THEY, named=VISIT),
    "meetings:desk_visits": Page(STAFF, named=EVENT),
    "meetings:desk_visits_export": Page(ORGANISERS, named=EVENT),
    "meetings:desk_planned": Page(STAFF, named=EVENT),
    "meetings:desk_visit_act": Page(act=ORGANISERS, named=VISIT, data={"end": "host"}),
    "meetings:desk_visit": Page(ORGANISERS, ORGANISERS, {**EVENT, "pk": "buyer"}),
}
ACTS: dict[str, Act] = {
    "meetings.visiting.set_offer": Act(BUYER | ORGANISERS, {"registration": "=buyer", "given": "?"}),
    "meetings.visiting.confirm_visit": Act(BUYER | ORGANISERS, {"meeting": "=meeting", "side": "A"}),
    "meetings.visiting.count_visitors": Act(BUYER | STAFF, {"meeting": "=meeting", "came": 3}),
    "meetings.touring.set_stop": Act(ORGANISERS, of("event", given="?")),
    "meetings.touring.swap_stops": Act(ORGANISERS, {"stop": "=bus_stop", "later": True}),
    "meetings.touring.remove_stop": Act(ORGANISERS, {"stop": "=bus_stop"}),
}
ABOVE: dict[str, str] = {}

"""Who enters and who acts: the lines of wishes."""

from __future__ import annotations

from tests.house.who import Act, Page, here

EVENT = {"slug": "event_slug"}
THEY = here("director", "contributor")
BUYER, SUPPLIER = here("director"), here("contributor")
ORGANISERS = here("adviser", "admin")
OTHER, WISH = {**EVENT, "pk": "supplier"}, {**EVENT, "pk": "wish"}
PAIR = {"registration": "=buyer", "of": "=supplier"}

PAGES: dict[str, Page] = {
    "meetings:catalogue": Page(THEY, named=EVENT),
    "meetings:send_wish": Page(BUYER, BUYER, OTHER),  # the supplier is not on its own list
    "meetings:never": Page(act=THEY, named=OTHER),
    "meetings:my_wishes": Page(THEY, named=EVENT),
    "meetings:answer_wish": Page(act=BUYER, named=WISH, data={"act": "no"}),
    "meetings:withdraw_wish": Page(act=SUPPLIER, named=WISH),
    "meetings:desk_wishes": Page(ORGANISERS, named=EVENT),
    "meetings:desk_wishes_export": Page(ORGANISERS, named=EVENT),
}
ACTS: dict[str, Act] = {
    "meetings.wishing.send_wish": Act(SUPPLIER, {"sender": "=supplier", "receiver": "=buyer"}),
    "meetings.wishing.answer_wish": Act(BUYER, {"wish": "=wish", "accepts": True}),
    "meetings.wishing.withdraw_wish": Act(SUPPLIER, {"wish": "=wish"}),
    "meetings.wishing.refuse_privately": Act(BUYER, PAIR),
    "meetings.wishing.lift_refusal": Act(BUYER, PAIR),
}
ABOVE: dict[str, str] = {}

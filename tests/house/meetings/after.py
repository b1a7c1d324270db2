"""Who enters and who acts: the lines of what came of the meetings."""

from __future__ import annotations

from tests.house.who import NOBODY, Act, Page, here

EVENT = {"slug": "event_slug"}
THEY = here("director", "contributor")
ORGANISERS = here("adviser", "admin")
MEETING = {**EVENT, "pk": "meeting"}

PAGES: dict[str, Page] = {
    "meetings:my_outcomes": Page(THEY, named=EVENT),
    "meetings:say_outcome": Page(act=NOBODY, named=MEETING),  # absent until the meeting has taken place
    "meetings:say_later": Page(act=NOBODY, named=MEETING),  # likewise
    "meetings:desk_after": Page(ORGANISERS | here("officer"), named=EVENT),
    "meetings:desk_after_export": Page(ORGANISERS, named=EVENT),
}
ACTS: dict[str, Act] = {
    "meetings.outcomes.say_outcome": Act(here("director"), {"meeting": "=meeting", "side": "A", "is_useful": True}),
    "meetings.outcomes.say_later": Act(here("director"), {"outcome": "=meeting_outcome", "later": "signed"}),
}
ABOVE: dict[str, str] = {}

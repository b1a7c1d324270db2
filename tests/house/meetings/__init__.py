"""The lines of the permission tables for events, one file a part."""

from __future__ import annotations

from tests.house.meetings import after, day, desk, fair, mine, registering, timetable, visits, wishing
from tests.house.who import Act, Page

PARTS = (registering, wishing, desk, timetable, mine, day, after, visits, fair)
PAGES: dict[str, Page] = {name: page for part in PARTS for name, page in part.PAGES.items()}
ACTS: dict[str, Act] = {name: act for part in PARTS for name, act in part.ACTS.items()}
ABOVE: dict[str, str] = {name: why for part in PARTS for name, why in part.ABOVE.items()}

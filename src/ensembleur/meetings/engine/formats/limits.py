"""How much a file of a timetable may hold: many times the largest event we know of, so that nothing real is refused."""

from __future__ import annotations

MOST_PARTICIPANTS = 20_000
MOST_MEETINGS = 200_000
MOST_TABLES = 20_000
MOST_BYTES = 100_000_000

"""Who enters and who acts: the lines of fair."""

from __future__ import annotations

from tests.house.who import Act, Page

PAGES: dict[str, Page] = {}
ACTS: dict[str, Act] = {}
ABOVE: dict[str, str] = {}

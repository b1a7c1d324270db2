"""A fictional industrial region: pure, and the same for the same seed."""

from __future__ import annotations

SHOWCASE_SIREN = "000340182"
SHOWCASE_SIRET = "00034018200013"  # a fictional machining company of 34 people in Argenteuil
SHOWCASE_HEADCOUNT = 34

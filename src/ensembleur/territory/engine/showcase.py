"""The fictional company that the demonstration is told through."""

SHOWCASE_SIREN = "000340182"
SHOWCASE_SIRET = "00034018200013"  # a fictional machining company of 34 people in Argenteuil
SHOWCASE_HEADCOUNT = 34
SHOWCASE_NAF = "25.62B"
SHOWCASE_COMMUNE = "95018"

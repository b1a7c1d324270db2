"""Reads the numbers of a French sentence, as the texts write them."""

from __future__ import annotations

import re
from decimal import Decimal

WORDS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "cinquante": 50,
    "vingtaine": 20, "trentaine": 30, "moitié": 50,
}  # fmt: skip
NUMBER = re.compile(
    r"(?P<digits>\d{1,3}(?:[ .\u00a0\u202f]\d{3})+(?!\d)|\d+)(?:,(?P<cents>\d+))?\s?(?P<scale>M€|millions?\b)?(?P<fraction>/\d+)?"
)


def numbers_in(sentence: str) -> set[Decimal]:
    """Every number the sentence may be read to hold: "2,5 M€" is 2 500 000, "une trentaine" 30, "4/5" and "la moitié" per cents."""
    found = {Decimal(WORDS[word]) for word in re.findall(r"\w+", sentence.lower()) if word in WORDS}
    for match in NUMBER.finditer(sentence):
        value = Decimal(re.sub(r"\D", "", match["digits"]) + (f".{match['cents']}" if match["cents"] else ""))
        found.add(value * 1_000_000 if match["scale"] else value)
        if match["fraction"]:
            found.add(value / int(match["fraction"][1:]) * 100)
    return found

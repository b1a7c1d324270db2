"""Funding problems for tests: drawn from a seed, small enough to be solved by hand or as large as a real plan."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from ensembleur.schemes.engine.funding.problem import Action, Envelope, Exclusion, Offer, PastAid, Problem, Terms

TODAY = date(2026, 11, 22)


def action(identifier: str = "a", cost: int | str = 100_000, on: date = TODAY, most: str = "1") -> Action:
    """An action granted today unless said otherwise."""
    return Action(identifier, f"Action {identifier}", Decimal(cost), on, Decimal(most))


def rate(share: str = "0.5", base: int | str = 100_000, **more) -> Terms:
    """A share of the spending."""
    return Terms("rate", base_eur=Decimal(base), rate=Decimal(share), **more)


def flat(eur: int | str, **more) -> Terms:
    """A flat sum, once in the plan."""
    return Terms("flat", least_eur=Decimal(eur), most_eur=Decimal(eur), limit_eur=Decimal(eur), whole=True, **more)


def offer(to: str = "a", scheme: str = "s", terms: Terms | None = None, **more) -> Offer:
    """An offer of half the cost."""
    return Offer(to, scheme, terms or rate(), **more)


def small(seed: int) -> Problem:
    """A few euros and every kind of rule: a plan of at most six offers, in whole euros, that can be tried amount by amount."""
    draw = random.Random(seed)
    days = [TODAY, TODAY + timedelta(days=400), TODAY + timedelta(days=1100)]
    actions = tuple(
        Action(
            f"a{number}",
            f"Action {number}",
            Decimal(draw.randint(2, 6)),
            draw.choice(days),
            Decimal(draw.choice(["1", "0.8", "0.5"])),
        )
        for number in range(draw.randint(1, 3))
    )
    schemes = [f"s{number}" for number in range(draw.randint(1, 3))]
    offers = []
    for one in actions:
        for scheme in schemes:
            if draw.random() < 0.7 and len(offers) < 6:
                offers.append(Offer(one.id, scheme, _tiny_terms(draw, one.cost_eur), de_minimis=draw.random() < 0.5))
    exclusions = [
        Exclusion((draw.choice(schemes), draw.choice(schemes)), draw.choice(["action", "plan"]))
        for _ in range(draw.randint(0, 2))
    ]
    envelopes = [
        Envelope(tuple(draw.sample(schemes, draw.randint(1, len(schemes)))), Decimal(draw.randint(1, 8)))
        for _ in range(draw.randint(0, 1))
    ]
    # Nearly the whole cap is used, so that what is left is a few euros and ages out between two grants.
    past = [
        PastAid(TODAY - timedelta(days=draw.choice([30, 700, 1094])), Decimal(draw.randint(149_995, 150_000))) for _ in range(2)
    ]
    return Problem(actions, tuple(offers), tuple(envelopes), tuple(exclusions), tuple(past))


def _tiny_terms(draw: random.Random, cost: Decimal) -> Terms:
    kind = draw.choice(["rate", "rate", "rate", "steps", "flat", "range"])
    unit = Decimal(1)
    if kind == "rate":
        return Terms(
            "rate",
            base_eur=cost,
            rate=Decimal(draw.choice(["0.3", "0.5", "0.8", "1"])),
            base_min_eur=draw.choice([None, None, Decimal(3)]),
            base_max_eur=draw.choice([None, None, Decimal(4)]),
            floor_eur=draw.choice([None, None, Decimal(2)]),
            ceiling_eur=draw.choice([None, Decimal(3)]),
            limit_eur=draw.choice([None, Decimal(4), Decimal(5)]),
            given_share=draw.choice([Decimal(1), Decimal(1), Decimal("0.6")]),
            unit_eur=unit,
        )
    if kind == "steps":
        return Terms(
            "steps",
            base_eur=cost,
            steps=((Decimal(2), Decimal(1)), (Decimal(4), Decimal(3))),
            limit_eur=Decimal(3),
            whole=True,
            unit_eur=unit,
        )
    if kind == "flat":
        return flat(draw.randint(1, 5), unit_eur=unit)
    return Terms(
        "range", least_eur=Decimal(draw.randint(0, 2)), most_eur=Decimal(draw.randint(2, 5)), limit_eur=Decimal(5), unit_eur=unit
    )

"""Who plays in the fictional events: organisations of the fictional register and invented ones, people who exist nowhere."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.meetings.choices import Origin, RegistrationStatus, Side
from ensembleur.meetings.models import Attendee, Event, Organiser, Place, Registration, Slot
from ensembleur.periods import PARIS, paris_day
from ensembleur.territory.engine.fictional_names import company_names, roots
from ensembleur.territory.queries.diffusion import EstablishmentView
from ensembleur.territory.queries.register import establishment, establishments, register_frame

SCRIPT = Path(__file__).resolve().parent.parent / "catalogue" / "demo-events.yaml"
ASKED_BEFORE = 40  # days between a registration and the event
AT_ONCE = 1_000


@cache
def script() -> Mapping[str, Any]:
    """What they say."""
    return yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@dataclass
class Cast:
    """Who may be called.

    showcase : the company of the director.   bodies : companies of the fictional register, the largest first.   names, people : of
    organisations and of people, invented, without end.
    """

    people_by_role: Mapping[Role, User]
    now: datetime
    showcase: EstablishmentView | None
    chance: random.Random
    bodies: list[EstablishmentView] = field(default_factory=list)
    names: Iterator[str] = field(default_factory=lambda: iter(()))
    people: Iterator[str] = field(default_factory=lambda: iter(()))

    @property
    def adviser(self) -> User:
        """Who organises."""
        return self.people_by_role[Role.ADVISER]

    @property
    def director(self) -> User:
        """Who takes part for the showcase company."""
        return self.people_by_role[Role.DIRECTOR]


def cast_of(*, seed: int, now: datetime, people: Mapping[Role, User], showcase_siret: str) -> Cast:
    """Draw who plays; the same for the same seed and the same region."""
    import numpy as np
    import polars as pl  # a demonstration that stands is served without loading the tools of whole tables

    frame = register_frame().filter(
        pl.col("is_fictional") & pl.col("headcount_lo").ge(3) & (pl.col("siren") != showcase_siret[:9])
    )
    frame = frame.unique(subset="siren", keep="first", maintain_order=True).sort(
        ["headcount_lo", "siret"], descending=[True, False]
    )
    rows = establishments(frame["siret"].head(2_000).to_list())
    bodies = [one for one in rows.values() if one.is_open and not one.masked]
    bodies.sort(key=lambda one: (-(one.headcount.low or 0 if one.headcount else 0), one.siret))
    draw = np.random.default_rng(seed)
    made = roots(draw, 2_400)
    plain = company_names(draw, made[:800], [""] * 800, np.zeros(800, dtype=bool))
    named = company_names(draw, made[800:], [""] * 1_600, np.ones(1_600, dtype=bool))
    return Cast(
        people,
        now,
        establishment(showcase_siret),
        random.Random(seed),
        bodies,
        cycle(plain),
        cycle([_called(one) for one in named]),
    )


def _called(name: str) -> str:
    """« BRAMANAC Adèle » as people say it."""
    last, _space, first = name.partition(" ")
    return f"{first} {last.capitalize()}"


def stage(
    cast: Cast,
    kind: str,
    title: str,
    slug: str,
    day: date,
    *,
    state: str,
    slots: list[tuple[datetime, datetime, str]],
    **fields: Any,
) -> Event:
    """An event of the adviser's with its slots; the officer welcomes people there."""
    event = Event.objects.create(
        **{
            "slug": slug,
            "title": title,
            "kind": kind,
            "state": state,
            "state_since": min(cast.now, morning(day) - timedelta(days=3)),
            "organised_by_name": "Chambre consulaire des Méandres (organisme fictif)",
            "contact_email": "evenements@demo.example",
            "place_name": "Halle des Essais (lieu fictif)",
            "address": "1 rue du Tour à bois",
            "commune": "95018",
            "longitude": 2.2467,
            "latitude": 48.9472,
            "starts_on": day,
            "ends_on": day,
            "registration_closes_at": morning(day) - timedelta(days=2),
            "is_fictional": True,
            "created_by": cast.adviser,
            "created_at": min(cast.now, morning(day)) - timedelta(days=60),
            **fields,
        }
    )
    Organiser.objects.create(event=event, user=cast.adviser)
    Organiser.objects.create(event=event, user=cast.people_by_role[Role.OFFICER], role="staff")
    Slot.objects.bulk_create(
        Slot(event=event, number=number, starts_at=start, ends_at=end, session=session)
        for number, (start, end, session) in enumerate(slots)
    )
    return event


def tables(event: Event, count: int, kind: str = "table") -> list[Place]:
    """Places numbered from one; one in twenty is not step free, one in twenty is quiet."""
    return Place.objects.bulk_create(
        Place(event=event, rank=rank, code=str(rank), kind=kind, step_free=rank % 20 != 7, quiet=rank % 20 == 13)
        for rank in range(1, count + 1)
    )


def half_days(first: datetime, counts: tuple[int, int], minutes: int, pause: int) -> list[tuple[datetime, datetime, str]]:
    """The slots of a morning and of an afternoon, one after the other, with a pause of so many minutes between the two."""
    found, at = [], first
    for count, name in zip(counts, ("Matin", "Après-midi"), strict=True):
        for _slot in range(count):
            found.append((at, at + timedelta(minutes=minutes), name))
            at += timedelta(minutes=minutes)
        at += timedelta(minutes=pause)
    return found


def morning(day: date, hour: int = 9) -> datetime:
    """This hour of that day, in Paris."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def tuesday(cast: Cast, days: int) -> date:
    """The first Tuesday from so many days on: nobody holds an event on a Sunday."""
    day = paris_day(cast.now) + timedelta(days=days)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def organisations(cast: Cast, event: Event, side: str, bodies: Iterable[EstablishmentView | None]) -> list[Registration]:
    """Accepted participations: of these establishments, or of invented bodies of other countries where there is None."""
    words, rows = script(), []
    for body in bodies:
        division = body.naf.division if body and body.naf else cast.chance.choice(list(words["trades"]))
        trade = words["trades"].get(division, words["others"])
        first, second = cast.chance.sample(trade, 2)
        asked = min(cast.now, morning(event.starts_on)) - timedelta(days=cast.chance.randint(8, ASKED_BEFORE))
        rows.append(
            Registration(
                event=event,
                side=side,
                origin=Origin.COMPANY if body else Origin.ABROAD,
                name=body.title if body else f"{next(cast.names)} (fictif)",
                siret=body.siret if body else "",
                country="FR" if body else cast.chance.choice(words["abroad"]),
                commune=body.commune if body else "",
                headcount=_size(body, cast),
                presentation="Participation fictive de la démonstration.",
                seeks=f"{first}. {cast.chance.choice(words['others'])}." if side == "A" else cast.chance.choice(words["others"]),
                offers=f"{first}. {second}." if side == "B" else "",
                sectors=[division] if division in words["trades"] else [],
                status=RegistrationStatus.ACCEPTED,
                registered_at=asked,
                decided_at=asked + timedelta(days=1),
            )
        )
    return Registration.objects.bulk_create(rows, batch_size=AT_ONCE)


def _size(body: EstablishmentView | None, cast: Cast) -> int | None:
    if body is None or body.headcount is None:
        return cast.chance.choice((12, 35, 80, None))
    return body.headcount_exact or (int(body.headcount.low) if body.headcount.low else None)


def attendees(cast: Cast, registrations: Iterable[Registration], absent: Mapping[int, list[int]] | None = None) -> list[Attendee]:
    """One person for each participation, without an address: nobody is ever written to. absent : {rank: slots they are away}."""
    rows = list(registrations)
    words = script()
    return Attendee.objects.bulk_create(
        [
            Attendee(
                registration=one,
                name=next(cast.people),
                function=cast.chance.choice(words["functions_a" if one.side == "A" else "functions_b"]),
                language="fr" if one.country == "FR" else "en",
                absent_slots=(absent or {}).get(rank, []),
                is_host=one.side == Side.A,
                step_free=rank % 60 == 17,
                quiet=rank % 90 == 31,
                consented_at=one.registered_at,
            )
            for rank, one in enumerate(rows)
        ],
        batch_size=AT_ONCE,
    )


def join(cast: Cast, attendee: Attendee) -> None:
    """The director is this person."""
    attendee.user, attendee.name = cast.director, cast.director.full_name
    attendee.save(update_fields=["user", "name"])


def mix(cast: Cast, bodies: list[EstablishmentView], count: int, abroad: float) -> list[EstablishmentView | None]:
    """So many organisations: establishments, a share of other countries, and the same where the region has no more."""
    most = round(count * (1 - abroad))
    held: list[EstablishmentView | None] = [*bodies[:most]]
    held += [None] * (count - len(held))
    cast.chance.shuffle(held)
    return held

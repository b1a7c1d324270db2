"""A fictional industrial region: pure, and the same for the same seed.

Totals (45,000 open establishments, 459,000 employees, 94 % under 50) come from the regional strategy; the shares come from
`catalogue/demo_profile.yaml`, which says which are hypotheses. Numbers begin with 000, where no company is registered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import shapely

from ensembleur.errors import BadInput
from ensembleur.territory.engine import fictional_names
from ensembleur.territory.engine.bands import BANDS, bands_of
from ensembleur.territory.engine.places import CommuneRow
from ensembleur.territory.engine.showcase import SHOWCASE_COMMUNE as SHOWCASE_COMMUNE
from ensembleur.territory.engine.showcase import SHOWCASE_HEADCOUNT as SHOWCASE_HEADCOUNT
from ensembleur.territory.engine.showcase import SHOWCASE_NAF as SHOWCASE_NAF
from ensembleur.territory.engine.showcase import SHOWCASE_SIREN as SHOWCASE_SIREN
from ensembleur.territory.engine.showcase import SHOWCASE_SIRET as SHOWCASE_SIRET

LARGEST = 50_000  # establishments: beyond, the numbers beginning with 000 run out
CLOSED_SHARE = 0.02  # closed establishments, on top of the open ones (hypothesis, like every share below)
MULTI_SITE_SHARE = 0.05
GROUPED_SHARE = 0.03
UNLOCATED_SHARE = 0.02
PARTIAL_NATURAL, PARTIAL_LEGAL = 0.13, 0.015
_TOP_OF_OPEN_BAND = 12_000


@dataclass(frozen=True)
class Profile:
    """The shape of the region.

    establishments, employees : totals.   bands : band → share of establishments.
    departements : code → weight against population.   activities : NAF → weights [under 10, 10 to 49, 50 and more].
    """

    establishments: int
    employees: int
    bands: Mapping[str, float]
    departements: Mapping[str, float]
    activities: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Population:
    """The tables to store: one row per company and per establishment, columns named as in the register."""

    units: pl.DataFrame
    establishments: pl.DataFrame


def populate(
    profile: Profile, communes: Sequence[CommuneRow], *, seed: int, today: date, establishments: int | None = None
) -> Population:
    """Draw the region. Raises BadInput when `establishments` is outside 1 to 50,000.

    communes : those with a shape and a population; Paris by its districts.
    """
    count = profile.establishments if establishments is None else establishments
    if not 1 <= count <= LARGEST:
        raise BadInput("bad_population", f"La démonstration compte de 1 à {LARGEST} établissements : {count} est impossible.")
    rng = np.random.default_rng(seed)
    closed = round(count * CLOSED_SHARE)
    open_headcount = headcounts(rng, profile, count)
    headcount = np.concatenate([open_headcount, rng.choice(open_headcount, closed)])
    company = companies(rng, count + closed)
    frame = pl.DataFrame(
        {
            "company": company,
            "headcount": headcount,
            "is_open": np.arange(count + closed) < count,
            "naf": activities(rng, profile, headcount),
            "commune": places(rng, profile, communes, headcount),
        }
    )
    frame = _with_showcase(frame).sort("company", maintain_order=True)
    frame = frame.with_columns(rank=pl.int_range(pl.len()).over("company") + 1)
    frame = _same_trade_in_a_company(rng, frame)
    units = _units(rng, frame, today)
    return Population(units=units, establishments=_sites(rng, frame, units, communes, today))


def headcounts(rng: np.random.Generator, profile: Profile, count: int) -> np.ndarray:
    """(count,) int employees, the first being the showcase; their sum is the profile's total, to scale, whenever bands allow."""
    exact = np.array([profile.bands[band] * count for band in profile.bands])
    quota = np.floor(exact).astype(int)
    quota[np.argsort(-(exact - quota), kind="stable")[: count - quota.sum()]] += 1
    lows, highs = (np.repeat([_bounds(band)[side] for band in profile.bands], quota) for side in (0, 1))
    # Inside a band small sizes are commoner: the cube of a uniform draw leans towards the low end.
    drawn = lows + np.floor((highs - lows + 1) * rng.random(count) ** 3).astype(int)
    drawn = np.minimum(drawn, highs)
    order = rng.permutation(count)
    drawn, lows, highs = drawn[order], lows[order], highs[order]
    place = int(np.argmin(np.abs(drawn - SHOWCASE_HEADCOUNT)))
    for column in (drawn, lows, highs):
        column[[0, place]] = column[[place, 0]]
    drawn[0] = lows[0] = highs[0] = SHOWCASE_HEADCOUNT
    return _brought_to(drawn, lows, highs, round(profile.employees * count / profile.establishments))


def _bounds(band: str) -> tuple[int, int]:
    low, high = BANDS[band]
    return low, _TOP_OF_OPEN_BAND if high is None else high


def _brought_to(drawn: np.ndarray, lows: np.ndarray, highs: np.ndarray, total: int) -> np.ndarray:
    """Every number moved by the same share of its slack inside its band, then by one, until the sum is `total`."""
    gap = total - int(drawn.sum())
    slack = highs - drawn if gap > 0 else drawn - lows
    share = min(1.0, abs(gap) / slack.sum()) if slack.sum() else 0.0
    moved: np.ndarray = drawn + np.sign(gap) * np.floor(slack * share).astype(int)
    left = total - int(moved.sum())
    room = np.flatnonzero((highs - moved if left > 0 else moved - lows) > 0)[: abs(left)]
    moved[room] += np.sign(left)
    return moved


def companies(rng: np.random.Generator, count: int) -> np.ndarray:
    """(count,) int: the company of each establishment; most have one, a few have up to twelve."""
    sizes = np.where(rng.random(count) < MULTI_SITE_SHARE, 2 + rng.geometric(0.45, count).clip(max=11) - 1, 1)
    sizes[0] = 1  # the showcase has one site
    ends = np.cumsum(sizes)
    return np.searchsorted(ends, np.arange(count), side="right")


def activities(rng: np.random.Generator, profile: Profile, headcount: np.ndarray) -> np.ndarray:
    """(n,) NAF rév. 2 codes, drawn from the weights of the size of each establishment."""
    codes = np.array(list(profile.activities))
    weights = np.array([profile.activities[code] for code in codes], dtype=float)
    drawn = np.empty(len(headcount), dtype=codes.dtype)
    for column, members in enumerate((headcount < 10, (headcount >= 10) & (headcount < 50), headcount >= 50)):
        share = weights[:, column] / weights[:, column].sum()
        drawn[members] = rng.choice(codes, int(members.sum()), p=share)
    return drawn


def places(rng: np.random.Generator, profile: Profile, communes: Sequence[CommuneRow], headcount: np.ndarray) -> np.ndarray:
    """(n,) commune codes: by population and département; sites of 50 people and more stay mostly out of Paris."""
    codes = np.array([commune.code for commune in communes])
    weight = np.array([(commune.population or 0) * profile.departements.get(commune.departement, 1.0) for commune in communes])
    outside = weight * np.array([0.15 if commune.departement == "75" else 1.0 for commune in communes])
    small = rng.choice(codes, len(headcount), p=weight / weight.sum())
    large = rng.choice(codes, len(headcount), p=outside / outside.sum())
    return np.where(headcount >= 50, large, small)


def _with_showcase(frame: pl.DataFrame) -> pl.DataFrame:
    first = pl.int_range(pl.len()) == 0
    return frame.with_columns(
        naf=pl.when(first).then(pl.lit(SHOWCASE_NAF)).otherwise("naf"),
        commune=pl.when(first).then(pl.lit(SHOWCASE_COMMUNE)).otherwise("commune"),
    )


def _same_trade_in_a_company(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """The sites of a company share its activity, but for one in seven."""
    own = pl.Series(rng.random(frame.height) < 1 / 7)
    return frame.with_columns(naf=pl.when(own).then("naf").otherwise(pl.col("naf").first().over("company")))


def luhn_digit(numbers: np.ndarray) -> np.ndarray:
    """The digit that makes each number valid once written at its end."""
    total = np.zeros_like(numbers)
    left = numbers.copy()
    double = True
    while left.any():
        digit = left % 10
        if double:
            digit = digit * 2 - 9 * (digit > 4)
        total += digit
        left //= 10
        double = not double
    return -total % 10


def sirens(rng: np.random.Generator, count: int) -> list[str]:
    """Different valid numbers beginning with 000, the showcase's first."""
    showcase = int(SHOWCASE_SIREN) // 10
    bases = rng.permutation(np.setdiff1d(np.arange(1, 100_000), [showcase]))[: count - 1]
    bases = np.concatenate([[showcase], bases])
    return [f"{number:09d}" for number in (bases * 10 + luhn_digit(bases)).tolist()]


def _units(rng: np.random.Generator, frame: pl.DataFrame, today: date) -> pl.DataFrame:
    """One row per company, from its establishments."""
    base = frame.group_by("company", maintain_order=True).agg(
        pl.col("naf").first(),
        pl.col("headcount").filter(pl.col("is_open")).sum().alias("employees"),
        pl.col("is_open").any().alias("active"),
    )
    count = base.height
    employees = base["employees"].to_numpy()
    # One company in twenty also works outside the region, where this register does not look.
    employees = np.where(rng.random(count) < 0.05, employees * rng.integers(2, 6, count), employees)
    employees[0] = SHOWCASE_HEADCOUNT
    forms = legal_forms(rng, employees)
    forms[0] = "5710"
    natural = forms == "1000"
    partial = rng.random(count) < np.where(natural, PARTIAL_NATURAL, PARTIAL_LEGAL)
    partial[0] = False
    naf = base["naf"].to_list()
    names = fictional_names.company_names(rng, fictional_names.roots(rng, count), naf, natural)
    has_acronym = rng.random(count) < 0.12
    numbers = sirens(rng, count)
    group, category = groups(rng, numbers, employees)
    created = days_before(rng, today, count)
    return pl.DataFrame(
        {
            "company": base["company"],
            "siren": numbers,
            "name": ["Vérondel Mécanique", *names[1:]],
            "acronym": [
                fictional_names.acronym(name) if has and not person else ""
                for name, has, person in zip(names, has_acronym.tolist(), natural.tolist(), strict=True)
            ],
            "legal_form": forms,
            "category": category,
            "category_year": [today.year - 2 if word else None for word in category],
            "group_siren": group,
            "headcount_band": _bands(numbers, employees),
            "headcount_year": today.year - 2,
            "created_on": created,
            "active": base["active"],
            "diffusion": np.where(partial, "P", "O"),
            "naf": naf,
        }
    )


def legal_forms(rng: np.random.Generator, employees: np.ndarray) -> np.ndarray:
    """(n,) legal forms, by size."""
    tiny = rng.choice(["1000", "5720", "5498", "5499"], len(employees), p=[0.42, 0.30, 0.13, 0.15])
    small = rng.choice(["1000", "5499", "5710", "5720", "5498"], len(employees), p=[0.06, 0.44, 0.27, 0.15, 0.08])
    large = rng.choice(["5710", "5599", "5499", "5720", "5458"], len(employees), p=[0.58, 0.20, 0.12, 0.08, 0.02])
    return np.where(employees == 0, tiny, np.where(employees < 20, small, large)).astype(object)


def groups(rng: np.random.Generator, numbers: list[str], employees: np.ndarray) -> tuple[list[str], list[str]]:
    """(head of the group, empty when independent; PME, ETI or GE by the size of the whole group) of each company."""
    count = len(numbers)
    member = np.flatnonzero((employees >= 10) & (rng.random(count) < GROUPED_SHARE * 4))
    member = member[member > 0]
    heads: list[str] = [""] * count
    total = employees.astype(float)
    start = 0
    while start + 1 < len(member):
        part = member[start : start + int(rng.integers(2, 8))]
        # A group also weighs what it has elsewhere in the country and abroad.
        size = employees[part].sum() * rng.choice([1, 1, 2, 5, 30])
        head = numbers[part[int(np.argmax(employees[part]))]]
        for index in part.tolist():
            heads[index] = head
            total[index] = size
        start += len(part)
    words = np.where(total >= 5000, "GE", np.where(total >= 250, "ETI", "PME"))
    known = (employees > 0) | (rng.random(count) < 0.5)
    return heads, np.where(known, words, "").tolist()


def _bands(numbers: Sequence[str], employees: np.ndarray) -> pl.Series:
    """The band the register would hold: most companies without employees are « NN » there, which reads as unknown."""
    silent = np.array([int(number[8]) < 7 for number in numbers]) & (employees == 0)
    return pl.Series(np.where(silent, "NN", bands_of(employees)))


def days_before(rng: np.random.Generator, today: date, count: int) -> list[date]:
    """Days of creation: eleven years before `today` on average, ninety at most."""
    ages = np.minimum(rng.exponential(11 * 365.25, count), 90 * 365.25).astype(int) + 20
    return [date.fromordinal(today.toordinal() - age) for age in ages.tolist()]


def _sites(
    rng: np.random.Generator, frame: pl.DataFrame, units: pl.DataFrame, communes: Sequence[CommuneRow], today: date
) -> pl.DataFrame:
    """One row per establishment, in the order of companies."""
    joined = frame.join(
        units.select("company", "siren", "legal_form", "name", unit_diffusion="diffusion", unit_created="created_on"),
        on="company",
        how="left",
        maintain_order="left",
    )
    count = joined.height
    first = joined["rank"].to_numpy() == 1
    base = joined["siren"].cast(pl.Int64).to_numpy() * 10_000 + joined["rank"].to_numpy()
    sirets = [f"{number:014d}" for number in (base * 10 + luhn_digit(base)).tolist()]
    born = np.array([day.toordinal() for day in joined["unit_created"].to_list()])
    later = born + np.floor((today.toordinal() - born) * rng.random(count) * 0.8).astype(int)
    created = np.where(first, born, later)
    closing = np.maximum(today.toordinal() - rng.integers(10, 700, count), created)
    own_partial = rng.random(count) < 0.005
    own_partial[0] = False
    lon, lat = positions(rng, communes, joined["commune"].to_numpy())
    lost = rng.random(count) < UNLOCATED_SHARE
    lost[0] = False
    has_sign = rng.random(count) < 0.14
    has_sign[0] = False
    signs = fictional_names.roots(rng, count)
    info = {commune.code: commune for commune in communes}
    codes = joined["commune"].to_list()
    return joined.select("siren", "naf", "commune", "headcount", "is_open", "legal_form", "unit_diffusion").with_columns(
        siret=pl.Series(sirets),
        headcount_band=_bands(joined["siren"].to_list(), joined["headcount"].to_numpy()),
        headcount_year=pl.lit(today.year - 2),
        is_head_office=pl.Series(first),
        created_on=pl.Series([date.fromordinal(day) for day in created.tolist()]),
        closed_on=pl.Series(
            [
                None if alive else date.fromordinal(day)
                for alive, day in zip(frame["is_open"].to_list(), closing.tolist(), strict=True)
            ],
            dtype=pl.Date,
        ),
        diffusion=pl.Series(np.where(own_partial, "P", "O")),
        sign=pl.Series([f"{word} Atelier" if has else "" for word, has in zip(signs, has_sign.tolist(), strict=True)]),
        address=pl.Series(fictional_names.addresses(rng, count)),
        postcode=pl.Series([(info[code].postcodes or ("",))[0] for code in codes]),
        departement=pl.Series([info[code].departement for code in codes]),
        epci=pl.Series([info[code].epci for code in codes]),
        ept=pl.Series([info[code].ept for code in codes]),
        lon=pl.Series(np.where(lost, np.nan, lon)).fill_nan(None),
        lat=pl.Series(np.where(lost, np.nan, lat)).fill_nan(None),
    )


def positions(rng: np.random.Generator, communes: Sequence[CommuneRow], codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) longitudes and latitudes drawn uniformly inside the outline of each commune."""
    lon, lat = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
    order = np.argsort(codes, kind="stable")
    names, starts = np.unique(codes[order], return_index=True)
    members = dict(zip(names.tolist(), np.split(order, starts[1:]), strict=True))
    for commune in communes:
        wanted = members.get(commune.code)
        if wanted is None or commune.shape is None:
            continue
        outline = shapely.from_geojson(commune.shape.geojson)
        shapely.prepare(outline)
        west, south, east, north = commune.shape.window
        while len(wanted):
            x = np.round(rng.uniform(west, east, (4, len(wanted))), 5)  # four tries at once: one is inside, most often
            y = np.round(rng.uniform(south, north, (4, len(wanted))), 5)
            inside = shapely.contains_xy(outline, x, y)
            first, hit, point = inside.argmax(axis=0), inside.any(axis=0), np.arange(len(wanted))
            lon[wanted[hit]], lat[wanted[hit]] = x[first, point][hit], y[first, point][hit]
            wanted = wanted[~hit]
    return lon, lat

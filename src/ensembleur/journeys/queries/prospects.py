"""Which companies a scheme or a measure may serve, over a perimeter: the table behind the prospecting list, kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from ensembleur.accounts.choices import Role
from ensembleur.accounts.engine.perimeters import DEPARTEMENTS_OF_REGION
from ensembleur.accounts.queries import perimeter_of
from ensembleur.errors import Refused
from ensembleur.journeys.catalogue.loader import measure, measures
from ensembleur.journeys.engine.plan import Measure
from ensembleur.schemes.engine.opening import opening_on
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.queries import published
from ensembleur.territory.queries.register import maskings, register_frame

if TYPE_CHECKING:
    import polars as pl

    from ensembleur.journeys.engine.prospects import Sieve

PROSPECTORS = (Role.ADVISER, Role.OFFICER)
NATURAL = "natural"
KEPT = 48  # tables kept at once: about 2 MB each at 45,000 establishments


@dataclass(frozen=True)
class Subject:
    """What one calls companies about. `kind` : "aide" or "mesure".   schemes : those of the subject that are published."""

    kind: str
    id: str
    title: str
    schemes: tuple[Scheme, ...]

    def open_on(self, day: date) -> tuple[Scheme, ...]:
        """Its schemes that take files that day: nobody is called about an aid that is closed."""
        return tuple(scheme for scheme in self.schemes if opening_on(scheme, day).is_open)


def subject_of(identifier: str, *, lang: str = "fr", kind: str = "") -> Subject:
    """The scheme for companies, or the measure, of that identifier. Raises Refused when there is none."""
    scheme = next((one for one in published.company_schemes() if one.id == identifier), None)
    if scheme is not None and kind in ("", "aide"):
        return Subject("aide", scheme.id, scheme.title.in_(lang), (scheme,))
    held = measure(identifier)
    if held is not None and kind in ("", "mesure"):
        return Subject("mesure", held.id, held.title[lang], schemes_of(held))
    raise Refused(
        "unknown_subject",
        _("« %(name)s » n'est ni une aide aux entreprises ni une mesure du catalogue : prenez un nom de la liste.")
        % {"name": identifier[:40]},
    )


def schemes_of(held: Measure) -> tuple[Scheme, ...]:
    """The published schemes that may pay a measure, in the order it names them."""
    known = {scheme.id: scheme for scheme in published.company_schemes()}
    return tuple(known[name] for name in held.schemes if name in known)


def subjects_on(day: date, *, lang: str) -> tuple[list[Subject], list[Subject]]:
    """What one may prospect for that day: the open schemes, and the measures that one of them pays."""
    schemes = [subject_of(scheme.id, lang=lang, kind="aide") for scheme in published.company_schemes()]
    held = [Subject("mesure", one.id, one.title[lang], schemes_of(one)) for one in measures()]
    return [one for one in schemes if one.open_on(day)], [one for one in held if one.open_on(day)]


# -- the table -----------------------------------------------------------------------------------------------------------


@dataclass
class _Shelf:
    """Tables by what they were computed from; the least used leaves first. A new register or a new fact makes new ones."""

    tables: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        """The table under that key, made when it is not there."""
        with self.lock:
            if key in self.tables:
                self.tables.move_to_end(key)
                return self.tables[key]
        made = make()
        self.put(key, made)
        return made

    def put(self, key: Any, made: Any) -> None:
        """Lay a table there, in place of the one that was."""
        with self.lock:
            self.tables[key] = made
            self.tables.move_to_end(key)
            while len(self.tables) > KEPT:
                self.tables.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.tables.clear()


_shelf = _Shelf()


@dataclass(frozen=True)
class _Standing:
    """The register and what was told of it, as they stand: a table computed from other ones is out of date."""

    register: Any
    told: Any
    maskings: Any
    key: tuple[Any, ...]


def _standing(as_of: date) -> _Standing:
    from ensembleur.schemes.queries.told_frame import told_frame, told_since, told_version

    register = register_frame()  # the same object as long as the register has not changed
    version = told_version()
    masked = _shelf.get(("masked", id(register)), lambda: (register, maskings()))
    place = ("told", id(register), as_of)
    held = _shelf.get(place, lambda: (register, version, told_frame(register, as_of=as_of)))
    if held[1] != version:
        held = (register, version, told_since(held[2], held[1], version, register, as_of=as_of))
        _shelf.put(place, held)
    return _Standing(register, held[2], masked[1], (id(register), version, as_of))


def sites_of(subject: Subject, *, as_of: date) -> tuple[pl.DataFrame, frozenset[str]]:
    """The sites to which a scheme of the subject may answer yes (see `engine.prospects.judged`), without those of people who
    asked INSEE not to be diffused; and the companies left out for that."""
    import polars as pl  # a server that only answers other pages never loads it

    from ensembleur.journeys.engine.prospects import judged

    standing = _standing(as_of)
    schemes = subject.open_on(as_of)
    rules = tuple((scheme.id, *(version.rule_hash for version in scheme.versions)) for scheme in schemes)

    def make() -> Any:
        found = judged(schemes, standing.register, standing.told, as_of=as_of)
        hidden = pl.Series([siret for siret, masking in standing.maskings.items() if masking == NATURAL], dtype=pl.String)
        is_hidden = pl.col("siret").is_in(hidden.implode())
        return standing.register, found.filter(~is_hidden), frozenset(found.filter(is_hidden)["siren"].to_list())

    _register, sites, masked = _shelf.get((standing.key, rules), make)
    return sites, masked


def all_answers(schemes: tuple[Scheme, ...], *, as_of: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every site that may be listed, and beside it the answer of each scheme (see `screening.screen_wide`)."""
    import polars as pl

    from ensembleur.journeys.engine.prospects import answered

    standing = _standing(as_of)
    rules = tuple((scheme.id, *(version.rule_hash for version in scheme.versions)) for scheme in schemes)

    def make() -> Any:
        hidden = pl.Series([siret for siret, masking in standing.maskings.items() if masking == NATURAL], dtype=pl.String)
        sites, answers = answered(schemes, standing.register, standing.told, as_of=as_of)
        shown = ~sites["siret"].is_in(hidden.implode())
        return standing.register, sites.filter(shown), answers.filter(shown)

    _register, sites, answers = _shelf.get(("all", standing.key, rules), make)
    return sites, answers


def forget_tables() -> None:
    """Empty the memory: for tests and measures."""
    _shelf.clear()


def sieve_of(user: Any, **more: Any) -> Sieve:
    """The sieve of a person's perimeter as an adviser or an officer; of a command, everything."""
    from ensembleur.journeys.engine.prospects import Sieve

    if isinstance(user, str):
        return Sieve(**more)
    perimeter = perimeter_of(user, *PROSPECTORS)
    departements = {*perimeter.departements}
    for region in perimeter.regions:
        departements |= DEPARTEMENTS_OF_REGION.get(region, frozenset())
    return Sieve(communes=perimeter.communes, departements=departements, **more)

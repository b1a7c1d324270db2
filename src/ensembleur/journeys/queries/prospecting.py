"""The prospecting list: who to call, why, what to ask first, who has already called; and who must not be called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from ensembleur.journeys.choices import ContactOutcome
from ensembleur.journeys.models import Contact, Journey, Opposition, Reservation
from ensembleur.journeys.queries.prospects import Subject, all_answers, sieve_of, sites_of
from ensembleur.schemes.engine.verdict import Verdict, verdict_of
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.queries.facts import facts_among
from ensembleur.territory.engine.activities import SECTORS
from ensembleur.territory.queries.diffusion import EstablishmentView
from ensembleur.territory.queries.register import Place, company, establishments, place_of

if TYPE_CHECKING:
    import polars as pl

    from ensembleur.journeys.engine.prospects import Sieve

PER_PAGE = 20
REST_DAYS = 365  # a company that said no about a subject is left alone about it for a year
SAID_NO = "refus"
QUIET = {"30": 30, "90": 90, "180": 180}  # days without any contact


@dataclass(frozen=True)
class Filters:
    """What the reader asks of the list; every word empty for no limit.

    commune : INSEE codes.   size : a key of `engine.prospects.SIZES`, or "inconnu".   lone : the only fact missing.
    contact : "" (but for those that said no this year), "jamais", "30", "90", "180" (days), "refus" (those that said no).
    journey : "sans" (no live journey), "jamais" (none ever).
    """

    departement: str = ""
    commune: tuple[str, ...] = ()
    sector: str = ""
    size: str = ""
    lone: str = ""
    certain_only: bool = False
    contact: str = ""
    journey: str = ""

    def as_json(self) -> dict[str, Any]:
        """What the journal keeps: the filters really set."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Line:
    """One company of the list, at its best site. `sites` : how many of its sites may ask.   ask : what to ask first, in words.

    contact : the last one the reader may see.   journey : the live journey of the company, if the reader may open it.
    kept : the company is in somebody's wave.   is_person : a sole trader: no electronic prospecting.
    """

    view: EstablishmentView
    verdict: Verdict
    sites: int
    is_person: bool
    ask: str = ""
    contact: Contact | None = None
    journey: Journey | None = None
    in_journey: bool = False
    kept: Reservation | None = None

    @property
    def is_certain(self) -> bool:
        """Whether the rules say yes with what is known."""
        return self.verdict.answer == "yes"


@dataclass(frozen=True)
class Counts:
    """Companies of the list; and, counted only, those that asked not to be contacted, and those that INSEE may not diffuse.

    masked : over the whole region, whatever the filters: a finer figure would place people who asked not to be.
    resting : those that said no about this subject less than a year ago.
    """

    certain: int
    possible: int
    opposed: int
    resting: int
    masked: int
    in_journey: int


@dataclass(frozen=True)
class Prospects:
    """One page of the list, the words of the next page (empty at the end), the counts, and the questions worth asking."""

    lines: tuple[Line, ...]
    next: str
    counts: Counts
    questions: tuple[tuple[str, str, int], ...] = ()
    previous: None = None


def prospects(
    subject: Subject, *, user: Any, filters: Filters, as_of: date, lang: str = "fr", cursor: str = "", count: int = PER_PAGE
) -> Prospects:
    """One page of the list for this reader. `user` : a person, or the name of a command, which sees the whole region."""
    from ensembleur.journeys.engine.prospects import after, cursor_of, read_cursor

    rows, counts, questions = listed(subject, user=user, filters=filters, as_of=as_of, lang=lang)
    page = after(rows, read_cursor(cursor)).head(count + 1)
    shown = page.head(count)
    following = cursor_of(*shown.select("order", "siret").row(-1)) if page.height > count else ""
    return Prospects(explained(subject, shown, user=user, as_of=as_of, lang=lang), following, counts, questions)


def listed(
    subject: Subject, *, user: Any, filters: Filters, as_of: date, lang: str = "fr"
) -> tuple[pl.DataFrame, Counts, tuple[tuple[str, str, int], ...]]:
    """The whole list without words: a row per company in order (see `engine.prospects.companies`), and the counts."""
    import polars as pl

    from ensembleur.journeys.engine.prospects import companies

    sites, masked = sites_of(subject, as_of=as_of)
    sieve = _sieve(filters, user, as_of)
    opposed = frozenset(Opposition.objects.live().values_list("siren", flat=True))
    resting = _said_no(subject, user, as_of)
    rows = companies(sites, sieve)
    is_opposed, is_resting = pl.col("siren").is_in(list(opposed)), pl.col("siren").is_in(list(resting))
    unlisted = rows.filter(is_opposed).height
    free = rows.filter(~is_opposed)
    at_rest = free.filter(is_resting).height
    free = free.filter(is_resting if filters.contact == SAID_NO else ~is_resting)
    following = list(Journey.objects.live().exclude(siren="").values_list("siren", flat=True))
    certain = free.filter(pl.col("rank") == 0).height
    counts = Counts(
        certain=certain,
        possible=free.height - certain,
        opposed=unlisted,
        resting=at_rest,
        masked=len(masked),
        in_journey=free.filter(pl.col("siren").is_in(following)).height,
    )
    alone = free.filter(pl.col("lone").is_not_null()).group_by("lone").len().sort("len", "lone", descending=[True, False])
    questions = tuple((key, fact_label(key, lang), number) for key, number in alone.head(6).rows())
    return free, counts, questions


def explained(subject: Subject, rows: pl.DataFrame, *, user: Any, as_of: date, lang: str) -> tuple[Line, ...]:
    """The rows of one page in words: the same number of queries whatever their number."""
    sirets, sirens = rows["siret"].to_list(), rows["siren"].to_list()
    views, known = establishments(sirets), facts_among(sirets, as_of=as_of)
    schemes = subject.open_on(as_of)
    contacts, journeys, followed = _contacts(sirens, user), _journeys(sirens, user), _followed(sirens)
    kept = {one.siren: one for one in Reservation.objects.filter(siren__in=sirens, until__date__gte=as_of).select_related("by")}
    lines = []
    for row in rows.iter_rows(named=True):
        view = views.get(row["siret"])
        if view is None:  # closed since the table was made
            continue
        verdict = verdict_of(schemes[row["scheme"]], known[view.siret], as_of=as_of, lang=lang)
        lines.append(
            Line(
                view=view,
                verdict=verdict,
                sites=row["sites"],
                is_person=row["is_person"],
                ask=_question(verdict, lang),
                contact=contacts.get(view.siren),
                journey=journeys.get(view.siren),
                in_journey=view.siren in followed,
                kept=kept.get(view.siren),
            )
        )
    return tuple(lines)


def fact_label(key: str, lang: str) -> str:
    """A fact's name."""
    return VOCABULARY[key].label.in_(lang) if key in VOCABULARY else key


def _question(verdict: Verdict, lang: str) -> str:
    key = VOCABULARY.get(verdict.missing[0]) if verdict.missing else None
    return key.question.in_(lang) if key is not None else ""


def counts_by_subject(subjects: Sequence[Subject], *, user: Any, as_of: date) -> Mapping[tuple[str, str], tuple[int, int]]:
    """(kind, identifier) of each subject → companies certainly and possibly eligible on the reader's perimeter, opposed ones out."""
    from ensembleur.journeys.engine.prospects import count_companies

    schemes = {scheme.id: scheme for subject in subjects for scheme in subject.open_on(as_of)}
    sites, answers = all_answers(tuple(schemes.values()), as_of=as_of)
    opposed = frozenset(Opposition.objects.live().values_list("siren", flat=True))
    groups = [[scheme.id for scheme in subject.open_on(as_of)] for subject in subjects]
    counted = count_companies(sites, answers, groups, sieve_of(user, without=opposed))
    return {(subject.kind, subject.id): numbers for subject, numbers in zip(subjects, counted, strict=True)}


# -- who was called, who follows a path --------------------------------------------------------------------------------


def is_opposed(siren: str) -> bool:
    """Whether this company asked not to be contacted."""
    return Opposition.objects.live().filter(siren=siren).exists()


def places_of(siren: str) -> list[Place]:
    """Where the sites of a company are, in codes, for perimeters."""
    view = company(siren)
    found = (place_of(site.siret) for site in view.sites) if view else ()
    return [place for place in found if place is not None]


def due_call_backs(user: Any, *, as_of: date, count: int = 20) -> Sequence[Contact]:
    """The calls this person promised, those of the day and before, unless somebody reached the company since."""
    last = Contact.objects.filter(siren=OuterRef("siren")).order_by("-at", "-pk").values("pk")[:1]
    opposed = Opposition.objects.live().values("siren")
    mine = Contact.objects.filter(by=user, outcome=ContactOutcome.CALL_BACK, call_back_on__lte=as_of, pk=Subquery(last))
    return mine.exclude(siren__in=opposed).order_by("call_back_on", "pk")[:count]


def contacts_of(siren: str, user: Any) -> Sequence[Contact]:
    """What was noted about a company, the last first, as this reader may see it."""
    return Contact.objects.visible_to(user).filter(siren=siren).select_related("by").order_by("-at", "-pk")[:20]


def _sieve(filters: Filters, user: Any, as_of: date) -> Sieve:
    sector = SECTORS.get(filters.sector)
    return sieve_of(
        user,
        commune=filters.commune,
        departement=filters.departement,
        divisions=sector[0] if sector is not None else None,
        size=filters.size,
        lone=filters.lone,
        certain_only=filters.certain_only,
        without=_left_out(filters, user, as_of),
    )


def _left_out(filters: Filters, user: Any, as_of: date) -> frozenset[str]:
    """The SIREN that the filters on contacts and journeys leave out."""
    without: set[str] = set()
    if filters.contact == "jamais":
        without |= set(_seen_by(user).values_list("siren", flat=True))
    elif filters.contact in QUIET:
        since = as_of - timedelta(days=QUIET[filters.contact])
        without |= set(_seen_by(user).filter(at__date__gt=since).values_list("siren", flat=True))
    if filters.journey:
        journeys = Journey.objects.exclude(siren="")
        without |= set((journeys if filters.journey == "jamais" else journeys.live()).values_list("siren", flat=True))
    return frozenset(without)


def _said_no(subject: Subject, user: Any, as_of: date) -> frozenset[str]:
    """The companies whose last word about this subject, within a year, is that they are not interested."""
    about = Contact.objects.filter(about=subject.id, at__date__gt=as_of - timedelta(days=REST_DAYS))
    last = dict(about.order_by("at", "pk").values_list("siren", "outcome"))
    return frozenset(siren for siren, outcome in last.items() if outcome == ContactOutcome.NOT_INTERESTED)


def _seen_by(user: Any) -> Any:
    return Contact.objects.all() if isinstance(user, str) else Contact.objects.visible_to(user)


def _contacts(sirens: Sequence[str], user: Any) -> Mapping[str, Contact]:
    found = _seen_by(user).filter(siren__in=sirens).select_related("by").order_by("at", "pk")
    return {contact.siren: contact for contact in found}


def _journeys(sirens: Sequence[str], user: Any) -> Mapping[str, Journey]:
    if isinstance(user, str):
        return {}
    return {journey.siren: journey for journey in Journey.objects.visible_to(user).live().filter(siren__in=sirens)}


def _followed(sirens: Sequence[str]) -> frozenset[str]:
    return frozenset(Journey.objects.live().filter(siren__in=sirens).values_list("siren", flat=True))

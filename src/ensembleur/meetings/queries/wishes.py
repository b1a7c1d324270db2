"""Who may be met and why, what one asked and was asked: the two lists of a participation, and the organiser's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from ensembleur.accounts.engine.perimeters import departement_of
from ensembleur.logic.words import Words
from ensembleur.meetings.choices import Origin, WishState
from ensembleur.meetings.engine.suggesting import DEPARTEMENT, OFFERS, SEEKS, Profile, Suggestion, suggest
from ensembleur.meetings.models import Event, Refusal, Registration, Wish
from ensembleur.meetings.queries.travelling import distance_km
from ensembleur.strategy.engine.tabular import plain
from ensembleur.territory.engine.activities import SECTORS
from ensembleur.territory.models import Commune, Departement

SIZES = {"small": (0, 49), "medium": (50, 249), "large": (250, 10_000_000)}  # employees, as in the European definition of SMEs
_WORD = re.compile(r"[^\W\d_][\w'’-]{3,}")
# Words that say nothing of what is sought or offered.
_EMPTY = frozenset(
    [
        "avec",
        "sans",
        "pour",
        "dans",
        "chez",
        "plus",
        "nous",
        "vous",
        "leur",
        "notre",
        "votre",
        "toute",
        "tous",
        "toutes",
        "autres",
        "divers",
        "diverses",
        "entreprise",
        "entreprises",
        "partenaire",
        "partenaires",
        "recherche",
        "recherchons",
        "cherchons",
        "cherche",
        "proposons",
        "propose",
        "offre",
        "offrons",
        "realisation",
        "service",
        "services",
        "societe",
        "client",
        "clients",
        "fournisseur",
        "fournisseurs",
        "besoin",
        "besoins",
        "with",
        "from",
        "that",
        "your",
    ]
)


@dataclass(frozen=True)
class Looked:
    """What is looked for in the list of participants. text : in names and words; size : one of SIZES or ""."""

    text: str = ""
    departement: str = ""
    sector: str = ""
    size: str = ""


@dataclass(frozen=True)
class Link:
    """What stands between me and another participation: my wish, theirs, and whether I never want to meet them."""

    sent: Wish | None = None
    received: Wish | None = None
    refused: bool = False


def catalogue(event: Event, actor: Any, me: Registration | None, looked: Looked) -> QuerySet[Registration]:
    """Those who come and agreed to be listed, the other side's alone when there are two, as this person looks for them."""
    rows = event.registrations.visible_to(actor).accepted().filter(is_listed=True)
    if me is not None:
        rows = rows.exclude(pk=me.pk)
        rows = rows.exclude(side=me.side) if event.two_sided else rows
    if text := looked.text.strip():
        rows = rows.filter(
            Q(name__icontains=text) | Q(seeks__icontains=text) | Q(offers__icontains=text) | Q(presentation__icontains=text)
        )
    if looked.departement:
        rows = rows.filter(commune__startswith=looked.departement)
    if looked.size:
        rows = rows.filter(headcount__range=SIZES[looked.size])
    if looked.sector:
        held = set(SECTORS[looked.sector][0])
        rows = rows.filter(pk__in=[pk for pk, divisions in rows.values_list("pk", "sectors") if held & set(divisions)])
    return rows.select_related("visit")


def links(me: Registration, others: Iterable[Registration]) -> dict[int, Link]:
    """{participation: what stands between us}, in three queries whatever their number."""
    keys = [other.pk for other in others]
    sent = {one.receiver_id: one for one in Wish.objects.filter(sender=me, receiver__in=keys).order_by("pk")}
    received = {one.sender_id: one for one in Wish.objects.filter(receiver=me, sender__in=keys).order_by("pk")}
    refused = set(Refusal.objects.filter(by=me, of__in=keys).values_list("of", flat=True))
    return {key: Link(sent.get(key), received.get(key), key in refused) for key in keys}


def suggestions(
    event: Event, actor: Any, me: Registration, looked: Looked, *, lang: str, most: int = 6
) -> list[tuple[Registration, Suggestion]]:
    """The participations that answer what mine declared, with the reasons; those already asked or refused are left out."""
    known = {*Wish.objects.filter(sender=me).values_list("receiver", flat=True)}
    known |= {*Refusal.objects.filter(by=me).values_list("of", flat=True)}
    rows = {str(one.pk): one for one in catalogue(event, actor, me, Looked()) if one.pk not in known}
    words: dict[str, str] = {}
    mine = profile_of(me, words, looked)
    others = [profile_of(one, words) for one in rows.values()]
    named = {code: Words(word, word) for code, word in words.items()}
    places = {code: Words(name, name) for code, name in departements(rows.values()).items()}
    titles = {OFFERS: named, SEEKS: named, DEPARTEMENT: places}
    found = suggest(mine, others, most=most, lang=lang, distance_km=_apart(me, rows.values()), titles=titles)
    return [(rows[one.profile], one) for one in found]


def _apart(me: Registration, others: Iterable[Registration]) -> dict[str, int]:
    """{organisation: kilometres from the centre of its commune to that of mine}; where people live is nobody's measure."""
    firms = [one for one in others if one.origin != Origin.PERSON]
    centres = Commune.objects.filter(code__in={me.commune, *(one.commune for one in firms)}, lon__isnull=False, lat__isnull=False)
    where = {code: (lon, lat) for code, lon, lat in centres.values_list("code", "lon", "lat")}
    here = where.get(me.commune)
    return {str(one.pk): round(distance_km(here, where[one.commune])) for one in firms if here and one.commune in where}


def profile_of(one: Registration, words: dict[str, str], looked: Looked | None = None) -> Profile:
    """What a participation declared, as the engine reads it; the words of what it seeks and offers are added to `words`.

    looked : where, and of which size, the other is wanted.
    """
    asked = looked or Looked()
    return Profile(
        id=str(one.pk),
        offers=_codes(one.offers, words),
        seeks=_codes(one.seeks, words),
        sectors=frozenset(one.sectors),
        occupations=frozenset(one.occupations),
        contracts=frozenset(one.contracts),
        departement=departement_of(one.commune) if one.commune else "",
        headcount=one.headcount,
        departements=frozenset({asked.departement} if asked.departement else ()),
        sizes=SIZES.get(asked.size),
        is_person=one.origin == Origin.PERSON,
    )


def _codes(text: str, words: dict[str, str]) -> frozenset[str]:
    """The words of a text that say something, without accents nor plurals."""
    codes = set()
    for word in _WORD.findall(text):
        code = plain(word).rstrip("sx")
        if len(code) > 3 and plain(word) not in _EMPTY:
            words.setdefault(code, word.lower())
            codes.add(code)
    return frozenset(codes)


def sent_by(me: Registration) -> QuerySet[Wish]:
    """What one asked, those taken back left out."""
    return Wish.objects.filter(sender=me).exclude(state=WishState.WITHDRAWN).select_related("receiver", "group", "named")


def received_by(me: Registration) -> QuerySet[Wish]:
    """What one was asked; those of participations one never wants to meet are left out, and so are those taken back."""
    refused = Refusal.objects.filter(by=me).values("of")
    asked = Wish.objects.filter(receiver=me).exclude(state=WishState.WITHDRAWN).exclude(sender__in=refused)
    return asked.select_related("sender", "group", "named").order_by("expires_at", "pk")


@dataclass(frozen=True)
class Counts:
    """The wishes of an event. by_state : {state: how many}.   waiting : [(days, how many)] by age.   asked_most : [(participation, open)]."""

    by_state: dict[str, int]
    waiting: list[tuple[int, int]]
    asked_most: list[tuple[Registration, int]]


AGES = (2, 5, 10)


def counts(event: Event, now: datetime) -> Counts:
    """How the wishes of an event stand, in four queries."""
    rows = Wish.objects.of_event(event)
    by_state = {row["state"]: row["n"] for row in rows.order_by().values("state").annotate(n=Count("pk"))}
    since = {f"d{days}": Count("pk", filter=Q(sent_at__lte=now - timedelta(days=days))) for days in AGES}
    old = rows.open().order_by().aggregate(**since)
    open_wishes = Count("wishes_received", filter=Q(wishes_received__state=WishState.SENT))
    asked = event.registrations.annotate(open_wishes=open_wishes).filter(open_wishes__gt=0).order_by("-open_wishes", "name")[:10]
    return Counts(by_state, [(days, old[f"d{days}"]) for days in AGES], [(one, one.open_wishes) for one in asked])


def of_event(event: Event, user: Any, state: str = "", text: str = "") -> QuerySet[Wish]:
    """The wishes of an event an organiser looks through, the oldest open first."""
    rows = Wish.objects.of_event(event).visible_to(user).select_related("sender", "receiver", "group", "named")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(sender__name__icontains=text) | Q(receiver__name__icontains=text))
    return rows.order_by("sent_at", "pk")


def departements(rows: Iterable[Registration]) -> dict[str, str]:
    """{code: name} of the départements they come from, in order of code."""
    codes = sorted({departement_of(one.commune) for one in rows if one.commune})
    named = dict(Departement.objects.filter(code__in=codes).values_list("code", "name"))
    return {code: named.get(code, code) for code in codes}


def communes(rows: Iterable[Registration]) -> dict[str, str]:
    """{INSEE code: name} of the communes they come from."""
    return dict(Commune.objects.filter(code__in={one.commune for one in rows}).values_list("code", "name"))

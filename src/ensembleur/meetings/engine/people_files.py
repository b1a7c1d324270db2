"""The files an organiser brings in, people or wishes, read without any database: a line that cannot be read says why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ensembleur import codes
from ensembleur.errors import BadInput
from ensembleur.periods import PARIS
from ensembleur.strategy.engine.tabular import Columns, Row, plain, read_table

LARGEST = 3_000_000  # bytes
MOST_LINES = 20_000
UNREADABLE = "\ufffd"  # what stands for a byte that says nothing: a NUL, or a letter of an unknown alphabet
TURNS_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they make a name read otherwise than it is
ADDRESS = re.compile(r"[^@\s,;:<>()\"]+@[^@\s,;:<>()\"]+\.[^@\s,;:<>()\".]{2,}")
PHONE = re.compile(r"[+(\d][\d\s().+/-]*")
RANGE = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?")
FRENCH_DAY = re.compile(r"^(\d\d)/(\d\d)/(\d{4})")
YES, NO = ("oui", "o", "1", "x", "vrai", "yes"), ("non", "n", "0", "faux", "no")

OF_ORGANISATION = (
    "cote", "origine", "siret", "organisation", "pays", "commune", "effectif", "presentation", "cherche", "propose", "secteurs",
    "metiers", "contrats", "statut", "affiche",
)  # fmt: skip
OF_PERSON = (
    "personne", "fonction", "courriel", "telephone", "langue", "accord", "creneaux_absents", "rendez_vous_max", "pause_apres",
    "recoit", "place", "taille_groupe", "age_groupe",
)  # fmt: skip
PEOPLE = Columns((*OF_ORGANISATION, *OF_PERSON), ("organisation", "personne"))
WISHES = Columns(
    ("de", "vers", "niveau", "message", "etat", "niveau_reponse", "groupe", "personne", "envoye_le", "expire_le"), ("de", "vers")
)


class Fault(ValueError):
    """Why something cannot be kept. code : a stable word.   column : where.   given : what its sentence needs."""

    def __init__(self, code: str, column: str = "", **given: Any) -> None:
        super().__init__(code)
        self.code, self.column, self.given = code, column, given


@dataclass(frozen=True)
class Told:
    """What a participation says of itself; its fields bear the names of the record's."""

    name: str
    side: str = ""
    origin: str = "company"
    siret: str = ""
    country: str = "FR"
    commune: str = ""
    headcount: int | None = None
    presentation: str = ""
    seeks: str = ""
    offers: str = ""
    sectors: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    is_listed: bool = True

    def key(self, email: str = "") -> tuple[str, ...]:
        """What makes it the same participation: its SIRET, otherwise its name and country, and its address for a person alone."""
        if self.siret:
            return (self.side, self.siret)
        return (self.side, plain(self.name), self.country, email.lower() if self.origin == "person" else "")


@dataclass(frozen=True)
class Coming:
    """What is said of a person who comes; its fields bear the names of the record's. absent_slots : numbers from 0."""

    name: str
    function: str = ""
    email: str = ""
    phone: str = ""
    language: str = "fr"
    absent_slots: tuple[int, ...] = ()
    max_meetings: int | None = None
    max_consecutive: int | None = None
    step_free: bool = False
    quiet: bool = False
    interpreter: str = ""
    needs_note: str = ""
    group_size: int = 1
    group_age: int | None = None


@dataclass(frozen=True)
class Words:
    """What cells may say, compared by `plain`, and the value of each; `slots` : how many the event has."""

    sides: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    contracts: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    slots: int = 0


@dataclass(frozen=True)
class PersonLine:
    """One person of a file, and the participation they come for; `fault` when it cannot be read, and then nothing else."""

    row: Row
    fault: Fault | None = None
    told: Told | None = None
    person: Coming | None = None
    status: str = ""
    agrees: bool = False
    is_host: bool = False
    place: str = ""


@dataclass(frozen=True)
class WishLine:
    """One wish of a file: who asks whom, as the file names them; `fault` when it cannot be read."""

    row: Row
    fault: Fault | None = None
    level: str = ""
    state: str = ""
    answer_level: str = ""
    sent_at: datetime | None = None
    expires_at: datetime | None = None


def check_text(text: str, most: int, column: str = "") -> None:
    """Raise Fault when a text may not be kept: too long, unreadable, or read otherwise than it is written."""
    if len(text) > most:
        raise Fault("long", column, most=most, length=len(text))
    if UNREADABLE in text:
        raise Fault("unreadable", column)
    if text.isprintable():  # nearly all of them
        return
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in text if sign not in "\n\t\r"):
        raise Fault("unreadable", column)
    if not TURNS_AROUND.isdisjoint(text):
        raise Fault("turns_around", column)


def check_name(text: str, most: int, column: str = "") -> None:
    """The same for a name, which needs a visible sign and one line."""
    check_text(text, most, column)
    if not any(unicodedata.category(sign)[0] in "LNSP" for sign in text):
        raise Fault("missing", column)
    if "\n" in text or "\r" in text:
        raise Fault("lines", column)


def read_people(content: bytes, words: Words) -> list[PersonLine]:
    """The people of a file, one a line. Raises BadInput when the file as a whole cannot be read."""
    return [_person_line(row, words) for row in _rows(content, PEOPLE)]


def read_wishes(content: bytes, words: Words) -> list[WishLine]:
    """The wishes of a file, one a line. Raises BadInput when the file as a whole cannot be read."""
    return [_wish_line(row, words) for row in _rows(content, WISHES)]


def _rows(content: bytes, columns: Columns) -> list[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # what spreadsheets of Windows write
        text = content.decode("cp1252", errors="replace")
    return read_table(text.replace("\0", UNREADABLE).encode(), columns, largest=LARGEST, most_lines=MOST_LINES)


def _person_line(row: Row, words: Words) -> PersonLine:
    try:
        if row.fault:
            raise Fault("cells", says=row.fault)
        agrees = _flag(row, "accord", default=False)
        told, person = _told(row, words, agrees), _coming(row, words)
        return PersonLine(
            row,
            told=told,
            person=person,
            status=_word(row, "statut", words.statuses),
            agrees=agrees,
            is_host=_flag(row, "recoit", default=False),
            place=_text(row, "place", 60),
        )
    except Fault as fault:
        return PersonLine(row, fault=fault)


def _told(row: Row, words: Words, agrees: bool) -> Told:
    siret, name = row.cells["siret"], row.cells["organisation"]
    is_alone = not siret and not name
    origin = _word(row, "origine", words.origins) or ("person" if is_alone else "company" if siret else "")
    country = _word(row, "pays", words.countries) or "FR"
    origin = origin or ("abroad" if country != "FR" else "company")
    check_name(name or row.cells["personne"], 160, "organisation")
    two_sided = set(words.sides.values()) != {""}
    return Told(
        name=name or row.cells["personne"],
        side=_word(row, "cote", words.sides, needed=True) if two_sided else "",
        origin=origin,
        siret=_code(row, "siret", codes.siret) if siret else "",
        country=country,
        commune=_code(row, "commune", codes.insee) if row.cells["commune"] else "",
        headcount=_number(row, "effectif", 0, 1_000_000),
        presentation=_text(row, "presentation", 2000),
        seeks=_text(row, "cherche", 1000),
        offers=_text(row, "propose", 1000),
        sectors=_many(row, "secteurs", _division),
        occupations=_many(row, "metiers", codes.rome),
        contracts=tuple(_word_of(one, "contrats", words.contracts) for one in _split(row, "contrats")),
        is_listed=_flag(row, "affiche", default=agrees),
    )


def _coming(row: Row, words: Words) -> Coming:
    check_name(row.cells["personne"], 120, "personne")
    email, phone = row.cells["courriel"], row.cells["telephone"]
    if email and (len(email) > 254 or not ADDRESS.fullmatch(email)):
        raise Fault("email", "courriel")
    if phone and (len(phone) > 20 or not PHONE.fullmatch(phone)):
        raise Fault("phone", "telephone")
    return Coming(
        name=row.cells["personne"],
        function=_text(row, "fonction", 120),
        email=email,
        phone=phone,
        language=_word(row, "langue", {"fr": "fr", "francais": "fr", "en": "en", "anglais": "en", "english": "en"}) or "fr",
        absent_slots=_slots(row, words.slots),
        max_meetings=_number(row, "rendez_vous_max", 1, 100),
        max_consecutive=_number(row, "pause_apres", 1, 100),
        group_size=_number(row, "taille_groupe", 1, 1000) or 1,
        group_age=_number(row, "age_groupe", 3, 120),
    )


def _wish_line(row: Row, words: Words) -> WishLine:
    try:
        if row.fault:
            raise Fault("cells", says=row.fault)
        for column in WISHES.needed:
            check_name(row.cells[column], 254, column)
        check_text(row.cells["message"], 500, "message")
        return WishLine(
            row,
            level=_word(row, "niveau", words.levels),
            state=_word(row, "etat", words.states),
            answer_level=_word(row, "niveau_reponse", words.levels),
            sent_at=_instant(row, "envoye_le"),
            expires_at=_instant(row, "expire_le"),
        )
    except Fault as fault:
        return WishLine(row, fault=fault)


# -- cells -------------------------------------------------------------------------------------------------------------
def _text(row: Row, column: str, most: int) -> str:
    check_text(row.cells[column], most, column)
    return row.cells[column]


def _word(row: Row, column: str, known: Mapping[str, str], *, needed: bool = False) -> str:
    if not row.cells[column] and not needed:
        return ""
    return _word_of(row.cells[column], column, known)


def _word_of(text: str, column: str, known: Mapping[str, str]) -> str:
    if plain(text) not in known:
        raise Fault("choice", column, text=text[:40], known=", ".join(list(known)[:8]))
    return known[plain(text)]


def _flag(row: Row, column: str, *, default: bool) -> bool:
    text = plain(row.cells[column])
    if text and text not in (*YES, *NO):
        raise Fault("choice", column, text=text[:40], known="oui, non")
    return text in YES if text else default


def _number(row: Row, column: str, least: int, most: int) -> int | None:
    text = row.cells[column].replace(" ", "").replace("\u202f", "").replace("\xa0", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise Fault("number", column, least=least, most=most)
    return int(text)


def _instant(row: Row, column: str) -> datetime | None:
    """As exports write it, or as spreadsheets write it again: « 12/01/2027 09:20 »; Paris when no zone is told."""
    text = FRENCH_DAY.sub(r"\3-\2-\1", row.cells[column])
    if not text:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise Fault("instant", column) from None
    if not 2000 <= told.year < 2100:
        raise Fault("instant", column)
    return told if told.tzinfo else told.replace(tzinfo=PARIS)


def _code(row: Row, column: str, parse: Callable[[str], str]) -> str:
    try:
        return parse(row.cells[column])
    except BadInput as error:
        raise Fault("code", column, says=error.sentence) from error


def _split(row: Row, column: str) -> list[str]:
    return [part for part in re.split(r"[\s,|/]+", row.cells[column]) if part]


def _many(row: Row, column: str, parse: Callable[[str], str]) -> tuple[str, ...]:
    found = _split(row, column)
    if len(found) > 10:
        raise Fault("many", column, most=10)
    try:
        return tuple(dict.fromkeys(parse(part) for part in found))
    except BadInput as error:
        raise Fault("code", column, says=error.sentence) from error


def _division(text: str) -> str:
    if not re.fullmatch(r"\d{2}", text):
        raise Fault("division", "secteurs", text=text[:20])
    return text


def _slots(row: Row, count: int) -> tuple[int, ...]:
    """Written from 1, alone or as « 3-7 », kept from 0."""
    found: set[int] = set()
    for part in _split(row, "creneaux_absents"):
        match = RANGE.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= count:
            raise Fault("slots", "creneaux_absents", text=part[:20], most=count)
        found |= set(range(first - 1, last))
    return tuple(sorted(found))


def show_slots(slots: list[int]) -> str:
    """The same, written: « 1 2 5 »."""
    return " ".join(str(number + 1) for number in sorted(slots))

"""How a name, a place or a query becomes comparable words: accents, elision, acronyms, plurals, typing errors."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

LONGEST_QUERY = 200  # characters read of a query; the rest cannot help to find a company
MOST_WORDS = 12  # words kept of a query
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"})
_MARKS = dict.fromkeys(range(0x300, 0x370))  # accents once separated from their letter
_APOSTROPHES = re.compile("['’‘ʼ´`]")
_NOT_PLAIN = re.compile("[.&'’‘ʼ´`]")  # what may join or split words otherwise than a space does
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?\b\.?|\b(?:[a-z]\.){1,}[a-z]\b")
_WORD = re.compile(r"[a-z0-9]+")
_ELIDED = frozenset("cdjlmnst") | {"qu"}
_VOWELS = frozenset("aeiouyh")
_WRITTEN = re.compile(r"[\w-]+")
_PARENTHESES = re.compile(r"\(([^()]{2,20})\)")
_SPACES = re.compile(r"[\s.\u00a0\u202f-]+")
_ID_PREFIX = re.compile(r"^\s*(?:siren|siret|n°|no|num[ée]ro)\s*:?\s*", re.IGNORECASE)

# Words that say nothing of which company is meant: legal forms and words half the register carries.
ARTICLES = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "of", "the", "and", "sur", "sous", "pour"}
    | {"par", "chez"}
)
LEGAL_FORMS = frozenset(
    {"sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "scop", "scm", "scs", "gie", "ei", "eirl", "selarl", "gmbh", "ltd"}
    | {"inc", "spa"}
)
GENERIC = LEGAL_FORMS | frozenset(
    {"societe", "ste", "entreprise", "etablissement", "etablissements", "ets", "compagnie", "cie", "groupe", "group"}
    | {"holding", "france", "francais", "francaise", "industrie", "industries", "industriel", "industrielle"}
    | {"international", "internationale", "service", "services", "usine", "site", "agence", "ile", "saint", "sainte"}
)
_TWINS = {"st": "saint", "ste": "sainte", "saint": "st", "sainte": "ste", "cie": "compagnie", "compagnie": "cie"}


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Lower case, without accents, ligatures opened; everything else is left in place.

    >>> fold("Mécanique Œuvrée")
    'mecanique oeuvree'
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.translate(_LIGATURES)).translate(_MARKS).lower()


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in order: dotted acronyms closed up, elided articles dropped, runs of single letters joined.

    >>> tokens("L'Œuf de S.N.E.C.M.A. & Cie")
    ('oeuf', 'de', 'snecma', 'et', 'cie')
    """
    flat = fold(text)
    if not _NOT_PLAIN.search(flat):
        plain = _WORD.findall(flat)
        if min(map(len, plain), default=0) > 1:
            return tuple(plain)
    flat = _APOSTROPHES.sub("' ", flat.replace("&", " et "))
    flat = _DOTTED.sub(lambda match: match[0].replace(".", "") + " ", flat)
    words: list[str] = []
    run: list[str] = []
    raw = [(match[0], flat[match.end() : match.end() + 1] == "'") for match in _WORD.finditer(flat)]
    for position, (word, elided) in enumerate(raw):
        following = raw[position + 1][0] if position + 1 < len(raw) else ""
        if elided and word in _ELIDED and following:
            continue
        if len(word) == 1 and word.isalpha():
            drops = not run and word in "ld" and len(following) > 1 and following[0] in _VOWELS
            if not drops:
                run.append(word)
            continue
        _close(run, words)
        words.append(word)
    _close(run, words)
    return tuple(words)


def _close(run: list[str], words: list[str]) -> None:
    if run:
        words.append("".join(run))
        run.clear()


@lru_cache(maxsize=65_536)
def singular(word: str) -> str:
    """The word without its plural mark; names keep the rest of their spelling, since stemming merges them wrongly.

    >>> [singular(word) for word in ("metaux", "bateaux", "pieces", "gaz", "express")]
    ['metal', 'bateau', 'piece', 'gaz', 'express']
    """
    if len(word) < 5 or word.endswith("ss") or not word.isalpha():
        return word
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-2] + "l"
    return word[:-1] if word.endswith(("s", "x")) else word


@lru_cache(maxsize=1024)
def key(text: str) -> str:
    """The name as compared whole: without articles and legal forms, unless nothing would be left.

    >>> key("SARL L'Œuf Briard"), key("S.A.S."), key("La Société")
    ('oeuf briard', 'sas', 'societe')
    """
    words = [_same(word) for word in tokens(text)]
    kept = [word for word in words if word not in ARTICLES and word not in LEGAL_FORMS]
    return " ".join(kept or words)


def _same(word: str) -> str:
    return {"st": "saint", "ste": "sainte", "cie": "compagnie"}.get(word, word)


@lru_cache(maxsize=1024)
def key_forms(text: str) -> tuple[str, ...]:
    """The ways a whole name may be written, its key first: with spaces, without, and with its elided article glued.

    >>> key_forms("L'Oréal SA")
    ('oreal', 'loreal')
    >>> key_forms("Air Liquide")
    ('air liquide', 'airliquide')
    """
    name = key(text)
    glued = [word for word in _WORD.findall(_APOSTROPHES.sub("", fold(text))) if word not in LEGAL_FORMS]
    return tuple(dict.fromkeys(form for form in (name, name.replace(" ", ""), "".join(glued)) if form))


def indexed_words(text: str) -> tuple[str, ...]:
    """Every form under which a name may be found: words, singulars, twins (st, saint), neighbours joined.

    >>> indexed_words("St Méca Pièces")
    ('meca', 'mecapieces', 'piece', 'pieces', 'saint', 'st', 'stmeca')
    """
    words = tokens(text)
    forms = set(words)
    forms.update(map(singular, words))
    forms.update(_TWINS[word] for word in words if word in _TWINS)
    forms.update(map("".join, pairwise(words)))
    flat = fold(text)
    if _APOSTROPHES.search(flat):  # « loreal » for « L'Oréal »
        forms.update(word for word in _WORD.findall(_APOSTROPHES.sub("", flat)) if len(word) > 2 or word in words)
    return tuple(sorted(forms))


def as_written(form: str, text: str) -> str:
    """The word of `text` that was recognised under `form`, as its author wrote it; the form itself when none is.

    >>> as_written("mecanique", "Travaux de Mécaniques fines"), as_written("snecma", "S.N.E.C.M.A. Services")
    ('Mécaniques', 'snecma')
    """
    for found in _WRITTEN.finditer(text):
        if form in {fold(found[0]), singular(fold(found[0]))}:
            return found[0]
    return form


def initials(text: str) -> str:
    """The initials of three to six significant words, empty otherwise.

    >>> initials("Compagnie Générale des Insecticides"), initials("Méca Plus")
    ('cgi', '')
    """
    words = [word for word in tokens(text) if word not in ARTICLES and word not in LEGAL_FORMS and word.isalpha()]
    return "".join(word[0] for word in words) if 3 <= len(words) <= 6 else ""


def in_parentheses(text: str) -> tuple[str, ...]:
    """What a name gives between parentheses: an acronym or a former name.

    >>> in_parentheses("CARRIERES NEGOCE TRANSPORTS (CNT)")
    ('CNT',)
    """
    return tuple(found.strip() for found in _PARENTHESES.findall(text))


def identifier(text: str) -> str:
    """The digits when the text can only be a SIREN or a SIRET, perhaps mistyped (8 to 16 digits); else empty.

    >>> identifier("SIRET : 123 456 789 00012"), identifier("95100 Argenteuil")
    ('12345678900012', '')
    """
    digits = _SPACES.sub("", _ID_PREFIX.sub("", text[:60]))
    return digits if digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 16 else ""


def typing_errors_allowed(word: str) -> int:
    """One from five letters, two from nine, none in a shorter word nor in a number."""
    if not word.isalpha() or len(word) < 5:
        return 0
    return 2 if len(word) >= 9 else 1


@lru_cache(maxsize=65_536)
def typing_errors(first: str, second: str, most: int) -> int:
    """Letters added, dropped, replaced or swapped with a neighbour between two words; `most` + 1 when there are more.

    Source: optimal string alignment distance (Damerau 1964), stopped as soon as it passes `most`.

    >>> typing_errors("mecanique", "mecaniuqe", 2), typing_errors("abcde", "vwxyz", 1)
    (1, 2)
    """
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    previous = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        current = [row]
        for column, other in enumerate(second, start=1):
            cost = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, previous = previous, current
    return min(previous[-1], most + 1)

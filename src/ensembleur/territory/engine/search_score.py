"""What a hit is worth and why: one explicit sum, the same for the index that ranks and for the reader who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import log2

from ensembleur.territory.engine.search_text import (
    ARTICLES,
    GENERIC,
    LONGEST_QUERY,
    MOST_WORDS,
    in_parentheses,
    indexed_words,
    initials,
    key,
    key_forms,
    singular,
    tokens,
    typing_errors,
    typing_errors_allowed,
)

# The whole-name bonuses: an exact name always passes any number of shared words.
EXACT_NAME, EXACT_SIGN, CLOSE_NAME, INITIALS = 1000, 800, 500, 300
# What a word is worth by where it stands…
FIELD_SHARE = {"name": 1.0, "sign": 1.0, "place": 0.6, "activity": 0.45}
# …and by how it was recognised.
EXACT, PREFIX, CLOSE = 1.0, 0.7, 0.6
# A name with no other word than those asked, or one more.
NAME_LENGTH = {0: 40, 1: 20}
# Among equals: open first, then larger, then head office, in sixteen steps that four bits carry in the index.
OPEN, PER_STEP = 64, 4
SIZE_RANKS = {"1-9": 1, "10-19": 2, "20-49": 3, "50-99": 4, "100-249": 5, "250-499": 6, "500+": 7}
FORGIVEN = {"all": 0, "close": 1, "closer": 2, "some": 2, "browse": 0}  # typing errors, attempt by attempt
WORD_UNIT, WORD_LEAST, GENERIC_WEIGHT = 12, 12, 4
SIZE_STEPS = ("unknown", "0", "1-9", "10-19", "20-49", "50-99", "100-249", "250-499", "500+")
_NOTHING: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def activity_words(label: str) -> frozenset[str]:
    """The words of an activity and their singulars; a few hundred labels serve the whole register."""
    return frozenset(form for word in tokens(label) if word not in ARTICLES for form in (word, singular(word)))


@lru_cache(maxsize=8192)
def place_words(place: str) -> frozenset[str]:
    """The forms a commune or a postcode may be found under."""
    return frozenset(indexed_words(place))


@dataclass(frozen=True)
class SearchDocument:
    """One establishment as the index may know it: whatever diffusion hides is already absent.

    names, signs : as written.   groupings : EPCI and EPT.   communes : its code, with Paris's when it is a district.
    size : one of SIZE_STEPS.   lon, lat : degrees, None when unknown or hidden.
    """

    siret: str
    names: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    activity: str = ""
    places: tuple[str, ...] = ()
    departement: str = ""
    groupings: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    division: str = ""
    family: str = ""
    size: str = "unknown"
    is_open: bool = True
    is_head_office: bool = False
    lon: float | None = None
    lat: float | None = None

    @property
    def siren(self) -> str:
        """The company's number."""
        return self.siret[:9]

    @property
    def steps(self) -> int:
        """Sixteen steps, from the smallest site to the largest head office."""
        return 2 * SIZE_RANKS.get(self.size, 0) + self.is_head_office

    @property
    def prominence(self) -> int:
        """What is added to what the words are worth, and stands alone when no text was typed."""
        return PER_STEP * self.steps + OPEN * self.is_open

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """The forms each field may be found under."""
        return {
            "name": _NOTHING.union(*map(indexed_words, self.names)),
            "sign": _NOTHING.union(*map(indexed_words, self.signs)),
            "activity": activity_words(self.activity),
            "place": _NOTHING.union(*map(place_words, self.places)),
        }

    @cached_property
    def keys(self) -> dict[str, frozenset[str]]:
        """The whole names compared as one: {"name_key": …, "sign_key": …, "initials": …}."""
        between = [part for name in self.names for part in in_parentheses(name)]
        return {
            "name_key": _NOTHING.union(*map(key_forms, self.names)),
            "sign_key": _NOTHING.union(*map(key_forms, (*self.signs, *between))),
            "initials": frozenset(filter(None, map(initials, self.names))),
        }

    @cached_property
    def name_lengths(self) -> frozenset[int]:
        """How many words each name and sign counts."""
        return frozenset(len(key(text).split()) for text in (*self.names, *self.signs))


@dataclass(frozen=True)
class Word:
    """One word asked.

    weight : rarer is heavier.   joined : the word with its neighbours (« air liquide » for « airliquide »).
    may_continue : still being typed.   errors : typing errors forgiven.
    """

    text: str
    weight: int
    required: bool = True
    joined: tuple[str, ...] = ()
    may_continue: bool = False
    errors: int = 0


@dataclass(frozen=True)
class Plan:
    """How a text is looked for.

    mode : "all" every required word as written; "close" then "closer" one then two typing errors forgiven; "some" at
    least `least` of the words; "browse" without text.   is_generic : no word says which company is meant.
    """

    text: str
    words: tuple[Word, ...]
    mode: str = "browse"
    least: int = 0
    is_generic: bool = False

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The whole text as a name, in every way it may be written."""
        return key_forms(self.text)

    @cached_property
    def whole_errors(self) -> int:
        """Typing errors forgiven in the name taken whole, without its spaces."""
        return min(typing_errors_allowed(self.keys[0].replace(" ", "")), FORGIVEN[self.mode]) if self.keys else 0

    @cached_property
    def length(self) -> int:
        """How many words the name would count."""
        return len(key(self.text).split())


def plan_for(text: str, mode: str, *, frequency: Callable[[str], int], total: int) -> Plan:
    """The plan of one attempt.

    frequency : how many documents hold a form, in the field where it is most common.   total : documents in the index.
    """
    text = " ".join(text[:LONGEST_QUERY].split())
    asked = tokens(text)[:MOST_WORDS]
    telling = [word for word in asked if word not in ARTICLES and word not in GENERIC]
    is_generic = not telling
    required = set(telling) or {word for word in asked if word not in ARTICLES} or set(asked)
    kept = [word for word in asked if word in required or word not in ARTICLES]
    doubted = {word for word in required if not frequency(word) and not frequency(singular(word))} or required
    forgiven = FORGIVEN[mode]
    words = []
    for position, word in enumerate(kept):
        neighbours = (
            kept[position - 1] + word if position else "",
            word + kept[position + 1] if position + 1 < len(kept) else "",
        )
        most_common = max(frequency(word), frequency(singular(word)))
        weight = WORD_LEAST + round(WORD_UNIT * log2(max(1.0, (total + 1) / (max(most_common, 5)))))
        words.append(
            Word(
                text=word,
                weight=weight if word not in GENERIC or is_generic else GENERIC_WEIGHT,
                required=word in required,
                joined=tuple(form for form in neighbours if form and frequency(form)),
                may_continue=position == len(kept) - 1 and not is_generic and _is_unfinished(word, most_common),
                errors=min(typing_errors_allowed(word), forgiven) if word in doubted else 0,
            )
        )
    count = sum(word.required for word in words)
    least = count if mode != "some" else {0: 0, 1: 1, 2: 1, 3: 2}.get(count, (count + 1) // 2)
    return Plan(text=text, words=tuple(words), mode=mode if words else "browse", least=least, is_generic=is_generic)


def _is_unfinished(word: str, frequency: int) -> bool:
    """Whether the last word may still be being typed: a long one that the register knows is taken as it stands."""
    return len(word) >= 2 and (len(word) < 6 or not frequency)


@dataclass(frozen=True)
class Part:
    """One term of the sum, with what was recognised: `kind` is a stable word the screens translate."""

    kind: str
    points: int
    found: str = ""
    asked: str = ""


@dataclass(frozen=True)
class Score:
    """The sum and its terms, heaviest first."""

    parts: tuple[Part, ...] = field(default_factory=tuple)

    @property
    def total(self) -> int:
        """The sum."""
        return sum(part.points for part in self.parts)


def worth(word: Word, field_name: str, manner: float) -> int:
    """Points of one word in one field, recognised in one manner."""
    return round(word.weight * FIELD_SHARE[field_name] * manner)


def whole_name(plan: Plan, document: SearchDocument) -> Part | None:
    """The best bonus for the text taken as a whole name."""
    for kind, bonus, keys in (
        ("exact_name", EXACT_NAME, document.keys["name_key"]),
        ("exact_sign", EXACT_SIGN, document.keys["sign_key"]),
    ):
        if keys.intersection(plan.keys):
            texts = document.names if kind == "exact_name" else (*document.signs, *document.names)
            return Part(kind, bonus, next((text for text in texts if set(key_forms(text)) & set(plan.keys)), texts[0]))
    if allowed := plan.whole_errors:
        whole = plan.keys[0].replace(" ", "")
        if any(typing_errors(whole, name, allowed) <= allowed for name in document.keys["name_key"]):
            return Part("close_name", CLOSE_NAME, document.names[0], plan.text)
    if document.keys["initials"].intersection(plan.keys):
        return Part("initials", INITIALS, document.names[0])
    return None


def best_part(word: Word, document: SearchDocument) -> Part | None:
    """The heaviest way one word is recognised: a word counts once."""
    best: Part | None = None
    for field_name, forms in document.words.items():
        if {word.text, singular(word.text)} & forms:
            candidate = Part(field_name, worth(word, field_name, EXACT), word.text, word.text)
        elif set(word.joined) & forms and field_name in {"name", "sign"}:
            candidate = Part(field_name, worth(word, field_name, EXACT), min(set(word.joined) & forms), word.text)
        elif word.may_continue and (longer := min((form for form in forms if form.startswith(word.text)), default="")):
            candidate = Part(f"{field_name}_prefix", worth(word, field_name, PREFIX), longer, word.text)
        elif word.errors and (close := _closest(word, forms)):
            candidate = Part(f"{field_name}_close", worth(word, field_name, CLOSE), close, word.text)
        else:
            continue
        if best is None or candidate.points > best.points:
            best = candidate
    return best


def _closest(word: Word, forms: frozenset[str]) -> str:
    near = [(typing_errors(word.text, form, word.errors), form) for form in forms]
    distance, form = min(near, default=(word.errors + 1, ""))
    return form if distance <= word.errors else ""


def score_of(plan: Plan, document: SearchDocument) -> Score:
    """The same sum as the index computes, with its terms: what « pourquoi ce résultat ? » shows."""
    if plan.mode == "browse":
        return Score((Part("prominence", document.prominence),))
    parts = [part for part in (whole_name(plan, document),) if part]
    recognised = [(word, part) for word in plan.words if (part := best_part(word, document))]
    enough = sum(word.required for word, _part in recognised) >= plan.least  # otherwise the whole name alone brought it here
    parts.extend(part for word, part in recognised if enough or not word.required)
    extra = [NAME_LENGTH[more] for more in NAME_LENGTH if plan.length + more in document.name_lengths]
    if extra:
        parts.append(Part("name_length", max(extra)))
    parts.append(Part("prominence", document.prominence))
    return Score(tuple(sorted(parts, key=lambda part: -part.points)))

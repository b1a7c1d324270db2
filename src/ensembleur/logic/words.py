"""What the ground needs to speak of a fact or a zone: labels in two languages, units, kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The same phrase in French and in English; English falls back on French."""

    fr: str = ""
    en: str = ""

    def in_(self, lang: str) -> str:
        """The phrase in "fr" or "en"."""
        return (self.en or self.fr) if lang == "en" else self.fr

    def __bool__(self) -> bool:
        return bool(self.fr or self.en)


NOTHING = Words()


@dataclass(frozen=True)
class Unit:
    """How a number is counted: its code and its word, singular then plural, in both languages."""

    code: str
    one: Words = NOTHING
    many: Words = NOTHING

    def word(self, plural: bool, lang: str) -> str:
        """« salarié » or « salariés »."""
        return (self.many if plural else self.one).in_(lang)


NO_UNIT = Unit("")


@dataclass(frozen=True)
class FactKey:
    """One thing that can be known, and how to speak of it and ask for it.

    kind : bool, number, money (euros), share (0–1), date, code, codes (several codes) or aids (aids received).
    level : establishment, company, group, project or person.   leaf_class : register, declared, project, procedural.
    label : a noun phrase, « Effectif de l'établissement »; for a date, the event, « Création de l'entreprise ».
    says_true, says_false : for a bool, the two full sentences.   feminine : how « déclaré » agrees with the label.
    choices : for a code with few values, (code, words).   families : lists of codes that have a name, (codes, words).   asked_as : the fact to ask for when this one is computed from it.
    """

    key: str
    kind: str
    level: str
    label: Words
    leaf_class: str = "declared"
    unit: Unit = NO_UNIT
    question: Words = NOTHING
    why: Words = NOTHING
    says_true: Words = NOTHING
    says_false: Words = NOTHING
    feminine: bool = False
    choices: tuple[tuple[str, Words], ...] = ()
    families: tuple[tuple[tuple[str, ...], Words], ...] = ()
    asked_as: str = ""


Vocabulary = Mapping[str, FactKey]


@dataclass(frozen=True)
class Zone:
    """A set of communes by name. Its list may be unknown to us: then it never says no.

    prefixes : the communes whose code begins so.   communes : exact codes; both None means the list is unknown.
    fact : key of a bool fact that tells when the list cannot.   inside, outside : the two sentences.
    """

    key: str
    inside: Words
    outside: Words
    prefixes: tuple[str, ...] | None = None
    communes: frozenset[str] | None = None
    fact: str = ""

    @property
    def is_known(self) -> bool:
        """Whether we hold the list of communes."""
        return self.prefixes is not None or self.communes is not None

    def holds(self, commune: str) -> bool:
        """Whether the commune belongs to a zone whose list is known."""
        return commune.startswith(self.prefixes or ("\0",)) or commune in (self.communes or ())


Zones = Mapping[str, Zone]

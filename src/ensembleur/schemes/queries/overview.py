"""What the public list and the public page say of a scheme before any company is named."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ensembleur.logic.comparing import Setting
from ensembleur.logic.describe import Line
from ensembleur.schemes.choices import FAMILIES
from ensembleur.schemes.engine.kept import lines_of
from ensembleur.schemes.engine.scheme import Edge, Scheme, Version
from ensembleur.schemes.engine.timeline import known_now
from ensembleur.schemes.engine.verdict import Verdict, verdict_of
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES


def plain(text: str) -> str:
    """Lower case without accents, to compare what people type."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@dataclass(frozen=True)
class Wanted:
    """The filters of the list; an empty one lets everything through."""

    words: tuple[str, ...] = ()
    topic: str = ""
    family: str = ""
    level: str = ""
    audience: str = ""
    closed_too: bool = False


@dataclass(frozen=True)
class Overview:
    """One line of the list; `verdict` is the scheme before nobody's facts, `version` the one that holds that day."""

    scheme: Scheme
    verdict: Verdict
    title: str
    summary: str
    family: str

    @property
    def id(self) -> str:
        """The scheme's identifier."""
        return self.scheme.id

    @property
    def operator(self) -> str:
        """Who runs it."""
        return self.scheme.operator.name

    @property
    def version(self) -> Version:
        """The version that holds that day, or the latest one known."""
        return self.verdict.version or self.scheme.versions[-1]

    @property
    def edges(self) -> tuple[Edge, ...]:
        """How it stands to other schemes."""
        return self.version.edges

    @property
    def is_open(self) -> bool:
        """Whether a file may be lodged that day."""
        return self.verdict.answer != "not_open"

    @property
    def state(self) -> str:
        """The badge's tone."""
        return "closed" if not self.is_open else "unknown" if self.verdict.uncertain else "yes"

    @property
    def state_text(self) -> str:
        """The badge's word."""
        if not self.is_open:
            return _("Fermée") if self.verdict.opens_on is None else _("Pas encore ouverte")
        return _("À confirmer") if self.verdict.uncertain else _("Ouverte")

    @property
    def headline(self) -> str:
        """« jusqu'à 250 000 € »."""
        return self.verdict.headline

    @property
    def status_text(self) -> str:
        """Until when, since when, or when again."""
        if not self.is_open:
            return self.verdict.sentence
        if self.verdict.closes_on:
            return _("Dépôt jusqu'au %(day)s") % {"day": date_format(self.verdict.closes_on)}
        return ""

    def fits(self, wanted: Wanted) -> bool:
        """Whether the filters let it through."""
        text = plain(f"{self.title} {self.summary} {self.operator} {self.family}")
        return (
            (self.is_open or wanted.closed_too)
            and all(word in text for word in wanted.words)
            and (not wanted.topic or wanted.topic in self.scheme.topics)
            and wanted.family in {"", self.scheme.family}
            and wanted.level in {"", self.scheme.level}
            and wanted.audience in {"", self.scheme.audience}
        )


def overviews(schemes: Iterable[Scheme], *, as_of: date, lang: str) -> list[Overview]:
    """Open ones first, to be confirmed next, closed last; by title inside."""
    lines = [
        Overview(scheme, verdict_of(scheme, {}, as_of=as_of, lang=lang), scheme.title.in_(lang), scheme.summary.in_(lang), family)
        for scheme in schemes
        for family in [str(FAMILIES[scheme.family])]
    ]
    order = {"yes": 0, "unknown": 1, "closed": 2}
    return sorted(lines, key=lambda line: (order[line.state], plain(line.title)))


@dataclass(frozen=True)
class VersionRow:
    """One version in the history of a scheme."""

    version: Version
    is_current: bool
    start: date | None
    end: date | None


def version_rows(scheme: Scheme, *, as_of: date) -> list[VersionRow]:
    """Every version, latest first, with its days; the days a later text took from it are no longer among them."""
    known = known_now(scheme.versions)
    names = {version.id for version in known}
    shown = [version for version in scheme.versions if version in known or version.id not in names]
    rows = [VersionRow(v, v in known and as_of in v.effective, v.effective.start, v.effective.end) for v in shown]
    return sorted(rows, key=lambda row: row.start or date.min, reverse=True)


@dataclass(frozen=True)
class ConditionGroup:
    """Conditions read together: `says` is empty for those that are all needed, « une au moins de ces conditions » otherwise."""

    says: str
    lines: tuple[Line, ...]


def condition_groups(scheme: Scheme, version: Version, *, as_of: date, lang: str) -> list[ConditionGroup]:
    """The rule in words before anybody's facts, alternatives kept together in the order of the text."""
    setting = Setting(as_of, lang, version.parameters_on(as_of), VOCABULARY, ZONES, scheme.sources)
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines_of(version, setting):
        groups.setdefault((line.group, line.group_says), []).append(line)
    return [ConditionGroup(says, tuple(lines)) for (_group, says), lines in groups.items()]

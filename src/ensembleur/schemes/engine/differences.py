"""Two texts of a scheme beside each other, in words: what was added, what is no longer said, what is said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ensembleur.logic.comparing import Setting
from ensembleur.logic.sentences import show_day, show_money, show_number
from ensembleur.logic.words import Words
from ensembleur.periods import Period
from ensembleur.schemes.engine.amount import amount_of
from ensembleur.schemes.engine.kept import lines_of
from ensembleur.schemes.engine.scheme import Parameter, Scheme, Version, Window
from ensembleur.schemes.engine.telling import NATURE_WORDS, edge_sentence, phrase
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES

STATUS_WORDS = {
    "open": Words("ouvert", "open"),
    "uncertain": Words("à confirmer", "to be confirmed"),
    "suspended": Words("suspendu", "suspended"),
    "ended": Words("terminé", "ended"),
}

SHARE_WORDS = {**NATURE_WORDS, "grant": Words("subvention", "grant"), "mixed": Words("formes mêlées", "several forms")}


@dataclass(frozen=True)
class Difference:
    """One thing that differs. part : condition, parameter, amount, dates, status, window, criterion, edge or doubt.

    before, after : the words of each text, empty when one of them says nothing.
    """

    part: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        """« added », « removed » or « changed »."""
        return "added" if not self.before else "removed" if not self.after else "changed"


def differences(before: tuple[Scheme, Version] | None, after: tuple[Scheme, Version], *, lang: str = "fr") -> list[Difference]:
    """What the second text says otherwise than the first, in the order of the second; each is read on its own first day."""
    was = told(*before, lang=lang) if before is not None else {}
    now = told(*after, lang=lang)
    places = dict.fromkeys([*now, *was])
    return [
        Difference(place[0], was.get(place, ""), now.get(place, ""))
        for place in places
        if was.get(place, "") != now.get(place, "")
    ]


def told(scheme: Scheme, version: Version, *, lang: str = "fr") -> dict[tuple[str, str], str]:
    """Everything a version says, in words: (part, key) → sentence."""
    day = version.effective.start or date.max
    setting = Setting(day, lang, version.parameters_on(day), VOCABULARY, ZONES, scheme.sources)
    said = {("dates", ""): in_days(version.effective, lang), ("status", ""): STATUS_WORDS[version.status].in_(lang)}
    if note := version.status_note.in_(lang):
        said["status", "note"] = note
    for line in lines_of(version, setting):
        origin = f" ({line.source.title})" if line.source is not None else ""
        group = f"{line.group_says}{phrase(lang, ' : ', ': ')}" if line.group_says else ""
        said["condition", line.leaf] = f"{group}{line.says}{origin}"
    for name, values in version.parameters.items():
        said["parameter", name] = f"{name}{phrase(lang, ' : ', ': ')}" + "; ".join(in_value(value, lang) for value in values)
    amount = amount_of(version.amount, {}, setting) if version.amount is not None else None
    if amount is not None:
        said["amount", ""] = amount.formula
    if version.amount is not None and version.amount.split:
        percent = phrase(lang, " %", "%")
        parts = ", ".join(
            f"{show_number(share * 100, lang)}{percent} {SHARE_WORDS[nature].in_(lang) if nature in SHARE_WORDS else nature}"
            for nature, share in version.amount.split
        )
        said["amount", "split"] = phrase(lang, f"Partagé : {parts}", f"Shared: {parts}")
    for rank, window in enumerate(version.windows):
        said["window", str(rank)] = in_window(window, lang)
    for criterion in version.jury:
        said["criterion", criterion.id] = criterion.says.in_(lang)
    for edge in version.edges:
        said["edge", f"{edge.kind} {edge.scheme}"] = edge_sentence(edge, edge.scheme, lang)
    if version.envelope is not None:
        year = f" ({version.envelope.year})" if version.envelope.year else ""
        said["envelope", ""] = show_money(version.envelope.eur, lang) + year
    if doubt := version.unverified.in_(lang):
        said["doubt", ""] = doubt
    return said


def in_days(period: Period, lang: str) -> str:
    """« depuis le 1er janvier 2026, sans fin connue »; the last day is the last one that counts."""
    start = phrase(lang, "depuis toujours", "since ever")
    if period.start is not None:
        start = phrase(lang, f"à partir du {show_day(period.start, 'fr')}", f"from {show_day(period.start, 'en')}")
    if period.end is None:
        return start + phrase(lang, ", sans fin connue", ", no known end")
    end = date.fromordinal(period.end.toordinal() - 1)
    return start + phrase(lang, f", jusqu'au {show_day(end, 'fr')} inclus", f", to {show_day(end, 'en')} included")


def in_window(window: Window, lang: str) -> str:
    """« du 1er septembre au 15 décembre 2026 »."""
    unknown = phrase(lang, "date non annoncée", "day not announced")
    opens, closes = (show_day(day, lang) if day is not None else unknown for day in (window.opens, window.closes))
    return phrase(lang, f"du {opens} au {closes}", f"from {opens} to {closes}")


def in_value(line: Parameter, lang: str) -> str:
    """« 20 salariés à partir du 1er janvier 2025, sans fin connue »."""
    value = line.value
    if isinstance(value, date):
        shown = show_day(value, lang)
    elif isinstance(value, tuple):
        shown = ", ".join(value)
    else:
        shown = value if isinstance(value, str) else show_number(value, lang)
    return f"{shown} {line.unit}".strip() + ", " + in_days(line.period, lang)

"""Before a text is read over: whom it makes change answer, how many, and why; nobody is named who should not be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ensembleur.accounts.choices import Role
from ensembleur.accounts.permissions import holds
from ensembleur.logic.comparing import Setting
from ensembleur.periods import paris_day
from ensembleur.schemes.engine.flips import Cause, Transition, causes
from ensembleur.schemes.engine.kept import lines_of
from ensembleur.schemes.engine.scheme import Scheme as SchemeRules
from ensembleur.schemes.engine.timeline import in_force
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.queries.facts import facts_among
from ensembleur.schemes.queries.published import assembled
from ensembleur.territory.queries import register
from ensembleur.territory.queries.diffusion import EstablishmentView

if TYPE_CHECKING:
    import polars as pl

REGION = "11"
READERS = (Role.OFFICER, Role.SECOND_READER, Role.ADMIN)
DECLARED_TO = (Role.OFFICER, Role.ADMIN)  # a second reader is not told what a company declared


@dataclass(frozen=True)
class Preview:
    """The comparison of two texts on one day. `before` is None when the scheme has no text yet.

    wide : siret and both answers.   told_on : the day of the facts.   register : what they come from.   text : the draft's hash.
    """

    before: SchemeRules | None
    after: SchemeRules
    day: date
    told_on: date
    wide: pl.DataFrame
    register: str
    text: str

    @property
    def steps(self) -> tuple[Transition, ...]:
        """Every transition with its count, changes first."""
        from ensembleur.schemes.engine.flipping import transitions

        return transitions(self.wide)

    @property
    def changes(self) -> tuple[Transition, ...]:
        """Those that change an answer."""
        return tuple(step for step in self.steps if step.is_change)

    @property
    def seal(self) -> str:
        """What the reader has seen: it changes with the text, the day or any count."""
        counts = {step.name: step.count for step in self.steps}
        told = json.dumps([self.text, self.day.isoformat(), counts], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:24]

    def as_json(self, now: datetime) -> dict[str, Any]:
        """What is frozen in the version: the day compared, the counts, what they were counted on."""
        return {
            "day": self.day.isoformat(),
            "counts": {step.name: step.count for step in self.steps},
            "establishments": self.wide.height,
            "register": self.register,
            "seal": self.seal,
            "computed_at": now.isoformat(),
        }


def preview(version: SchemeVersion, *, now: datetime) -> Preview:
    """The text waiting against the one in force, over every open establishment and all that is known of them.

    The day compared is the first on which the new text would apply, today when that day is past. Raises BadInput when the
    draft cannot be read yet.
    """
    from ensembleur.schemes.engine.flipping import compared  # a server that only answers pages never loads polars
    from ensembleur.schemes.queries.told_frame import told_version

    content = version.scheme.content
    standing = list(SchemeVersion.objects.published().filter(scheme=version.scheme_id).exclude(pk=version.pk))
    before = assembled(content, standing) if standing else None
    after = assembled(content, [*standing, version], now=now)
    start = after.versions[-1].effective.start
    day = max(paris_day(now), start) if start is not None else paris_day(now)
    run = register.last_run()
    counted_on = f"{run.token if run else ''} {told_version()}"
    wide = compared(before, after, known_frame(as_of=paris_day(now)), as_of=day)
    return Preview(before, after, day, paris_day(now), wide, counted_on, version.content_hash)


def known_frame(*, as_of: date) -> pl.DataFrame:
    """Every open establishment with all that is known of it that day, in no given order; for computing, not for showing."""
    import polars as pl

    from ensembleur.schemes.queries.told_frame import told_frame

    frame = register.register_frame()
    told = told_frame(frame, as_of=as_of)
    if told.is_empty():
        return frame
    others = frame.join(told.select("siret"), on="siret", how="anti")
    return pl.concat([others, told], how="diagonal_relaxed")


# -- one page of companies ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FlipRow:
    """One establishment that changes answer. `name` says that it is masked, or outside the reader's perimeter: then nothing
    else tells who it is, and the conditions are told without its own figures."""

    name: str
    siret: str
    place: str
    before: str
    after: str
    causes: tuple[Cause, ...]
    hidden: str = ""


def flip_rows(seen: Preview, rows: pl.DataFrame, *, by: Any, lang: str = "fr") -> list[FlipRow]:
    """The rows of a page, in order, with the conditions that made each change; as many queries whatever their number."""
    from ensembleur.schemes.engine.screening import ANSWERS

    sirets = rows["siret"].to_list()
    views = register.establishments(sirets)
    facts = facts_among(sirets, as_of=seen.told_on)
    required = _required(seen, lang)
    found = []
    for siret, was, now in rows.select("siret", "before", "after").iter_rows():
        view = views.get(siret)
        hidden = "masked" if view is None or view.masked else "" if _reads(by, view, *READERS) else "outside"
        told = causes(seen.before, seen.after, facts.get(siret, {}), as_of=seen.day, lang=lang)
        if hidden or view is None or not _reads(by, view, *DECLARED_TO):
            told = tuple(_without_figures(cause, required) for cause in told)
        known = view is not None and not hidden
        found.append(
            FlipRow(
                name=view.title if view is not None and known else "",
                siret=siret if known else "",
                place=f"{view.commune_name} ({view.departement})" if view is not None and known else "",
                before=ANSWERS[was],
                after=ANSWERS[now],
                causes=told,
                hidden=hidden,
            )
        )
    return found


def flipped_rows(seen: Preview, transition: str = "") -> pl.DataFrame:
    """The establishments that change answer, those of one transition when it is named."""
    from ensembleur.schemes.engine.flipping import flipped

    return flipped(seen.wide, transition)


def _reads(by: Any, view: EstablishmentView, *roles: Role) -> bool:
    return holds(by, *roles, commune=view.commune, departement=view.departement, region=REGION)


def _required(seen: Preview, lang: str) -> dict[str, dict[str, str]]:
    """The sentence of each condition with nobody's figures, under both texts."""
    sentences: dict[str, dict[str, str]] = {"before": {}, "after": {}}
    for side, scheme in (("before", seen.before), ("after", seen.after)):
        version = in_force(scheme.versions, seen.day) if scheme is not None else None
        if scheme is not None and version is not None:
            setting = Setting(seen.day, lang, version.parameters_on(seen.day), VOCABULARY, ZONES, scheme.sources)
            sentences[side] = {line.leaf: line.says for line in lines_of(version, setting)}
    return sentences


def _without_figures(cause: Cause, required: Mapping[str, Mapping[str, str]]) -> Cause:
    if cause.leaf == "window":  # how the scheme opens and closes is public
        return cause
    before = required["before"].get(cause.leaf, "") if cause.before else ""
    after = required["after"].get(cause.leaf, "") if cause.after else ""
    return Cause(cause.kind, before, after, cause.answers, cause.leaf)


def frozen_steps(frozen: Mapping[str, Any] | None) -> list[Transition]:
    """The transitions as they were frozen at submission, changes first."""
    counts: Iterable[tuple[str, int]] = ((frozen or {}).get("counts") or {}).items()
    steps = [Transition(*name.split("-"), count) for name, count in counts]
    return sorted(steps, key=lambda step: (not step.is_change, -step.count, step.name))

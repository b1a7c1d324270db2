"""What a new version of a strategy says otherwise than the one before: nothing is deleted in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias

from ensembleur.strategy.engine.changes import (
    Change,
    Kind,
    Part,
    changed_fields,
    field_words,
    name_budget,
    name_target,
    name_value,
    sentence,
)
from ensembleur.strategy.engine.content import BudgetLine, Indicator, Node, State, Strategy, Target, Value
from ensembleur.strategy.engine.wording import Fault, phrase, show_amount

OF_STRATEGY = frozenset({"slug", "documents", "root", "context"})
OF_NODE = frozenset({"code", "indicators", "budget", "children"})
OF_INDICATOR = frozenset({"code", "targets", "values"})
OF_TARGET = frozenset[str]()
OF_VALUE = frozenset({"period", "label"})
OF_BUDGET = frozenset({"fund", "stage", "year"})

Found: TypeAlias = Iterator[Change | Fault]
Nodes: TypeAlias = dict[str, tuple[str, Node]]  # code → the code above, the node
Indicators: TypeAlias = dict[str, tuple[str, Indicator]]  # code → the node's code, the indicator


@dataclass(frozen=True)
class Difference:
    """What changes when the second file is loaded over the first. faults : what must be mended before it may be loaded."""

    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]

    @property
    def warnings(self) -> tuple[Change, ...]:
        """The changes nobody wrote on purpose."""
        return tuple(change for change in self.changes if change.is_warning)

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        return not self.changes and not self.faults

    def says(self, lang: str = "fr") -> str:
        """« 3 ajoutés, 1 modifié, 1 retiré, 0 disparu ; 1 à vérifier ; 0 faute »."""
        counts = [sum(change.kind is kind for change in self.changes) for kind in Kind]
        added, changed, retired, removed = counts
        check, wrong = len(self.warnings), len(self.faults)
        return phrase(
            lang,
            f"Ajouts : {added} · modifications : {changed} · retraits : {retired} · disparitions : {removed}"
            f" · à vérifier : {check} · fautes : {wrong}",
            f"Added: {added} · changed: {changed} · retired: {retired} · removed: {removed} · to check: {check} · faults: {wrong}",
        )


def difference(before: Strategy | None, after: Strategy, *, lang: str = "fr") -> Difference:
    """What `after` says otherwise than `before`; None for a first load, when everything is added.

    A part or an indicator that the new file no longer names is *retired*, never deleted: the loader retires it by itself and this
    says so with a warning, until the file writes `state: retired` with its reason. A target that changes needs a new reason,
    and one that disappears from an indicator still followed is a fault.
    """
    found: list[Change | Fault] = [
        *_strategy(before, after, lang),
        *_nodes(_placed_nodes(before), _placed_nodes(after), lang),
        *_indicators(_placed_indicators(before), _placed_indicators(after), lang),
    ]
    changes = tuple(one for one in found if isinstance(one, Change))
    return Difference(changes, tuple(one for one in found if isinstance(one, Fault)))


def _placed_nodes(strategy: Strategy | None) -> Nodes:
    if strategy is None:
        return {}
    placed: Nodes = {strategy.root.code: ("", strategy.root)}
    for node in strategy.nodes():
        placed |= {child.code: (node.code, child) for child in node.children}
    return placed


def _placed_indicators(strategy: Strategy | None) -> Indicators:
    return {indicator.code: (node.code, indicator) for node, indicator in strategy.indicators()} if strategy is not None else {}


def _strategy(before: Strategy | None, after: Strategy, lang: str) -> Found:
    if before is None:
        yield Change(Kind.ADDED, Part.STRATEGY, after.slug, sentence(Kind.ADDED, Part.STRATEGY, after.slug, lang))
    elif names := changed_fields(before, after, OF_STRATEGY):
        yield _changed(Part.STRATEGY, after.slug, after.slug, names, lang)
    was = before.documents if before is not None else {}
    for key in dict.fromkeys([*after.documents, *was]):
        if key not in was:
            yield Change(Kind.ADDED, Part.DOCUMENT, key, sentence(Kind.ADDED, Part.DOCUMENT, key, lang))
        elif key not in after.documents:
            yield Change(Kind.REMOVED, Part.DOCUMENT, key, sentence(Kind.REMOVED, Part.DOCUMENT, key, lang), is_warning=True)
        elif was[key] != after.documents[key]:
            yield Change(Kind.CHANGED, Part.DOCUMENT, key, sentence(Kind.CHANGED, Part.DOCUMENT, key, lang))


def _nodes(before: Nodes, after: Nodes, lang: str) -> Found:
    for code, (above, node) in after.items():
        name = f"{code}, {node.title.into(lang)}"
        if code not in before:
            yield Change(Kind.ADDED, Part.NODE, code, sentence(Kind.ADDED, Part.NODE, name, lang))
            continue
        above_before, was = before[code]
        names = changed_fields(was, node, OF_NODE) + (("place",) if above != above_before else ())
        if names:
            yield _changed(Part.NODE, code, name, names, lang)
        yield from _budget(code, was.budget, node.budget, lang)
    for code, (_, node) in before.items():
        if code not in after:
            yield _retired(Part.NODE, code, f"{code}, {node.title.into(lang)}", lang)


def _indicators(before: Indicators, after: Indicators, lang: str) -> Found:
    for code, (place, indicator) in after.items():
        name = f"{code}, {indicator.title.into(lang)}"
        if code not in before:
            yield Change(Kind.ADDED, Part.INDICATOR, code, sentence(Kind.ADDED, Part.INDICATOR, name, lang))
            continue
        place_before, was = before[code]
        names = changed_fields(was, indicator, OF_INDICATOR) + (("place",) if place != place_before else ())
        if "state" in names and indicator.state is State.RETIRED:
            why = indicator.state_reason.into(lang) if indicator.state_reason is not None else ""
            says = sentence(Kind.RETIRED, Part.INDICATOR, name, lang, why or phrase(lang, "sans motif", "no reason given"))
            yield Change(Kind.RETIRED, Part.INDICATOR, code, says, names, is_warning=not why)
        elif names:
            yield _changed(Part.INDICATOR, code, name, names, lang)
        yield from _targets(was, indicator, lang)
        yield from _values(was, indicator, lang)
    for code, (_, indicator) in before.items():
        if code not in after and indicator.state is not State.RETIRED:
            yield _retired(Part.INDICATOR, code, f"{code}, {indicator.title.into(lang)}", lang)


def paired_targets(was: Indicator, now: Indicator) -> tuple[list[tuple[Target, Target]], list[Target], list[Target]]:
    """The targets that are the same before and after, those that came, those that are gone.

    One date for another is the same target, put off or brought forward.
    """
    old, new = {target.due: target for target in was.targets}, {target.due: target for target in now.targets}
    gone, come = [old[due] for due in old if due not in new], [new[due] for due in new if due not in old]
    pairs = [(old[due], new[due]) for due in new if due in old]
    return ([*pairs, (gone[0], come[0])], [], []) if len(gone) == len(come) == 1 else (pairs, come, gone)


def _targets(was: Indicator, now: Indicator, lang: str) -> Found:
    pairs, come, gone = paired_targets(was, now)
    for before, after in pairs:
        yield from _target(was, before, now, after, lang)
    for target in come:
        yield Change(
            Kind.ADDED, Part.TARGET, now.code, sentence(Kind.ADDED, Part.TARGET, name_target(now.code, target, now, lang), lang)
        )
    for target in gone:
        name = name_target(was.code, target, was, lang)
        yield Change(Kind.REMOVED, Part.TARGET, now.code, sentence(Kind.REMOVED, Part.TARGET, name, lang), is_warning=True)
        if now.state is State.ACTIVE:
            says = phrase(
                lang,
                f"{name} : un objectif ne s'efface pas ; remplacez-le avec un motif, ou retirez l'indicateur.",
                f"{name}: a target is not erased; replace it with a reason, or retire the indicator.",
            )
            yield Fault("target_erased", now.code, says)


def _target(was: Indicator, before: Target, now: Indicator, after: Target, lang: str) -> Found:
    names = changed_fields(before, after, OF_TARGET)
    if not names:
        return
    name = name_target(now.code, after, now, lang)
    numbers = (before.value, before.start, before.due) != (after.value, after.start, after.due)
    detail = field_words(names, lang)
    if before.value != after.value:
        shown = show_amount(before.value, was.unit, lang)
        detail = phrase(lang, f"avant : {shown} ; {detail}", f"before: {shown}; {detail}")
    if numbers and after.reason:
        detail += phrase(lang, f" ; motif : {after.reason}", f"; reason: {after.reason}")
    yield Change(Kind.CHANGED, Part.TARGET, now.code, sentence(Kind.CHANGED, Part.TARGET, name, lang, detail), names)
    if numbers and after.reason in {"", before.reason}:
        says = phrase(
            lang,
            f"{name} : l'objectif change sans nouveau motif ; écrivez pourquoi dans « reason ».",
            f"{name}: the target changes without a new reason; write why in “reason”.",
        )
        yield Fault("target_without_reason", now.code, says)


def _values(was: Indicator, now: Indicator, lang: str) -> Found:
    old, new = ({_key(value): value for value in indicator.values} for indicator in (was, now))
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        if after is None and before is not None:
            says = sentence(Kind.REMOVED, Part.VALUE, name_value(was.code, before, was, lang), lang)
            yield Change(Kind.REMOVED, Part.VALUE, now.code, says, is_warning=True)
        elif after is not None and before is None:
            says = sentence(Kind.ADDED, Part.VALUE, name_value(now.code, after, now, lang), lang)
            yield Change(Kind.ADDED, Part.VALUE, now.code, says)
        elif after is not None and (names := changed_fields(before, after, OF_VALUE)):
            yield _changed(Part.VALUE, now.code, name_value(now.code, after, now, lang), names, lang)


def _key(value: Value) -> tuple[object, ...]:
    return value.period, value.label


def _budget(code: str, before: Sequence[BudgetLine], after: Sequence[BudgetLine], lang: str) -> Found:
    for key in dict.fromkeys((line.fund, line.stage, line.year) for line in (*after, *before)):
        old, new = ([line for line in lines if (line.fund, line.stage, line.year) == key] for lines in (before, after))
        same = [line for line in old if line in new]
        old, new = ([line for line in lines if line not in same] for lines in (old, new))
        for was, now in zip_longest(old, new):
            if now is None:
                says = sentence(Kind.REMOVED, Part.BUDGET, name_budget(code, was, lang), lang)
                yield Change(Kind.REMOVED, Part.BUDGET, code, says, is_warning=True)
            elif was is None:
                yield Change(Kind.ADDED, Part.BUDGET, code, sentence(Kind.ADDED, Part.BUDGET, name_budget(code, now, lang), lang))
            else:
                yield _changed(Part.BUDGET, code, name_budget(code, now, lang), changed_fields(was, now, OF_BUDGET), lang)


def _changed(part: Part, at: str, name: str, names: tuple[str, ...], lang: str) -> Change:
    return Change(Kind.CHANGED, part, at, sentence(Kind.CHANGED, part, name, lang, field_words(names, lang)), names)


def _retired(part: Part, at: str, name: str, lang: str) -> Change:
    detail = phrase(lang, "absent du nouveau fichier, rien n'est effacé", "absent from the new file, nothing is erased")
    return Change(Kind.RETIRED, part, at, sentence(Kind.RETIRED, part, name, lang, detail), is_warning=True)

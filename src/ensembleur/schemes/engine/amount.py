"""How much an aid may bring: a range, exactly, with the formula in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ensembleur import money
from ensembleur.logic.answers import Answer
from ensembleur.logic.comparing import Setting, limits
from ensembleur.logic.conditions import Param
from ensembleur.logic.describe import describe
from ensembleur.logic.explain import answer_of
from ensembleur.logic.facts import Facts
from ensembleur.logic.sentences import show_money, show_number
from ensembleur.money import NO_BREAK_SPACE
from ensembleur.schemes.engine.scheme import AmountRule, Number

ZERO = Decimal(0)


@dataclass(frozen=True)
class AmountRange:
    """From `min` to `max` euros (max None: without limit), the formula in words, and the share of each nature.

    nature : grant, loan… ; "to_pay" is what the company pays.   split : (nature, lowest, highest).
    """

    min: Decimal
    max: Decimal | None
    formula: str
    nature: str = "grant"
    split: tuple[tuple[str, Decimal, Decimal | None], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Euros as plain numbers; max null when there is no limit."""
        split = {nature: {"min": plain_euros(low), "max": plain_euros(high)} for nature, low, high in self.split}
        bounds = {"min": plain_euros(self.min), "max": plain_euros(self.max)}
        return bounds | {"formula": self.formula, "nature": self.nature} | ({"split": split} if split else {})


def plain_euros(amount: Decimal | None) -> int | float | None:
    """An amount as JSON writes it: whole euros without decimals."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def amount_of(rule: AmountRule, facts: Facts, setting: Setting, *, room: Decimal | None = None) -> AmountRange | None:
    """The amount range; None when the rule gives none.

    The base is taken between `base_min` (below it: nothing) and `base_max`; then rate or step; then at least `floor`; then at
    most `ceiling`, itself raised by the bonuses that hold; then at most `room`, what is left of the de minimis cap.
    A bonus that may hold widens the range; so does a base known only as an interval, or not at all.
    """
    if rule.rule == "none":
        return None
    if rule.rule in ("flat", "range"):
        low, high, formula = _fixed(rule, facts, setting)
    else:
        low, high, formula = _computed(rule, facts, setting)
    if room is not None and (high is None or high > room):
        low, high = min(low, room), room
        formula += _say(
            setting,
            ", dans la limite de {0} restant sous le plafond de minimis",
            ", within the {0} left under the de minimis cap",
            room,
        )
    shown = money.down_to_euro if rule.rounding == "euro_down" else money.to_cent
    low, high = shown(low), None if high is None else shown(high)
    return AmountRange(low, high, formula, rule.nature, _split(rule, low, high))


def value_of(number: Number, setting: Setting) -> Decimal | None:
    """A number of the rule on the day of the setting; None when absent or without value that day."""
    held = setting.parameters.get(number.name) if isinstance(number, Param) else number
    return held if isinstance(held, Decimal) else None


def base_of(rule: AmountRule, facts: Facts) -> tuple[Decimal, Decimal | None, bool]:
    """The lowest and highest the base can be, and whether anything is known of it."""
    fact = facts.get(rule.base)
    if fact is None:
        return ZERO, None, False
    low, high = limits(fact, rule.base)
    return max(ZERO, Decimal(low or 0)), None if high is None else max(ZERO, Decimal(high)), True


def _fixed(rule: AmountRule, facts: Facts, setting: Setting) -> tuple[Decimal, Decimal | None, str]:
    """A flat sum or a range; a bonus raises its upper end. The formula keeps the figures of the rule, then says the bonus."""
    low, most, formula = _written(rule, setting)
    more = bonuses_of(rule, most, facts, setting)
    return low, more.ceiling_high, formula + more.notes


def _written(rule: AmountRule, setting: Setting) -> tuple[Decimal, Decimal | None, str]:
    least, most = value_of(rule.min_eur, setting), value_of(rule.max_eur, setting)
    if rule.rule == "flat":
        most = most if most is not None else least
        least = least if least is not None else most
    low = min(least or ZERO, most) if most is not None else least or ZERO
    if most is not None and low == most:
        return low, most, _say(setting, "forfait de {0}", "flat {0}", most)
    if most is None:
        return (
            low,
            None,
            _say(setting, "au moins {0}", "at least {0}", low)
            if low
            else _say(setting, "selon le projet", "depends on the project"),
        )
    if not low:
        return low, most, _say(setting, "jusqu'à {0}", "up to {0}", most)
    return low, most, _say(setting, "de {0} à {1}", "from {0} to {1}", low, most)


def _computed(rule: AmountRule, facts: Facts, setting: Setting) -> tuple[Decimal, Decimal | None, str]:
    base_low, base_high, known = base_of(rule, facts)
    least, most = value_of(rule.base_min, setting), value_of(rule.base_max, setting)
    floor, ceiling = value_of(rule.floor, setting), value_of(rule.ceiling, setting)
    more = bonuses_of(rule, ceiling, facts, setting)

    def paid(base: Decimal | None, rate: Decimal | None, cap: Decimal | None) -> Decimal | None:
        if base is not None and least is not None and base < least:
            return ZERO
        base = base if most is None else most if base is None else min(base, most)
        if rule.rule == "steps":
            due = max((eur for start, eur in rule.steps if base is None or start <= base), default=ZERO)
        elif base is None or rate is None:
            return cap
        else:
            due = base * rate
        due = due if floor is None or not due else max(due, floor)
        return due if cap is None else min(due, cap)

    rate_low, rate_high = (value_of(rate, setting) for rate in rule.rate)
    low = paid(base_low, None if rate_low is None else min(rate_low + more.plus_low, Decimal(1)), more.ceiling_low)
    high = paid(base_high, None if rate_high is None else min(rate_high + more.plus_high, Decimal(1)), more.ceiling_high)
    low = ZERO if not known or low is None or (rule.rule == "rate" and rate_low is None) else low
    formula = _formula(rule, setting, (base_low, base_high, known), (rate_low, rate_high)) + _limits(
        setting, least, most, floor, ceiling
    )
    return (low if high is None else min(low, high)), high, formula + more.notes


@dataclass(frozen=True)
class Bonuses:
    """What the bonuses add: the ceiling and the rate when only the sure ones count, and when the possible ones do too."""

    ceiling_low: Decimal | None
    ceiling_high: Decimal | None
    plus_low: Decimal
    plus_high: Decimal
    notes: str


def bonuses_of(rule: AmountRule, ceiling: Decimal | None, facts: Facts, setting: Setting) -> Bonuses:
    """What the bonuses of the rule add to this ceiling; one that raises a ceiling means nothing where there is none."""
    ceiling_low = ceiling_high = ceiling
    plus_low = plus_high = ZERO
    notes = ""
    for bonus in rule.bonuses:
        held = answer_of(bonus.when, facts, setting)
        if held is Answer.NO:
            continue
        raised, plus = value_of(bonus.ceiling, setting), value_of(bonus.rate_plus, setting) or ZERO
        sure = held is Answer.YES
        if raised is not None and ceiling_high is not None:
            ceiling_high = max(ceiling_high, raised)
            ceiling_low = max(ceiling_low, raised) if sure and ceiling_low is not None else ceiling_low
        plus_high += plus
        plus_low += plus if sure else ZERO
        notes += _bonus_note(bonus.when, raised if ceiling is not None else None, plus, sure, setting)
    return Bonuses(ceiling_low, ceiling_high, plus_low, plus_high, notes)


# -- in words ----------------------------------------------------------------------------------------------------------


def _say(setting: Setting, fr: str, en: str, *amounts: Decimal) -> str:
    return (en if setting.lang == "en" else fr).format(*(show_money(amount, setting.lang) for amount in amounts))


def _percent(share: Decimal, lang: str) -> str:
    return f"{show_number(share * 100, lang)}{NO_BREAK_SPACE if lang == 'fr' else ''}%"


def _formula(
    rule: AmountRule, setting: Setting, base: tuple[Decimal, Decimal | None, bool], rates: tuple[Decimal | None, Decimal | None]
) -> str:
    lang = setting.lang
    low, high, known = base
    key = setting.vocabulary.get(rule.base)
    label = key.label.in_(lang) if key is not None else rule.base
    if not known:
        told = f"{label[0].lower()}{label[1:]}"
    elif low == high:
        told = show_money(low, lang)
    elif high is None:
        told = _say(setting, "au moins {0}", "at least {0}", low)
    else:
        told = _say(setting, "{0} à {1}", "{0} to {1}", low, high)
    if rule.rule == "steps":
        steps = ", ".join(f"{show_money(start, lang)} → {show_money(eur, lang)}" for start, eur in rule.steps)
        return {
            "fr": f"par paliers ({steps} ; le palier inférieur s'applique) sur : {told}",
            "en": f"by steps ({steps}; the lower step applies) on: {told}",
        }[lang]
    rate_low, rate_high = rates
    if rate_low is None or rate_high is None:
        rate = "taux à préciser" if lang == "fr" else "rate to be settled"
    elif rate_low == rate_high:
        rate = _percent(rate_low, lang)
    else:
        joint = "à" if lang == "fr" else "to"
        rate = f"{_percent(rate_low, lang)} {joint} {_percent(rate_high, lang)}"
    if not known:
        return f"{rate} × {told}"
    of = "of " if lang == "en" else "d'" if high is None else "de "
    return f"{rate} {of}{told}"


def _limits(setting: Setting, least: Decimal | None, most: Decimal | None, floor: Decimal | None, ceiling: Decimal | None) -> str:
    told = ""
    if least:
        told += _say(setting, ", à partir de {0} de dépenses", ", from {0} of spending", least)
    if most is not None:
        told += _say(setting, ", dépenses retenues jusqu'à {0}", ", spending counted up to {0}", most)
    if floor:
        told += _say(setting, ", au moins {0}", ", at least {0}", floor)
    if ceiling is not None:
        told += _say(setting, ", plafonné à {0}", ", capped at {0}", ceiling)
    return told


def _bonus_note(when: Any, raised: Decimal | None, plus: Decimal, sure: bool, setting: Setting) -> str:
    lang = setting.lang
    changes = [_percent(plus, lang) + (" de plus" if lang == "fr" else " more")] if plus else []
    changes += [_say(setting, "plafond porté à {0}", "cap raised to {0}", raised)] if raised is not None else []
    joint = (" car " if sure else " si ") if lang == "fr" else (" because " if sure else " if ")
    lines = ", ".join(line.says for line in describe(when, setting))
    return ("; " if lang == "en" else NO_BREAK_SPACE + "; ") + ", ".join(changes) + joint + f"{lines[0].lower()}{lines[1:]}"


def _split(rule: AmountRule, low: Decimal, high: Decimal | None) -> tuple[tuple[str, Decimal, Decimal | None], ...]:
    """Each nature's share to the cent, the last one taking what is left so that the parts make the whole."""
    parts: list[tuple[str, Decimal, Decimal | None]] = []
    left_low, left_high = low, high
    for rank, (nature, share) in enumerate(rule.split, 1):
        last = rank == len(rule.split)
        part_low = left_low if last else money.to_cent(low * share)
        part_high = left_high if last or high is None else money.to_cent(high * share)
        parts.append((nature, part_low, part_high))
        left_low -= part_low
        left_high = None if left_high is None or part_high is None else left_high - part_high
    return tuple(parts)

"""Sentences made from the condition itself, in French and English: nobody types a reason beside a rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ensembleur.logic.answers import Answer
from ensembleur.logic.comparing import NEGATED, Setting, limits, resolve
from ensembleur.logic.conditions import AGE_OPS, Leaf
from ensembleur.logic.facts import NEVER, Fact, Facts, Interval
from ensembleur.logic.words import FactKey, Words
from ensembleur.money import NARROW_SPACE, NO_BREAK_SPACE, show_euros
from ensembleur.sources import Evidence

MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
MILLION = Decimal(1_000_000)
COLON = {"fr": f"{NO_BREAK_SPACE}: ", "en": ": "}
OR, AND = Words("ou", "or"), Words("et", "and")
SEMICOLON = {"fr": f"{NO_BREAK_SPACE}; ", "en": "; "}

MEASURES = {
    "at_least": Words("au moins {0}", "at least {0}"),
    "at_most": Words("au plus {0}", "at most {0}"),
    "above": Words("plus de {0}", "more than {0}"),
    "below": Words("moins de {0}", "less than {0}"),
    "between": Words("entre {0} et {1}", "between {0} and {1}"),
    "not_between": Words("moins de {0} ou plus de {1}", "less than {0} or more than {1}"),
    "is": Words("exactement {0}", "exactly {0}"),
    "is_not": Words("autre que {0}", "other than {0}"),
}
AGES = {
    "at_least_months_old": Words("il y a au moins {0}", "at least {0} ago"),
    "not_at_least_months_old": Words("il y a moins de {0}", "less than {0} ago"),
    "older_than_months": Words("il y a plus de {0}", "more than {0} ago"),
    "not_older_than_months": Words("il y a au plus {0}", "at most {0} ago"),
    "within_months": Words("il y a au plus {0}", "at most {0} ago"),
    "not_within_months": Words("il y a plus de {0}, ou à venir", "more than {0} ago, or still to come"),
    "before": Words("avant le {0}", "before {0}"),
    "on_or_after": Words("à partir du {0}", "from {0} on"),
}
PROVENANCE = {
    Evidence.DECLARED: (Words("déclaré", "declared"), Words("déclarée", "declared")),
    Evidence.DOCUMENTED: (Words("justifié", "documented"), Words("justifiée", "documented")),
    Evidence.ESTIMATED: (Words("estimé", "estimated"), Words("estimée", "estimated")),
}


@lru_cache(maxsize=4096)
def show_day(day: date, lang: str = "fr") -> str:
    """« 1er mars 2026 », "1 March 2026"."""
    number = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    return f"{number}{NO_BREAK_SPACE}{MONTHS[lang][day.month - 1]} {day.year}"


@lru_cache(maxsize=4096)
def show_number(value: Decimal | int, lang: str = "fr") -> str:
    """« 1 234,5 », "1,234.5", without useless zeros."""
    exact = Decimal(value)
    digits = f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact.normalize():,f}"
    return digits if lang == "en" else digits.replace(",", NARROW_SPACE).replace(".", ",")


@lru_cache(maxsize=4096)
def show_money(value: Decimal | int, lang: str = "fr") -> str:
    """« 250 000 € », « 4,0 M€ », "€50 million"; millions only when nothing is lost by rounding."""
    amount = Decimal(value)
    tenths = amount / MILLION * 10
    if amount < MILLION or tenths != tenths.to_integral_value():
        return show_euros(amount, lang)
    digits = f"{amount / MILLION:.1f}" if amount < 10 * MILLION or tenths % 10 else f"{amount / MILLION:,.0f}"
    return f"€{digits} million" if lang == "en" else f"{digits.replace(',', NARROW_SPACE).replace('.', ',')}{NO_BREAK_SPACE}M€"


def show_value(value: Decimal | int, key: FactKey | None, lang: str, unit: bool = True) -> str:
    """A number as its fact counts it; `unit` False leaves the word out, never the currency or the per cent sign."""
    if key is not None and key.kind == "money":
        return show_money(value, lang)
    if key is not None and key.kind == "share":
        return f"{show_number(Decimal(value) * 100, lang)}{NO_BREAK_SPACE if lang == 'fr' else ''}%"
    is_plural = abs(value) != 1 if lang == "en" else not -2 < value < 2  # "0 employees", « 0 salarié »
    word = key.unit.word(is_plural, lang) if key is not None and unit else ""
    return f"{show_number(value, lang)}{NO_BREAK_SPACE}{word}" if word else show_number(value, lang)


@lru_cache(maxsize=1024)
def show_codes(codes: tuple[str, ...], lang: str = "fr") -> str:
    """« 10 à 33, 35 et 58.29 »: runs of three or more two-digit codes become ranges."""
    parts: list[str] = []
    run: list[str] = []

    def flush() -> None:
        joint = " à " if lang == "fr" else " to "
        parts.extend([f"{run[0]}{joint}{run[-1]}"] if len(run) > 2 else run)
        run.clear()

    for code in codes:
        follows = bool(run) and len(code) == 2 == len(run[-1]) and (code + run[-1]).isdigit() and int(code) == int(run[-1]) + 1
        if not follows:
            flush()
        run.append(code)
    flush()
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {'ou' if lang == 'fr' else 'or'} {parts[-1]}"


def name_codes(codes: tuple[str, ...], key: FactKey | None, lang: str, joint: Words = OR) -> str:
    """Codes by their words when the vocabulary has some, as « moderniser la production »."""
    if not codes:
        return Words("(rien de la liste)", "(nothing of the list)").in_(lang)
    family = dict(key.families).get(codes) if key is not None else None
    if family is not None:
        return family.in_(lang)
    words = dict(key.choices) if key is not None else {}
    if not words:
        return show_codes(codes, lang)
    named = tuple(words[code].in_(lang) if code in words else code for code in codes)
    joined = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} {joint.in_(lang)} {named[-1]}"
    return f"«{NO_BREAK_SPACE}{joined}{NO_BREAK_SPACE}»" if lang == "fr" else f"“{joined}”"


def _duration(months: int, lang: str) -> str:
    years = months % 12 == 0 and months > 0
    count, words = (months // 12 if years else months), (("an", "year") if years else ("mois", "month"))
    if lang == "en":
        return f"{count} {words[1]}{'s' if count != 1 else ''}"
    return f"{count}{NO_BREAK_SPACE}{words[0]}{'s' if count > 1 and words[0] == 'an' else ''}"


def _provenance(fact: Fact, key: FactKey | None, lang: str) -> str:
    """« (déclaré le 12 mars 2026) »; nothing for what an official register says or for an undated declaration."""
    words = PROVENANCE.get(fact.evidence)
    if words is None or (fact.as_of is None and fact.evidence is not Evidence.ESTIMATED):
        return ""
    word = words[key is not None and key.feminine].in_(lang)
    if fact.as_of is None or fact.evidence is Evidence.ESTIMATED:
        return f" ({word})"
    return f" ({word} {'le' if lang == 'fr' else 'on'} {show_day(fact.as_of, lang)})"


# -- one sentence per leaf ---------------------------------------------------------------------------------------------


def say(leaf: Leaf, facts: Facts, answer: Answer, setting: Setting, *, negated: bool = False) -> str:
    """What the leaf asks and what is known. `answer` is that of the leaf as asked here, that is already inverted when `negated`."""
    lang = setting.lang
    key = setting.vocabulary.get(leaf.fact)
    fact = facts.get(leaf.fact)
    if leaf.op in ("in_zone", "not_in_zone"):
        return _say_zone(leaf, facts, answer, setting, negated)
    if leaf.op in ("is_true", "is_false"):
        return _say_bool(leaf, key, fact, answer, negated, lang)
    label = key.label.in_(lang) if key is not None else leaf.fact
    value = resolve(leaf.value, setting.parameters)
    if value is None:
        name = getattr(leaf.value, "name", "")
        return (
            label
            + COLON[lang]
            + (
                f"la limite « {name} » n'est pas connue à cette date"
                if lang == "fr"
                else f"the limit “{name}” is not known at that date"
            )
        )
    if leaf.op in AGE_OPS or leaf.op in ("before", "on_or_after"):
        return _say_date(leaf, label, key, fact, value, negated, lang)
    if isinstance(value, str) or (isinstance(value, tuple) and isinstance(value[0], str)):
        return _say_code(leaf, label, key, fact, value, negated, lang)
    return _say_number(leaf, label, key, fact, value, negated, answer, lang)


def require(leaf: Leaf, setting: Setting, *, negated: bool = False) -> str:
    """What the leaf asks, nothing known: « Effectif : entre 5 et 249 salariés »."""
    lang = setting.lang
    key = setting.vocabulary.get(leaf.fact)
    op = asked_op(leaf.op, negated)
    if op in ("in_zone", "not_in_zone"):
        zone = setting.zones.get(str(leaf.value))
        return (zone.inside if op == "in_zone" else zone.outside).in_(lang) if zone is not None else f"Zone « {leaf.value} »"
    if op in ("is_true", "is_false"):
        return _bool_sentences(leaf, key)[op == "is_false"].in_(lang)
    label = (key.label.in_(lang) if key is not None else leaf.fact) + COLON[lang]
    value = resolve(leaf.value, setting.parameters)
    if value is None:
        return label + (
            f"limite « {getattr(leaf.value, 'name', '')} »" if lang == "fr" else f"limit “{getattr(leaf.value, 'name', '')}”"
        )
    if op in AGES:
        return label + AGES[op].in_(lang).format(
            show_day(value, lang) if isinstance(value, date) else _duration(int(value), lang)
        )
    if isinstance(value, str) or (isinstance(value, tuple) and isinstance(value[0], str)):
        outside = op.startswith("not_") or op == "is_not"
        codes = name_codes((value,) if isinstance(value, str) else value, key, lang)
        return label + (Words("hors {0}", "other than {0}") if outside else Words("{0}", "{0}")).in_(lang).format(codes)
    thresholds = value if isinstance(value, tuple) else (value,)
    shown = [show_value(limit, key, lang, unit=limit is thresholds[-1]) for limit in thresholds]
    return label + MEASURES[op].in_(lang).format(*shown)


def name_group(needed: int, total: int, lang: str) -> str:
    """« une au moins de ces 2 conditions »."""
    if lang == "en":
        return f"at least {needed if needed > 1 else 'one'} of these {total} conditions"
    return f"{needed if needed > 1 else 'une'} au moins de ces {total} conditions"


def asked_op(op: str, negated: bool) -> str:
    """The op as asked: the opposite one under a negation, "not_…" when it has no opposite of its own."""
    return NEGATED.get(op, f"not_{op}") if negated else op


def _unknown(label: str, key: FactKey | None, lang: str) -> str:
    if lang == "en":
        return f"{label} unknown"
    return f"{label} non {'renseignée' if key is not None and key.feminine else 'renseigné'}"


def _say_number(
    leaf: Leaf, label: str, key: FactKey | None, fact: Fact | None, value: Any, negated: bool, answer: Answer, lang: str
) -> str:
    thresholds = value if isinstance(value, tuple) else (value,)
    phrase = MEASURES[asked_op(leaf.op, negated)].in_(lang)
    shown = [show_value(limit, key, lang, unit=fact is None and limit is thresholds[-1]) for limit in thresholds]
    wanted = phrase.format(*shown)
    if fact is None:
        needed = f"il faut {wanted}" if lang == "fr" else f"{wanted} needed"
        return _unknown(label, key, lang) + COLON[lang] + needed
    observed = _observed(label, key, fact, leaf.fact, lang) + _provenance(fact, key, lang)
    vague = {"fr": ", valeur exacte à préciser", "en": ", exact value to be given"}[lang] if answer is Answer.UNKNOWN else ""
    return observed + COLON[lang] + wanted + vague


def _observed(label: str, key: FactKey | None, fact: Fact, name: str, lang: str) -> str:
    low, high = limits(fact, name)
    if not isinstance(fact.value, Interval) or (low is not None and low == high):
        return f"{label} {'de' if lang == 'fr' else 'of'} {show_value(low or 0, key, lang)}"
    if low is None and high is None:
        return _unknown(label, key, lang)
    if low is not None and high is not None:
        joint = ("entre", "et") if lang == "fr" else ("between", "and")
        return f"{label} {joint[0]} {show_value(low, key, lang, unit=False)} {joint[1]} {show_value(high, key, lang)}"
    words = Words("d'au moins", "of at least") if high is None else Words("d'au plus", "of at most")
    return f"{label} {words.in_(lang)} {show_value(low if low is not None else high or 0, key, lang)}"


def _say_code(leaf: Leaf, label: str, key: FactKey | None, fact: Fact | None, value: Any, negated: bool, lang: str) -> str:
    codes = (value,) if isinstance(value, str) else value
    op = asked_op(leaf.op, negated)
    listed = name_codes(codes, key, lang)
    outside = op.startswith("not_") or op == "is_not"
    wanted = (Words("hors {0}", "other than {0}") if outside else Words("parmi {0}", "among {0}")).in_(lang).format(listed)
    if not outside and len(codes) == 1 and not op.endswith("starts_with"):
        wanted = (Words("il faut {0}", "must be {0}")).in_(lang).format(listed)
    elif not outside and len(codes) == 1:
        wanted = (Words("doit commencer par {0}", "must start with {0}")).in_(lang).format(listed)
    if fact is None:
        return (
            _unknown(label, key, lang)
            + COLON[lang]
            + (
                wanted
                if len(codes) == 1 and not outside
                else f"{'il faut un code' if lang == 'fr' else 'must be a code'} {wanted}"
            )
        )
    held = (fact.value,) if isinstance(fact.value, str) else tuple(fact.value)
    return f"{label} {fact.shown or name_codes(held, key, lang, AND)}{_provenance(fact, key, lang)}{COLON[lang]}{wanted}"


def _say_date(leaf: Leaf, label: str, key: FactKey | None, fact: Fact | None, value: Any, negated: bool, lang: str) -> str:
    limit = show_day(value, lang) if isinstance(value, date) else _duration(int(value), lang)
    wanted = AGES[asked_op(leaf.op, negated)].in_(lang).format(limit)
    if fact is None:
        unknown = Words("date non renseignée ; demandé", "date unknown; needed").in_(lang)
        return f"{label}{COLON[lang]}{unknown.replace(' ;', NO_BREAK_SPACE + ';')}{COLON[lang]}{wanted}"
    if fact.value == NEVER:
        return f"{label}{COLON[lang]}{Words('pas encore fait', 'not done yet').in_(lang)}{SEMICOLON[lang]}{Words('demandé', 'needed').in_(lang)}{COLON[lang]}{wanted}"
    return f"{label} {'le' if lang == 'fr' else 'on'} {show_day(fact.value, lang)}{_provenance(fact, key, lang)}{COLON[lang]}{wanted}"


def _say_bool(leaf: Leaf, key: FactKey | None, fact: Fact | None, answer: Answer, negated: bool, lang: str) -> str:
    sentences = _bool_sentences(leaf, key)
    wanted = sentences[asked_op(leaf.op, negated) == "is_false"].in_(lang)
    if fact is None:
        quoted = f"«{NO_BREAK_SPACE}{wanted}{NO_BREAK_SPACE}»" if lang == "fr" else f"“{wanted}”"
        label = key.label.in_(lang) if key is not None else leaf.fact
        return f"{_told(label, lang)}{SEMICOLON[lang]}{'il faut pouvoir dire' if lang == 'fr' else 'you must be able to say'} {quoted}"
    held = sentences[fact.value is False].in_(lang) + _provenance(fact, key, lang)
    if answer is Answer.YES:
        return held + COLON[lang] + ("c'est demandé" if lang == "fr" else "as required")
    return held + COLON[lang] + ("l'inverse est demandé" if lang == "fr" else "the opposite is required")


def _bool_sentences(leaf: Leaf, key: FactKey | None) -> tuple[Words, Words]:
    if key is not None and key.says_true:
        return key.says_true, key.says_false
    return Words(f"{leaf.fact} : oui", f"{leaf.fact}: yes"), Words(f"{leaf.fact} : non", f"{leaf.fact}: no")


def _told(label: str, lang: str) -> str:
    return f"{label}{COLON[lang]}{'réponse inconnue' if lang == 'fr' else 'answer unknown'}"


def _say_zone(leaf: Leaf, facts: Facts, answer: Answer, setting: Setting, negated: bool) -> str:
    lang = setting.lang
    zone = setting.zones.get(str(leaf.value))
    fact = facts.get(leaf.fact)
    place = (fact.shown or str(fact.value)) if fact is not None else ""
    wanted_inside = asked_op(leaf.op, negated) == "in_zone"
    if zone is None:
        return f"Zone «{NO_BREAK_SPACE}{leaf.value}{NO_BREAK_SPACE}»{COLON[lang]}{'inconnue' if lang == 'fr' else 'unknown'}"
    wanted = (zone.inside if wanted_inside else zone.outside).in_(lang)
    if answer is Answer.UNKNOWN:
        if zone.is_known:
            return f"{'Commune non renseignée' if lang == 'fr' else 'Municipality unknown'}{COLON[lang]}{wanted}"
        check = (
            ("à vérifier" + (f" pour {place}" if place else ""))
            if lang == "fr"
            else "to be checked" + (f" for {place}" if place else "")
        )
        why = "nous n'avons pas la liste des communes" if lang == "fr" else "we do not hold the list of municipalities"
        return f"{wanted}{COLON[lang]}{check}, {why}"
    held = (zone.inside if wanted_inside == (answer is Answer.YES) else zone.outside).in_(lang)
    told = held + (COLON[lang] + place if place else "")
    return (
        told
        if answer is Answer.YES
        else told + SEMICOLON[lang] + ("l'inverse est demandé" if lang == "fr" else "the opposite is required")
    )

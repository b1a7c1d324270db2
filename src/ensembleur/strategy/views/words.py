"""The words of the public pages: states, labels, precision, and the day a page is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ensembleur.errors import BadInput
from ensembleur.logic.answers import Answer, Reason
from ensembleur.logic.sentences import show_day
from ensembleur.money import NO_BREAK_SPACE
from ensembleur.periods import paris_day
from ensembleur.strategy.choices import NodeWord
from ensembleur.strategy.engine.content import Label, NodeKind, Precision, Statement, Text
from ensembleur.strategy.engine.content import Strategy as Content
from ensembleur.strategy.engine.freshness import Freshness
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.trajectory import Explained
from ensembleur.strategy.engine.writing import quantity
from ensembleur.strategy.models import PeriodLock
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.queries.states import Seen

AS_OF = "au"


def lang() -> str:
    """The language of the page as the engines name it."""
    return "en" if get_language() == "en" else "fr"


# -- the day -----------------------------------------------------------------------------------------------------------
def asked_day(request: HttpRequest, held: Held) -> date:
    """The day the page speaks of: today, or the one of `?au=`. Raises BadInput with one clear sentence."""
    today = timezone.localdate()
    written = request.GET.get(AS_OF, "").strip()
    if not written:
        return today
    try:
        day = date.fromisoformat(written) if len(written) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise BadInput("bad_day", _("« %(day)s » n'est pas une date : écrivez-la comme 2026-03-31.") % {"day": written[:40]})
    if day > today:
        raise BadInput(
            "day_to_come", _("Le %(day)s n'est pas encore passé : choisissez une date passée.") % {"day": show_day(day, lang())}
        )
    if day < held.row.period_start:
        raise BadInput(
            "before_the_start",
            _("Cette stratégie commence le %(start)s : choisissez une date qui ne la précède pas.")
            % {"start": show_day(held.row.period_start, lang())},
        )
    return day


# -- floors, periods ---------------------------------------------------------------------------------------------------
def floor_word(content: Content, kind: NodeKind) -> str:
    """How this strategy calls its floors: « Enjeu », « Axe »."""
    own = content.words.get(kind.value)
    return own.into(lang()) if own else str(NodeWord(kind.value).label)


def years(held: Held) -> str:
    """« 2017–2021 »: the years the strategy covers."""
    first, last = held.row.period_start.year, date.fromordinal(held.row.period_end.toordinal() - 1).year
    return f"{first}" if first == last else f"{first}–{last}"


# -- states ------------------------------------------------------------------------------------------------------------
def state_badge(state: Explained) -> tuple[str, str]:
    """The badge of a state and its word: a shape goes with each."""
    if not state.standings:
        return "closed", _("Sans cible chiffrée")
    if state.answer is Answer.YES:
        done = all(one.is_reached is Answer.YES for one in state.standings)
        return "yes", _("Atteint") if done else _("Sur sa trajectoire")
    if state.answer is Answer.NO:
        over = any(one.answer is Answer.NO and one.is_past for one in state.standings)
        return "no", _("Non atteint") if over else _("En retard")
    if any(reason.kind == "secret" for reason in state.reasons):
        return "unknown", _("Secret")
    known = any(one.measured_on is not None for one in state.standings)
    return "unknown", _("On ne sait pas") if known else _("Non mesuré")


def counts_of(reasons: Iterable[Reason]) -> str:
    """« 1 cible tenue · 2 en retard · 1 inconnue »: what unfolds behind « Pourquoi ? »."""
    answers = [reason.answer for reason in reasons]
    yes, no, unknown = (answers.count(answer) for answer in (Answer.YES, Answer.NO, Answer.UNKNOWN))
    parts = [
        ngettext("%(n)s cible sur sa trajectoire", "%(n)s cibles sur leur trajectoire", yes) % {"n": yes} if yes else "",
        ngettext("%(n)s en retard", "%(n)s en retard", no) % {"n": no} if no else "",
        ngettext("%(n)s inconnue", "%(n)s inconnues", unknown) % {"n": unknown} if unknown else "",
    ]
    return " · ".join(part for part in parts if part)


def fresh_badge(one: Seen) -> tuple[str, str]:
    """The badge of a freshness and its word; none where no value is due any more."""
    if one.is_settled:
        return "closed", ""
    return {
        Freshness.FRESH: ("yes", _("à jour")),
        Freshness.DUE: ("info", _("valeur attendue")),
        Freshness.LATE: ("unknown", _("valeur en retard")),
        Freshness.STALE: ("no", _("valeur périmée")),
        Freshness.NEVER: ("closed", ""),  # the value itself says that there is none
    }[one.fresh.state]


# -- values ------------------------------------------------------------------------------------------------------------
def label_means(label: Label) -> str:
    """What a label says of a value, in one sentence."""
    return {
        Label.PROGRAMMED: _("Décidé ou promis : rien n'a encore eu lieu."),
        Label.DECLARED: _("Dit par ceux que cela concerne, sans vérification."),
        Label.AGREED: _("Signé dans une convention."),
        Label.PAID: _("Versé."),
        Label.OBSERVED: _("Vu dans les opérations ou dans un registre."),
        Label.ESTIMATED: _("Calculé par une évaluation ou un modèle."),
    }[label]


def quoted(word: str) -> str:
    """The word between the quotation marks of the page, which stay with it at the end of a line."""
    return f"“{word}”" if lang() == "en" else f"«{NO_BREAK_SPACE}{word}{NO_BREAK_SPACE}»"


def two_labels(value: Label, target: Label = Label.PROGRAMMED) -> str:
    """The sentence that stands wherever a value and a target known in different ways are put side by side."""
    if value is target:
        return ""
    words = {"value": quoted(label_word(value, lang())), "target": quoted(label_word(target, lang()))}
    return (
        _("La valeur est connue comme %(value)s, la cible comme %(target)s : ce ne sont pas deux faits de même nature.") % words
    )


def odd_label(value: Label, announced: Label) -> str:
    """The sentence due when the only value known is not known as the indicator announces."""
    said = {"value": quoted(label_word(value, lang())), "announced": quoted(label_word(announced, lang()))}
    return _("Cet indicateur se suit en %(announced)s ; la seule valeur connue est %(value)s.") % said


def stated(statement: Statement, unit: Text) -> str:
    """The figure of a sentence with its precision: « environ 30 entreprises par an »."""
    return precise(statement.precision, quantity(statement.value, unit, lang()))


def precise(precision: Precision, shown: str) -> str:
    """A figure already written, with how exactly the sentence gives it."""
    words = {
        Precision.EXACT: "%(figure)s",
        Precision.ABOUT: _("environ %(figure)s"),
        Precision.MORE: _("plus de %(figure)s"),
        Precision.LESS: _("moins de %(figure)s"),
        Precision.UP_TO: _("jusqu'à %(figure)s"),
    }
    return words[precision] % {"figure": shown}


def share_words(share: Decimal | None, shown: str) -> str:
    """The unbounded progress in words, since its bar is bounded."""
    if share is None:
        return ""
    if share < 0:
        return _("recul de %(share)s par rapport au départ") % {"share": shown.lstrip("-−")}
    if share > 1:
        return _("%(share)s du chemin : au-delà de la cible") % {"share": shown}
    return _("%(share)s du chemin") % {"share": shown}


def lock_words(lock: PeriodLock | None) -> str:
    """« Période verrouillée le 10 avril 2026 »: since when the values of these days stand still; "" while they may move."""
    if lock is None:
        return ""
    return _("Période verrouillée le %(day)s : ses valeurs ne bougent plus.") % {"day": day(paris_day(lock.locked_at))}


def day(value: date | None) -> str:
    """A day in the language of the page, "" for none."""
    return show_day(value, lang()) if value else ""

"""The yearly round of steering: what is to be done by when, from the values of 31 December to the regional council."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from ensembleur.logic.sentences import show_day
from ensembleur.strategy.engine.content import Citation, Text
from ensembleur.strategy.engine.wording import phrase

# The text asks for a committee that follows and for a presentation each year. It names no month: those below are ours.
FOUNDED_ON = Citation(
    document="cr-2017-130",
    section="Annexe à la délibération, « Stratégie Smart Industrie 2017-2021 »",
    sentence=(
        "Son déploiement sera suivi et évalué par un comité stratégique de l'industrie en Ile-de-France présidé par le "
        "Vice-Président en charge de l'économie et de l'emploi et réunissant l'ensemble des parties prenantes, acteurs "
        "économiques, de la recherche, de la formation, etc. Les résultats seront présentés chaque année en Conseil Régional."
    ),
)
MONTHS_NOTE = Text(
    "Le texte demande un suivi par un comité et une présentation chaque année ; il ne fixe aucun mois. Ce calendrier est proposé.",
    "The text asks for a committee that follows and for a presentation each year; it sets no month. This calendar is a proposal.",
)


@dataclass(frozen=True)
class Step:
    """One thing to do about a year's values, before the end of a month of the year after."""

    code: str
    title: Text
    month: int
    day: int


STEPS = (
    Step("measure", Text("Mesurer les valeurs au 31 décembre", "Measure the values of 31 December"), 1, 31),
    Step("report", Text("Recevoir les valeurs des partenaires", "Receive the partners' values"), 2, 28),
    Step("approve", Text("Valider les valeurs", "Approve the values"), 3, 31),
    Step("lock", Text("Verrouiller l'année", "Lock the year"), 4, 15),
    Step("publish", Text("Établir le rapport annuel", "Write the annual report"), 5, 15),
    Step("committee", Text("Réunir le comité stratégique", "Gather the strategic committee"), 6, 15),
    Step("council", Text("Présenter les résultats en conseil régional", "Present the results to the regional council"), 7, 15),
)


class StepState(Enum):
    """Where a step stands."""

    DONE = "done"
    LATE = "late"  # its last day is over
    NEXT = "next"  # the first one that is neither done nor late
    TO_COME = "to_come"


@dataclass(frozen=True)
class Dated:
    """A step in a year's round. done_on : None when it is not done on the day asked."""

    step: Step
    due_on: date
    done_on: date | None
    state: StepState
    says: str


def agenda(
    year: int, done: Mapping[str, date], *, as_of: date, lang: str = "fr", steps: Sequence[Step] = STEPS
) -> tuple[Dated, ...]:
    """The round of a year's values, played the year after. done : code of a step → the day it was done; later days are not known yet."""
    dated: list[Dated] = []
    is_next_found = False
    for step in steps:
        due_on, done_on = date(year + 1, step.month, step.day), done.get(step.code)
        if done_on is not None and done_on > as_of:
            done_on = None
        if done_on is not None:
            state = StepState.DONE
        elif as_of > due_on:
            state = StepState.LATE
        else:
            state = StepState.TO_COME if is_next_found else StepState.NEXT
            is_next_found = True
        dated.append(Dated(step, due_on, done_on, state, _says(step, due_on, done_on, state, lang)))
    return tuple(dated)


def _says(step: Step, due_on: date, done_on: date | None, state: StepState, lang: str) -> str:
    title, due = step.title.into(lang), show_day(due_on, lang)
    if done_on is not None:
        day = show_day(done_on, lang)
        after = phrase(lang, f", après la date prévue du {due}", f", after the planned {due}") if done_on > due_on else ""
        return phrase(lang, f"{title} : fait le {day}{after}.", f"{title}: done on {day}{after}.")
    if state is StepState.LATE:
        return phrase(lang, f"{title} : en retard, prévu le {due} au plus tard.", f"{title}: late, planned by {due}.")
    return phrase(lang, f"{title} : prévu le {due} au plus tard.", f"{title}: planned by {due}.")

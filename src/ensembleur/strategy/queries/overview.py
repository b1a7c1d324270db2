"""How far a strategy is on each of its own promises, side by side: what its overview chart is drawn from."""

from __future__ import annotations

from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine.charts.content import Overview, Way
from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.trajectory import Explained
from ensembleur.strategy.queries.states import Seen, Situation, tone_of

TITLE = Text("Le chemin parcouru vers chaque cible de la stratégie", "How far each target of the strategy is")
ON_PATH, REACHED = Text("sur sa trajectoire", "on its path"), Text("atteint", "reached")
BEHIND, NOT_REACHED = Text("en retard", "behind"), Text("non atteint", "not reached")
NOT_KNOWN, NO_TARGET = Text("on ne sait pas", "not known"), Text("sans cible chiffrée", "no target in figures")


def word_of(state: Explained) -> Text:
    """A state in two words, the same as on its page: what is over is reached or not, what runs is on its path or behind."""
    if not state.standings:
        return NO_TARGET
    if state.answer is Answer.YES:
        return REACHED if all(one.is_reached is Answer.YES for one in state.standings) else ON_PATH
    if state.answer is Answer.NO:
        return NOT_REACHED if any(one.is_past and one.answer is Answer.NO for one in state.standings) else BEHIND
    return NOT_KNOWN


def overview_of(now: Situation) -> Overview:
    """The indicators of the whole strategy that have a target, each on its own way; never averaged."""
    rows = tuple(_way(one) for one in now.headlines if one.sheet.targets)
    return Overview(f"{now.held.row.pk}-overview", TITLE, rows)


def _way(one: Seen) -> Way:
    last = one.state.standings[-1]
    return Way(one.sheet.code, one.sheet.title, last.progress, tone_of(one.state), word_of(one.state), last.elapsed)

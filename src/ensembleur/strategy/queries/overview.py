"""How far a strategy is on each of its own promises, side by side: what its overview chart is drawn from."""

from __future__ import annotations

from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine.charts.content import Overview, Way
from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.queries.states import Seen, Situation

TITLE = Text("Le chemin parcouru vers chaque cible de la stratégie", "How far each target of the strategy is")
WORDS = {
    Answer.YES: ("yes", Text("sur sa trajectoire", "on its path")),
    Answer.NO: ("no", Text("en retard", "behind")),
    Answer.UNKNOWN: ("unknown", Text("on ne sait pas", "not known")),
}


def overview_of(now: Situation) -> Overview:
    """The indicators of the whole strategy that have a target, each on its own way; never averaged."""
    rows = tuple(_way(one) for one in now.headlines if one.sheet.targets)
    return Overview(f"{now.held.row.pk}-overview", TITLE, rows)


def _way(one: Seen) -> Way:
    tone, word = WORDS[one.state.answer]
    last = one.state.standings[-1]
    return Way(one.sheet.code, one.sheet.title, last.progress, tone, word, last.elapsed)

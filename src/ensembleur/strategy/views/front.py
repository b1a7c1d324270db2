"""What the front page says of the current strategy: three figures, each with how it is known and of which day."""

from __future__ import annotations

from datetime import date
from typing import Any

from ensembleur.strategy.engine.content import Label
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.queries.content import current_strategy
from ensembleur.strategy.queries.states import Seen, situation
from ensembleur.strategy.views import cards, words

COUNT = 3


def front_figures(*, as_of: date) -> list[dict[str, Any]]:
    """Three figures of the region and of the whole strategy, what is measured before what texts say; none when fewer are known.

    An invented strategy has nothing to say on the front page, and a zero would say more of the platform's age than of industry.
    """
    held = current_strategy()
    if held is None or held.row.is_fictional:
        return []
    lang = words.lang()
    codes = [sheet.code for sheet in (*held.content.context, *held.content.root.indicators)]
    now = situation(held, as_of=as_of, lang=lang, codes=codes, whole=False)
    known = [one for one in (*now.context, *now.headlines) if one.value]
    known.sort(key=lambda one: one.main is None or one.main.origin == "text")
    return [_figure(one, lang) for one in known[:COUNT]] if len(known) >= COUNT else []


def _figure(one: Seen, lang: str) -> dict[str, Any]:
    value, unit = cards.main_value(one, lang), one.sheet.unit.into(lang)
    return {
        "value": value.shown.removesuffix(unit).strip() if len(unit) > 1 else value.shown,  # the title says what is counted
        "label": one.sheet.title.into(lang),
        "source": label_word(Label(value.label), lang).capitalize(),
        "date": value.as_of,
    }

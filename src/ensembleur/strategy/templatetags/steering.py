"""How a value is known, how far it is from its target, how fresh it is: the same marks on every page of the strategy."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ensembleur.strategy.engine.content import Label
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.views import words

register = template.Library()


@register.simple_tag
def known_as(label: str) -> SafeString:
    """How a value is known, in one word with its mark: {% known_as "declared" %}; nothing for an empty label."""
    return _known_as(label, "en" if get_language() == "en" else "fr") if label else SafeString("")


@lru_cache(maxsize=32)
def _known_as(label: str, lang: str) -> SafeString:
    known = Label(label)
    context = {"label": label, "word": label_word(known, lang), "means": words.label_means(known)}
    return render_to_string("strategy/parts/known_as.html", context)


@register.simple_tag
def way(bar: Decimal | None, mark: Decimal | None, badge: str, says: str) -> SafeString:
    """A bar from the start to the target, and a mark where the value was expected: both 0–100; `says` is the same in words."""
    context = {"bar": _plain(bar), "mark": _plain(mark), "badge": badge, "says": says}
    return render_to_string("strategy/parts/way.html", context)


@register.filter
def sources_of(quotes: Iterable[Any]) -> list[Any]:
    """The documents of these quotes, each once, in order."""
    return list({one.source.title: one.source for one in quotes if one.source is not None}.values())


def _plain(part: Decimal | None) -> str:
    """A number as SVG writes it, whatever the language of the page."""
    return "" if part is None else f"{part.normalize():f}"

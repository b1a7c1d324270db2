"""`ensembleur strategy`: the measures of the strategies, their values, their targets, and how fresh they are."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ensembleur.errors import BadInput
from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine.content import Label
from ensembleur.strategy.engine.content import Node as Part
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.wording import show_amount
from ensembleur.strategy.queries.content import Held, held_strategies
from ensembleur.strategy.queries.states import Seen, Situation, situation

MARKS = {Answer.YES: "✓", Answer.NO: "✗", Answer.UNKNOWN: "?"}


class Command(BaseCommand):
    """Where the measures stand."""

    help = "Where each measure stands on a day: value, how it is known, target, freshness, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day, one code, the form of the answer."""
        parser.add_argument("--as-of", default=None, help="the day, YYYY-MM-DD; today when absent")
        parser.add_argument("--code", default="", help="one challenge, objective or measure (M1)")
        parser.add_argument("--strategy", default="", help="one strategy; every one that is followed when absent")
        parser.add_argument("--lang", choices=["fr", "en"], default="fr")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, as_of: str | None, code: str, strategy: str, lang: str, as_json: bool, **options: Any) -> None:
        """Print the measures, or one JSON object."""
        day = parse_day(as_of)
        found = [situation(held, as_of=day, lang=lang) for held in chosen(strategy, code)]
        parts = [
            (one, part)
            for one in found
            for part in (one.held.content.nodes() if code else one.measures)
            if not code or part.code.casefold() == code.casefold()
        ]
        if code and not parts:
            raise BadInput(
                "unknown_code", f"« {code} » n'est le code d'aucune partie d'une stratégie chargée : essayez M1, ou O1."
            )
        if as_json:
            answer = {
                "as_of": day.isoformat(),
                "strategies": sorted({one.held.row.pk for one, _part in parts}),
                "measures": [as_data(one, part) for one, part in parts],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        for one, part in parts:
            mark = MARKS[one.state(part).answer]
            self.stdout.write(f"{mark} {part.code:<5} {part.title.into(lang)}  [{one.held.row.pk}]")
            for seen in one.of(part):
                self.stdout.write(f"      {line_of(seen, lang)}")


def chosen(slug: str, code: str) -> list[Held]:
    """The strategies asked for: the one named, else those that are followed and not invented; history too when a code is asked.

    Raises BadInput when none is loaded or none has that name.
    """
    held = held_strategies()
    if not held:
        raise BadInput("no_strategy", "Aucune stratégie n'est chargée : lancez « ensembleur load_strategy ».")
    if slug:
        named = [one for one in held if one.row.pk == slug]
        if not named:
            known = ", ".join(one.row.pk for one in held)
            raise BadInput("unknown_strategy", f"La stratégie « {slug} » n'existe pas ; celles qui existent : {known}.")
        return named
    real = [one for one in held if not one.row.is_fictional] or held
    return real if code else [one for one in real if one.is_followed] or real


def parse_day(text: str | None) -> date:
    """The day typed, or today. Raises BadInput."""
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("not_a_day", f"« {text} » n'est pas une date : écrivez par exemple 2026-11-21.") from error


def as_data(on: Situation, part: Part) -> dict[str, Any]:
    """A part in the stable form."""
    told = on.state(part)
    return {
        "strategy": on.held.row.pk,
        "code": part.code,
        "kind": part.kind.value,
        "title": part.title.into(on.lang),
        "state": told.answer.name.lower(),
        "says": told.says,
        "missing": list(told.missing),
        "indicators": [indicator_data(seen, on.lang) for seen in on.of(part)],
    }


def indicator_data(seen: Seen, lang: str) -> dict[str, Any]:
    """An indicator in the stable form: a value that nobody knows is null, never zero."""
    main, sheet = seen.main, seen.sheet
    target = sheet.targets[-1] if sheet.targets else None
    return {
        "code": sheet.code,
        "title": sheet.title.into(lang),
        "unit": sheet.unit.into(lang),
        "value": None if seen.value is None else float(seen.value),
        "hidden": seen.is_hidden,
        "label": main.label if main else None,
        "origin": main.origin if main else None,
        "as_of": main.as_of.isoformat() if main else None,
        "target": None
        if target is None
        else {
            "value": float(target.value),
            "due": target.due.isoformat(),
            "statements": [{"value": float(said.value), "sentence": said.citation.sentence} for said in target.statements],
        },
        "state": seen.state.answer.name.lower(),
        "says": seen.state.says,
        "freshness": seen.fresh.state.value,
        "due_on": seen.fresh.due_on.isoformat() if seen.fresh.due_on else None,
    }


def line_of(seen: Seen, lang: str) -> str:
    """An indicator on one line."""
    main, sheet = seen.main, seen.sheet
    if main is None:
        value = "non mesuré" if lang == "fr" else "not measured"
    elif seen.is_hidden:
        value = "s"
    elif main.value is None:
        value = "inconnu" if lang == "fr" else "unknown"
    else:
        shown = show_amount(main.value.normalize(), sheet.unit, lang)
        value = f"{shown} ({label_word(Label(main.label), lang)}, {main.as_of.isoformat()})"
    return f"{sheet.code} : {value} — {seen.state.says}"

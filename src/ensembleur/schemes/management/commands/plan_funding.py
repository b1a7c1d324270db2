"""`ensembleur plan_funding FILE.json`: who pays what, exactly, what binds, and what one by one would give."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ensembleur.errors import BadInput
from ensembleur.money import show_euros
from ensembleur.schemes.catalogue.loader import scheme_faults
from ensembleur.schemes.engine.funding.compose import Funding, Side, compose
from ensembleur.schemes.engine.funding.contract import as_json as plain
from ensembleur.schemes.engine.funding.problem import ZERO
from ensembleur.schemes.engine.funding.reading import Reading, parse_json, read_plan
from ensembleur.schemes.engine.funding.reasons import reasons_of
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.management.commands.advise import parse_day
from ensembleur.schemes.queries.facts import facts_of
from ensembleur.schemes.queries.published import company_schemes
from ensembleur.schemes.services.publishing import publish_files

MOST_BYTES = 5_000_000
WIDE = 46


class Command(BaseCommand):
    """Compose the money of a plan of actions."""

    help = "Compose the public money of a plan of actions: the exact plan, what binds, and the one-by-one plan beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the day, and the form of the answer."""
        parser.add_argument("file", type=Path, help="a JSON file, see docs/data-formats.md")
        parser.add_argument("--as-of", default=None, help="the day of the rules, YYYY-MM-DD; the file's, or today, when absent")
        parser.add_argument("--lang", choices=["fr", "en"], default="fr")
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--seconds", type=float, default=10.0, help="the most each search may take")

    def handle(self, *, file: Path, as_of: str | None, lang: str, as_json: bool, seconds: float, **options: Any) -> None:
        """Print the plan, or one JSON object."""
        data = parse_json(read_text(file))
        if as_of is not None and isinstance(data, dict):
            data["as_of"] = parse_day(as_of).isoformat()
        reading = read_plan(data, as_of=timezone.localdate())
        if reading.only is None and not company_schemes():
            publish_files(by="command:plan_funding", now=timezone.now())
        schemes = checked(reading)
        if reading.siret:
            reading = reading.with_facts(facts_of(reading.siret, as_of=reading.request.as_of, system=True))
        with quiet_output():
            funding = compose(reading.request, schemes, lang=lang, seconds=seconds)
        if as_json:
            self.stdout.write(json.dumps(plain(funding), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(told(funding, lang))


def read_text(file: Path) -> str:
    """The text of the file. Raises BadInput."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadInput(
                "file_too_big", f"{file} dépasse {MOST_BYTES // 1_000_000} Mo : un plan de financement tient en bien moins."
            )
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput("no_file", f"{file} : le fichier ne se lit pas ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise BadInput("not_text", f"{file} : le fichier n'est pas du texte UTF-8.") from error


def checked(reading: Reading) -> tuple[Scheme, ...]:
    """The schemes to compose with, those written in the file checked as the catalogue's are. Raises BadInput."""
    schemes = reading.schemes(company_schemes())
    for scheme in reading.added:
        for says in scheme_faults(scheme, known={one.id for one in (*company_schemes(), *schemes)}):
            raise BadInput("bad_rule", f"schemes : {says}.")
    return schemes


@contextlib.contextmanager
def quiet_output() -> Iterator[None]:
    """What the solver's own library prints goes to standard error: standard output belongs to the answer."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)


# -- for a reader ------------------------------------------------------------------------------------------------------


def told(funding: Funding, lang: str) -> str:
    """The plan as a text to read."""
    words = ENGLISH if lang == "en" else FRENCH
    parts = [_side(funding, funding.certain, words["certain"], words, lang)]
    if funding.possible.plan.total_eur > funding.certain.plan.total_eur:
        parts.append(_side(funding, funding.possible, words["possible"], words, lang))
    lines = [words["binds"]]
    for bind in funding.binds:
        alone = f" ({words['alone']} +{show_euros(bind.alone_eur, lang)})" if bind.alone_eur is not None else ""
        lines.append(f"  {show_euros(bind.eur, lang):>16}  {bind.says.in_(lang)}{alone}")
    lines.append(f"  {show_euros(funding.shares_eur, lang):>16}  {words['not_obtained']}")
    parts.append("\n".join(lines))
    if funding.caps:
        met = [f"  {show_euros(cap.alone_eur, lang):>16}  {cap.says.in_(lang)}" for cap in funding.caps]
        parts.append("\n".join([words["caps"], *met]))
    if funding.asks:
        asked = [
            f"  {show_euros(ask.eur, lang):>16}  {_asked(ask.fact, lang)} ({', '.join(ask.schemes)})" for ask in funding.asks
        ]
        parts.append("\n".join([words["asks"], *asked]))
    if funding.beside:
        beside = sorted(
            {f"  {choice.verdict.title} : {choice.verdict.headline or words['no_figure']}" for choice in funding.beside}
        )
        parts.append("\n".join([words["beside"], *beside]))
    return "\n\n".join(parts)


def _asked(fact: str, lang: str) -> str:
    """What to find out, in words, with the key to write in the file."""
    known = VOCABULARY.get(fact)
    return f"{known.label.in_(lang)} [{fact}]" if known is not None else fact


def _side(funding: Funding, side: Side, title: str, words: dict[str, str], lang: str) -> str:
    plan, received = side.plan, side.plan.by_action()
    reasons = reasons_of(side.problem, plan)
    total, cost = show_euros(plan.total_eur, lang), show_euros(funding.cost_eur, lang)
    proof = words["proved"] if plan.is_proved else f"{words['bound']} {show_euros(plan.bound_eur or ZERO, lang)}"
    lines = [f"{title} : {total} / {cost} — {proof}"]
    for action in side.problem.actions:
        got = received.get(action.id, ZERO)
        lines.append(f"  {action.title[:WIDE]:<{WIDE}} {show_euros(action.cost_eur, lang):>16}")
        for payment in plan.of(action.id):
            name = funding.choice(action.id, payment.scheme).verdict.title
            why = reasons[payment.action, payment.scheme].in_(lang)
            lines.append(f"    {name[: WIDE - 2]:<{WIDE - 2}} {show_euros(payment.eur, lang):>16}  {why}")
        lines.append(f"    {words['own']:<{WIDE - 2}} {show_euros(action.cost_eur - got, lang):>16}")
    for scheme, eur in sorted(plan.by_scheme().items(), key=lambda row: -row[1]):
        lines.append(f"  = {side.problem.title(scheme).in_(lang)[: WIDE - 2]:<{WIDE - 2}} {show_euros(eur, lang):>16}")
    lines.append(f"  {words['greedy']} {show_euros(side.greedy.total_eur, lang)}")
    return "\n".join(lines)


FRENCH = {
    "certain": "CERTAIN si les dossiers sont acceptés",
    "possible": "POSSIBLE, avec ce qui reste à confirmer",
    "proved": "prouvé : aucun plan ne rapporte un centime de plus",
    "bound": "meilleur plan trouvé à temps ; aucun ne dépasse",
    "own": "à la charge de l'entreprise",
    "greedy": "une par une, la plus grosse d'abord :",
    "binds": "CE QUI MANQUE, règle par règle",
    "alone": "levée seule :",
    "not_obtained": "en tout, le coût moins ce qui est certain",
    "caps": "CE QUE RAPPORTERAIT chaque règle du plan certain, levée seule",
    "asks": "À DEMANDER pour confirmer",
    "beside": "À CÔTÉ, jamais additionné (à rembourser, ou sans chiffre)",
    "no_figure": "montant non chiffré",
}
ENGLISH = {
    "certain": "CERTAIN if the files are accepted",
    "possible": "POSSIBLE, with what is still to be confirmed",
    "proved": "proved: no plan brings one cent more",
    "bound": "best plan found in time; none exceeds",
    "own": "left to the company",
    "greedy": "one by one, the biggest first:",
    "binds": "WHAT IS MISSING, rule by rule",
    "alone": "lifted alone:",
    "not_obtained": "in all, the cost less what is certain",
    "caps": "WHAT WOULD BE GAINED by lifting alone each rule the certain plan meets",
    "asks": "TO ASK in order to confirm",
    "beside": "BESIDE, never added (to be paid back, or without a figure)",
    "no_figure": "no figure",
}

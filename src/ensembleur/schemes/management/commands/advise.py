"""`ensembleur advise SIRET`: every scheme, its verdict and why."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ensembleur import codes
from ensembleur.errors import BadInput
from ensembleur.logic.answers import Reason
from ensembleur.logic.facts import Fact
from ensembleur.schemes.engine.encoding import fact_key, parse_text
from ensembleur.schemes.engine.question import next_question
from ensembleur.schemes.engine.verdict import Verdict, advise
from ensembleur.schemes.queries.facts import facts_of
from ensembleur.schemes.queries.published import company_schemes
from ensembleur.schemes.services.publishing import publish_files
from ensembleur.sources import Evidence, Source

MARKS = {"yes": "✓ oui", "unknown": "? à vérifier", "no": "✗ non", "not_open": "· fermé"}


class Command(BaseCommand):
    """Explain every published scheme for one establishment of the register."""

    help = "Explain every scheme for one establishment: verdict, reasons, missing facts, amounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """SIRET, the day, facts, and the form of the answer."""
        parser.add_argument("siret", help="fourteen digits")
        parser.add_argument("--as-of", default=None, help="the day of the rules, YYYY-MM-DD; today when absent")
        parser.add_argument("--fact", action="append", default=[], metavar="KEY=VALUE", help="a fact, see `ensembleur facts`")
        parser.add_argument("--lang", choices=["fr", "en"], default="fr")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, siret: str, as_of: str | None, fact: list[str], lang: str, as_json: bool, **options: Any) -> None:
        """Print the verdicts, or one JSON object."""
        siret = codes.siret(siret)
        day = parse_day(as_of)
        if not company_schemes():
            publish_files(by="command:advise", now=timezone.now())
        typed = typed_facts(fact, day)
        facts = facts_of(siret, as_of=day, session_facts=typed, system=True)
        schemes = company_schemes()
        verdicts = advise(schemes, facts, as_of=day, lang=lang)
        question = next_question(schemes, facts, as_of=day, lang=lang)
        if as_json:
            answer = {
                "siret": siret,
                "as_of": day.isoformat(),
                "verdicts": [verdict.as_json() for verdict in verdicts],
                "next_question": question.as_json() if question else None,
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        for verdict in verdicts:
            self.stdout.write(self.lines_of(verdict))
        if question:
            self.stdout.write(f"\n→ {question.text} ({question.why}) : --fact {question.key.key}=…")

    def lines_of(self, verdict: Verdict) -> str:
        """One scheme, its reasons below it."""
        lines = [f"{MARKS[verdict.answer]:<13} {verdict.title} — {verdict.sentence}"]
        lines += [f"    {_mark(reason)} {reason.says}" for reason in verdict.reasons]
        if verdict.formula:
            lines.append(f"    Montant : {verdict.formula}")
        return "\n".join(lines)


def _mark(reason: Reason) -> str:
    return "◇" if reason.answer is None else "✗?✓"[reason.answer.value]


def parse_day(text: str | None) -> date:
    """The day typed, or today. Raises BadInput."""
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("bad_day", f"« {text[:40]} » n'est pas une date : écrivez-la comme 2026-11-21.") from None


def typed_facts(pairs: list[str], day: date) -> dict[str, Fact]:
    """The facts typed as KEY=VALUE, declared that day. Raises BadInput naming the pair."""
    facts = {}
    for pair in pairs:
        key, equal, text = pair.partition("=")
        if not equal:
            raise BadInput("bad_fact", f"« {pair[:60]} » n'est pas un fait : écrivez clé=valeur, par exemple headcount=34.")
        known = fact_key(key.strip())
        source = Source(title="Donné sur la ligne de commande", as_of=day)
        facts[known.key] = Fact(parse_text(known.key, known.kind, text), day, source, Evidence.DECLARED)
    return facts

"""`ensembleur prospect SCHEME`: whom to call about an aid or a measure, and why."""

from __future__ import annotations

import csv
import io
import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console

from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.forms import DEPARTEMENTS
from ensembleur.journeys.queries.prospecting import Filters, Line
from ensembleur.journeys.queries.prospects import subject_of
from ensembleur.journeys.services.prospecting import LINES_PER_EXPORT, Exported, export_prospects
from ensembleur.logic.answers import Answer, Reason
from ensembleur.schemes.engine.verdict import reason_json
from ensembleur.schemes.management.commands.advise import parse_day
from ensembleur.schemes.queries.published import published_schemes
from ensembleur.schemes.services.publishing import publish_files
from ensembleur.territory.queries.register import register_frame
from ensembleur.web.formats import harmless

BY = "command:prospect"
MARKS = {"yes": "✓ certainement", "unknown": "? peut-être"}
SIGNS = {Answer.YES: "✓", Answer.UNKNOWN: "?", Answer.NO: "✗"}
HEADS = (
    "siren",
    "siret",
    "name",
    "commune",
    "departement",
    "answer",
    "sites",
    "scheme",
    "sentence",
    "ask",
    "reasons",
    "in_journey",
)


class Command(BaseCommand):
    """List the companies to call, over the whole region."""

    help = "Whom to call about an aid or a measure, and why; journaled, capped, without who opposed or may not be diffused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The subject, what to keep, and where to write."""
        parser.add_argument("subject", metavar="SCHEME", help="a scheme's or a measure's identifier")
        parser.add_argument("--certain", action="store_true", help="only the companies the rules certainly accept")
        parser.add_argument("--limit", type=int, default=None, help=f"lines wanted, {LINES_PER_EXPORT} at most")
        parser.add_argument("--departement", default="", help="two digits, such as 95")
        parser.add_argument("--as-of", default=None, help="the day of the rules, YYYY-MM-DD; today when absent")
        parser.add_argument("--out", type=Path, default=None, help="a .csv or .json file to write, instead of the screen")
        parser.add_argument("--lang", choices=["fr", "en"], default="fr")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, subject: str, out: Path | None, as_json: bool, lang: str, **options: Any) -> None:
        """Print or write the list, then how many lines and what was left out."""
        day, limit = parse_day(options["as_of"]), _limit(options["limit"])
        if options["departement"] and options["departement"] not in dict(DEPARTEMENTS[1:]):
            raise BadInput(
                "bad_departement", f"--departement {options['departement']} : donnez un département de la région, par exemple 95."
            )
        _check_out(out)
        if not published_schemes():
            publish_files(by=BY, now=timezone.now())
        held = subject_of(subject, lang=lang)
        with Console(stderr=True).status("Registre, règles et faits déclarés…"):
            if register_frame().is_empty():
                raise Refused(
                    "empty_register", "Le registre est vide : lancez d'abord `ensembleur import_sirene` ou `ensembleur demo`."
                )
            done = export_prospects(
                subject=held,
                filters=Filters(departement=options["departement"], certain_only=options["certain"]),
                by=BY,
                now=timezone.now(),
                as_of=day,
                lang=lang,
                limit=limit,
            )
        as_json = as_json or (out is not None and out.suffix == ".json")
        text = as_text(done, day, as_json=as_json, as_csv=out is not None and not as_json)
        if out is None:
            self.stdout.write(text)
        else:
            partial = out.with_name(f".{out.name}.partial")
            partial.write_text(text, encoding="utf-8-sig" if out.suffix == ".csv" else "utf-8")
            partial.replace(out)
        tail = f" · {done.left} autre{'s' if done.left > 1 else ''} ensuite" if done.left else ""
        count = len(done.lines)
        self.stderr.write(f"{count} entreprise{'s' if count > 1 else ''}{tail} · inscrit au journal sous {BY}")


def as_text(done: Exported, day: date, *, as_json: bool, as_csv: bool) -> str:
    """The list in the form asked."""
    if as_json:
        lines = [line_json(line) for line in done.lines]
        found = {
            "subject": done.subject.id,
            "kind": done.subject.kind,
            "as_of": day.isoformat(),
            "left": done.left,
            "lines": lines,
        }
        return json.dumps(found, ensure_ascii=False, indent=2)
    if as_csv:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=";")
        writer.writerow(HEADS)
        for line in done.lines:
            known = line_json(line)
            known["reasons"] = " | ".join(reason["says"] for reason in known["reasons"])
            writer.writerow([harmless(known[head]) for head in HEADS])
        return buffer.getvalue()
    return "\n".join(words_of(line) for line in done.lines)


def line_json(line: Line) -> dict[str, Any]:
    """One company: the stable contract of the command."""
    view, verdict = line.view, line.verdict
    return {
        "siren": view.siren,
        "siret": view.siret,
        "name": view.title,
        "commune": view.commune_name,
        "departement": view.departement,
        "answer": verdict.answer,
        "sites": line.sites,
        "scheme": verdict.scheme.id,
        "sentence": verdict.sentence,
        "ask": line.ask,
        "missing": list(verdict.missing),
        "amount_eur": verdict.amount.as_json() if verdict.amount is not None else None,
        "reasons": [reason_json(reason) for reason in verdict.reasons],
        "last_contact_at": line.contact.at.isoformat() if line.contact else None,
        "last_outcome": line.contact.outcome if line.contact else None,
        "in_journey": line.in_journey,
    }


def words_of(line: Line) -> str:
    """One company, its reasons below it."""
    view, verdict = line.view, line.verdict
    place = f", {view.commune_name} ({view.departement})" if view.commune_name else ""
    lines = [f"{MARKS[verdict.answer]:<15} {view.title} · {view.siret}{place} — {verdict.sentence}"]
    lines += [f"    {_mark(reason)} {reason.says}" for reason in verdict.reasons]
    if line.ask:
        lines.append(f"    → {line.ask}")
    return "\n".join(lines)


def _mark(reason: Reason) -> str:
    return SIGNS.get(reason.answer, "·") if reason.answer is not None else "·"


def _limit(wanted: int | None) -> int:
    if wanted is None:
        return LINES_PER_EXPORT
    if not 1 <= wanted <= LINES_PER_EXPORT:
        raise BadInput("bad_limit", f"--limit {wanted} : de 1 à {LINES_PER_EXPORT} lignes, le plafond d'une liste.")
    return wanted


def _check_out(out: Path | None) -> None:
    if out is None:
        return
    if out.suffix not in (".csv", ".json"):
        raise BadInput("bad_out", f"--out {out.name} : le fichier doit finir par .csv ou .json.")
    if not out.parent.is_dir():
        raise BadInput("bad_out", f"--out {out} : le dossier {out.parent} n'existe pas, créez-le d'abord.")

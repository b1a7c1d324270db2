"""The report as data: one deterministic ZIP of CSV tables, JSON, the drawings' specifications and a page of explanation."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.report.content import PlaceTable, Report, as_json, manifest
from ensembleur.strategy.engine.report.telling import told
from ensembleur.strategy.engine.writing import HIDDEN_MARK

Rows = Iterable[Sequence[Any]]
OWNER_READS = 0o644 << 16


def render_package(report: Report) -> bytes:
    """The ZIP: the same bytes for the same report; every file is dated of the report's day."""
    files = package_files(report)
    on = report.identity.generated_for
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (max(on.year, 1980), on.month, on.day, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, OWNER_READS, 3
            archive.writestr(entry, files[name])
    return made.getvalue()


def package_files(report: Report) -> dict[str, bytes]:
    """What the package holds, by name; SHA256SUMS lists all the others."""
    files = {
        "report.json": _json({**manifest(report), "report": as_json(report)}),
        "indicators.csv": _csv(INDICATORS, _indicators(report)),
        "series.csv": _csv(SERIES, _series(report)),
        "money.csv": _csv(MONEY, _money(report)),
        "territories.csv": _csv(TERRITORIES, _territories(report)),
        "measures.csv": _csv(MEASURES, _measures(report)),
        "eu_indicators.csv": _csv(EU, _eu(report)),
        "changes.csv": _csv(CHANGES, _changes(report)),
        "data_quality.csv": _csv(QUALITY, _quality(report)),
        "README.fr.md": _readme(report, "fr").encode(),
        "README.en.md": _readme(report, "en").encode(),
    }
    for lang in ("fr", "en"):
        for code, drawing in told(report, lang).charts.items():
            files[f"charts/{code}.{lang}.vl.json"] = _json(drawing.spec)
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return files | {"SHA256SUMS": sums.encode()}


# -- tables: codes and both languages, exact numbers, ISO days ---------------------------------------------------------
INDICATORS = (
    *("measure", "code", "title_fr", "title_en", "value", "unit_fr", "label", "as_of", "baseline", "target", "due"),
    *("progress", "expected", "state_fr", "state_en", "is_stale", "needs_fr", "hidden_reason"),
)
SERIES = ("measure", "series", "kind", "day", "value", "label")
MONEY = ("measure", "fund", "year", "programmed_eur", "voted_eur", "committed_eur", "paid_eur")
TERRITORIES = ("measure", "territory", "name", "column_fr", "column_en", "unit_fr", "label", "value", "hidden_reason")
MEASURES = ("code", "title_fr", "title_en", "parent_fr", "owner", "state_fr", "state_en", "rule_fr", "next_step_fr", "sentence")
EU = ("code", "verified", "fund", "title_fr", "title_en", "value", "unit_fr", "label", "as_of", "hidden_reason", "note_fr")
CHANGES = ("day", "code", "kind", "before_fr", "after_fr", "reason_fr", "reason_en", "decision")
QUALITY = ("kind", "code", "title_fr", "title_en", "since", "what_is_needed_fr", "what_is_needed_en")


def _indicators(report: Report) -> Rows:
    for measure, rows in (("", report.state.targets), *((sheet.code, sheet.indicators) for sheet in report.sheets)):
        for row in rows:
            figure, state = row.figure, row.standing.word
            yield (
                *(measure, row.code, row.title.fr, row.title.en, _shown(figure.value, figure.hidden), figure.unit.fr),
                *(figure.label, figure.as_of, row.baseline, row.target, row.due, row.progress, row.expected),
                *(state.fr, state.en, row.is_stale, row.needs, figure.hidden),
            )


def _series(report: Report) -> Rows:
    for sheet in report.sheets:
        for series in sheet.series:
            if series.start:
                yield sheet.code, series.code, "baseline", *series.start, ""
            for point in series.points:
                yield sheet.code, series.code, "value", point.on, point.value, point.label
            for goal in series.goals:
                yield sheet.code, series.code, "former_target" if goal.is_superseded else "target", goal.on, goal.value, ""


def _money(report: Report) -> Rows:
    for measure, money in (("", report.money), *((sheet.code, sheet.money) for sheet in report.sheets)):
        for line in money.lines if money else ():
            yield measure, line.fund, line.year, line.programmed_eur, line.voted_eur, line.committed_eur, line.paid_eur


def _territories(report: Report) -> Rows:
    for measure, table in (("", report.places), *((sheet.code, sheet.places) for sheet in report.sheets)):
        places = table or PlaceTable()
        for row in (*places.rows, *((places.total,) if places.total else ())):
            for column, cell in zip(places.columns, row.cells, strict=True):
                head = (column.title.fr, column.title.en, column.unit.fr, column.label)
                yield measure, row.code, row.name, *head, _shown(cell.value, cell.hidden), cell.hidden


def _measures(report: Report) -> Rows:
    for one in report.sheets:
        state, sentence = one.standing, one.citation.sentence if one.citation else ""
        yield (
            one.code,
            one.title.fr,
            one.title.en,
            one.parent,
            one.owner,
            state.word.fr,
            state.word.en,
            state.rule,
            one.next_step,
            sentence,
        )


def _eu(report: Report) -> Rows:
    for one in report.eu:
        figure = one.figure
        known = (_shown(figure.value, figure.hidden), figure.unit.fr, figure.label, figure.as_of, figure.hidden)
        yield one.code, one.verified, one.fund, one.title.fr, one.title.en, *known, one.note


def _changes(report: Report) -> Rows:
    for one in report.changes:
        yield one.on, one.code, one.kind, one.before, one.after, one.reason.fr, one.reason.en, one.decision


def _quality(report: Report) -> Rows:
    for one in report.issues:
        yield one.kind, one.code, one.title.fr, one.title.en, one.since, one.says.fr, one.says.en


def _shown(value: Decimal | None, hidden: str) -> Decimal | str | None:
    """A hidden value is « s », never empty and never a zero."""
    return HIDDEN_MARK if hidden else value


# -- writing -----------------------------------------------------------------------------------------------------------
def _csv(headers: Sequence[str], rows: Rows) -> bytes:
    """RFC 4180, UTF-8 with its mark so that spreadsheets read the accents."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([_field(one) for one in row] for row in rows)
    return "\ufeff".encode() + made.getvalue().encode()


def _field(value: Any) -> str:
    """Exact numbers with a point, ISO days, the French of a text; a text that a spreadsheet would run is disarmed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    text = value.fr if isinstance(value, Text) else str(getattr(value, "value", value))
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _json(thing: Any) -> bytes:
    return (json.dumps(thing, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _readme(report: Report, lang: str) -> str:
    document = told(report, lang)
    head = [
        f"# {document.title} – {document.subtitle}",
        "",
        document.region,
        "",
        document.date,
        *(("", document.notice) if document.notice else ()),
    ]
    return "\n".join((*head, "", EXPLAINED[lang]))


EXPLAINED = {
    "fr": """## Les fichiers

| Fichier | Contenu |
| --- | --- |
| `report.json` | tout le rapport, avec ce qui l'identifie |
| `measures.csv` | les mesures, leur état, leur phrase |
| `indicators.csv` | valeurs, cibles, avancement ; `measure` vide : la stratégie elle-même |
| `series.csv` | valeurs et cibles dans le temps |
| `money.csv` | montants en euros par fonds et par année ; les étapes ne s'ajoutent pas |
| `territories.csv` | tableaux par territoire |
| `eu_indicators.csv` | indicateurs communs des fonds européens |
| `changes.csv` | cibles et définitions changées dans l'année |
| `data_quality.csv` | valeurs manquantes (`missing`), périmées (`stale`), contestées (`disputed`), ou que deux textes donnent autrement (`texts`) |
| `charts/` | les dessins, en Vega-Lite |
| `SHA256SUMS` | l'empreinte de chaque fichier |

## Lire les valeurs

- `label` dit comment une valeur est connue : `programmed` programmé, `declared` déclaré, `agreed` conventionné, `paid` payé,
  `observed` constaté, `estimated` estimé. Deux valeurs de natures différentes ne s'ajoutent pas.
- « s » : valeur tenue secrète ; `hidden_reason` en donne la classe. Une case vide : personne ne connaît la valeur. Ni l'une ni
  l'autre n'est un zéro.
- Une entreprise est comptée une fois par niveau : les totaux des mesures ne s'ajoutent pas.
- Nombres avec un point, jours en ISO 8601, UTF-8.
""",
    "en": """## Files

| File | Content |
| --- | --- |
| `report.json` | the whole report, with what identifies it |
| `measures.csv` | measures, their state, their sentence |
| `indicators.csv` | values, targets, progress; empty `measure`: the strategy itself |
| `series.csv` | values and targets through time |
| `money.csv` | euros by fund and year; stages do not add up |
| `territories.csv` | tables by territory |
| `eu_indicators.csv` | common indicators of the European funds |
| `changes.csv` | targets and definitions changed in the year |
| `data_quality.csv` | values that are `missing`, `stale`, `disputed`, or given differently by two `texts` |
| `charts/` | the drawings, in Vega-Lite |
| `SHA256SUMS` | the hash of each file |

## Reading the values

- `label` says how a value is known. Values known in different ways do not add up.
- “s”: a secret value; `hidden_reason` gives its class. An empty cell: nobody knows the value. Neither is a zero.
- A company is counted once per level: totals of measures do not add up.
- Numbers with a point, ISO 8601 days, UTF-8.
""",
}

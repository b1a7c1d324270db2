"""How the report's figures are made, in words, and the fingerprints of what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ensembleur.periods import paris_day
from ensembleur.strategy.engine.alerts import RULES
from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.report.content import Hash, Paragraph
from ensembleur.strategy.engine.rollup import RULE
from ensembleur.strategy.models import BudgetLine, Decision, Dispute, Indicator, Measurement, Node, Release, Strategy
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.queries.locked import known_at

PACKAGE = Path(__file__).resolve().parents[3]
END = datetime(9999, 1, 1, tzinfo=UTC)  # no lock: everything recorded is read
VALUE = (
    *("indicator__code", "origin", "label", "period_start", "as_of", "value", "units", "seen_since"),
    *("query", "input_hash", "source", "taken_at"),
)
READ_BY = ("strategy", "secrecy", "logic", "money.py", "periods.py", "sources.py")  # what the report is made by

METHOD = (
    Paragraph(
        Text("Comment chaque valeur est connue", "How each value is known"),
        Text(
            "Programmé : décidé ou promis. Déclaré : dit par les intéressés. Conventionné : signé. Payé : versé. Constaté : vu dans les "
            "opérations ou dans un registre. Estimé : calculé par une évaluation. Deux étiquettes ne sont jamais additionnées ; quand une "
            "valeur et une cible n'ont pas la même, la phrase le dit.",
            "Programmed: decided or promised. Declared: said by those concerned. Agreed: signed. Paid: paid out. Observed: seen in operations "
            "or in a register. Estimated: computed by an evaluation. Two labels are never added up; when a value and a target do not have the "
            "same, the sentence says so.",
        ),
    ),
    Paragraph(
        Text("Comment les entreprises sont comptées", "How companies are counted"),
        Text(
            "Une entreprise compte une fois à chaque niveau, par son SIREN. Les totaux des mesures ne s'additionnent donc pas : la fiche de "
            "l'indicateur dit combien d'entreprises ses parties comptent à nouveau. Une valeur cumulée n'est jamais additionnée à une autre.",
            "A company counts once at each level, by its SIREN. The totals of the measures therefore do not add up: the sheet of the indicator "
            "says how many companies its parts count again. A cumulated value is never added to another.",
        ),
    ),
    Paragraph(
        Text("Comment l'avancement est calculé", "How progress is computed"),
        Text(
            "Avancement = (valeur − départ) / (cible − départ), dans le sens voulu. Il n'est borné que pour dessiner la barre, et n'est jamais "
            "moyenné entre indicateurs. Une mesure est sur sa trajectoire quand chacun de ses indicateurs chiffrés l'est ; ce qu'on ne sait pas "
            "n'est ni un oui ni un non.",
            "Progress = (value − baseline) / (target − baseline), in the direction wanted. It is bounded only to draw the bar, and never "
            "averaged over indicators. A measure is on its path when each of its indicators with a target is; what is not known is neither a yes "
            "nor a no.",
        ),
    ),
    Paragraph(
        Text("Ce qui ne bouge plus", "What no longer moves"),
        Text(
            "Une mesure prise n'est jamais modifiée : une ligne nouvelle la remplace et dit pourquoi. Une période verrouillée ne reçoit plus "
            "rien : une opération enregistrée après coup change les jours qui suivent, pas elle. Le rapport d'un jour verrouillé ne lit que "
            "l'argent, les contestations, les décisions et les tableaux enregistrés avant le verrou.",
            "A measurement is never changed: a new line replaces it and says why. A locked period receives nothing more: an operation recorded "
            "afterwards changes the days that follow, not the period. The report of a locked day reads only the money, disputes, decisions "
            "and tables recorded before the lock.",
        ),
    ),
    Paragraph(
        Text("Secret statistique", "Statistical secrecy"),
        Text(
            "Une case portée par moins de trois entreprises, ou moins de onze personnes, ou dont une seule pèse plus de 85 %, est cachée (s), "
            "ainsi que celles qui permettraient de la retrouver. Les tableaux sont figés à leur diffusion, une fois par trimestre.",
            "A cell held by fewer than three companies, or fewer than eleven persons, or of which one holds more than 85%, is hidden (s), as are "
            "those that would give it back. Tables are frozen when released, once a quarter.",
        ),
    ),
)


def method() -> tuple[Paragraph, ...]:
    """The paragraphs, with the rules of the alerts and of the money as the engines state them."""
    rules = Text(" ".join(rule.says("fr") for rule in RULES), " ".join(rule.says("en") for rule in RULES))
    return (
        *METHOD,
        Paragraph(Text("Quand une alerte est levée", "When an alert is raised"), rules),
        Paragraph(Text("Comment l'argent est compté", "How money is counted"), RULE),
    )


def hashes(held: Held, as_of: date) -> tuple[Hash, ...]:
    """The fingerprint of each kind of record a report of that day reads, as known when the day was locked; nine queries."""
    strategy, at = held.row, known_at(held, as_of)
    versions = strategy.versions.filter(number__lte=held.version)
    values = Measurement.objects.standing().known_on(as_of).filter(indicator__strategy=strategy)
    tables = Release.objects.known_at(at).filter(strategy=strategy, as_of__lte=as_of)
    decisions = Decision.objects.filter(
        node__strategy=strategy, is_public=True, decided_on__lte=as_of, recorded_at__lte=at or END
    )
    kinds: tuple[tuple[str, Iterable[Any]], ...] = (
        ("strategie", versions.values_list("number", "content_hash", "reason")),
        ("valeurs", values.values_list(*VALUE)),
        ("argent", _money(strategy, at)),
        ("tableaux", tables.values_list("table", "as_of", "raw_hash", "rules", "released_at")),
        ("decisions", decisions.values_list("node__code", "decided_on", "text")),
        ("contestations", _disputes(strategy, at)),
        ("retraits", _retired(strategy, at)),
    )
    return tuple(
        Hash(name, _sha(sorted(json.dumps(row, default=str, ensure_ascii=False) for row in rows))) for name, rows in kinds
    )


def _money(strategy: Strategy, at: datetime | None) -> Iterator[tuple[Any, ...]]:
    """Every line, those taken back included, with the day they were."""
    lines = BudgetLine.objects.filter(node__strategy=strategy, recorded_at__lte=at or END)
    columns = ("node__code", "year", "fund", "stage", "amount_eur", "decision", "note", "origin", "recorded_at", "withdrawn_at")
    for *said, withdrawn_at in lines.values_list(*columns):
        yield *said, _by_then(withdrawn_at, at)


def _disputes(strategy: Strategy, at: datetime | None) -> Iterator[tuple[Any, ...]]:
    disputes = Dispute.objects.filter(measurement__indicator__strategy=strategy, raised_at__lte=at or END)
    for code, raised_at, settled_at in disputes.values_list("measurement__indicator__code", "raised_at", "settled_at"):
        yield code, paris_day(raised_at), _by_then(settled_at, at)


def _retired(strategy: Strategy, at: datetime | None) -> Iterator[tuple[Any, ...]]:
    """What is no longer followed; a locked day reads what its own version of the file followed, and nothing of this."""
    if at is not None:
        return
    for rows in (Node.objects.filter(strategy=strategy), Indicator.objects.filter(strategy=strategy)):
        for code, retired_at in rows.filter(retired_at__isnull=False).values_list("code", "retired_at"):
            yield code, paris_day(retired_at)


def _by_then(moment: datetime | None, at: datetime | None) -> date | None:
    """The day of what had happened by the lock; None of what came later."""
    return None if moment is None or (at is not None and moment > at) else paris_day(moment)


def data_hash(found: tuple[Hash, ...]) -> str:
    """One fingerprint for all the data."""
    return _sha([f"{one.name}:{one.sha256}" for one in found])


@lru_cache(maxsize=1)
def code_hash() -> str:
    """The fingerprint of the program: the files that compute and draw the report."""
    files = [
        path
        for name in READ_BY
        for path in ([PACKAGE / name] if name.endswith(".py") else (PACKAGE / name).rglob("*"))
        if path.suffix in (".py", ".typ")
    ]
    said = [f"{path.relative_to(PACKAGE)}:{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in sorted(files)]
    return _sha(said)


def _sha(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()

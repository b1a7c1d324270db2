"""Every indicator of the shipped strategies at one date, over 45,000 establishments and 20,000 files; the ORM, one by one, beside it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.results import table, write_section
from tests.machine import postgres_folder, private_postgres

ESTABLISHMENTS, FILES, PATHS = 45_000, 20_000, 12_000
ENROLLED, DIAGNOSES, NEEDS, REVIEWS = 600, 5_000, 8_000, 1_000
AS_OF, OPENED = date(2026, 11, 20), date(2022, 1, 3)
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
FRAME = "accompagnement-500"
SCHEMES = ("pm-up", "tp-up", "innov-up", "pm-up-jeunes-pousses", "fonds-idf-decarbonation", "diag-decarbon-action")
RUNS, TARGET = 5, 5
ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Each database in a process of its own with a new home; then the section of RESULTS.md."""
    rows, notes = [], []
    with tempfile.TemporaryDirectory(prefix="ensembleur-bench-") as folder:
        for name, told in measured(Path(folder)):
            rows += [[name, *line[1:]] for line in told if line[0] == "case"]
            notes += [f"{name}: {line[1]}." for line in told if line[0] == "note"]
    body = table(["database", "what", "best, s", "median, s", "worst, s", "of which computing, s", "queries"], rows)
    note = (
        f"{ESTABLISHMENTS:,} open establishments, {FILES:,} files of {PATHS:,} paths, {ENROLLED} companies in a programme, {DIAGNOSES:,} diagnoses, "
        f"{NEEDS:,} needs, {REVIEWS:,} reviews; every indicator of the shipped strategies as of {AS_OF:%d %B %Y}, {RUNS} runs in one process, the first one cold. "
        "*Plain ORM*: one aggregate query an indicator, its value only: no breakdown by place, sector, size and scheme, no seal, no union, no median. "
        f"Load of the machine at the end {os.getloadavg()[0]:.1f}."
    )
    write_section("measuring", f"All indicators at one date (target: {TARGET} s)", "\n\n".join([body, note, *notes]))


def measured(folder: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Database → the lines its process printed."""
    yield "SQLite", process(folder / "sqlite", "")
    if postgres_folder() is not None:
        with private_postgres(folder) as url:
            yield "PostgreSQL", process(folder / "pg", url)


def process(home: Path, url: str) -> list[list[str]]:
    """The lines of one database."""
    home.mkdir()
    environment = {
        **os.environ,
        "ENSEMBLEUR_HOME": str(home),
        "SECRET_KEY": "bench",
        "DJANGO_SETTINGS_MODULE": "ensembleur.settings",
    }
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "benchmarks.measuring", "--inside"]
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return [line.split("\t") for line in told.stdout.splitlines() if line.startswith(("case\t", "note\t"))]


def inside() -> None:
    """Fill the database, measure, ask the ORM the same, compare."""
    import django

    django.setup()
    from django.core.management import call_command

    from ensembleur.schemes.services.publishing import publish_files
    from ensembleur.strategy.catalogue.loader import FILES as FOLDER
    from ensembleur.strategy.catalogue.loader import read_file
    from ensembleur.strategy.services.loading import load_strategy
    from ensembleur.strategy.services.measuring import take_measurements
    from ensembleur.territory.services import demo

    call_command("migrate", verbosity=0)
    demo.refresh_index = lambda: None  # the search index is measured elsewhere
    demo.populate_territory(seed=7, today=AS_OF, establishments=ESTABLISHMENTS)
    publish_files(by="command:bench", now=NOW)
    populate(random.Random(11))
    for path in sorted(FOLDER.glob("*.yaml")):
        load_strategy(data=read_file(path), by="command:bench", now=NOW)

    def take(dry_run: bool) -> Any:
        return take_measurements(as_of=AS_OF, by="command:bench", now=NOW, dry_run=dry_run)

    first = clocked(lambda: take(False))
    tell("all indicators, written for the first time", [first])
    again = [clocked(lambda: take(False)) for _run in range(RUNS)]
    tell("all indicators, measured again and compared", again)
    peer = [clocked(values_by_orm) for _run in range(RUNS)]
    tell("plain ORM, values only", peer)
    compare(first[0], again[-1][0], peer[-1][0])


def clocked(act: Callable[[], Any]) -> tuple[Any, float, float, int]:
    """What it gave, seconds, seconds of our process, queries."""
    from django.db import connection

    seen = [0]

    def watch(execute: Any, *given: Any) -> Any:
        seen[0] += 1
        return execute(*given)

    started, busy = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(watch):
        found = act()
    return found, time.perf_counter() - started, time.process_time() - busy, seen[0]


def tell(what: str, runs: list[tuple[Any, float, float, int]]) -> None:
    """One line for the table."""
    seconds = [run[1] for run in runs]
    numbers = [f"{value:.2f}" for value in (min(seconds), median(seconds), max(seconds), median(run[2] for run in runs))]
    print("case", what, *numbers, runs[-1][3], sep="\t", flush=True)


def compare(first: Any, again: Any, peer: Mapping[tuple[str, str], Decimal | None]) -> None:
    """How many values the two ways have in common, and how many differ."""
    ours = {(line.strategy, line.code): line.value for line in first.lines}
    # SQLite adds decimals as floating-point numbers: its sums are compared to the cent.
    cent = Decimal("0.01")
    wrong = [key for key, value in peer.items() if value is not None and ours[key] != value.quantize(cent)]
    print("note", f"{len(peer)} values asked to the ORM as well, {len(wrong)} differ from ours {wrong or ''}".strip(), sep="\t")
    counts = first.counts()
    print(
        "note",
        f"{counts['added']} values written, then {again.counts()['same']} found the same, {again.counts()['differs']} different",
        sep="\t",
    )


def values_by_orm() -> dict[tuple[str, str], Decimal | None]:
    """(strategy, code) → the value by one aggregate query: the indicators that the ORM can answer so."""
    from ensembleur.strategy.engine.content import State
    from ensembleur.strategy.queries.content import held_strategies
    from ensembleur.strategy.queries.figures import first_day

    found: dict[tuple[str, str], Decimal | None] = {}
    for held in held_strategies():
        if held.row.region != "11" or held.row.period_start > AS_OF:
            continue
        for _part, sheet in held.content.indicators():
            if sheet.state is State.ACTIVE and sheet.measured_by in PEERS:
                value = PEERS[sheet.measured_by](first_day(sheet, held, AS_OF), sheet.parameters)
                found[held.row.pk, sheet.code] = None if value is None else Decimal(value)
    return found


def _files(given: Mapping[str, Any]) -> Any:
    from ensembleur.journeys.models import Application
    from ensembleur.schemes.queries.published import published_schemes

    rows = Application.objects.filter(filed_at__isnull=False)
    if "schemes" in given:
        rows = rows.filter(scheme__in=given["schemes"])
    if "levels" in given:
        rows = rows.filter(scheme__in=[scheme.id for scheme in published_schemes() if scheme.level in given["levels"]])
    if "programme" in given:
        rows = rows.filter(journey__enrolments__programme=given["programme"], journey__enrolments__enrolled_on__lte=AS_OF)
    return rows


def _agreed(start: date, given: Mapping[str, Any]) -> Any:
    return _files(given).filter(agreed_on__gte=start, agreed_on__lte=AS_OF)


def _sum(rows: Any, name: str) -> Any:
    from django.db.models import Sum

    return rows.aggregate(total=Sum(name))["total"] or 0


def _paid(start: date, given: Mapping[str, Any]) -> Any:
    from ensembleur.journeys.models import Payment

    return _sum(Payment.objects.filter(paid_on__gte=start, paid_on__lte=AS_OF), "amount_eur")


def _enrolled(start: date, given: Mapping[str, Any]) -> Any:
    from ensembleur.journeys.models import Enrolment

    rows = Enrolment.objects.filter(programme=given["programme"], enrolled_on__gte=start, enrolled_on__lte=AS_OF)
    return rows.values("journey__siren").distinct().count()


def _diagnoses(start: date, given: Mapping[str, Any]) -> Any:
    from ensembleur.journeys.models import Diagnosis

    return Diagnosis.objects.filter(finished_at__date__gte=start, finished_at__date__lte=AS_OF).count()


def _open(start: date, given: Mapping[str, Any]) -> Any:
    from ensembleur.territory.models import Establishment

    return Establishment.objects.open().count()


def _mid_caps(start: date, given: Mapping[str, Any]) -> Any:
    from ensembleur.territory.models import Establishment

    return Establishment.objects.open().filter(unit__category="ETI").values("unit").distinct().count()


PEERS: Mapping[str, Callable[[date, Mapping[str, Any]], Any]] = {
    "companies_supported": lambda start, given: _agreed(start, given).values("journey__siren").distinct().count(),
    "applications_filed": lambda start, given: _files(given).filter(filed_at__date__gte=start, filed_at__date__lte=AS_OF).count(),
    "applications_agreed": lambda start, given: _agreed(start, given).count(),
    "amount_agreed_eur": lambda start, given: _sum(_agreed(start, given), "granted_eur"),
    "amount_paid_eur": _paid,
    "programme_enrolled": _enrolled,
    "diagnoses_finished": _diagnoses,
    "establishments_open": _open,
    "mid_caps_registered": _mid_caps,
}


def populate(draw: random.Random) -> None:
    """Paths of establishments drawn from the register, and what happened on them since the platform opened."""
    from ensembleur.accounts.models import User
    from ensembleur.journeys.models import Journey
    from ensembleur.territory.models import Establishment

    someone = User.objects.create(email="bench@bench.example", full_name="Bench", created_at=NOW)
    sites = list(
        Establishment.objects.open().order_by("siret").values_list("siret", "unit_id", "commune_id", "departement", "naf")
    )
    paths = [
        Journey(
            siren=siren, siret=siret, title=f"Entreprise fictive {siret}", place="ici", commune=commune, departement=departement, naf=naf,
            opened_by=someone, opened_at=instant(OPENED, draw.randrange(1_500)),
        )
        for siret, siren, commune, departement, naf in draw.sample(sites, PATHS)
    ]  # fmt: skip
    Journey.objects.bulk_create(paths, batch_size=1000)
    files(draw, paths, someone)
    support(draw, paths, someone)


def instant(day: date, days: int) -> datetime:
    """Noon of a day, so many days later."""
    later = day + timedelta(days=days)
    return datetime(later.year, later.month, later.day, 12, tzinfo=UTC)


def files(draw: random.Random, paths: list[Any], someone: Any) -> None:
    """Files: one in six refused, two in three agreed, half of those paid in two times; some dated after the day measured."""
    from ensembleur.journeys.models import Application, Payment

    rows, agreed = [], []
    for rank in range(FILES):
        path = paths[rank % PATHS]
        filed = path.opened_at + timedelta(days=draw.randrange(200))
        decided = filed.date() + timedelta(days=draw.randrange(20, 160))
        fate = draw.random()
        fields: dict[str, Any] = {"status": "closed", "closed_at": filed + timedelta(days=300), "closing_reason": "no_news"}
        if fate < 0.83:
            fields |= {"decided_on": decided, "outcome": "unfavourable"}
        if fate < 0.66:
            fields |= {"outcome": "favourable", "granted_eur": Decimal(draw.randrange(500_000, 25_000_000)) / 100}
            fields["agreed_on"] = decided + timedelta(days=draw.randrange(60))
        one = Application(
            journey=path, scheme=draw.choice(SCHEMES), scheme_title="Aide", created_at=filed, created_by=someone, filed_at=filed,
            verdict={}, completed_at=filed + timedelta(days=9), **fields,
        )  # fmt: skip
        rows.append(one)
        if fate < 0.33:
            agreed.append(one)
    Application.objects.bulk_create(rows, batch_size=1000)
    Payment.objects.bulk_create(
        [
            Payment(
                application=one,
                kind=kind,
                paid_on=one.agreed_on + timedelta(days=days),
                amount_eur=(one.granted_eur / 2).quantize(Decimal("0.01")),
                by=someone,
            )
            for one in agreed
            for kind, days in (("advance", 30), ("balance", 400))
        ],
        batch_size=1000,
    )


def support(draw: random.Random, paths: list[Any], someone: Any) -> None:
    """Programmes, diagnoses, needs and reviews on the first paths."""
    from ensembleur.journeys.models import Diagnosis, Enrolment, Figure, Need, OptionTake, Plan, Review

    entered = Enrolment.objects.bulk_create(
        Enrolment(
            programme=draw.choice((FRAME, FRAME, "accelerateur-pme", "accelerateur-start-up")), journey=path,
            enrolled_on=path.opened_at.date(), recorded_at=path.opened_at, recorded_by=someone,
        )
        for path in paths[:ENROLLED]
    )  # fmt: skip
    OptionTake.objects.bulk_create(
        OptionTake(
            enrolment=one, option=option, kind=kind, offered_on=one.enrolled_on, recorded_at=one.recorded_at, recorded_by=someone,
            taken_on=one.enrolled_on + timedelta(days=20) if draw.random() < 0.4 else None,
        )
        for one in entered
        for option, kind in (("peers", "collective"), ("chamber", "individual"))
    )  # fmt: skip
    diagnoses = Diagnosis.objects.bulk_create(
        [
            Diagnosis(
                journey=path, version="1", questionnaire={}, status="finished", started_at=path.opened_at, started_by=someone,
                finished_at=path.opened_at + timedelta(days=draw.randrange(90)),
            )
            for path in paths[:DIAGNOSES]
        ],
        batch_size=1000,
    )  # fmt: skip
    Plan.objects.bulk_create(
        [
            Plan(diagnosis=one, journey=one.journey, built_at=one.finished_at + timedelta(days=5), built_by=someone)
            for one in diagnoses
        ],
        batch_size=1000,
    )
    needs = []
    for path in draw.choices(paths, k=NEEDS):
        end, outcome = path.opened_at + timedelta(days=40), draw.choice(("helped", "helped", "not_helped", "no_news"))
        needs.append(
            Need(
                journey=path, subject="energy", words="…", created_by=someone, created_at=path.opened_at, routed_at=path.opened_at,
                last_event_at=end, status="closed", outcome=outcome, closed_at=end, first_closed_at=end,
            )
        )  # fmt: skip
    Need.objects.bulk_create(needs, batch_size=1000)
    held = Review.objects.bulk_create(
        Review(
            journey=path, months=6, due_on=path.opened_at.date(), done_at=path.opened_at + timedelta(days=180), done_by=someone
        )
        for path in paths[:REVIEWS]
    )
    Figure.objects.bulk_create(
        Figure(
            review=one, indicator="jobs_created", evidence="declared", low=draw.randrange(9), high=None, as_of=one.due_on,
            source_title="l'entreprise", recorded_at=one.done_at, recorded_by=someone,
        )
        for one in held
    )  # fmt: skip


if __name__ == "__main__":
    inside() if "--inside" in sys.argv else main()

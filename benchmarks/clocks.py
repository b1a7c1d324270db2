"""The clocks over 10,000 open needs: everything due at once, then an ordinary day, then nothing; queries counted."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.results import table, write_section
from tests.machine import postgres_folder, private_postgres

NEEDS, ADVISERS, OFFICERS = 10_000, 60, 12
AS_OF = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
# Age in days → share of the needs. Late: a platform whose clocks never ran. Ordinary: they ran yesterday.
LATE = ((9, 0.30), (21, 0.30), (45, 0.30), (200, 0.10))
ORDINARY = ((2, 0.55), (8, 0.15), (9, 0.05), (100, 0.25))
ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Each case on each database, in a process of its own with a new home; then the section of RESULTS.md."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="ensembleur-bench-") as folder:
        rows += [["SQLite", *line] for line in measured(Path(folder), "")]
        if postgres_folder() is not None:
            with private_postgres(Path(folder)) as url:
                rows += [["PostgreSQL", *line] for line in measured(Path(folder), url)]
    body = table(["database", "case", "struck", "told", "seconds", "of which computing", "queries", "longest batch, s"], rows)
    note = (
        f"\n\n{NEEDS:,} open needs, one adviser asked and one director each, {ADVISERS} advisers, {OFFICERS} officers. "
        "*Late*: every need is due at once (30 % at 9 days, 30 % at 21, 30 % at 45, 10 % held in silence). *Ordinary*: 5 % are due. "
        "E-mails are delivered afterwards and are not counted here. "
        f"Load of the machine at the end: {os.getloadavg()[0]:.1f}."
    )
    write_section("clocks", "Clocks over 10,000 open needs (target: 10 s, bounded queries)", body + note)


def measured(folder: Path, url: str) -> list[list[str]]:
    """The lines of one database."""
    environment = {**os.environ, "ENSEMBLEUR_HOME": str(folder / ("pg" if url else "sqlite")), "SECRET_KEY": "bench"}
    Path(environment["ENSEMBLEUR_HOME"]).mkdir()
    environment["DJANGO_SETTINGS_MODULE"] = "ensembleur.settings"
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "benchmarks.clocks", "--inside"]
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return [line.split("\t")[1:] for line in told.stdout.splitlines() if line.startswith("case\t")]


def inside() -> None:
    """Fill the database, strike, and print one line a case."""
    import django

    django.setup()
    from django.core.management import call_command

    from ensembleur.accounts.models import Notification
    from ensembleur.journeys.models import Need
    from ensembleur.journeys.services.need_clocks import strike_needs

    call_command("migrate", verbosity=0)
    people = populate()
    for case, ages in (("late", LATE), ("ordinary", ORDINARY)):
        Need.objects.all().delete()
        ask(people, ages)
        for name, act in (
            (f"{case}, dry run", lambda: strike_needs(as_of=AS_OF, dry_run=True)),
            (case, lambda: strike_needs(as_of=AS_OF, dry_run=False)),
            (f"{case}, run again", lambda: strike_needs(as_of=AS_OF, dry_run=False)),
        ):
            before = Notification.objects.count()
            counts, seconds, busy, queries, longest = timed(act)
            told = Notification.objects.count() - before
            print(
                "case",
                name,
                sum(counts.values()),
                told,
                f"{seconds:.2f}",
                f"{busy:.2f}",
                queries,
                f"{longest:.2f}",
                sep="\t",
                flush=True,
            )


def timed(act: Callable[[], dict[str, int]]) -> tuple[dict[str, int], float, float, int, float]:
    """What it gave, its time and that of our process, how many queries, and the longest time between two batches."""
    from django.db import connection

    seen = {"queries": 0, "longest": 0.0, "last": time.perf_counter()}

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen["queries"] += 1
        if 'FROM "journeys_need"' in sql and "LIMIT" in sql:
            moment = time.perf_counter()
            seen["longest"], seen["last"] = max(seen["longest"], moment - seen["last"]), moment
        return execute(sql, params, many, context)

    started, busy = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(watch):
        counts = act()
    return counts, time.perf_counter() - started, time.process_time() - busy, int(seen["queries"]), seen["longest"]


def populate() -> tuple[list[Any], list[Any], list[Any]]:
    """Directors, advisers and the journeys of as many companies."""
    from ensembleur.accounts.choices import PerimeterKind, Role
    from ensembleur.accounts.models import Mandate, User
    from ensembleur.journeys.models import Journey

    def people(name: str, count: int) -> list[Any]:
        made = [User(email=f"{name}{rank}@bench.example", full_name=f"{name} {rank}", created_at=AS_OF) for rank in range(count)]
        return User.objects.bulk_create(made, batch_size=1000)

    directors, advisers, officers = people("director", NEEDS), people("adviser", ADVISERS), people("officer", OFFICERS)
    held = [(one, Role.DIRECTOR, PerimeterKind.COMPANY, f"{rank:09d}") for rank, one in enumerate(directors, 1)]
    held += [(one, Role.ADVISER, PerimeterKind.DEPARTEMENT, "95") for one in advisers]
    held += [(one, Role.OFFICER, PerimeterKind.REGION, "11") for one in officers]
    Mandate.objects.bulk_create(
        [
            Mandate(user=who, role=role, perimeter_kind=kind, perimeter_code=code, started_at=AS_OF)
            for who, role, kind, code in held
        ],
        batch_size=1000,
    )
    journeys = [
        Journey(
            siren=f"{rank:09d}",
            siret=f"{rank:09d}00010",
            title=f"Entreprise fictive {rank}",
            commune="95018",
            departement="95",
            opened_by=one,
            opened_at=AS_OF - timedelta(days=400),
        )
        for rank, one in enumerate(directors, 1)
    ]
    return directors, advisers, Journey.objects.bulk_create(journeys, batch_size=1000)


def ask(people: tuple[list[Any], list[Any], list[Any]], ages: tuple[tuple[int, float], ...]) -> None:
    """One need a company, of the ages asked for; those older than 45 days are held by their adviser."""
    from ensembleur.journeys.models import Involvement, Need

    directors, advisers, journeys = people
    days = [age for age, share in ages for _rank in range(round(NEEDS * share))]
    needs = [
        Need(
            journey=journey,
            subject="energy",
            words="Comment réduire notre facture ?",
            created_by=director,
            created_at=AS_OF - timedelta(days=age),
            routed_at=AS_OF - timedelta(days=age),
            last_event_at=AS_OF - timedelta(days=age),
            status="taken" if age > 45 else "waiting",
        )
        for journey, director, age in zip(journeys, directors, days, strict=True)
    ]
    Need.objects.bulk_create(needs, batch_size=1000)
    Involvement.objects.bulk_create(
        [
            Involvement(
                need=need,
                adviser=advisers[rank % len(advisers)],
                state="taken" if need.status == "taken" else "asked",
                asked_at=need.routed_at,
                taken_at=need.routed_at if need.status == "taken" else None,
            )
            for rank, need in enumerate(needs)
        ],
        batch_size=1000,
    )


if __name__ == "__main__":
    inside() if "--inside" in sys.argv else main()

"""The first page of the prospecting list over 45,000 establishments, through the server's own code; verdicts one by one beside."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.results import table, write_section

ESTABLISHMENTS = 45_000
TARGET_S = 0.5
TELLERS = 2_000  # companies that told something
SAMPLE = 400  # establishments judged one by one
RUNS = 7


def prepare() -> None:
    """A fictional region in a home of its own."""
    from django.core.management import call_command

    call_command("demo", no_serve=True, establishments=ESTABLISHMENTS)


def tell(day: Any) -> int:
    """Five facts for each of many companies; returns how many facts stand."""
    from django.utils import timezone

    from ensembleur.schemes.models import CompanyFact
    from ensembleur.territory.queries.register import register_frame

    draw, now = random.Random(7), timezone.now()
    shared = {"evidence": "declared", "source_title": "Déclaration fictive", "as_of": day, "recorded_at": now}
    facts = []
    for siret in draw.sample(register_frame()["siret"].to_list(), TELLERS):
        for key, value in (("turnover_eur", str(draw.randrange(200_000, 40_000_000))), ("is_independent", draw.random() < 0.7)):
            facts.append(CompanyFact(level="company", code=siret[:9], key=key, value=value, **shared))
        for key, value in (("headcount", draw.randrange(1, 200)), ("in_zre", draw.random() < 0.3)):
            facts.append(CompanyFact(level="establishment", code=siret, key=key, value=value, **shared))
        facts.append(CompanyFact(level="project", code=siret, key="project_started", value=draw.random() < 0.2, **shared))
    CompanyFact.objects.bulk_create(facts)
    return CompanyFact.objects.count()


Seconds = tuple[float, float]


def timed(work: Callable[[], Any]) -> Seconds:
    """Seconds by the clock, and of processor over all cores, which the load of the machine disturbs least."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - used


def middle(times: list[Seconds]) -> Seconds:
    """The median of each."""
    return median(one[0] for one in times), median(one[1] for one in times)


def one_by_one(scheme: Any, day: Any) -> tuple[Seconds, int]:
    """Seconds for the whole register when each establishment is judged alone, from a sample; and the disagreements found."""
    from ensembleur.journeys.engine.prospects import NONE
    from ensembleur.journeys.queries.prospects import Subject, sites_of
    from ensembleur.schemes.engine.verdict import verdict_of
    from ensembleur.schemes.queries.facts import facts_of
    from ensembleur.territory.queries.register import maskings, register_frame

    sirets = random.Random(8).sample(sorted(set(register_frame()["siret"].to_list()) - set(maskings())), SAMPLE)
    found, _masked = sites_of(Subject("aide", scheme.id, scheme.id, (scheme,)), as_of=day)
    ranks = dict(found.select("siret", "rank").iter_rows())
    wrong = 0

    def judge(siret: str) -> None:
        nonlocal wrong
        verdict = verdict_of(scheme, facts_of(siret, as_of=day, system=True), as_of=day)
        rank = ranks.get(siret, NONE)
        wrong += {"yes": 0, "unknown": 1}.get(verdict.answer, 2) != (0 if rank == 0 else 2 if rank == NONE else 1)

    clock, processor = timed(lambda: [judge(siret) for siret in sirets])
    scale = register_frame().height / SAMPLE
    return (clock * scale, processor * scale), wrong


def shown(client: Any, kind: str, name: str, **query: str) -> Any:
    """The list of a subject."""
    from django.urls import reverse

    answer = client.get(reverse("journeys:prospect_list", args=[kind, name]), query)
    assert answer.status_code == 200, answer.status_code
    return answer


def officer() -> Any:
    """A browser signed in as the officer of the region."""
    from django.conf import settings
    from django.test import Client

    from ensembleur.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email="officer@demo.example"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def started() -> Seconds:
    """The first page in a process of its own; once before, so that Python has its bytecode where it is let keep it."""
    for _ in range(2):
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.prospecting", "--started"],
            cwd=Path(__file__).resolve().parent.parent,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{os.environ['ENSEMBLEUR_HOME']}/bytecode"},
        ).stdout.split()[-2:]
    return float(told[0]), float(told[1])


def inside() -> None:
    """Print the two times of the first page; called by `started`."""
    ready()
    client = officer()
    client.get("/")  # imports and templates of the layout
    print(*timed(lambda: shown(client, "aide", "pm-up")))


def measure() -> list[tuple[str, Seconds, str]]:
    """(what, seconds, note) for each figure."""
    from django.urls import reverse
    from django.utils import timezone

    from ensembleur.journeys.queries import prospects as tables
    from ensembleur.schemes.models import CompanyFact
    from ensembleur.schemes.queries.published import company_schemes

    client, day = officer(), timezone.localdate()
    schemes, measures = tables.subjects_on(day, lang="fr")
    show = partial(shown, client)
    alone = "first page in a process that has just started"
    rows = [(alone, started(), "Polars imported, the register read from its file")]
    told = tell(day)
    rows.append((f"the same, when {TELLERS:,} companies told something", started(), f"{told:,} facts read from the database"))
    client.get("/")  # imports and templates of the layout
    firsts: list[Seconds] = []
    tables.forget_tables()
    show("aide", "pm-up")
    firsts += [timed(lambda one=one: show(one.kind, one.id)) for one in [*schemes, *measures][::2]]
    rows.append(
        ("first page of a subject nobody opened, median", middle(firsts), f"{len(firsts)} of the open schemes and measures")
    )
    rows.append(("the same, slowest", max(firsts), ""))
    again = [timed(lambda: show("aide", "pm-up")) for _ in range(RUNS)]
    rows.append(("the same page again, median", middle(again), "table kept"))
    after = []
    for number in range(RUNS):
        fact = CompanyFact.objects.order_by("pk")[number]
        fact.pk = None
        fact.save()
        after.append(timed(lambda: show("aide", "pm-up")))
    rows.append(
        ("first page after a company told something, median", middle(after), f"{told:,} facts told by {TELLERS:,} companies")
    )
    following = re.findall(r"cursor=([0-9-]+)", show("aide", "pm-up").content.decode())[-1]
    rows.append(("next page", timed(lambda: show("aide", "pm-up", cursor=following)), ""))
    rows.append(("choice of subject, every count", timed(lambda: client.get(reverse("journeys:prospects"))), ""))
    alone, wrong = one_by_one(next(one for one in company_schemes() if one.id == "pm-up"), day)
    rows.append(("peer: `verdict_of` one by one, one scheme", alone, f"from {SAMPLE} establishments; disagreements: {wrong}"))
    return rows


def ready() -> None:
    """Django, which answers the test's client."""
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]


def main() -> None:
    """Writes the section "prospecting"."""
    with tempfile.TemporaryDirectory(prefix="ensembleur-bench-") as home:
        os.environ |= {
            "ENSEMBLEUR_HOME": home,
            "ENSEMBLEUR_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "ensembleur.settings",
            "ACCESS_LOG_LEVEL": "WARNING",
        }
        ready()
        prepare()
        rows = measure()
        from django.db import connection

        connection.close()
    body = "\n\n".join(
        (
            f"{ESTABLISHMENTS:,} fictional establishments, an officer of the whole region, pages of 20 companies with their reasons in words, "
            f"through the views and templates. Load of the machine at the end: {os.getloadavg()[0]:.1f}.",
            table(
                ["page", "seconds", "processor seconds", "note"],
                [[what, f"{clock:.2f}", f"{processor:.2f}", note] for what, (clock, processor), note in rows],
            ),
        )
    )
    write_section("prospecting", f"Prospecting: target {TARGET_S} s to first page", body)


if __name__ == "__main__":
    inside() if "--started" in sys.argv else main()

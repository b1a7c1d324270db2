"""20 people with 1 s of think time on a real server, one in four writing: p95 of each page, on SQLite beside PostgreSQL."""

from __future__ import annotations

import csv
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.results import table, write_section
from tests.machine import postgres_folder, private_postgres

ROOT = Path(__file__).resolve().parent.parent
USERS, SECONDS, SEED = 20, 60, 7
TARGET_MS = 150

PREPARE = """
import json, sys
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import Mandate, User
from ensembleur.journeys.catalogue.loader import questionnaire
from ensembleur.journeys.models import Journey
from ensembleur.journeys.services.diagnosing import start_diagnosis
from ensembleur.journeys.services.opening import open_journey
from ensembleur.schemes.queries.published import company_schemes
from ensembleur.territory.models import Establishment
now = timezone.now()
taken = set(Journey.objects.values_list("siren", flat=True))
sirets = list(Establishment.objects.filter(state="A").order_by("siret").values_list("siret", flat=True)[::97])
directors = []
for siret in [siret for siret in sirets if siret[:9] not in taken][:5]:
    user = User.objects.create_user(email=f"bench-{siret}@demo.example", is_fictional=True, created_at=now)
    Mandate.objects.create(user=user, role=Role.DIRECTOR, perimeter_kind=PerimeterKind.COMPANY, perimeter_code=siret[:9], started_at=now)
    journey = open_journey(siret=siret, by=user, now=now)
    start_diagnosis(journey=journey, by=user, now=now)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    directors.append({"session": session.session_key, "journey": journey.pk})
statements = [statement.id for statement in questionnaire().of_axis("production")]
schemes = [scheme.id for scheme in company_schemes()]
print(json.dumps({"seed": 7, "sirets": sirets, "schemes": schemes, "directors": directors, "statements": statements}))
"""


def run(home: Path, *words: str, **more: str) -> str:
    """One command of the platform in that home; its output. Raises CalledProcessError."""
    environment = {
        **os.environ,
        "ENSEMBLEUR_HOME": str(home),
        "ENSEMBLEUR_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "ensembleur.settings",
        **more,
    }
    return subprocess.run([sys.executable, *words], env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@contextmanager
def server(home: Path, **more: str) -> Iterator[str]:
    """Two workers of the application server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ENSEMBLEUR_HOME": str(home), "ENSEMBLEUR_DEMO": "1", **more}
    words = [
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "4",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "ensembleur.wsgi:application"],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def measure(home: Path, **more: str) -> list[dict[str, str]]:
    """Locust's line for each page."""
    run(home, "-m", "ensembleur.cli", "demo", "--no-serve", "--seed", str(SEED), **more)
    plan = home / "plan.json"
    plan.write_text(run(home, "-c", PREPARE, **more))
    with server(home, **more) as address:
        for path in ("/", "/recherche/?q=metal", "/aides/", "/strategie/"):  # each worker opens its index and its catalogue once
            for _ in range(6):
                urllib.request.urlopen(address + path, timeout=60).close()
        words = ["locust", "-f", "benchmarks/_users.py", "--headless", "-u", str(USERS), "-r", str(USERS), "-t", f"{SECONDS}s"]
        subprocess.run(
            [sys.executable, "-m", *words, "--host", address, "--csv", str(home / "load"), "--only-summary"],
            env={**os.environ, "ENSEMBLEUR_BENCH_PLAN": str(plan)}, cwd=ROOT, check=False, capture_output=True,
        )  # fmt: skip
    with (home / "load_stats.csv").open() as lines:
        return list(csv.DictReader(lines))


def main() -> None:
    """Measure both databases and write the section."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "sqlite"
        home.mkdir()
        found["SQLite"] = {line["Name"]: line for line in measure(home)}
        if postgres_folder():
            home = Path(folder) / "postgres"
            home.mkdir()
            with private_postgres(Path(folder)) as url:
                found["PostgreSQL"] = {line["Name"]: line for line in measure(home, DATABASE_URL=url)}
    rows = [
        [
            name,
            *(
                cell
                for lines in found.values()
                for cell in (lines[name]["50%"], lines[name]["95%"], lines[name]["Failure Count"])
            ),
        ]
        for name in next(iter(found.values()))
    ]
    headers = ["Page", *(f"{base} {what}" for base in found for what in ("p50 ms", "p95 ms", "errors"))]
    rate = {base: lines["Aggregated"]["Requests/s"] for base, lines in found.items()}
    said = " · ".join(f"{base} : {float(value):.1f} requests a second" for base, value in rate.items())
    text = f"{USERS} people, 1 s of think time, {SECONDS} s, one in four answering a diagnosis; server and load on the same machine.\n\n"
    write_section(
        "pages", f"Pages under load (target: p95 ≤ {TARGET_MS} ms, 0 errors)", f"{text}{table(headers, rows)}\n\n{said}."
    )


if __name__ == "__main__":
    main()

"""Build the fictional region, check it page by page, and serve it."""

from __future__ import annotations

import logging
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ensembleur.accounts.models import User
from ensembleur.accounts.services.demo import populate_accounts, read_old_notices
from ensembleur.errors import Refused
from ensembleur.journeys.management.commands._long_jobs import long_jobs
from ensembleur.journeys.services.demo import clear_journeys, populate_journeys, script
from ensembleur.journeys.services.demo_funding import populate_funding
from ensembleur.journeys.services.demo_needs import populate_needs
from ensembleur.journeys.services.demo_programmes import populate_programmes
from ensembleur.journeys.services.demo_prospecting import clear_prospecting, populate_prospecting
from ensembleur.journeys.services.demo_reviews import populate_reviews
from ensembleur.journeys.services.demo_supported import count_supported, populate_supported
from ensembleur.meetings.services.demo import EVENTS, clear_events, populate_events
from ensembleur.schemes.services.publishing import publish_files
from ensembleur.strategy.services.demo import STEPS, clear_strategies, populate_strategies
from ensembleur.territory.choices import RunKind, RunState
from ensembleur.territory.engine.showcase import SHOWCASE_SIREN, SHOWCASE_SIRET
from ensembleur.territory.models import ImportRun

ESTABLISHMENTS = 45_000
TRIED_PORTS = 20
BY = "command:demo"


class Command(BaseCommand):
    """ensembleur demo."""

    help = "Build the platform on a fictional Île-de-France, then serve it; --check visits every page instead."
    requires_migrations_checks = False
    requires_system_checks = ()  # they are for those who change the code, and cost a second

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check, --port, --seed, --no-serve."""
        parser.add_argument("--check", action="store_true", help="visit every page, print the count of errors, do not serve")
        parser.add_argument("--port", type=int, default=8000, help="the next free port is taken when this one is not")
        parser.add_argument("--seed", type=int, default=7, help="same seed, same region")
        parser.add_argument("--no-serve", action="store_true", help="build only")
        parser.add_argument("--establishments", type=int, default=ESTABLISHMENTS, help="how many fictional establishments")

    def handle(self, *, check: bool, port: int, seed: int, no_serve: bool, establishments: int, **_options: Any) -> None:
        """Build what is not there yet, then check or serve."""
        if not settings.DEMO:
            raise CommandError("Cette installation n'est pas une démonstration : posez ENSEMBLEUR_DEMO=1 pour en faire une.")
        if not 1 <= port <= 65_535 or establishments < 200:
            raise CommandError("Le port va de 1 à 65535, et la région fictive compte au moins 200 établissements.")
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        ) as bar:
            build(seed=seed, establishments=establishments, bar=bar)
        if check:
            self._check()
        elif not no_serve:
            self._serve(port)

    def _check(self) -> None:
        from ensembleur.journeys.management.commands._walk import walk

        logging.getLogger("ensembleur.access").setLevel(logging.WARNING)  # the list of errors is what one reads here
        logging.getLogger("django.request").setLevel(logging.CRITICAL)
        visited = walk()
        for trouble in visited.errors:
            self.stderr.write(f"{trouble.url} : {trouble.what}")
        self.stdout.write(f"{visited.pages} pages, {len(visited.errors)} errors")
        if visited.errors:
            raise CommandError("des pages sont en erreur : la liste est au-dessus.", returncode=1)

    def _serve(self, wanted: int) -> None:
        from granian import Granian
        from granian.constants import Interfaces
        from granian.log import LogLevels

        port = free_port(wanted)
        if port != wanted:
            self.stdout.write(f"Le port {wanted} est pris.")
        self.stdout.write(f"Ensembleur, région fictive : http://127.0.0.1:{port}/  (Ctrl-C pour arrêter)")
        self.stdout.flush()
        server = Granian(
            "ensembleur.wsgi:application",
            address="127.0.0.1",
            port=port,
            interface=Interfaces.WSGI,
            workers=2,
            blocking_threads=4,
            workers_kill_timeout=2,  # a worker that will not stop by itself never keeps Ctrl-C waiting
            log_access=False,
            log_level=LogLevels.warning,
        )
        with long_jobs():
            server.serve()


def build(*, seed: int, establishments: int, bar: Progress) -> None:
    """Migrate, then make each part that is missing; another seed makes the region anew."""
    _step(bar, "Base de données", lambda _advance: call_command("migrate", verbosity=0, interactive=False, skip_checks=True))
    now, today = timezone.now(), timezone.localdate()
    if not _is_ready(seed, establishments):
        _refuse_real_records()
        from ensembleur.territory.services.demo import populate_territory  # what draws a region is heavy to load

        clear_strategies()
        clear_journeys()
        clear_prospecting()
        clear_events()
        _step(
            bar,
            "Région fictive",
            lambda advance: populate_territory(seed=seed, today=today, establishments=establishments, on_rows=advance),
            total=2 * establishments,
        )
    _step(bar, "Aides", lambda _advance: publish_files(by=BY, now=now))
    people = populate_accounts(seed=seed, now=now, company_siren=SHOWCASE_SIREN)
    _step(
        bar,
        "Parcours",
        lambda advance: populate_journeys(seed=seed, now=now, people=people, showcase_siret=SHOWCASE_SIRET, on_rows=advance),
        total=sum(script()["stages"].values()),
    )
    _step(bar, "Coûts", lambda _advance: populate_funding(now=now, people=people, showcase_siret=SHOWCASE_SIRET))
    _step(bar, "Demandes", lambda _advance: populate_needs(seed=seed, now=now, people=people))
    _step(bar, "Bilans et avis", lambda _advance: populate_reviews(seed=seed, now=now, people=people))
    _step(bar, "Programmes", lambda _advance: populate_programmes(seed=seed, now=now, people=people))
    _step(bar, "Prospection", lambda _advance: populate_prospecting(seed=seed, now=now, people=people))
    _step(
        bar,
        "Entreprises soutenues",
        lambda advance: populate_supported(seed=seed, now=now, people=people, on_rows=advance),
        total=count_supported(),
    )
    _step(
        bar,
        "Événements",
        lambda advance: populate_events(seed=seed, now=now, people=people, showcase_siret=SHOWCASE_SIRET, on_rows=advance),
        total=EVENTS,
    )
    _step(bar, "Stratégies", lambda advance: populate_strategies(now=now, people=people, on_rows=advance), total=STEPS)
    _step(bar, "Avis", lambda _advance: read_old_notices(now=now))
    _step(bar, "Feuilles de style et images", lambda _advance: collect_static())


def collect_static() -> None:
    """Gather what browsers fetch, when something is newer than the last time."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists():
        made = manifest.stat().st_mtime
        files = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
        if all(Path(path).stat().st_mtime <= made for path in files):
            return
    call_command("collectstatic", interactive=False, verbosity=0)


def free_port(wanted: int) -> int:
    """The first free port from `wanted` on. Raises CommandError when twenty in a row are taken."""
    for port in range(wanted, min(wanted + TRIED_PORTS, 65_536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CommandError(f"Aucun port libre de {wanted} à {wanted + TRIED_PORTS - 1} : choisissez-en un autre avec --port.")


def _refuse_real_records() -> None:
    """A demonstration opens one-click doors: it never moves into a home where a real register or real people live."""
    has_register = ImportRun.objects.filter(kind=RunKind.IMPORT, state=RunState.APPLIED).exists()
    if has_register or User.objects.filter(is_fictional=False).exists():
        raise Refused(
            "real_records",
            "Ce dossier contient un vrai registre ou de vrais comptes : lancez la démonstration ailleurs, "
            "par exemple avec ENSEMBLEUR_HOME=demo.",
        )


def _is_ready(seed: int, establishments: int) -> bool:
    """Whether the fictional region of this seed and size stands."""
    run = ImportRun.objects.filter(kind__in=[RunKind.DEMO, RunKind.CLEAR]).order_by("-pk").first()
    counts = run.counts if run is not None and run.kind == RunKind.DEMO else {}
    return bool(counts) and counts.get("seed") == seed and counts.get("asked") == establishments


def _step(bar: Progress, title: str, work: Callable[[Callable[[int], None]], Any], total: int | None = None) -> None:
    task = bar.add_task(title, total=total)
    work(lambda rows: bar.advance(task, rows))
    bar.update(task, total=1, completed=1)

"""`ensembleur load_strategy FILE`: what a strategy's file changes, and its next version."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ensembleur.errors import BadInput
from ensembleur.strategy.catalogue.loader import FILES, read_file
from ensembleur.strategy.services.loading import Loaded, load_strategy

BY = "command:load_strategy"


class Command(BaseCommand):
    """Load a version of a strategy."""

    help = "Load a strategy's file: show what it changes, keep it as the next version. Without FILE, those shipped with the platform."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, a rehearsal, a reason."""
        parser.add_argument("file", nargs="?", type=Path, help="a YAML file (docs/strategy-format.md)")
        parser.add_argument("--dry-run", action="store_true", help="show the difference, change nothing")
        parser.add_argument("--reason", default="", help="why this version, kept with it")

    def handle(self, *, file: Path | None, dry_run: bool, reason: str, **options: Any) -> None:
        """Print the difference and the counts."""
        for path in [file] if file else sorted(FILES.glob("*.yaml")):
            try:
                data = read_file(path)
                loaded = load_strategy(data=data, by=BY, now=timezone.now(), reason=reason, dry_run=dry_run, origin=path.name)
            except BadInput as error:
                for sentence in error.details.get("faults", [])[:50]:
                    self.stderr.write(str(sentence))
                raise
            for line in told(loaded, dry_run=dry_run):
                self.stdout.write(line)


def told(loaded: Loaded, *, dry_run: bool) -> list[str]:
    """What happened, in French lines."""
    if not loaded.is_new:
        return [f"{loaded.slug} : rien n'a changé depuis la version {loaded.number}."]
    lines = [f"  {change.says}" for change in loaded.changes]
    if dry_run:
        return [*lines, f"{loaded.slug} : {len(loaded.changes)} différences ; à blanc, rien n'a été changé."]
    done = loaded.written
    return [
        *lines,
        f"{loaded.slug} : version {loaded.number}, {len(loaded.changes)} différences · {done.values} valeurs écrites dans les textes, "
        f"dont {done.replaced} remplacées · {done.lines} lignes de budget, {done.taken_back} reprises",
    ]

"""Runs the suite on SQLite, then on a private PostgreSQL; the last line counts what passed, failed and was skipped.

What the machine lacks (Chromium, PostgreSQL) is installed when root on Debian; otherwise the tests that need it are
skipped, said and counted, which is a failure when CI=true.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.machine import IN_CI, chromium, install, postgres_folder, private_postgres

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Tally:
    """How tests went, and why some were not played."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    played_again: int = 0  # on PostgreSQL: all but the browser's

    def read(self, report: Path) -> None:
        """Add a JUnit report; a run that died before writing one counts as a failure."""
        if not report.exists():
            self.failed += 1
            return
        for case in ET.parse(report).iter("testcase"):
            skip = case.find("skipped")
            if skip is not None:
                self.skipped += 1
                self.reasons[skip.get("message") or "sans motif"] += 1
            elif case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            else:
                self.passed += 1
            self.played_again += "browser" not in (case.get("classname") or "")


def main() -> int:
    """Both runs and the closing line. Returns 0 when nothing failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the cluster is then stopped on the way out
    tally = Tally()
    chosen = sys.argv[1:]
    if chromium() is None:
        install("chromium")
    if postgres_folder() is None:
        install("postgresql")
    with tempfile.TemporaryDirectory(prefix="ensembleur-tests-") as folder:
        print("— SQLite", flush=True)
        status = suite(Path(folder) / "sqlite.xml", tally, ["--cov=ensembleur", "--cov-report=", *chosen])
        if postgres_folder() is None:
            tally.skipped += tally.played_again
            tally.reasons["PostgreSQL est absent"] += tally.played_again
        else:
            with private_postgres(Path(folder)) as url:
                print("— PostgreSQL", flush=True)
                status |= suite(Path(folder) / "postgres.xml", tally, ["-m", "not browser", *chosen], DATABASE_URL=url)
    status |= coverage()
    if IN_CI and (chromium() is None or postgres_folder() is None):
        print("CI=true : Chromium et PostgreSQL sont obligatoires, et l'un des deux manque.")
        status = 1
    for reason, count in tally.reasons.most_common():
        print(f"  {count} non joués : {reason}")
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped", flush=True)
    return 1 if status or tally.failed or not tally.passed else 0


def suite(report: Path, tally: Tally, options: list[str], **environment: str) -> int:
    """One run of pytest on both cores; returns 1 when something failed, 0 otherwise."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "--no-header", f"--junitxml={report}"]
    base = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with subprocess.Popen(
        [*command, *options], cwd=ROOT, env={**base, **environment}, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            # pytest's own count would be taken for ours: it is given in our words instead.
            closing = re.match(r"^[=\s]*(?=\d+ (passed|failed|skipped|error|deselected))", line)
            print("  " + in_our_words(line) if closing else line, end="", flush=True)
    tally.read(report)
    return int(process.returncode not in (0, 5))


def in_our_words(line: str) -> str:
    """pytest's closing line in French."""
    words = {
        " passed": " réussis",
        " failed": " ratés",
        " skipped": " non joués",
        " deselected": " laissés",
        " errors": " cassés",
    }
    line = line.strip(" =\n")
    for theirs, ours in words.items():
        line = line.replace(theirs, ours)
    return line + "\n"


def coverage() -> int:
    """The share of engines, services and permissions that the tests reach; the floor is in pyproject.toml."""
    table = subprocess.run(
        [sys.executable, "-m", "coverage", "report", "--skip-covered", "--show-missing"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print("— Couverture des moteurs, services et permissions")
    print(table.stdout.rstrip() or table.stderr.rstrip())
    return int(table.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())

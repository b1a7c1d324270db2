"""Runs the scripts named on the command line, or all of them, one after the other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
OURS = {"__init__", "run", "results"}


def main() -> int:
    """Returns 0 when every script ended well; 1 otherwise; 2 when a name is unknown."""
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in OURS and not path.stem.startswith("_"))
    chosen = sys.argv[1:] or known
    if unknown := [name for name in chosen if name not in known]:
        print(f"bench : {', '.join(unknown)} n'existe pas ; il y a : {', '.join(known) or 'aucun script'}.", file=sys.stderr)
        return 2
    failed = []
    for name in chosen:
        print(f"— {name}", flush=True)
        started = time.perf_counter()
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=False).returncode:
            failed.append(name)
        print(f"— {name} : {time.perf_counter() - started:.0f} s", flush=True)
    if failed:
        print(f"bench : {', '.join(failed)} a échoué.", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())

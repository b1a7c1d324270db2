"""The clocks in a process of its own, two needs a batch, that stops for ever where a test wants it killed."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

STOPS_IN = 3  # the batch in which it stops


def stop_at(moment: str, need_clocks: Any) -> None:
    """Stop in the third batch: once its marks are written, or once its act is and nothing is committed."""
    seen = {"batches": 0}

    def stopping(act: Any, *, before: bool) -> Any:
        def call(*args: Any, **fields: Any) -> Any:
            seen["batches"] += 1
            if before and seen["batches"] == STOPS_IN:
                wait()
            result = act(*args, **fields)
            if not before and seen["batches"] == STOPS_IN:
                wait()
            return result

        return call

    if moment == "marks":
        need_clocks.notify_many = stopping(need_clocks.notify_many, before=True)
    elif moment == "act":
        need_clocks.record_act = stopping(need_clocks.record_act, before=False)


def wait() -> None:
    """Say that the moment has come, and wait to be killed."""
    print("now", flush=True)
    time.sleep(600)


def main() -> None:
    """Run the clocks of the instant given."""
    import django

    django.setup()
    from datetime import datetime

    from ensembleur.journeys.services import clocks, need_clocks

    need_clocks.BATCH = 2
    stop_at(os.environ.get("CLOCKS_STOP_AT", ""), need_clocks)
    clocks.run_clocks(as_of=datetime.fromisoformat(sys.argv[1]))


if __name__ == "__main__":
    main()

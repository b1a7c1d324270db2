"""The worker of long jobs lives and dies with the server of the demonstration."""

from __future__ import annotations

import os
import signal
import sys
import time

from ensembleur.journeys.management.commands import _long_jobs
from ensembleur.journeys.management.commands._long_jobs import long_jobs

STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)",
)


def until(condition):
    """Wait for something that other processes do."""
    for _turn in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_worker_comes_back_when_it_is_killed_and_stops_with_the_server(monkeypatch):
    monkeypatch.setattr(_long_jobs, "PATIENCE", 0.3)
    with long_jobs(STUBBORN) as started:
        assert until(lambda: len(started) == 1)
        os.kill(started[0], signal.SIGKILL)
        assert until(lambda: len(started) == 2)
        assert is_alive(started[1])
    assert not any(map(is_alive, started))

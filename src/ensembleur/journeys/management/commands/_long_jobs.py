"""The worker of long jobs beside a server: started again when it dies, stopped with the server, each by its own number."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

# It leaves when its standard input is closed, which happens even to a server that is killed.
LEAVES_WITH_US = """
import os, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
from ensembleur.cli import main
sys.exit(main(["db_worker", "--backend", "long", "--no-reload", "--verbosity", "0"]))
"""
WORKER = (sys.executable, "-c", LEAVES_WITH_US)
PATIENCE = 2.0  # seconds left to it before it is killed, and between two starts


@contextmanager
def long_jobs(command: Sequence[str] = WORKER) -> Iterator[list[int]]:
    """Keep one worker alive during the block; gives the numbers of the processes started, the last one being alive."""
    stopping, started = threading.Event(), list[int]()

    def keep() -> None:
        while not stopping.is_set():
            # A session of its own: Ctrl-C reaches the server alone, which then stops it.
            with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as worker:  # noqa: S603  our own
                started.append(worker.pid)
                while worker.poll() is None and not stopping.wait(0.2):
                    pass
                worker.terminate()
                try:
                    worker.wait(PATIENCE)
                except subprocess.TimeoutExpired:  # it ends a computation: what is not written yet is lost, and said so
                    worker.kill()
            stopping.wait(PATIENCE)

    keeper = threading.Thread(target=keep, name="long-jobs")
    keeper.start()
    try:
        yield started
    finally:
        stopping.set()
        keeper.join()

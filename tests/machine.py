"""What the tests need from the machine: a browser, a private PostgreSQL, and how to get them."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def chromium() -> str | None:
    """The path of the browser, or None."""
    return (
        os.environ.get("CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


def postgres_folder() -> Path | None:
    """The folder of initdb and pg_ctl, the newest installed, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def install(package: str) -> None:
    """Install a Debian package when root; otherwise leave the machine as it is."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"installation de {package} (apt)…", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", package]):
        subprocess.run(
            command, env=quiet, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


@contextlib.contextmanager
def private_postgres(folder: Path) -> Iterator[str]:
    """Start a cluster of our own on a free local port, give its DATABASE_URL, stop and remove it at the end.

    PostgreSQL refuses to run as root: it is then run as `postgres`, or as `nobody`.
    """
    binaries = postgres_folder()
    assert binaries is not None
    owner = runner()
    home = Path(tempfile.mkdtemp(prefix="ensembleur-pg-", dir="/tmp"))  # short: a socket's path is limited to 107 bytes
    if owner:
        shutil.chown(home, user=owner)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Nothing here outlives the tests, so nothing waits for the disk. A table filled in a transaction that never ends would look
    # empty to the collector of statistics, and its joins would be planned for no row at all.
    settings = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=60")
    options = f"-p {port} -h 127.0.0.1 -k {home} " + " ".join(f"-c {one}" for one in settings)
    log = folder / "postgres.log"

    def call(name: str, *words: str) -> None:
        with log.open("a") as output:
            # -m fast and -w: pg_ctl waits; its output goes to a file, since the server keeps the pipe open.
            subprocess.run(
                [str(binaries / name), *words],
                check=True,
                cwd=home,
                user=owner,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    data = str(home / "data")
    try:
        call("initdb", "-D", data, "-U", "ensembleur", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        call("pg_ctl", "-D", data, "-w", "-o", options, "start")
        yield f"postgres://ensembleur@127.0.0.1:{port}/postgres"
    except subprocess.CalledProcessError:
        print(log.read_text())
        raise
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            call("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def runner() -> str | None:
    """Who runs PostgreSQL: None for ourselves, another account when we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"

"""The `ensembleur` command: every management command, with one sentence and exit code 2 on bad input."""

from __future__ import annotations

import os
import sys
import tempfile

READY_WITHOUT_DATABASE = {
    *("facts", "migrate", "makemigrations", "check", "help", "strings", "collectstatic", "demo", "test"),
    *("timetable", "timetable_check", "timetable_repair"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one command. Returns 0 when it worked, 1 when the work failed, 2 when what was given cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ensembleur.settings")
    argv = ["ensembleur", *(sys.argv[1:] if argv is None else argv)]
    if argv[1:2] == ["demo"]:
        os.environ.setdefault("ENSEMBLEUR_DEMO", "1")
        os.environ.setdefault("ACCESS_LOG_LEVEL", "WARNING")  # a newcomer reads one line: the address
        if "--check" in argv and "ENSEMBLEUR_HOME" not in os.environ:
            with tempfile.TemporaryDirectory(prefix="ensembleur-demo-") as home:
                os.environ["ENSEMBLEUR_HOME"] = home
                return run(argv)
    return run(argv)


def run(argv: list[str]) -> int:
    """The command itself, once its home is known."""

    import django
    from django.core.management import ManagementUtility, call_command
    from django.core.management.base import CommandError

    from ensembleur.errors import EnsembleurError

    try:
        django.setup()
        asks_help = not argv[1:] or argv[1].startswith("-") or {"-h", "--help"} & set(argv[2:])
        if not asks_help and argv[1] not in READY_WITHOUT_DATABASE:
            call_command("migrate", verbosity=0, interactive=False)
        ManagementUtility(argv).execute()
    except (EnsembleurError, CommandError) as error:
        print(f"ensembleur : {error}", file=sys.stderr)
        return getattr(error, "returncode", 2) if isinstance(error, CommandError) else 2
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except KeyboardInterrupt:
        print("ensembleur : interrompu, rien n'a été changé par la commande en cours.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

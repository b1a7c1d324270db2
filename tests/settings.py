"""The house's settings with a home of their own, thrown away at the end."""

import os
import tempfile
from pathlib import Path

# One home per run, and one room in it per pytest-xdist worker, so that two workers never share an index or a file.
os.environ.setdefault("ENSEMBLEUR_HOME", tempfile.mkdtemp(prefix="ensembleur-test-"))
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["ENSEMBLEUR_HOME"] = str(Path(os.environ["ENSEMBLEUR_HOME"], worker))
Path(os.environ["ENSEMBLEUR_HOME"], "static").mkdir(parents=True, exist_ok=True)
os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")

from ensembleur.settings import *  # noqa: E402, F403
from ensembleur.settings import DATABASES, ENSEMBLEUR_HOME, STORAGES, TEMPLATES  # noqa: E402
from tests.templates import UnknownVariable  # noqa: E402

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable()
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the live server answers several requests at once, each with a connection of its own.
    DATABASES["default"]["TEST"] = {"NAME": str(ENSEMBLEUR_HOME / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
SECOND_FACTOR_REQUIRED = False  # the tests of the second factor turn it on
_AT_ONCE = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
TASKS = {"default": _AT_ONCE, "long": _AT_ONCE}

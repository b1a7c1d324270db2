"""The house's settings with a home of their own, thrown away at the end."""

import os
import tempfile

os.environ.setdefault("ENSEMBLEUR_HOME", tempfile.mkdtemp(prefix="ensembleur-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")

from ensembleur.settings import *  # noqa: E402, F403
from ensembleur.settings import STORAGES  # noqa: E402

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

"""A person says how to be called and in which language; signing in and out leave a line in the journal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.engine.names import LONGEST_NAME, clean_name
from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check, may_handle_personal_data
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput

LANGUAGES = ("fr", "en")


@transaction.atomic
def update_profile(*, person: User, full_name: str, language: str, by: User, now: datetime) -> User:
    """Keep the name and the language a person gives; the journal says that they changed, not what they are."""
    check(may_handle_personal_data, by, person)
    if language not in LANGUAGES:
        raise BadInput("bad_language", _("Choisissez le français ou l'anglais."))
    name = clean_name(full_name)
    if len(name) > LONGEST_NAME:
        raise BadInput("long_name", _("Le nom tient en 200 caractères : raccourcissez-le."))
    person.full_name, person.language = name, language
    person.save(update_fields=["full_name", "language"])
    record_act(by=by, verb="update_profile", thing=person, now=now, after={"language": language})
    return person


def record_sign_in(*, by: User, now: datetime, how: str) -> None:
    """Note that a person signed in and how ("password", "proconnect", "demo"); never from where."""
    record_act(by=by, verb="sign_in", thing=by, now=now, after={"how": how})


def record_sign_out(*, by: User, now: datetime) -> None:
    """Note that a person signed out."""
    record_act(by=by, verb="sign_out", thing=by, now=now)

"""Who is told when a rule goes from one hand to the next."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Mandate, User
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import notify
from ensembleur.schemes.models import SchemeVersion


def register_rule_notices() -> None:
    """The kinds of notice of this domain."""
    register_notice("rule_to_read", _l("Une règle attend votre seconde lecture"))
    register_notice("rule_decided", _l("Une règle que vous avez écrite est publiée ou vous revient"))


def tell_readers(*, version: SchemeVersion, now: datetime) -> int:
    """Tell the second readers who did not write it that a text waits. Returns how many were told."""
    mandates = Mandate.objects.live().filter(role=Role.SECOND_READER).exclude(user__in=version.hands).select_related("user")
    readers = {mandate.user_id: mandate.user for mandate in mandates}
    told = 0
    for reader in readers.values():
        with translation.override(reader.language):
            title = _("%(name)s : un texte attend votre lecture") % {"name": _title(version)}
            body = _("Voyez qui change de réponse, puis publiez le texte ou renvoyez-le.") + f"\n\n{version.note}"
        key = f"rule_to_read:{version.pk}:{version.edition}:user:{reader.pk}"
        told += _tell(reader, "rule_to_read", key, title, body, reverse("schemes:flips", args=[version.pk]), now)
    return told


def tell_writer(*, version: SchemeVersion, now: datetime) -> int:
    """Tell who wrote a text that it is published, or why it comes back. Returns how many were told."""
    writer = version.written_by
    if writer is None:
        return 0
    with translation.override(writer.language):
        if version.published_at is not None:
            title = _("%(name)s : votre texte est publié") % {"name": _title(version)}
            body = _("Il s'applique aux jours que vous avez donnés ; ce qu'il remplace reste lisible.")
        else:
            title = _("%(name)s : votre texte vous revient") % {"name": _title(version)}
            body = version.returned_why
    key = f"rule_decided:{version.pk}:{version.state}:{version.edition}"
    return _tell(writer, "rule_decided", key, title, body, reverse("schemes:version", args=[version.pk]), now)


def _tell(to: User, kind: str, key: str, title: str, body: str, url: str, now: datetime) -> int:
    return int(notify(to=to, kind=kind, key=key, title=title, body=body, url=url, now=now) is not None)


def _title(version: SchemeVersion) -> str:
    title = version.scheme.content.get("title")
    return str(title.get("fr") if isinstance(title, dict) else title or version.scheme_id)

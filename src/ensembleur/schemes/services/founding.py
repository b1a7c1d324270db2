"""A scheme nobody had written yet: its sheet and its first draft, on the same path of two people as any other text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.schemes.choices import VersionOrigin, VersionState
from ensembleur.schemes.engine.kept import READABLE
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.scheme import DE_MINIMIS
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.permissions import may_write_rules
from ensembleur.schemes.queries.drafts import has_own_sheet
from ensembleur.schemes.services.drafting import _keep, _locked
from ensembleur.schemes.services.publishing import content_hash, plain

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = {"verifier", "pour", "redaction", "dispositifs", DE_MINIMIS}  # the addresses below /aides/, and the cap on small aids
LONGEST = 60  # room for what follows it in the name of a version


@transaction.atomic
def found_scheme(*, slug: str, sheet: Mapping[str, Any], first_day: date, by: User, now: datetime) -> SchemeVersion:
    """Write the sheet of a new scheme and open its first draft, without any condition yet; companies see nothing of it.

    slug : its identifier, also in its address.   sheet : the scheme's file without its versions (see `scheme.schema.json`).
    Raises BadInput for a sheet the catalogue would refuse, Refused when the identifier is taken.
    """
    check(may_write_rules, by)
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST:
        raise BadInput(
            "bad_slug", _("L'identifiant s'écrit en minuscules sans accent, mots séparés d'un tiret, comme cheque-conseil.")
        )
    if slug in RESERVED or Scheme.objects.filter(pk=slug).exists():
        raise _taken(slug)
    ready = _checked(slug, sheet)
    sources = ready["sources"]
    content = {
        "id": f"{slug}-revision-1",
        "effective": {"from": first_day.isoformat(), "to": None},
        "status": "open",
        "source": next(iter(sources)),
        "conditions": {"all": []},
    }
    try:
        with transaction.atomic():
            scheme = Scheme.objects.create(slug=slug, content=ready)
    except IntegrityError:  # two officers at the same instant: the second is told
        raise _taken(slug) from None
    draft = SchemeVersion.objects.create(
        scheme=scheme,
        version_id=content["id"],
        content=content,
        content_hash=content_hash([sources, content]),
        state=VersionState.DRAFT,
        origin=VersionOrigin.OFFICER,
        effective_from=first_day,
        recorded_at=now,
        sources=sources,
        note=_("Nouveau dispositif."),
        hands=[by.pk],
        written_by=by,
        written_at=now,
    )
    record_act(by=by, verb="found_scheme", thing=f"schemes.scheme:{slug}", now=now, after=ready)
    record_act(by=by, verb="start_draft", thing=draft, now=now, after={"base": None})
    return draft


@transaction.atomic
def change_sheet(*, draft: SchemeVersion, edition: int, sheet: Mapping[str, Any], by: User, now: datetime) -> SchemeVersion:
    """Write the sheet again while nothing of the scheme has been published; whoever does has written in the draft.

    Raises Refused once the scheme is published, BadInput for a sheet the catalogue would refuse.
    """
    held = _locked(draft, edition, by)
    if not has_own_sheet(held.scheme):
        raise Refused("sheet_is_published", _("La fiche de ce dispositif est publiée : seule sa règle se modifie ici."))
    scheme = held.scheme
    old, scheme.content = scheme.content, _checked(scheme.pk, sheet)
    scheme.save(update_fields=["content"])
    held.sources = {**held.sources, **scheme.content["sources"]}
    return _keep(held, held.content, by, now, "change_sheet", scheme.content, old)


def _taken(slug: str) -> Refused:
    return Refused("slug_taken", _("L'identifiant « %(slug)s » est déjà pris : choisissez-en un autre.") % {"slug": slug})


def _checked(slug: str, sheet: Mapping[str, Any]) -> dict[str, Any]:
    """The sheet as the database keeps it, once the parser of the catalogue's files has read it."""
    ready: dict[str, Any] = {**plain(dict(sheet)), "id": slug}
    blank = {"id": "blank", "effective": {"from": None}, "conditions": READABLE}
    try:
        parse_scheme({**ready, "versions": [blank]}, origin=slug)
    except BadInput as error:
        raise BadInput("bad_sheet", _("Fiche : %(why)s") % {"why": error.sentence}) from error
    return ready

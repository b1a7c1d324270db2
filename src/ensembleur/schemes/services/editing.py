"""The life of an officer's text: draft, second reading, publication; nothing is deleted, and a text is undone by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.periods import paris_day
from ensembleur.schemes.choices import VersionOrigin, VersionState
from ensembleur.schemes.engine.drafting import cited_sources, normal
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.permissions import may_read_over, may_reopen, may_write_rules
from ensembleur.schemes.queries.drafts import faults_in, standing_version
from ensembleur.schemes.queries.flips import Preview, preview
from ensembleur.schemes.services.drafting import set_parts
from ensembleur.schemes.services.publishing import content_hash
from ensembleur.schemes.services.telling import tell_readers, tell_writer


@transaction.atomic
def start_draft(*, scheme: Scheme, by: User, now: datetime, base: SchemeVersion | None = None, note: str = "") -> SchemeVersion:
    """Open a draft with the text in force, or with that of an earlier version, to apply from today.

    base : the version whose text is taken; when absent, the one in force, or the last one written when none was published.
    Raises Refused when a draft is already open for the scheme, or when there is no text to start from.
    """
    check(may_write_rules, by)
    start = base or standing_version(scheme, on=paris_day(now)) or scheme.versions.order_by("recorded_at", "pk").last()
    if start is None or start.scheme_id != scheme.pk:
        raise Refused("no_text", _("Ce dispositif n'a pas encore de texte dont partir."))
    _refuse_second(scheme)
    rank = scheme.versions.filter(origin=VersionOrigin.OFFICER).count() + 1
    name = f"{scheme.pk}-revision-{rank}"
    today = paris_day(now).isoformat()
    end = (start.content.get("effective") or {}).get("to")
    body = {key: value for key, value in start.content.items() if key != "published"}
    content = {
        **body,
        "id": name,
        "conditions": normal(start.content.get("conditions")),
        "effective": {"from": today, "to": end if end and end > today else None},
    }
    sources = {**scheme.content.get("sources", {}), **start.sources}
    try:
        with transaction.atomic():
            draft = SchemeVersion.objects.create(
                scheme=scheme,
                version_id=name,
                content=content,
                content_hash=content_hash([sources, content]),
                state=VersionState.DRAFT,
                origin=VersionOrigin.OFFICER,
                effective_from=today,
                effective_to=content["effective"]["to"],
                recorded_at=now,
                base=start,
                sources=sources,
                note=note,
                hands=[by.pk],
                written_by=by,
                written_at=now,
            )
    except IntegrityError:  # two officers at the same instant: the second is told
        _refuse_second(scheme)
        raise
    record_act(by=by, verb="start_draft", thing=draft, now=now, after={"base": start.version_id})
    return draft


def return_to(*, version: SchemeVersion, by: User, now: datetime) -> SchemeVersion:
    """Undo: a new draft that takes back the text of an earlier version, to be read over as any other."""
    if version.is_open:
        raise Refused("not_published", _("Ce texte n'a pas été publié : il n'y a rien à reprendre."))
    note = _("Retour au texte de la version %(name)s.") % {"name": version.version_id}
    return start_draft(scheme=version.scheme, by=by, now=now, base=version, note=note)


def _refuse_second(scheme: Scheme) -> None:
    standing = scheme.versions.waiting().first()
    if standing is not None:
        raise Refused(
            "draft_exists",
            _("Un texte est déjà en cours pour ce dispositif (%(name)s) : ouvrez-le, ou abandonnez-le d'abord.")
            % {"name": standing.version_id},
        )


# -- second reading ----------------------------------------------------------------------------------------------------


def submit_for_second_reading(*, draft: SchemeVersion, edition: int, seal: str, by: User, now: datetime) -> SchemeVersion:
    """Send a draft to its second reader, with the counts of the preview frozen in it.

    seal : what tells that the preview was seen as it stands (`Preview.seal`).
    Raises Refused while a static check fails, without a reason for the change, or when the preview was not seen.
    """
    check(may_write_rules, by)
    _refuse_faulty(draft)
    if not draft.note.strip():
        raise Refused("no_note", _("Dites pourquoi ce texte change : le second lecteur et l'histoire le liront."))
    seen = _seen(draft, seal, now)  # before the transaction: a whole register is read
    with transaction.atomic():
        held = _held(draft, VersionState.DRAFT)
        if held.edition != edition or held.content_hash != seen.text:
            raise Refused(
                "draft_changed", _("Ce brouillon a changé depuis que vous l'avez ouvert : relisez-le, puis envoyez-le.")
            )
        held.state = VersionState.SECOND_READING
        held.submitted_by, held.submitted_at = by, now
        held.flips = seen.as_json(now)
        held.hands = sorted({*held.hands, by.pk})
        held.save()
        record_act(by=by, verb="submit_for_second_reading", thing=held, now=now, after={"flips": held.flips, "note": held.note})
        tell_readers(version=held, now=now)
    return held


@transaction.atomic
def send_back(*, version: SchemeVersion, why: str, by: User, now: datetime) -> SchemeVersion:
    """Give a text back to those who write it, with the reason. Raises Refused without one."""
    check(may_reopen, by, version)
    held = _held(version, VersionState.SECOND_READING)
    if not why.strip():
        raise Refused("no_reason", _("Dites pourquoi vous renvoyez ce texte."))
    held.state = VersionState.DRAFT
    held.returned_by, held.returned_at, held.returned_why = by, now, why.strip()
    held.submitted_by, held.submitted_at = None, None
    held.edition += 1
    held.save()
    record_act(by=by, verb="send_back", thing=held, now=now, after={"why": held.returned_why})
    tell_writer(version=held, now=now)
    return held


def publish(*, version: SchemeVersion, seal: str, by: User, now: datetime) -> SchemeVersion:
    """Make a text known and applied, by its second reader.

    What it replaces stays known as it was before today, and keeps the days this text does not take.
    seal : what tells that the preview was seen as it stands today; the counts are counted again and kept.
    Raises NotAllowed for whoever wrote or sent it, Refused when it is not waiting, faulty, or seen otherwise.
    """
    check(may_read_over, by, version)
    if version.state != VersionState.SECOND_READING:
        raise Refused("not_waiting", _("Ce texte n'attend pas de seconde lecture."))
    _refuse_faulty(version)
    seen = _seen(version, seal, now)
    with transaction.atomic():
        held = _held(version, VersionState.SECOND_READING)
        check(may_read_over, by, held)
        if held.content_hash != seen.text:
            raise Refused("draft_changed", _("Ce texte a changé depuis que vous l'avez lu : relisez-le, puis publiez-le."))
        before = held.flips
        cited = cited_sources(held.content)
        held.sources = {key: source for key, source in held.sources.items() if key in cited}
        held.content = {**held.content, "published": {"from": paris_day(now).isoformat(), "to": None}}
        held.content_hash = content_hash([held.scheme.content, held.sources, held.content])
        held.state = VersionState.PUBLISHED
        held.published_by, held.published_at = by, now
        held.flips = seen.as_json(now)
        held.recorded_at = now
        held.save()
        record_act(
            by=by,
            verb="publish_rule",
            thing=held,
            now=now,
            before={"flips": before},
            after={"flips": held.flips, "hash": held.content_hash},
        )
        tell_writer(version=held, now=now)
    return held


@transaction.atomic
def start_today(*, version: SchemeVersion, edition: int, by: User, now: datetime) -> SchemeVersion:
    """Make a text that would reach back apply from today on.

    In a draft, its first day changes and it is seen again before it is sent. A text in second reading is not rewritten by
    its reader: it is sent back with that reason. Raises Refused when it does not reach back, or ends before today.
    """
    is_read_over = version.state == VersionState.SECOND_READING
    check(may_reopen if is_read_over else may_write_rules, by, version)
    today = paris_day(now)
    first, end = SchemeVersion.objects.values_list("effective_from", "effective_to").get(pk=version.pk)
    if first is None or first >= today:
        raise Refused("not_past", _("Ce texte ne commence pas dans le passé : il n'y a rien à changer."))
    if end is not None and end <= today:
        raise Refused("all_past", _("Ce texte ne vaut que pour des jours passés : changez ses jours d'application."))
    if is_read_over:
        why = _("Faites commencer ce texte le jour de sa publication, et non le %(day)s.") % {"day": first.strftime("%d/%m/%Y")}
        return send_back(version=version, why=why, by=by, now=now)
    effective = {"from": today, "to": version.content["effective"].get("to")}
    return set_parts(draft=version, edition=edition, parts={"effective": effective}, by=by, now=now)


@transaction.atomic
def withdraw_draft(*, version: SchemeVersion, by: User, now: datetime) -> SchemeVersion:
    """Give a text up before it is published; it stays readable in the history."""
    check(may_write_rules, by)
    held = _held(version, VersionState.DRAFT, VersionState.SECOND_READING)
    was, held.state = held.state, VersionState.WITHDRAWN
    held.withdrawn_by, held.withdrawn_at = by, now
    held.save()
    record_act(by=by, verb="withdraw_draft", thing=held, now=now, before={"state": was})
    return held


@transaction.atomic
def settle_files(*, scheme: Scheme, by: User, now: datetime) -> int:
    """Say that the texts a later delivery of the catalogue brought were read, and that the officers' text stays. Returns how many."""
    check(may_write_rules, by)
    told = scheme.versions.filter(origin=VersionOrigin.FILE, state=VersionState.PUBLISHED, settled_at__isnull=True)
    settled = told.update(settled_at=now)
    if settled:
        record_act(by=by, verb="settle_files", thing=f"schemes.scheme:{scheme.pk}", now=now, after={"settled": settled})
    return settled


# -- under the acts ----------------------------------------------------------------------------------------------------


def _held(version: SchemeVersion, *states: VersionState) -> SchemeVersion:
    held = SchemeVersion.objects.select_for_update().select_related("scheme").get(pk=version.pk)
    if held.state not in states:
        raise Refused("moved_on", _("Ce texte n'en est plus là : rouvrez sa page pour voir où il en est."))
    return held


def _refuse_faulty(version: SchemeVersion) -> None:
    faults: list[Any] = faults_in(version)
    if faults:
        first = faults[0]
        rest = len(faults) - 1
        more = _(" (et %(n)d autres points)") % {"n": rest} if rest else ""
        raise Refused("faulty_rule", f"{first.says} {first.mend}{more}", faults=[fault.says for fault in faults])


def _seen(version: SchemeVersion, seal: str, now: datetime) -> Preview:
    seen = preview(version, now=now)
    if seen.seal != seal:
        raise Refused(
            "flips_not_seen",
            _("Regardez d'abord qui change de réponse : les comptes ont changé, ou ne vous ont pas encore été montrés."),
        )
    return seen

"""A company enters a programme of support, reaches its stages, is offered its options, and leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.catalogue.programmes import Programme, Stage, programme
from ensembleur.journeys.models import Enrolment, Journey, OptionTake, StageEntry
from ensembleur.journeys.permissions import may_frame
from ensembleur.journeys.queries.programmes import Known, known_stages
from ensembleur.periods import paris_day
from ensembleur.schemes.choices import EvidenceWord

SAID = (EvidenceWord.DECLARED, EvidenceWord.DOCUMENTED)  # what people may say; "observed" is written by nobody


@dataclass(frozen=True)
class Reached:
    """A stage written down, with what looks odd about it: the reader decides whether to mend it."""

    entry: StageEntry
    warnings: tuple[str, ...]


@transaction.atomic
def enrol(*, journey: Journey, programme_id: str, by: User, now: datetime, enrolled_on: date) -> Enrolment:
    """Put a journey in the frame of a programme, from a day that has come."""
    check(may_frame, by, journey)
    frame = programme(programme_id)
    if frame is None or not frame.enrols:
        raise Refused("not_open", _("Ce programme ne prend pas d'inscription : choisissez-en un autre dans la liste."))
    journey = Journey.objects.select_for_update().get(pk=journey.pk)
    if journey.closed_at is not None:
        raise Refused("journey_closed", _("Ce parcours est clos : rouvrez-en un avant d'inscrire l'entreprise."))
    _not_later(enrolled_on, now)
    past = Enrolment.objects.filter(journey=journey, programme=programme_id)
    if past.live().exists():
        raise Refused("already_enrolled", _("Cette entreprise est déjà dans ce programme."))
    if past.filter(left_on__gt=enrolled_on).exists():
        raise Refused(
            "overlap", _("À cette date, l'entreprise était déjà dans ce programme : choisissez un jour après sa sortie.")
        )
    held = Enrolment.objects.create(
        journey=journey, programme=programme_id, enrolled_on=enrolled_on, recorded_at=now, recorded_by=by
    )
    record_act(by=by, verb="enrol", thing=held, now=now, after={"programme": programme_id, "enrolled_on": str(enrolled_on)})
    return held


@transaction.atomic
def leave(*, enrolment: Enrolment, by: User, now: datetime, left_on: date, reason: str) -> Enrolment:
    """Write that a company is out of the programme, with its reason; what it reached stays counted."""
    check(may_frame, by, enrolment.journey)
    held = _hold(enrolment)
    _still_in(held)
    if not reason.strip():
        raise BadInput("no_reason", _("Écrivez pourquoi l'entreprise sort du programme."))
    _not_later(left_on, now)
    if left_on < held.enrolled_on or held.stages.filter(withdrawn_at__isnull=True, reached_on__gt=left_on).exists():
        raise BadInput("left_too_early", _("La sortie vient après l'entrée et après la dernière étape déclarée."))
    held.left_on, held.left_reason = left_on, reason.strip()[:200]
    held.save(update_fields=["left_on", "left_reason"])
    record_act(by=by, verb="leave_programme", thing=held, now=now, after={"left_on": str(left_on)})
    return held


@transaction.atomic
def reach_stage(
    *, enrolment: Enrolment, stage: str, by: User, now: datetime, reached_on: date, evidence: str = EvidenceWord.DECLARED
) -> Reached:
    """Declare a stage that the platform cannot see; refused before the entry, and when the platform already knows it."""
    check(may_frame, by, enrolment.journey)
    held = _hold(enrolment)
    frame = _frame(held)
    wanted = frame.stage(stage)
    if evidence not in SAID:
        raise BadInput(
            "bad_evidence", _("Une étape saisie est déclarée ou justifiée par une pièce ; elle n'est jamais « observée ».")
        )
    _not_later(reached_on, now)
    if reached_on < held.enrolled_on:
        raise Refused("before_entry", _("Cette étape tombe avant l'entrée dans le programme : corrigez l'une des deux dates."))
    if held.left_on is not None and reached_on > held.left_on:
        raise Refused("after_leaving", _("À cette date, l'entreprise était sortie du programme."))
    known = known_stages([held])[held.pk]
    already = known.get(stage)
    if already is not None and already.entry is not None:
        raise Refused("already_reached", _("Cette étape est déjà déclarée : retirez-la d'abord si sa date est fausse."))
    if already is not None and not already.before_entry:
        raise Refused("already_known", _("La plateforme connaît déjà cette étape : elle ne se saisit pas une seconde fois."))
    entry = StageEntry.objects.create(
        enrolment=held, stage=stage, reached_on=reached_on, evidence=evidence, recorded_at=now, recorded_by=by
    )
    record_act(by=by, verb="reach_stage", thing=entry, now=now, after={"stage": stage, "reached_on": str(reached_on)})
    return Reached(entry, _disorder(frame, wanted, reached_on, known))


@transaction.atomic
def withdraw_stage(*, entry: StageEntry, by: User, now: datetime) -> StageEntry:
    """Take a declared stage back; the line stays, marked as withdrawn."""
    check(may_frame, by, entry.enrolment.journey)
    held = StageEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if held.withdrawn_at is not None:
        raise Refused("already_withdrawn", _("Cette étape est déjà retirée."))
    held.withdrawn_at = now
    held.save(update_fields=["withdrawn_at"])
    record_act(
        by=by, verb="withdraw_stage", thing=held, now=now, before={"stage": held.stage, "reached_on": str(held.reached_on)}
    )
    return held


@transaction.atomic
def offer_option(*, enrolment: Enrolment, option: str, by: User, now: datetime, offered_on: date) -> OptionTake:
    """Write that an option of the programme was offered; its answer comes later, or never, and both are counted."""
    check(may_frame, by, enrolment.journey)
    held = _hold(enrolment)
    _still_in(held)
    wanted = _frame(held).option(option)
    _not_later(offered_on, now)
    if offered_on < held.enrolled_on:
        raise Refused("before_entry", _("Une option se propose après l'entrée dans le programme."))
    if held.options.filter(option=option).exists():
        raise Refused("already_offered", _("Cette option a déjà été proposée : notez plutôt la réponse."))
    take = OptionTake.objects.create(
        enrolment=held, option=option, kind=wanted.kind, offered_on=offered_on, recorded_at=now, recorded_by=by
    )
    record_act(by=by, verb="offer_option", thing=take, now=now, after={"option": option, "offered_on": str(offered_on)})
    return take


@transaction.atomic
def answer_option(*, take: OptionTake, by: User, now: datetime, is_taken: bool, answered_on: date) -> OptionTake:
    """Write the company's answer to an offer, or mend it: the journal keeps the former one."""
    check(may_frame, by, take.enrolment.journey)
    held = OptionTake.objects.select_for_update(of=("self",)).get(pk=take.pk)
    _not_later(answered_on, now)
    if answered_on < held.offered_on:
        raise BadInput("answer_before_offer", _("La réponse vient après la proposition : corrigez la date."))
    before = _answer(held)
    held.taken_on, held.declined_on = (answered_on, None) if is_taken else (None, answered_on)
    if _answer(held) == before:
        return held
    held.save(update_fields=["taken_on", "declined_on"])
    record_act(by=by, verb="answer_option", thing=held, now=now, before=before, after=_answer(held))
    return held


def _hold(enrolment: Enrolment) -> Enrolment:
    """The enrolment as it is now, held until the end of the transaction."""
    return Enrolment.objects.select_for_update(of=("self",)).select_related("journey").get(pk=enrolment.pk)


def _frame(enrolment: Enrolment) -> Programme:
    frame = programme(enrolment.programme)
    if frame is None:
        raise Refused("programme_gone", _("Ce programme n'est plus au catalogue : rien de nouveau ne s'y écrit."))
    return frame


def _still_in(enrolment: Enrolment) -> None:
    if enrolment.left_on is not None:
        raise Refused("has_left", _("L'entreprise est déjà sortie de ce programme."))


def _not_later(day: date, now: datetime) -> None:
    if day > paris_day(now):
        raise BadInput("in_the_future", _("Cette date est à venir : écrivez ce qui a déjà eu lieu."))


def _disorder(frame: Programme, stage: Stage, reached_on: date, known: dict[str, Known]) -> tuple[str, ...]:
    """What a reader would find odd: an earlier stage that comes later, a later one that comes before."""
    lang = "en" if (get_language() or "fr").startswith("en") else "fr"
    place, said = frame.stages.index(stage), []
    for number, other in enumerate(frame.stages):
        row = known.get(other.id)
        names = {"stage": stage.says[lang], "other": other.says[lang]}
        if row is None or number == place:
            continue
        if number < place and row.on > reached_on:
            said.append(_("« %(other)s » vient d'habitude avant « %(stage)s », mais sa date est plus tardive.") % names)
        elif number > place and row.on < reached_on:
            said.append(_("« %(other)s » vient d'habitude après « %(stage)s », mais sa date est plus ancienne.") % names)
    return tuple(said)


def _answer(take: OptionTake) -> dict[str, str]:
    return {"taken_on": str(take.taken_on or ""), "declined_on": str(take.declined_on or "")}

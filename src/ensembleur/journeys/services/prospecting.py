"""A company is contacted, asks not to be, is kept for a call; a list is handed out: capped, and written in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur import codes
from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check, holds
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import Channel, ContactOutcome
from ensembleur.journeys.models import Contact, Journey, Opposition, ProspectExport, Reservation
from ensembleur.journeys.permissions import may_contact, may_lift_opposition, may_oppose, may_prospect
from ensembleur.journeys.queries.prospecting import Filters, Line, explained, is_opposed, listed, places_of
from ensembleur.journeys.queries.prospects import Subject, subject_of
from ensembleur.periods import PARIS, paris_day
from ensembleur.territory.queries.diffusion import EstablishmentView
from ensembleur.territory.queries.register import NATURAL_PERSONS, Place, company, establishment, maskings, place_of

if TYPE_CHECKING:
    import polars as pl

LINES_PER_EXPORT = 500  # what a team can call in a quarter: beyond, a list is a copy of the register, not prospecting
LINES_PER_DAY = 1_000  # two full lists a day and a person: a stolen session does not empty the catalogue
LATEST_CALL_BACK_DAYS = 366
WAVE = 10  # companies called at once: enough to learn from the answers before going on
WAVE_DAYS = 7  # then others may call them
BY_PUBLIC = "public:opposition"  # who said it, in the journal, on the page that asks for no account
CALLED_LATELY_DAYS = 30  # a company somebody has just called is in nobody's wave


@dataclass(frozen=True)
class Exported:
    """A list handed out. `left` : companies the cap left out.   record : its line in the register of exports."""

    subject: Subject
    lines: tuple[Line, ...]
    left: int
    record: ProspectExport


@transaction.atomic
def record_contact(
    *,
    siret: str,
    channel: str,
    outcome: str,
    by: User,
    now: datetime,
    about: str = "",
    note: str = "",
    call_back_on: date | None = None,
) -> Contact:
    """Note that a company was contacted and what it gave. A company that no longer wants to be is opposed at once.

    about : a scheme's or a measure's identifier, empty for none.   call_back_on : required for « à rappeler », after today.
    Raises Refused for a company that opposed, or that INSEE may not diffuse; NotAllowed outside one's perimeter.
    """
    view, place = _reachable(siret)
    check(may_contact, by, place)
    if channel not in Channel.values or outcome not in ContactOutcome.values:
        raise BadInput("bad_contact", _("Choisissez le moyen et le résultat du contact dans les listes."))
    if about:
        subject_of(about)
    day = _call_back_day(outcome, call_back_on, paris_day(now))
    _refuse_mail_to_people(view, channel)
    after = {"siret": siret, "about": about, "channel": channel, "outcome": outcome}
    # The journal first: writers queue there, so an opposition written meanwhile is seen below.
    record_act(by=by, verb="record_contact", thing=_thing(view.siren), now=now, after=after)
    if is_opposed(view.siren):
        raise _opposed(view)
    contact = Contact.objects.create(
        siret=siret,
        siren=view.siren,
        commune=place.commune,
        departement=place.departement,
        region=place.region,
        about=about,
        channel=channel,
        outcome=outcome,
        note=" ".join(note.split())[:500],
        call_back_on=day,
        at=now,
        by=by,
    )
    Reservation.objects.filter(siren=view.siren, by=by).delete()
    if outcome == ContactOutcome.OPPOSED:
        oppose(siren=view.siren, reason=_("Dit lors d'un contact."), by=by, now=now)
    return contact


@transaction.atomic
def record_opposition(*, siren: str, reason: str, by: User, now: datetime) -> Opposition:
    """A company is no longer to be contacted, from now on and by anybody; said twice, the first one stands."""
    siren = codes.siren(siren)
    _check_known(siren)
    check(may_oppose, by, siren, places_of(siren))
    return oppose(siren=siren, reason=reason, by=by, now=now)


@transaction.atomic
def lift_opposition(*, siren: str, by: User, now: datetime, reason: str = "") -> Opposition:
    """The company may be contacted again: its director says so, or an officer who says why (see `may_lift_opposition`)."""
    siren = codes.siren(siren)
    _check_known(siren)
    check(may_lift_opposition, by, siren, places_of(siren))
    reason = " ".join(reason.split())[:300]
    if not reason and not holds(by, Role.DIRECTOR, siren=siren):
        raise BadInput("no_reason", _("Dites qui, dans l'entreprise, a demandé à être recontacté, et quand."))
    # Who asked stays out of the journal: it may name somebody, and nothing there can be erased.
    record_act(by=by, verb="lift_opposition", thing=_thing(siren), now=now, after={"says_why": bool(reason)})
    opposition = Opposition.objects.live().select_for_update().filter(siren=siren).first()
    if opposition is None:
        raise Refused("not_opposed", _("Cette entreprise n'a pas demandé à ne plus être contactée."))
    opposition.lifted_at, opposition.lifted_by, opposition.lifted_reason, opposition.contact = now, by, reason, ""
    opposition.save(update_fields=["lifted_at", "lifted_by", "lifted_reason", "contact"])
    return opposition


@transaction.atomic
def export_prospects(
    *,
    subject: Subject,
    filters: Filters,
    by: User | str,
    now: datetime,
    as_of: date | None = None,
    lang: str = "fr",
    limit: int = LINES_PER_EXPORT,
) -> Exported:
    """Hand out the list of a subject: who, what about and how many lines go in the journal.

    by : a person, on their perimeter, or "command:name" on the whole region.   as_of : the day of the rules, that of `now` by default.
    limit : lines wanted, at most LINES_PER_EXPORT; a day and a person have LINES_PER_DAY. Opposed companies and those in
    partial diffusion never leave. Raises Refused when nothing is left of the day's lines, or the list is empty.
    """
    if not isinstance(by, str):
        check(may_prospect, by)
    if limit < 1:
        raise BadInput("bad_limit", _("Le nombre de lignes demandé doit être d'au moins 1."))
    person = None if isinstance(by, str) else by
    if person is not None:  # two exports at once share the day's lines: the second waits for the first
        User.objects.select_for_update().get(pk=person.pk)
    room = LINES_PER_DAY - _taken_today(person, now)
    if room <= 0:
        raise Refused(
            "daily_cap",
            _(
                "Vous avez déjà exporté %(n)s lignes aujourd'hui, le maximum d'une journée : reprenez demain, ou lisez la liste ici."
            )
            % {"n": LINES_PER_DAY},
        )
    as_of = as_of or paris_day(now)
    if not subject.open_on(as_of):
        raise Refused(
            "closed_subject",
            _("« %(title)s » n'est pas ouverte le %(day)s : on ne démarche pas pour une aide fermée.")
            % {"title": subject.title, "day": date_format(as_of, "j F Y")},
        )
    rows, _counts, _questions = listed(subject, user=by, filters=filters, as_of=as_of, lang=lang)
    rows = exportable(rows)
    taken = rows.head(min(limit, room, LINES_PER_EXPORT))
    if taken.is_empty():
        raise Refused("empty_list", _("Aucune entreprise à exporter avec ces filtres : élargissez-les."))
    lines = explained(subject, taken, user=by, as_of=as_of, lang=lang)
    lines = tuple(line for line in lines if not line.view.masked)
    record = ProspectExport.objects.create(
        by=person, about=subject.id, certain_only=filters.certain_only, lines=len(lines), at=now
    )
    told = {"about": subject.id, "lines": len(lines), "filters": filters.as_json(), "as_of": as_of.isoformat()}
    record_act(by=by, verb="export_prospects", thing=record, now=now, after=told)
    return Exported(subject, lines, rows.height - taken.height, record)


@transaction.atomic
def reserve_wave(*, subject: Subject, filters: Filters, by: User, now: datetime, lang: str = "fr") -> list[Reservation]:
    """Keep the first companies of a list for this person for a week, so that partners do not call them at the same time.

    Those kept by somebody, called in the last month or already on a path are passed over. A person finishes a wave before
    taking the next: Raises Refused otherwise, or when nobody is left to call.
    """
    check(may_prospect, by)
    record_act(
        by=by, verb="reserve_wave", thing=f"journeys.prospects:{subject.id}", now=now, after={"filters": filters.as_json()}
    )
    Reservation.objects.exclude(pk__in=Reservation.objects.live_at(now).values("pk")).delete()
    held = Reservation.objects.filter(by=by).count()
    if held >= WAVE:
        raise Refused(
            "wave_not_finished",
            ngettext(
                "Votre vague compte encore %(n)s entreprise à appeler : notez d'abord ce que chaque appel a donné.",
                "Votre vague compte encore %(n)s entreprises à appeler : notez d'abord ce que chaque appel a donné.",
                held,
            )
            % {"n": held},
        )
    rows, _counts, _questions = listed(subject, user=by, filters=filters, as_of=paris_day(now), lang=lang)
    passed = set(Reservation.objects.values_list("siren", flat=True))
    passed |= set(Contact.objects.filter(at__gt=now - timedelta(days=CALLED_LATELY_DAYS)).values_list("siren", flat=True))
    passed |= set(Journey.objects.live().exclude(siren="").values_list("siren", flat=True))
    chosen = [pair for pair in rows.select("siren", "siret").iter_rows() if pair[0] not in passed][: WAVE - held]
    if not chosen:
        raise Refused("nobody_left", _("Plus personne à appeler avec ces filtres : élargissez-les, ou revenez dans un mois."))
    until = now + timedelta(days=WAVE_DAYS)
    return Reservation.objects.bulk_create(
        Reservation(siren=siren, siret=siret, about=subject.id, by=by, at=now, until=until) for siren, siret in chosen
    )


@transaction.atomic
def release_reservation(*, siren: str, by: User, now: datetime) -> int:
    """Give back a company one had kept; returns 0 when it was no longer kept."""
    check(may_prospect, by)
    siren = codes.siren(siren)
    record_act(by=by, verb="release_reservation", thing=_thing(siren), now=now)
    return Reservation.objects.filter(siren=siren, by=by).delete()[0]


# -- rules -------------------------------------------------------------------------------------------------------------


def exportable(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that may leave in a file: none whose site or company is in partial diffusion."""
    import polars as pl

    return rows.filter(~pl.col("siret").is_in(list(maskings())))


def _taken_today(person: User | None, now: datetime) -> int:
    midnight = now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    today = ProspectExport.objects.filter(by=person, at__gte=midnight)
    return today.aggregate(total=Sum("lines"))["total"] or 0


def _reachable(siret: str) -> tuple[EstablishmentView, Place]:
    view, place = establishment(siret), place_of(siret)
    if view is None or place is None:
        raise Refused("unknown_siret", _("Cet établissement n'est pas dans le registre chargé : vérifiez le SIRET."))
    if "name" in view.hidden:
        raise Refused(
            "not_diffusible",
            _("Cette personne a demandé à l'INSEE la diffusion partielle : elle ne se démarche pas, même par téléphone."),
        )
    return view, place


def _refuse_mail_to_people(view: EstablishmentView, channel: str) -> None:
    """No electronic prospecting of sole traders found in the register; one who follows a path here has asked for it."""
    if channel != Channel.MAIL or not view.legal_form.startswith(NATURAL_PERSONS):
        return
    if not Journey.objects.filter(siren=view.siren).exists():
        raise Refused(
            "no_mail_to_people",
            _(
                "C'est une entreprise individuelle : on ne démarche pas une personne par courriel à partir du registre. Appelez ou écrivez."
            ),
        )


def _call_back_day(outcome: str, day: date | None, today: date) -> date | None:
    if outcome != ContactOutcome.CALL_BACK:
        return None
    if day is None or not today < day <= today + timedelta(days=LATEST_CALL_BACK_DAYS):
        raise BadInput("bad_call_back", _("Dites quel jour rappeler : demain au plus tôt, dans un an au plus tard."))
    return day


def _check_known(siren: str) -> None:
    if company(siren) is None:
        raise Refused("unknown_siren", _("Cette entreprise n'est pas dans le registre chargé : vérifiez le numéro."))


def oppose(*, siren: str, reason: str, by: User | None, now: datetime, **said: str) -> Opposition:
    """Write the opposition, or give the one that stands; by : None on the public page, which says more with `said`."""
    record_act(by=by or BY_PUBLIC, verb="record_opposition", thing=_thing(siren), now=now)
    held = Opposition.objects.live().filter(siren=siren).first()
    if held is not None:
        return held if by is None else confirm(held=held, by=by, now=now)
    Reservation.objects.filter(siren=siren).delete()
    reason = " ".join(reason.split())[:300]
    return Opposition.objects.create(siren=siren, reason=reason, recorded_at=now, recorded_by=by, **said)


def confirm(*, held: Opposition, by: User, now: datetime) -> Opposition:
    """What was said on the public page comes from the company: how to reach it is of no more use."""
    if held.recorded_by_id is None and held.confirmed_at is None:
        held.confirmed_at, held.confirmed_by, held.contact = now, by, ""
        held.save(update_fields=["confirmed_at", "confirmed_by", "contact"])
    return held


def _opposed(view: EstablishmentView) -> Refused:
    return Refused(
        "opposed",
        _("%(name)s a demandé à ne plus être contactée : on ne l'appelle plus, sauf si elle revient sur sa demande.")
        % {"name": view.title},
    )


def _thing(siren: str) -> str:
    return f"journeys.company:{siren}"

"""The baseline is taken, reviews are held at 6, 12, 24 and 36 months, figures are added and withdrawn; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import REVIEW_MONTHS, DiagnosisStatus, DocumentKind, Indicator
from ensembleur.journeys.engine.reviews import EARLY_DAYS, due_days
from ensembleur.journeys.models import Baseline, Diagnosis, Document, Figure, Journey, Review
from ensembleur.journeys.permissions import may_contribute
from ensembleur.journeys.queries.reviews import observed
from ensembleur.journeys.services.papers import add_document
from ensembleur.periods import paris_day
from ensembleur.schemes.choices import EvidenceWord

TOLD = (EvidenceWord.DECLARED, EvidenceWord.DOCUMENTED)
COUNTED = (Indicator.HEADCOUNT, Indicator.JOBS_CREATED, Indicator.JOBS_MAINTAINED, Indicator.APPRENTICES)  # whole numbers
PROOF_KINDS = {Indicator.TURNOVER: DocumentKind.ACCOUNTS, Indicator.INVESTMENT: DocumentKind.INVOICE}
HIGHEST = Decimal(10) ** 12


@dataclass(frozen=True)
class Proof:
    """A file handed in with a figure."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Told:
    """A figure somebody gives. evidence: declared, or documented with what proves it: a document of this journey, or a file."""

    indicator: str
    evidence: str
    value: Decimal
    as_of: date
    document: Document | None = None
    proof: Proof | None = None


@transaction.atomic
def take_baseline(*, journey: Journey, figures: Iterable[Told], by: User, now: datetime, taken_on: date) -> Baseline:
    """Write where the company starts from, with what the register says that day, and set the days of the four reviews.

    Possible once the first diagnosis is finished; `taken_on` lies between that day and today.
    """
    check(may_contribute, by, journey)
    journey = Journey.objects.select_for_update().get(pk=journey.pk)
    _check_live(journey)
    if Baseline.objects.filter(journey=journey).exists():
        raise Refused(
            "baseline_taken", _("La situation de départ est déjà notée : ajoutez-y un chiffre, ou retirez celui qui est faux.")
        )
    first = journey.diagnoses.filter(status=DiagnosisStatus.FINISHED).order_by("finished_at", "pk").first()
    if first is None or first.finished_at is None:
        raise Refused("no_diagnosis", _("Terminez d'abord un diagnostic : la situation de départ se prend avec lui."))
    if not paris_day(first.finished_at) <= taken_on <= paris_day(now):
        raise BadInput(
            "bad_day",
            _("La situation de départ se date entre le premier diagnostic (%(day)s) et aujourd'hui.")
            % {"day": f"{paris_day(first.finished_at):%d/%m/%Y}"},
        )
    baseline = Baseline.objects.create(journey=journey, taken_on=taken_on, diagnosis=first, recorded_at=now, recorded_by=by)
    rows = [_figure(told, by=by, now=now, baseline=baseline) for told in _distinct(figures)]
    _check_days(rows, latest=taken_on)
    Figure.objects.bulk_create([*rows, *_observed_figures(journey, by=by, now=now, baseline=baseline)])
    Review.objects.bulk_create(
        Review(journey=journey, months=months, due_on=due) for months, due in due_days(taken_on, REVIEW_MONTHS).items()
    )
    record_act(by=by, verb="take_baseline", thing=baseline, now=now, after={"taken_on": str(taken_on), "figures": _named(rows)})
    return baseline


@transaction.atomic
def hold_review(*, review: Review, figures: Iterable[Told], by: User, now: datetime, comment: str = "") -> Review:
    """Write what the company says and proves at this term, and what the register says; a later diagnosis is joined by itself.

    Refused without a baseline, more than thirty days early, once held or once lapsed.
    """
    check(may_contribute, by, review.journey)
    review = Review.objects.select_for_update(of=("self",)).select_related("journey").get(pk=review.pk)
    _check_live(review.journey)
    baseline = baseline_of(review.journey)
    if review.done_at is not None:
        raise Refused("review_held", _("Ce bilan a déjà été fait : ajoutez-y un chiffre, ou retirez celui qui est faux."))
    if review.lapsed_at is not None:
        raise Refused("review_lapsed", _("Le délai de ce bilan est passé sans réponse : répondez au suivant."))
    opens = review.due_on - timedelta(days=EARLY_DAYS)
    if paris_day(now) < opens:
        raise Refused("too_early", _("Ce bilan pourra être fait à partir du %(day)s.") % {"day": f"{opens:%d/%m/%Y}"})
    if len(comment) > 2000:
        raise BadInput("long_comment", _("Le commentaire dépasse 2 000 caractères : gardez l'essentiel."))
    rows = [_figure(told, by=by, now=now, review=review) for told in _distinct(figures)]
    _check_days(rows, earliest=baseline.taken_on, latest=paris_day(now))
    review.done_at, review.done_by, review.comment = now, by, comment.strip()
    review.diagnosis = _later_diagnosis(review.journey, baseline)
    review.save()
    Figure.objects.bulk_create([*rows, *_observed_figures(review.journey, by=by, now=now, review=review)])
    record_act(by=by, verb="hold_review", thing=review, now=now, after={"months": review.months, "figures": _named(rows)})
    return review


@transaction.atomic
def record_figure(*, told: Told, by: User, now: datetime, of: Baseline | Review) -> Figure:
    """Add one figure to a baseline or to a review already held; a live one of the same kind is withdrawn first, by its own act."""
    check(may_contribute, by, of.journey)
    # Two clicks add one figure: the second waits here, then finds it.
    _check_live(Journey.objects.select_for_update().get(pk=of.journey.pk))
    place = {"baseline": of} if isinstance(of, Baseline) else {"review": of}
    if isinstance(of, Review) and of.done_at is None:
        raise Refused("review_not_held", _("Ce bilan n'a pas encore été fait : remplissez-le d'abord."))
    row = _figure(told, by=by, now=now, **place)
    if Figure.objects.filter(indicator=row.indicator, evidence=row.evidence, withdrawn_at__isnull=True, **place).exists():
        raise Refused("figure_there", _("Ce chiffre est déjà noté : retirez-le avant d'en donner un autre."))
    held = isinstance(of, Baseline)
    earliest = None if held else baseline_of(of.journey).taken_on
    _check_days([row], earliest=earliest, latest=of.taken_on if isinstance(of, Baseline) else paris_day(now))
    row.save()
    record_act(by=by, verb="record_figure", thing=row, now=now, after=_shown(row))
    return row


@transaction.atomic
def withdraw_figure(*, figure: Figure, by: User, now: datetime) -> Figure:
    """Take back a wrong figure: it leaves the tables and stays in the history. What the register says is mended there."""
    place = figure.baseline or figure.review
    check(may_contribute, by, place.journey)  # type: ignore[union-attr]
    figure = Figure.objects.select_for_update(of=("self",)).get(pk=figure.pk)
    if figure.evidence not in TOLD:
        raise Refused("not_yours", _("Ce chiffre vient d'un registre public : il se corrige auprès de ce registre, pas ici."))
    if figure.withdrawn_at is not None:
        raise Refused("figure_withdrawn", _("Ce chiffre a déjà été retiré."))
    figure.withdrawn_at = now
    figure.save(update_fields=["withdrawn_at"])
    record_act(by=by, verb="withdraw_figure", thing=figure, now=now, before=_shown(figure), after={"withdrawn": True})
    return figure


def baseline_of(journey: Journey) -> Baseline:
    """The journey's baseline. Raises Refused, saying what to do, when there is none."""
    held = Baseline.objects.filter(journey=journey).first()
    if held is None:
        raise Refused(
            "no_baseline", _("Notez d'abord la situation de départ : sans elle, un bilan ne peut pas dire ce qui a changé.")
        )
    return held


def _observed_figures(journey: Journey, *, by: User, now: datetime, **place: Baseline | Review) -> list[Figure]:
    """What public registers say of the establishment that day, as figures not saved yet; `by` is nobody's word here."""
    return [
        Figure(
            indicator=known.indicator,
            evidence=EvidenceWord.OBSERVED,
            low=known.low,
            high=known.high,
            as_of=known.as_of,
            source_title=known.source[:200],
            recorded_at=now,
            **place,
        )
        for known in observed(journey, as_of=paris_day(now))
    ]


def _figure(told: Told, *, by: User, now: datetime, **place: Baseline | Review) -> Figure:
    journey = next(iter(place.values())).journey
    if told.indicator not in Indicator.values:
        raise BadInput("bad_indicator", _("Ce chiffre n'est pas de ceux qu'un bilan suit : choisissez dans la liste."))
    name = Indicator(told.indicator).label
    if told.evidence not in TOLD:
        raise BadInput("bad_evidence", _("%(figure)s : dites s'il est déclaré ou prouvé par une pièce.") % {"figure": name})
    if not told.value.is_finite() or not 0 <= told.value < HIGHEST:
        raise BadInput("bad_value", _("%(figure)s : écrivez un nombre positif ou nul.") % {"figure": name})
    if told.indicator in COUNTED and told.value != told.value.to_integral_value():
        raise BadInput("not_whole", _("%(figure)s : écrivez un nombre entier.") % {"figure": name})
    document = _document(told, journey, by=by, now=now) if told.evidence == EvidenceWord.DOCUMENTED else None
    return Figure(
        indicator=told.indicator,
        evidence=told.evidence,
        low=told.value,
        high=told.value,
        as_of=told.as_of,
        source_title=document.name if document else _("l'entreprise"),
        document=document,
        recorded_at=now,
        recorded_by=by,
        **place,
    )


def _document(told: Told, journey: Journey, *, by: User, now: datetime) -> Document:
    """What proves a documented figure: the file is kept as a document of the journey, outside any application."""
    name = Indicator(told.indicator).label
    document = told.document
    if document is None and told.proof is not None:
        kind = PROOF_KINDS.get(told.indicator, DocumentKind.OTHER)
        proof = told.proof
        return add_document(journey=journey, by=by, now=now, kind=kind, name=proof.name, content=proof.content)
    if document is None:
        raise BadInput("no_document", _("%(figure)s : joignez la pièce qui le prouve.") % {"figure": name})
    if document.journey_id != journey.pk or document.application_id is not None:
        raise BadInput("foreign_document", _("%(figure)s : joignez une pièce propre à ce bilan.") % {"figure": name})
    return document


def _distinct(figures: Iterable[Told]) -> list[Told]:
    held = list(figures)
    if len({(told.indicator, told.evidence) for told in held}) < len(held):
        raise BadInput("figure_twice", _("Un même chiffre est donné deux fois de la même façon : gardez-en un seul."))
    return held


def _check_days(rows: Sequence[Figure], *, earliest: date | None = None, latest: date) -> None:
    """A baseline speaks of no later day than its own; a review, of a day after the baseline."""
    for row in rows:
        names = {"figure": row.get_indicator_display(), "day": f"{row.as_of:%d/%m/%Y}"}
        if row.as_of > latest:
            raise BadInput("figure_too_late", _("%(figure)s : le %(day)s est postérieur à ce que l'on note ici.") % names)
        if earliest is not None and row.as_of <= earliest:
            raise BadInput(
                "figure_too_early",
                _("%(figure)s : au %(day)s, le parcours n'avait pas commencé ; donnez un chiffre plus récent.") % names,
            )


def _check_live(journey: Journey) -> None:
    if journey.closed_at is not None:
        raise Refused("journey_closed", _("Ce parcours est clos : ses chiffres ne changent plus."))


def _later_diagnosis(journey: Journey, baseline: Baseline) -> Diagnosis | None:
    later = journey.diagnoses.finished()
    return later.exclude(pk=baseline.diagnosis_id).filter(finished_at__gt=baseline.recorded_at).first()


def _named(rows: Iterable[Figure]) -> list[str]:
    return sorted(f"{row.indicator}:{row.evidence}" for row in rows)


def _shown(row: Figure) -> dict[str, str]:
    return {"indicator": str(row.indicator), "evidence": str(row.evidence), "value": str(row.low), "as_of": str(row.as_of)}

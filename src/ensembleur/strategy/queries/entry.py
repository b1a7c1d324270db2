"""What already stands where a value would enter: locked periods, values, reports that wait; and why it may not enter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ensembleur.logic.sentences import show_day
from ensembleur.periods import paris_day
from ensembleur.strategy.choices import Origin
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import Label
from ensembleur.strategy.engine.entering import Figures, fault_of, told_twice, why_not_reported
from ensembleur.strategy.engine.wording import Fault
from ensembleur.strategy.models import Indicator, Measurement, PeriodLock, Proposal, Strategy

DAY = timedelta(days=1)


def language() -> str:
    """The language being spoken: "fr" or "en"."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def figures_of(row: Measurement | Proposal, **more: Any) -> Figures:
    """The figures of a value that stands or waits; a value without figure has no figures. Raises ValueError for one."""
    if row.value is None:
        raise ValueError(f"{row} has no value.")
    told = {"source_title": row.source_title, "comment": row.comment} if isinstance(row, Proposal) else {}
    return Figures(
        row.period_start,
        row.period_end,
        row.as_of,
        Label(row.label),
        row.value,
        row.numerator,
        row.denominator,
        row.units,
        **{**told, **more},
    )


Place = tuple[int, date, date, date, str]


def place_of(row: Measurement | Proposal) -> Place:
    """What a value speaks of: its indicator, its days, how it is known."""
    return row.indicator_id, row.period_start, row.period_end, row.as_of, row.label


@dataclass
class Ground:
    """What stands in a strategy. values : standing ones by place.   waiting : reports by place.   correcting : measurement → report."""

    locks: list[PeriodLock]
    values: dict[Place, list[Measurement]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[Place, Proposal] = field(default_factory=dict)
    correcting: dict[int, Proposal] = field(default_factory=dict)

    def lock_on(self, day: date) -> PeriodLock | None:
        """The lock that holds this day."""
        return next((lock for lock in self.locks if lock.period_start <= day < lock.period_end), None)

    def value_at(self, place: Place, *origins: str) -> Measurement | None:
        """The value that stands there, of one of these origins."""
        return next((one for one in self.values.get(place, ()) if one.origin in origins), None)

    def await_also(self, proposal: Proposal) -> None:
        """Count one more report that waits."""
        self.waiting[place_of(proposal)] = proposal
        if proposal.corrects_id:
            self.correcting[proposal.corrects_id] = proposal


def ground_of(strategy: Strategy, indicators: Iterable[Indicator] | None = None) -> Ground:
    """What stands in a strategy, or for these indicators only; three queries."""
    ground = Ground(list(PeriodLock.objects.filter(strategy=strategy, lifted_at__isnull=True)))
    values, waiting = Measurement.objects.standing(), Proposal.objects.waiting()
    if indicators is None:
        values, waiting = values.filter(indicator__strategy=strategy), waiting.filter(indicator__strategy=strategy)
    else:
        keys = [one.pk for one in indicators]
        values, waiting = values.filter(indicator__in=keys), waiting.filter(indicator__in=keys)
    for value in values.select_related("proposal").defer("breakdown"):
        ground.values[place_of(value)].append(value)
    for proposal in waiting:
        ground.await_also(proposal)
    return ground


def why_not_entered(
    ground: Ground,
    indicator: Indicator,
    sheet: Sheet,
    figures: Figures,
    *,
    today: date,
    corrects: Measurement | None = None,
    reason: str = "",
    besides: int | None = None,
) -> Fault | None:
    """Why these figures may not enter, None when they may. besides : a report that is this one, and no rival of it."""
    lang = language()
    if indicator.retired_at is not None:
        says = _("L'indicateur %(code)s n'est plus suivi : il ne reçoit plus de valeur.") % {"code": indicator.code}
        return Fault("retired_indicator", "indicator", says)
    if corrects is None and (says := why_not_reported(sheet, lang)):
        return Fault("not_reported", "indicator", says)
    if fault := fault_of(sheet, figures, today=today, lang=lang):
        return fault
    for day in [figures.as_of, *([corrects.as_of] if corrects else [])]:
        if lock := ground.lock_on(day):
            return Fault("locked_period", "as_of", locked_sentence(lock))
    place = (indicator.pk, figures.period_start, figures.period_end, figures.as_of, figures.label.value)
    rival = ground.waiting.get(place)
    if rival is not None and rival.pk != besides:
        says = _("Une valeur attend déjà d'être validée (%(place)s) : retirez-la, ou attendez la décision.") % {
            "place": told_twice(figures, lang)
        }
        return Fault("already_waiting", "value", says)
    if corrects is not None:
        return _wrong_correction(ground, figures, corrects, reason, besides)
    standing = ground.value_at(place, Origin.REPORTED)
    if standing is not None:
        says = _("Une valeur est déjà validée (%(place)s) : corrigez-la en donnant un motif.") % {
            "place": told_twice(figures, lang)
        }
        return Fault("already_known", "value", says)
    return None


def _wrong_correction(ground: Ground, figures: Figures, corrects: Measurement, reason: str, besides: int | None) -> Fault | None:
    rival = ground.correcting.get(corrects.pk)
    place = (corrects.indicator_id, figures.period_start, figures.period_end, figures.as_of, figures.label.value)
    there = ground.value_at(place, Origin.REPORTED)
    if corrects.origin == Origin.COMPUTED:
        code, at, says = "computed_value", "value", _(
            "La plateforme calcule cette valeur : corrigez les opérations, ou contestez-la ; elle ne se corrige pas à la main."
        )  # fmt: skip
    elif corrects.origin == Origin.TEXT:
        code, at, says = "text_value", "value", _(
            "Cette valeur est écrite dans un texte : elle change avec le fichier de la stratégie, ou se conteste."
        )  # fmt: skip
    elif corrects.pk not in {one.pk for one in ground.values.get(place_of(corrects), ())}:
        code, at, says = "already_replaced", "value", _("Cette valeur a déjà été remplacée : corrigez la dernière.")
    elif rival is not None and rival.pk != besides:
        code, at, says = "already_waiting", "value", _("Une correction de cette valeur attend déjà d'être validée.")
    elif there is not None and there.pk != corrects.pk:
        code, at, says = "already_known", "value", _("Une autre valeur est déjà validée pour ces jours : corrigez celle-là.")
    elif not reason.strip():
        code, at, says = "no_reason", "reason", _("Dites pourquoi la valeur est corrigée : ce motif reste affiché avec elle.")
    elif is_same(figures, corrects):
        code, at, says = "same_value", "value", _("Ces chiffres sont déjà ceux de la valeur validée : rien à corriger.")
    else:
        return None
    return Fault(code, at, says)


def is_same(figures: Figures, held: Measurement) -> bool:
    """Whether a value that stands says the same of the same days, whatever the words beside it."""
    known = figures_of(held) if held.value is not None else None
    if known is None or known.place != figures.place:
        return False
    numbers = ("value", "numerator", "denominator", "units")
    return all(getattr(known, name) == getattr(figures, name) for name in numbers)


def locked_sentence(lock: PeriodLock) -> str:
    """« La période du … au … est verrouillée depuis le … »."""
    lang = language()
    return _(
        "La période du %(start)s au %(last)s est verrouillée depuis le %(day)s : demandez sa réouverture à un second lecteur."
    ) % {
        "start": show_day(lock.period_start, lang),
        "last": show_day(lock.period_end - DAY, lang),
        "day": show_day(paris_day(lock.locked_at), lang),
    }

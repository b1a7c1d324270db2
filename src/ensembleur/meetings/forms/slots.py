"""How an organiser cuts the days of an event into slots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.meetings.engine.grid import Pattern
from ensembleur.meetings.models import Event
from ensembleur.meetings.services.slots import USUAL
from ensembleur.web.formats import day


class HourInput(forms.TimeInput):
    """An hour, as browsers write it."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PatternForm(forms.Form):
    """The first hour, the length, the pauses, how many a day; the lunch cuts the day in two sessions."""

    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Jours"), coerce=date.fromisoformat, widget=forms.CheckboxSelectMultiple
    )
    first = forms.TimeField(label=gettext_lazy("Premier créneau à"), widget=HourInput)
    minutes = forms.IntegerField(label=gettext_lazy("Durée d'un créneau, en minutes"), min_value=5, max_value=480)
    gap = forms.IntegerField(label=gettext_lazy("Pause entre deux créneaux, en minutes"), min_value=0, max_value=120)
    count = forms.IntegerField(label=gettext_lazy("Créneaux par jour"), min_value=1, max_value=999)
    lunch_from = forms.TimeField(label=gettext_lazy("Déjeuner, de"), widget=HourInput, required=False)
    lunch_to = forms.TimeField(label=gettext_lazy("à"), widget=HourInput, required=False)

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        dates = days_of(event)
        super().__init__(*args, **{"initial": _usual(event, dates), **options})
        self.fields["days"].choices = [(one.isoformat(), day(one)) for one in dates]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A lunch has both its ends, in order."""
        data = super().clean() or {}
        start, end = data.get("lunch_from"), data.get("lunch_to")
        if (start is None) != (end is None):
            self.add_error("lunch_to" if end is None else "lunch_from", _("Donnez les deux heures du déjeuner, ou aucune."))
        elif start is not None and end is not None and end <= start:
            self.add_error("lunch_to", _("Le déjeuner finit avant de commencer : corrigez l'une des deux heures."))
        return data

    def pattern(self) -> Pattern:
        """What was typed, in minutes."""
        data = self.cleaned_data
        lunch = (_minutes(data["lunch_from"]), _minutes(data["lunch_to"])) if data["lunch_from"] else None
        return Pattern(_minutes(data["first"]), data["minutes"], data["gap"], data["count"], lunch)


def days_of(event: Event) -> list[date]:
    """The days of an event, a month of them at most."""
    length = min(31, (event.ends_on - event.starts_on).days + 1)
    return [event.starts_on + timedelta(days=number) for number in range(length)]


def _usual(event: Event, dates: Sequence[date]) -> dict[str, Any]:
    usual = USUAL[event.kind]  # type: ignore[index]
    lunch = usual.lunch or (None, None)
    return {
        "days": [one.isoformat() for one in dates],
        "first": _hour(usual.first),
        "minutes": usual.minutes,
        "gap": usual.gap,
        "count": usual.count,
        "lunch_from": _hour(lunch[0]),
        "lunch_to": _hour(lunch[1]),
    }


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _hour(minutes: int | None) -> time | None:
    return None if minutes is None else time(minutes // 60, minutes % 60)

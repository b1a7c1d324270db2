"""What is said on the day: somebody is away or late, a table is lost, somebody registered late asks to meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.meetings.choices import ProposalKind
from ensembleur.meetings.models import Attendee, Event, Place, Slot

LATE, LEAVES, AWAY = "late", "leaves", "away"
HOWS = [
    (LATE, _("Arrivée plus tard : premier créneau possible")),
    (LEAVES, _("Départ plus tôt : premier créneau impossible")),
    (AWAY, _("Absence à ce seul créneau")),
    ("all", _("Absence pour tout ce qui reste")),
]


class AbsenceForm(forms.Form):
    """When somebody is away, among the slots that are not over; `asks` : a reason is needed."""

    how = forms.ChoiceField(label=_("Que se passe-t-il ?"), choices=HOWS, widget=forms.RadioSelect)
    slot = forms.TypedChoiceField(label=_("Créneau"), coerce=int, empty_value=None, required=False)
    reason = forms.CharField(
        label=_("Motif"), max_length=300, help_text=_("Lu par les organisateurs seulement. N'écrivez rien de médical.")
    )

    def __init__(self, *args: Any, slots: Sequence[Slot], hours: dict[int, str], asks: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [slot.number for slot in slots]
        self.fields["slot"].choices = [("", "—"), *((number, hours[number]) for number in self.numbers)]
        self.fields["reason"].required = asks

    def clean(self) -> dict[str, Any]:
        """A slot is needed, unless it is for all that is left."""
        given = super().clean() or {}
        if given.get("how") not in (None, "all") and given.get("slot") is None and "slot" not in self.errors:
            self.add_error("slot", _("Choisissez le créneau."))
        return given

    def change(self) -> dict[str, Any]:
        """What the service takes."""
        how, slot = self.cleaned_data["how"], self.cleaned_data["slot"]
        slots = [
            number
            for number in self.numbers
            if how == "all"
            or (how == LATE and number < slot)
            or (how == LEAVES and number >= slot)
            or (how == AWAY and number == slot)
        ]
        kind = ProposalKind.LATE if how == LATE else ProposalKind.ABSENCE
        return {"kind": kind, "slots": slots, "reason": self.cleaned_data["reason"]}


class LostPlaceForm(forms.Form):
    """Which place cannot be used, and from when."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Table ou salle"))
    slot = forms.TypedChoiceField(label=_("À partir du créneau"), coerce=int)
    reason = forms.CharField(label=_("Motif"), max_length=300, required=False)

    def __init__(self, *args: Any, event: Event, slots: Sequence[Slot], hours: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [slot.number for slot in slots]
        self.fields["place"].queryset = event.places.all()  # type: ignore[attr-defined]
        self.fields["slot"].choices = [(number, hours[number]) for number in self.numbers]  # type: ignore[attr-defined]

    def change(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        slots = [number for number in self.numbers if number >= given["slot"]]
        return {"kind": ProposalKind.PLACE_LOST, "place": given["place"], "slots": slots, "reason": given["reason"]}


class PersonChoice(forms.ModelMultipleChoiceField):
    """People to choose, each with their organisation."""

    def label_from_instance(self, person: Any) -> str:
        """« Camille Roux (Atelier fictif) »."""
        return f"{person.name} ({person.registration.name})"


class LateRegistrationForm(forms.Form):
    """Whom somebody registered late asks to meet; their accepted wishes come besides."""

    whom = PersonChoice(Attendee.objects.none(), label=_("Qui rencontrer"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whom"].queryset = people  # type: ignore[attr-defined]

    def change(self) -> dict[str, Any]:
        """What the service takes."""
        return {"kind": ProposalKind.LATE_REGISTRATION, "whom": list(self.cleaned_data["whom"])}

"""What an organiser types of tables, stands and rooms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from ensembleur.meetings.choices import PlaceKind
from ensembleur.meetings.models import Place


class RangeForm(forms.Form):
    """Several places at once: « 300 tables », from number 1 on."""

    count = forms.IntegerField(label=pgettext_lazy("nombre", "Combien"), min_value=1, max_value=2000)
    kind = forms.ChoiceField(label=gettext_lazy("De quoi"), choices=PlaceKind)
    first = forms.IntegerField(label=gettext_lazy("À partir du numéro"), min_value=1, max_value=99_999, initial=1)
    prefix = forms.CharField(
        label=gettext_lazy("Mot devant le numéro"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("« Hall B » donne Hall B 1, Hall B 2… Pour une seule place, c'est son nom."),
    )
    step_free = forms.BooleanField(label=gettext_lazy("Sans marche"), required=False, initial=True)
    quiet = forms.BooleanField(label=gettext_lazy("Au calme"), required=False)


class PlaceForm(forms.ModelForm):
    """One place, and the slots where it cannot be used."""

    link = forms.URLField(label=gettext_lazy("Lien de la salle à distance"), required=False, assume_scheme="https")
    closed_slots = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Fermée pendant"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Place
        fields = ("code", "kind", "step_free", "quiet", "link", "address", "closed_slots")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        slots = self.instance.event.slots.all()
        self.fields["closed_slots"].choices = [  # type: ignore[attr-defined]
            (slot.number, f"{timezone.localtime(slot.starts_at):%d/%m %H:%M} – {timezone.localtime(slot.ends_at):%H:%M}")
            for slot in slots
        ]

    def _post_clean(self) -> None:
        """The record is written by the service alone: the form only reads what was typed."""

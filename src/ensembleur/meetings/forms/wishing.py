"""What one looks for among the participants, and what one says with a wish."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.meetings.choices import WishLevel, WishState
from ensembleur.meetings.models import Attendee, Registration
from ensembleur.meetings.queries.wishes import SIZES, Looked
from ensembleur.meetings.services.wishing import LONGEST_NOTE

_SIZE_WORDS = {"small": _("moins de 50 salariés"), "medium": _("de 50 à 249 salariés"), "large": _("250 salariés et plus")}


class LookForm(forms.Form):
    """The filters of the list of participants; whatever cannot be read is as if it were not asked."""

    q = forms.CharField(label=_("Nom, savoir-faire ou besoin"), required=False, max_length=80)
    departement = forms.ChoiceField(label=_("Département"), required=False)
    taille = forms.ChoiceField(label=_("Taille"), required=False, choices=[("", _("toutes")), *_SIZE_WORDS.items()])
    secteur = forms.ChoiceField(label=_("Secteur"), required=False)

    def __init__(self, *args: Any, departements: list[tuple[str, Any]], sectors: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["departement"].choices = [("", _("tous")), *departements]  # type: ignore[attr-defined]
        self.fields["secteur"].choices = [("", _("tous")), *sectors]  # type: ignore[attr-defined]

    def looked(self) -> Looked:
        """What is asked."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        size = data.get("taille", "")
        return Looked(data.get("q", ""), data.get("departement", ""), data.get("secteur", ""), size if size in SIZES else "")


class WishForm(forms.Form):
    """How much one wants to meet them, whom among them, and a word."""

    level = forms.ChoiceField(label=_("Ce rendez-vous est"), choices=WishLevel, widget=forms.RadioSelect, initial=WishLevel.LIKE)
    group = forms.ModelChoiceField(label=_("Pour le groupe"), queryset=Attendee.objects.none(), required=False)
    named = forms.ModelChoiceField(
        label=_("Avec"), queryset=Attendee.objects.none(), required=False, empty_label=_("n'importe qui de leur part")
    )
    note = forms.CharField(
        label=_("Un mot pour eux"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, sender: Registration, receiver: Registration, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = sender.attendees.filter(erased_at__isnull=True, group_size__gt=1)
        people = receiver.attendees.filter(erased_at__isnull=True)
        for name, rows, least in (("group", groups, 1), ("named", people, 2)):
            if rows.count() >= least:
                self.fields[name].queryset = rows  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        if "group" in self.fields:
            self.fields["group"].required = True

        if getattr(receiver, "visit", None) is not None:
            self.fields["rules"] = forms.BooleanField(label=_("J'ai lu les consignes de sécurité ; le groupe les suivra"))

    def words(self) -> dict[str, Any]:
        """What `send_wish` takes."""
        data = self.cleaned_data
        return {"level": data["level"], "note": data["note"], "group": data.get("group"), "named": data.get("named")}


class WishFilterForm(forms.Form):
    """The organiser's filters."""

    q = forms.CharField(label=_("Nom"), required=False, max_length=80)
    etat = forms.ChoiceField(label=_("État"), required=False, choices=[("", _("tous")), *WishState.choices])

    def wanted(self) -> tuple[str, str]:
        """(state, text) looked for."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return data.get("etat", ""), data.get("q", "").strip()

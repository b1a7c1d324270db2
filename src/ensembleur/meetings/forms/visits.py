"""What a site types of its visit, an organiser of a stop of the bus, and anyone of the calendar of tours."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ensembleur.meetings.choices import Side
from ensembleur.meetings.forms.fair import MomentInput
from ensembleur.meetings.models import Event, TourStop, VisitOffer
from ensembleur.meetings.queries.visits import centre_of, named_communes
from ensembleur.meetings.services import touring, visiting
from ensembleur.periods import PARIS
from ensembleur.territory.queries.search_filters import commune_named

_NUMBERS = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*")


class PlaceForm(forms.Form):
    """Where something is: an address, a commune, and its point when the commune's centre is too far from it."""

    address = forms.CharField(label=gettext_lazy("Adresse"), max_length=240)
    commune = forms.CharField(label=gettext_lazy("Commune"), max_length=80, help_text=gettext_lazy("Son nom ou son code postal."))
    position = forms.CharField(
        label=gettext_lazy("Position exacte"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Latitude puis longitude, par exemple 48.9478, 2.2475. Vide : le centre de la commune, pour la carte et les trajets."
        ),
    )

    def __init__(self, *args: Any, held: Any = None, **options: Any) -> None:
        if held is not None:
            point, centre = (held.longitude, held.latitude), centre_of(held.commune)
            has_own = held.longitude is not None and point != centre
            options["initial"] = {
                **options.get("initial", {}),
                "address": held.address,
                "commune": named_communes([held.commune])[held.commune],
                "position": f"{held.latitude}, {held.longitude}" if has_own else "",
            }
        super().__init__(*args, **options)
        self.held = held

    def clean_commune(self) -> str:
        """The code of the commune meant."""
        text = self.cleaned_data["commune"].strip()
        if self.held is not None and text == self.initial["commune"]:
            return str(self.held.commune)
        commune = commune_named(text)
        if commune is None:
            raise forms.ValidationError(_("Aucune commune de la région ne s'appelle ainsi : vérifiez le nom ou le code postal."))
        return commune.code

    def clean_position(self) -> tuple[float | None, float | None]:
        """(longitude, latitude), as they are kept."""
        text = self.cleaned_data["position"]
        if not text.strip():
            return None, None
        found = _NUMBERS.fullmatch(text)
        latitude, longitude = (float(number) for number in found.groups()) if found else (999.0, 999.0)
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise forms.ValidationError(_("Écrivez la latitude puis la longitude en degrés, par exemple 48.9478, 2.2475."))
        return longitude, latitude

    def given(self, names: tuple[str, ...]) -> dict[str, Any]:
        """What the service takes."""
        longitude, latitude = self.cleaned_data["position"]
        values = {**self.cleaned_data, "longitude": longitude, "latitude": latitude}
        return {name: values[name] for name in names}


class VisitForm(PlaceForm):
    """A visit on offer."""

    title = forms.CharField(label=gettext_lazy("Ce qu'on y voit"), max_length=160)
    summary = forms.CharField(
        label=gettext_lazy("Déroulement"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    seats = forms.IntegerField(label=gettext_lazy("Personnes par groupe"), min_value=1, max_value=visiting.MOST_SEATS)
    groups_at_once = forms.IntegerField(
        label=gettext_lazy("Groupes en même temps"),
        min_value=1,
        max_value=visiting.MOST_GROUPS,
        initial=1,
        help_text=gettext_lazy("Il faut autant de guides que de groupes : chaque personne de votre inscription en est un."),
    )
    min_age = forms.IntegerField(label=gettext_lazy("Âge minimum"), min_value=visiting.AGES[0], max_value=visiting.AGES[1])
    max_age = forms.IntegerField(
        label=gettext_lazy("Âge maximum"), min_value=visiting.AGES[0], max_value=visiting.AGES[1], required=False
    )
    safety_rules = forms.CharField(
        label=gettext_lazy("Consignes de sécurité"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Chaussures, cheveux, téléphones, zones interdites : l'établissement les lit avant de demander."),
    )
    step_free = forms.BooleanField(label=gettext_lazy("Toute la visite se fait sans marche"), required=False)
    field_order = ("title", "summary", "seats", "groups_at_once", "min_age", "max_age", "safety_rules", "step_free")

    def __init__(self, *args: Any, offer: VisitOffer | None = None, **options: Any) -> None:
        if offer is not None:
            options["initial"] = {name: getattr(offer, name) for name in self.field_order}
        super().__init__(*args, held=offer, **options)

    def settings(self) -> dict[str, Any]:
        """What `set_offer` takes."""
        return self.given(visiting.SETTINGS)


class StopForm(PlaceForm):
    """A stop of the bus; hours are those of Paris."""

    name = forms.CharField(label=pgettext_lazy("tournée", "Étape"), max_length=160)
    arrives_at = forms.DateTimeField(label=gettext_lazy("Arrivée"), widget=MomentInput())
    leaves_at = forms.DateTimeField(label=pgettext_lazy("tournée", "Départ"), widget=MomentInput())
    registration = forms.ModelChoiceField(
        label=gettext_lazy("Site qui reçoit"), queryset=None, required=False, empty_label=gettext_lazy("aucun")
    )
    field_order = ("name", "arrives_at", "leaves_at", "address", "commune", "position", "registration")

    def __init__(self, *args: Any, event: Event, stop: TourStop | None = None, **options: Any) -> None:
        if stop is not None:
            moments = {name: timezone.localtime(getattr(stop, name), PARIS) for name in ("arrives_at", "leaves_at")}
            options["initial"] = {"name": stop.name, "registration": stop.registration_id, **moments}
        super().__init__(*args, held=stop, **options)
        sites = event.registrations.accepted().filter(side=Side.A)
        self.fields["registration"].queryset = sites  # type: ignore[attr-defined]

    def settings(self) -> dict[str, Any]:
        """What `set_stop` takes."""
        return self.given(touring.SETTINGS)

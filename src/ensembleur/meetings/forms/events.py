"""What an organiser types of an event: what it is, its rules, who runs it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.errors import EnsembleurError
from ensembleur.meetings.choices import EventKind, OrganiserRole
from ensembleur.meetings.models import Event
from ensembleur.meetings.services.events import SETTINGS
from ensembleur.territory.queries.search_filters import commune_named

RULES = (
    "two_sided", "registration_closes_at", "wishes_close_at", "needs_approval", "max_people", "max_meetings",
    "max_consecutive", "max_open_wishes", "answer_days", "asks_both", "grace_minutes",
)  # fmt: skip
# What only has a sense where people wish for meetings.
WISHES = ("two_sided", "wishes_close_at", "max_meetings", "max_consecutive", "max_open_wishes", "asks_both", "grace_minutes")


class DayInput(forms.DateInput):
    """A day, as browsers write it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class InstantInput(forms.DateTimeInput):
    """A day and an hour, as browsers write them."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def say_why(form: forms.BaseForm, error: EnsembleurError) -> int:
    """Put a refusal beside the field it concerns, or above the form; returns the status of the page."""
    if error.status not in (400, 422):
        raise error
    name = str(error.details.get("at", ""))
    form.add_error(name if name in form.fields else None, error.sentence)
    return error.status


class NewEventForm(forms.ModelForm):
    """What is needed to open a draft; its rules are those of its kind until they are changed."""

    commune = forms.CharField(
        label=gettext_lazy("Commune"),
        max_length=80,
        help_text=gettext_lazy("Son nom ou son code postal. La carte montre l'événement au centre de la commune."),
    )

    class Meta:
        model = Event
        fields = (
            "kind", "title", "starts_on", "ends_on", "place_name", "address", "commune", "organised_by_name", "contact_email",
            "summary",
        )  # fmt: skip
        widgets = {
            "starts_on": DayInput,
            "ends_on": DayInput,
            "summary": forms.Textarea(attrs={"rows": 5}),
            "kind": forms.RadioSelect,
        }
        help_texts = {
            "title": gettext_lazy("Avec le lieu ou l'année : il sert aussi d'adresse à la page."),
            "summary": gettext_lazy(
                "Pour qui, pour quoi, comment se passe la journée. Les lignes vides séparent les paragraphes."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "kind" in self.fields:
            self.fields["kind"].choices = EventKind.choices  # type: ignore[attr-defined]
            self.fields["kind"].initial = None
        self.fields["ends_on"].help_text = gettext_lazy("Le même que le premier pour un seul jour.")

    def clean_commune(self) -> str:
        """The code of the commune meant; its centre is kept beside."""
        text = self.cleaned_data["commune"].strip()
        if self.instance.pk and text == self.initial.get("commune"):
            self.point = {"longitude": self.instance.longitude, "latitude": self.instance.latitude}
            return self.instance.commune
        commune = commune_named(text)
        if commune is None:
            raise forms.ValidationError(_("Aucune commune de la région ne s'appelle ainsi : vérifiez le nom ou le code postal."))
        self.point = {"longitude": commune.lon, "latitude": commune.lat}
        return commune.code

    def _post_clean(self) -> None:
        """The record is written by the service alone: the form only reads what was typed."""

    def settings(self) -> dict[str, Any]:
        """What was typed, by the names of SETTINGS."""
        return {name: value for name, value in {**self.cleaned_data, **self.point}.items() if name in SETTINGS}


class EventForm(NewEventForm):
    """An event and its rules."""

    class Meta(NewEventForm.Meta):
        fields = (*(name for name in NewEventForm.Meta.fields if name != "kind"), *RULES)
        widgets = {**NewEventForm.Meta.widgets, "registration_closes_at": InstantInput, "wishes_close_at": InstantInput}
        labels = {"two_sided": gettext_lazy("Deux côtés se rencontrent")}
        help_texts = {
            **NewEventForm.Meta.help_texts,
            "two_sided": gettext_lazy("Par exemple acheteurs et fournisseurs. Sinon, chacun peut rencontrer chacun."),
            "max_people": gettext_lazy("Au-delà, les inscriptions vont en liste d'attente."),
            "max_meetings": gettext_lazy("Deux ou trois de moins que les créneaux laissent à chacun le temps de souffler."),
            "asks_both": gettext_lazy("Sinon, un vœu que personne n'a décliné peut devenir un rendez-vous."),
            "grace_minutes": gettext_lazy("Après ce délai, une personne seule à sa table est libérée."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.kind == EventKind.TOUR:
            for name in WISHES:
                del self.fields[name]

    def rules(self) -> list[forms.BoundField]:
        """The fields of the rules, in order."""
        return [self[name] for name in self.fields if name in RULES]

    def words(self) -> list[forms.BoundField]:
        """The fields that say what the event is, in order."""
        return [self[name] for name in self.fields if name not in RULES]


class OrganiserForm(forms.Form):
    """Who is named, to do what."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique de son compte"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Rôle"),
        choices=OrganiserRole,
        help_text=gettext_lazy("« Organisateur » fait tout ; « Accueil » lit et reçoit les gens le jour J."),
    )

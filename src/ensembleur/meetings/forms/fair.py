"""What an organiser types of a session of the programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ensembleur.meetings.models import Event, ProgrammeSession
from ensembleur.meetings.services.programme import SETTINGS
from ensembleur.periods import PARIS


class MomentInput(forms.DateTimeInput):
    """A day and an hour, as browsers write them."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class SessionForm(forms.Form):
    """One session; hours are those of Paris."""

    title = forms.CharField(label=_("Titre"), max_length=160)
    summary = forms.CharField(label=_("Présentation"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    speakers = forms.CharField(label=_("Intervenants"), max_length=300, required=False)
    language = forms.ChoiceField(label=_("Langue"), choices=[("fr", _("français")), ("en", _("anglais"))])
    place = forms.ModelChoiceField(label=_("Salle"), queryset=None)
    starts_at = forms.DateTimeField(label=pgettext_lazy("séance", "Début"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=pgettext_lazy("séance", "Fin"), widget=MomentInput())
    seats = forms.IntegerField(
        label=_("Places à réserver"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Vide : on entre sans réserver."),
    )

    def __init__(self, *args: Any, event: Event, session: ProgrammeSession | None = None, **options: Any) -> None:
        if session is not None:
            options["initial"] = {name: getattr(session, name) for name in SETTINGS} | {"place": session.place_id}
            for name in ("starts_at", "ends_at"):
                options["initial"][name] = timezone.localtime(getattr(session, name), PARIS)
        super().__init__(*args, **options)
        self.fields["place"].queryset = event.places.order_by("rank", "pk")  # type: ignore[attr-defined]

    def settings(self) -> dict[str, Any]:
        """What `set_session` takes."""
        return {name: self.cleaned_data[name] for name in SETTINGS}

"""The form of a baseline or of a review: each figure with how it is known, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.journeys.choices import Indicator, Result
from ensembleur.journeys.engine.papers import ACCEPTED_WORDS
from ensembleur.journeys.engine.reviews import Known
from ensembleur.journeys.forms import DateInput
from ensembleur.journeys.services.reviewing import COUNTED, Proof, Told
from ensembleur.schemes.choices import EvidenceWord

REGISTER = "register"  # what public registers say is noted by itself: choosing it means typing nothing
HINTS: dict[str, str | Promise] = {
    Indicator.HEADCOUNT: gettext_lazy("Personnes dans l'établissement suivi, à la date du haut."),
    Indicator.TURNOVER: gettext_lazy("En euros, hors taxes, dernière année close."),
    Indicator.INVESTMENT: gettext_lazy("En euros, hors taxes, sur les douze derniers mois."),
    Indicator.JOBS_CREATED: gettext_lazy("Postes qui n'existaient pas au départ du parcours."),
    Indicator.JOBS_MAINTAINED: gettext_lazy("Postes qui auraient disparu sans le projet. Ne s'ajoutent pas aux emplois créés."),
    Indicator.APPRENTICES: gettext_lazy("Contrats en cours à la date du haut."),
    Indicator.ENERGY: gettext_lazy("En mégawattheures, sur les douze derniers mois."),
    Indicator.CO2: gettext_lazy("En tonnes équivalent CO2, sur les douze derniers mois."),
}
SINCE_THE_START = (Indicator.JOBS_CREATED, Indicator.JOBS_MAINTAINED)  # they have no meaning on the first day


class NumberField(forms.DecimalField):
    """A number with spaces, a comma or a unit sign."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, localize=False, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any) -> Decimal | None:
        """The number, exactly."""
        if isinstance(value, str):
            for sign in (" ", "\u00a0", "\u202f", "€"):
                value = value.replace(sign, "")
            value = value.replace(",", ".")
        return super().to_python(value)


@dataclass(frozen=True)
class Group:
    """The fields of one indicator, with what is already known of it."""

    indicator: str
    title: str
    fields: tuple[forms.BoundField, ...]
    says: Known | None
    start: Known | None

    @property
    def has_error(self) -> bool:
        """Whether one of its fields must be mended."""
        return any(field.errors for field in self.fields)


class FiguresForm(forms.Form):
    """Figures of one day. `known`: what registers say; `start`: the baseline's declared figures; `hints`: told before here."""

    on = forms.DateField(label=gettext_lazy("Date de ces chiffres"), widget=DateInput())

    def __init__(
        self,
        *args: Any,
        known: Mapping[str, Known],
        start: Mapping[str, Known] | None = None,
        hints: Mapping[str, Decimal] | None = None,
        indicators: tuple[str, ...] = tuple(Indicator.values),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.known, self.start, self.indicators = known, start or {}, indicators
        for name in indicators:
            says = [(REGISTER, _("le registre le dit"))] if name in known else []
            self.fields[f"{name}-value"] = NumberField(
                label=_("Valeur"),
                required=False,
                min_value=Decimal(0),
                decimal_places=0 if name in COUNTED else 2,
                help_text=HINTS[name],
                initial=(hints or {}).get(name),
            )
            self.fields[f"{name}-evidence"] = forms.ChoiceField(
                label=_("Comment le savez-vous ?"),
                required=False,
                widget=forms.RadioSelect,
                choices=[(EvidenceWord.DECLARED, _("je le déclare")), (EvidenceWord.DOCUMENTED, _("je joins une pièce")), *says],
                initial=REGISTER if says and name not in (hints or {}) else EvidenceWord.DECLARED,
            )
            self.fields[f"{name}-file"] = forms.FileField(
                label=_("Pièce"), required=False, help_text=_("%(types)s, 20 Mo au plus.") % {"types": ACCEPTED_WORDS}
            )

    def groups(self) -> Iterator[Group]:
        """One group per indicator."""
        for name in self.indicators:
            fields = tuple(self[f"{name}-{part}"] for part in ("value", "evidence", "file"))
            yield Group(name, str(Indicator(name).label), fields, self.known.get(name), self.start.get(name))

    def clean(self) -> dict[str, Any]:
        """A figure is typed with how it is known; a piece comes with the figure it proves."""
        data = super().clean() or {}
        for name in self.indicators:
            value, evidence, file = (data.get(f"{name}-{part}") for part in ("value", "evidence", "file"))
            if value is None:
                if file:
                    self.add_error(f"{name}-value", _("Écrivez le chiffre que cette pièce prouve."))
                continue
            if evidence == REGISTER:
                self.add_error(
                    f"{name}-evidence",
                    _("Le registre est noté de lui-même : effacez votre chiffre, ou dites qu'il est le vôtre."),
                )
            elif evidence == EvidenceWord.DOCUMENTED and not file:
                self.add_error(f"{name}-file", _("Joignez la pièce, ou choisissez « je le déclare »."))
            elif file and evidence != EvidenceWord.DOCUMENTED:
                self.add_error(f"{name}-evidence", _("Une pièce est jointe : choisissez « je joins une pièce », ou retirez-la."))
        if not self.errors and not self.known and not any(data.get(f"{name}-value") is not None for name in self.indicators):
            self.add_error(None, _("Donnez au moins un chiffre."))
        return data

    def told(self) -> list[Told]:
        """What was given, for the services."""
        data = self.cleaned_data
        day: date = data["on"]
        found = []
        for name in self.indicators:
            value, evidence, file = (data[f"{name}-{part}"] for part in ("value", "evidence", "file"))
            if value is not None:
                proof = Proof(file.name, file.read()) if file else None
                found.append(Told(name, evidence or EvidenceWord.DECLARED.value, value, day, proof=proof))
        return found


class ReviewForm(FiguresForm):
    """A review: figures, and what changed in words."""

    comment = forms.CharField(
        label=gettext_lazy("Ce qui a changé, en quelques mots"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Ce qui a marché, ce qui a bloqué. Lu par votre conseiller et l'agent qui suit votre territoire."),
    )


class SurveyForm(forms.Form):
    """Three questions; the first is enough."""

    contacted = forms.ChoiceField(
        label=gettext_lazy("Avez-vous échangé ?"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Oui")), ("no", gettext_lazy("Non"))],
    )
    useful = forms.ChoiceField(
        label=gettext_lazy("Était-ce utile ?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Oui")), ("no", gettext_lazy("Non")), ("", gettext_lazy("Je ne sais pas encore"))],
    )
    result = forms.ChoiceField(
        label=gettext_lazy("Qu'en est-il sorti ?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[*Result.choices, ("", gettext_lazy("Je ne sais pas encore"))],
    )
    comment = forms.CharField(
        label=gettext_lazy("Un mot de plus"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        """No contact has no usefulness."""
        data = super().clean() or {}
        if data.get("contacted") == "no" and data.get("useful"):
            self.add_error("useful", _("Sans échange, choisissez « Je ne sais pas encore »."))
        return data

    def answers(self) -> dict[str, Any]:
        """The keyword arguments of the service."""
        data = self.cleaned_data
        said = {"yes": True, "no": False, "": None}
        return {
            "contacted": data["contacted"] == "yes",
            "useful": said[data["useful"]],
            "result": data["result"],
            "comment": data["comment"],
        }

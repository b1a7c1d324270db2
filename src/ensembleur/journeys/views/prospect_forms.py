"""What is typed on the prospecting pages: the filters of the list, what a contact gave, an opposition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.journeys.choices import Channel, ContactOutcome
from ensembleur.journeys.forms import DEPARTEMENTS, DateInput
from ensembleur.journeys.queries.prospecting import QUIET, SAID_NO, Filters
from ensembleur.territory.engine import places
from ensembleur.territory.engine.activities import SECTORS, sector_label
from ensembleur.territory.engine.search_text import fold

MOST_COMMUNES = 30
SIZES = [
    ("", gettext_lazy("Toutes")),
    ("micro", gettext_lazy("Moins de 10 salariés")),
    ("small", gettext_lazy("De 10 à 49 salariés")),
    ("medium", gettext_lazy("De 50 à 249 salariés")),
    ("large", gettext_lazy("250 salariés et plus")),
    ("inconnu", gettext_lazy("Taille inconnue")),
]
CONTACTS = [
    ("", gettext_lazy("Toutes, sauf refus de moins d'un an")),
    ("jamais", gettext_lazy("Jamais contactées")),
    *((days, gettext_lazy("Pas contactées depuis %s jours") % days) for days in QUIET),
    (SAID_NO, gettext_lazy("Pas intéressées, depuis moins d'un an")),
]
JOURNEYS = [
    ("", gettext_lazy("Toutes")),
    ("sans", gettext_lazy("Sans parcours ouvert")),
    ("jamais", gettext_lazy("Sans parcours à ce jour")),
]
INDUSTRY = [sector for sector, (divisions, *_words) in SECTORS.items() if divisions]


class FilterForm(forms.Form):
    """The filters of the list; empty ones filter nothing."""

    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    commune = forms.CharField(label=gettext_lazy("Commune"), max_length=60, required=False)
    secteur = forms.ChoiceField(label=gettext_lazy("Secteur"), required=False)
    taille = forms.ChoiceField(label=gettext_lazy("Taille de l'entreprise"), choices=SIZES, required=False)
    contact = forms.ChoiceField(label=gettext_lazy("Contacts"), choices=CONTACTS, required=False)
    parcours = forms.ChoiceField(label=gettext_lazy("Parcours"), choices=JOURNEYS, required=False)
    certaines = forms.BooleanField(label=gettext_lazy("Seulement les certaines"), required=False)
    question = forms.SlugField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lang: str = "fr", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["departement"].choices = [("", _("Tous")), *DEPARTEMENTS[1:]]  # type: ignore[attr-defined]
        self.fields["secteur"].choices = [("", _("Tous")), *((one, sector_label(one, lang)) for one in INDUSTRY)]  # type: ignore[attr-defined]

    def clean_commune(self) -> tuple[str, ...]:
        """The codes of the communes meant."""
        text = self.cleaned_data["commune"].strip()
        codes = communes_named(text) if text else ()
        if text and not codes:
            raise forms.ValidationError(_("Aucune commune de la région ne s'appelle ainsi : vérifiez le nom ou le code."))
        return codes

    def filters(self) -> Filters:
        """The filters asked; what cannot be read filters nothing."""
        self.is_valid()
        given = self.cleaned_data
        return Filters(
            departement=given.get("departement", ""),
            commune=given.get("commune", ()),
            sector=given.get("secteur", ""),
            size=given.get("taille", ""),
            lone=given.get("question", ""),
            certain_only=given.get("certaines", False),
            contact=given.get("contact", ""),
            journey=given.get("parcours", ""),
        )


def communes_named(text: str) -> tuple[str, ...]:
    """The communes of the region of that INSEE code, or whose name begins so; Paris is all its districts."""
    served = tuple(code for code, _name in DEPARTEMENTS[1:])
    names = {code: name for code, name in places.country().communes.items() if code.startswith(served)}
    words = fold(text)
    if text in names:
        found = [text]
    else:
        begins = sorted(code for code, name in names.items() if fold(name).startswith(words))
        found = [code for code in begins if fold(names[code]) == words] or begins[:MOST_COMMUNES]
    if "75056" in found:
        found += [f"751{number:02d}" for number in range(1, 21)]
    return tuple(found)


class ContactForm(forms.Form):
    """What a contact gave."""

    channel = forms.ChoiceField(label=gettext_lazy("Comment ?"), choices=Channel)
    outcome = forms.ChoiceField(label=gettext_lazy("Résultat"), choices=ContactOutcome, widget=forms.RadioSelect)
    call_back_on = forms.DateField(
        label=gettext_lazy("Rappeler le"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Seulement si l'entreprise est à rappeler."),
    )
    note = forms.CharField(
        label=gettext_lazy("Ce qui a été dit"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Lue par les conseillers et agents du même territoire, et par l'entreprise si elle le demande."),
    )

    def clean(self) -> dict[str, Any]:
        """A call to make has its day."""
        given = super().clean() or {}
        if (
            given.get("outcome") == ContactOutcome.CALL_BACK
            and not given.get("call_back_on")
            and "call_back_on" not in self.errors
        ):
            self.add_error("call_back_on", _("Dites quel jour rappeler."))
        return given


class OppositionForm(forms.Form):
    """The company is no longer to be contacted."""

    reason = forms.CharField(
        label=gettext_lazy("Précision"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Vous n'avez pas à vous justifier."),
    )


class PublicOppositionForm(forms.Form):
    """The same, said without an account: who says it may stay unknown."""

    number = forms.CharField(
        label=gettext_lazy("SIRET ou SIREN de l'entreprise"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("14 ou 9 chiffres, avec ou sans espaces. L'opposition vaut pour tous les sites de l'entreprise."),
    )
    contact = forms.CharField(
        label=gettext_lazy("Comment vous joindre"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Un agent pourra vérifier avec vous que la demande vient de l'entreprise, puis l'efface."),
    )


class LiftForm(forms.Form):
    """The company may be contacted again."""

    reason = forms.CharField(
        label=gettext_lazy("Qui l'a demandé, et quand"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Obligatoire pour un agent qui l'écrit à la place de l'entreprise."),
    )

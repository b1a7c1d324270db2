"""One question, one field: the form that fits the kind of a fact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from ensembleur import codes
from ensembleur.errors import BadInput
from ensembleur.schemes.choices import AUDIENCES, FAMILIES, LEVELS, TOPICS
from ensembleur.schemes.engine.encoding import parse_text
from ensembleur.schemes.engine.vocabulary import FactKey
from ensembleur.schemes.queries.overview import Wanted, plain

PAST_AID_ROWS = 5


def _lang() -> str:
    return "en" if get_language() == "en" else "fr"


def _hint(kind: str) -> str:
    return {
        "number": _("Un nombre, ou une fourchette comme 20..49 si vous n'avez pas le chiffre exact."),
        "money": _("Par exemple 250 000, ou une fourchette comme 200000..300000."),
        "share": _("Par exemple 25 %."),
    }.get(kind, "")


class SiretForm(forms.Form):
    """« Suis-je éligible ? »"""

    siret = forms.CharField(
        label="SIRET", max_length=30, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )

    def clean_siret(self) -> str:
        """Fourteen digits with their check digit."""
        try:
            return codes.siret(self.cleaned_data["siret"])
        except BadInput as error:
            raise forms.ValidationError(error.sentence) from error


class AnswerForm(forms.Form):
    """The answer to one question about one fact."""

    def __init__(self, known: FactKey, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        if known.kind == "aids":
            self._add_past_aids()
        else:
            self.fields["value"] = self._field()

    def _label(self) -> str:
        """The question is the page's title; the label says what to write, with its unit."""
        unit = {"money": _("en euros"), "share": _("en pour cent")}.get(self.known.kind) or self.known.unit.word(True, _lang())
        return _("Votre réponse, %(unit)s") % {"unit": unit} if unit else _("Votre réponse")

    def _field(self) -> forms.Field:
        kind, label = self.known.kind, self._label()
        if kind == "bool":
            return forms.ChoiceField(label=label, choices=[("oui", _("Oui")), ("non", _("Non"))], widget=forms.RadioSelect)
        if kind == "date":
            return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))
        if self.known.choices:
            choices = [(code, words.in_(_lang())) for code, words in self.known.choices]
            if kind == "codes":
                return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)
            return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
        mode = "numeric" if kind == "number" else "decimal" if kind == "money" else "text"
        return forms.CharField(
            label=label,
            help_text=_hint(kind),
            max_length=60,
            widget=forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"}),
        )

    def _add_past_aids(self) -> None:
        for row in range(PAST_AID_ROWS):
            number = row + 1
            self.fields[f"on_{row}"] = forms.DateField(
                label=_("Date de l'aide n° %(number)d") % {"number": number},
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}),
            )
            self.fields[f"eur_{row}"] = forms.CharField(
                label=_("Montant de l'aide n° %(number)d, en euros") % {"number": number},
                required=False,
                max_length=30,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        """Put the engine's value in `cleaned_data["engine_value"]`; a faulty one becomes the field's error."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            data["engine_value"] = self._past_aids(data) if self.known.kind == "aids" else self._single(data["value"])
        except BadInput as error:
            field = "value" if "value" in self.fields else None
            self.add_error(field, error.sentence.replace(f"« {self.known.key} »", _("Cette réponse")))
        return data

    def _single(self, value: Any) -> Any:
        if isinstance(value, list):
            return tuple(value)
        if not isinstance(value, str):
            return value
        if self.known.kind == "share" and not value.strip().endswith("%"):
            value = f"{value} %"  # the label asks for per cent: 1 is one per cent, not the whole
        return parse_text(self.known.key, self.known.kind, value)

    def _past_aids(self, data: dict[str, Any]) -> tuple[dict[str, Any], ...]:
        aids: list[dict[str, Any]] = []
        for row in range(PAST_AID_ROWS):
            on, eur = data.get(f"on_{row}"), data.get(f"eur_{row}")
            if not on and not eur:
                continue
            if not on or not eur:
                raise BadInput(
                    "half_an_aid",
                    _("Pour chaque aide reçue, donnez la date et le montant : il en manque un à la ligne %d.") % (row + 1),
                )
            aids.append({"on": on, "eur": parse_text(self.known.key, "money", eur), "regime": "de_minimis"})
        return tuple(aids)


class ListFilters(forms.Form):
    """The filters of the list of schemes; an unknown value is ignored rather than refused."""

    q = forms.CharField(label=_l("Mots"), required=False, max_length=80)
    theme = forms.ChoiceField(label=_l("Sujet"), required=False, choices=[("", _l("Tous les sujets")), *TOPICS.items()])
    famille = forms.ChoiceField(
        label=_l("Forme de l'aide"), required=False, choices=[("", _l("Toutes les formes")), *FAMILIES.items()]
    )
    niveau = forms.ChoiceField(label=_l("Qui la propose"), required=False, choices=[("", _l("Tous")), *LEVELS.items()])
    public = forms.ChoiceField(label=_l("Pour qui"), required=False, choices=[("", _l("Tous")), *AUDIENCES.items()])
    fermees = forms.BooleanField(label=_l("Montrer aussi les aides fermées"), required=False)

    def wanted(self) -> Wanted:
        """What the visitor chose, faulty values left out."""
        self.is_valid()
        data = self.cleaned_data
        return Wanted(
            words=tuple(plain(data.get("q") or "").split()),
            topic=data.get("theme") or "",
            family=data.get("famille") or "",
            level=data.get("niveau") or "",
            audience=data.get("public") or "",
            closed_too=bool(data.get("fermees")),
        )

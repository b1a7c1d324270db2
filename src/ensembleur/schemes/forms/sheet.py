"""The sheet of a new scheme: its names, what it is, who runs it, the text that founds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from ensembleur import codes
from ensembleur.errors import BadInput
from ensembleur.schemes.choices import AUDIENCES, FAMILIES, LEVELS, TOPICS
from ensembleur.schemes.forms.parts import CONFIDENCES, text_of, words
from ensembleur.schemes.forms.rules import DATE

LINES = forms.Textarea(attrs={"rows": 3})
OWN_SOURCE = "texte-1"  # the key of the text given with the sheet
SOURCE_FIELDS = {"title": "source_title", "url": "source_url", "as_of": "source_as_of", "checked": "source_checked"}
PARTS = {
    "name": ("title_fr", "title_en", "summary_fr", "summary_en"),
    "kind": ("family", "audience", "topics"),
    "body": ("level", "operator", "operator_siren", "funders", "url"),
    "text": ("source_title", "source_url", "source_as_of", "source_checked", "source_confidence"),
    "first": ("first", "slug"),
}


class SheetForm(forms.Form):
    """Everything of a scheme but its rule. Both languages are asked: the public page exists in both."""

    title_fr = forms.CharField(label=_l("Nom du dispositif, en français"), max_length=120)
    title_en = forms.CharField(
        label=_l("Nom du dispositif, en anglais"), max_length=120, help_text=_l("La page publique existe dans les deux langues.")
    )
    summary_fr = forms.CharField(label=_l("À quoi il sert, en une phrase, en français"), max_length=600, widget=LINES)
    summary_en = forms.CharField(label=_l("À quoi il sert, en une phrase, en anglais"), max_length=600, widget=LINES)
    family = forms.ChoiceField(label=_l("Forme de l'aide"), choices=[("", _l("Choisissez une forme")), *FAMILIES.items()])
    level = forms.ChoiceField(label=_l("Qui la propose ?"), choices=list(LEVELS.items()), widget=forms.RadioSelect)
    audience = forms.ChoiceField(label=_l("Pour qui ?"), choices=list(AUDIENCES.items()), widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        label=_l("Sujets"), required=False, choices=list(TOPICS.items()), widget=forms.CheckboxSelectMultiple
    )
    operator = forms.CharField(
        label=_l("Organisme qui l'instruit"), max_length=120, help_text=_l("Celui auprès de qui l'entreprise dépose son dossier.")
    )
    operator_siren = forms.CharField(label=_l("SIREN de l'organisme"), required=False, max_length=11)
    funders = forms.CharField(
        label=_l("Autres financeurs"), required=False, max_length=600, widget=LINES, help_text=_l("Un par ligne.")
    )
    url = forms.URLField(label=_l("Page officielle de l'aide"), required=False, max_length=500, assume_scheme="https")
    source_title = forms.CharField(
        label=_l("Texte qui fonde l'aide"),
        max_length=300,
        help_text=_l("Règlement, délibération, décret : le premier texte que la règle citera. D'autres s'ajoutent ensuite."),
    )
    source_url = forms.URLField(label=_l("Adresse de ce texte"), required=False, max_length=500, assume_scheme="https")
    source_as_of = forms.DateField(label=_l("Date de ce texte"), required=False, widget=DATE)
    source_checked = forms.DateField(label=_l("Lu par vous le"), required=False, widget=DATE)
    source_confidence = forms.ChoiceField(label=_l("D'où vient-il ?"), choices=CONFIDENCES)

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under the heading each belongs to."""
        headings = {
            "name": _("Son nom"),
            "kind": _("Ce que c'est"),
            "body": _("Qui la porte"),
            "text": _("Le texte qui la fonde"),
            "first": _("Sa première version"),
        }
        return [
            (title, [self[name] for name in PARTS[key] if name in self.fields])
            for key, title in headings.items()
            if set(PARTS[key]) & set(self.fields)
        ]

    @staticmethod
    def initial_of(content: Mapping[str, Any]) -> dict[str, Any]:
        """What stands."""
        source = content["sources"].get(OWN_SOURCE) or {}
        operator = content["operator"]
        operator = operator if isinstance(operator, Mapping) else {"name": operator}
        shown = {f"{name}_{lang}": text_of(content.get(name), lang) for name in ("title", "summary") for lang in ("fr", "en")}
        shown |= {name: content.get(name) for name in ("family", "level", "audience", "topics", "url")}
        shown |= {field: source.get(name) for name, field in SOURCE_FIELDS.items()}
        return shown | {
            "operator": operator.get("name"),
            "operator_siren": operator.get("siren"),
            "funders": "\n".join(content.get("funders") or ()),
            "source_confidence": source.get("confidence"),
        }

    def clean_operator_siren(self) -> str:
        """Nine digits, when given."""
        text = self.cleaned_data["operator_siren"].strip()
        try:
            return codes.siren(text) if text else ""
        except BadInput as error:
            raise forms.ValidationError(error.sentence) from error

    def sheet(self) -> dict[str, Any]:
        """The scheme's file without its identifier and its versions; what is empty is left out."""
        data = self.cleaned_data
        source = {name: data[field] for name, field in SOURCE_FIELDS.items()} | {"confidence": data["source_confidence"]}
        siren = {"siren": data["operator_siren"]} if data["operator_siren"] else {}
        held = {
            "title": words(data, "title"),
            "summary": words(data, "summary"),
            **{name: data[name] for name in ("family", "level", "audience", "topics", "url")},
            "operator": {"name": data["operator"], **siren},
            "funders": [line.strip() for line in data["funders"].splitlines() if line.strip()],
            "sources": {OWN_SOURCE: {name: value for name, value in source.items() if value}},
        }
        return {name: value for name, value in held.items() if value}


class NewSchemeForm(SheetForm):
    """The sheet, the identifier, and the first day of the first text."""

    first = forms.DateField(
        label=_l("Premier jour d'application"), widget=DATE, help_text=_l("Il peut changer jusqu'à la publication.")
    )
    slug = forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        label=_l("Identifiant, pour l'adresse de la page"),
        required=False,
        max_length=60,
        help_text=_l("Vide : tiré du nom français. Il ne change plus ensuite."),
        error_messages={"invalid": _l("Minuscules sans accent, mots séparés d'un tiret, comme cheque-conseil.")},
    )

    def clean(self) -> dict[str, Any]:
        """An identifier is made from the French name when none is given."""
        data = super().clean() or {}
        if not data.get("slug") and data.get("title_fr") and "slug" not in self.errors:
            data["slug"] = slugify(data["title_fr"])[:60].strip("-")
            if not data["slug"]:
                self.add_error("slug", _("Donnez un identifiant : le nom n'a ni lettre ni chiffre dont le tirer."))
        return data

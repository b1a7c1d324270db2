"""What an officer writes of a version besides its conditions: days, sessions, dated values, amount, criteria, texts cited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from ensembleur import money
from ensembleur.errors import BadInput
from ensembleur.schemes.engine.scheme import AMOUNT_RULES, NATURES
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.forms.rules import DATE, SEPARATORS, plain_number, source_choices

STATUSES = (
    ("open", _l("Ouvert")),
    ("uncertain", _l("À confirmer auprès de l'organisme")),
    ("suspended", _l("Suspendu")),
    ("ended", _l("Terminé")),
)
NATURE_WORDS = {
    "grant": _l("Subvention"),
    "advance": _l("Avance remboursable"),
    "loan": _l("Prêt"),
    "equity": _l("Entrée au capital"),
    "tax_credit": _l("Crédit d'impôt"),
    "in_kind": _l("Prestation"),
    "mixed": _l("Plusieurs formes"),
    "to_pay": _l("Ce que l'entreprise paie"),
}
RULE_WORDS = {
    "rate": _l("Un taux appliqué à une dépense"),
    "steps": _l("Des paliers de dépense"),
    "flat": _l("Une somme fixe"),
    "range": _l("Une somme entre deux bornes"),
    "none": _l("Rien à compter"),
}
MEASURES = ("base_min", "base_max", "floor", "ceiling", "min_eur", "max_eur")
CONFIDENCES = (
    ("primary", _l("Texte ou page de l'autorité elle-même")),
    ("secondary", _l("Presse, chambre, conseil")),
    ("weak", _l("Sans date ou sans signature")),
    ("unverified", _l("Pas encore lu")),
)


def text_of(words: Any, lang: str) -> str:
    """The French or English of a text of the rule, which may be written plain."""
    if isinstance(words, Mapping):
        return str(words.get(lang) or "")
    return str(words or "") if lang == "fr" else ""


def words(data: Mapping[str, Any], name: str) -> dict[str, str] | None:
    """Both languages as the rule holds them; None when nothing is said."""
    held = {lang: data.get(f"{name}_{lang}", "").strip() for lang in ("fr", "en")}
    return {lang: text for lang, text in held.items() if text} or None if held["fr"] else None


def _words_fields(form: forms.Form, name: str, label: str) -> None:
    for lang, language in (("fr", _("en français")), ("en", _("en anglais"))):
        form.fields[f"{name}_{lang}"] = forms.CharField(
            label=f"{label}, {language}", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
        )


class DatesForm(forms.Form):
    """From when to when the text applies, whether files are taken, what is doubtful, the main text."""

    first = forms.DateField(label=_l("Premier jour d'application"), widget=DATE)
    last = forms.DateField(
        label=_l("Dernier jour d'application"), required=False, widget=DATE, help_text=_l("Vide : sans fin connue.")
    )
    status = forms.ChoiceField(label=_l("État du dispositif"), choices=STATUSES)
    source = forms.ChoiceField(label=_l("Texte principal"))

    def __init__(self, *args: Any, sources: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = source_choices(sources)  # type: ignore[attr-defined]
        _words_fields(self, "status_note", _("Précision sur l'état"))
        _words_fields(self, "unverified", _("Ce qui reste incertain"))

    @staticmethod
    def initial_of(content: Mapping[str, Any]) -> dict[str, Any]:
        """What stands."""
        effective = content.get("effective") or {}
        end = effective.get("to")
        last = (date.fromisoformat(end) - timedelta(days=1)).isoformat() if end else None
        shown = {
            "first": effective.get("from"),
            "last": last,
            "status": content.get("status", "open"),
            "source": content.get("source"),
        }
        for name in ("status_note", "unverified"):
            shown |= {f"{name}_{lang}": text_of(content.get(name), lang) for lang in ("fr", "en")}
        return shown

    def clean(self) -> dict[str, Any]:
        """The last day does not come before the first."""
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("Le dernier jour vient avant le premier : corrigez l'un des deux."))
        return data

    def parts(self) -> dict[str, Any]:
        """The parts of the version to write again; the end of a period is its first day out."""
        data = self.cleaned_data
        end = data["last"] + timedelta(days=1) if data["last"] else None
        return {
            "effective": {"from": data["first"], "to": end},
            "status": data["status"],
            "source": data["source"],
            "status_note": words(data, "status_note"),
            "unverified": words(data, "unverified"),
        }


class RowsForm(forms.Form):
    """A short table: the rows that stand and two empty ones; a row left empty goes away."""

    def __init__(self, columns: Mapping[str, forms.Field], held: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns, self.count = columns, len(held) + 2
        for rank in range(self.count):
            for name, model in columns.items():
                one = type(model)(**_arguments(model), initial=held[rank].get(name) if rank < len(held) else None)
                one.label = _("%(label)s, ligne %(rank)d") % {"label": model.label, "rank": rank + 1}
                self.fields[f"{name}_{rank}"] = one

    def groups(self) -> list[list[forms.BoundField]]:
        """The fields, row by row."""
        return [[self[f"{name}_{rank}"] for name in self.columns] for rank in range(self.count)]

    def rows(self) -> list[dict[str, Any]]:
        """The rows somebody filled, in order. A source or a unit alone does not make a row."""
        listed = [{name: self.cleaned_data.get(f"{name}_{rank}") for name in self.columns} for rank in range(self.count)]
        return [
            row for row in listed if any(value not in (None, "") for name, value in row.items() if name not in ("source", "unit"))
        ]


def _arguments(model: forms.Field) -> dict[str, Any]:
    given: dict[str, Any] = {"label": model.label, "required": False, "widget": model.widget, "help_text": model.help_text}
    if isinstance(model, forms.ChoiceField):
        given["choices"] = model.choices
    elif isinstance(model, forms.CharField):
        given["max_length"] = model.max_length
    return given


def _cited(sources: Mapping[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Texte"), choices=source_choices(sources))


def window_columns(sources: Mapping[str, Any]) -> dict[str, forms.Field]:
    """A session: both days included."""
    return {
        "opens": forms.DateField(label=_("Ouvre le"), widget=DATE),
        "closes": forms.DateField(label=_("Ferme le"), widget=DATE),
        "decision": forms.DateField(label=_("Décision le"), widget=DATE),
        "source": _cited(sources),
    }


def value_columns(sources: Mapping[str, Any]) -> dict[str, forms.Field]:
    """A dated value: from a day included to a day excluded."""
    return {
        "value": forms.CharField(label=_("Valeur"), max_length=2000),
        "unit": forms.CharField(label=_("Unité"), max_length=40),
        "from": forms.DateField(label=_("À partir du"), widget=DATE),
        "to": forms.DateField(label=_("Jusqu'au, exclu"), widget=DATE),
        "source": _cited(sources),
    }


def criterion_columns(sources: Mapping[str, Any]) -> dict[str, forms.Field]:
    """What a committee appreciates."""
    return {
        "fr": forms.CharField(label=_("En français"), max_length=300),
        "en": forms.CharField(label=_("En anglais"), max_length=300),
        "source": _cited(sources),
    }


class ParameterForm(forms.Form):
    """The name of a dated parameter and what its values are."""

    name = forms.RegexField(
        r"^[a-z][a-z0-9_]{1,39}$",
        label=_l("Nom"),
        help_text=_l("En minuscules sans accent, par exemple plafond_eur."),
        error_messages={"invalid": _l("Écrivez le nom en minuscules sans accent ni espace, par exemple plafond_eur.")},
    )
    kind = forms.ChoiceField(
        label=_l("Ses valeurs sont"),
        choices=[("number", _l("des nombres")), ("codes", _l("des listes de codes")), ("day", _l("des dates"))],
        widget=forms.RadioSelect,
    )


def kind_of(lines: list[dict[str, Any]]) -> str:
    """What the values of a parameter are, from the first of them."""
    value = lines[0].get("value") if lines else 0
    return "codes" if isinstance(value, list) else "day" if isinstance(value, str) else "number"


def typed_value(text: str, kind: str) -> Any:
    """A parameter's value as the rule holds it. Raises BadInput."""
    text = text.strip()
    if kind == "codes":
        return [code for code in SEPARATORS.split(text) if code]
    if kind == "day":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise BadInput(
                "bad_day", _("« %(text)s » n'est pas une date : écrivez par exemple 2026-11-21.") % {"text": text[:40]}
            ) from None
    number = money.euros(text.removesuffix("%"))
    return plain_number(number / 100 if text.endswith("%") else number)


def shown_value(value: Any) -> str:
    """A parameter's value as its field shows it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else _shown(value)


class AmountForm(forms.Form):
    """How much the aid brings; a sum may be the name of a dated parameter."""

    nature = forms.ChoiceField(label=_l("Forme de l'aide"), choices=[(one, NATURE_WORDS[one]) for one in NATURES])
    rule = forms.ChoiceField(
        label=_l("Comment se calcule le montant ?"), choices=[(one, RULE_WORDS[one]) for one in AMOUNT_RULES]
    )
    base = forms.ChoiceField(label=_l("Dépense sur laquelle porte le taux ou les paliers"))
    rate_min = forms.CharField(label=_l("Taux le plus bas, en pour cent"), required=False, max_length=40)
    rate_max = forms.CharField(
        label=_l("Taux le plus haut, en pour cent"), required=False, max_length=40, help_text=_l("Vide s'il n'y a qu'un taux.")
    )
    base_min = forms.CharField(label=_l("Dépense minimale, en euros"), required=False, max_length=40)
    base_max = forms.CharField(label=_l("Dépense retenue au plus, en euros"), required=False, max_length=40)
    floor = forms.CharField(label=_l("Plancher de l'aide, en euros"), required=False, max_length=40)
    ceiling = forms.CharField(label=_l("Plafond de l'aide, en euros"), required=False, max_length=40)
    min_eur = forms.CharField(label=_l("Somme la plus basse, en euros"), required=False, max_length=40)
    max_eur = forms.CharField(label=_l("Somme fixe, ou la plus haute, en euros"), required=False, max_length=40)
    steps = forms.CharField(
        label=_l("Paliers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_l("Un par ligne : dépense = aide, par exemple 300 = 150."),
    )
    source = forms.ChoiceField(label=_l("Quel texte fonde ce montant ?"))

    def __init__(
        self, *args: Any, sources: Mapping[str, Any], parameters: Mapping[str, Any], lang: str = "fr", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parameters = parameters
        bases = [(key.key, key.label.in_(lang)) for key in VOCABULARY.values() if key.kind == "money"]
        self.fields["base"].choices = bases  # type: ignore[attr-defined]
        self.fields["source"].choices = source_choices(sources)  # type: ignore[attr-defined]
        _words_fields(self, "note", _("Précision sur le montant"))

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under the way of counting each belongs to."""
        named = (
            (_("Ce que c'est"), ("nature", "rule", "base")),
            (_("Si c'est un taux"), ("rate_min", "rate_max")),
            (_("Si ce sont des paliers"), ("steps",)),
            (_("Si c'est une somme"), ("min_eur", "max_eur")),
            (_("Ses limites"), ("base_min", "base_max", "floor", "ceiling")),
            (_("Le texte qui la fonde"), ("source", "note_fr", "note_en")),
        )
        return [(title, [self[name] for name in names]) for title, names in named]

    @staticmethod
    def initial_of(amount: Mapping[str, Any]) -> dict[str, Any]:
        """What stands."""
        rate = amount.get("rate")
        sides = rate if isinstance(rate, Mapping) and "param" not in rate else {"value": rate}
        low, high = sides.get("min", sides.get("value")), sides.get("max")
        steps = "\n".join(f"{step['from']} = {step['eur']}" for step in amount.get("steps") or ())
        shown = {name: amount.get(name) for name in ("nature", "rule", "source")}
        shown |= {
            "base": amount.get("base") or "project_cost_eur",
            "rate_min": _shown(low, 100),
            "rate_max": _shown(high, 100),
            "steps": steps,
        }
        shown |= {name: _shown(amount.get(name)) for name in MEASURES}
        return shown | {f"note_{lang}": text_of(amount.get("note"), lang) for lang in ("fr", "en")}

    def clean(self) -> dict[str, Any]:
        """Put the amount, as the rule holds it, in `cleaned_data["amount"]`; bonuses and shares are added by the view."""
        data = super().clean() or {}
        amount: dict[str, Any] = {name: data.get(name) for name in ("nature", "rule", "base", "source")}
        for name in (*MEASURES, "rate_min", "rate_max"):
            amount[name] = self._sum(name, data.get(name) or "", share=name.startswith("rate"))
        low, high = amount.pop("rate_min"), amount.pop("rate_max")
        amount["rate"] = (
            {"min": low, "max": high} if low is not None and high is not None else None if low is None else {"value": low}
        )
        amount["steps"] = self._steps(data.get("steps") or "")
        amount["note"] = words(data, "note")
        data["amount"] = {name: value for name, value in amount.items() if value not in (None, [], "")}
        return data

    def _sum(self, name: str, text: str, *, share: bool) -> Any:
        text = text.strip()
        if not text:
            return None
        if text in self.parameters:
            return {"param": text}
        try:
            number = money.euros(text.removesuffix("%"))
        except BadInput:
            self.add_error(name, _("Écrivez un nombre, ou le nom d'un paramètre de la version."))
            return None
        return plain_number(number / 100 if share else number)

    def _steps(self, text: str) -> list[dict[str, Any]]:
        steps = []
        for line in filter(None, map(str.strip, text.splitlines())):
            start, equal, eur = line.partition("=")
            try:
                if not equal:
                    raise BadInput("bad_step", "")
                steps.append({"from": plain_number(money.euros(start)), "eur": plain_number(money.euros(eur))})
            except BadInput:
                self.add_error("steps", _("« %(line)s » n'est pas un palier : écrivez dépense = aide.") % {"line": line[:40]})
                return []
        return steps


def _shown(value: Any, times: int = 1) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return str(value.get("param") or "")
    return f"{(Decimal(str(value)) * times).normalize():f}".replace(".", ",")


class SourceForm(forms.Form):
    """A text the version cites."""

    title = forms.CharField(label=_l("Titre du texte"), max_length=300)
    url = forms.URLField(label=_l("Adresse"), required=False, max_length=500, assume_scheme="https")
    as_of = forms.DateField(label=_l("Date du texte"), required=False, widget=DATE)
    checked = forms.DateField(label=_l("Lu par vous le"), required=False, widget=DATE)
    confidence = forms.ChoiceField(label=_l("D'où vient-il ?"), choices=CONFIDENCES)

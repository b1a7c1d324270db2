"""What an officer writes of a rule: a condition, a group, a place, a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from ensembleur.errors import BadInput
from ensembleur.logic.conditions import AGE_OPS, BOOL_OPS, ZONE_OPS, ops_of, parse
from ensembleur.logic.facts import Interval
from ensembleur.logic.words import FactKey
from ensembleur.schemes.choices import FactLevel
from ensembleur.schemes.engine.encoding import parse_text
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES

OPS = {
    "at_least": _l("au moins"),
    "at_most": _l("au plus"),
    "above": _l("plus de"),
    "below": _l("moins de"),
    "between": _l("entre deux valeurs, comprises"),
    "is": _l("exactement"),
    "is_not": _l("autre que"),
    "starts_with": _l("commence par l'un de ces codes"),
    "not_starts_with": _l("ne commence par aucun de ces codes"),
    "in": _l("est l'un de ces codes"),
    "not_in": _l("n'est aucun de ces codes"),
    "in_zone": _l("est dans la zone"),
    "not_in_zone": _l("est hors de la zone"),
    "at_least_months_old": _l("il y a au moins ce nombre de mois"),
    "older_than_months": _l("il y a plus de ce nombre de mois"),
    "within_months": _l("il y a au plus ce nombre de mois"),
    "before": _l("avant le"),
    "on_or_after": _l("à partir du"),
}
HEADS = {
    "all": _l("Toutes les conditions du groupe"),
    "any": _l("Une au moins des conditions du groupe"),
    "at_least": _l("Un certain nombre des conditions du groupe"),
    "not": _l("L'inverse : la condition ne doit pas être remplie"),
}
MEASURES = ("number", "money", "share")
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SEPARATORS = re.compile(r"[\s,;]+")


class FactForm(forms.Form):
    """Of what the condition speaks: the facts by level, in plain words."""

    fait = forms.ChoiceField(label=_l("Sur quoi porte la condition ?"))

    def __init__(self, *args: Any, lang: str = "fr", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = []
        for level in FactLevel:
            keys = [key for key in VOCABULARY.values() if key.level == level and ops_of(key)]
            groups.append((level.label, [(key.key, key.label.in_(lang)) for key in keys]))
        self.fields["fait"].choices = [("", _("Choisissez un fait")), *groups]  # type: ignore[attr-defined]


class ConditionForm(forms.Form):
    """One condition on one fact: the fields depend on what the fact is."""

    def __init__(
        self,
        known: FactKey,
        *args: Any,
        sources: Mapping[str, Any],
        parameters: Mapping[str, Any],
        lang: str = "fr",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.parameters, self.lang = known, parameters, lang
        self.fields["op"] = forms.ChoiceField(label=known.label.in_(lang), choices=self._ops())
        if known.kind == "bool":
            self.fields["op"].widget = forms.RadioSelect(choices=self._ops())
        self._add_values()
        if parameters and known.kind != "bool":
            names = [("", _("Aucun")), *((name, name) for name in parameters)]
            label = _("Ou la valeur d'un paramètre daté")
            self.fields["param"] = forms.ChoiceField(label=label, choices=names, required=False)
        self.fields["source"] = forms.ChoiceField(label=_("Quel texte fonde cette condition ?"), choices=source_choices(sources))

    def _ops(self) -> list[tuple[str, Any]]:
        if self.known.kind == "bool":
            words = {"is_true": self.known.says_true, "is_false": self.known.says_false}
            return [(op, words[op].in_(self.lang)) for op in BOOL_OPS]
        return [
            (op, OPS[op]) for op in sorted(ops_of(self.known), key=lambda op: op not in ZONE_OPS)
        ]  # a zone says more than codes

    def _add_values(self) -> None:
        kind, known = self.known.kind, self.known
        if kind in MEASURES:
            unit = {"money": _("en euros"), "share": _("en pour cent")}.get(kind) or known.unit.word(True, self.lang)
            label = _("Valeur, %(unit)s") % {"unit": unit} if unit else _("Valeur")
            self.fields["value"] = forms.CharField(label=label, required=False, max_length=30)
            hint = _("Seulement pour « entre deux valeurs ».")
            self.fields["value_to"] = forms.CharField(label=_("Seconde valeur"), help_text=hint, required=False, max_length=30)
        elif kind == "date":
            hint = _("Pour « il y a… » : 12 pour un an.")
            self.fields["months"] = forms.IntegerField(
                label=_("Nombre de mois"), help_text=hint, required=False, min_value=0, max_value=1200
            )
            self.fields["day"] = forms.DateField(
                label=_("Jour"), help_text=_("Pour « avant le » et « à partir du »."), required=False, widget=DATE
            )
        elif known.choices:
            choices = [(code, words.in_(self.lang)) for code, words in known.choices]
            self.fields["codes"] = forms.MultipleChoiceField(
                label=_("Valeurs"), choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )
        elif kind != "bool":
            if known.key == "commune":
                zones = [("", _("Choisissez une zone")), *((zone.key, zone.inside.in_(self.lang)) for zone in ZONES.values())]
                self.fields["zone"] = forms.ChoiceField(label=_("Zone"), choices=zones, required=False)
            hint = _("Séparés par des espaces ou des virgules, par exemple 25, 26.11Z.")
            self.fields["codes"] = forms.CharField(
                label=_("Codes"), help_text=hint, required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
            )

    def clean(self) -> dict[str, Any]:
        """Put the condition, as the rule holds it, in `cleaned_data["line"]`."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            line = {"id": "condition", "fact": self.known.key, "op": data["op"], "source": data["source"], **self._value(data)}
            parse(line, where=self.known.label.in_(self.lang), vocabulary=VOCABULARY)
        except BadInput as error:
            self.add_error(None, error.sentence)
            return data
        line.pop("id")
        data["line"] = line
        return data

    def _value(self, data: Mapping[str, Any]) -> dict[str, Any]:
        op = data["op"]
        if op in BOOL_OPS:
            return {}
        if data.get("param") and op not in ("between", *ZONE_OPS):
            return {"value": {"param": data["param"]}}
        if op in ZONE_OPS:
            return self._needed("zone", data.get("zone"))
        if self.known.kind in MEASURES:
            low = self._needed("value", data.get("value"))
            if op != "between":
                return {"value": self._measure(low["value"])}
            high = self._needed("value_to", data.get("value_to"))
            return {"value": {"from": self._measure(low["value"]), "to": self._measure(high["value"])}}
        if self.known.kind == "date":
            held = self._needed("months", data.get("months")) if op in AGE_OPS else self._needed("day", data.get("day"))
            return {"value": held["value"].isoformat() if isinstance(held["value"], date) else held["value"]}
        codes = data.get("codes") or ""
        listed = codes if isinstance(codes, list) else [code for code in SEPARATORS.split(codes.strip()) if code]
        listed = self._needed("codes", listed)["value"]
        if op in ("is", "is_not"):
            if len(listed) > 1:
                raise BadInput("one_code", _("« %(op)s » attend un seul code.") % {"op": OPS[op]})
            return {"value": listed[0]}
        return {"value": listed}

    def _needed(self, name: str, value: Any) -> dict[str, Any]:
        if value in (None, "", []):
            raise BadInput("no_value", _("« %(field)s » : donnez une valeur.") % {"field": self.fields[name].label})
        return {"value": value}

    def _measure(self, text: str) -> int | float:
        if self.known.kind == "share" and not text.strip().endswith("%"):
            text = f"{text} %"
        value = parse_text(str(self.known.label.in_(self.lang)), self.known.kind, text)
        if isinstance(value, Interval):
            raise BadInput("one_number", _("Donnez un seul nombre par champ."))
        return plain_number(value)


def plain_number(value: Decimal | int) -> int | float:
    """A number as a rule's data holds it: whole when it is."""
    return int(value) if value == int(value) else float(value)


def initial_of(line: Mapping[str, Any], known: FactKey) -> dict[str, Any]:
    """What the form of a condition shows of the one that stands."""
    op, value = line.get("op"), line.get("value")
    shown: dict[str, Any] = {"op": op, "source": line.get("source")}
    if isinstance(value, Mapping) and set(value) == {"param"}:
        return {**shown, "param": value["param"]}
    if op in ZONE_OPS:
        return {**shown, "zone": value}
    if known.kind in MEASURES:
        ends = (value.get("from"), value.get("to")) if isinstance(value, Mapping) else (value, None)
        return {**shown, **{name: _typed(end, known) for name, end in zip(("value", "value_to"), ends, strict=True)}}
    if known.kind == "date":
        return {**shown, "months" if op in AGE_OPS else "day": value}
    listed = value if isinstance(value, list) else [value] if value else []
    return {**shown, "codes": listed if known.choices else ", ".join(map(str, listed))}


def _typed(value: Any, known: FactKey) -> str:
    if value is None or isinstance(value, Mapping):
        return ""
    number = Decimal(str(value)) * (100 if known.kind == "share" else 1)
    return f"{number.normalize():f}".replace(".", ",")


def source_choices(sources: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The texts a condition may cite."""
    return [("", _("Choisissez un texte")), *((key, str(source.get("title") or key)) for key, source in sources.items())]


class GroupForm(forms.Form):
    """How many conditions of a group are needed."""

    head = forms.ChoiceField(label=_l("Que faut-il ?"), choices=list(HEADS.items()), widget=forms.RadioSelect)
    count = forms.IntegerField(
        label=_l("Nombre de conditions"),
        required=False,
        min_value=1,
        max_value=50,
        help_text=_l("Seulement pour « un certain nombre »."),
    )

    def clean(self) -> dict[str, Any]:
        """A number goes with « un certain nombre »."""
        data = super().clean() or {}
        if data.get("head") == "at_least" and not data.get("count"):
            self.add_error("count", _("Dites combien de conditions sont demandées."))
        return data


class PlaceForm(forms.Form):
    """Where a condition goes."""

    where = forms.ChoiceField(label=_l("Nouvelle place"))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["where"].choices = [("", _("Choisissez une place")), *places]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """Why the text changes."""

    note = forms.CharField(
        label=_l("Pourquoi ce texte change-t-il ?"),
        help_text=_l("Le second lecteur et l'histoire le liront : délibération, erreur corrigée, date…"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


class WhyForm(forms.Form):
    """Why a text is sent back."""

    why = forms.CharField(label=_l("Pourquoi le renvoyer ?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

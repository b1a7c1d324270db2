"""How an amount is shared between what is given and what is given back, and the money set aside for a scheme."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from ensembleur import money
from ensembleur.errors import BadInput
from ensembleur.schemes.engine.scheme import NATURES
from ensembleur.schemes.forms.parts import NATURE_WORDS, RowsForm, _shown
from ensembleur.schemes.forms.rules import plain_number, source_choices


class SplitForm(RowsForm):
    """The shares of an amount, which make one hundred together."""

    def __init__(self, held: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        natures = [("", "—"), *((one, NATURE_WORDS[one]) for one in NATURES if one not in ("mixed", "to_pay"))]
        columns: dict[str, forms.Field] = {
            "nature": forms.ChoiceField(label=_("Forme"), choices=natures),
            "share": forms.CharField(label=_("Part, en pour cent"), max_length=40),
        }
        super().__init__(columns, held, *args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Each line has a form and a share, no form comes twice, and the whole is one hundred."""
        data = super().clean() or {}
        self._shares: dict[str, Decimal] = {}
        for rank, row in enumerate(self.rows()):
            try:
                share = money.euros((row["share"] or "").removesuffix("%"))
            except BadInput:
                share = Decimal(0)
            if not row["nature"] or share <= 0 or row["nature"] in self._shares:
                self.add_error(None, _("Ligne %(n)d : choisissez une forme, une seule fois, et sa part.") % {"n": rank + 1})
            self._shares[row["nature"]] = share
        total = sum(self._shares.values())
        if not self.errors and self._shares and abs(total - 100) > Decimal("0.5"):
            self.add_error(
                None, _("Les parts font %(total)s %% : elles doivent faire 100 %% ensemble.") % {"total": _shown(total)}
            )
        return data

    def shares(self) -> dict[str, Any]:
        """The shares from 0 to 1, as the rule holds them; none when the amount has one form."""
        return {nature: plain_number(share / 100) for nature, share in self._shares.items()}


class EnvelopeForm(forms.Form):
    """The money set aside for a scheme."""

    eur = forms.CharField(label=_l("Montant, en euros"), required=False, max_length=40)
    year = forms.IntegerField(
        label=_l("Année"), required=False, min_value=2000, max_value=2100, help_text=_l("Vide si le texte n'en dit pas.")
    )
    source = forms.ChoiceField(label=_l("Quel texte le dit ?"), required=False)

    def __init__(self, *args: Any, sources: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = source_choices(sources)  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(envelope: Mapping[str, Any]) -> dict[str, Any]:
        """What stands."""
        return {**envelope, "eur": _shown(envelope.get("eur"))}

    def clean(self) -> dict[str, Any]:
        """A sum cites a text and is more than nothing."""
        data = super().clean() or {}
        text = (data.get("eur") or "").strip()
        if not text:
            return data
        try:
            data["sum"] = money.euros(text)
        except BadInput as error:
            self.add_error("eur", error.sentence)
            return data
        if data["sum"] <= 0:
            self.add_error("eur", _("Écrivez un montant plus grand que zéro, ou videz-le."))
        if not data.get("source"):
            self.add_error("source", _("Dites quel texte fonde cette enveloppe."))
        return data

    def envelope(self) -> dict[str, Any] | None:
        """The envelope as the rule holds it; None without any."""
        data = self.cleaned_data
        if "sum" not in data:
            return None
        year = {"year": data["year"]} if data["year"] else {}
        return {"eur": plain_number(data["sum"]), **year, "source": data["source"]}

"""The forms of accounts; this module is read by allauth before the models, so it imports none of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import Rhythm, Role
from ensembleur.accounts.engine.names import clean_name

LANGUAGES = [("fr", "Français"), ("en", "English")]


class SignupName(forms.Form):
    """The full name, added to allauth's own sign-up form."""

    full_name = forms.CharField(label=_("Nom et prénom"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("full_name", "email", "password1", "password2")

    def clean_full_name(self) -> str:
        """One line, nothing invisible."""
        name = clean_name(self.cleaned_data["full_name"])
        if not name:
            raise forms.ValidationError(_("Écrivez votre nom et votre prénom."))
        return name

    def signup(self, request: Any, user: Any) -> None:
        """Called by allauth once the person is saved."""
        from django.utils import translation

        user.full_name = self.cleaned_data["full_name"]
        user.language = "en" if (translation.get_language() or "fr").startswith("en") else "fr"
        user.save(update_fields=["full_name", "language"])


class ProfileForm(forms.Form):
    """How to be called, and in which language."""

    full_name = forms.CharField(
        label=_("Nom et prénom"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Langue"), choices=LANGUAGES)


class InvitationForm(forms.Form):
    """Who is invited, to do what, where."""

    email = forms.EmailField(
        label=_("Adresse électronique"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Rôle"))
    place = forms.CharField(
        label=_("Périmètre"),
        max_length=20,
        help_text=_("Le SIRET de l'entreprise, ou un code : commune (95018), département (95), région (11)."),
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class ClaimForm(forms.Form):
    """What a person is in the company they ask to be recognised for."""

    siret = forms.CharField(
        label=_("SIRET de l'établissement"),
        max_length=20,
        help_text=_("14 chiffres, par exemple sur une facture."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    statement = forms.CharField(
        label=_("Votre fonction dans l'entreprise"),
        max_length=500,
        help_text=_("Par exemple : gérante depuis 2019. Votre conseiller vérifiera."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    """Yes or no to a request, and why."""

    decision = forms.ChoiceField(choices=[("approve", _("Accepter")), ("refuse", _("Refuser"))])
    reason = forms.CharField(label=_("Motif (envoyé à la personne si vous refusez)"), max_length=500, required=False)


class NoticeSettingsForm(forms.Form):
    """When the e-mails of notices leave, and the kinds wanted by e-mail; an unticked kind stays on the platform."""

    rhythm = forms.ChoiceField(label=_("Quand recevoir les courriels"), choices=Rhythm, widget=forms.RadioSelect)
    wanted_kinds = forms.MultipleChoiceField(
        label=_("Les avis à recevoir par courriel"),
        help_text=_("Ce qui n'est pas coché reste à lire ici."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted_kinds"].choices = kinds  # type: ignore[attr-defined]


class ErasureForm(forms.Form):
    """Erasure is final: the address is typed again and the box ticked."""

    email = forms.EmailField(
        label=_("Pour confirmer, écrivez l'adresse de votre compte"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    understood = forms.BooleanField(label=_("Je comprends que mon compte sera effacé pour toujours"))

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean_email(self) -> str:
        """The same address, whatever its capitals."""
        if self.cleaned_data["email"].strip().lower() != self.address:
            raise forms.ValidationError(_("Ce n'est pas l'adresse de ce compte."))
        return self.address

"""What people write to register: who they are, what they seek and offer, who comes and when, what they agree to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur import codes
from ensembleur.errors import BadInput
from ensembleur.meetings.catalogue.countries import countries
from ensembleur.meetings.choices import Contract, EventKind, Origin
from ensembleur.meetings.engine.people_files import LARGEST, Coming, Told
from ensembleur.meetings.models import Attendee, Event, Place, Registration
from ensembleur.meetings.services.registering import MOST_PEOPLE
from ensembleur.periods import PARIS
from ensembleur.territory.engine.activities import SECTORS, sector_label, sector_of
from ensembleur.territory.queries.diffusion import EstablishmentView
from ensembleur.web.formats import is_english

HIRING = (EventKind.JOB_DATING, EventKind.VISITS)
GROUPS = (EventKind.VISITS, EventKind.TOUR, EventKind.FAIR)
LANGUAGES = [("fr", _("Français")), ("en", _("Anglais"))]


class WhoForm(forms.Form):
    """The first step: an establishment by its SIRET, or somebody without one."""

    origine = forms.ChoiceField(label=_("Vous inscrivez"), choices=Origin, widget=forms.RadioSelect, initial=Origin.COMPANY)
    siret = forms.CharField(
        label=_("SIRET"),
        required=False,
        max_length=40,
        help_text=_("14 chiffres. Il évite de retaper le nom, la commune et l'activité. Inutile sans établissement en France."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """An establishment gives its number."""
        data = super().clean() or {}
        if data.get("origine") == Origin.COMPANY and "siret" in data:
            try:
                data["siret"] = codes.siret(data["siret"])
            except BadInput as error:
                self.add_error("siret", error.sentence)
        elif data.get("origine") != Origin.COMPANY:
            data["siret"] = ""
        return data


def codes_read(text: str) -> list[str]:
    """ROME codes typed in any way. Raises ValidationError."""
    try:
        found = list(dict.fromkeys(codes.rome(one) for one in text.replace(";", " ").replace(",", " ").split()))
    except BadInput as error:
        raise forms.ValidationError(error.sentence) from error
    if len(found) > 10:
        raise forms.ValidationError(_("Dix métiers au plus."))
    return found


class ParticipationForm(forms.Form):
    """What a participation says of itself to the others."""

    cote = forms.ChoiceField(label=_("Vous participez comme"), widget=forms.RadioSelect)
    nom = forms.CharField(label=_("Nom de l'organisation"), max_length=160)
    pays = forms.ChoiceField(label=_("Pays"), initial="FR")
    effectif = forms.IntegerField(
        label=_("Effectif"), required=False, min_value=0, max_value=1_000_000, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )  # fmt: skip
    cherche = forms.CharField(
        label=_("Ce que vous cherchez"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    propose = forms.CharField(
        label=_("Ce que vous proposez"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    presentation = forms.CharField(
        label=_("Présentation"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    secteurs = forms.MultipleChoiceField(label=_("Secteurs"), required=False, widget=forms.CheckboxSelectMultiple)
    metiers = forms.CharField(
        label=_("Métiers (codes ROME)"),
        required=False,
        max_length=120,
        help_text=_("Par exemple H2903 pour un conducteur d'équipement d'usinage. Dix au plus, séparés par des espaces."),
    )
    contrats = forms.MultipleChoiceField(
        label=_("Contrats"), required=False, choices=Contract, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip

    def __init__(self, *args: Any, event: Event, origin: str, is_edit: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        lang = "en" if is_english() else "fr"
        sides = event.sides()
        self.fields["cote"].choices = sides
        if is_edit or len(sides) == 1:
            del self.fields["cote"]
        self.fields["pays"].choices = list(countries(lang).items())
        if is_edit or origin != Origin.ABROAD:
            del self.fields["pays"]
        if origin == Origin.PERSON:
            self.fields["nom"].label = _("Votre nom, comme les autres participants le liront")
            del self.fields["effectif"]
        self.fields["secteurs"].choices = [(code, sector_label(code, lang)) for code in SECTORS if SECTORS[code][0]]
        if event.kind not in HIRING:
            del self.fields["metiers"], self.fields["contrats"]

    def clean_metiers(self) -> list[str]:
        """Each code is one."""
        return codes_read(self.cleaned_data["metiers"])

    def told(self, *, origin: str, siret: str = "", commune: str = "", side: str = "", is_listed: bool = True) -> Told:
        """What was typed, beside what is known otherwise."""
        data = self.cleaned_data
        return Told(
            name=data["nom"],
            side=data.get("cote", side),
            origin=origin,
            siret=siret,
            country=data.get("pays", "FR"),
            commune=commune,
            headcount=data.get("effectif"),
            presentation=data["presentation"].replace("\r\n", "\n"),
            seeks=data["cherche"].replace("\r\n", "\n"),
            offers=data["propose"].replace("\r\n", "\n"),
            sectors=tuple(division for code in data["secteurs"] for division in SECTORS[code][0]),
            occupations=tuple(data.get("metiers", ())),
            contracts=tuple(data.get("contrats", ())),
            is_listed=is_listed,
        )

    @staticmethod
    def initial_of(one: Registration) -> dict[str, Any]:
        """The form as this participation fills it."""
        return {
            "nom": one.name,
            "effectif": one.headcount,
            "cherche": one.seeks,
            "propose": one.offers,
            "presentation": one.presentation,
            "secteurs": sectors_of(one),
            "metiers": " ".join(one.occupations),
            "contrats": one.contracts,
        }

    @staticmethod
    def initial_from(view: EstablishmentView | None) -> dict[str, Any]:
        """The form as the register fills it, without what it hides."""
        if view is None:
            return {}
        return {"nom": view.title, "secteurs": [sector_of(view.naf.code)] if view.naf else []}


def sectors_of(one: Registration) -> list[str]:
    """The sectors of its divisions, each once."""
    return list(dict.fromkeys(sector_of(division) for division in one.sectors))


class PersonForm(forms.Form):
    """One person who comes: contacts, availability, needs."""

    nom = forms.CharField(label=_("Prénom et nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    fonction = forms.CharField(label=_("Fonction"), required=False, max_length=120)
    courriel = forms.EmailField(
        label=_("Adresse électronique"), help_text=_("Le lien privé y est envoyé."), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )  # fmt: skip
    telephone = forms.CharField(
        label=_("Téléphone"), required=False, max_length=20, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )  # fmt: skip
    langue = forms.ChoiceField(label=_("Langue des messages"), choices=LANGUAGES, initial="fr")
    creneaux = forms.TypedMultipleChoiceField(
        label=_("Présent aux créneaux"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )  # fmt: skip
    taille = forms.IntegerField(label=_("Nombre de personnes du groupe"), min_value=1, max_value=1000, initial=1)
    age = forms.IntegerField(label=_("Âge du groupe"), required=False, min_value=3, max_value=120)
    au_plus = forms.IntegerField(label=_("Rendez-vous au plus"), required=False, min_value=1, max_value=100)
    pause = forms.IntegerField(
        label=_("Une pause après combien de rendez-vous d'affilée ?"), required=False, min_value=1, max_value=100
    )
    sans_marche = forms.BooleanField(label=_("Une place sans marche"), required=False)
    au_calme = forms.BooleanField(label=_("Une place au calme"), required=False)
    interprete = forms.CharField(label=_("Un interprète : quelle langue, ou langue des signes ?"), required=False, max_length=60)
    besoin = forms.CharField(label=_("Un autre besoin"), required=False, max_length=500)

    def __init__(self, *args: Any, event: Event, needs: bool = True, address_needed: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        slots = list(event.slots.all())
        self.numbers = [slot.number for slot in slots]
        self.fields["creneaux"].choices = [(slot.number, f"{slot.starts_at.astimezone(PARIS):%H:%M}") for slot in slots]
        self.fields["creneaux"].initial = self.numbers
        self.sessions = _sessions(slots)
        self.fields["courriel"].required = address_needed
        gone = [] if slots else ["creneaux", "au_plus", "pause"]
        gone += [] if event.kind in GROUPS else ["taille", "age"]
        gone += [] if needs else ["sans_marche", "au_calme", "interprete", "besoin"]
        for name in gone:
            del self.fields[name]

    def slot_groups(self) -> list[tuple[str, list[Any]]]:
        """[(session, its checkboxes)], for the template."""
        if "creneaux" not in self.fields:
            return []
        boxes = {int(box.data["value"]): box for box in self["creneaux"]}
        return [(name, [boxes[number] for number in numbers]) for name, numbers in self.sessions]

    def coming(self, before: Attendee | None = None) -> Coming:
        """What was typed; what the form does not ask stays as it was."""
        data = self.cleaned_data
        present = set(data.get("creneaux", ()))
        kept = before or Attendee()
        return Coming(
            name=data["nom"],
            function=data["fonction"],
            email=data["courriel"],
            phone=data["telephone"],
            language=data["langue"],
            absent_slots=tuple(number for number in self.numbers if number not in present),
            max_meetings=data.get("au_plus", kept.max_meetings),
            max_consecutive=data.get("pause", kept.max_consecutive),
            step_free=data.get("sans_marche", kept.step_free),
            quiet=data.get("au_calme", kept.quiet),
            interpreter=data.get("interprete", kept.interpreter),
            needs_note=data.get("besoin", kept.needs_note),
            group_size=data.get("taille", kept.group_size),
            group_age=data.get("age", kept.group_age),
        )

    @staticmethod
    def initial_of(one: Attendee, numbers: list[int]) -> dict[str, Any]:
        """The form as this person fills it."""
        return {
            "nom": one.name, "fonction": one.function, "courriel": one.email, "telephone": one.phone, "langue": one.language,
            "creneaux": [number for number in numbers if number not in one.absent_slots], "taille": one.group_size,
            "age": one.group_age, "au_plus": one.max_meetings, "pause": one.max_consecutive, "sans_marche": one.step_free,
            "au_calme": one.quiet, "interprete": one.interpreter, "besoin": one.needs_note,
        }  # fmt: skip


def _sessions(slots: list[Any]) -> list[tuple[str, list[int]]]:
    found: dict[str, list[int]] = {}
    for slot in slots:
        name = f"{slot.starts_at.astimezone(PARIS):%d/%m}" if slots[0].starts_at.date() != slots[-1].starts_at.date() else ""
        found.setdefault(" · ".join(part for part in (name, slot.session) if part), []).append(slot.number)
    return list(found.items())


PeopleForms = forms.formset_factory(
    PersonForm, extra=0, min_num=1, max_num=MOST_PEOPLE, absolute_max=MOST_PEOPLE, validate_max=True
)  # fmt: skip


class Together:
    """Several forms, as one summary of what must be mended sees them."""

    def __init__(self, *several: Any) -> None:
        self.several = several

    @property
    def errors(self) -> list[Any]:
        """Those of all, [] when everything is right."""
        return [form.errors for form in self.several if form.errors]

    def non_field_errors(self) -> list[str]:
        """What concerns no field."""
        return [text for form in self.several for text in form.non_field_errors()]

    def __iter__(self) -> Iterator[Any]:
        return (bound for form in self.several for bound in form)


class ConsentForm(forms.Form):
    """What one agrees to, and the field that people never fill."""

    accord = forms.BooleanField(
        label=_("J'accepte, et les personnes que j'inscris aussi, que ces données servent à organiser cet événement."),
        error_messages={"required": _("Sans cet accord, nous ne pouvons pas vous inscrire.")},
    )
    liste = forms.BooleanField(
        label=_(
            "Les autres participants peuvent nous trouver dans la liste : nom, présentation, ce que nous cherchons et proposons."
        ),
        help_text=_("Facultatif. Sans cela, ils ne peuvent pas vous demander de rendez-vous."),
        required=False,
    )
    site_web = forms.CharField(required=False, label=_("Laissez ce champ vide"), widget=forms.TextInput(
        attrs={"tabindex": "-1", "autocomplete": "off"}
    ))  # fmt: skip

    def clean_site_web(self) -> str:
        """Machines fill every field."""
        if self.cleaned_data["site_web"]:
            raise forms.ValidationError(_("Videz ce champ, que seules les machines remplissent, puis recommencez."))
        return ""


class ListedForm(forms.Form):
    """Whether the others may find us."""

    liste = forms.BooleanField(label=_("Les autres participants peuvent nous trouver dans la liste."), required=False)


class AgreeForm(forms.Form):
    """Whether the data may be used, asked by an organiser or on one's own page."""

    accord = forms.BooleanField(label=_("La personne accepte que ces données servent à organiser cet événement."), required=False)


class HomeForm(forms.Form):
    """The table somebody keeps."""

    place = forms.ModelChoiceField(
        queryset=Place.objects.none(), required=False, label=_("Table gardée"), empty_label=_("Aucune")
    )
    recoit = forms.BooleanField(label=_("Reçoit à sa table"), required=False)

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].queryset = event.places.all()


class FileForm(forms.Form):
    """A file of people or of wishes."""

    type = forms.ChoiceField(
        label=_("Ce fichier contient"),
        choices=[("people", _("des participants")), ("wishes", _("des vœux"))],
        widget=forms.RadioSelect,
        initial="people",
    )
    fichier = forms.FileField(
        label=_("Fichier CSV"),
        allow_empty_file=True,
        help_text=_("3 Mo et 20 000 lignes au plus."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_fichier(self) -> Any:
        """Too large a file is not read at all."""
        file = self.cleaned_data["fichier"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("Le fichier dépasse 3 Mo : découpez-le."))
        return file

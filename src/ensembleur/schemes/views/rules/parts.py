"""What a draft says besides its conditions: days, sessions, dated values, amount, criteria, texts cited, links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ensembleur.errors import BadInput
from ensembleur.schemes.choices import EDGES
from ensembleur.schemes.forms import parts as written
from ensembleur.schemes.forms import shares
from ensembleur.schemes.forms.rules import source_choices
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.queries.drafts import scheme_choices, sources_of
from ensembleur.schemes.services import drafting
from ensembleur.schemes.views.rules.draft import done, of_draft, simple_page
from ensembleur.schemes.views.rules.words import language

BOTH = require_http_methods(["GET", "POST"])


@of_draft
@BOTH
def dates(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """From when to when, and in which state."""
    form = written.DatesForm(request.POST or None, initial=written.DatesForm.initial_of(draft.content), sources=sources_of(draft))
    if request.method == "POST" and form.is_valid() and (answer := _set(request, draft, form, form.parts())):
        return answer
    return simple_page(request, draft, form, _("Jours d'application et état"), _("Enregistrer"))


@of_draft
@BOTH
def windows(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """The sessions during which files are taken."""
    columns = written.window_columns(sources_of(draft))
    form = written.RowsForm(columns, list(draft.content.get("windows") or ()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        rows = [{name: value for name, value in row.items() if value} for row in form.rows()]
        if answer := _set(request, draft, form, {"windows": rows or None}):
            return answer
    lead = _("Premier et dernier jours compris. Sans session, les dossiers sont pris toute l'année. Une ligne vidée disparaît.")
    return simple_page(request, draft, form, _("Sessions"), _("Enregistrer"), lead=lead, groups=form.groups())


@of_draft
@BOTH
def criteria(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """What a committee appreciates, which never decides."""
    held = [
        {**line, **{lang: written.text_of(line.get("says"), lang) for lang in ("fr", "en")}}
        for line in draft.content.get("jury") or ()
    ]
    form = written.RowsForm(written.criterion_columns(sources_of(draft)), held, request.POST or None)
    if request.method == "POST" and form.is_valid():
        names = [line.get("id") for line in held]
        rows = [
            {
                "id": names[rank] if rank < len(names) else f"critere-{rank + 1}",
                "says": {lang: row[lang] for lang in ("fr", "en") if row[lang]},
                **({"source": row["source"]} if row["source"] else {}),
            }
            for rank, row in enumerate(form.rows())
        ]
        if answer := _set(request, draft, form, {"jury": rows or None}):
            return answer
    lead = _("Ces critères sont montrés à l'entreprise et ne décident jamais. Une ligne vidée disparaît.")
    return simple_page(request, draft, form, _("Critères du comité"), _("Enregistrer"), lead=lead, groups=form.groups())


@of_draft
@BOTH
def edges(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """How the scheme stands to others."""
    schemes = [
        ("", "—"),
        ("de-minimis", _("Plafond de minimis")),
        *scheme_choices(but=draft.scheme_id),
    ]
    columns: dict[str, forms.Field] = {
        "kind": forms.ChoiceField(label=_("Lien"), choices=[("", "—"), *EDGES.items()]),
        "scheme": forms.ChoiceField(label=_("Dispositif"), choices=schemes),
        "source": forms.ChoiceField(label=_("Texte"), choices=source_choices(sources_of(draft))),
    }
    held = list(draft.content.get("edges") or ())
    form = written.RowsForm(columns, held, request.POST or None)
    if request.method == "POST" and form.is_valid():
        notes = {(line.get("kind"), line.get("scheme")): line.get("note") for line in held}
        rows = [row for row in form.rows() if row["kind"] and row["scheme"]]
        kept = [
            {name: value for name, value in {**row, "note": notes.get((row["kind"], row["scheme"]))}.items() if value}
            for row in rows
        ]
        if answer := _set(request, draft, form, {"edges": kept or None}):
            return answer
    return simple_page(request, draft, form, _("Liens avec d'autres dispositifs"), _("Enregistrer"), groups=form.groups())


@of_draft
@BOTH
def amount(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """How much, and the bonuses that raise it."""
    held = draft.content.get("amount") or {}
    given: dict[str, Any] = {"sources": sources_of(draft), "parameters": draft.content.get("parameters") or {}}
    form = written.AmountForm(request.POST or None, initial=written.AmountForm.initial_of(held), lang=language(), **given)
    columns: dict[str, forms.Field] = {
        "ceiling": forms.CharField(label=_("Majoration : plafond porté à, en euros"), max_length=40),
        "rate_plus": forms.CharField(label=_("Majoration : points de taux en plus"), max_length=40),
        "source": forms.ChoiceField(label=_("Texte"), choices=source_choices(given["sources"])),
    }
    bonuses = list(held.get("bonuses") or ())
    shown = [
        {
            "ceiling": written._shown(one.get("ceiling")),
            "rate_plus": written._shown(one.get("rate_plus"), 100),
            "source": one.get("source"),
        }
        for one in bonuses
    ]
    more = written.RowsForm(columns, shown, request.POST or None, prefix="bonus")
    if request.method == "POST" and form.is_valid() and more.is_valid():
        kept = {name: held[name] for name in ("split", "round") if name in held}
        try:
            raised = _bonuses(more, bonuses, form)
        except BadInput as error:
            form.add_error(None, error.sentence)
        else:
            body = {**kept, **form.cleaned_data["amount"], **({"bonuses": raised} if raised else {})}
            if answer := _set(request, draft, form, {"amount": body}):
                return answer
    lead = _(
        "Une somme peut être le nom d'un paramètre daté de la version. Une majoration s'applique quand sa condition, écrite dans le brouillon, est remplie."
    )
    return simple_page(
        request, draft, form, _("Montant"), _("Enregistrer"), lead=lead, groups=more.groups(), second=more, parts=form.parts()
    )


@of_draft
@BOTH
def split(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """What part of the amount is given, what part is to be given back."""
    held = draft.content.get("amount") or {}
    shown = [{"nature": nature, "share": written._shown(share, 100)} for nature, share in (held.get("split") or {}).items()]
    form = shares.SplitForm(shown, request.POST or None)
    if request.method == "POST" and form.is_valid():
        rest = {name: value for name, value in held.items() if name != "split"}
        parts = form.shares()
        if not held:
            form.add_error(None, _("Ce texte n'a pas encore de montant : écrivez-le d'abord, puis partagez-le."))
        elif answer := _set(request, draft, form, {"amount": {**rest, **({"split": parts} if parts else {})}}):
            return answer
    lead = _("Par exemple 60 % de subvention et 40 % d'avance. Tout vidé, le montant n'a qu'une forme.")
    return simple_page(request, draft, form, _("Partage du montant"), _("Enregistrer"), lead=lead, groups=form.groups())


@of_draft
@BOTH
def envelope(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """The money set aside for the whole scheme."""
    sources = sources_of(draft)
    start = shares.EnvelopeForm.initial_of(draft.content.get("envelope") or {})
    form = shares.EnvelopeForm(request.POST or None, initial=start, sources=sources)
    if request.method == "POST" and form.is_valid() and (answer := _set(request, draft, form, {"envelope": form.envelope()})):
        return answer
    lead = _("L'argent prévu pour tout le dispositif, pas pour une entreprise. Montant vidé, l'enveloppe disparaît.")
    return simple_page(request, draft, form, _("Enveloppe"), _("Enregistrer"), lead=lead)


def _bonuses(more: written.RowsForm, held: list[dict[str, Any]], form: written.AmountForm) -> list[dict[str, Any]]:
    """The bonuses as the rule holds them; each keeps its condition, a new one waits for its own."""
    raised = []
    for rank in range(more.count):
        row = {name: more.cleaned_data.get(f"{name}_{rank}") or "" for name in more.columns}
        if not row["ceiling"] and not row["rate_plus"]:
            continue
        old = held[rank] if rank < len(held) else {"id": f"majoration-{rank + 1}", "when": {"all": []}}
        bonus = {name: old[name] for name in ("id", "when") if name in old}
        for name in ("ceiling", "rate_plus"):
            value = form._sum("ceiling", row[name], share=name == "rate_plus")
            if value is not None:
                bonus[name] = value
        if form.errors:
            raise BadInput("bad_bonus", _("Majoration, ligne %(rank)d : écrivez un nombre.") % {"rank": rank + 1})
        raised.append({**bonus, **({"source": row["source"]} if row["source"] else {})})
    return raised


@of_draft
@BOTH
def parameter(request: HttpRequest, draft: SchemeVersion, name: str = "") -> HttpResponse:
    """The dated values of one parameter; emptied, it goes away."""
    lines = list((draft.content.get("parameters") or {}).get(name) or ())
    held = [{**line, "value": written.shown_value(line.get("value"))} for line in lines]
    first = written.ParameterForm(request.POST or None, initial={"name": name, "kind": written.kind_of(lines)})
    if name:
        first.fields["name"].disabled = True
    more = written.RowsForm(written.value_columns(sources_of(draft)), held, request.POST or None, prefix="valeur")
    if request.method == "POST" and first.is_valid() and more.is_valid():
        try:
            rows = [
                {
                    key: value
                    for key, value in {
                        **row,
                        "value": written.typed_value(row["value"] or "", first.cleaned_data["kind"]),
                    }.items()
                    if value not in (None, "", [])
                }
                for row in more.rows()
            ]
        except BadInput as error:
            first.add_error(None, error.sentence)
        else:
            key = first.cleaned_data["name"]
            answer = done(
                request, draft, first, _("Le paramètre est enregistré."),
                lambda edition, by, now: drafting.set_parameter(draft=draft, edition=edition, name=key, lines=rows, by=by, now=now),
            )  # fmt: skip
            if answer is not None:
                return answer
    lead = _(
        "Quand un seuil change, ajoutez une ligne et ne touchez pas à l'ancienne : une question sur un jour passé garde sa réponse."
    )
    return simple_page(request, draft, first, _("Paramètre daté"), _("Enregistrer"), lead=lead, groups=more.groups(), second=more)


@of_draft
@BOTH
def source(request: HttpRequest, draft: SchemeVersion, key: str = "") -> HttpResponse:
    """A text the version cites; those of the scheme's own file are not rewritten here."""
    own = key if key in draft.sources and key not in draft.scheme.content.get("sources", {}) else ""
    form = written.SourceForm(request.POST or None, initial=draft.sources.get(own, {}) if own else {"confidence": "primary"})
    if request.method == "POST" and form.is_valid():
        answer = done(
            request, draft, form, _("Le texte est enregistré : les conditions peuvent le citer."),
            lambda edition, by, now: drafting.cite_source(draft=draft, edition=edition, source=form.cleaned_data, key=own, by=by, now=now),
        )  # fmt: skip
        if answer is not None:
            return answer
    return simple_page(request, draft, form, _("Texte cité"), _("Enregistrer"))


def _set(request: HttpRequest, draft: SchemeVersion, form: Any, parts: dict[str, Any]) -> HttpResponse | None:
    return done(
        request, draft, form, _("C'est enregistré dans le brouillon."),
        lambda edition, by, now: drafting.set_parts(draft=draft, edition=edition, parts=parts, by=by, now=now),
    )  # fmt: skip

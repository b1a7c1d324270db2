"""A new scheme: its sheet, written before its first draft, changed until it is published."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.schemes.forms.sheet import NewSchemeForm, SheetForm
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.permissions import may_write_rules
from ensembleur.schemes.queries.drafts import has_own_sheet
from ensembleur.schemes.services import founding
from ensembleur.schemes.views.rules.desk import for_officers
from ensembleur.schemes.views.rules.draft import done, of_draft, simple_page
from ensembleur.web.pages import page

BOTH = require_http_methods(["GET", "POST"])


@for_officers
@BOTH
def found(request: HttpRequest) -> HttpResponse:
    """Write the sheet of a scheme that does not exist yet; its first draft opens."""
    check(may_write_rules, request.user)
    today = timezone.localdate()
    start = {"level": "regional", "audience": "company", "source_confidence": "primary", "first": today, "source_checked": today}
    form = NewSchemeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            draft = founding.found_scheme(
                slug=data["slug"], sheet=form.sheet(), first_day=data["first"], by=request.user, now=timezone.now()
            )
        except (BadInput, Refused) as error:
            form.add_error("slug" if error.code in ("slug_taken", "bad_slug") else None, error.sentence)
        else:
            messages.success(request, _("Le dispositif est créé, personne ne le voit que les agents. Ajoutez ses conditions."))
            return redirect("schemes:draft", draft.pk)
    return page(request, "schemes/rules/found.html", {"form": form}, status=400 if form.errors else 200)


@of_draft
@BOTH
def sheet(request: HttpRequest, draft: SchemeVersion) -> HttpResponse:
    """Change the sheet of a scheme nothing of which has been published."""
    if not has_own_sheet(draft.scheme):
        messages.info(request, _("La fiche de ce dispositif est publiée : seule sa règle se modifie ici."))
        return redirect("schemes:draft", draft.pk)
    form = SheetForm(request.POST or None, initial=SheetForm.initial_of(draft.scheme.content))
    if request.method == "POST" and form.is_valid():
        answer = done(
            request, draft, form, _("La fiche est enregistrée."),
            lambda edition, by, now: founding.change_sheet(draft=draft, edition=edition, sheet=form.sheet(), by=by, now=now),
        )  # fmt: skip
        if answer is not None:
            return answer
    return simple_page(request, draft, form, _("Fiche du dispositif"), _("Enregistrer"), parts=form.parts())

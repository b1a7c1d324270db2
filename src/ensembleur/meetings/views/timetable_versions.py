"""One version of a timetable: its figures, what it leaves out, what differs from another, its files, its publication."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import EnsembleurError
from ensembleur.meetings.choices import Side
from ensembleur.meetings.forms.timetable import PublishForm
from ensembleur.meetings.models import Attendee, Event, Version
from ensembleur.meetings.permissions import may_organise, may_read_needs
from ensembleur.meetings.queries.grid import Hour, Line, by_person, by_place, hours_of, lines_of
from ensembleur.meetings.queries.naming import people_names, place_names
from ensembleur.meetings.queries.problems import plan_of_version
from ensembleur.meetings.queries.reasons import unplaced_words
from ensembleur.meetings.queries.versions import attending, concerned, differences
from ensembleur.meetings.services.publishing import ALL, CHANGED, publish_version, why_not_published
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.fetch import organised
from ensembleur.meetings.views.timetable_words import clock, described, difference_row, hour_words, worst
from ensembleur.territory.views.files import csv_file
from ensembleur.web.pages import page

PAGE = 50


@login_required
@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version: where it stands, each side's figures, what is not placed and why."""
    event, held = version_of(request, slug, number)
    shown = described(held)
    pages = Paginator(held.unplaced, PAGE).get_page(request.GET.get("page"))
    why, leads = why_not_published(event, held), may_organise(request.user, event)
    alone = held.selection.get("without_interpreter", []) if leads else []
    context = {
        **of_event(event, "desk_timetable"),
        **crumbs(event, held),
        "shown": shown,
        "sides": worst(shown),
        "pages": pages,
        "unplaced": _unplaced(event, held, pages),
        "others": event.versions.exclude(pk=held.pk).defer("problem").order_by("-number")[:20],
        "why": why,
        "leads": leads,
        "alone": list(people_names(event, [int(one[1:]) for one in alone]).values()),
    }
    return page(request, "meetings/timetable/version.html", context)


@login_required
@require_safe
def compare(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What differs from another version: by side, then meeting by meeting."""
    event, held = version_of(request, slug, number)
    wanted = request.GET.get("avec", "")
    others = event.versions.exclude(pk=held.pk)
    given = others.filter(number=wanted).first() if wanted.isdecimal() else None
    other = given or held.parent or event.published_version or others.first()
    if other is None or other.pk == held.pk:
        raise Http404
    lines = differences(other, held)
    pages = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    people = concerned(pages.object_list)
    hours, places, names = hour_words(_longest(held, other)), place_names(event), people_names(event, people)
    context = {
        **of_event(event, "desk_timetable"),
        **crumbs(event, held, _("Comparer")),
        "other": other,
        "pair": [described(other), described(held)],
        "pages": pages,
        "rows": [difference_row(line, hours, places, names) for line in pages],
        "people": len(concerned(lines)),
    }
    return page(request, "meetings/timetable/compare.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What will be told to how many people, then the publication."""
    event, held = version_of(request, slug, number)
    check(may_organise, request.user, event)
    former = event.published_version
    lines = differences(former, held)
    changed, everybody = concerned(lines), attending(held)
    form = PublishForm(request.POST if request.method == "POST" else None, initial=_first_choice(former))
    form.fields["tell"].choices = [
        (ALL, _counted(len(everybody | changed), _("tout le monde reçoit son planning"))),
        (CHANGED, _counted(len(changed), _("seulement ceux dont l'agenda change"))),
    ]
    if request.method == "POST" and form.is_valid():
        try:
            publish_version(version=held, by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("La version %(n)s est publiée : les lettres partent.") % {"n": held.number})
            return redirect("meetings:timetable_version", slug, number)
        except EnsembleurError as error:
            if error.status != 422:
                raise
            form.add_error(None, error.sentence)
    context = {
        **of_event(event, "desk_timetable"),
        **crumbs(event, held, _("Publier")),
        "form": form,
        "former": former,
        "why": why_not_published(event, held),
        "count": len(lines),
        "people": len(changed),
        "silent": Attendee.objects.filter(pk__in=everybody | changed, email="").count(),
        "shown": described(held),
    }
    return page(request, "meetings/timetable/publish.html", context, status=422 if form.errors else 200)


FILES = ("complet", "tables", "personnes", "json")


@login_required
@require_safe
def file(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponseBase:
    """The whole timetable to take away: by hour, by table, by person, or as our JSON."""
    event, held = version_of(request, slug, number)
    if kind not in FILES:
        raise Http404
    if kind == "json":  # the problem says who needs a place without a step
        check(may_read_needs, request.user, event)
    name = f"{slugify(event.title)[:40]}-v{held.number}-{kind}"
    if kind == "json":
        body = {"problem": held.problem, "plan": asdict(plan_of_version(held)), "names": people_names(event)}
        response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return response
    lines = lines_of(held)
    if kind == "tables":
        lines.sort(key=lambda line: (line.place == "", len(line.place), line.place, line.hour.number))
    rows = _by_person_rows(lines) if kind == "personnes" else (_row(line) for line in lines)
    columns = PERSON_COLUMNS if kind == "personnes" else COLUMNS
    return csv_file(name, columns, rows)


@login_required
@require_safe
def printed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The whole plan on paper, for the day the network is down: a sheet a person, or a sheet a table."""
    event, held = version_of(request, slug, number)
    is_by_place = request.GET.get("par") == "table"
    lines = lines_of(held)
    hours = hour_words(hours_of(held))
    sheets = by_place(lines) if is_by_place else by_person(lines)
    context = {
        **of_event(event, "desk_timetable"),
        **crumbs(event, held, _("Imprimer")),
        "sheets": [{"one": sheet, "rows": [(hours[hour.number], *rest) for hour, *rest in sheet.rows]} for sheet in sheets],
        "is_by_place": is_by_place,
        "first_label": event.side_label(Side.A),
        "second_label": event.side_label(Side.B if event.two_sided else Side.A),
    }
    return page(request, "meetings/timetable/print.html", context)


COLUMNS = (
    "session",
    "debut",
    "fin",
    "table",
    "personne_a",
    "organisation_a",
    "personne_b",
    "organisation_b",
    "interprete",
    "verrouille",
)
PERSON_COLUMNS = ("personne", "organisation", "session", "debut", "fin", "table", "avec", "organisation_rencontree")


def version_of(request: HttpRequest, slug: str, number: int) -> tuple[Event, Version]:
    """The event and its version of this number, for who organises it. Raises Http404."""
    event = organised(request, slug)
    held = get_object_or_404(event.versions.select_related("parent", "made_by", "published_by"), number=number)
    held.event = event
    return event, held


def crumbs(event: Event, held: Version, title: str = "") -> dict[str, Any]:
    """The way back, and the title of the page."""
    name = _("Version %(n)s") % {"n": held.number}
    way = [(_("Planning"), reverse("meetings:desk_timetable", args=[event.slug]))]
    own = reverse("meetings:timetable_version", args=[event.slug, held.number])
    return {
        "version": held,
        "title": title or name,
        "crumbs": [*way, (name, own if title else ""), *([(title, "")] if title else [])],
    }


def _first_choice(former: Version | None) -> dict[str, Any]:
    return {"tell": CHANGED if former else ALL, "seen": former.number if former else 0}


def _counted(count: int, words: str) -> str:
    return ngettext("%(words)s (%(n)s personne)", "%(words)s (%(n)s personnes)", count) % {"words": words, "n": count}


def _unplaced(event: Event, held: Version, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The meetings of this page without slot: who, why, and where to place them by hand."""
    rows = list(rows)
    pks = [int(row["meeting"][1:]) for row in rows]
    found = {one.meeting_id: one for one in held.placements.filter(meeting__in=pks).select_related("meeting")}
    ends = {pk for one in found.values() for pk in (one.attendee_a_id, one.attendee_b_id)}
    ends |= {int(name[1:]) for row in rows for name in row["who"] if name[:1] == "a"}
    names = people_names(event, ends)
    lines = []
    for pk, row in zip(pks, rows, strict=True):
        if one := found.get(pk):
            people = [names.get(f"a{end}", "?") for end in (one.attendee_a_id, one.attendee_b_id)]
            why = unplaced_words(row["why"], row["who"], names)
            lines.append({"meeting": pk, "people": people, "why": why, "must": one.meeting.is_must})
    return lines


def _longest(one: Version, other: Version) -> list[Hour]:
    return max(hours_of(one), hours_of(other), key=len)


def _row(line: Line) -> dict[str, Any]:
    return {
        **_when(line),
        "personne_a": line.first,
        "organisation_a": line.first_of,
        "personne_b": line.second,
        "organisation_b": line.second_of,
        "interprete": line.interpreter,
        "verrouille": _("oui") if line.is_locked else "",
    }


def _by_person_rows(lines: Iterable[Line]) -> Iterable[dict[str, Any]]:
    ends = [(who, line) for line in lines for who in line.people]
    for (person, own, other, theirs), line in sorted(ends, key=lambda end: (end[0][1], end[0][0], end[1].hour.number)):
        yield {"personne": person, "organisation": own, **_when(line), "avec": other, "organisation_rencontree": theirs}


def _when(line: Line) -> dict[str, Any]:
    return {
        "session": line.hour.session,
        "debut": clock(line.hour.starts_at, line.hour.number),
        "fin": clock(line.hour.ends_at, line.hour.number),
        "table": line.place,
    }

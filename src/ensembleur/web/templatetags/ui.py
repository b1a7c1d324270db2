"""The components every page is made of; a mistyped attribute or an unknown tone is a template error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

from django import forms, template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from ensembleur.logic.answers import Answer, Reason
from ensembleur.web import formats
from ensembleur.web.choices import CONFIDENCE, EVIDENCE, MARKS, STATES, TONES

register = template.Library()
register.filter("euros", formats.euros)
register.filter("number", formats.number)
register.filter("share", formats.share)
register.filter("day", formats.day)
register.filter("instant", formats.instant)


def _one_of(value: str, allowed: Iterable[str], what: str) -> str:
    """`value`, or a template error that lists what was possible."""
    allowed = tuple(allowed)
    if value not in allowed:
        raise template.TemplateSyntaxError(f"{what} « {value} » is unknown: use one of {', '.join(allowed)}.")
    return value


def _of(thing: Any, name: str, default: Any = "") -> Any:
    """`thing.name` or `thing["name"]`, or the default when it is absent or None."""
    value = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
    return default if value is None else value


# -- boxes and words ---------------------------------------------------------------------------------------------------
@register.simple_block_tag
def panel(content: str, *, title: str, tone: str = "plain", id: str = "", level: int = 2) -> SafeString:
    """A titled box: {% panel title=_("Aides ouvertes") %}…{% endpanel %}."""
    _one_of(tone, TONES, "The tone")
    return render_to_string("web/ui/panel.html", {"content": content, "title": title, "tone": tone, "id": id, "level": level})


@register.simple_tag
def state(name: str, text: str = "") -> SafeString:
    """A badge with a shape and a word: {% state "yes" "Ouverte" %}."""
    _one_of(name, STATES, "The state")
    return _badge(name, str(text or STATES[name].word))


@lru_cache(maxsize=1024, typed=True)  # typed: safe text and text to escape are equal but not the same
def _badge(name: str, text: str) -> SafeString:
    return render_to_string("web/ui/state.html", {"name": name, "shape": STATES[name].shape, "text": text})


@register.simple_tag
def shape(name: str) -> SafeString:
    """The small drawing that goes with a state, hidden from screen readers: always put a word beside it."""
    return _drawing(name)


@cache
def _drawing(name: str) -> SafeString:
    return render_to_string("web/ui/shape.html", {"name": name})


@register.simple_tag
def evidence(kind: str, *, as_of: date | None = None, source: str = "") -> SafeString:
    """How a figure is known, near the figure: {% evidence "declared" as_of=day source="…" %}."""
    kind = getattr(kind, "value", kind)
    _one_of(kind, EVIDENCE, "The evidence")
    return render_to_string("web/ui/evidence.html", {"kind": kind, "word": EVIDENCE[kind], "as_of": as_of, "source": source})


@register.simple_tag
def figure(value: Any, label: str, *, source: str = "", date: date | None = None, unit: str = "") -> SafeString:
    """A headline figure with its date and its source. A number is written with the separators of the language."""
    shown = formats.number(value) if isinstance(value, int | float) or hasattr(value, "as_tuple") else value
    return render_to_string("web/ui/figure.html", {"value": shown, "label": label, "source": source, "date": date, "unit": unit})


@register.simple_block_tag
def empty(content: str, title: str) -> SafeString:
    """An empty list says so, and what to do: {% empty _("Aucun dossier") %}<a…>…{% endempty %}."""
    return render_to_string("web/ui/empty.html", {"content": content, "title": title})


@register.simple_tag
def definition_list(items: Iterable[tuple[Any, ...]]) -> SafeString:
    """Terms and values: an iterable of (term, value) or (term, value, note); empty values are said to be unknown."""
    rows = [{"term": row[0], "value": row[1], "note": row[2] if len(row) > 2 else ""} for row in items]
    return render_to_string("web/ui/definition_list.html", {"rows": rows})


@register.simple_tag
def announce(text: str) -> SafeString:
    """A sentence that a fragment says to screen readers once it is in the page: {% announce "12 résultats" %}."""
    return render_to_string("web/ui/announce.html", {"text": text})


# -- ways through ------------------------------------------------------------------------------------------------------
@register.simple_tag
def breadcrumb(items: Iterable[tuple[str, str]]) -> SafeString:
    """The way back: an iterable of (label, url); the last one is the page itself."""
    return render_to_string("web/ui/breadcrumb.html", {"items": list(items)})


@register.simple_tag
def steps(items: Iterable[Mapping[str, Any]], *, label: str = "") -> SafeString:
    """A progress rail: dicts with label, url (may be empty) and state done, current or todo."""
    rows = [{"label": item["label"], "url": item.get("url", ""), "state": item["state"]} for item in items]
    for row in rows:
        _one_of(row["state"], ("done", "current", "todo"), "The step's state")
    return render_to_string("web/ui/steps.html", {"items": rows, "label": label})


@register.simple_tag
def progress_bar(value: float, max: float, label: str) -> SafeString:
    """How far something is, in words and as a bar."""
    return render_to_string("web/ui/progress_bar.html", {"value": value, "max": max, "label": label})


@register.simple_tag(takes_context=True)
def pager(context: Context, pages: Any, *, target: str = "") -> SafeString:
    """Previous and next, for a Django page or a cursor (`.previous` and `.next`, opaque words or None).

    The other parameters of the address are kept; `target` is the id of the element that htmx replaces.
    """
    query = context["request"].GET.copy()
    for name in ("page", "cursor"):
        query.pop(name, None)

    def link(name: str, value: Any) -> str:
        query[name] = str(value)
        address = f"?{query.urlencode()}"
        del query[name]
        return address

    if hasattr(pages, "has_previous"):
        previous = link("page", pages.previous_page_number()) if pages.has_previous() else ""
        following = link("page", pages.next_page_number()) if pages.has_next() else ""
        place = {"number": pages.number, "count": pages.paginator.num_pages}
    else:
        before, after = _of(pages, "previous"), _of(pages, "next")
        previous, following = link("cursor", before) if before else "", link("cursor", after) if after else ""
        place = {}
    return render_to_string("web/ui/pager.html", {"previous": previous, "following": following, "place": place, "target": target})


# -- the explained answer ----------------------------------------------------------------------------------------------
_MARKS = {Answer.YES: "yes", Answer.UNKNOWN: "unknown", Answer.NO: "no", None: "jury"}
# Written here rather than in a template of its own: a page of aids shows hundreds of these lines.
_REASON = (
    '<li class="reason reason-{}"><span class="reason-mark" aria-hidden="true">{}</span>'
    '<span class="visually-hidden">{} </span><span>'
)


@cache
def _reason_opening(mark: str, lang: str) -> str:
    """What stands before the words of a reason, in the language in use, which only names the copy kept."""
    return format_html(_REASON, mark, MARKS[mark].sign, MARKS[mark].word)


def _mark(reason: Reason) -> str:
    """The mark of a reason; « idle » when another branch of its alternative already makes up for it."""
    return _MARKS[reason.answer] if reason.matters or reason.answer in {Answer.YES, None} else "idle"


def _lines(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """The reasons in order, those of one alternative kept together under what it asks."""
    lines: list[dict[str, Any]] = []
    lang = get_language() or ""
    for (_key, says), members in groupby(reasons, key=lambda reason: (reason.group, reason.group_says)):
        rows = [
            mark_safe(f"{_reason_opening(_mark(reason), lang)}{conditional_escape(reason.says)}</span></li>")
            for reason in members
        ]
        lines.append({"says": says, "rows": rows})
    return lines


def _counts(marks: list[str]) -> str:
    """« 6 conditions remplies · 1 inconnue · 0 contraire »."""
    return _counted(marks.count("yes"), marks.count("unknown"), marks.count("no"), get_language() or "")


@lru_cache(maxsize=2048)
def _counted(met: int, unknown: int, contrary: int, _lang: str) -> str:
    return " · ".join(
        (
            ngettext("%(n)s condition remplie", "%(n)s conditions remplies", met) % {"n": met},
            ngettext("%(n)s inconnue", "%(n)s inconnues", unknown) % {"n": unknown},
            ngettext("%(n)s contraire", "%(n)s contraires", contrary) % {"n": contrary},
        )
    )


@register.simple_tag
def why(reasons: Iterable[Reason], *, counts: str = "", open: bool = False) -> SafeString:
    """« Pourquoi ? » alone, for a list whose lines are lighter than cards: {% why reasons counts="2 sur 3" %}.

    counts : what is said beside the word; how many conditions are met, unknown and contrary when it is not given.
    """
    reasons = tuple(reasons)
    context = {"lines": _lines(reasons), "counts": counts or _counts([_mark(reason) for reason in reasons]), "open": open}
    return render_to_string("web/ui/why.html", context)


@register.simple_tag
def answer_card(verdict: Any, *, level: int = 3, open: bool = False) -> SafeString:
    """The signature of the product: a state, an amount, a sentence, an action, and « Pourquoi ? ».

    verdict : any object (or mapping) with title and state (yes, no, unknown, closed) and, when known, url, state_text,
    headline, sentence, reasons (of `logic.answers`), formula, source (of `sources`), action_url and action_label.
    """
    name = _one_of(_of(verdict, "state"), ("yes", "no", "unknown", "closed"), "The verdict's state")
    reasons = _of(verdict, "reasons", ())
    marks = [_mark(reason) for reason in reasons]
    texts = ("url", "headline", "sentence", "formula", "action_url", "action_label", "note")
    return render_to_string(
        "web/ui/answer_card.html",
        {
            "title": _of(verdict, "title"),
            "state": name,
            "state_text": _of(verdict, "state_text") or STATES[name].word,
            "lines": _lines(reasons),
            "counts": _counts(marks),
            "source": _of(verdict, "source", None),
            "level": level,
            "open": open,
            **{text: _of(verdict, text) for text in texts},
        },
    )


@register.simple_tag
def source_line(source: Any) -> SafeString:
    """Where a statement comes from: its title, the day one of us read it (or « non vérifié ») and how far to trust it."""
    confidence = getattr(source.confidence, "value", source.confidence)
    said = (str(source.title), str(source.url), source.as_of, source.checked_on)
    return _source_line(*said, confidence, get_language() or "")


@lru_cache(maxsize=2048, typed=True)  # the same few hundred sources on every page
def _source_line(title: str, url: str, as_of: Any, checked_on: Any, confidence: str, _lang: str) -> SafeString:
    source = {"title": title, "url": url, "as_of": as_of, "checked_on": checked_on}
    return render_to_string("web/ui/source_line.html", {"source": source, "confidence": CONFIDENCE[confidence]})


# -- drawings with their twin in words ---------------------------------------------------------------------------------
@register.simple_block_tag
def chart(content: str, id: str, spec_url: str, title: str, *, folded: bool = True, height: int = 320) -> SafeString:
    """A Vega-Lite chart whose specification is fetched from `spec_url`; the block holds the table and its download links."""
    context = {"content": content, "id": id, "spec_url": spec_url, "title": title, "folded": folded, "height": height}
    return render_to_string("web/ui/chart.html", context)


@register.simple_block_tag
def map(content: str, id: str, outlines_url: str, points_url: str, title: str, *, window_form: str = "") -> SafeString:
    """A map of two GeoJSON layers (either address may be empty); the block holds the same things in words.

    Outlines: polygons with `name`, and `url` when they lead somewhere. Points: `name`, `url`, `detail`, and `tone` (a state).
    window_form : id of a form with a `bbox` field; a button then searches inside the window shown.
    """
    context = {"content": content, "id": id, "outlines_url": outlines_url, "points_url": points_url, "title": title}
    return render_to_string("web/ui/map.html", {**context, "window_form": window_form, "tiles_url": settings.MAP_TILES_URL})


# -- forms -------------------------------------------------------------------------------------------------------------
@register.simple_tag
def form_errors(form: forms.BaseForm) -> SafeString:
    """The summary of what must be mended, each line leading to its field; nothing when the form is right."""
    if not form.errors:
        return mark_safe("")
    lines = [{"text": text, "id": ""} for text in form.non_field_errors()]
    for bound in form:
        lines += [{"text": text, "id": bound.id_for_label or bound.auto_id, "label": bound.label} for text in bound.errors]
    return render_to_string("web/ui/form_errors.html", {"lines": lines})


_CLASSES = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.Select, "form-select"),
)


@register.simple_tag
def field(bound: forms.BoundField, *, hint: str = "", optional: bool = True) -> SafeString:
    """A field with its label above, its hint below the label, its errors and its input, tied together for screen readers."""
    widget = bound.field.widget
    if bound.is_hidden:
        return mark_safe(str(bound))
    wanted = next((name for kind, name in _CLASSES if isinstance(widget, kind)), "form-control")
    classes = dict.fromkeys([*str(widget.attrs.get("class", "")).split(), wanted, *(["is-invalid"] if bound.errors else [])])
    widget.attrs["class"] = " ".join(classes)
    if hint:
        bound.help_text = hint
    kind = "choices" if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else "line"
    kind = "check" if isinstance(widget, forms.CheckboxInput) else kind
    context = {"field": bound, "kind": kind, "is_optional": optional and not bound.field.required}
    return render_to_string("web/ui/field.html", context)

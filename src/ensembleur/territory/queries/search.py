"""The search of the register: a page of hits in order, each with why it is there, facets with counts, and a cursor."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur import codes
from ensembleur.errors import BadInput
from ensembleur.territory.engine.search_index import DEEPEST, Filters, Hit
from ensembleur.territory.engine.search_score import Part, Plan, SearchDocument, Word, score_of
from ensembleur.territory.engine.search_text import as_written, identifier, tokens
from ensembleur.territory.models import Establishment
from ensembleur.territory.queries.diffusion import EstablishmentView, shown
from ensembleur.territory.queries.search_documents import document_of_view
from ensembleur.territory.queries.search_reader import current_index
from ensembleur.territory.queries.search_words import size_words

PAGE = 20


@dataclass(frozen=True)
class SearchHit:
    """One establishment as anyone may see it, with its score and the reasons, heaviest first."""

    view: EstablishmentView
    score: int
    reasons: tuple[str, ...]

    @property
    def size(self) -> str:
        """The size in words, empty when unknown."""
        return size_words(self.view.headcount)


@dataclass(frozen=True)
class Results:
    """A page of a search.

    total : hits in all.   next : the cursor of the following page, empty on the last.   mode : how it was found, see
    `Plan.mode`, or "identifier".   note : one sentence when the reader should know how the text was understood.
    """

    hits: tuple[SearchHit, ...]
    total: int
    next: str = ""
    mode: str = "browse"
    note: str = ""
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    previous: str = ""


def search(
    text: str, *, filters: Filters | None = None, cursor: str = "", limit: int = PAGE, with_facets: bool = False
) -> Results:
    """Establishments that answer `text`, best first.

    A SIREN or a SIRET goes straight to its records whatever the filters. Raises BadInput on a mistyped one, on an unknown
    facet and on a cursor that is not ours.
    """
    filters = filters or Filters()
    number = identifier(text)
    if number:
        return _by_number(number)
    after, hint = read_cursor(cursor)
    index = current_index()
    ranked = index.search(text, filters=filters, after=after, hint=hint, limit=limit + 1)
    page, more = ranked.hits[:limit], len(ranked.hits) > limit
    following = write_cursor(page[-1], hint + len(page)) if more and hint + len(page) < DEEPEST else ""
    return Results(
        hits=rows(page, ranked.plan),
        total=ranked.total,
        next=following,
        mode=ranked.plan.mode,
        note=_note(ranked.plan, ranked.total, filters),
        facets=index.facets(ranked.plan, filters) if with_facets else {},
    )


def rows(hits: tuple[Hit, ...], plan: Plan) -> tuple[SearchHit, ...]:
    """The register's rows of the hits, masked as of now: what was hidden since the index was built has gone."""
    found = Establishment.objects.public().findable().in_bulk([hit.siret for hit in hits])
    kept = []
    for hit in hits:
        if hit.siret in found:
            view = shown(found[hit.siret])
            document = document_of_view(view, usual_names="" if view.masked else found[hit.siret].unit.usual_name)
            kept.append(SearchHit(view, hit.score, reasons(plan, document, view)))
    return tuple(kept)


def _by_number(number: str) -> Results:
    exact = codes.siren(number) if len(number) == 9 else codes.siret(number)
    found = Establishment.objects.public().filter(siret=exact) if len(exact) == 14 else None
    if found is None:
        found = Establishment.objects.public().filter(unit=exact).order_by("state", "-is_head_office", "siret")
    why = _("SIRET exact") if len(exact) == 14 else _("SIREN exact")
    hits = tuple(SearchHit(shown(row), 2000, (why,)) for row in found[:100])
    return Results(hits=hits, total=len(hits), mode="identifier")


# -- cursors -----------------------------------------------------------------------------------------------------------
def write_cursor(hit: Hit, before: int) -> str:
    """An opaque word for « after this hit », with how many came before."""
    content = json.dumps([hit.score, hit.siret, before], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[tuple[int, str] | None, int]:
    """The key to start after and how many hits came before. Raises BadInput when the word is not one of ours."""
    if not cursor:
        return None, 0
    try:
        padded = cursor[:200] + "=" * (-len(cursor[:200]) % 4)
        score, siret, before = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not (type(score) is int and type(before) is int and type(siret) is str and len(siret) == 14 and siret.isdigit()):
            raise ValueError
    except (ValueError, TypeError, UnicodeError, binascii.Error, RecursionError) as error:
        raise BadInput("bad_cursor", _("Cette adresse de page n'est pas la nôtre : reprenez la recherche au début.")) from error
    return (score, siret), min(max(before, 0), DEEPEST)


# -- reasons -----------------------------------------------------------------------------------------------------------
def reasons(plan: Plan, document: SearchDocument, view: EstablishmentView) -> tuple[str, ...]:
    """Why a hit is there, in words, heaviest first; the sum behind them is the one that ranked it."""
    parts = score_of(plan, document).parts
    whole = next((part for part in parts if part.kind in _WHOLE), None)
    said = [_whole_name(whole, view)] if whole else []
    if whole is None or whole.kind in {"close_name", "initials"}:
        said.extend(filter(None, (_grouped(kind, parts, document, view) for kind in _KINDS)))
    else:
        said.extend(filter(None, (_grouped(kind, parts, document, view) for kind in ("place",))))
    recognised = {part.asked for part in parts}
    lost = [word.text for word in plan.words if _was_lost(word, recognised)]
    if lost and whole is None:
        said.append(ngettext("sans le mot : %(words)s", "sans les mots : %(words)s", len(lost)) % {"words": ", ".join(lost)})
    return tuple(said)


_WHOLE = ("exact_name", "exact_sign", "close_name", "initials")
_KINDS = tuple(f"{field}{manner}" for field in ("sign", "name", "activity", "place") for manner in ("", "_prefix", "_close"))


def _was_lost(word: Word, recognised: set[str]) -> bool:
    return word.required and word.text not in recognised


def _whole_name(part: Part, view: EstablishmentView) -> str:
    if part.kind == "exact_name":
        return _("nom exact")
    if part.kind == "exact_sign":
        label = _("sigle") if part.found == view.acronym else _("enseigne")
        return _("%(label)s : « %(text)s »") % {"label": label, "text": part.found}
    if part.kind == "initials":
        return _("initiales de « %(text)s »") % {"text": part.found}
    return _("nom proche : « %(text)s »") % {"text": part.found}


def _grouped(kind: str, parts: tuple[Part, ...], document: SearchDocument, view: EstablishmentView) -> str:
    chosen = [part for part in parts if part.kind == kind]
    if not chosen:
        return ""
    field_name, _sep, manner = kind.partition("_")
    written = " ".join((*document.names, *document.signs, document.activity, *document.places))
    words = ", ".join(dict.fromkeys(as_written(part.found, written) for part in chosen))
    if manner == "close":
        return _("proche de : « %(words)s »") % {"words": words}
    if field_name == "sign":
        text = _holding(chosen[0].found, document.signs) or words
        label = _("sigle") if text == view.acronym else _("enseigne")
        return _("%(label)s : « %(text)s »") % {"label": label, "text": text}
    if field_name == "place":
        return _("commune : %(place)s") % {"place": view.commune_name}
    if field_name == "activity":
        return _("activité : « %(words)s »") % {"words": words}
    if manner == "prefix":
        return _("nom : mot qui commence par « %(words)s »") % {"words": chosen[0].asked}
    return _("nom : « %(words)s »") % {"words": words}


def _holding(form: str, texts: tuple[str, ...]) -> str:
    return next((text for text in texts if form in tokens(text)), texts[0] if len(texts) == 1 else "")


def _note(plan: Plan, total: int, filters: Filters) -> str:
    if plan.is_generic and plan.words and not filters.narrows and total:
        return _("Ces mots sont portés par beaucoup d'entreprises : ajoutez un nom propre, une commune ou un filtre.")
    if plan.mode in {"close", "closer"} and total:
        return _("Aucune entreprise ne porte exactement ces mots : voici les plus proches.")
    if plan.mode == "some" and total:
        return _("Aucune entreprise ne porte tous ces mots : voici celles qui en portent une partie.")
    return ""

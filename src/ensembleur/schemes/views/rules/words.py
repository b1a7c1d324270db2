"""A rule as the editor shows it: a tree of sentences, each with its place, its text and what must be mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ensembleur.errors import BadInput
from ensembleur.logic.comparing import Setting
from ensembleur.logic.conditions import Leaf, parse
from ensembleur.logic.sentences import require
from ensembleur.schemes.choices import AUDIENCES, FAMILIES, LEVELS, TOPICS
from ensembleur.schemes.engine.differences import Difference, differences
from ensembleur.schemes.engine.drafting import GROUPS, Node, walk
from ensembleur.schemes.engine.flips import Transition
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.review import Fault
from ensembleur.schemes.engine.timeline import in_force
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES
from ensembleur.schemes.forms.parts import text_of
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.queries.published import assembled

ANSWERS = {"yes": "yes", "no": "no", "unknown": "unknown", "not_open": "closed"}


def language() -> str:
    """The reader's language, of the two we speak."""
    return "en" if get_language() == "en" else "fr"


@dataclass
class Line:
    """One place of the tree. `says` is the sentence of a condition or of a group; `children` stand in a group."""

    place: str
    says: str
    head: str
    source: str = ""
    faults: list[Fault] = field(default_factory=list)
    children: list[Line] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        """Whether it holds other conditions."""
        return self.head != "leaf"

    @property
    def takes(self) -> bool:
        """Whether a condition can be added inside."""
        return self.head in GROUPS

    @property
    def anchor(self) -> str:
        """The id of its element in the page."""
        return "place-" + self.place.replace(".", "-")


def tree_of(version: SchemeVersion, faults: list[Fault], sources: Mapping[str, Any]) -> list[Line]:
    """The whole rule then what opens each bonus, as trees of sentences."""
    by_place: dict[str, list[Fault]] = {}
    for fault in faults:
        by_place.setdefault(fault.place, []).append(fault)
    lines: dict[str, Line] = {}
    roots = []
    setting = setting_of(version)
    for node in walk(version.content):
        line = Line(node.place, sentence_of(node, setting), node.head, _title(node, sources), by_place.get(node.place, []))
        lines[node.place] = line
        if node.parent:
            lines[node.parent].children.append(line)
        else:
            roots.append(line)
    return roots


def sentence_of(node: Node, setting: Setting) -> str:
    """« Effectif : moins de 50 salariés », « Une au moins de ces conditions »."""
    if node.head == "all":
        return _("Toutes ces conditions") if "." in node.place else _("Il faut tout ceci")
    if node.head == "any":
        return _("Une au moins de ces conditions")
    if node.head == "at_least":
        return _("%(n)d au moins de ces conditions") % {"n": node.count}
    if node.head == "not":
        return _("L'inverse de ceci")
    try:
        leaf = parse(node.body, vocabulary=VOCABULARY)
        if isinstance(leaf, Leaf):
            return require(leaf, setting)
    except BadInput:
        pass
    fact = str(node.body.get("fact") or node.body.get("id") or "?") if isinstance(node.body, dict) else "?"
    return _("Condition à compléter : %(fact)s") % {"fact": fact}


def setting_of(version: SchemeVersion) -> Setting:
    """How to name things in a draft, and the parameters' values on its first day."""
    day = version.effective_from or date.max
    day = date.fromisoformat(day) if isinstance(day, str) else day
    values: dict[str, Any] = {}
    try:
        raw = {
            **version.scheme.content,
            "versions": [{**version.content, "conditions": ANY_RULE, "amount": None, "windows": None}],
        }
        values = parse_scheme(raw).versions[0].parameters_on(day)
    except BadInput:  # the rest of the draft is not readable yet: the sentence names the parameter instead of its value
        pass
    return Setting(day, language(), values, VOCABULARY, ZONES, {})


ANY_RULE = {"id": "any", "fact": "in_zre", "op": "is_true"}


def _title(node: Node, sources: Mapping[str, Any]) -> str:
    key = node.body.get("source") if node.head == "leaf" and isinstance(node.body, dict) else ""
    return str((sources.get(key) or {}).get("title") or "") if key else ""


def places_for(version: SchemeVersion, moved: str) -> list[tuple[str, str]]:
    """Where a condition may go: before each other one, or at the end of each group, in the order of the rule."""
    nodes = list(walk(version.content))
    setting = setting_of(version)
    root = moved.split(".")[0]
    found = []
    for node in nodes:
        if node.place.split(".")[0] != root or node.place == moved or node.place.startswith(f"{moved}."):
            continue
        parent, _dot, rank = node.place.rpartition(".")
        holder = next((one for one in nodes if one.place == parent), None)
        if holder is not None and holder.head in GROUPS:
            words = {"line": sentence_of(node, setting)}
            found.append((f"{parent}:{rank}", _("Avant : %(line)s") % words))
        if node.head in GROUPS:
            count = sum(one.parent == node.place for one in nodes)
            found.append((f"{node.place}:{count}", _("À la fin du groupe : %(line)s") % {"line": sentence_of(node, setting)}))
    return found


def changes_of(version: SchemeVersion, standing: list[SchemeVersion], *, on: date, now: Any) -> list[Difference] | None:
    """What the text says otherwise than the one in force that day; None while the draft cannot be read.

    For a published text, `standing` are those published before it.
    """
    content = version.scheme.content
    try:
        before = assembled(content, standing) if standing else None
        after = assembled(content, [*standing, version], now=now)
    except BadInput:
        return None
    old = in_force(before.versions, on) if before is not None else None
    return differences(
        (before, old) if before is not None and old is not None else None, (after, after.versions[-1]), lang=language()
    )


@dataclass(frozen=True)
class StepWords:
    """A transition in words: « de oui à non »."""

    step: Transition
    says: str
    tone: str

    @property
    def name(self) -> str:
        """As the address writes it."""
        return self.step.name


def answer_words() -> dict[str, str]:
    """The four answers, as the table of flips writes them."""
    return {"yes": _("Éligible"), "no": _("Non éligible"), "unknown": _("À vérifier"), "not_open": _("Fermé")}


def step_words(steps: Any, *, is_first: bool = False) -> list[StepWords]:
    """The transitions that change an answer, in words. is_first : nothing stood before, so only the new answer is said."""
    words = answer_words()
    return [
        StepWords(step, words[step.after] if is_first else f"{words[step.before]} → {words[step.after]}", ANSWERS[step.after])
        for step in steps
        if step.is_change
    ]


def sheet_words(scheme: Scheme) -> list[tuple[str, str]]:
    """The sheet of a scheme in words, for who reads it over: (what, what it says), in both languages where both are public."""
    held = scheme.content
    operator = held.get("operator") or ""
    operator = operator.get("name", "") if isinstance(operator, Mapping) else operator
    both = {name: [text_of(held.get(name), lang) for lang in ("fr", "en")] for name in ("title", "summary")}
    listed = ", ".join(str(TOPICS.get(topic, topic)) for topic in held.get("topics") or ())
    return [
        (_("Identifiant"), scheme.pk),
        (_("Nom"), " · ".join(filter(None, both["title"]))),
        (_("À quoi il sert"), " · ".join(filter(None, both["summary"]))),
        (_("Forme"), str(FAMILIES.get(held.get("family"), held.get("family")))),
        (_("Niveau"), str(LEVELS.get(held.get("level"), held.get("level")))),
        (_("Pour qui"), str(AUDIENCES.get(held.get("audience", "company"), ""))),
        (_("Sujets"), listed),
        (_("Organisme"), str(operator)),
        (_("Autres financeurs"), ", ".join(held.get("funders") or ())),
        (_("Page officielle"), str(held.get("url") or "")),
    ]


def part_words() -> dict[str, str]:
    """The parts of a version, as the comparison names them."""
    return {
        "condition": _("Condition"),
        "parameter": _("Paramètre"),
        "amount": _("Montant"),
        "dates": _("Jours d'application"),
        "status": _("État"),
        "window": _("Session"),
        "criterion": _("Critère du comité"),
        "edge": _("Lien avec un autre dispositif"),
        "envelope": _("Enveloppe"),
        "doubt": _("Ce qui reste incertain"),
    }

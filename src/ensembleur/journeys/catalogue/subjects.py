"""The subjects on which a company may ask for an adviser, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from ensembleur.errors import BadInput
from ensembleur.journeys.catalogue.loader import FOLDER, read_plain
from ensembleur.journeys.engine.diagnosis import AXES
from ensembleur.logic.words import NOTHING, Words

OTHER_AXES = ("project", "funding", "site")  # what a company asks about beside the six axes of the diagnosis
LONGEST_CODE = 40
FIELDS = {"code", "axis", "title", "hint", "question", "retired"}


@dataclass(frozen=True)
class Subject:
    """One subject.

    axis : one of the diagnosis' six, or project, funding, site.   hint : one line under the title.
    question : what the company should answer in its own words; empty when its words are enough.
    retired : still readable, no longer offered.
    """

    code: str
    axis: str
    title: Words
    hint: Words
    question: Words = NOTHING
    retired: bool = False


@cache
def subjects() -> tuple[Subject, ...]:
    """Every subject, retired ones included, in the order of the file."""
    return read_subjects(read_plain(FOLDER / "subjects.yaml"))


def subject(code: str) -> Subject:
    """The subject of that code. Raises BadInput when there is none."""
    held = _by_code().get(code)
    if held is None:
        raise BadInput(
            "unknown_subject", _("« %(code)s » n'est pas un sujet : choisissez-en un dans la liste.") % {"code": code[:40]}
        )
    return held


def offered_subject(code: str) -> Subject:
    """The subject of that code, when a company may still choose it. Raises BadInput otherwise."""
    held = subject(code)
    if held.retired:
        raise BadInput("retired_subject", _("Ce sujet n'est plus proposé : choisissez-en un autre dans la liste."))
    return held


def subject_title(code: str, lang: str) -> str:
    """The title in "fr" or "en"; the code itself when the catalogue no longer holds it, so that an old need stays readable."""
    held = _by_code().get(code)
    return held.title.in_(lang) if held is not None else code


@cache
def _by_code() -> dict[str, Subject]:
    return {held.code: held for held in subjects()}


def read_subjects(data: Any) -> tuple[Subject, ...]:
    """The file as subjects. Raises BadInput naming the subject and the field at fault."""
    rows = data.get("subjects") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows:
        raise BadInput("bad_subjects", "subjects.yaml : il faut une liste « subjects » non vide.")
    read = tuple(_subject(row, place) for place, row in enumerate(rows, 1))
    codes = [held.code for held in read]
    for code in codes:
        if codes.count(code) > 1:
            raise BadInput("bad_subjects", f"subjects.yaml : le code « {code} » est donné deux fois.")
    return read


def _subject(row: Any, place: int) -> Subject:
    if not isinstance(row, dict) or not isinstance(row.get("code"), str):
        raise BadInput("bad_subjects", f"subjects.yaml, sujet {place} : il faut un code.")
    code = row["code"]
    where = f"subjects.yaml, sujet « {code} »"
    if strange := sorted(set(row) - FIELDS):
        raise BadInput("bad_subjects", f"{where} : le champ « {strange[0]} » n'existe pas.")
    if not code or len(code) > LONGEST_CODE or not code.replace("-", "").isalnum() or code != code.lower():
        raise BadInput("bad_subjects", f"{where} : un code a 40 caractères au plus, en minuscules et tirets.")
    if row.get("axis") not in (*AXES, *OTHER_AXES):
        raise BadInput("bad_subjects", f"{where} : l'axe « {row.get('axis')} » n'existe pas.")
    question = _words(row["question"], f"{where}, question") if "question" in row else NOTHING
    return Subject(
        code,
        row["axis"],
        _words(row.get("title"), f"{where}, title"),
        _words(row.get("hint"), f"{where}, hint"),
        question,
        bool(row.get("retired", False)),
    )


def _words(pair: Any, where: str) -> Words:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(text, str) and text.strip() for text in pair):
        raise BadInput("bad_subjects", f"{where} : il faut deux textes, français puis anglais.")
    return Words(*pair)

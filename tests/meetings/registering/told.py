"""What people write when they register, for tests."""

from __future__ import annotations

from typing import Any

from ensembleur.meetings.engine.people_files import Coming, Told


def told(name: str = "Atelier fictif", **fields: Any) -> Told:
    """A participation on side B."""
    return Told(name=name, **{"side": "B", **fields})


def coming(name: str = "Camille Fictive", email: str = "camille@test.example", **fields: Any) -> Coming:
    """A person."""
    return Coming(name=name, email=email, **fields)


def people_csv(*lines: str, headings: str = "cote;siret;organisation;personne;courriel") -> bytes:
    """A file of people."""
    return "\n".join((headings, *lines)).encode()

"""The names of the legal forms an industrial company most often has."""

from __future__ import annotations

LEGAL_FORMS: dict[str, str] = {
    "1000": "Entrepreneur individuel",
    "5202": "Société en nom collectif",
    "5458": "SARL coopérative de production (SCOP)",
    "5498": "SARL unipersonnelle",
    "5499": "Société à responsabilité limitée",
    "5558": "SA coopérative de production (SCOP)",
    "5599": "Société anonyme à conseil d'administration",
    "5699": "Société anonyme à directoire",
    "5710": "Société par actions simplifiée",
    "5720": "Société par actions simplifiée à associé unique",
    "9220": "Association déclarée",
}


def legal_form_label(code: str) -> str:
    """The name of a legal form, empty when it is not one of the frequent ones."""
    return LEGAL_FORMS.get(code, "")

"""The codes the house lives by, parsed and validated once: SIREN, SIRET, INSEE, NAF, ROME, RNCP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from stdnum import luhn

from ensembleur.errors import BadInput

FICTIONAL_PREFIX = "000"  # no number is attributed there: demonstration companies live in it
LA_POSTE = "356000000"  # its establishments follow a rule of their own
_SPACES = re.compile(r"[\s.\u00a0\u202f-]+")
_NAF_OLD = re.compile(r"^\d{2}\.\d{2}[A-Z]$")


class Nomenclature(Enum):
    """Which edition of the French classification of activities a code belongs to."""

    NAF_REV2 = "NAFRev2"
    NAF_2025 = "NAF2025"


@dataclass(frozen=True, order=True)
class Naf:
    """An activity code with its edition: the same number can mean another thing in another edition."""

    nomenclature: str
    code: str

    @property
    def division(self) -> str:
        """The first two digits, such as "25"."""
        return self.code[:2]


def siren(text: str) -> str:
    """Nine digits with a valid check digit, spaces allowed. Raises BadInput."""
    digits = _SPACES.sub("", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 9):
        raise BadInput("bad_siren", f"« {text[:40]} » n'est pas un SIREN : il faut 9 chiffres.")
    if not luhn.is_valid(digits):
        raise BadInput("bad_siren", f"Le SIREN {digits} comporte une erreur de frappe : sa clé de contrôle est fausse.")
    return digits


def siret(text: str) -> str:
    """Fourteen digits with a valid check digit, spaces allowed. Raises BadInput."""
    digits = _SPACES.sub("", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 14):
        raise BadInput("bad_siret", f"« {text[:40]} » n'est pas un SIRET : il faut 14 chiffres.")
    if not (luhn.is_valid(digits) or _is_la_poste(digits)):
        raise BadInput("bad_siret", f"Le SIRET {digits} comporte une erreur de frappe : sa clé de contrôle est fausse.")
    return digits


def _is_la_poste(digits: str) -> bool:
    return digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0


def is_fictional(number: str) -> bool:
    """Whether a SIREN or SIRET belongs to a demonstration company."""
    return number.startswith(FICTIONAL_PREFIX)


def show_siret(number: str) -> str:
    """« 123 456 789 00012 » with no-break spaces."""
    return "\u00a0".join((number[:3], number[3:6], number[6:9], number[9:]))


def insee(text: str) -> str:
    """A commune code of five characters, Corsican letters included. Raises BadInput."""
    code = text.strip().upper()
    if not re.fullmatch(r"\d[0-9AB]\d{3}", code):
        raise BadInput("bad_insee", f"« {text[:40]} » n'est pas un code commune : il faut 5 caractères, par exemple 95018.")
    return code


def naf(text: str, nomenclature: str = Nomenclature.NAF_REV2.value) -> Naf:
    """A sub-class such as 25.62B, dot optional. Raises BadInput."""
    code = text.strip().upper()
    if re.fullmatch(r"\d{4}[A-Z]", code):
        code = f"{code[:2]}.{code[2:]}"
    if not _NAF_OLD.match(code):
        raise BadInput("bad_naf", f"« {text[:40]} » n'est pas un code d'activité : écrivez par exemple 25.62B.")
    return Naf(nomenclature, code)


def rome(text: str) -> str:
    """An occupation code such as H2903. Raises BadInput."""
    code = text.strip().upper()
    if not re.fullmatch(r"[A-N]\d{4}", code):
        raise BadInput("bad_rome", f"« {text[:40]} » n'est pas un code ROME : écrivez par exemple H2903.")
    return code


def rncp(text: str) -> str:
    """A certification number such as RNCP38878, prefix optional. Raises BadInput."""
    match = re.fullmatch(r"(?:RNCP)?\s*(\d{1,6})", text.strip().upper())
    if not match:
        raise BadInput("bad_rncp", f"« {text[:40]} » n'est pas un numéro RNCP : écrivez par exemple RNCP38878.")
    return f"RNCP{match[1]}"

"""Search the register from the command line."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand

from ensembleur.territory.engine.search_text import LONGEST_QUERY
from ensembleur.territory.queries.search import Results, search
from ensembleur.territory.queries.search_filters import filters_of

MOST = 1000


def limit(text: str) -> int:
    """A number of hits between 1 and MOST."""
    try:
        wanted = int(text)
    except ValueError:
        wanted = 0
    if not 1 <= wanted <= MOST:
        raise argparse.ArgumentTypeError(f"« {text[:20]} » n'est pas un nombre entre 1 et {MOST}")
    return wanted


class Command(BaseCommand):
    """One line per establishment, or the documented JSON."""

    help = (
        "Cherche un établissement par nom, enseigne, sigle, activité, commune, SIREN ou SIRET. Avec --json : "
        '{"query","mode","total","note","next","hits":[{"siret","siren","title","sign","commune","commune_name",'
        '"departement","naf","is_open","is_fictional","is_masked","score","reasons"}]}.'
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The text, and how to show what is found."""
        parser.add_argument("text", help="ce que l'on cherche, entre guillemets")
        parser.add_argument("--json", action="store_true", help="écrire du JSON")
        parser.add_argument("--limit", type=limit, default=20, help=f"au plus tant de résultats (1 à {MOST}, 20 par défaut)")
        parser.add_argument("--closed", action="store_true", help="montrer aussi les établissements fermés")
        parser.add_argument("--departement", action="append", default=[], help="seulement ce département (répétable)")
        parser.add_argument("--around", default="", help="autour d'une commune, d'un code postal ou de « lon,lat »")
        parser.add_argument("--km", type=float, default=None, help="rayon en kilomètres, 10 par défaut")
        parser.add_argument("--cursor", default="", help="la suite d'une recherche : le « next » de sa réponse")

    def handle(self, *, text: str, limit: int, closed: bool, cursor: str, **options: Any) -> None:
        """Search, then print."""
        filters = filters_of(
            {"departement": options["departement"]}, closed_too=closed, around=options["around"], km=options["km"]
        )
        found = search(text[:LONGEST_QUERY], filters=filters, cursor=cursor, limit=limit)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(text, found), ensure_ascii=False, indent=2))
            return
        self.stdout.write(
            f"{found.total} établissement{'s' if found.total > 1 else ''}" + (f" · {found.note}" if found.note else "")
        )
        for hit in found.hits:
            place = f"{hit.view.commune_name} ({hit.view.departement})" if hit.view.commune_name else "commune non publiée"
            marks = "".join([" [fermé]" if not hit.view.is_open else "", " [fictif]" if hit.view.is_fictional else ""])
            self.stdout.write(f"{hit.view.siret}  {hit.view.title} · {place}{marks}  ← {' ; '.join(hit.reasons) or 'sans texte'}")


def as_json(text: str, found: Results) -> dict[str, Any]:
    """The documented answer."""
    return {
        "query": text,
        "mode": found.mode,
        "total": found.total,
        "note": found.note,
        "next": found.next,
        "hits": [
            {
                "siret": hit.view.siret,
                "siren": hit.view.siren,
                "title": hit.view.title,
                "sign": hit.view.sign,
                "commune": hit.view.commune,
                "commune_name": hit.view.commune_name,
                "departement": hit.view.departement,
                "naf": hit.view.naf.code if hit.view.naf else None,
                "is_open": hit.view.is_open,
                "is_fictional": hit.view.is_fictional,
                "is_masked": bool(hit.view.masked),
                "score": hit.score,
                "reasons": list(hit.reasons),
            }
            for hit in found.hits
        ],
    }

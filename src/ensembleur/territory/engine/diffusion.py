"""The duty of the partial diffusion status: which record is masked, and what that hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ensembleur.sources import Confidence, Source

if TYPE_CHECKING:  # pages mask one record at a time: a server that starts need not load the tools of whole tables
    import polars as pl

SOURCE = Source(
    title="Statut de diffusion des unités du répertoire Sirene (INSEE ; article R123-232 du code de commerce)",
    confidence=Confidence.SECONDARY,
)

HIDDEN: dict[str, frozenset[str]] = {
    "": frozenset(),
    "legal": frozenset({"acronym", "address", "postcode", "lon", "lat"}),
    "natural": frozenset(
        {
            "name",
            "usual_name",
            "acronym",
            "sign",
            "address",
            "postcode",
            "commune",
            "commune_name",
            "departement",
            "departement_name",
            "epci",
            "ept",
            "lon",
            "lat",
        }
    ),
}


def masking_of(*statuses: str, legal_form: str) -> str:
    """Which rule masks a record: "" (none), "legal" or "natural".

    statuses : the diffusion of the company, and of the establishment when there is one; anything but O counts as partial.
    legal_form : four digits, empty when unknown.
    When nobody knows whether the holder is a person, the strictest rule applies.
    """
    if all(status == "O" for status in statuses):
        return ""
    if legal_form:
        return "natural" if legal_form.startswith(("1", "2")) else "legal"
    return "natural"


def masking_expression(*statuses: pl.Expr, legal_form: pl.Expr) -> pl.Expr:
    """The same rule, column by column; a null status or legal form counts as not known."""
    import polars as pl

    partial = pl.any_horizontal(*(status.fill_null("") != "O" for status in statuses))
    form = legal_form.fill_null("")
    legal = (form != "") & ~form.str.starts_with("1") & ~form.str.starts_with("2")
    return pl.when(~partial).then(pl.lit("")).when(legal).then(pl.lit("legal")).otherwise(pl.lit("natural"))

"""From the columns of the official files to the rows of the register; batch by batch, no Django."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pyproj

from ensembleur.codes import FICTIONAL_PREFIX, LA_POSTE
from ensembleur.territory.engine.bands import BANDS, UNKNOWN, with_interval
from ensembleur.territory.engine.perimeter import Perimeter

HIDDEN = "[ND]"  # what the producer writes over a hidden value
RANDOM_POSITION = "33"  # drawn at random inside the commune: not a position
LAMBERT_93 = 2154
_TO_DEGREES = pyproj.Transformer.from_crs(LAMBERT_93, 4326, always_xy=True)

# Official column → our name. The first group must be there; without the second, the register simply knows less.
SITE_REQUIRED = {
    "siret": "siret",
    "statutDiffusionEtablissement": "diffusion",
    "etatAdministratifEtablissement": "state",
    "codeCommuneEtablissement": "commune",
    "activitePrincipaleEtablissement": "activity",
}
SITE_OPTIONAL = {
    "nomenclatureActivitePrincipaleEtablissement": "nomenclature",
    "activitePrincipaleNAF25Etablissement": "naf_2025",
    "dateCreationEtablissement": "created_on",
    "dateDebut": "since",
    "trancheEffectifsEtablissement": "headcount_band",
    "anneeEffectifsEtablissement": "headcount_year",
    "etablissementSiege": "is_head_office",
    "enseigne1Etablissement": "sign_1",
    "enseigne2Etablissement": "sign_2",
    "enseigne3Etablissement": "sign_3",
    "denominationUsuelleEtablissement": "usual_name",
    "complementAdresseEtablissement": "extra",
    "numeroVoieEtablissement": "number",
    "indiceRepetitionEtablissement": "repetition",
    "typeVoieEtablissement": "street_kind",
    "libelleVoieEtablissement": "street",
    "codePostalEtablissement": "postcode",
    "coordonneeLambertAbscisseEtablissement": "x",
    "coordonneeLambertOrdonneeEtablissement": "y",
}
UNIT_REQUIRED = {
    "siren": "siren",
    "statutDiffusionUniteLegale": "diffusion",
    "etatAdministratifUniteLegale": "state",
    "denominationUniteLegale": "registered_name",
}
UNIT_OPTIONAL = {
    "nomUniteLegale": "surname",
    "nomUsageUniteLegale": "married_name",
    "prenomUsuelUniteLegale": "first_name",
    "prenom1UniteLegale": "first_name_1",
    "sigleUniteLegale": "acronym",
    "denominationUsuelle1UniteLegale": "usual_1",
    "denominationUsuelle2UniteLegale": "usual_2",
    "denominationUsuelle3UniteLegale": "usual_3",
    "dateCreationUniteLegale": "created_on",
    "trancheEffectifsUniteLegale": "headcount_band",
    "anneeEffectifsUniteLegale": "headcount_year",
    "categorieEntreprise": "category",
    "anneeCategorieEntreprise": "category_year",
    "categorieJuridiqueUniteLegale": "legal_form",
    "activitePrincipaleUniteLegale": "activity",
    "nomenclatureActivitePrincipaleUniteLegale": "nomenclature",
    "activitePrincipaleNAF25UniteLegale": "naf_2025",
    "nicSiegeUniteLegale": "head_office_nic",
    "economieSocialeSolidaireUniteLegale": "social",
    "societeMissionUniteLegale": "mission",
}
PLACE_REQUIRED = {"siret": "siret", "y_latitude": "lat", "x_longitude": "lon"}
PLACE_OPTIONAL = {"qualite_xy": "geo_quality"}

REASONS = {
    "unknown_commune": "commune inconnue",
    "bad_siret": "SIRET invalide",
    "demo_number": "numéro réservé à la démonstration",
    "bad_state": "état administratif inconnu",
}


@dataclass(frozen=True)
class Territory:
    """Where the register looks: commune code (former ones included) → (code today, département, epci, ept).

    country : every code that ever named a commune of the country.   postcodes : first two digits of the region's postcodes.
    """

    communes: Mapping[str, tuple[str, str, str, str]]
    country: Collection[str]
    postcodes: tuple[str, ...]

    def table(self) -> pl.DataFrame:
        """The communes as a table: code, commune, departement, epci, ept."""
        rows = [(code, *place) for code, place in self.communes.items()]
        return pl.DataFrame(rows, schema=["code", "commune", "departement", "epci", "ept"], orient="row")


@dataclass
class Sieve:
    """Keeps the rows of the perimeter and counts the others; a batch in, a few rows out.

    known : SIRET already in the register, whose news are kept even when they leave the perimeter.
    """

    territory: Territory
    perimeter: Perimeter
    level: str
    known: pl.Series
    read: int = 0
    outside: int = 0
    closed_elsewhere: int = 0
    kept: list[pl.DataFrame] = field(default_factory=list)
    rejected: list[pl.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._places = self.territory.table()
        self._ours = self._places["code"]
        self._country = pl.Series(sorted(self.territory.country))

    def take(self, batch: pl.DataFrame) -> None:
        """Sort one batch of official rows, columns already renamed, `line` included."""
        self.read += batch.height
        commune, siret, here = pl.col("commune"), pl.col("siret"), self._ours.implode()
        known = siret.is_in(self.known.implode())
        postcode = pl.col("postcode").str.slice(0, 2).is_in(list(self.territory.postcodes))
        # The cheapest tests first: most of the country is left out before anything else is looked at.
        near = emptied(batch.filter(commune.is_in(here) | postcode | known))
        unknown = ~commune.is_in(self._country.implode())
        near = near.filter(commune.is_in(here) | unknown | siret.is_in(self.known.implode()))
        near = with_activities(near).with_columns(siren=siret.str.slice(0, 9))
        near = near.with_columns(rule=self.perimeter.rule_expression(self.level), known=known)
        inside = near.filter(pl.col("rule").is_not_null() | pl.col("known"))
        self.outside += batch.height - inside.height
        inside = inside.with_columns(reason=_reject_reason(unknown))
        self.rejected.append(inside.filter(pl.col("reason").is_not_null()).select("line", "siret", "reason"))
        inside = inside.filter(pl.col("reason").is_null())
        gone = inside.filter((pl.col("state") == "F") & ~pl.col("known"))
        self.closed_elsewhere += gone.height
        inside = inside.join(gone.select("siret", "line"), on=["siret", "line"], how="anti")
        self.kept.append(inside.drop("reason", "known"))

    def sites(self) -> pl.DataFrame:
        """Every row kept, in the register's columns, in the file's order, `line` included."""
        kept = pl.concat(self.kept) if self.kept else pl.DataFrame(schema={"siret": pl.String})
        self.kept = [kept]
        return site_rows(kept, self._places) if kept.height else kept

    def rejects(self) -> pl.DataFrame:
        """line, siret, reason (a key of REASONS)."""
        return pl.concat(self.rejected) if self.rejected else pl.DataFrame(schema=["line", "siret", "reason"])


def _reject_reason(unknown_commune: pl.Expr) -> pl.Expr:
    siret = pl.col("siret")
    return (
        pl.when(siret.str.starts_with(FICTIONAL_PREFIX))
        .then(pl.lit("demo_number"))
        .when(~is_siret(siret))
        .then(pl.lit("bad_siret"))
        .when(unknown_commune)
        .then(pl.lit("unknown_commune"))
        .when(~pl.col("state").is_in(["A", "F"]))
        .then(pl.lit("bad_state"))
        .otherwise(pl.lit(None, dtype=pl.String))
    )


def is_siret(siret: pl.Expr) -> pl.Expr:
    """Whether each text is fourteen digits with a valid check digit, La Poste's own rule included."""
    total, plain = pl.lit(0), pl.lit(0)
    for position in range(14):
        digit = siret.str.slice(position, 1).cast(pl.Int32, strict=False)
        total = total + (digit if position % 2 else digit * 2 - 9 * (digit > 4).cast(pl.Int32))
        plain = plain + digit
    valid = (total % 10 == 0) | (siret.str.starts_with(LA_POSTE) & (plain % 5 == 0))
    return (siret.str.contains(r"^[0-9]{14}$") & valid).fill_null(value=False)


def with_activities(batch: pl.DataFrame) -> pl.DataFrame:
    """`naf` (rév. 2) and `naf_2025` from the activity and its nomenclature; codes of older editions are dropped."""
    activity = pl.col("activity").str.strip_chars()
    activity = (
        pl.when(activity.str.contains(r"^\d{4}[A-Z]$"))
        .then(activity.str.slice(0, 2) + "." + activity.str.slice(2, 3))
        .otherwise(activity)
    )
    good = activity.str.contains(r"^\d{2}\.\d{2}[A-Z]$")
    edition = pl.col("nomenclature")
    new = pl.col("naf_2025").str.contains(r"^\d{2}\.\d{2}[A-Z]$")
    return batch.with_columns(
        naf=pl.when(good & edition.is_in(["NAFRev2", ""])).then(activity).otherwise(pl.lit("")),
        naf_2025=pl.when(new).then("naf_2025").when(good & (edition == "NAF2025")).then(activity).otherwise(pl.lit("")),
    )


def with_columns_named(batch: pl.DataFrame, required: Mapping[str, str], optional: Mapping[str, str]) -> pl.DataFrame:
    """The batch under our names, absent optional columns as empty text."""
    names = {**required, **optional}
    present = {official: ours for official, ours in names.items() if official in batch.columns}
    absent = [ours for official, ours in optional.items() if official not in batch.columns]
    return batch.rename(present).with_columns(pl.lit("").alias(name) for name in absent)


def emptied(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the values hidden by the producer emptied."""
    text = pl.col(pl.String)
    return rows.with_columns(pl.when(text.str.contains(HIDDEN, literal=True)).then(pl.lit("")).otherwise(text).name.keep())


def site_rows(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Official rows as rows of the establishment table, plus `line`, `since` and `rule`."""
    placed = rows.rename({"commune": "code"}).join(places, on="code", how="left", maintain_order="left")
    lon, lat = degrees(placed["x"], placed["y"])
    street = pl.concat_str(_filled("number", "repetition", "street_kind", "street"), separator=" ", ignore_nulls=True)
    frame = with_interval(placed.with_columns(headcount_band=_band())).select(
        "line",
        "siret",
        "siren",
        "rule",
        "since",
        "state",
        "naf",
        "naf_2025",
        "headcount_band",
        "headcount_lo",
        "headcount_hi",
        "usual_name",
        "postcode",
        pl.col("commune").fill_null(""),
        pl.col("departement", "epci", "ept").fill_null(""),
        _year("headcount_year"),
        pl.col("created_on").str.to_date("%Y-%m-%d", strict=False),
        diffusion=_status(),
        is_head_office=_flag("is_head_office", "true", "false"),
        sign=pl.concat_str(_filled("sign_1", "sign_2", "sign_3"), separator=" · ", ignore_nulls=True),
        address=pl.concat_str(pl.col("extra").replace("", None), street.replace("", None), separator=", ", ignore_nulls=True),
        lon=pl.Series(lon).fill_nan(None),
        lat=pl.Series(lat).fill_nan(None),
        geo_quality=pl.lit(""),
    )
    return frame.with_columns(pl.col("sign", "usual_name", "address").str.strip_chars())


def unit_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Official rows as rows of the company table."""
    first_name = pl.when(pl.col("first_name") != "").then("first_name").otherwise("first_name_1")
    surname = pl.when(pl.col("married_name") != "").then("married_name").otherwise("surname")
    person = pl.concat_str(surname, first_name, separator=" ").str.strip_chars()
    frame = with_activities(rows).with_columns(headcount_band=_band())
    return with_interval(frame).select(
        "siren",
        "state",
        "acronym",
        "legal_form",
        "naf",
        "naf_2025",
        "headcount_band",
        "headcount_lo",
        "headcount_hi",
        pl.col("category").str.slice(0, 3),
        _year("headcount_year"),
        _year("category_year"),
        pl.col("created_on").str.to_date("%Y-%m-%d", strict=False),
        diffusion=_status(),
        name=pl.when(pl.col("registered_name") != "").then("registered_name").otherwise(person).str.strip_chars(),
        usual_name=pl.concat_str(_filled("usual_1", "usual_2", "usual_3"), separator=" · ", ignore_nulls=True),
        head_office_siret=pl.when(pl.col("head_office_nic") != "")
        .then(pl.col("siren") + pl.col("head_office_nic"))
        .otherwise(pl.lit("")),
        is_social_economy=_flag("social", "O", "N"),
        is_mission_driven=_flag("mission", "O", "N"),
    )


def place_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """siret, lon, lat, geo_quality of the geolocation file, without positions drawn at random."""
    return (
        rows.filter(pl.col("geo_quality") != RANDOM_POSITION)
        .select("siret", "geo_quality", pl.col("lon", "lat").str.replace(",", ".").cast(pl.Float64, strict=False).round(6))
        .filter(pl.col("lon").is_finite() & pl.col("lat").is_finite())
    )


def degrees(x: pl.Series, y: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of Lambert-93 texts, NaN when one of them is not a number."""
    east, north = (values.cast(pl.Float64, strict=False).to_numpy().astype(float) for values in (x, y))
    lon, lat = _TO_DEGREES.transform(east, north)
    bad = ~(np.isfinite(lon) & np.isfinite(lat))
    return np.where(bad, np.nan, np.round(lon, 6)), np.where(bad, np.nan, np.round(lat, 6))


def _filled(*names: str) -> list[pl.Expr]:
    return [pl.col(name).str.strip_chars().replace("", None) for name in names]


def _status() -> pl.Expr:
    return pl.when(pl.col("diffusion") == "O").then(pl.lit("O")).otherwise(pl.lit("P"))


def _band() -> pl.Expr:
    band = pl.col("headcount_band")
    return pl.when(band.is_in([*BANDS, UNKNOWN])).then(band).otherwise(pl.lit(""))


def _year(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64, strict=False)


def _flag(name: str, yes: str, no: str) -> pl.Expr:
    return (
        pl.when(pl.col(name) == yes).then(pl.lit(value=True)).when(pl.col(name) == no).then(pl.lit(value=False)).otherwise(None)
    )

"""The register after an import, and what changes between two states of it; frames in, frames out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from ensembleur.territory.engine.diffusion import masking_expression


@dataclass(frozen=True)
class Difference:
    """What turns one state of a table into another.

    added, changed : rows as they become.   before : changed and removed rows as they stood.   removed : keys.
    """

    key: str
    added: pl.DataFrame
    changed: pl.DataFrame
    before: pl.DataFrame
    removed: list[str]

    def fields(self) -> list[tuple[str, str, object, object]]:
        """(key, column, before, after) of every changed value, in the order of keys."""
        pairs = self.before.join(self.changed, on=self.key, how="inner", suffix="__after").sort(self.key)
        names = [name for name in self.changed.columns if name != self.key]
        return [
            (row[self.key], name, row[name], row[f"{name}__after"])
            for row in pairs.iter_rows(named=True)
            for name in names
            if row[name] != row[f"{name}__after"]
        ]


def difference(before: pl.DataFrame, after: pl.DataFrame, key: str) -> Difference:
    """What to write to go from one state to the other; both frames have the same columns, one row per key."""
    added = after.join(before.select(key), on=key, how="anti").sort(key)
    removed = before.join(after.select(key), on=key, how="anti")
    both = after.join(before, on=key, how="inner", suffix="__before")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}__before")) for name in after.columns if name != key)
    changed = both.filter(differs).select(after.columns).sort(key)
    stood = pl.concat([before.join(changed.select(key), on=key, how="semi"), removed]).sort(key)
    return Difference(key, added, changed, stood, removed[key].sort().to_list())


def sites_after(
    before: pl.DataFrame, incoming: pl.DataFrame, positions: pl.DataFrame | None, rejected: list[str], *, as_of: date
) -> pl.DataFrame:
    """Every establishment of the register after the import, in the columns of `before` but for `masking`.

    incoming : rows of the files, `rule` null for a known one that left the perimeter.   positions : of the geolocation file,
    None when it was not given: good positions already known are then kept.   rejected : SIRET whose line could not be used,
    left as they stand.   A known establishment absent from the files is closed on `as_of`.
    """
    old = before.select("siret", "address", old_closed="closed_on", old_lon="lon", old_lat="lat", old_quality="geo_quality")
    inside = incoming.filter(pl.col("rule").is_not_null()).join(
        old.rename({"address": "old_address"}), on="siret", how="left", maintain_order="left"
    )
    inside = _positioned(inside, positions)
    closed = pl.coalesce(pl.col("since").str.to_date("%Y-%m-%d", strict=False), "old_closed", pl.lit(as_of))
    inside = inside.with_columns(
        perimeter_rule=pl.col("rule"),
        closed_on=pl.when(pl.col("state") == "F").then(closed).otherwise(None),
        headcount=pl.lit(None, dtype=pl.Int64),
        is_fictional=pl.lit(value=False),
        masking=pl.lit(""),
    )
    silent = before.join(incoming.select("siret"), on="siret", how="anti")
    untouched = silent.filter(pl.col("siret").is_in(rejected))
    absent = silent.filter(~pl.col("siret").is_in(rejected)).with_columns(
        state=pl.lit("F"), closed_on=pl.coalesce("closed_on", pl.lit(as_of))
    )
    return pl.concat([inside.select(before.columns), untouched, absent])


def _positioned(sites: pl.DataFrame, positions: pl.DataFrame | None) -> pl.DataFrame:
    if positions is not None:
        found = positions.unique("siret", keep="first").rename({"lon": "geo_lon", "lat": "geo_lat", "geo_quality": "geo_grade"})
        sites = sites.join(found, on="siret", how="left", maintain_order="left")
        better = pl.col("geo_lon").is_not_null()
        lon, lat, quality = "geo_lon", "geo_lat", "geo_grade"
    else:
        better = (pl.col("old_quality").fill_null("") != "") & (pl.col("old_address") == pl.col("address"))
        lon, lat, quality = "old_lon", "old_lat", "old_quality"
    return sites.with_columns(
        lon=pl.when(better).then(lon).otherwise("lon"),
        lat=pl.when(better).then(lat).otherwise("lat"),
        geo_quality=pl.when(better).then(quality).otherwise("geo_quality"),
    )


def within(sites: pl.DataFrame, window: tuple[float, float, float, float]) -> pl.DataFrame:
    """The sites with positions outside (west, south, east, north) emptied: a wrong point is worse than none."""
    west, south, east, north = window
    inside = pl.col("lon").is_between(west, east) & pl.col("lat").is_between(south, north)
    return sites.with_columns(
        lon=pl.when(inside).then("lon"),
        lat=pl.when(inside).then("lat"),
        geo_quality=pl.when(inside).then("geo_quality").otherwise(pl.lit("")),
    )


def units_after(before: pl.DataFrame, incoming: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """Every company of the register after the import, in the columns of `before`.

    Companies without a site any more are gone; one the file does not know keeps what was known, or stands by its number, as
    hidden as the most hidden of its sites.
    """
    needed = sites.select("siren").unique(maintain_order=True)
    fresh = incoming.unique("siren", keep="first", maintain_order=True).join(needed, on="siren", how="semi")
    kept = before.join(needed, on="siren", how="semi").join(fresh.select("siren"), on="siren", how="anti")
    known = pl.concat([fresh.select("siren"), kept.select("siren")])
    strictest = sites.group_by("siren").agg(pl.col("diffusion").max())  # "P" as soon as one of its sites is
    alone = needed.join(known, on="siren", how="anti").join(strictest, on="siren", how="left").with_columns(state=pl.lit("A"))
    rows = pl.concat([_shaped(fresh, before), kept, _shaped(alone, before)])
    return rows.with_columns(masking=masking_expression(pl.col("diffusion"), legal_form=pl.col("legal_form")))


def _shaped(rows: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    columns = []
    for name, kind in like.schema.items():
        blank = pl.lit(value=False) if name == "is_fictional" else pl.lit("" if kind == pl.String else None)
        columns.append((pl.col(name) if name in rows.columns else blank).cast(kind).alias(name))
    return rows.select(columns)


def masked_sites(sites: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """The sites with the masking rule that their own status and their company's ask for."""
    holder = units.select("siren", unit_diffusion="diffusion", legal_form="legal_form")
    joined = sites.join(holder, on="siren", how="left", maintain_order="left")
    masking = masking_expression(pl.col("diffusion"), pl.col("unit_diffusion"), legal_form=pl.col("legal_form"))
    return joined.with_columns(masking=masking).select(sites.columns)

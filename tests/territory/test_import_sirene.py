"""The official files brought in: what is kept, what is put aside, and the same result whatever the form."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import polars as pl
import pytest

from ensembleur.errors import Refused
from ensembleur.territory.catalogue.perimeter import industrial_perimeter
from ensembleur.territory.engine.perimeter import Extension, Inclusion, Perimeter
from ensembleur.territory.engine.sirene_reading import Limits
from ensembleur.territory.models import Establishment, ImportRun, LegalUnit
from ensembleur.territory.queries.tables import read_table
from ensembleur.territory.services.import_sirene import Files, import_sirene
from tests.factories import sirene
from tests.factories import territory as make
from tests.factories.territory import siren, siret

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
DAY = date(2026, 11, 1)


@pytest.fixture
def bring(tmp_path):
    """`bring(sites, …)` writes both files and imports them."""

    def bring(sites, companies=None, *, suffix=".csv", geolocation=None, as_of=DAY, **options):
        files = sirene.files(tmp_path, sites, companies, suffix=suffix, as_of=as_of, geolocation=geolocation)
        return import_sirene(files=files, home=tmp_path / "imports", now=NOW, **options)

    return bring


def state() -> tuple[pl.DataFrame, pl.DataFrame]:
    return read_table(Establishment), read_table(LegalUnit)


def test_a_site_and_its_company_are_read_whole(bring):
    number = siret()
    row = sirene.site(
        number,
        enseigne1Etablissement="La Forge",
        activitePrincipaleNAF25Etablissement="25.53Y",
        libelleVoieEtablissement="DE LA FORGE",
    )
    report = bring([row], [sirene.company(number[:9], nicSiegeUniteLegale=number[9:])])
    assert str(report) == "1 lues · 1 ajoutées · 0 modifiées · 0 fermées · 0 écartées"
    site = Establishment.objects.select_related("unit").get()
    assert (site.naf, site.naf_2025, site.perimeter_rule) == ("25.62B", "25.53Y", "core-C")
    assert (site.address, site.postcode, site.commune_id, site.departement) == ("3 RUE DE LA FORGE", "95100", "95018", "95")
    assert (site.headcount_lo, site.headcount_hi, site.headcount_year) == (20, 49, 2024)
    assert (site.created_on, site.is_head_office, site.sign, site.is_fictional) == (date(2001, 5, 4), True, "La Forge", False)
    assert (round(site.lon, 2), round(site.lat, 2)) == (2.25, 48.95)
    assert (site.unit.name, site.unit.acronym, site.unit.category) == ("MECANIQUE EXEMPLE", "MEX", "PME")
    assert site.unit.head_office_siret == number


@pytest.mark.parametrize("suffix", [".csv.gz", ".zip", ".parquet"])
def test_every_form_of_file_gives_the_same_register(bring, suffix):
    numbers = [siret() for _ in range(5)]
    sites = [
        sirene.site(numbers[0], enseigne1Etablissement='Le "Petit" Atelier, suite\nsur deux lignes'),
        sirene.site(numbers[1], statutDiffusionEtablissement="P"),
        sirene.site(numbers[2], codeCommuneEtablissement="75113", codePostalEtablissement="75013"),
        sirene.site(numbers[3], codeCommuneEtablissement="13055", codePostalEtablissement="13001"),
        sirene.site(numbers[4], codeCommuneEtablissement=""),
    ]
    loose = Limits(unknown_communes_share=0.5)
    first = bring(sites, limits=loose)
    plain = state()
    Establishment.objects.all().delete()
    LegalUnit.objects.all().delete()
    second = bring(sites, suffix=suffix, limits=loose)
    assert second.counts() == first.counts()
    assert all(one.equals(other) for one, other in zip(state(), plain, strict=True))


def test_bringing_the_same_files_twice_changes_nothing(bring):
    sites = [sirene.site(siret()) for _ in range(3)]
    bring(sites)
    before = state()
    report = bring(sites)
    assert (report.added, report.changed, report.closed, report.removed) == (0, 0, 0, 0)
    assert all(one.equals(other) for one, other in zip(state(), before, strict=True))


def test_changes_and_closures_are_told_apart(bring):
    kept, moved, closed, absent, *rest = [siret() for _ in range(14)]
    others = [sirene.site(number) for number in rest]
    bring([sirene.site(kept), sirene.site(moved), sirene.site(closed), sirene.site(absent), *others])
    report = bring(
        [
            sirene.site(kept),
            sirene.site(moved, trancheEffectifsEtablissement="21"),
            sirene.site(closed, etatAdministratifEtablissement="F", dateDebut="2026-10-15"),
            sirene.site(siret()),
            *others,
        ],
        as_of=date(2026, 12, 1),
    )
    assert (report.added, report.changed, report.closed) == (1, 1, 2)
    assert Establishment.objects.get(siret=moved).headcount_lo == 50
    assert Establishment.objects.get(siret=closed).closed_on == date(2026, 10, 15)
    gone = Establishment.objects.get(siret=absent)
    assert (gone.state, gone.closed_on) == ("F", date(2026, 12, 1))
    again = bring([sirene.site(kept), sirene.site(absent), *others], as_of=date(2027, 1, 1))
    gone.refresh_from_db()
    assert (gone.state, gone.closed_on) == ("A", None)
    assert again.changed == 1


def test_a_closed_site_never_seen_stays_out(bring):
    report = bring([sirene.site(siret()), sirene.site(siret(), etatAdministratifEtablissement="F")])
    assert (report.added, report.outside) == (1, 1)


def test_the_perimeter_is_a_choice_and_each_site_keeps_its_rule(bring):
    codes = {"25.62B": "core-C", "38.11Z": "core-E", "71.12B": "engineering", "72.19Z": "research", "52.10B": "storage"}
    sites = [sirene.site(siret(), activitePrincipaleEtablissement=code) for code in (*codes, "62.01Z", "56.10A")]
    assert bring(sites, level="core", dry_run=True).added == 2
    report = bring(sites)
    assert (report.added, report.outside) == (5, 2)
    assert dict(Establishment.objects.values_list("naf", "perimeter_rule")) == codes
    assert bring(sites, level="all").added == 2
    assert Establishment.objects.get(naf="56.10A").perimeter_rule == "all"


def test_a_site_that_leaves_the_perimeter_leaves_the_register(bring):
    leaving, staying = siret(), [siret() for _ in range(9)]
    bring([sirene.site(leaving), *map(sirene.site, staying)])
    report = bring([sirene.site(leaving, activitePrincipaleEtablissement="56.10A"), *map(sirene.site, staying)])
    assert (report.removed, report.closed) == (1, 0)
    assert "1 sorties du périmètre" in str(report)
    assert not Establishment.objects.filter(siret=leaving).exists()
    assert not LegalUnit.objects.filter(siren=leaving[:9]).exists()


def test_a_manual_inclusion_lets_one_company_in_and_says_why(bring):
    number, other = siret(), siret()
    sites = [sirene.site(one, activitePrincipaleEtablissement="70.10Z") for one in (number, other)]
    rule = Perimeter(
        ("C",),
        "industrie",
        (Extension("head-offices", ("70.10Z",), automatic=False, reason="groupe industriel", source="…"),),
        (Inclusion(number[:9], "siège d'un groupe de mécanique", "head-offices"),),
    )
    bring(sites, perimeter=rule)
    assert list(Establishment.objects.values_list("siret", "perimeter_rule")) == [(number, "manual-head-offices")]
    assert rule.reason_of("manual-head-offices") == "groupe industriel"


def test_our_own_perimeter_says_why_each_rule_is_there():
    rule = industrial_perimeter()
    assert {extension.id for extension in rule.extensions} == {"engineering", "research", "storage", "head-offices", "software"}
    assert all(extension.reason and extension.source for extension in rule.extensions)
    assert rule.reason_of("core-C")


def test_activities_of_both_editions_are_kept_apart_and_older_ones_dropped(bring):
    sites = [
        sirene.site(siret(), nomenclatureActivitePrincipaleEtablissement="NAF2025", activitePrincipaleEtablissement="17.12Y"),
        sirene.site(siret(), activitePrincipaleEtablissement="2562B"),
        sirene.site(siret(), nomenclatureActivitePrincipaleEtablissement="NAP", activitePrincipaleEtablissement="28.5D"),
    ]
    assert bring(sites).added == 2
    assert set(Establishment.objects.values_list("naf", "naf_2025")) == {("", "17.12Y"), ("25.62B", "")}


def test_lines_put_aside_are_written_with_their_number_and_reason(bring, tmp_path):
    wrong = "12345678900011"
    sites = [sirene.site(siret()) for _ in range(40)]
    sites[2:2] = [
        sirene.site(siret(), codeCommuneEtablissement="95999"),
        sirene.site(wrong),
        sirene.site("00034018200013"),
        sirene.site(siret(), etatAdministratifEtablissement="X"),
    ]
    report = bring(sites)
    assert report.rejected.total() == 4
    with report.rejects.open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["ligne", "siret", "motif"]
    assert [(row[0], row[2]) for row in rows[1:]] == [
        ("4", "commune inconnue"),
        ("5", "SIRET invalide"),
        ("6", "numéro réservé à la démonstration"),
        ("7", "état administratif inconnu"),
    ]
    assert rows[2][1] == wrong


def test_a_rejected_line_of_a_known_site_leaves_it_as_it_was(bring):
    known, others = siret(), [sirene.site(siret()) for _ in range(40)]
    bring([sirene.site(known), *others])
    report = bring([sirene.site(known, codeCommuneEtablissement=""), *others])
    assert (report.closed, report.changed) == (0, 0)
    assert Establishment.objects.get(siret=known).state == "A"


def test_a_former_commune_becomes_the_one_of_today_and_a_district_stays(bring):
    bring([sirene.site(siret(), codeCommuneEtablissement=code) for code in ("77166", "75113", "75056")])
    assert set(Establishment.objects.values_list("commune_id", flat=True)) == {"77316", "75113", "75056"}


def test_partial_diffusion_masks_at_once_and_follows_the_files(bring):
    person, company = siret(), siret()
    sites = [sirene.site(person), sirene.site(company)]
    units = [
        sirene.company(
            person[:9],
            statutDiffusionUniteLegale="P",
            categorieJuridiqueUniteLegale="1000",
            denominationUniteLegale="",
            nomUniteLegale="[ND]",
        ),
        sirene.company(company[:9]),
    ]
    bring(sites, units)
    assert dict(Establishment.objects.values_list("siret", "masking")) == {person: "natural", company: ""}
    assert LegalUnit.objects.get(siren=person[:9]).name == ""
    bring(sites, [units[0], sirene.company(company[:9], statutDiffusionUniteLegale="P")])
    assert Establishment.objects.get(siret=company).masking == "legal"


def test_positions_come_from_the_geolocation_file_but_not_those_drawn_at_random(bring, tmp_path):
    good, random, far = siret(), siret(), siret()
    path = sirene.write(
        tmp_path / "geo.csv",
        [
            {"siret": good, "x": "1", "y": "1", "qualite_xy": "11", "y_latitude": "48.9501", "x_longitude": "2.2502"},
            {"siret": random, "x": "1", "y": "1", "qualite_xy": "33", "y_latitude": "48.9", "x_longitude": "2.2"},
            {"siret": far, "x": "1", "y": "1", "qualite_xy": "11", "y_latitude": "43.3", "x_longitude": "5.4"},
        ],
        dict.fromkeys(["siret", "x", "y", "qualite_xy", "y_latitude", "x_longitude"], ""),
        separator=";",
    )
    blank = {"coordonneeLambertAbscisseEtablissement": "", "coordonneeLambertOrdonneeEtablissement": "[ND]"}
    sites = [sirene.site(number, **blank) for number in (good, random, far)]
    bring(sites, geolocation=path)
    found = {row[0]: row[1:] for row in Establishment.objects.values_list("siret", "lon", "lat", "geo_quality")}
    assert found == {good: (2.2502, 48.9501, "11"), random: (None, None, ""), far: (None, None, "")}
    bring(sites)  # without the file, a good position already known is kept
    assert Establishment.objects.get(siret=good).lat == 48.9501


def test_a_dry_run_tells_everything_and_changes_nothing(bring):
    number = siret()
    bring([sirene.site(number)])
    before = state()
    report = bring([sirene.site(number, trancheEffectifsEtablissement="21"), sirene.site(siret())], dry_run=True)
    assert (report.added, report.changed) == (1, 1)
    assert f"{number} · headcount_band : 12 → 21" in report.samples
    assert all(one.equals(other) for one, other in zip(state(), before, strict=True))
    assert ImportRun.objects.count() == 1


def test_the_samples_of_a_masked_site_do_not_tell_its_values(bring):
    number = siret()
    bring([sirene.site(number, statutDiffusionEtablissement="P")])
    report = bring([sirene.site(number, statutDiffusionEtablissement="P", libelleVoieEtablissement="SECRETE")], dry_run=True)
    assert "SECRETE" not in " ".join(report.samples)
    assert "valeur masquée" in report.samples[0]


def test_the_demonstration_is_neither_closed_nor_changed_by_real_files(bring):
    fictional = make.establishment(make.unit(siren="000340182", is_fictional=True), is_fictional=True)
    bring([sirene.site(siret())])
    fictional.refresh_from_db()
    assert fictional.is_open


def test_a_company_absent_from_the_units_file_stands_by_its_number(bring):
    known = [siret() for _ in range(4)]
    lost = siret()
    report = bring([sirene.site(number) for number in (*known, lost)], [sirene.company(number[:9]) for number in known])
    assert report.units_missing == 1
    assert LegalUnit.objects.get(siren=lost[:9]).name == ""


def test_a_company_absent_from_the_units_file_is_as_hidden_as_the_most_hidden_of_its_sites(bring):
    known = [siret() for _ in range(8)]
    hidden, open_one = siret(), siret()
    sites = [sirene.site(number) for number in (*known, open_one)]
    sites.append(sirene.site(hidden, statutDiffusionEtablissement="P"))
    bring(sites, [sirene.company(number[:9]) for number in known])
    assert dict(LegalUnit.objects.filter(siren__in=[hidden[:9], open_one[:9]]).values_list("siren", "diffusion")) == {
        hidden[:9]: "P",
        open_one[:9]: "O",
    }


def test_the_run_keeps_what_it_read_and_did(bring, tmp_path):
    bring([sirene.site(siret())])
    run = ImportRun.objects.get()
    assert (run.as_of, run.perimeter, run.counts["added"]) == (DAY, "extended", 1)
    assert run.counts["rules"] == {"core-C": 1}
    assert set(run.files) == {"establishments", "units"}
    assert len(run.files["units"]["sha256"]) == 64


# -- quality gates -----------------------------------------------------------------------------------------------------
def refused(bring, code, *arguments, **options):
    before = state()
    with pytest.raises(Refused) as error:
        bring(*arguments, **options)
    assert error.value.code == code
    assert error.value.sentence.endswith("Rien n'a été changé.")
    assert all(one.equals(other) for one, other in zip(state(), before, strict=True))
    return error.value.sentence


def test_a_large_drop_is_refused(bring):
    sites = [sirene.site(siret()) for _ in range(10)]
    bring(sites)
    sentence = refused(bring, "row_drop", sites[:7])
    assert "7 établissements ouverts contre 10" in sentence
    assert bring(sites[:8]).closed == 2


def test_the_same_number_twice_is_refused_with_its_lines(bring):
    number = siret()
    sentence = refused(bring, "duplicate_siret", [sirene.site(number), sirene.site(siret()), sirene.site(number)])
    assert f"le SIRET {number} figure aux lignes 2, 4" in sentence


def test_too_many_unknown_communes_are_refused(bring):
    sites = [sirene.site(siret()) for _ in range(9)] + [sirene.site(siret(), codeCommuneEtablissement="")]
    assert "10% des établissements ont une commune inconnue" in refused(bring, "unknown_communes", sites)


def test_files_of_another_country_of_companies_are_refused(bring):
    refused(bring, "unknown_units", [sirene.site(siret())], [sirene.company(siren())])


def test_a_file_without_any_industry_is_refused(bring):
    refused(bring, "empty_perimeter", [sirene.site(siret(), activitePrincipaleEtablissement="56.10A")])
    refused(bring, "empty_perimeter", [])


def test_the_day_of_the_files_is_the_day_they_were_written(tmp_path):
    path = tmp_path / "f.csv"
    path.touch()
    assert Files(path, path).day() == datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()

"""What every scheme file must hold: sources for each fact, both languages, real hosts, edges that lead somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from stdnum.fr import siren

from ensembleur.logic.conditions import leaves
from ensembleur.logic.words import Words
from ensembleur.schemes.catalogue.loader import FILES, read_file
from ensembleur.schemes.engine.scheme import DE_MINIMIS, FAMILIES, Scheme, Version
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.sources import Confidence
from tests.schemes.catalogue.reading import catalogue

SCHEMES = sorted(catalogue().values(), key=lambda scheme: scheme.id)
VERSIONS = [(scheme, version) for scheme in SCHEMES for version in scheme.versions]
OPENS = {"cyber_diagnosis_on", "ecodesign_diagnosis_on", "listed_diagnosis_on"}  # what a prerequisite leads to
PAGE = Path(__file__).parents[3] / "docs" / "schemes.md"
by_scheme = pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.id)
by_version = pytest.mark.parametrize(("scheme", "version"), VERSIONS, ids=[version.id for _, version in VERSIONS])

# Every host was seen as the address of a page that speaks of the scheme. A new one is added here after a human has opened it.
HOSTS = {
    "iledefrance.fr", "www.iledefrance.fr", "leaderpia.iledefrance.fr", "pret-transition-ecologique.iledefrance.fr",
    "www.europeidf.fr", "github.com", "eur-lex.europa.eu", "agir.ademe.fr", "agirpourlatransition.ademe.fr",
    "pacte-industrie.ademe.fr", "diag.bpifrance.fr", "www.bpifrance.fr", "www.bpifrance-creation.fr", "www.entreprises.gouv.fr",
    "entreprendre.service-public.fr", "www.demarches-simplifiees.fr", "www.opco2i.fr", "www.nord.gouv.fr",
    "www.puy-de-dome.gouv.fr", "fonds-publics.fr", "www.fonds-publics.fr", "les-aides.fr", "mesaidespubliques.infogreffe.fr",
    "entreprisespaysdelaloire.fr", "www.zabala.fr", "www.fvconseilinnovation.fr", "asteryos.com", "innovacom.com",
    "www.lejournaldugrandparis.fr", "batiactu.com", "decideurs-magazine.com", "www.plein-soleil.info", "netpme.fr",
    "www.clesdelatransition.org", "clesdelatransition.org", "www.cape-paris-saclay.com", "www.contact-entreprises.net",
    "contact-entreprises.net", "www.affiches-parisiennes.com", "www.est-ensemble.fr", "e.20-bal.com", "123dok.net",
    "pdfslide.net", "pariscommerces.fr", "lmsdigital.fr", "solutionsboutiques.fr", "juziers.fr", "akea-energies.com",
    "fr.scribd.com", "www.lemondeinformatique.fr", "www.usinenouvelle.com", "alliancy.fr", "www.usine-digitale.fr",
    "kooperation-international.de", "regions-france.org", "esthetique.cnams-idf.fr", "prij.fr", "www.cnews.fr", "empruntis.com",
    "aide-sociale.fr", "news.dayfr.com", "econostrum.info", "www.techniques-ingenieur.fr", "neobiis.com", "www.fiducial.fr",
    "cinestic.fr", "m.compta-online.com", "blog.avocats.deloitte.fr", "www.euraudit.net", "cms.law", "legifiscal.fr",
    "www.epsa.com", "cpme-bretagne.fr", "cci.ippon-hosting.com", "www.banquedesterritoires.fr", "landes.cci.fr",
    "pole-innovalliance.com", "pdfslide.tips", "www.20minutes.fr", "veracy.fr", "agipi.com", "infonet.fr",
    "devup-centrevaldeloire.fr", "avenir-cotedazur.net", "www.clubster-nsl.com", "abcdblog.fr", "www.sogedev.com", "www.boursier.com",
    "reucirs.fr",
}  # fmt: skip


def cited(version: Version) -> Iterator[tuple[str, str]]:
    """(what, the source it cites) for every statement of a version."""
    yield "version", version.source
    for leaf in leaves(version.conditions):
        yield f"condition {leaf.id}", leaf.source
    for name, lines in version.parameters.items():
        yield from ((f"paramètre {name}", line.source) for line in lines)
    yield from ((f"fenêtre {window.opens}", window.source) for window in version.windows)
    yield from ((f"jury {line.id}", line.source) for line in version.jury)
    yield from ((f"lien {edge.scheme}", edge.source) for edge in version.edges)
    if version.envelope is not None:
        yield "enveloppe", version.envelope.source
    if version.amount is not None:
        yield "montant", version.amount.source
        for bonus in version.amount.bonuses:
            yield f"bonus {bonus.id}", bonus.source
            yield from ((f"bonus {bonus.id}, {leaf.id}", leaf.source) for leaf in leaves(bonus.when))


def texts(scheme: Scheme) -> Iterator[tuple[str, Words]]:
    """(where, text) for every text a visitor may read."""
    yield "title", scheme.title
    yield "summary", scheme.summary
    for key, source in scheme.sources.items():
        yield f"note de {key}", Words(source.note, source.note_en)
    for version in scheme.versions:
        yield f"{version.id} status_note", version.status_note
        yield f"{version.id} unverified", version.unverified
        yield from ((f"{version.id} jury {line.id}", line.says) for line in version.jury)
        yield from ((f"{version.id} lien {edge.scheme}", edge.note) for edge in version.edges)
        if version.amount is not None:
            yield f"{version.id} montant", version.amount.note


def test_the_catalogue_is_large_and_keeps_past_rules():
    assert len(SCHEMES) >= 45
    assert len(VERSIONS) >= 60
    assert sum(len(scheme.versions) > 1 for scheme in SCHEMES) >= 8


def test_funds_loans_credits_diagnoses_and_networks_stand_beside_grants():
    families = Counter(scheme.family for scheme in SCHEMES)
    assert families["equity"] >= 3
    assert (
        {"grant", "loan", "equity", "tax_credit", "diagnosis", "training", "support", "prize", "network"}
        <= set(families)
        <= set(FAMILIES)
    )
    assert sum(scheme.audience == "person" for scheme in SCHEMES) >= 3


def test_each_file_is_named_as_its_scheme_and_no_version_id_serves_twice():
    assert {path.stem for path in FILES.glob("*.yaml")} == set(catalogue())
    assert len(VERSIONS) == len({version.id for _, version in VERSIONS})


def test_no_file_is_hidden_under_another_extension():
    assert not [path.name for path in FILES.iterdir() if path.suffix != ".yaml"]


@by_version
def test_every_statement_cites_a_source(scheme, version):
    assert [what for what, key in cited(version) if not key or key not in scheme.sources] == []


@by_scheme
def test_every_text_exists_in_french_and_in_english(scheme):
    halves = [where for where, words in texts(scheme) if bool(words.fr) != bool(words.en)]
    assert halves == []
    assert scheme.title
    assert scheme.summary
    assert [where for where, words in texts(scheme) if "  " in words.fr + words.en or words.fr != words.fr.strip()] == []


@by_scheme
def test_a_summary_is_short(scheme):
    assert len(scheme.summary.fr) <= 260
    assert len(scheme.summary.en) <= 260


@by_scheme
def test_no_link_leads_to_an_unknown_host(scheme):
    links = [scheme.url, *(source.url for source in scheme.sources.values())]
    assert {urlsplit(link).hostname for link in links if link} <= HOSTS
    assert all(urlsplit(link).scheme in ("http", "https") for link in links if link)


@by_scheme
def test_a_source_says_when_it_was_read_and_how_far_it_can_be_trusted(scheme):
    for source in scheme.sources.values():
        assert source.title
        assert source.note
        assert source.note_en
        assert source.confidence is not Confidence.UNVERIFIED
        assert source.checked_on is None or source.checked_on <= date(2026, 11, 21)
        assert source.as_of is None or source.as_of <= date(2026, 11, 21)


@by_version
def test_a_rule_that_rests_on_less_than_a_primary_text_read_again_says_so(scheme, version):
    source = scheme.sources[version.source]
    if source.confidence is not Confidence.PRIMARY or source.checked_on is None or version.status == "uncertain":
        assert version.unverified.fr, f"{version.id} : dire ce qui n'est pas vérifié"


@by_version
def test_an_aid_to_be_confirmed_says_with_whom(scheme, version):
    if version.status == "uncertain":
        assert version.status_note.fr
        assert version.status_note.en


@by_version
def test_an_edge_leads_to_a_scheme_and_is_not_doubled(scheme, version):
    ends = [(edge.kind, edge.scheme) for edge in version.edges]
    assert len(ends) == len(set(ends))
    assert {end for _, end in ends} <= {*catalogue(), DE_MINIMIS} - {scheme.id}


@by_scheme
def test_an_operator_number_is_a_true_siren(scheme):
    if scheme.operator.siren:
        assert siren.is_valid(scheme.operator.siren)


@by_version
def test_a_person_scheme_asks_nothing_of_a_company_and_a_company_scheme_nothing_of_a_person(scheme, version):
    levels = {VOCABULARY[leaf.fact].level for leaf in leaves(version.conditions)}
    assert levels == {"person"} if scheme.audience == "person" else "person" not in levels


@by_scheme
def test_a_file_is_plain_readable_data(scheme):
    text = (FILES / f"{scheme.id}.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"id: {scheme.id}\n")
    assert "\t" not in text
    assert read_file(FILES / f"{scheme.id}.yaml")["id"] == scheme.id


def test_the_documentation_names_every_scheme_and_every_version():
    text = PAGE.read_text(encoding="utf-8")
    assert [scheme.id for scheme in SCHEMES if f"`{scheme.id}`" not in text] == []
    assert [version.id for _, version in VERSIONS if f"`{version.id}`" not in text] == []
    assert f"{len(SCHEMES)} schemes in {len(VERSIONS)} dated versions" in text


@by_version
def test_what_must_come_before_is_decided_by_a_fact_so_that_a_funding_plan_needs_no_link_between_two_aids(
    scheme: Scheme, version: Version
) -> None:
    """A diagnosis opens an aid whoever paid for it: the rule asks when it was made, the edge says where to have it made."""
    if any(edge.kind == "prerequisite" for edge in version.edges):
        assert {leaf.fact for leaf in leaves(version.conditions)} & OPENS

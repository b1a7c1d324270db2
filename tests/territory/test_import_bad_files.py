"""Files that cannot be used: one clear sentence, and nothing changed."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from ensembleur import cli
from ensembleur.errors import BadInput, Refused
from ensembleur.territory.models import Establishment, ImportRun
from ensembleur.territory.services.import_sirene import Files, import_sirene
from tests.factories import sirene
from tests.factories.territory import siret

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


@pytest.fixture
def good(tmp_path):
    return sirene.files(tmp_path, [sirene.site(siret()) for _ in range(50)], as_of=date(2026, 11, 1))


@pytest.fixture
def sentence_of(tmp_path, good):
    """`sentence_of(establishments=path)`: what the import answers when one of the good files is replaced."""

    def sentence_of(**replaced):
        paths = {"establishments": good.establishments, "units": good.units, "as_of": good.as_of, **replaced}
        with pytest.raises(BadInput) as error:
            import_sirene(files=Files(**paths), home=tmp_path / "imports", now=NOW)
        assert error.value.sentence.endswith("Rien n'a été changé.")
        assert "\n" not in error.value.sentence
        assert not Establishment.objects.exists()
        assert not ImportRun.objects.exists()
        return error.value.sentence

    return sentence_of


def written(tmp_path, content: bytes, name="f.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "fichier vide"),
        (b"  \n ", "fichier vide"),
        (b"<!DOCTYPE html><html><body>Erreur 502</body></html>", "page web (HTML)"),
        (b"\xef\xbb\xbf\n<html>", "la première ligne est vide"),
        (gzip.compress(b"<html><body>Erreur</body></html>", mtime=0), "page web (HTML)"),
        (gzip.compress(b"PAR1\x00\x00garbage", mtime=0), "Parquet dans une archive"),
        (b'{"message": "Too many requests"}', "c'est du JSON"),
        (b"siret\n12345678900012\n", "une colonne"),
        (b"PAR1\x00\x00garbage", "le fichier Parquet est tronqué"),
        ("siret,libellé\n".encode("latin-1"), "pas en UTF-8"),
    ],
)
def test_what_is_not_a_table_is_named(sentence_of, tmp_path, content, sentence):
    assert sentence in sentence_of(establishments=written(tmp_path, content))


def test_a_file_that_does_not_exist_is_named(sentence_of, tmp_path):
    assert "absent.csv : fichier introuvable" in sentence_of(units=tmp_path / "absent.csv")


def test_latin_1_is_named_with_its_line(sentence_of, tmp_path, good):
    lines = good.establishments.read_text().splitlines()
    lines[20] = lines[20].replace("FORGE", "FORÊT")
    sentence = sentence_of(establishments=written(tmp_path, ("\n".join(lines) + "\n").encode("latin-1")))
    assert "vers la ligne 21, le texte n'est pas en UTF-8" in sentence


@pytest.mark.parametrize("cut", [5, 60])
def test_a_file_cut_in_its_last_line_is_named(sentence_of, tmp_path, good, cut):
    content = good.establishments.read_bytes()
    assert "tronqué" in sentence_of(establishments=written(tmp_path, content[:-cut].rstrip(b",")[:-1]))


def test_a_quote_never_closed_is_named(sentence_of, tmp_path, good):
    content = good.establishments.read_bytes()
    assert "tronqué" in sentence_of(establishments=written(tmp_path, content + b'"1,2'))


@pytest.mark.parametrize("damage", [lambda line: line + ",un,de,trop", lambda line: line[:30]])
def test_a_line_with_other_columns_is_named(sentence_of, tmp_path, good, damage):
    lines = good.establishments.read_text().splitlines()
    lines[10] = damage(lines[10])
    sentence = sentence_of(establishments=written(tmp_path, ("\n".join(lines) + "\n").encode()))
    assert "la ligne 11 a" in sentence


@pytest.mark.parametrize("share", [0.3, 0.95])
def test_a_truncated_gzip_is_named(sentence_of, tmp_path, good, share):
    packed = gzip.compress(good.establishments.read_bytes() * 1)
    assert "tronqué" in sentence_of(establishments=written(tmp_path, packed[: int(len(packed) * share)], "f.csv.gz"))


def test_a_truncated_zip_is_named(sentence_of, tmp_path, good):
    with zipfile.ZipFile(tmp_path / "f.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(good.establishments, "f.csv")
    content = (tmp_path / "f.zip").read_bytes()
    assert "tronqué" in sentence_of(establishments=written(tmp_path, content[: len(content) // 2], "g.zip"))


def test_an_archive_of_several_files_or_a_workbook_is_named(sentence_of, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", "a,b\n")
        archive.writestr("b.csv", "a,b\n")
    assert "l'archive contient 2 fichiers" in sentence_of(establishments=tmp_path / "two.zip")
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "classeur Excel" in sentence_of(establishments=tmp_path / "book.xlsx")


def test_a_truncated_parquet_is_named(sentence_of, tmp_path):
    files = sirene.files(tmp_path, [sirene.site(siret()) for _ in range(50)], suffix=".parquet")
    content = files.establishments.read_bytes()
    sentence = sentence_of(establishments=written(tmp_path, content[: len(content) // 2], "cut.parquet"))
    assert "le fichier Parquet est tronqué ou abîmé" in sentence


def test_missing_columns_are_named(sentence_of, tmp_path, good):
    text = good.establishments.read_text().replace("codeCommuneEtablissement", "code_commune")
    sentence = sentence_of(establishments=written(tmp_path, text.encode()))
    assert "il manque la colonne codeCommuneEtablissement" in sentence
    assert "donnez le fichier officiel des établissements" in sentence
    assert "statutDiffusionUniteLegale" in sentence_of(units=good.establishments)


def test_swapped_files_are_named(sentence_of, good):
    sentence = sentence_of(establishments=good.units, units=good.establishments)
    assert "Les deux fichiers semblent échangés" in sentence


def test_a_geolocation_file_without_degrees_is_named(sentence_of, tmp_path):
    path = written(tmp_path, b"siret;x;y\n1;2;3\n", "geo.csv")
    assert "il manque les colonnes y_latitude, x_longitude" in sentence_of(geolocation=path)


def test_a_perimeter_that_does_not_exist_is_named(good, tmp_path):
    with pytest.raises(BadInput, match="choisissez core, extended, all"):
        import_sirene(files=good, home=tmp_path, now=NOW, level="everything")


# -- at the command line -----------------------------------------------------------------------------------------------
def command(**options) -> str:
    output = io.StringIO()
    call_command("import_sirene", stdout=output, verbosity=0, **options)
    return output.getvalue()


def test_the_command_prints_the_counts_and_can_be_undone(good, settings, tmp_path):
    settings.ENSEMBLEUR_HOME = tmp_path
    printed = command(establishments=good.establishments, units=good.units, as_of=date(2026, 11, 1))
    assert printed == "50 lues · 50 ajoutées · 0 modifiées · 0 fermées · 0 écartées\n"
    assert ImportRun.objects.get().as_of == date(2026, 11, 1)
    assert "revenu à son état d'avant" in command(undo=True)
    with pytest.raises(Refused, match="il n'y a rien à défaire"):
        command(undo=True)


def test_a_dry_run_says_that_nothing_changed(good, settings, tmp_path):
    settings.ENSEMBLEUR_HOME = tmp_path
    assert "Essai : rien n'a été changé." in command(establishments=good.establishments, units=good.units, dry_run=True)
    assert not Establishment.objects.exists()


def test_the_command_asks_for_both_files(good):
    with pytest.raises(BadInput, match="Donnez les deux fichiers"):
        command(establishments=good.establishments)


@pytest.mark.parametrize("words", [("--as-of", "hier"), ("--perimeter", "tout")])
def test_a_mistyped_option_leaves_by_2(capsys, words):
    assert cli.main(["import_sirene", *words]) == 2
    assert words[0] in capsys.readouterr().err

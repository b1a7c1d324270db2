"""Documents: what they really are, the names they come with, and who reads them."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.accounts.choices import Role
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.engine import papers as engine
from ensembleur.journeys.models import Document
from ensembleur.journeys.services import papers
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories.journeys import NOW

EXE = b"MZ\x90\x00" + b"\x00" * 200
HTML = b"<html><script>alert(1)</script></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def odt(kind: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (make.PDF, engine.PDF),
        (b"\x89PNG\r\n\x1a\n123", engine.PNG),
        (b"\xff\xd8\xff\xe0123", engine.JPEG),
        (make.docx(), engine.DOCX),
        (odt(engine.ODT), engine.ODT),
        (odt(engine.ODS), engine.ODS),
    ],
)
def test_a_known_content_is_recognised(content, kind):
    assert engine.content_type_of(content) == kind


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "vide"),
        (b"%PDF-" + b"0" * (engine.MAX_BYTES + 1), "20 Mo"),
        (EXE, "pas reconnu"),
        (HTML, "pas reconnu"),
        (SVG, "pas reconnu"),
        (b"%PDF-1.4 cut short", "pas reconnu"),
        (b"PK\x03\x04 broken archive", "pas reconnu"),
        (odt("application/zip"), "pas reconnu"),
        (make.docx(word__vbaProject__bin=b"x").replace(b"word/document.xml", b"word/document.xmm"), "pas reconnu"),
        (make.docx(bomb=b"0" * 30_000_000), "démesurée"),
    ],
)
def test_anything_else_is_refused(content, word):
    with pytest.raises(BadInput, match=word):
        engine.content_type_of(content)


def test_macros_and_foreign_archives_are_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
        archive.writestr("word/vbaProject.bin", "")
    with pytest.raises(BadInput, match="macros"):
        engine.content_type_of(buffer.getvalue())
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(BadInput, match="pas reconnu"):
        engine.content_type_of(other.getvalue())


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("devis.pdf", "devis.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.pdf"),
        ("facture\u202efdp.exe", "facturefdp.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("....", "document.pdf"),
        ("", "document.pdf"),
        ("Devis n°3 (été).PDF", "Devis n_3 (été).pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ('a";filename="evil.html', "a_filename=_evil.pdf".replace("=", "_").replace("__", "_")),
    ],
)
def test_a_name_is_shown_without_danger(name, clean):
    assert engine.clean_name(name, engine.PDF) == clean


@given(st.text(max_size=300))
def test_no_name_escapes_its_folder(name):
    clean = engine.clean_name(name, engine.PDF)
    assert clean.endswith(".pdf")
    assert not set(clean) & set('/\\\r\n\x00"')
    assert len(clean) <= 104


@pytest.fixture
def folder(settings, tmp_path):
    """A place for documents, thrown away."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.django_db
class TestOnAFile:
    """Through the page."""

    def test_a_document_is_kept_under_a_name_of_ours_and_given_back_as_a_download(self, client, folder):
        journey, director = make.own_journey()
        held = make.application(journey)
        client.force_login(director)
        sent = {"kind": "quote", "file": SimpleUploadedFile("../../devis.pdf", make.PDF, content_type="text/html")}
        assert client.post(reverse("journeys:add_document", args=[held.pk]), sent).status_code == 302
        document = Document.objects.get()
        assert (document.name, document.content_type) == ("devis.pdf", engine.PDF)
        assert folder in (folder / document.path.name).resolve().parents
        response = client.get(reverse("journeys:document", args=[document.pk]))
        assert b"".join(response.streaming_content) == make.PDF
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]

    def test_a_file_lost_by_the_disk_is_said_and_not_a_crash(self, client, folder):
        journey, director = make.own_journey()
        held = make.application(journey)
        client.force_login(director)
        sent = {"kind": "quote", "file": SimpleUploadedFile("devis.pdf", make.PDF)}
        client.post(reverse("journeys:add_document", args=[held.pk]), sent)
        document = Document.objects.get()
        (folder / document.path.name).unlink()
        response = client.get(reverse("journeys:document", args=[document.pk]))
        assert response.status_code == 422
        assert "n&#x27;est plus sur le serveur" in response.content.decode()

    @pytest.mark.parametrize(("name", "content"), [("facture.pdf", EXE), ("photo.png", HTML), ("vide.pdf", b"")])
    def test_a_disguised_file_comes_back_with_a_sentence(self, client, folder, name, content):
        journey, director = make.own_journey()
        held = make.application(journey)
        client.force_login(director)
        sent = {"kind": "quote", "file": SimpleUploadedFile(name, content, content_type="application/pdf")}
        response = client.post(reverse("journeys:add_document", args=[held.pk]), sent)
        assert response.status_code == 400
        assert response.context["document_form"].errors["file"]
        assert not Document.objects.exists()
        assert not any(path.is_file() for path in folder.rglob("*"))

    def test_a_hundred_megabytes_are_refused_without_being_kept(self, client, folder):
        journey, director = make.own_journey()
        held = make.application(journey)
        client.force_login(director)
        sent = {"kind": "quote", "file": SimpleUploadedFile("gros.pdf", b"%PDF-" + b"0" * 100_000_000)}
        response = client.post(reverse("journeys:add_document", args=[held.pk]), sent)
        assert response.status_code == 400
        assert "20 Mo" in response.context["document_form"].errors["file"][0]

    def test_others_do_not_even_learn_that_it_exists(self, client, folder):
        journey, director = make.own_journey()
        document = papers.add_document(
            journey=journey, application=make.application(journey), by=director, now=NOW, kind="quote", name="a", content=make.PDF
        )
        for stranger in (accounts.user(), accounts.person(Role.DIRECTOR, "999999999"), accounts.person(Role.OFFICER)):
            client.force_login(stranger)
            assert client.get(reverse("journeys:document", args=[document.pk])).status_code == 404
            assert client.post(reverse("journeys:remove_document", args=[document.pk])).status_code == 404

    def test_a_document_is_taken_back_while_nothing_is_filed(self, client, folder, django_capture_on_commit_callbacks):
        journey, director = make.own_journey()
        held = make.application(journey)
        add = {"journey": journey, "by": director, "now": NOW, "kind": "quote", "name": "a", "content": make.PDF}
        document = papers.add_document(application=held, **add)
        client.force_login(director)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("journeys:remove_document", args=[document.pk]))
        assert not Document.objects.exists()
        assert not any(path.is_file() for path in folder.rglob("*"))
        loose = papers.add_document(**add)
        assert client.post(reverse("journeys:remove_document", args=[loose.pk])).status_code == 302
        filed = papers.add_document(application=make.application(journey, "filed"), **add)
        with pytest.raises(Refused, match="dossier déposé"):
            papers.remove_document(document=filed, by=director, now=NOW)

    def test_limits_of_kind_count_and_place(self, folder, monkeypatch):
        journey, director = make.own_journey()
        add = {"journey": journey, "by": director, "now": NOW, "name": "a", "content": make.PDF}
        with pytest.raises(BadInput, match="choisissez"):
            papers.add_document(kind="poem", **add)
        with pytest.raises(Refused, match="clos"):
            papers.add_document(kind="quote", application=make.application(journey, "closed"), **add)
        with pytest.raises(BadInput, match="autre parcours"):
            papers.add_document(kind="quote", application=make.application(make.journey()), **add)
        monkeypatch.setattr(papers, "MAX_DOCUMENTS", 0)
        with pytest.raises(Refused, match="soixante"):
            papers.add_document(kind="quote", **add)

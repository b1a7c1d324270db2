"""What a file really is, read from its first and last bytes, and a name that can be shown without danger."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

from ensembleur.errors import BadInput

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024  # an office file is a zip archive: beyond this it is a trap
MAX_UNPACKED_RATIO = 200
NAME_LENGTH = 100

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT, ODS = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"
EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", DOCX: ".docx", XLSX: ".xlsx", ODT: ".odt", ODS: ".ods"}
ACCEPTED_WORDS = "PDF, PNG, JPEG, DOCX, XLSX, ODT ou ODS"


def content_type_of(content: bytes) -> str:
    """The type of a file handed in, from its content and never from its name.

    Raises BadInput when it is empty, above 20 MB, of another type, or an archive that would unpack beyond reason.
    """
    if not content:
        raise BadInput("empty_file", "Le fichier est vide : choisissez-en un autre.")
    if len(content) > MAX_BYTES:
        raise BadInput("file_too_big", "Le fichier dépasse 20 Mo : réduisez-le ou partagez-le en deux.")
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    found = _office_type(content) if content.startswith(b"PK\x03\x04") else ""
    if not found:
        raise BadInput("file_type", f"Le contenu de ce fichier n'est pas reconnu : envoyez un {ACCEPTED_WORDS}.")
    return found


def clean_name(name: str, content_type: str) -> str:
    """A name without folder, control or reversed-direction characters, with the extension its content deserves."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    stem = re.sub(r"[^\w .()'-]+", "_", name.rsplit(".", 1)[0] if "." in name else name).strip(" ._")
    return (stem or "document")[:NAME_LENGTH] + EXTENSIONS[content_type]


def _office_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_UNPACKED_RATIO * len(content):
                raise BadInput(
                    "archive_trap", "Ce fichier prendrait une place démesurée une fois ouvert : enregistrez-le en PDF."
                )
            names = {entry.filename for entry in entries}
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise BadInput("macros", "Ce fichier contient des macros : enregistrez-le en PDF.")
            if "[Content_Types].xml" in names:
                return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else ""
            if "mimetype" in names and archive.getinfo("mimetype").file_size <= 100:
                told = archive.read("mimetype").decode("ascii", "replace").strip()
                return told if told in (ODT, ODS) else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        return ""
    return ""

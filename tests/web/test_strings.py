"""The command that keeps English in step with the French of the code."""

from io import StringIO

import polib
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from ensembleur.web.management.commands import strings

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy as p
TITLE = p("livre", "Titre")
def says(n):
    return _("Bonjour %(name)s") % {"name": "x"} + ngettext("%(n)s aide", "%(n)s aides", n)
"""
TEMPLATE = """{% load i18n %}{% translate "50 % au plus" %} {% panel title=_("Un panneau") %}{% endpanel %}
{% blocktranslate trimmed count n=n %}
  {{ n }} dossier{% plural %}{{ n }} dossiers
{% endblocktranslate %}"""


@pytest.fixture
def domain(tmp_path, monkeypatch):
    """A domain with one module and one template, in a package of its own."""
    folder = tmp_path / "orders"
    (folder / "templates" / "orders").mkdir(parents=True)
    (folder / "apps.py").write_text('"""A domain."""')
    (folder / "views.py").write_text(PYTHON)
    (folder / "templates" / "orders" / "list.html").write_text(TEMPLATE)
    monkeypatch.setattr(strings, "PACKAGE", tmp_path)
    return folder


def run(*words):
    out = StringIO()
    call_command("strings", *words, stdout=out)
    return out.getvalue()


def english(domain):
    return polib.pofile(str(domain / "locale/en/LC_MESSAGES/django.po"))


def translate_all(domain):
    file = english(domain)
    for entry in file:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
    file.save()


def test_it_finds_the_sentences_of_modules_and_templates(domain):
    assert run() == "orders : 6 phrases, 6 sans anglais\n"
    file = english(domain)
    assert {entry.msgid for entry in file} == {
        "Titre",
        "Bonjour %(name)s",
        "%(n)s aide",
        "50 %% au plus",
        "Un panneau",
        "%(n)s dossier",
    }
    assert {entry.msgid: entry.msgctxt for entry in file}["Titre"] == "livre"
    assert {entry.msgid: entry.msgid_plural for entry in file}["%(n)s dossier"] == "%(n)s dossiers"


def test_it_writes_the_same_file_twice(domain):
    run()
    before = (domain / "locale/en/LC_MESSAGES/django.po").read_bytes()
    run()
    assert (domain / "locale/en/LC_MESSAGES/django.po").read_bytes() == before


def test_the_check_names_each_sentence_without_english(domain):
    with pytest.raises(CommandError) as failure:
        run("--check")
    assert failure.value.returncode == 1
    run()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("strings", "--check", stdout=out)
    assert "orders/templates/orders/list.html : sans anglais : « 50 %% au plus »" in out.getvalue()


def test_the_check_passes_when_english_is_complete(domain):
    run()
    translate_all(domain)
    assert run("--check") == "anglais complet\n"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda entry: entry.flags.append("fuzzy"), "traduction douteuse"),
        (lambda entry: setattr(entry, "msgstr", "Hello %(nom)s"), "diffèrent"),
        (lambda entry: setattr(entry, "msgstr", "Hello"), "diffèrent"),
        (lambda entry: setattr(entry, "msgstr", ""), "sans anglais"),
    ],
)
def test_the_check_refuses_doubtful_english(domain, change, fault):
    run()
    translate_all(domain)
    file = english(domain)
    change(file.find("Bonjour %(name)s"))
    file.save()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("strings", "--check", stdout=out)
    assert fault in out.getvalue()


def test_a_sentence_that_left_the_code_keeps_its_english_until_pruned(domain):
    run()
    translate_all(domain)
    (domain / "views.py").write_text('"""Empty."""')
    run()
    assert {entry.msgid for entry in english(domain) if entry.obsolete} == {"Titre", "Bonjour %(name)s", "%(n)s aide"}
    with pytest.raises(CommandError):
        run("--check")
    (domain / "views.py").write_text(PYTHON)
    run()
    assert run("--check") == "anglais complet\n"
    (domain / "views.py").write_text('"""Empty."""')
    run("--prune")
    assert run("--check") == "anglais complet\n"


def test_zero_is_singular_in_french_and_plural_in_english(domain):
    run()
    french = polib.pofile(str(domain / "locale/fr/LC_MESSAGES/django.po"))
    assert french.metadata["Plural-Forms"] == "nplurals=2; plural=(n > 1);"
    assert {entry.msgid for entry in french} == {"%(n)s aide", "%(n)s dossier"}
    assert english(domain).metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"


def test_it_compiles_without_gettext(domain):
    run("--compile")
    assert (domain / "locale/en/LC_MESSAGES/django.mo").exists()


def test_two_domains_may_not_translate_one_sentence_differently(domain, tmp_path):
    other = tmp_path / "tools"
    other.mkdir()
    (other / "apps.py").write_text('from django.utils.translation import gettext as _\nTEXT = _("Un panneau")')
    run()
    translate_all(domain)
    translate_all(other)
    file = english(other)
    file.find("Un panneau").msgstr = "Another panel"
    file.save()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("strings", "--check", stdout=out)
    assert "deux traductions de « Un panneau »" in out.getvalue()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('from django.utils.translation import gettext as _\n_(f"Bonjour {1}")', "f-string"),
        ("from django.utils.translation import gettext as _\n_(name)", "pas une variable"),
        ("def (", "ne peut pas être lu"),
        (
            'from django.utils.translation import ngettext\nngettext("a", "b", 1)\nngettext("a", "c", 1)',
            "deux pluriels différents",
        ),
    ],
)
def test_what_cannot_be_translated_is_refused_with_its_place(domain, code, said):
    (domain / "views.py").write_text(code)
    with pytest.raises(CommandError, match=r"orders/views\.py") as failure:
        run()
    assert said in str(failure.value)


def test_a_broken_template_is_refused_with_its_place(domain):
    page = domain / "templates/orders/list.html"
    page.write_text("{% load i18n %}{% blocktranslate %}{% if a %}b{% endif %}{% endblocktranslate %}")
    with pytest.raises(CommandError, match=r"list\.html"):
        run()


def test_a_broken_catalogue_is_refused_with_its_place(domain):
    run()
    (domain / "locale/en/LC_MESSAGES/django.po").write_text("rien de tel\n")
    with pytest.raises(CommandError, match=r"django\.po est illisible"):
        run()


def test_an_unknown_domain_is_bad_input(domain):
    with pytest.raises(CommandError, match="domaine inconnu : nowhere"):
        run("nowhere")

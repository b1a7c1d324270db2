"""What is made at installation is made once, again when its source changes, and refused in one sentence."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from tests.house.plan import ROOT


@pytest.fixture
def assets(tmp_path, monkeypatch):
    """`build_assets.py` working in an empty project, its commands written down instead of run."""
    spec = importlib.util.spec_from_file_location("build_assets", ROOT / "build_assets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("FRONTEND", "BUNDLE", "TERRITORY", "FONTS"):
        monkeypatch.setattr(module, name, tmp_path / getattr(module, name).relative_to(ROOT))
    monkeypatch.setattr(module, "ROOT", tmp_path)
    module.asked = []
    monkeypatch.setattr(module, "run", lambda command, failure, **environment: module.asked.append(command[1:]))
    monkeypatch.setattr(module, "npm_command", lambda: ["npm"])
    module.FRONTEND.mkdir()
    for name in ("package.json", "package-lock.json", "build.mjs", "build_territory.py", "build_fonts.py"):
        (module.FRONTEND / name).write_text("{}")
    return module


def test_a_second_build_has_nothing_to_do(assets):
    assets.build()
    scripts = [str(assets.FRONTEND / name) for name in ("build_territory.py", "build_fonts.py")]
    assert [command[-1] for command in assets.asked] == ["--no-fund", "build", *scripts]
    assets.asked.clear()
    assets.build()
    assert assets.asked == []


def test_a_changed_page_script_makes_the_bundles_again_and_nothing_else(assets):
    assets.build()
    assets.asked.clear()
    (assets.FRONTEND / "src").mkdir()
    (assets.FRONTEND / "src/app.js").write_text("1")
    assets.build()
    assert [command[-2:] for command in assets.asked] == [["run", "build"]]


def test_what_was_built_elsewhere_needs_neither_packages_nor_node(assets):
    """A source distribution carries the bundles with what they were made from."""
    assets.write_stamp(assets.BUNDLE, assets.frontend_hash())
    assets.write_stamp(assets.TERRITORY, assets.territory_hash())
    assets.write_stamp(assets.FONTS, assets.fonts_hash())
    assert not assets.needs_node()
    assets.build()
    assert assets.asked == []


def test_without_node_the_sentence_says_what_to_do(assets, monkeypatch):
    monkeypatch.setattr(assets, "npm_command", lambda: None)
    with pytest.raises(assets.AssetsError, match="Node 20 ou plus récent"):
        assets.build()


def test_a_translation_is_compiled_and_an_unreadable_one_named(assets, tmp_path):
    folder = tmp_path / "src/ensembleur/web/locale/en/LC_MESSAGES"
    folder.mkdir(parents=True)
    po = folder / "django.po"
    po.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Aides"\nmsgstr "Aid"\n')
    assets.compile_translations()
    assert po.with_suffix(".mo").exists()
    po.write_text("ceci n'est pas une traduction\n")
    po.with_suffix(".mo").unlink()
    with pytest.raises(assets.AssetsError, match=r"django\.po est illisible"):
        assets.compile_translations()


def test_a_command_that_fails_tells_all_it_said():
    spec = importlib.util.spec_from_file_location("build_assets", ROOT / "build_assets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(module.AssetsError, match=r"(?s)la construction a échoué.*raison"):
        module.run([sys.executable, "-c", "import sys; sys.exit('raison')"], "la construction a échoué")

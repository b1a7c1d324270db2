"""Scheme files on disk: each named as its identifier, each source cited exists, each edge leads somewhere."""

from __future__ import annotations

import pytest
import yaml

from ensembleur.errors import BadInput
from ensembleur.schemes.catalogue.loader import load_schemes, scheme_faults
from tests.factories.rules import SIZE, scheme, scheme_data


def write(folder, data, name=None):
    path = folder / f"{name or data['id']}.yaml"
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def test_a_folder_of_files_becomes_schemes_by_identifier(tmp_path):
    for name in ("b", "a"):
        write(tmp_path, scheme_data(name))
    assert [one.id for one in load_schemes(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id: [", "aid.yaml, ligne [12] : le fichier n'est pas du YAML lisible"),
        ("- a", "aid.yaml : le fichier doit commencer par « id: aid »"),
        ("id: other", "il manque « title: »"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path, text, sentence):
    write(tmp_path, text, "aid")
    with pytest.raises(BadInput, match=sentence):
        load_schemes(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "aid.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(BadInput, match="pas du YAML lisible"):
        load_schemes(tmp_path)


def test_a_file_is_named_as_its_identifier(tmp_path):
    write(tmp_path, scheme_data("other"), "aid")
    with pytest.raises(BadInput, match="nommez le fichier other.yaml"):
        load_schemes(tmp_path)


def test_every_fault_is_counted(tmp_path):
    write(tmp_path, scheme_data("one", version={"source": "s9"}))
    with pytest.raises(BadInput, match=r"source « s9 » citée mais absente de « sources: »$"):
        load_schemes(tmp_path)
    write(tmp_path, scheme_data("two", version={"edges": [{"kind": "exclusive", "scheme": "nobody"}]}))
    with pytest.raises(BadInput, match=r"et 1 autres fautes") as refused:
        load_schemes(tmp_path)
    assert refused.value.details["faults"][1] == "two, two-1 : le dispositif « nobody » n'existe pas"


def test_two_versions_never_stand_the_same_day():
    body = {"conditions": SIZE, "effective": {"from": "2020-01-01"}}
    clash = scheme(versions=[body | {"id": "a"}, body | {"id": "b", "effective": {"from": "2021-01-01"}}])
    assert scheme_faults(clash) == ["aid : les versions a et b valent les mêmes jours"]


def test_a_parameter_of_a_bonus_must_exist_too():
    bonus = {"id": "b", "when": {"id": "w", "fact": "turnover_eur", "op": "below", "value": {"param": "lost"}}}
    found = scheme_faults(scheme(version={"amount": {"nature": "grant", "rule": "rate", "rate": 0.5, "bonuses": [bonus]}}))
    assert found == ["aid, aid-1 : le paramètre « lost » est cité mais n'est pas défini sous « parameters: »"]

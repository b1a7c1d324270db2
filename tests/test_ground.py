"""The ground files keep their word."""

import pytest

from ensembleur import codes
from ensembleur.errors import BadInput


def test_a_siret_with_a_typing_error_is_refused_in_one_sentence():
    with pytest.raises(BadInput, match="erreur de frappe"):
        codes.siret("43493744700011")
    assert codes.siret("434 937 447 00010") == "43493744700010"

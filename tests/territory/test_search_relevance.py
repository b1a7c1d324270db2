"""On the real extract, the search passes the floors that the national search's own bench suggests."""

import pytest

from ensembleur.territory.engine.search_index import SearchIndex, write_index
from tests.territory.relevance import measure, queries, real_documents


@pytest.mark.real_data
def test_real_establishments_are_found_first(real_data, tmp_path):
    documents = real_documents(real_data)
    write_index(tmp_path, documents)
    asked = queries(documents)
    found = measure(SearchIndex(tmp_path), asked)
    assert len(asked) >= 150
    assert found["all"]["first"] >= 0.75, found
    assert found["all"]["ten"] >= 0.92, found
    assert found["all"]["absent"] <= 0.05, found

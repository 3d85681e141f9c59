"""What writers of bibliographies write is read under the same key, whatever the format."""

from typing import Any, Final

import pytest
from support import read_again, written

from docarchive.article import Article
from docarchive.formats import bibliography

EXTRA: Final[dict[str, Any]] = {
    bibliography.CITATION_KEY: "meyer24",
    bibliography.EDITORS: ["Bo Larsen"],
    bibliography.PLACE: "Northbay",
    "volume": "7",
    "number": "3",
    "pages": "12",
    "doi": "10.1234/piers",
}
READERS: Final = {"bibtex": "bibtex", "biblatex": "bibtex", "ris": "ris", "csl-json": "csl-json"}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("serial", [{"isbn": "978-3-16-148410-0"}, {"issn": "1234-567X"}])
def test_extra_keys_come_back_under_the_same_names(name: str, serial: dict[str, str]) -> None:
    if READERS[name] == "bibtex":
        pytest.importorskip("pylatexenc")
    given = {**EXTRA, **serial}
    article = Article.from_metadata({"title": "On piers", "source": "Harbours", "date": "2024", **given}, "Text.")
    (again,) = read_again(READERS[name], written(name, article))
    assert {key: again.extra.get(key) for key in given} == given
    assert again.places == []
    assert again.extra[bibliography.ENTRY_TYPE]


def test_each_name_is_that_of_one_key() -> None:
    for names in (bibliography.RIS, bibliography.CSL, bibliography.BIBTEX, bibliography.BIBLATEX):
        assert len({*names.values()}) == len(names)

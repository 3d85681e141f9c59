"""Names of languages lead to one code, in the spelling in which labels are compared."""

from pathlib import Path

import pytest
from conftest import Cli

from docarchive import ENGINES, Archive
from docarchive.analysis import label_terms
from docarchive.language import CODES
from docarchive.language_names import _NAMES, code_of, english_name, names


@pytest.mark.parametrize("code", _NAMES)
def test_each_name_is_that_of_one_language_and_written_as_labels_are_compared(code: str) -> None:
    assert code in CODES
    assert code_of(code) is None
    for name in names(code):
        assert code_of(name) == code
        assert label_terms(name) == [name.lower()]
    assert english_name(code)[0].isupper()


def test_an_unknown_language_has_no_name() -> None:
    assert (english_name("tlh"), names("tlh"), code_of("klingon")) == ("tlh", [], None)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_article_is_found_by_any_name_of_its_language(engine: str, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "n", engine=engine) as archive:
        for number, language in enumerate(["de", "de-AT", "German", "deutsch", "DEU", "en", "Español"]):
            archive.add({"title": f"T{number}", "body": "Text", "language": language})
        for query in ("language:de", "language:German", "lang:DEUTSCH", 'language:"ger"'):
            for words in (query, f"text {query}"):
                assert {hit.title for hit in archive.search(words)} == {"T0", "T1", "T2", "T3", "T4"}
        for query in ("language:es", "language:español", "language:Spanish", "language:espanol"):
            assert archive.count(query) == archive.list_count(query) == 1
        assert archive.count("-language:german") == 2
        assert archive.count("language:de-AT") == 1


def test_a_name_where_a_code_is_needed_is_answered_with_the_code(cli: Cli) -> None:
    cli("init", "n", code=0)
    assert "use de\n" in cli("--archive", "n", "search", "x", "--language", "German", code=2).err

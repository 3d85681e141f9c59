import pytest
import Stemmer

from docarchive.analysis import primary
from docarchive.analysis.stemming import _SNOWBALL, stemmer


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("pt-BR", "pt"), ("zh_Hant_TW", "zh"), (" DE-at ", "de"), ("german", "german"), ("", "")],
)
def test_the_language_of_a_tag(tag: str, language: str) -> None:
    assert primary(tag) == language


@pytest.mark.parametrize(
    ("language", "words", "stem"),
    [
        ("en", "visit visits visiting visited", "visit"),
        ("english", "visits", "visit"),
        ("de", "haus hauses", "haus"),
        ("de-AT", "häuser", "haus"),
        ("fr", "visite visites visiter", "visit"),
        ("ru", "книга книги книгу", "книг"),
        ("pt-BR", "visita visitas visitar", "visit"),
        ("NB", "huset huset", "hus"),
    ],
)
def test_words_of_a_language_share_a_stem(language: str, words: str, stem: str) -> None:
    assert {stemmer(language)(word) for word in words.split()} == {stem}


@pytest.mark.parametrize("language", ["zh", "tlh", "", "xx-YY", "\0", "porter?"])
def test_where_there_is_no_stemmer_words_stay(language: str) -> None:
    assert stemmer(language)("visits") == "visits"


def test_every_language_of_snowball_is_in_the_table() -> None:
    assert set(Stemmer.algorithms()) - set(_SNOWBALL.values()) <= {"porter", "dutch_porter", "lovins"}

import pytest
import Stemmer
from hypothesis import example, given
from hypothesis import strategies as st

from docarchive.analysis import primary
from docarchive.analysis.stemming import _SNOWBALL, keeps_initials, stemmer


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


@pytest.mark.parametrize("language", sorted(_SNOWBALL))
@given(st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True))
@example("gemayel")  # these change in languages with prefixes, or with letters that are written as two
@example("hxl")
@example("petrosurance")
@example("ndai")
@example("bateman")
@example("djibouti")
@example("bunu")
def test_stems_keep_the_first_letter_where_it_says_so(language: str, word: str) -> None:
    if keeps_initials(language):
        assert stemmer(language)(word)[:1] in ("", word[0])

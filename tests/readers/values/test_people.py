"""Bylines: who is named in them."""

import pytest

from docarchive.readers.documents import metadata as documents
from docarchive.readers.sites.generator_keys import normalized
from docarchive.readers.text.header_lines import read_headers
from docarchive.readers.values.people import BY_WORDS, are_logins, byline, people, several_people, split_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ada Meyer", ["Ada Meyer"]),
        ("Analysis by Ada Meyer, Northbay Editor-at-large", ["Ada Meyer"]),
        ("ADA MEYER and BO LARSEN, Associated Press", ["ADA MEYER", "BO LARSEN"]),
        ("Ada Meyer, Bo Larsen, and Chi Okoro, CNN", ["Ada Meyer", "Bo Larsen", "Chi Okoro"]),
        ("Ada Meyer | Northbay Media for north.com", ["Ada Meyer"]),
        ("Ada Meyer, MS, PhD", ["Ada Meyer"]),
        ("Ada Meyer News reporter", ["Ada Meyer"]),
        ("Meyer, Ada", ["Meyer, Ada"]),
        ("Northbay Post", ["Northbay Post"]),
        ("Associated Press", ["Associated Press"]),
        ("Marks and Spencer", ["Marks and Spencer"]),
        ("Ministry of Health and Social Care", ["Ministry of Health and Social Care"]),
        ("Käthe Grün und Ana Ruiz", ["Käthe Grün", "Ana Ruiz"]),
        ("佐藤 花子", ["佐藤 花子"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Published by Ada Meyer", ["Ada Meyer"]),
        ("Von Ada Meyer", ["Ada Meyer"]),
        ("Von Neumann", ["Von Neumann"]),
        ("unknown", []),
        ("https://post.example/ada", []),
        ("@ada", []),
        ("admin", []),
        ("", []),
    ],
)
def test_people(text: str, names: list[str]) -> None:
    assert people(text) == names


def test_the_publication_is_no_author() -> None:
    assert people("Ada Meyer, Futura", "Futura") == ["Ada Meyer"]
    assert people("Futura", "Futura") == ["Futura"]


def test_logins_are_weak() -> None:
    assert are_logins(["ada-m"])
    assert not are_logins(["Ada Meyer", "bo"])


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Meyer and Bo Larsen", ["Ada Meyer", "Bo Larsen"]),
        ("von Käthe Grün", ["Käthe Grün"]),
        ("Por José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Av Kari Moe og Per Bø Lie", ["Kari Moe", "Per Bø Lie"]),
        ("By the time we came, it was gone", []),
        ("By and large", []),
    ],
)
def test_bylines(line: str, names: list[str]) -> None:
    assert byline(line) == names


#: The words that join names, in a list of two.
JOINED = ["and", "und", "et", "y", "e", "en", "och", "og", "i", "и", "&"]


@pytest.mark.parametrize("word", JOINED)
def test_each_word_joins_wherever_names_are_read(word: str) -> None:
    text, names = f"Ada Meyer {word} Bo Larsen", ["Ada Meyer", "Bo Larsen"]
    assert people(text) == several_people(text) == split_names(text) == names
    assert people(f"Ada Meyer, {word} Bo Larsen") == names
    assert documents.names(text) == names
    assert normalized({"author": text}) == {"author": names}
    for by in BY_WORDS:
        assert people(f"{by.capitalize()} {text}") == byline(f"{by.capitalize()} {text}") == names
        headers = read_headers(f"Title: The pier\n{by.capitalize()}: {text}\n\nText.")
        assert headers
        assert headers.metadata["authors"] == names


def test_one_person_and_what_that_one_is_are_not_several() -> None:
    assert several_people("Ada Meyer, Harbour Master") == []
    assert several_people("Ada Meyer") == several_people("José Ortega y Gasset") == []
    assert several_people("Ada Meyer (Ulm), Bo Larsen (Berg) and Chi Okoro (Lund)") == [
        "Ada Meyer",
        "Bo Larsen",
        "Chi Okoro",
    ]

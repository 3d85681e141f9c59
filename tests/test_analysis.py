from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.analysis import MAX_WORD, Analyzer, fold, fold_word, label_terms, words

ANALYZER = Analyzer("en")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Erdoğan", "erdogan"),
        ("İSTANBUL ISPARTA ılık", "istanbul isparta ilik"),
        ("Łódź Øre Þór đ", "lodz ore thor d"),
        ("Straße STRASSE", "strasse strasse"),
        ("Œuvre ÆON", "oeuvre aeon"),
        ("ﬁnance", "finance"),
        ("ℌello", "hello"),
        ("Cafe\u0301 Café", "cafe cafe"),
        ("Ελλάδα", "ελλαδα"),
        ("ASCII", "ascii"),
    ],
)
def test_fold_lowers_and_takes_accents_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Don't stop", ["don't", "stop"]),
        ("Don’t", ["don't"]),
        ("'quoted'", ["quoted"]),
        ("nat-gas, U.S.", ["nat", "gas", "u", "s"]),
        ("snake_case 3.5%", ["snake", "case", "3", "5"]),
        ("cafe\u0301s", ["cafes"]),
        ("Ереван 2024", ["ереван", "2024"]),
        ("… — !", []),
        ("", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_words_are_stemmed_by_the_language() -> None:
    assert Analyzer("en").terms("Visits visiting visited") == ["visit"] * 3
    assert Analyzer("de-AT").terms("Häuser Haus") == Analyzer("german").terms("Hauser Haus") == ["haus", "haus"]
    assert Analyzer("tlh").terms("Visits visiting") == ["visits", "visiting"]
    assert Analyzer("").terms("Visits") == ["visits"]


def test_a_long_word_is_cut() -> None:
    assert len(fold_word("x" * 500)) == MAX_WORD
    assert label_terms("y" * 500) == ["y" * MAX_WORD]


@given(st.text())
def test_terms_and_tokens_agree(text: str) -> None:
    tokens = list(ANALYZER.tokens(text))
    assert [token.term for token in tokens] == ANALYZER.terms(text)
    assert [ANALYZER.term(text[token.start : token.end]) for token in tokens] == ANALYZER.terms(text)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    assert len(words(text)) == len(tokens)


@given(st.text())
def test_case_makes_no_difference_to_ascii(text: str) -> None:
    plain = text.encode("ascii", "ignore").decode()
    assert ANALYZER.terms(plain.upper()) == ANALYZER.terms(plain.lower())


@pytest.mark.parametrize(
    ("value", "terms"),
    [
        ("nat-gas", ["nat-gas"]),
        ("New  York", ["new", "york"]),
        ("U.S.", ["u.s"]),
        ("«São Paulo»", ["sao", "paulo"]),
        ("https://a.org/x?y=1", ["https://a.org/x?y=1"]),
        (" ... ", []),
        ("", []),
    ],
)
def test_label_terms_are_split_at_white_space_alone(value: str, terms: list[str]) -> None:
    assert label_terms(value) == terms

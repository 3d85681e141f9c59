import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.analysis import MAX_WORD, fold, folding, label_key, label_terms


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Erdoğan", "erdogan"),
        ("İSTANBUL ISPARTA ılık", "istanbul isparta ilik"),
        ("Łódź Øre Þór đ", "lodz ore thor d"),
        ("Straße STRASSE", "strasse strasse"),
        ("Œuvre ÆON ǣ", "oeuvre aeon ae"),
        ("ﬁnance", "finance"),
        ("ℌello", "hello"),
        ("Cafe\u0301 Café", "cafe cafe"),
        ("Ελλάδα ΟΔΟΣ οδός", "ελλαδα οδοσ οδοσ"),
        ("Ёлка Йод", "елка иод"),
        ("مُحَمَّد أحمد كـتاب", "محمد احمد كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी ज़रा", "हिन्दी जरा"),
        ("ＮＡＴＯ ２０２４", "nato 2024"),
        ("ｶﾞ か\u3099", "ガ が"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),
        ("co\u00adop\u200ber\u2060ation", "cooperation"),
        ("ASCII", "ascii"),
        ("", ""),
    ],
)
def test_fold_lowers_and_takes_accents_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters() | st.sampled_from("aEK\u0301\u0338\u3099Åﬁİ\u1161")))
def test_a_text_folds_as_its_parts_together(text: str) -> None:
    """What is ASCII is folded apart from the rest; the whole of it gives the same."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    whole = unicodedata.normalize("NFC", re.sub(folding._IGNORED, "", unicodedata.normalize("NFKD", plain)))
    assert fold(text) == whole.translate(folding._PLAIN_LATIN)


@given(st.text())
def test_what_looks_the_same_folds_the_same(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x52F)))
def test_case_makes_no_difference(text: str) -> None:
    assert fold(text.swapcase()) == fold(text)


@pytest.mark.parametrize(
    ("value", "terms"),
    [
        ("nat-gas", ["nat-gas"]),
        ("New  York", ["new", "york"]),
        ("U.S.", ["u.s"]),
        ("«São Paulo»", ["sao", "paulo"]),
        ("Marlow & Sons", ["marlow", "&", "sons"]),
        ("O’Brien, Siobhan", ["o'brien", "siobhan"]),
        ("https://a.org/x?y=1", ["https://a.org/x?y=1"]),
        (" ... ", []),
        ("", []),
    ],
)
def test_label_terms_are_split_at_white_space_alone(value: str, terms: list[str]) -> None:
    assert label_terms(value) == terms


@given(st.text())
def test_label_terms_hold_no_white_space_and_stay_as_they_are(value: str) -> None:
    terms = label_terms(value)
    assert all(term and term.split() == [term] for term in terms)
    assert label_terms(" ".join(terms)) == terms


def test_a_long_label_is_cut_later_than_a_long_word() -> None:
    [term] = label_terms("y" * 5000)
    assert MAX_WORD < len(term) < 5000
    assert set(term) == {"y"}


def test_keys_hold_no_control_characters() -> None:
    assert label_key("geo.city") == "geo.city"
    assert label_key("a\x00\x1fb\nc\x7f") == "a b c "

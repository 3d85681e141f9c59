"""Widths of texts on a terminal, compared with those that Rich measures, and where lines end."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from docarchive.cli.layout import cells, clusters, cut, wrapped

SAMPLES = {
    "plain": 5,
    "日本語": 6,
    "ｱｲｳ": 3,
    "한국어": 6,
    "caf\u00e9": 4,
    "cafe\u0301": 4,
    "हिंदी": 4,  # spacing vowels have cells of their own
    "שָׁלוֹם": 4,
    "ภาษาไทย": 7,
    "🛢": 1,
    "🛢\ufe0f": 2,
    "👍🏽": 2,
    "👩\u200d🔬": 2,
    "👨\u200d👩\u200d👧\u200d👦": 2,
    "🇩🇪🇫🇷": 4,
    "1\ufe0f\u20e3": 2,
    "zero\u200bwidth": 9,
    "…·—": 3,
}


@pytest.mark.parametrize("text", SAMPLES)
def test_widths(text: str) -> None:
    assert cells(text) == SAMPLES[text]
    assert "".join(text[cluster.start : cluster.end] for cluster in clusters(text)) == text


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])) | st.lists(
    st.sampled_from([*SAMPLES, " ", "a", "x" * 30, "、", "「", "。", "· "])
).map("".join)


@given(TEXT)
def test_no_text_is_wider_than_it_is_measured(text: str) -> None:
    assert cells(text) >= cell_len(text) - sum(0x1160 <= ord(c) < 0x1200 for c in text)


@given(TEXT, st.integers(2, 60))
def test_a_cut_text_fits_and_is_a_beginning(text: str, width: int) -> None:
    shown = cut(text, width)
    assert cells(shown) <= width
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


@given(TEXT, st.integers(2, 60))
def test_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    lines = [text[start:end] for start, end in wrapped(text, width)]
    assert all(0 < cells(line) <= width and line == line.strip(" ") for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.text("abc", min_size=1, max_size=9), max_size=30), st.integers(9, 40))
def test_lines_end_at_words_and_are_as_full_as_they_can_be(words: list[str], width: int) -> None:
    text = " ".join(words)
    lines = [text[start:end] for start, end in wrapped(text, width)]
    assert " ".join(lines) == text
    for line, following in pairwise(lines):
        assert len(line) + 1 + len(following.split(" ")[0]) > width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("評議会は、橋を「承認」した。", 10, ["評議会は、", "橋を「承", "認」した。"]),
        ("Oil 石油の価格", 8, ["Oil 石油", "の価格"]),
        ("Port 1 · 71.5 · 91.25", 10, ["Port 1 ·", "71.5 ·", "91.25"]),
        ("Donaudampfschifffahrt an", 10, ["Donaudampf", "schifffahr", "t an"]),
        ("cafe\u0301 x", 4, ["cafe\u0301", "x"]),
        ("a 👩\u200d🔬👩\u200d🔬", 4, ["a 👩\u200d🔬", "👩\u200d🔬"]),
    ],
)
def test_where_lines_end(text: str, width: int, lines: list[str]) -> None:
    assert [text[start:end] for start, end in wrapped(text, width)] == lines
    assert unicodedata.normalize("NFC", "".join(lines)).replace(" ", "") == unicodedata.normalize("NFC", text).replace(
        " ", ""
    )

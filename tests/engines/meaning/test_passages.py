"""Passages cover a text from its start, are short, and end where sentences do."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from docarchive.engines.meaning.passages import LENGTH, MOST, Passage, passages

_TEXTS = st.lists(st.sampled_from(["harbour", " ", ". ", "\n\n", "x" * 300, "。", "! ", "é"]), max_size=400).map(
    "".join
)


@given(_TEXTS)
def test_passages_follow_one_another_to_the_end(text: str) -> None:
    parts = [*passages(text)]
    assert parts[0].start == 0
    assert all(before.end == after.start for before, after in pairwise(parts))
    assert parts[-1].end == len(text) or len(parts) == MOST
    assert all(end - start <= LENGTH + LENGTH // 4 for start, end in parts)


def test_a_short_text_is_one_passage() -> None:
    assert [*passages("")] == [Passage(0, 0)]
    assert [*passages("The pier. It burned.")] == [Passage(0, 20)]


def test_a_passage_ends_after_a_sentence_else_after_a_word() -> None:
    sentences = "The council voted for the pier. " * 100
    assert all(sentences[end - 2 : end] == ". " for _, end in [*passages(sentences)][:-1])
    words = "pier " * 500
    assert all(words[end - 1] == " " for _, end in [*passages(words)][:-1])


def test_only_the_first_passages_of_a_huge_text_count() -> None:
    assert len([*passages("x" * LENGTH * MOST * 2)]) == MOST

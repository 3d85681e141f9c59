"""The nearest passage has the fewest changes: compared with the plain table of edit distances."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from docarchive.archive.quoting.markup import blanked
from docarchive.archive.quoting.nearest import changes, nearest
from docarchive.archive.quoting.wording import Wording, wording

LETTERS = st.lists(st.sampled_from("abcd"), max_size=12)


def worded(words: list[str]) -> Wording:
    return Wording(words, [2 * at for at in range(len(words))], [2 * at + 1 for at in range(len(words))])


def fewest(words: list[str], text: list[str]) -> int:
    """Returns how many words differ between a quote and the passage of a text that is nearest to it."""
    row = [0] * (len(text) + 1)
    for index, word in enumerate(words, start=1):
        before, row[0] = row[0], index
        for at, own in enumerate(text, start=1):
            before, row[at] = row[at], min(before + (word != own), row[at] + 1, row[at - 1] + 1)
    return min(row)


@given(LETTERS.filter(bool), LETTERS, st.integers(0, 4))
def test_the_nearest_passage_has_the_fewest_changes(quote: list[str], text: list[str], most: int) -> None:
    least = fewest(quote, text)
    span = nearest(worded(quote), worded(text), most)
    if span is None:
        assert least > most or least >= len(quote)
        return
    count, first, last = span
    assert count == least <= most
    assert fewest(quote, text[first:last]) == least
    differing = changes(worded(quote), worded(text), first, last)
    # What is left of the quote, with the text's words in place of its own, is the passage.
    rebuilt, position = [], 0
    for change in differing:
        rebuilt += [*quote[position : change.quoted[0]], *text[slice(*change.archived)]]
        position = change.quoted[1]
    assert "".join([*rebuilt, *quote[position:]]) == "".join(text[first:last])
    assert bool(differing) == bool("".join(quote) != "".join(text[first:last]))


PIECES = [
    *("[a](b)", '![p](q "t")', "<b>", "</b>", "<br>", "&amp;", "&eacute;", "[^1]", "<!-- x -->", "[r]: http://x"),
    *("word", " ", "\n", "\\<S>", "<S>", "*", "<sup>1</sup>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_blanks_keep_the_length_and_the_lines(markdown: str) -> None:
    plain = blanked(markdown)
    assert len(plain) == len(markdown)
    text = wording(markdown)
    assert len(text.words) == len(text.starts) == len(text.ends)
    spans = [*zip(text.starts, text.ends, strict=True)]
    assert spans == sorted(spans)
    assert all(start < end for start, end in spans)


@given(st.text(max_size=200))
def test_any_text_has_words_in_order(text: str) -> None:
    words = wording(text)
    assert all(a <= b for a, b in zip(words.ends, words.starts[1:], strict=False))
    assert [folded for folded in words.words if not folded] == []

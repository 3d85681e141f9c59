"""Patterns, compared with plain definitions of what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.query.patterns import EXACT, FUZZY, GLOB, Pattern, regex

letters = st.text(alphabet="abcé", max_size=8)
globs = st.text(alphabet="abc*?", min_size=1, max_size=7)


def fits(pattern: str, text: str) -> bool:
    """What a wildcard means."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return fits(pattern[1:], text) or (bool(text) and fits(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and fits(pattern[1:], text[1:])


def far(one: str, other: str) -> int:
    """Optimal string alignment: letters added, left out, replaced, or swapped with their neighbour."""
    rows = [[max(i, j) if not (i and j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (not same))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(globs, letters)
def test_a_wildcard_means_what_it_means(pattern: str, text: str) -> None:
    assert Pattern(GLOB, pattern).test()(text) == fits(pattern, text)


@given(letters, letters, st.integers(1, 2))
def test_a_fuzzy_word_is_so_far_away(word: str, text: str, distance: int) -> None:
    assert Pattern(FUZZY, word, distance).test()(text) == (far(word, text) <= distance)


patterns = st.one_of(
    st.builds(Pattern, st.just(EXACT), letters),
    st.builds(Pattern, st.just(GLOB), globs),
    st.builds(Pattern, st.just(FUZZY), letters, st.integers(1, 2)),
)


@given(patterns, st.sets(letters, max_size=30).map(sorted))
def test_selecting_is_testing_each(pattern: Pattern, vocabulary: list[str]) -> None:
    test = pattern.test()
    assert pattern.select(vocabulary) == [term for term in vocabulary if test(term)]


@given(patterns, letters)
def test_what_passes_begins_with_the_literal_start(pattern: Pattern, text: str) -> None:
    assert text.startswith(pattern.literal()) or not pattern.test()(text)
    assert "*" not in pattern.literal()


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("brigde", "bridge", 1),
        ("abcd", "badc", 2),
        ("ca", "abc", 3),
        ("", "ab", 2),
        ("colour", "color", 1),
        ("é", "e", 1),
    ],
)
def test_how_far_words_are_apart(one: str, other: str, distance: int) -> None:
    assert Pattern(FUZZY, one, distance).test()(other)
    assert not Pattern(FUZZY, one, distance - 1).test()(other)


def test_signs_of_regular_expressions_mean_nothing_in_a_wildcard() -> None:
    assert Pattern(GLOB, "a.c*").test()("a.cd")
    assert not Pattern(GLOB, "a.c*").test()("abcd")
    assert Pattern(GLOB, "(a|[b*").test()("(a|[b]")


@pytest.mark.parametrize(
    "pattern", ["a" + "*a" * 40 + "b", "a*" * 100 + "b", "*a*a*a*a*a*a*a*a*a*a*x", "?*" * 45, "*" * 100 + "b"]
)
def test_no_wildcard_takes_long(pattern: str) -> None:
    for text in ("a" * 100, "a" * 10_000):
        Pattern(GLOB, pattern).test()(text)  # would not end in a year if it were tried in all ways


@pytest.mark.parametrize(
    ("pattern", "value", "found"),
    [
        ("smi(th|dt)", "Ada SMITH", True),
        ("^smith", "Ada Smith", False),
        ("smith$", "Ada Smith", True),
        (r"\d{4}", "in 1987", True),
        ("é", "CAFÉ", True),
        ("a.b", "a\nb", False),
    ],
)
def test_regular_expressions_are_found_anywhere_in_any_case(pattern: str, value: str, found: bool) -> None:
    assert regex(pattern)(value) is found


@pytest.mark.parametrize("pattern", ["[", "(", "a{1000}{1000}{1000}", "(?=a)", r"\1", "\ud800", "*"])
def test_a_wrong_regular_expression_is_told(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"^\w[^\n]+$"):
        regex(pattern)


@given(st.text(alphabet="aBÄßσΣ1 ", min_size=1), st.text(alphabet="aBÄßσΣ1 "), st.text(alphabet="xy"))
def test_letters_mean_themselves_in_any_case(text: str, before: str, after: str) -> None:
    assert regex(text)(before + text + after)
    assert regex(text.lower())(before + text + after) or "ß" in text


def test_no_regular_expression_takes_long() -> None:
    assert regex("(a+)+$")("a" * 10_000)
    assert not regex("(a+)+$")("a" * 10_000 + "!")
    assert not regex("(x+x+)+y")("x" * 10_000)

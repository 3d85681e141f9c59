"""``NEAR`` and ``BEFORE``: what they match is what a plain loop over the words finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Article, QueryError
from docarchive.query import AnalyzedArticle, And, Node, Not, Or, Phrase, Word, parse

_TEXT = st.lists(st.sampled_from("abcdx"), max_size=14)


def starts(words: list[str], phrase: list[str]) -> list[int]:
    return [at for at in range(len(words)) if words[at : at + len(phrase)] == phrase]


def are_near(words: list[str], one: list[str], other: list[str], most: int, *, ordered: bool) -> bool:
    pairs = [(one, other)] if ordered else [(one, other), (other, one)]
    return any(
        0 <= second - (first + len(left)) <= most
        for left, right in pairs
        for first in starts(words, left)
        for second in starts(words, right)
    )


def quoted(phrase: list[str]) -> str:
    return f'"{" ".join(phrase)}"'


@given(
    words=_TEXT,
    one=st.lists(st.sampled_from("abc"), min_size=1, max_size=2),
    other=st.lists(st.sampled_from("abcd"), min_size=1, max_size=2),
    most=st.integers(0, 6),
    operator=st.sampled_from(["NEAR", "BEFORE"]),
)
def test_words_and_phrases_are_near_where_a_loop_says_so(
    words: list[str], one: list[str], other: list[str], most: int, operator: str
) -> None:
    article = AnalyzedArticle(Article(id="x", title="", body=" ".join(words)))
    expected = are_near(words, one, other, most, ordered=operator == "BEFORE")
    assert parse(f"{quoted(one)} {operator}/{most} {quoted(other)}").matches(article) is expected
    both = parse(f"body:({quoted(one)} {operator}/{most} {quoted(other)})")
    assert both.matches(article) is expected
    either = parse(f"({quoted(one)} OR nothing) {operator}/{most} {quoted(other)}")
    assert either.matches(article) is expected


A, B, C = (Word((letter,)) for letter in "abc")


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("a BEFORE/3 b", '"a b"~3'),
        ("a NEAR/3 b", '"a b"~3 OR "b a"~3'),
        ("a NEAR/0 b c", '("a b" OR "b a") c'),
        ("c OR a BEFORE/2 b", 'c OR "a b"~2'),
        ("-a BEFORE/2 b", 'NOT "a b"~2'),
        ("a BEFORE/1 b BEFORE/2 c", '"a b"~1 "b c"~2'),
        ("title:(a BEFORE/1 b)", 'title:"a b"~1'),
        ("title:a BEFORE/1 b", 'title:"a b"~1'),
        ('"a b" BEFORE/0 c', '"a b c"'),
        ("(a OR b) BEFORE/0 c", '"a c" OR "b c"'),
        ("a NEAR b", "a near b"),
        ("a BEFORE/x b", "a before/x b"),
        ("(a)BEFORE/1(b)", '"a b"~1'),
    ],
)
def test_they_stand_for_phrases(query: str, same: str) -> None:
    assert flat(parse(query)) == flat(parse(same))


def flat(node: Node) -> Node:
    if isinstance(node, And | Or):
        parts = tuple(flat(part) for part in node.parts)
        return type(node)(tuple(x for part in parts for x in (part.parts if type(part) is type(node) else (part,))))
    return Not(flat(node.child)) if isinstance(node, Not) else node


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("a NEAR/3", "something must follow 'NEAR/3'"),
        ("NEAR/3 a", "something must come before 'NEAR/3'"),
        ("(a BEFORE/3)", "something must follow 'BEFORE/3'"),
        ("a NEAR/3 AND b", "something must come before 'AND'"),
        ("a NEAR/101 b", "NEAR takes a number up to 100"),
        ("a NEAR/3 b*", "NEAR and BEFORE take words and phrases"),
        ("a NEAR/3 tag:b", "NEAR and BEFORE take words and phrases"),
        ("a NEAR/3 (b c)", "NEAR and BEFORE take words and phrases"),
        ("title:a NEAR/3 body:b", "words that are near each other are in one field"),
        ("(" + " OR ".join(f'"a{n} b"' for n in range(30)) + ') NEAR/100 "c d"', "too many words are near each other"),
    ],
)
def test_what_cannot_be_near(query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message.replace("(", r"\(")):
        parse(query)


def test_a_phrase_of_two_words_has_its_own_node() -> None:
    assert parse("a BEFORE/4 b") == Phrase(((0, ("a",)), (1, ("b",))), slop=4)
    assert flat(And((A, And((B, C))))) == And((A, B, C))

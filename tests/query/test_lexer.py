from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import QueryError
from docarchive.query.lexer import BARE, BRACKETED, QUOTED, REGEX, Token, tokens

PIECES = [
    *("a", "AND", "OR", "NOT", "(", ")", "-", "+", '"', "*", ":", "tag:", "x.y:", "@s"),
    *("/a/", "~", "~2", "^3", "^", "[", "]", " TO ", "\\", " ", "\n", "\0", "\u0301", "\ud800", "’", "//", "\u200f"),
]  # fmt: skip


def kinds(query: str) -> list[str]:
    return [token.kind for token in tokens(query)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", []),
        (" \n\t\u2003 ", []),
        ("a b", ["term", "term"]),
        ("a AND b OR NOT c", ["term", "AND", "term", "OR", "NOT", "term"]),
        ("and ANDY a.AND", ["term", "term", "term"]),
        ('"AND" tag:OR', ["term", "term"]),
        ("-a +b --c", ["-", "term", "+", "term", "-", "-", "term"]),
        ("a-b a+b -(c)", ["term", "term", "-", "(", "term", ")"]),
        ("(a)(b)", ["(", "term", ")", "(", "term", ")"]),
        ('a"b"c', ["term", "term", "term"]),
        ("tag:(a -b)", ["field", "(", "term", "-", "term", ")"]),
        ("@dry -@wet_2^2 @x-y", ["saved", "-", "saved", "saved"]),
        ("@ @1 a@b @a.b", ["term", "term", "term"]),
        ("NOT", ["NOT"]),
    ],
)
def test_kinds(query: str, found: list[str]) -> None:
    assert kinds(query) == [*found, "end"]


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ("a", Token("term", 0, value="a")),
        ("tag:a", Token("term", 0, "tag", "a", at=4)),
        ("x.y-z@1:a:b", Token("term", 0, "x.y-z@1", "a:b", at=8)),
        ("Größe:5", Token("term", 0, "Größe", "5", at=6)),
        ("http://a.b/c", Token("term", 0, value="http://a.b/c")),
        ("url:http://a.b", Token("term", 0, "url", "http://a.b", at=4)),
        ("10:30", Token("term", 0, value="10:30")),
        ('"a b"', Token("term", 0, value="a b", form=QUOTED)),
        ('tag:"a b"', Token("term", 0, "tag", "a b", QUOTED, at=4)),
        (r'"say \"yes\" \\ \n"', Token("term", 0, value=r'say "yes" \\ \n', form=QUOTED)),
        (r'"C:\a\\"', Token("term", 0, value="C:\\a\\", form=QUOTED)),
        (r'"\\\"a"', Token("term", 0, value='\\"a', form=QUOTED)),
        ("“a b”", Token("term", 0, value="a b", form=QUOTED)),
        ("„a b“~2^3", Token("term", 0, value="a b", form=QUOTED, tilde=2, boost=3.0)),
        ("tag:«a b»", Token("term", 0, "tag", "a b", QUOTED, at=4)),
        ("»a b«", Token("term", 0, value="a b", form=QUOTED)),
        ("”a b”", Token("term", 0, value="a b", form=QUOTED)),
        ("“a", Token("term", 0, value="“a")),
        ("a“b", Token("term", 0, value="a“b")),
        ("std::npos", Token("term", 0, value="std::npos")),
        ("a:", Token("term", 0, value="a:")),
        ('""', Token("term", 0, form=QUOTED)),
        ('"a b"~3', Token("term", 0, value="a b", form=QUOTED, tilde=3)),
        ('"a b"~', Token("term", 0, value="a b", form=QUOTED, tilde=-1)),
        ('"a b"*', Token("term", 0, value="a b", form=QUOTED, star=True)),
        ('"a b"*~2^3', Token("term", 0, value="a b", form=QUOTED, tilde=2, star=True, boost=3.0)),
        ("a~", Token("term", 0, value="a", tilde=-1)),
        ("a~2", Token("term", 0, value="a", tilde=2)),
        ("a^2", Token("term", 0, value="a", boost=2.0)),
        ("a^0.25", Token("term", 0, value="a", boost=0.25)),
        ("tag:a~1^2.5", Token("term", 0, "tag", "a", at=4, tilde=1, boost=2.5)),
        ("a~b~2", Token("term", 0, value="a~b", tilde=2)),
        ("tag:a^b", Token("term", 0, "tag", "a^b", at=4)),
        ("x:[a TO b]", Token("term", 0, "x", "[a TO b]", BRACKETED, at=2)),
        ("x:[a TO b]^2", Token("term", 0, "x", "[a TO b]", BRACKETED, at=2, boost=2.0)),
        ("x:[a(b\"]", Token("term", 0, "x", "[a(b\"]", BRACKETED, at=2)),
        ("[a\nTO b]", Token("term", 0, value="[a\nTO b]", form=BRACKETED)),
        ("[AUTO]", Token("term", 0, value="[AUTO]")),
        ("x:/a b/", Token("term", 0, "x", "a b", REGEX, at=2)),
        (r"x:/a\/\d[)]/^2", Token("term", 0, "x", r"a/\d[)]", REGEX, at=2, boost=2.0)),
        ("/a/", Token("term", 0, value="a", form=REGEX)),
        ("/a/b", Token("term", 0, value="/a/b")),
        ("x:/a", Token("term", 0, "x", "/a", at=2)),
        ("@dry^2", Token("saved", 0, value="dry", boost=2.0)),
        ("\u200fשלום", Token("term", 0, value="\u200fשלום")),
    ],
)  # fmt: skip
def test_one_token(query: str, token: Token) -> None:
    assert tokens(query) == [token, Token("end", len(query))]
    assert tokens(f"  {query} ")[0] == token._replace(position=2, at=token.at + 2 if token.kind == "term" else 0)


def test_a_closing_bracket_takes_a_boost() -> None:
    assert [token.boost for token in tokens("(a)^2 (b)^0.5 (c)")] == [1, 1, 2, 1, 1, 0.5, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("query", "position", "message"),
    [
        ("--", 0, "there is no word to search for in --"),
        ('a "b', 2, "this quote is never closed"),
        ('tag:"b\\"', 4, "this quote is never closed"),
        ("x:[a TO b", 2, "this bracket is never closed"),
        ("[a TO b", 0, "this bracket is never closed"),
        ("^2", 0, "something must come before this"),
        ("~", 0, "there is no word to search for in ~"),
        (" … - ", 1, "there is no word to search for in …"),
        ("tag:~2", 4, "something must come before this"),
        ('"a b"~x', 5, "something must come before this"),
        ("a^x", 1, "a boost is a number after the caret: nato^3"),
        ("(a)^x", 3, "a boost is a number after the caret: nato^3"),
        ("@a^x", 2, "a boost is a number after the caret: nato^3"),
    ],
)
def test_what_is_no_token(query: str, position: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        tokens(query)
    assert (caught.value.message, caught.value.position, caught.value.query) == (message, position, query)


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_tokens_stand_in_order_where_they_say(query: str) -> None:
    try:
        found = tokens(query)
    except QueryError as error:
        wrong = error.position
    else:
        check(query, found)
        return
    assert 0 <= wrong < len(query)


def check(query: str, found: list[Token]) -> None:
    assert found[-1] == Token("end", len(query))
    assert all(one.position < other.position for one, other in pairwise(found))
    for token in found:
        if token.kind == "term":
            assert token.position <= token.at < len(query)
            assert token.form != BARE or query[token.at :].startswith(token.value)
            assert not token.field or query[token.position :].startswith(token.field + ":")

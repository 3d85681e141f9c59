"""Drafts of Ghost, which have their text only in the form of its editor: Lexical, or Mobiledoc before version 5."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import ReaderError
from docarchive.readers.exports.ghost_text import text_of

Node = dict[str, Any]


def words(text: str, bits: int = 0) -> Node:
    return {"type": "extended-text", "text": text, "format": bits, "version": 1}


def node(kind: str, *children: Node, **more: object) -> Node:
    return {"type": kind, "children": [*children], "version": 1, **more}


def lexical(*children: Node) -> str:
    return text_of({"lexical": json.dumps({"root": node("root", *children)})}, "https://quay.example/a/")


def mobiledoc(sections: list[Any], cards: list[Any] | None = None, markups: list[Any] | None = None) -> str:
    tree = {"version": "0.3.1", "sections": sections, "cards": cards or [], "markups": markups or [], "atoms": []}
    return text_of({"mobiledoc": json.dumps(tree)}, "https://quay.example/a/")


LEXICAL = {
    "formats": (
        [node("paragraph", words("A "), words("bold", 1), words(" and "), words("both", 3), words(" x", 8))],
        "A **bold** and ***both*** x",
    ),
    "code in a line": ([node("paragraph", words("Set "), words("x = a_b", 16), words("."))], "Set `x = a_b`."),
    "raised": ([node("paragraph", words("10"), words("6", 64))], "10<sup>6</sup>"),
    "a link": (
        [node("paragraph", words("See "), node("link", words("it", 2), url="/b"), words("."))],
        "See [*it*](https://quay.example/b).",
    ),
    "a line break": ([node("paragraph", words("One"), {"type": "linebreak"}, words("two"))], "One\\\ntwo"),
    "text that looks like Markdown": ([node("paragraph", words("# 1 <b>"))], "\\# 1 \\<b>"),
    "headings": ([node("extended-heading", words("Head"), tag="h3"), node("paragraph", words("T"))], "### Head\n\nT"),
    "a list in a list": (
        [
            node(
                "list",
                node("listitem", words("one")),
                node("listitem", node("list", node("listitem", words("inner")), tag="ul")),
                node("listitem", words("two")),
                tag="ol",
            )
        ],
        "1. one\n   - inner\n2. two",
    ),
    "quotes": ([node("extended-quote", words("Said.")), node("aside", words("So."))], "> Said.\n\n> So."),
    "a block of code": (
        [{"type": "codeblock", "code": "a < b\n\n c", "language": "c", "caption": "One"}],
        "```c\na < b\n\n c\n```\n\nOne",
    ),
    "a picture": (
        [{"type": "image", "src": "/q.png", "alt": "Quay", "caption": "At <b>dawn</b>", "title": "No text"}],
        "![Quay](https://quay.example/q.png)\n\nAt **dawn**",
    ),
    "pictures": (
        [{"type": "gallery", "images": [{"src": "https://x.example/a.png", "alt": "A"}], "caption": "Two"}],
        "![A](https://x.example/a.png)\n\nTwo",
    ),
    "a page": (
        [{"type": "bookmark", "url": "https://o.example/", "metadata": {"title": "Other", "description": "On rope"}}],
        "[Other](https://o.example/)\n\nOn rope",
    ),
    "a button": (
        [{"type": "button", "buttonText": "Book now", "buttonUrl": "https://o.example/"}],
        "[Book now](https://o.example/)",
    ),
    "a file": (
        [{"type": "file", "src": "https://o.example/a.pdf", "fileTitle": "Plan", "fileCaption": "Of 1986"}],
        "[Plan](https://o.example/a.pdf)\n\nOf 1986",
    ),
    "HTML": (
        [{"type": "html", "html": "<table><tr><th>A</th></tr><tr><td>b</td></tr></table>"}],
        "| A |\n| --- |\n| b |",
    ),
    "Markdown": (
        [
            node("paragraph", words("One")),
            {"type": "markdown", "markdown": "Two **three**"},
            node("paragraph", words("4")),
        ],
        "One\n\nTwo **three**\n\n4",
    ),
    "a call-out": ([{"type": "callout", "calloutText": "Mind <b>it</b>", "calloutEmoji": "!"}], "Mind **it**"),
    "a toggle": ([{"type": "toggle", "heading": "Why?", "content": "<p>So.</p>"}], "Why?\n\nSo."),
    "a rule": (
        [node("paragraph", words("A")), {"type": "horizontalrule"}, node("paragraph", words("B"))],
        "A\n\n---\n\nB",
    ),
    "an unknown card": ([{"type": "poll", "question": "Which rope holds?", "color": "red"}], "Which rope holds?"),
    "an unknown node": ([node("column", node("paragraph", words("Words.")))], "Words."),
}


@pytest.mark.parametrize("name", LEXICAL)
def test_lexical(name: str) -> None:
    children, text = LEXICAL[name]
    assert lexical(*children) == text


MOBILEDOC: dict[str, tuple[list[Any], str]] = {
    "lines": ([[1, "h2", [[0, [], 0, "Head"]]], [1, "p", [[0, [], 0, "1. text"]]]], "## Head\n\n1\\. text"),
    "a list": ([[3, "ol", [[[0, [], 0, "one"]], [[0, [], 0, "two"]]]]], "1. one\n2. two"),
    "markups": (
        [[1, "p", [[0, [], 0, "A "], [0, [0], 1, "bold"], [0, [], 0, " "], [0, [1, 2], 1, "em"], [0, [], 1, " link"]]]],
        "A **bold** [*em* link](https://o.example/)",
    ),
    "a break": ([[1, "p", [[0, [], 0, "One"], [1, [], 0, 0], [0, [], 0, "two"]]]], "One\\\ntwo"),
    "cards": ([[10, 0], [10, 1], [10, 2]], "```c\na < b\n```\n\n![M](https://o.example/m.png)\n\nCap\n\n* one"),
    "nonsense": ([[10, 99], [10, "x"], [1], [], "x", [1, "script", [[0, [9], 3, 5]]], [3, "ul", "x"]], ""),
    "a list for a tag": ([[1, [["p"]], [[0, [3], 1, "Kept"]]]], "Kept"),
}


@pytest.mark.parametrize("name", MOBILEDOC)
def test_mobiledoc(name: str) -> None:
    cards = [
        ["code", {"code": "a < b", "language": "c"}],
        ["image", {"src": "https://o.example/m.png", "alt": "M", "caption": "Cap"}],
        ["card-markdown", {"cardName": "card-markdown", "markdown": "* one"}],
    ]
    markups = [["strong"], ["a", ["href", "https://o.example/"]], ["em"], [["em"]]]
    sections, text = MOBILEDOC[name]
    assert mobiledoc(sections, cards, markups) == text


@pytest.mark.parametrize("written", ["{", "[]", "{}", '{"root": 1}'])
def test_another_form_is_refused(written: str) -> None:
    with pytest.raises(ReaderError):
        text_of({"lexical": written}, "")


NAMES = st.sampled_from(
    ["paragraph", "extended-quote", "list", "listitem", "column", "link", "extended-heading", "aside"]
)
TREES = st.recursive(
    st.just({}).map(lambda _: words("")),
    lambda children: st.builds(lambda kind, inner: node(kind, *inner, tag="h2"), NAMES, st.lists(children, max_size=4)),
    max_leaves=20,
)


@given(TREES)
def test_no_text_of_a_tree_is_lost(tree: Node) -> None:
    expected: list[str] = []

    def number(part: Node) -> Node:
        if "text" in part:
            expected.append(f"word{len(expected)}x")
            return {**part, "text": f" {expected[-1]} "}
        return {**part, "children": [number(child) for child in part["children"]]}

    text = lexical(number(tree))
    positions = [text.find(word) for word in expected]
    assert -1 not in positions
    assert positions == sorted(positions)


#: Values of strangers: each key and each place in a list may have one of any type.
VALUES = st.recursive(
    st.sampled_from(
        [None, True, -1, 0, 1, 3, 10, 1.5, "", "a", "p", "ol", "href", "link", "list", "text", "image", "A <b>"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["root", "children", "type", "tag", "text", "format", "url", "src", "images", "metadata"])
            | st.sampled_from(["start", "code", "html", "markdown", "caption", "buttonUrl", "any"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)
LISTS = st.lists(st.lists(VALUES, max_size=4) | VALUES, max_size=4)
SECTIONS = st.lists(st.tuples(st.sampled_from([1, 2, 3, 10]), VALUES, LISTS) | LISTS, max_size=4)
PIECES = st.lists(st.tuples(st.just(0), st.lists(st.integers(0, 3) | VALUES), VALUES, VALUES), min_size=1)


@given(st.lists(VALUES, max_size=4))
def test_no_value_of_lexical_is_a_failure(values: list[Any]) -> None:
    text_of({"lexical": json.dumps({"root": {"children": values}})}, "")


@given(SECTIONS, PIECES, LISTS, LISTS)
def test_no_value_of_mobiledoc_is_a_failure(sections: list[Any], pieces: list[Any], cards: Any, markups: Any) -> None:
    mobiledoc([*sections, [1, "p", pieces]], cards, markups)

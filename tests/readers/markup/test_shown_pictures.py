"""The pictures that Markdown shows."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docarchive.readers.markup.shown_pictures import with_addresses


def addressed(text: str) -> str:
    """Returns a text in which each picture has its address in brackets; those that begin with ``no`` are not kept."""
    return with_addresses(text, lambda address: None if "no" in address else f"[{address}]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![a](x.png)", "![a]([x.png])"),
        ("a ![a](x.png) b ![c](y.png)\n", "a ![a]([x.png]) b ![c]([y.png])\n"),
        ('![a](x.png "A title")', '![a]([x.png] "A title")'),
        ("![a](<x y.png>)", "![a]([x y.png])"),
        ("![a](x(1).png)", "![a]([x(1).png])"),
        (r"![a](x\_1.png)", "![a]([x_1.png])"),
        ("![a [b] c](x.png)", "![a [b] c]([x.png])"),
        ("[![a](x.png)](https://example.org)", "[![a]([x.png])](https://example.org)"),
        ("![a][p] ![p] ![q][]\n\n[p]: x.png 'T'\n[q]: <y z.png>\n[r]: r.png\n", None),
        ('<p><img alt="a" src="x.png"></p>', '<p><img alt="a" src="[x.png]"></p>'),
        ("<IMG src='x.png' width=3>", '<IMG src="[x.png]" width=3>'),
        (
            "![[x.png]] ![[x.png|300]] ![[d/x.png|A plan]]",
            "![x.png]([[[x.png]) ![x.png]([[[x.png]) ![A plan]([[[d/x.png])",
        ),
        ("> - ![a](x.png)", "> - ![a]([x.png])"),
        ("![a](x.png)\r\n", "![a]([x.png])\r\n"),
    ],
)
def test_pictures_get_other_addresses(text: str, expected: str | None) -> None:
    if expected is None:
        expected = text.replace(": x.png", ": [x.png]").replace(": <y z.png>", ": [y z.png]")
    assert addressed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "`![a](x.png)`",
        "``a ` ![a](x.png)``",
        "```\n![a](x.png)\n```\n",
        "    ![a](x.png)\n",
        r"\![a](x.png)",
        r"!\[a](x.png)",
        "[a](x.png)",
        "![a](x.png",
        "![a] (x.png)",
        "<img alt='x.png'>",
        "![[note]](x",
        "![a](no.png)",
        "![[no.png]]",
        "![no][p]\n\n[p]: no.png\n",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert addressed(text).replace("![note]([[[note])", "![[note]]") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ![A plan](cid:no.png) b", "a A plan b"),
        ("a\n\n![A plan](cid:?no.png)\n\nb\n", "a\n\nb\n"),
        ("a\n\n[![A plan](cid:?no.png)](https://example.org)\n\nb\n", "a\n\nb\n"),
        ("```\n\n\n\n```\n\n![](cid:?no)\n", "```\n\n\n\n```"),
        ("![](cid:?no)\n\na", "a"),
        ("a\n\n![](cid:?no)", "a"),
        ("\n![](cid:?no)\na", "a"),
        ("a **![](cid:?no)** b", "a  b"),
    ],
)
def test_an_address_inside_of_the_input_does_not_stay(text: str, expected: str) -> None:
    assert addressed(text) == expected


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ["![", "[", "]", "(", ")", "x", "`", "``", "\\", "<img ", 'src="', '"', ">", "\n", "    ", "]: "]
        )
    ).map("".join)
)
def test_a_text_stays_if_no_picture_is_kept(text: str) -> None:
    assert with_addresses(text, lambda address: None) == text


@pytest.mark.parametrize(
    "part", ["![", "![[", "![a](", "![a](b(", "<img ", '<img "', "`", "``` `", "![a][", "\\![", "![a](b "]
)
def test_hostile_texts_take_time_that_grows_with_their_size(part: str) -> None:
    start = time.process_time()
    with_addresses(part * 300_000, lambda address: None)
    assert time.process_time() - start < 20

"""Text outside of paragraphs: which paragraphs it is put into."""

from __future__ import annotations

import pytest
from lxml.html import fromstring, tostring
from support import affordable

from docarchive.readers.web.runs import wrap_runs

LINE = "A line of the text of a page that is long enough to be no caption, button or other label of a page at all. "


@pytest.mark.parametrize(
    ("content", "wrapped"),
    [
        ("one<br>two<br><br>three", "<p>one<br>two<br></p><p>three</p>"),
        ("one <b>two</b> three<p>four</p>five", "<p>one <b>two</b> three</p><p>four</p><p>five</p>"),
        ("<b>one</b><br> <br>two", "<p><b>one</b><br> </p><p>two</p>"),
    ],
)
def test_text_between_blocks_and_two_breaks_is_a_paragraph(content: str, wrapped: str) -> None:
    tree = fromstring(f"<html><body><div>{LINE}<br><br>{content}</div></body></html>")
    wrap_runs(tree)
    (box,) = tree.iter("div")
    html = tostring(box, encoding="unicode").removeprefix(f"<div><p>{LINE}<br></p>").removesuffix("</div>")
    assert html == wrapped


@pytest.mark.parametrize("part", ["a line of text<br>", "<b>a</b> word ", "a<br><br>"])
def test_children_are_not_counted_for_each_child(part: str) -> None:
    tree = fromstring(f"<html><body><div>{LINE}{part * 40_000}</div></body></html>")
    with affordable():
        wrap_runs(tree)
    assert next(tree.iter("p")).text.startswith(LINE.strip())

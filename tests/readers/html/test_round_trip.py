"""The law of Markdown that is made of HTML: a page that is made of it has the text of the HTML."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from readers.html.trees import TREES, text_seen

from docarchive.readers.html.to_markdown import to_markdown
from docarchive.writers.markup import html_of


@pytest.mark.thorough
@given(TREES)
@example('<a href="https://a.example/"><p>ice<code>]:</code></p></a>')
@example("<b><p><i>ice</i>1986.<i>-</i></p></b>")
def test_a_page_made_of_the_markdown_has_the_text_of_the_html(html: str) -> None:
    assert text_seen(html_of(to_markdown(html))) == text_seen(html)

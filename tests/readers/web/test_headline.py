"""The title of a page among those that it states."""

from __future__ import annotations

import pytest
from lxml import html

from docarchive.readers.web.headline import headline


@pytest.mark.parametrize(
    ("stated", "heading", "title"),
    [
        (["Pier vote 2024", "Council votes for pier"], "Council votes for pier", "Council votes for pier"),
        (["Pier vote 2024"], "Council votes for pier", "Pier vote 2024"),
        (["Council votes for pier - Harbour Post - News"], "Council votes for pier", "Council votes for pier"),
        (["Council votes for pier"], "Council votes for pier Harbour News", "Council votes for pier"),
        (["Council votes for…"], "Council votes for pier", "Council votes for pier"),
        (["votes for pier of wood"], "Council: votes for pier of wood", "Council: votes for pier of wood"),
        (["Pier vote", "The Post"], "The Post", "Pier vote"),
        (["“Council” votes – again"], "'Council' votes again", "'Council' votes again"),
        (["Pier | The Post"], "", "Pier"),
        (["The Post: Pier", ""], "", "The Post: Pier"),
        ([], "Pier", ""),
    ],
)
def test_headline(stated: list[str], heading: str, title: str) -> None:
    tree = html.document_fromstring(f"<html><body><h1>{heading}</h1><p>Text.</p></body></html>")
    assert headline(tree, stated, ["The Post", ""]) == title

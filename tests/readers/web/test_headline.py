"""The title of a page among those that it states."""

import pytest
from lxml import html

from docarchive.readers.web.headline import headline
from docarchive.readers.web.html import read_page


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


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("The pier<br>in winter", "The pier in winter"),
        ("<div>The pier</div><div>in winter</div>", "The pier in winter"),
        ("Mooring<a class='headerlink' href='#mooring'>¶</a>", "Mooring"),
        ("<span>Winter</span><span>Pier closed</span>", "Winter: Pier closed"),
        ("港湾<br>評議会の\n歴史", "港湾評議会の歴史"),
        ("<span>港湾</span><span>評議会</span>", "港湾評議会"),
    ],
)
def test_the_lines_of_a_heading_are_set_apart(heading: str, title: str) -> None:
    stated = f"<meta property='og:title' content='{title}'>" if ":" in title else "<title>Post</title>"
    assert read_page(f"{stated}<article><h1>{heading}</h1><p>{'Long text here. ' * 20}</p></article>").title == title


def test_a_heading_that_leads_to_the_front_page_is_the_name_of_the_site() -> None:
    page = "<html><body><h1><a href='{}'>Salt and Rope</a></h1><h2>Mending a sail</h2><p>Text.</p></body></html>"
    for home in ("/", "https://salt.example/", "index.html", "./"):
        tree = html.document_fromstring(page.format(home))
        assert headline(tree, ["Salt and Rope", "Salt and Rope: Mending a sail"], []) == "Mending a sail"
    tree = html.document_fromstring(page.format("/salt-and-rope"))
    assert headline(tree, ["Salt and Rope"], []) == "Salt and Rope"


def test_of_a_title_with_the_name_of_a_site_the_part_that_is_shown() -> None:
    page = "<html><body><td><font><b>Mill to reopen</b></font><br>By Ada Meyer<p>Text.</td></body></html>"
    tree = html.document_fromstring(page)
    assert headline(tree, ["Valley Gazette", "Valley Gazette - Mill to reopen"], []) == "Mill to reopen"
    assert headline(tree, ["Valley Gazette", "Valley Gazette - Mill to close"], []) == "Valley Gazette"

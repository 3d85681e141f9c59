"""Tables of documents, whose cells hold paragraphs; cells of Markdown cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_PARAGRAPHS = ("p", "h1", "h2", "h3", "h4", "h5", "h6")


def with_flat_cells(html: str) -> str:
    """Returns HTML in which cells of tables hold lines instead of paragraphs, and the first row is the header.

    Tables of one column, and those with lists, pictures or tables in them, are layout and stay as they are.
    """
    if "<table" not in html:
        return html
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    for table in soup.find_all("table"):
        rows = table.find_all("tr")
        cells = table.find_all(["td", "th"])
        if len(cells) > len(rows) > 0 and not table.find(["table", "ul", "ol", "img", "blockquote"]):
            for cell in cells:
                _flatten(cell, soup)
            for cell in rows[0].find_all("td"):
                cell.name = "th"
    return str(soup)


def _flatten(cell: Tag, soup: BeautifulSoup) -> None:
    paragraphs = cell.find_all(_PARAGRAPHS)
    for index, paragraph in enumerate(paragraphs):
        if index and paragraph.get_text(strip=True):
            paragraph.insert_before(soup.new_tag("br"))
        paragraph.unwrap()

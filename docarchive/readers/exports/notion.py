"""The reader of pages that Notion exports as HTML; those that it exports as Markdown are read in ``sites.notion``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.html.to_markdown import parse_html, to_markdown
from docarchive.readers.values.reserved_keys import lenient_article
from docarchive.readers.values.untyped import without_empty
from docarchive.texts import one_line

if TYPE_CHECKING:
    from bs4 import Tag


def read_page(text: str, name: str = "", folder: str = "") -> Article:
    """Makes an article of a page.

    Args:
        text: The page.
        name: Not used: the page states its title and id.
        folder: Not used.

    Raises:
        ReaderError: It has neither text nor title.
    """
    page = parse_html(text)
    article, title, content = page.find("article"), page.select_one(".page-title"), page.select_one(".page-body")
    for link in page.select("figure.image > a"):
        link.name = "span"  # it leads to the picture; to unwrap each would take time that grows with their square
    for box in page.select(".checkbox"):
        box.name = "span"
        box.string = "[x]" if "checkbox-on" in (box.get("class") or ()) else "[ ]"
    properties: dict[str, Any] = {}
    for row in page.select("table.properties tr"):
        key, value = row.find("th"), row.find("td")
        if key is not None and value is not None:
            several = any("multi_select" in name for name in row.get("class") or ())
            properties.setdefault(_line(key), _value(value, several=several))
    body = to_markdown(content.decode_contents()) if content is not None else ""
    body = body.replace("- \\[x] ", "- [x] ").replace("- \\[ ] ", "- [ ] ")
    heading, id_ = _line(title), str(article.get("id") or "").replace("-", "") if article is not None else ""
    if not body and not heading:
        raise ReaderError("the page has neither text nor title")
    description = _line(page.select_one(".page-description"))
    metadata = {"summary": description, **properties, "title": heading, "guid": f"notion:{id_}" if id_ else ""}
    return lenient_article(without_empty(metadata), body or escape(heading))


def _value(cell: Tag, *, several: bool) -> Any:
    """Returns the value of a property: its choices or people, if there may be several, or its line."""
    names = [line for item in cell.select(".selected-value, .user") if (line := _line(item))]
    if several or len(names) > 1:
        return names
    line = _line(cell)
    if cell.find("time") is not None:
        return line.removeprefix("@")
    return {"[x]": True, "[ ]": False}.get(line, line)


def _line(tag: Tag | None) -> str:
    return one_line(tag.get_text()) if tag is not None else ""

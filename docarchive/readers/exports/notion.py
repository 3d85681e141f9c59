"""The reader of pages that Notion exports as HTML; those that it exports as Markdown are read in ``sites.notion``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.exports.notion_blocks import tidy
from docarchive.readers.html.to_markdown import is_too_deep, parse_html, to_markdown
from docarchive.readers.values.reserved_keys import lenient_article
from docarchive.readers.values.untyped import without_empty
from docarchive.texts import one_line

if TYPE_CHECKING:
    from bs4 import Tag

#: Keys of properties by their kinds, whatever they are called in the user's language.
_KEYS: Final = {"last_edited_time": "updated", "created_time": "created"}
_ROW: Final = "property-row-"
_SEVERAL: Final = frozenset(["multi_select", "person", "relation", "file"])


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
    if not is_too_deep(page):
        tidy(page)
    cover = page.select_one("img.page-cover-image")
    if cover is not None and content is not None and ":" not in str(cover.get("src")):
        content.insert(0, cover.extract())
    properties: dict[str, Any] = {}
    for row in page.select("table.properties tr"):
        key, value = row.find("th"), row.find("td")
        if key is not None and value is not None:
            kind = next((n.removeprefix(_ROW) for n in row.get_attribute_list("class") if n and n.startswith(_ROW)), "")
            properties.setdefault(_KEYS.get(kind) or _line(key), _value(value, kind))
    body = to_markdown(content.decode_contents()) if content is not None else ""
    body = body.replace("- \\[x] ", "- [x] ").replace("- \\[ ] ", "- [ ] ")
    heading, id_ = _line(title), str(article.get("id") or "").replace("-", "") if article is not None else ""
    if not body and not heading:
        raise ReaderError("the page has neither text nor title")
    description = _line(page.select_one(".page-description"))
    metadata = {"summary": description, **properties, "title": heading, "guid": f"notion:{id_}" if id_ else ""}
    return lenient_article(without_empty(metadata), body or escape(heading))


def _value(cell: Tag, kind: str) -> Any:
    """Returns the value of a property: its choices, people, pages or files, if there may be several, or its line."""
    links = cell.find_all("a", href=True)
    if kind == "url" and links:
        return str(links[0]["href"])  # it shows only the beginning of a long one
    names = [line for item in cell.select(".selected-value, .user") or links if (line := _line(item))]
    if kind == "multi_select" or (len(names) > 1 and (kind in _SEVERAL or not links)):
        return names
    line = _line(cell)
    if cell.find("time") is not None:
        return line.removeprefix("@")
    return {"[x]": True, "[ ]": False}.get(line, line)


def _line(tag: Tag | None) -> str:
    return one_line(tag.get_text()) if tag is not None else ""

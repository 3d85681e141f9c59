"""The blocks of a page that Notion exports as HTML, brought into the elements that other pages have for them.

Notion writes each item of a list as a list of its own, and call-outs, bookmarks and toggles as boxes of a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bs4.element import Tag

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

#: The headings that can be opened, by the size of their letters.
_HEADINGS: Final = {"1.875em": "h1", "1.5em": "h2", "1.25em": "h3"}


def tidy(page: BeautifulSoup) -> None:
    """Changes a page so that its blocks are those of other pages."""
    for contents in page.select("nav.table_of_contents"):
        contents.decompose()
    for link in page.select("figure.image > a"):
        link.name = "span"  # it leads to the picture; to unwrap each would take time that grows with their square
    for box in page.select(".checkbox"):
        box.name = "span"
        box.string = "[x]" if "checkbox-on" in (box.get("class") or ()) else "[ ]"
    for icon in page.select("a > span.icon, td > span.icon"):
        icon.append(" ")
    for heading in page.select("summary[style]"):
        sizes = (name for size, name in _HEADINGS.items() if f"font-size:{size}" in str(heading["style"]))
        heading.name = next(sizes, heading.name)
    for callout in page.select("figure.callout"):
        _quote(callout)
    for bookmark in page.select("a.bookmark"):
        _name(bookmark)
    _join_lists(page)


def _quote(callout: Tag) -> None:
    """Makes a quotation of a call-out, with its icon before the first word."""
    callout.name = "blockquote"
    boxes = callout.find_all("div", recursive=False)
    if len(boxes) == 2 and (sign := boxes[0].get_text().strip()):
        first = next((child for child in boxes[1].children if isinstance(child, Tag) or str(child).strip()), None)
        (first if isinstance(first, Tag) and first.name == "p" else boxes[1]).insert(0, f"{sign} ")
        boxes[0].clear()


def _name(bookmark: Tag) -> None:
    """Makes the link of a bookmark that of its title, with its description below."""
    title, description = bookmark.select_one(".bookmark-title"), bookmark.select_one(".bookmark-description")
    texts = [part.get_text().strip() if part is not None else "" for part in (title, description)]
    bookmark.string = texts[0] or str(bookmark.get("href"))
    if texts[1] and bookmark.parent is not None:
        bookmark.insert_after(f"\n{texts[1]}")


def _join_lists(page: BeautifulSoup) -> None:
    """Joins the lists of one item each; a list of numbers that begins at 1 is another one."""
    joined: dict[int, Tag] = {}  # by the id of an emptied list: the one that has its items
    for items in page.find_all(["ul", "ol"]):
        before = items.previous_sibling
        if before is not None and not isinstance(before, Tag) and not str(before).strip():
            before = before.previous_sibling
        if not isinstance(before, Tag) or not items.get("class"):
            continue
        before = joined.get(id(before), before)
        follows = items.name == "ul" or items.get("start") not in (None, "1")
        if follows and (before.name, before.get("class")) == (items.name, items.get("class")):
            before.extend([*items.contents])
            items.name = "span"  # to take it out would take time that grows with the square of their number
            joined[id(items)] = before

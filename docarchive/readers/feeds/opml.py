"""The reader of OPML: outlines, mostly lists of feeds. One article a file: the list, with its links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape, escaped_line
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.html.xml import first, local, parse, text_of
from docarchive.readers.protocol import Source
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import without_empty
from docarchive.texts import one_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: A text is HTML, as outliners write it, if an element of a line ends in it.
_HTML: Final = re.compile(r"</(?:a|b|code|del|em|i|mark|mention|s|span|strong|time|u)\s*>|<br\s*/?>", re.IGNORECASE)
_SCHEMES: Final = ("http://", "https://", "feed:")


def load(source: Source) -> Article:
    """Makes an article of a list of outlines; raises ``ReaderError`` if that cannot be read."""
    root = parse(source)
    head, body = first(root, "head"), first(root, "body")
    lines: list[str] = []
    feeds: list[str] = []
    _add_outlines(body if body is not None else (), 0, lines, feeds)
    if not lines:
        raise ReaderError("there is no outline in it")
    metadata: dict[str, Any] = {
        "title": text_of(first(head, "title")),
        "date": text_of(first(head, "dateCreated")),
        "updated": text_of(first(head, "dateModified")),
        "authors": text_of(first(head, "ownerName")),
        "feeds": feeds,
    }
    return make_article(without_empty(metadata), "\n".join(lines).strip())


def _add_outlines(parent: Iterable[Element], depth: int, lines: list[str], feeds: list[str]) -> None:
    for item in parent:
        if local(item) != "outline":
            continue
        text = item.get("text") or item.get("title") or item.get("xmlUrl") or ""
        name = one_line(text)
        site, feed = (item.get("htmlUrl") or item.get("url") or "").strip(), (item.get("xmlUrl") or "").strip()
        entry = one_line(to_markdown(text)) if _HTML.search(text) and not (site or feed) else _link(name, site or feed)
        if feed and site:
            entry += f" ({_link('feed', feed)})"
        if feed:
            feeds.append(feed)
        indent = "  " * depth
        lines.append(f"{indent}- {_state(item)}{entry}")
        if note := (item.get("_note") or item.get("note") or item.get("description") or "").strip():
            lines.append("")
            note = to_markdown(note.replace("\n", "<br>")) if _HTML.search(note) else escape(note)
            lines += [f"{indent}  {line.strip()}".rstrip() for line in note.splitlines()]
            lines.append("")
        _add_outlines(item, depth + 1, lines, feeds)


def _state(item: Element) -> str:
    """Returns the check box of an outline that a program for tasks has checked."""
    done = item.get("_complete") == "true" or item.get("_status") == "checked"
    return "[x] " if done else "[ ] " if item.get("_status") == "unchecked" else ""


def _link(text: str, address: str) -> str:
    safe = address.lower().startswith(_SCHEMES) and not re.search(r"[\s<>]", address)
    return f"[{escaped_line(text or address)}](<{address}>)" if safe else escape(text)

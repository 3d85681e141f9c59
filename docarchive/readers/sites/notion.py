"""Pages that Notion exported as Markdown: a heading, the page's properties, one a line, and the text."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(r"(?:(?P<title>.*?)\s)?(?P<id>[0-9a-f]{32})(?P<suffix>\.\w+)")
_HEADING = re.compile(r"\ufeff?#[ \t]*(?P<title>[^\n]*)\n+")
_PROPERTY = re.compile(r"(?P<key>[^\s:#\-*>|`\[][^:\n]{0,79}):[ \t](?P<value>[^\n]*)(?:\n|\Z)")
_UNTITLED = "Untitled"


class Page(NamedTuple):
    """A page of Notion.

    Attributes:
        metadata: Its properties, and its id as ``guid``.
        body: The text, with its heading unless that is empty.
        name: The name of its file without the id.
    """

    metadata: dict[str, str]
    body: str
    name: str


def read_page(text: str, name: str) -> Page | None:
    """Reads a page; returns None if the file is not named as Notion names files, by title and id.

    Args:
        text: The whole text.
        name: The file's name.
    """
    named = _NAME.fullmatch(name)
    heading = _HEADING.match(text)
    if named is None or heading is None:
        return None
    properties: dict[str, str] = {}
    end = heading.end()
    while match := _PROPERTY.match(text, end):
        properties.setdefault(match["key"].strip(), match["value"].strip())
        end = match.end()
    if properties and text[end:].strip() and text[end] != "\n":
        properties, end = {}, heading.end()  # lines of the text, which happen to have colons
    title = heading["title"].strip()
    rest = text[end:].lstrip("\n") if properties or not title else text[heading.end() :]
    body = f"# {title}\n\n{rest}" if title else rest
    stem = named["title"] or ""
    metadata = {**properties, "guid": f"notion:{named['id']}"}
    return Page(metadata, body, f"{'' if stem == _UNTITLED else stem}{named['suffix']}")

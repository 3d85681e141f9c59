"""Reading: the tools that return texts: of an article, by parts, and what changed between its versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from docarchive.errors import UsageError
from docarchive.mcp.cutting import after, clipped, position
from docarchive.mcp.limits import MOST, Answer, fitted, shortened, size

if TYPE_CHECKING:
    from docarchive import Archive, Article

#: The metadata that goes with the first part of a text.
_SHOWN: Final = ("summary", "authors", "source", "url", "language", "tags", "places", "people", "organizations")
_LINE: Final = 300
#: How many tokens of metadata there is always room for.
_METADATA: Final = 100
SCHEME: Final = "docarchive://"


def get(archive: Archive, given: dict[str, Any]) -> Answer:
    """Returns a part of an article's text."""
    article = archive.get(given["id"], version=given["version"])
    return part(article, given["start"], given["max_tokens"]) | {"version": given["version"]}


def part(article: Article, start: int, most: int) -> Answer:
    """Returns the part of an article's text that begins at a position, with what it says of itself.

    Raises:
        UsageError: The text ends before it.
    """
    length = len(article.body)
    if start > length:
        raise UsageError(f"the text has only {length:,} characters; start must be {length:,} or less")
    answer: Answer = {
        "id": article.id,
        "title": clipped(article.title, 120),
        "date": str(article.date) if article.date else None,
        "version": 0,
        "original": article.original,
        "uri": f"{SCHEME}{article.id}",
        "start": start,
        "end": length,
        "length": length,
        "next_start": length,
        "text": "",
    }
    answer = shortened(answer, most)
    if not start and (metadata := _metadata(article.metadata())):
        answer["metadata"] = shortened(metadata, max(most // 2 - size(answer), _METADATA))
        if answer["metadata"] != metadata:
            answer["metadata_shortened"] = True
    text = clipped(article.body[start : start + most], most - size(answer) - 20)  # for longer numbers
    end = start + len(text)
    return {**answer, "end": end, "next_start": end if end < length else None, "text": text}


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {key: metadata[key] for key in _SHOWN if metadata.get(key)}


def versions(archive: Archive, given: dict[str, Any]) -> Answer:
    """Lists versions, or returns what differs between two."""
    start, most = position(given), given["max_tokens"]
    if "a" in given:
        diff = archive.diff(given["id"], given["a"], given["b"])
        lines = diff.unified().splitlines()
        head: Answer = {"id": diff.id, "a": diff.a, "b": diff.b, "differs": diff.differs}
        items = ({"line": clipped(line, _LINE)} for line in lines[start : start + MOST])
        return fitted(head, "lines", items, most, after(start, len(lines)))
    listed = archive.versions(given["id"])
    rows = (
        {
            "version": own.number,
            "current": own.current,
            "written": own.written,
            "changed": [clipped(key, 40) for key in own.keys[:8]],
            "added_lines": own.added,
            "removed_lines": own.removed,
            **({"fault": clipped(own.fault, _LINE)} if own.fault else {}),
        }
        for own in listed[start:]
    )
    head = {"id": listed[0].id if listed else given["id"]}
    return fitted(head, "versions", rows, most, after(start, len(listed)))

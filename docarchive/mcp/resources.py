"""Resources and prompts: articles by their addresses, and what a person can have an assistant do with an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

from docarchive.errors import NotFoundError, UsageError
from docarchive.mcp.cutting import after, clipped, position
from docarchive.mcp.limits import MOST, fitted, size
from docarchive.mcp.reading import SCHEME, part
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive import Archive

_MARKDOWN: Final = "text/markdown"
_PAGE: Final = 50
#: What the answer has besides the text: addresses and keys.
_ROOM: Final = 1_000

TEMPLATE: Final = {
    "uriTemplate": SCHEME + "{id}{?start}",
    "name": "article",
    "title": "An article",
    "description": "The text of an article, by its id or a prefix of it; long ones in parts, from character start on.",
    "mimeType": _MARKDOWN,
}
#: The prompts: their titles and descriptions, their argument with its description, and their text.
_PROMPTS: Final = {
    "check_quotes": (
        "Check the quotes in a text",
        "text",
        "The text, or where it is.",
        "Check every quotation in the text below with the tool quote, one call for each. For each, say whether it is "
        "word for word, changed or not in the archive; name the article by title, date and id; and list every "
        "difference. Do not correct the text.\n\n{value}",
    ),
    "background": (
        "Background on a topic",
        "topic",
        "The topic or question.",
        "Find out what the archive says of this: {value}\n\nStart with list_fields and count with the facet year, then "
        "search in several ways, and read the best articles with get. Say only what articles say, with the title, date "
        "and id of each. Check whatever you quote with the tool quote. Say what the archive does not cover.",
    ),
}


def listed(archive: Archive, given: dict[str, Any]) -> dict[str, Any]:
    """Returns the resources, the newest articles first."""
    start = position(given)
    rows = archive.list(limit=_PAGE, offset=start, keys=["title"])
    items = (
        {
            "uri": SCHEME + quote(row.id, safe=""),
            "name": clipped(row.id, 200),
            "title": clipped(str(row.metadata.get("title", "")), 120),
            "mimeType": _MARKDOWN,
        }
        for row in rows
    )
    answer = fitted({}, "resources", items, MOST, after(start, len(archive)))
    cursor = answer.pop("cursor")
    return {**answer, "nextCursor": cursor} if cursor else answer


def read(archive: Archive, uri: str) -> dict[str, Any]:
    """Returns the contents of a resource: a part of an article, with the address of the next one.

    Raises:
        NotFoundError: There is no such article.
        UsageError: It is no address of an article.
    """
    address = urlsplit(uri)
    id_ = unquote(address.netloc + address.path)
    start = address.query.removeprefix("start=") or "0"
    if f"{address.scheme}://" != SCHEME or not id_ or not (start.isascii() and start.isdecimal() and len(start) < 12):
        raise NotFoundError(f"{shorten(repr(uri))} is no article's address; one is {SCHEME}ID")
    if len(id_) > 200:
        raise UsageError("the id is too long")
    article = archive.get(id_)
    shown = part(article, int(start), MOST - _ROOM)
    contents: dict[str, Any] = {"uri": clipped(uri, 300), "mimeType": _MARKDOWN, "text": shown["text"]}
    places = {"start": shown["start"], "end": shown["end"], "length": shown["length"]}
    if shown["next_start"] is not None:
        places["next"] = f"{SCHEME}{quote(article.id, safe='')}?start={shown['next_start']}"
    contents["_meta"] = {f"docarchive/{name}": value for name, value in places.items()}
    return {"contents": [contents]}


def prompts() -> dict[str, Any]:
    """Returns the prompts as clients list them."""
    listed_ = [
        {
            "name": name,
            "title": title,
            "arguments": [{"name": argument, "description": description, "required": True}],
        }
        for name, (title, argument, description, _) in _PROMPTS.items()
    ]
    return {"prompts": listed_}


def prompt(name: Any, arguments: Any) -> dict[str, Any]:
    """Returns a prompt with its argument.

    Raises:
        UsageError: There is no such prompt, or its argument is missing or too long.
    """
    if not isinstance(name, str) or name not in _PROMPTS:
        raise UsageError(f"there is no prompt {shorten(repr(name))}; there are {' and '.join(_PROMPTS)}")
    title, argument, _, words = _PROMPTS[name]
    value = arguments.get(argument) if isinstance(arguments, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"the prompt {name} needs {argument}")
    message = {"role": "user", "content": {"type": "text", "text": words.format(value=value)}}
    if size(message) > MOST:
        raise UsageError(f"{argument} is too long for a prompt")
    return {"description": title, "messages": [message]}

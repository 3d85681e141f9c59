"""The text of a record that another program wrote: its names, and what is said if no key has one of them.

Tables know these names too (``readers.tables.columns``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.errors import ArticleError
from docarchive.readers.html.to_markdown import to_line, to_markdown
from docarchive.readers.values.cells import is_html

#: Names of the text in lower case without spaces and signs, in the order in which they are asked: what keeps more of
#: the text's structure is before what keeps less.
TEXT_NAMES: Final = (
    *("body", "content", "text", "markdown", "md", "html", "fulltext", "bodymarkdown", "bodyhtml", "bodyxhtml"),
    *("contentmarkdown", "contenthtml", "contentencoded", "bodytext", "contenttext", "plaintext", "rawtext"),
    *("textcontent", "articletext", "articlebody", "maintext", "story", "transcript", "article", "message"),
)
_SIGNS: Final = re.compile(r"[\W_]+")
#: Where the API of WordPress has HTML.
_RENDERED: Final = "rendered"
_LISTED: Final = 20
_DEPTH: Final = 4


def letters_of(name: str) -> str:
    """Returns a name in lower case, without spaces and signs."""
    return _SIGNS.sub("", name.casefold())


def with_text(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a record with its text under a key that articles have; one whose text has such a key already unchanged.

    Raises:
        ArticleError: There is a title, no text, and a key that no article has and that may hold the text.
        ReaderError: The text is HTML that cannot be read.
    """
    if any(_is_rendered(value) for value in record.values()):
        record = {key: _rendered(key, value) for key, value in record.items()}
    if any(record[key] for key in record if key.lower() in keys.BODY_KEYS):
        return record
    names: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, str) and value.strip():
            names.setdefault(letters_of(key), key)
    if text_key := next((names[name] for name in TEXT_NAMES if name in names), None):
        text = record[text_key]
        body = to_markdown(text) if "html" in text_key.lower() or is_html(text) else text
        return {**{key: value for key, value in record.items() if key != text_key}, "body": body}
    if unknown := [*dict.fromkeys(_keys_of_texts(record))]:
        more = f" and {len(unknown) - _LISTED} more" if len(unknown) > _LISTED else ""
        raise ArticleError(
            "body",
            f"no known key has the text; name it with --map body=KEY, or use --map title=KEY if there is no "
            f"text. Keys with text: {', '.join(unknown[:_LISTED])}{more}",
        )
    return record


def _is_rendered(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get(_RENDERED), str)


def _rendered(key: str, value: Any) -> Any:
    """Returns the text of an object such as ``{"rendered": "<p>…</p>"}``; any other value unchanged."""
    if not _is_rendered(value):
        return value
    is_text = keys.canonical(key) == "summary" or key.lower() in keys.BODY_KEYS
    return to_markdown(value[_RENDERED]) if is_text else to_line(value[_RENDERED])


def _keys_of_texts(record: Mapping[str, Any], prefix: str = "", depth: int = _DEPTH) -> Iterator[str]:
    """Yields the paths of strings of several words under keys that no article has."""
    for key, value in record.items():
        if keys.canonical(key) is not None and not prefix:
            continue
        if isinstance(value, str) and len(value.split(None, 1)) > 1:
            yield prefix + key
        elif isinstance(value, dict) and depth > 1:
            yield from _keys_of_texts(value, f"{prefix}{key}.", depth - 1)
        elif isinstance(value, list) and depth > 1:
            objects = [item for item in value[:_LISTED] if isinstance(item, dict)]
            for number, item in enumerate(objects[:1]):
                yield from _keys_of_texts(item, f"{prefix}{key}.{number}.", depth - 1)
            if any(isinstance(item, str) and len(item.split(None, 3)) > 3 for item in value[:_LISTED]):
                yield prefix + key

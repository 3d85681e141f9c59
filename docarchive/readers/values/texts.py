"""The text of a record that another program wrote: its names, and what is said if no key has one of them.

Tables know these names too (``readers.tables.columns``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from docarchive import keys
from docarchive.errors import ArticleError
from docarchive.readers.html.to_markdown import to_line, to_markdown, to_text
from docarchive.readers.values.cells import is_html
from docarchive.texts import WRAPPED, shorten

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
_DEPTH: Final = 12
#: Values of one record that are looked at for texts.
_VISITED: Final = 1_000
#: Characters of a text in which words are looked for.
_LOOKED_AT: Final = 10_000
#: Words of scripts without spaces: Thai to Khmer, kana, Chinese signs.
_SPACELESS: Final = re.compile(f"[{WRAPPED}]{{6}}")


def letters_of(name: str) -> str:
    """Returns a name in lower case, without spaces and signs."""
    return _SIGNS.sub("", name.casefold())


def with_text(record: Mapping[str, Any], advice: Callable[[Mapping[str, Any]], str] | None = None) -> Mapping[str, Any]:
    """Returns a record with its text under a key that articles have; one whose text has such a key already unchanged.

    Args:
        record: The record.
        advice: Returns the options that read a list of articles in a record, for the message that refuses it.

    Raises:
        ArticleError: There is a title, no text, and a key that no article has and that may hold the text.
        ReaderError: The text is HTML that cannot be read.
    """
    if any(isinstance(value, dict) for value in record.values()):
        record = _without_objects(record)
    for key in record:
        if key.lower() in keys.BODY_KEYS and has_letters(value := record[key]):
            if isinstance(value, list) and all(isinstance(paragraph, str) for paragraph in value):
                return {**record, key: "\n\n".join(value)}
            return without_html(record)
    names: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, str) and value.strip():
            names.setdefault(letters_of(key), key)
    if text_key := next((names[name] for name in TEXT_NAMES if name in names), None):
        text = record[text_key]
        body = to_markdown(text, base=_url_of(record)) if "html" in text_key.lower() or is_html(text) else text
        return {**{key: value for key, value in record.items() if key != text_key}, "body": body}
    refuse_unknown(record, advice)
    return record


def without_html(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a record with the text under a key that may hold text or HTML as Markdown, if it looks like HTML.

    Raises:
        ReaderError: It is HTML that cannot be read.
    """
    pages = [key for key, text in record.items() if _may_be_html(key) and isinstance(text, str) and is_html(text)]
    return {**record, **{key: to_markdown(record[key], base=_url_of(record)) for key in pages}} if pages else record


def _may_be_html(key: str) -> bool:
    return key.lower() in keys.BODY_KEYS and key.lower() not in ("content_text", "markdown")


def refuse_unknown(
    record: Mapping[str, Any],
    advice: Callable[[Mapping[str, Any]], str] | None = None,
    known: Collection[str] = (),
) -> None:
    """Refuses a record without a text of which the words may be under keys that no article has.

    Args:
        record: The record.
        advice: As for ``with_text``.
        known: Keys of the record's format, which have no text.

    Raises:
        ArticleError: There are such keys; it names them, and how to say which one has the text.
    """
    if known:
        record = {key: value for key, value in record.items() if key not in known}
    if unknown := [*dict.fromkeys(_keys_of_texts(record))]:
        more = f" and {len(unknown) - _LISTED} more" if len(unknown) > _LISTED else ""
        lists = advice(record) if advice else ""
        name = f". If the articles are in a list, read it with {lists}; else name the text" if lists else "; name it"
        raise ArticleError(
            "body",
            f"no known key has the text{name} with --map body=KEY, or use --map title=KEY if there is no "
            f"text. Keys with text: {', '.join(shorten(key) for key in unknown[:_LISTED])}{more}",
        )


def has_letters(value: object) -> bool:
    """Returns whether a value is something other than an empty text."""
    return bool(value.strip() if isinstance(value, str) else value)


def _without_objects(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a record whose text, title and summary are no objects, such as ``{"rendered": "<p>…</p>"}``.

    What else such an object has is set aside. A summary in an object is the text if there is no other (Google Reader).
    """
    from docarchive.readers.values.reserved_keys import set_aside

    changed = dict(record)
    for written, inner in record.items():
        inner_text = _inner_text(written, inner) if isinstance(inner, dict) else None
        if inner_text is None:
            continue
        key, (name, text) = written, inner_text
        is_summary = keys.canonical(key) == "summary"
        is_body = key.lower() in keys.BODY_KEYS
        if is_summary and name != _RENDERED and not any(other.lower() in keys.BODY_KEYS for other in record):
            del changed[key]
            key, is_body = "body", True
        if is_body:
            changed[key] = to_markdown(text, base=_url_of(record)) if name == _RENDERED or is_html(text) else text
        else:
            changed[key] = to_text(text) if is_summary else to_line(text)
        rest = {other: value for other, value in inner.items() if other != name}
        if rest and name != _RENDERED:
            set_aside(changed, written, rest)
    return changed


def _inner_text(key: str, value: Mapping[str, Any]) -> tuple[str, str] | None:
    """Returns the name and the text of what an object is for; None if it has none."""
    if isinstance(text := value.get(_RENDERED), str):
        return _RENDERED, text
    if key.lower() not in keys.BODY_KEYS and keys.canonical(key) not in ("title", "summary"):
        return None
    named = {letters_of(name): (name, text) for name, text in value.items() if isinstance(text, str) and text.strip()}
    return next((named[name] for name in (*TEXT_NAMES, "value") if name in named), None)


def _url_of(record: Mapping[str, Any]) -> str:
    url = next((value for key, value in record.items() if keys.canonical(key) == "url"), "")
    return url if isinstance(url, str) else ""


def _keys_of_texts(record: Mapping[str, Any]) -> Iterator[str]:
    """Yields the paths of texts of several words under keys that no article has, as ``--map`` takes them."""
    waiting = [(key, value, 1) for key, value in reversed([*record.items()]) if keys.canonical(key) is None]
    for _ in range(_VISITED):
        if not waiting:
            return
        path, value, depth = waiting.pop()
        if isinstance(value, str):
            if _has_words(value):
                yield path
        elif depth > _DEPTH:
            continue
        elif isinstance(value, Mapping):
            waiting += [(f"{path}.{key}", item, depth + 1) for key, item in reversed([*value.items()])]
        elif isinstance(value, list):
            items = value[:_LISTED]
            if any(_has_words(item) for item in items if isinstance(item, str)):
                yield path
            nested = [(f"{path}.{number}", item, depth + 1) for number, item in enumerate(items)]
            waiting += [(name, item, level) for name, item, level in reversed(nested) if not isinstance(item, str)][-2:]


def _has_words(text: str) -> bool:
    """Returns whether a text is of several words with letters, or signs of a script without spaces; not a time."""
    words = (word for word in text[:_LOOKED_AT].split() if any(map(str.isalpha, word)))
    return len([*islice(words, 2)]) > 1 or _SPACELESS.search(text) is not None

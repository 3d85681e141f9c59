"""Annotations: notes on an article, and passages of it that a reader has marked.

Owns their fields and their plain form, which is what files, JSON and tables have. What an object has besides these
fields is kept. Not useful for finding a passage in a text: that is ``writers.pages.marks``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from docarchive.article.plain import Literal
from docarchive.dates import PartialDate
from docarchive.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """A note on an article.

    Attributes:
        text: What it says, as Markdown.
        created: When it was written.
        extra: All other keys, with plain values.
    """

    text: str
    created: PartialDate | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Returns the note as an object of plain values; fields without a value are left out."""
        return _plain(self, ("text", "created"))


@dataclass(frozen=True, slots=True)
class Highlight:
    """A passage that a reader has marked, as the TextQuoteSelector of W3C's Web Annotation describes it.

    Attributes:
        text: The passage as it is read: without markup, with single spaces.
        note: A note on it.
        color: The colour of the mark.
        created: When it was marked.
        prefix: What comes before it, to find it where the text has the passage several times.
        suffix: What follows it.
        extra: All other keys, such as ``page``, with plain values.
    """

    text: str
    note: str = ""
    color: str = ""
    created: PartialDate | None = None
    prefix: str = ""
    suffix: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Returns the highlight as an object of plain values; fields without a value are left out."""
        return _plain(self, ("text", "note", "color", "created", "prefix", "suffix"))


def plain_of(item: Note | Highlight) -> Any:
    """Returns a note or highlight as an object; what a program has put in its place, such as a text, is not changed."""
    return item.to_dict() if isinstance(item, Note | Highlight) else item


def _plain(item: Note | Highlight, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in names}
    plain = {name: Literal(value) if name == "created" else value for name, value in values.items() if value}
    return {**plain, **item.extra}


def read_notes(value: Any) -> list[Note]:
    """Returns the notes in a plain value: a text, an object, or a list of them. Nothing in it is lost."""
    return [Note(**_fields(item, ("text",))) for item in _items(value)]


def read_highlights(value: Any) -> list[Highlight]:
    """Returns the highlights in a plain value: a text, an object, or a list of them. Nothing in it is lost."""
    return [Highlight(**_fields(item, ("text", "note", "color", "prefix", "suffix"))) for item in _items(value)]


#: What reads the values of a key.
READ: Final[Mapping[str, Callable[[Any], list[Any]]]] = {"highlights": read_highlights, "notes": read_notes}


def _items(value: Any) -> list[Any]:
    return [item for item in (value if isinstance(value, list) else [value]) if item not in (None, "", {}, [])]


def _fields(item: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Returns the fields of an item by name. Values of another type than their field's are in ``extra``."""
    if not isinstance(item, dict):
        return {"text": item if isinstance(item, str) else str(item)}
    texts = {name: item[name] for name in names if item.get(name) and isinstance(item[name], str)}
    date = _date(item.get("created"))
    fields: dict[str, Any] = {**texts, "created": date} if date else dict(texts)
    return {"text": "", **fields, "extra": {key: value for key, value in item.items() if key not in fields}}


def _date(value: Any) -> PartialDate | None:
    """Returns a date that is written as docarchive writes it; None for another value, which stays as it is."""
    if not isinstance(value, str | int):
        return None
    try:
        date = PartialDate(str(value))
    except ValueError:
        return None
    return date if date.text == str(value) else None

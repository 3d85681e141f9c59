"""The reader of CSL-JSON, the format of Zotero and citation processors: one article an item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.formats.bibliography import CITATION_KEY, CSL, EDITORS, ENTRY_TYPE
from docarchive.readers.bibliography.reference import date_of, name_of, reference
from docarchive.readers.json.json import item_records, read_json
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.untyped import as_text, objects_in, without_empty

_READ_KEYS: Final = (
    *("title", "author", "editor", "issued", "container-title", "publisher", "DOI", "URL"),
    *("abstract", "note", "keyword", "language", "type", "id"),
)
_KEYS: Final = {name: key for key, name in CSL.items()}
_PARTS_OF_NAMES: Final = ("given", "non-dropping-particle", "family", "suffix")


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the items of a file, with their numbers as locations."""
    value = read_json(source)
    if isinstance(value, dict) and isinstance(value.get("message"), dict):
        value = value["message"]  # Crossref's responses
    items = value if isinstance(value, list) else value.get("items", [value]) if isinstance(value, dict) else []
    yield from item_records(items, _read_item)


def _read_item(item: Mapping[str, Any]) -> Article:
    container, publisher = _text(item.get("container-title")), _text(item.get("publisher"))
    metadata: dict[str, Any] = {
        "title": _text(item.get("title")) or _text(item.get("title-short")) or _text(item.get("container-title")),
        "authors": _names(item.get("author")),
        EDITORS: _names(item.get("editor")),
        "date": _date(item.get("issued")),
        "date_as_written": _range(item.get("issued")),
        "source": container or publisher,
        "publisher": publisher if container else "",
        "doi": _text(item.get("DOI")),
        "url": _text(item.get("URL")),
        "tags": [tag.strip() for tag in re.split("[,;]", _text(item.get("keyword"))) if tag.strip()],
        "language": _text(item.get("language")),
        ENTRY_TYPE: _text(item.get("type")),
        CITATION_KEY: str(item.get("citation-key") or item.get("id") or ""),
    }
    rest = {
        _KEYS.get(key) or key.lower().replace("-", "_"): stated
        for key, value in item.items()
        if key not in _READ_KEYS and (stated := _stated(value)) not in ("", None, [])
    }
    texts = [_text(item.get("abstract")), _text(item.get("note"))]
    return reference({**rest, **without_empty(metadata)}, [t for t in texts if t])


def _text(value: object) -> str:
    return as_text(value[0] if isinstance(value, list) and value else value)


def _stated(value: object) -> Any:
    """Returns a value of any other key: a text, a number, a date, names, or a list of texts."""
    if isinstance(value, dict):
        return str(_range(value) or _date(value) or "")
    if isinstance(value, list):
        return _names(value) or [text for text in value if isinstance(text, str) and text]
    return value if isinstance(value, str | int | float) else None


def _names(value: object) -> list[str]:
    return [name for person in objects_in(value) if (name := _text(person.get("literal")) or _name(person))]


def _name(person: Mapping[str, Any]) -> str:
    given, particle, family, suffix = (_text(person.get(part)) for part in _PARTS_OF_NAMES)
    return name_of(given, f"{particle} {family}".strip(), suffix)


def _range(value: object) -> str:
    """Returns a date that is two days or months, ``2020-01/2020-02``; empty for any other."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    if not isinstance(parts, list) or len(parts) != 2 or not all(isinstance(part, list) for part in parts):
        return ""
    days = [date_of(*part[:3]) if part else None for part in parts]
    return "/".join(day.text for day in days if day) if all(days) else ""


def _date(value: object) -> PartialDate | str | int | None:
    """Returns a date, or what can only be kept as it is written."""
    if not isinstance(value, dict):
        return value if isinstance(value, int) else _text(value) or None
    parts = value.get("date-parts")
    parts = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else parts
    numbers = parts[:3] if isinstance(parts, list) else []
    date = date_of(*numbers) if numbers else None
    written = _text(value.get("raw")) or _text(value.get("literal"))
    return date or written or "-".join(str(number) for number in numbers if number) or None

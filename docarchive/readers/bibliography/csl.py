"""The reader of CSL-JSON, the form in which Zotero and citation processors keep references: one article an item."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.formats.bibliography import CITATION_KEY, CSL, EDITORS, ENTRY_TYPE
from docarchive.readers.bibliography.reference import date_of, reference
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.json.jsonl import BOM, parse_json
from docarchive.readers.protocol import Reader, Record, Refusal, Source

_KINDS = re.compile(
    rb'"type"\s*:\s*"(?:article(?:-journal|-magazine|-newspaper)?|book|chapter|paper-conference|thesis|report|webpage'
    rb"|post-weblog|manuscript|patent|entry(?:-encyclopedia|-dictionary)?|review|speech|dataset|interview|legislation"
    rb'|journal-article|proceedings-article|book-chapter|posted-content|monograph|dissertation)"'  # as Crossref says
)
_MARKS = re.compile(rb'"(?:issued|container-title|citation-key|date-parts|publisher-place)"\s*:')
_USED: Final = (
    *("title", "author", "editor", "issued", "container-title", "publisher", "DOI", "URL"),
    *("abstract", "note", "keyword", "language", "type", "id"),
)
_KEYS: Final = {name: key for key, name in CSL.items()}
_PARTS: Final = ("given", "non-dropping-particle", "family", "suffix")


class CslReader(Reader):
    """Reads each item of a file."""

    name = "csl-json"
    summary = "bibliographies in CSL-JSON"
    suffixes = (".json", ".csljson")
    version = 2

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        start = head.removeprefix(BOM).lstrip()
        return start.startswith((b"[", b"{")) and _KINDS.search(start) is not None and _MARKS.search(start) is not None

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``; the place is the item's number."""
        with source.open() as file:
            data = file.read(MAX_SIZE + 1)
        if len(data) > MAX_SIZE:
            raise ReaderError(f"the file is larger than {MAX_SIZE // 1_000_000} MB")
        found = parse_json(data.removeprefix(BOM))
        if isinstance(found, dict) and isinstance(found.get("message"), dict):
            found = found["message"]  # Crossref's answers
        items = found if isinstance(found, list) else found.get("items", [found]) if isinstance(found, dict) else []
        for number, item in enumerate(items, start=1):
            raw = json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")
            if isinstance(item, dict):
                yield Record(f"item {number}", raw, partial(read_item, item))
            else:
                yield Refusal(f"item {number}", raw, "the item is no JSON object")


def read_item(item: Mapping[str, Any]) -> Article:
    """Makes an article of an item.

    Raises:
        ReaderError: It has neither title nor abstract.
        ArticleError: A value in it is not valid.
    """
    metadata: dict[str, Any] = {
        "title": _text(item.get("title")),
        "authors": _names(item.get("author")),
        EDITORS: _names(item.get("editor")),
        "date": _date(item.get("issued")),
        "source": _text(item.get("container-title")) or _text(item.get("publisher")),
        "doi": _text(item.get("DOI")),
        "url": _text(item.get("URL")),
        "tags": [tag.strip() for tag in re.split("[,;]", _text(item.get("keyword"))) if tag.strip()],
        "language": _text(item.get("language")),
        ENTRY_TYPE: _text(item.get("type")),
        CITATION_KEY: str(item.get("citation-key") or item.get("id") or ""),
    }
    rest = {
        _KEYS.get(key) or key.lower().replace("-", "_"): value
        for key, value in item.items()
        if key not in _USED and isinstance(value, str | int | float) and value != ""
    }
    texts = [_text(item.get("abstract")), _text(item.get("note"))]
    return reference({**rest, **{key: value for key, value in metadata.items() if value}}, [t for t in texts if t])


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value.strip() if isinstance(value, str) else ""


def _names(value: object) -> list[str]:
    people = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    names = (
        _text(each.get("literal")) or " ".join(filter(None, (_text(each.get(part)) for part in _PARTS)))
        for each in people
    )
    return [name for name in names if name]


def _date(value: object) -> PartialDate | str | None:
    if not isinstance(value, dict):
        return _text(value) or None
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        return date_of(*parts[0][:3])
    return _text(value.get("raw")) or _text(value.get("literal")) or None

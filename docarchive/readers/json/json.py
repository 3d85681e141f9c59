"""The reader of JSON: one article, a list of articles, or an object that holds such a list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.errors import ReaderError
from docarchive.readers.json.jsonl import BOM, parse_json, read_record
from docarchive.readers.protocol import ReadOptions, Record, Refusal, Source

#: A JSON file is read as a whole; larger ones should be JSON Lines.
MAX_SIZE: Final = 100_000_000

# json.dumps would make an encoder for every item
_compact: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each article of a file, which is read as a whole."""
    if source.size > MAX_SIZE:
        raise ReaderError(f"the file is larger than {MAX_SIZE // 1_000_000} MB; make it JSON Lines, one article a line")
    with source.open() as file:
        value = parse_json(file.read().removeprefix(BOM))
    if isinstance(value, dict) and isinstance(value.get("articles"), list):
        value = value["articles"]
    mapping = _mapping(value, source.options) if source.options.mapping else {}
    if isinstance(value, list):
        if not value:
            raise ReaderError("there is no article in it; the list is empty")
        if not any(isinstance(item, dict) for item in value):
            raise ReaderError(f"a list of JSON objects is wanted, and none of its {len(value):,} items is one")
        for number, item in enumerate(value, start=1):
            yield Record(f"item {number}", item_bytes(item), partial(read_record, item, mapping))
    else:
        yield Record("", None, partial(read_record, value, mapping))


def _mapping(value: Any, options: ReadOptions) -> Mapping[str, str]:
    from docarchive.readers.values.mapping import applicable_mapping

    return applicable_mapping(value if isinstance(value, list) else [value], options)


def item_bytes(item: Any) -> bytes:
    """Returns bytes for one item of a file, the same however its white space is."""
    return _compact(item).encode()

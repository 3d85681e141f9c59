"""JSON and JSON Lines."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.lazy_reader import LazyReader

#: Bytes of a head from which its JSON may be cut off.
_LONG: Final = 32_768
#: Bytes of a first line from which it is not parsed.
_LONG_LINE: Final = 65_536


def start_of(head: bytes) -> bytes:
    """Returns the first bytes of a text without a byte order mark and the white space before it."""
    return head.removeprefix(BOM_UTF8).lstrip()


def has_keys(head: bytes, *keys: str) -> bool:
    """Returns whether all of these keys (regular expressions) are in the beginning of a JSON text."""
    return all(re.search(rf'"{key}"\s*:'.encode(), head) for key in keys)


def _is_json_lines(head: bytes) -> bool:
    """Returns whether the first line is a JSON object by itself, and there is a second line."""
    first, newline, rest = start_of(head).partition(b"\n")
    if not newline or not rest.strip() or not first.startswith(b"{"):
        return False
    if len(first) >= _LONG_LINE:  # a line that ends an object before another one begins: no JSON, so no need to parse
        return first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
    from docarchive.readers.json.jsonl import parse_json

    try:
        return isinstance(parse_json(first), dict)
    except ReaderError:
        return False


def _is_json(head: bytes) -> bool:
    """Returns whether it is a whole JSON object or list of objects, or the beginning of a long one."""
    text = start_of(head).rstrip()
    if not text.startswith((b"{", b"[")):
        return False
    if len(head) >= _LONG and re.match(rb'(?:\[\s*)?\{\s*"', text):
        return True
    from docarchive.readers.json.jsonl import parse_json

    try:
        value = parse_json(text)
    except ReaderError:
        return False
    return isinstance(value, dict) or (bool(value) and all(isinstance(item, dict) for item in value))


#: In the order in which they are asked.
READERS: Final = (
    LazyReader(
        "jsonl",
        "JSON Lines, one article per line",
        (".jsonl", ".ndjson", ".jsonlines"),
        "json.jsonl:records",
        _is_json_lines,
        by_name=True,
        version=3,
    ),
    LazyReader("json", "JSON, one article or a list of articles", (".json",), "json.json:records", _is_json, version=3),
)

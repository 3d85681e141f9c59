"""The reader of JSON: one article, a list of articles, or an object that holds such a list.

Readers of formats in JSON share how a file is read, and the records of its items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE as MAX_ARTICLE
from docarchive.readers.json.jsonl import BOM, item_bytes, parse_json, read_record
from docarchive.readers.json.nested_lists import ARTICLES, has_list, items_at, named_list
from docarchive.readers.protocol import ReadOptions, Record, Refusal, Skip, Source

Item = Mapping[str, Any]

#: A JSON file is read as a whole; larger ones should be JSON Lines.
MAX_SIZE: Final = 100_000_000
#: The file in a TextBundle, a folder or ZIP file with a note and its pictures, that says what the note is.
_BUNDLE: Final = "info.json"
_TYPES_OF_BUNDLES: Final = ("net.daringfireball.markdown", "public.plain-text")


def records(source: Source) -> Iterator[Record | Refusal | Skip]:
    """Yields each article of a file, which is read as a whole."""
    value = read_json(source, limit=MAX_SIZE, advice="; convert it to JSON Lines, one article per line")
    if source.name == _BUNDLE and isinstance(value, dict) and value.get("type") in _TYPES_OF_BUNDLES:
        yield Skip("", "what is said of a TextBundle")
        return
    path, options = named_list(source.options)
    if path and (has_list(value, path) or ARTICLES not in options.optional):
        value = items_at(value, path)
    elif isinstance(value, dict) and isinstance(value.get(ARTICLES), list):
        value = value[ARTICLES]
    mapping = _mapping(value, options) if options.mapping else {}
    if isinstance(value, list):
        if not value:
            raise ReaderError("there is no article in it; the list is empty")
        if not any(isinstance(item, dict) for item in value):
            raise ReaderError("no item of the list is a JSON object")
        for number, item in enumerate(value, start=1):
            yield Record(f"item {number}", item_bytes(item), partial(read_record, item, mapping))
    else:
        yield Record("", None, partial(read_record, value, mapping))


def _mapping(value: Any, options: ReadOptions) -> Mapping[str, str]:
    from docarchive.readers.values.mapping import applicable_mapping

    return applicable_mapping(value if isinstance(value, list) else [value], options)


def read_json(source: Source, what: str = "file", limit: int = MAX_ARTICLE, advice: str = "") -> Any:
    """Reads and parses a JSON file; the arguments are those of ``Source.read``.

    Raises:
        ReaderError: The file is larger than the limit, or not valid JSON.
    """
    return parse_json(source.read(limit, what, advice).removeprefix(BOM))


def item_records(
    items: Iterable[object],
    read: Callable[..., Article],
    attached: Callable[[Item], tuple[bytes, ...]] = lambda _: (),
    prefix: str = "item ",
) -> Iterator[Record | Refusal]:
    """Yields a record for each JSON object of a list, and a refusal for each other value.

    Args:
        items: The values of the list.
        read: A function of a module that makes an article of an item and of its attached bytes.
        attached: Returns the bytes of other files that belong to an item; they are part of its record.
        prefix: What the location of an item has before its number.
    """
    for number, item in enumerate(items, start=1):
        location, raw = f"{prefix}{number}", item_bytes(item)
        if isinstance(item, dict):
            files = attached(item)
            yield Record(location, b"".join((raw, *files)), partial(read, item, *files))
        else:
            yield Refusal(location, raw, "the item is not a JSON object")

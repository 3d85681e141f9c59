"""What readers of JSON formats share: reading a whole file, and the records of its items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from docarchive.article import Article
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.json.json import item_bytes
from docarchive.readers.json.jsonl import BOM, parse_json
from docarchive.readers.protocol import Record, Refusal, Source

Item = Mapping[str, Any]


def read_json(source: Source, what: str = "file", limit: int = MAX_SIZE, advice: str = "") -> Any:
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

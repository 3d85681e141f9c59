"""The reader of JSON Lines: one article a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.encoding.lines import lines_of
from docarchive.readers.json.nested_lists import ARTICLES, has_list, items_at, named_list, no_list, suggestion
from docarchive.readers.json.wordpress_api import is_post, with_names
from docarchive.readers.protocol import ReadOptions, Record, Refusal, Source
from docarchive.readers.values.reserved_keys import is_own_record, make_record_article
from docarchive.texts import shorten

BOM: Final = b"\xef\xbb\xbf"

#: JSON with more brackets and commas is refused before it is parsed: a few bytes may take hundreds of bytes of memory.
MAX_SIGNS: Final = 8_000_000

#: How many lines are searched for the paths that the user names.
_LINES: Final = 100
#: Titles that programs write for no title.
_NO_TITLES: Final = ("None", "null", "nan", "NaN", "undefined")
# json.dumps would make an encoder for every item
_compact: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_AS_NAMED: Final[Mapping[str, str]] = MappingProxyType({})


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each line of a file; a bad line is refused, and the others are read."""
    path, options = named_list(source.options)
    if path and ARTICLES in options.optional and not any(has_list(value, path) for value in _first_values(source)):
        path = ""
    mapping = _mapping(source, path, options) if options.mapping or path else {}
    lines = records_of_lines(source, partial(read_line, mapping=mapping))
    yield from _records_in_lists(lines, path, mapping) if path else lines


def _records_in_lists(
    lines: Iterator[Record | Refusal], path: str, mapping: Mapping[str, str]
) -> Iterator[Record | Refusal]:
    """Yields each item of the lists at a path in the lines; a line without such a list is refused."""
    for line in lines:
        if isinstance(line, Refusal) or line.raw is None:
            yield line
            continue
        try:
            items = items_at(parse_json(line.raw), path)
        except ReaderError as error:
            yield Refusal(line.location, line.raw, str(error))
        else:
            for number, item in enumerate(items, start=1):
                yield Record(f"{line.location} item {number}", item_bytes(item), partial(read_record, item, mapping))


def item_bytes(item: Any) -> bytes:
    """Returns bytes for one item of a file, the same however its white space is."""
    return _compact(item).encode()


def records_of_lines(source: Source, read: Callable[[bytes], Article]) -> Iterator[Record | Refusal]:
    """Yields a record for each line, located by its number. Empty lines are skipped.

    Args:
        source: The file.
        read: Makes an article of a line; raises ``ReaderError`` or ``ArticleError``.
    """
    with source.open() as file:
        lines = lines_of(file, MAX_SIZE)
        for number, line in enumerate(lines, start=1):
            if len(line) == MAX_SIZE and not line.endswith(b"\n"):
                yield Refusal(str(number), line[:1000], f"the line is longer than {MAX_SIZE // 1_000_000} MB")
                while line and not line.endswith(b"\n"):
                    line = next(lines, b"")
                continue
            raw = (line.removeprefix(BOM) if number == 1 else line).strip()
            if raw:
                yield Record(str(number), raw, partial(read, raw))


def parse_json(data: bytes) -> Any:
    """Parses strict JSON: no NaN, no endless nesting.

    Raises:
        ReaderError: It is not valid JSON, or could hold too many values.
    """
    if len(data) > MAX_SIGNS and sum(map(data.count, (b"{", b"[", b","))) > MAX_SIGNS:
        raise ReaderError(
            f"it has more than {MAX_SIGNS:,} brackets and commas; convert it to JSON Lines, one article per line"
        )
    try:
        return _decode(data.decode("utf-8"))
    except json.JSONDecodeError as error:
        spot = f"character {error.pos + 1}" if error.lineno == 1 else f"line {error.lineno}"
        raise ReaderError(f"not valid JSON: {error.msg.removesuffix(' at')} at {spot}") from None
    except UnicodeDecodeError as error:
        raise ReaderError(f"not valid JSON: it is not UTF-8 (offset {error.start:,})") from None
    except (ValueError, RecursionError) as error:
        raise ReaderError(f"not valid JSON: {shorten(str(error))}") from None


def read_line(raw: bytes, mapping: Mapping[str, str] = _AS_NAMED) -> Article:
    """Makes an article of a line; raises as ``parse_json`` and ``read_record`` do."""
    return read_record(parse_json(raw), mapping)


def read_record(value: Any, mapping: Mapping[str, str] = _AS_NAMED) -> Article:
    """Makes an article of a parsed JSON value.

    Args:
        value: The value.
        mapping: The paths of keys that the user named.

    Raises:
        ReaderError: It is not an object.
        ArticleError: There is no text in it, or a value is not valid.
    """
    if not isinstance(value, dict):
        raise ReaderError("it is not a JSON object")
    if is_post(value):
        value = with_names(value)
    if mapping:
        from docarchive.readers.values.mapping import map_record

        return map_record(value, mapping)
    if is_own_record(value):
        return make_record_article(value)
    if value.get("title") in _NO_TITLES:
        value = {key: item for key, item in value.items() if key != "title"}
    texts = [text for key in keys.BODY_KEYS if isinstance(text := value.get(key), str) and text.strip()]
    if not texts:
        from docarchive.readers.values.texts import with_text

        value = with_text(value, suggestion)
    elif any("<" in text for text in texts):
        from docarchive.readers.values.texts import without_html

        value = without_html(value)
    return make_record_article(value)


def _mapping(source: Source, path: str, options: ReadOptions) -> Mapping[str, str]:
    """Returns the part of the user's mapping that applies to the first lines, or to the lists at a path in them."""
    from docarchive.readers.values.mapping import applicable_mapping

    values = [*_first_values(source)]
    if path:
        values = [item for value in values if has_list(value, path) for item in items_at(value, path)]
    if path and not values:
        raise no_list(path)
    return applicable_mapping(values, options)


def _first_values(source: Source) -> Iterator[Any]:
    """Yields the values of the first lines."""
    with source.open() as file:
        size = 0
        for line in islice(lines_of(file, MAX_SIZE), _LINES):
            with suppress(ReaderError):
                yield parse_json(line.removeprefix(BOM))
            size += len(line)
            if size > MAX_SIZE:
                return


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


_decode: Final = json.JSONDecoder(parse_constant=_no_constant).decode  # json.loads would make one for each line

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
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.reserved_keys import is_own_record, make_record_article
from docarchive.texts import shorten

BOM: Final = b"\xef\xbb\xbf"

#: JSON with more brackets and commas is refused before it is parsed: a few bytes may take hundreds of bytes of memory.
MAX_SIGNS: Final = 8_000_000

#: How many lines are searched for the paths that the user names.
_LINES: Final = 100
#: Titles that programs write for no title.
_NO_TITLES: Final = ("None", "null", "nan", "NaN", "undefined")
_AS_NAMED: Final[Mapping[str, str]] = MappingProxyType({})


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each line of a file; a bad line is refused, and the others are read."""
    mapping = _mapping(source) if source.options.mapping else {}
    yield from records_of_lines(source, partial(read_line, mapping=mapping))


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
    if mapping:
        from docarchive.readers.values.mapping import map_record

        return map_record(value, mapping)
    if is_own_record(value):
        return make_record_article(value)
    if value.get("title") in _NO_TITLES:
        value = {key: item for key, item in value.items() if key != "title"}
    if not any(isinstance(text := value.get(key), str) and text.strip() for key in keys.BODY_KEYS):
        from docarchive.readers.values.texts import with_text

        value = with_text(value)
    return make_record_article(value)


def _mapping(source: Source) -> Mapping[str, str]:
    """Returns the part of the user's mapping that applies to the first lines."""
    from docarchive.readers.values.mapping import applicable_mapping

    values = []
    with source.open() as file:
        size = 0
        for line in islice(lines_of(file, MAX_SIZE), _LINES):
            with suppress(ReaderError):
                values.append(parse_json(line.removeprefix(BOM)))
            size += len(line)
            if size > MAX_SIZE:
                break
    return applicable_mapping(values, source.options)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


_decode: Final = json.JSONDecoder(parse_constant=_no_constant).decode  # json.loads would make one for each line

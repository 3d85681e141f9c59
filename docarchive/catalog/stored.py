"""Stored values: checks what a catalog's file holds, which may come from a stranger.

SQLite stores a value of any type in any column, and JSON is only text. So rows are read through ``rows``, which checks
the types of their values, and metadata through ``metadata``. Nor does SQLite notice a bit that a disk has changed in a
value: rows whose values nothing else in the catalog repeats have a checksum, ``row_sum``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import NoneType
from typing import Any, Final
from zlib import crc32

from docarchive import failures, keys
from docarchive.analysis.minhash import SIZE
from docarchive.errors import ArchiveDamaged, ArticleError, DocarchiveError

#: The name of a catalog's file.
FILE: Final = "catalog.sqlite"
_FETCH: Final = 500
#: Begins a character that docarchive does not write so, except for control characters: it may be half of one.
_ESCAPE: Final = "\\u"
_CORRUPT: Final = 11  # SQLITE_CORRUPT
#: Characters, and brackets, up to which metadata cannot be larger or nested deeper than an article's may be.
_LARGE: Final = 20_000
_FEW: Final = 32
#: What a column may hold, by letter: text, a number, a signature; a capital: or nothing.
_TYPES: Final[dict[str, frozenset[type]]] = {
    "t": frozenset({str}),
    "T": frozenset({str, NoneType}),
    "n": frozenset({int}),
    "s": frozenset({bytes}),
    "d": frozenset({bytes}),
    "b": frozenset({bytes}),
}
#: The sizes of binary values.
_SIZES: Final = {"s": SIZE, "d": 32}
_LISTS: Final = frozenset(key for key, kind in keys.KNOWN.items() if kind == keys.LIST)
_TEXTS: Final = frozenset(keys.KNOWN) - _LISTS - {"title_derived", *keys.ANNOTATIONS}
_TEXT: Final = frozenset({str})
#: The catalog has no space around its JSON, so this does what ``json.loads`` does, in two thirds of the time.
_decode: Final = json.JSONDecoder().raw_decode


def rows(db: sqlite3.Connection, types: str, sql: str, parameters: Any = ()) -> Iterator[list[tuple[Any, ...]]]:
    """Yields the rows that a statement selects, in lists.

    Args:
        db: The catalog's database.
        types: The types of the columns, a letter each: ``t`` for text, ``T`` for text or nothing, ``n`` for a whole
            number, ``s`` for the signature of a text, ``d`` for a SHA-256, ``b`` for bytes of any size.
        sql: The statement.
        parameters: Its parameters. No row has text with a lone surrogate, such as the name of a file that is not UTF-8.

    Raises:
        ArchiveDamaged: The database cannot be read, or a value is of another type.
    """
    allowed = [(_TYPES[letter], _SIZES.get(letter)) for letter in types]
    try:
        try:
            cursor = db.execute(sql, parameters)
        except UnicodeEncodeError:
            cursor = db.execute(sql, [*map(_without_equal, parameters)])
        while batch := cursor.fetchmany(_FETCH):
            for (own, size), column in zip(allowed, zip(*batch, strict=True), strict=True):
                if not own.issuperset(map(type, column)) or (size is not None and {*map(len, column)} != {size}):
                    raise damaged("a value of a wrong type")
            yield batch
    except sqlite3.DatabaseError as error:
        raise failed(error, getattr(db, "folder", None)) from error
    except UnicodeDecodeError:
        raise damaged("bytes that are no text") from None


def _without_equal(value: object) -> object:
    """Returns bytes in place of text that SQLite cannot have: no text equals bytes, and every text is less."""
    if not isinstance(value, str):
        return value
    data = value.encode("utf-8", "surrogatepass")
    return value if data.decode("utf-8", "replace") == value else data


def one(db: sqlite3.Connection, types: str, sql: str, parameters: Any = ()) -> tuple[Any, ...] | None:
    """Returns the first row that a statement selects, or None; for the arguments see ``rows``."""
    return next((row for batch in rows(db, types, sql, parameters) for row in batch), None)


def row_sum(*values: Any) -> int:
    """Returns the checksum of the values of a row: texts, whole numbers, bytes and None."""
    return crc32(ascii(values).encode("ascii"))


def mapping(text: str) -> dict[str, Any]:
    """Returns the mapping that a text is in JSON; raises ``ArchiveDamaged`` if it is none."""
    value = _parse(text)
    if len(text) > _LARGE or text.count("[") + text.count("{") > _FEW or _ESCAPE in text:
        _check_plain(value)
    return value


def metadata(text: str) -> dict[str, Any]:
    """Returns the metadata of an article from JSON; raises ``ArchiveDamaged`` if an article cannot have it.

    A list of articles calls it for each, so it looks at every value once.
    """
    return checked(_parse(text), text)


def some_metadata(keys: Sequence[str], text: str) -> dict[str, Any]:
    """Returns the metadata of an article under some keys, from a list of their values in JSON; see ``metadata``."""
    values = json.loads(text)
    return checked({key: value for key, value in zip(keys, values, strict=True) if value is not None}, text)


def checked(values: dict[str, Any], text: str) -> dict[str, Any]:
    """Returns metadata that was read from a text in JSON; raises ``ArchiveDamaged`` if an article cannot have it."""
    large = len(text) > _LARGE or ("\\" in text and _ESCAPE in text)  # one character is looked for much faster
    for key, value in values.items():
        kind = type(value)
        if kind is str:
            right = key not in _LISTS
        elif key in _LISTS:
            right = kind is list and _TEXT.issuperset(map(type, value))
        else:
            right = key not in _TEXTS
            large = large or kind is dict or kind is list
        if not right:
            raise damaged("metadata of wrong types")
    if large:
        _check_plain(values)
    return values


def damaged(reason: str) -> ArchiveDamaged:
    """Returns the error for a catalog that cannot be used."""
    return ArchiveDamaged(f"the catalog cannot be read ({reason}); run 'docarchive rebuild'")


def failed(error: sqlite3.Error, folder: Path | None) -> DocarchiveError:
    """Returns the error to raise for one of SQLite, for a catalog in a folder."""
    return failures.of_database(error, "the catalog", folder) or damaged(str(error))


class Connection(sqlite3.Connection):
    """An open catalog's connection.

    SQLite quotes a damaged file's own bytes in its messages, which Python then cannot decode: that is an error of the
    database like others.

    Attributes:
        folder: The folder of its file; None if it is not known.
    """

    folder: Path | None = None

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """See ``sqlite3.Connection``."""
        try:
            return super().execute(sql, parameters)
        except UnicodeDecodeError:
            raise _corrupt() from None

    def executemany(self, sql: str, parameters: Any) -> sqlite3.Cursor:
        """See ``sqlite3.Connection``."""
        try:
            return super().executemany(sql, parameters)
        except UnicodeDecodeError:
            raise _corrupt() from None

    def executescript(self, sql: str) -> sqlite3.Cursor:
        """See ``sqlite3.Connection``."""
        try:
            return super().executescript(sql)
        except UnicodeDecodeError:
            raise _corrupt() from None


def _corrupt() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("bytes that are no text")
    error.sqlite_errorcode = _CORRUPT
    return error


def _parse(text: str) -> dict[str, Any]:
    try:
        value, end = _decode(text)
    except (ValueError, RecursionError):
        raise damaged("values that are not JSON") from None
    if end != len(text):
        raise damaged("values that are not JSON")
    if type(value) is not dict:
        raise damaged("values that are no mapping")
    return value


def _check_plain(value: dict[str, Any]) -> None:
    from docarchive.article.plain import plain_mapping

    try:
        plain = plain_mapping(value)
    except (ArticleError, RecursionError) as error:
        raise damaged(str(error)) from None
    if plain != value:
        raise damaged("characters that no text has")

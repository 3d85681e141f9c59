"""The reader of SQLite databases: the rows of a query, or of the one table that looks like articles (decision 0023)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from docarchive.errors import ReaderError
from docarchive.formats.tables import is_own
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import ReadOptions, Record, Source
from docarchive.readers.tables.columns import Columns, columns_of, row_reader
from docarchive.readers.tables.values import row_bytes
from docarchive.texts import shorten

if TYPE_CHECKING:
    from sqlite3 import Connection, Cursor


#: Seconds until the next row: of the user's query, and of a table.
QUERY_TIME: Final = 60.0
TABLE_TIME: Final = 10.0

_STEPS_BETWEEN_CHECKS: Final = 20_000
_MAX_TABLES: Final = 1_000
_NAMED_TABLES: Final = 20
#: Suffixes of the tables in which a full-text index keeps its data.
_SHADOWS: Final = ("_content", "_segments", "_segdir", "_docsize", "_stat", "_data", "_idx", "_config")


def records(source: Source) -> Iterator[Record]:
    """Yields the rows of a table or query; the database is only read, and a query can do no more than select."""
    import sqlite3

    query, options = source.options.query, source.options
    log = source.sibling(f"{source.name}-wal")
    if log is not None and log.size:
        raise ReaderError(
            f"the database is in use: some of it is still in {shorten(log.name)}; close the program that writes it"
        )
    with _database_path(source) as path, _connect(path) as connection:
        clock = _Clock(QUERY_TIME if query else TABLE_TIME)
        connection.set_progress_handler(clock.check, _STEPS_BETWEEN_CHECKS)
        try:
            yield from _rows(connection, query or _table_query(connection, options), options, clock)
        except sqlite3.Warning as error:
            raise ReaderError(f"the query cannot be run: {error}") from None
        except sqlite3.Error as error:
            raise _query_error(error, query, clock) from None
        except UnicodeDecodeError:  # SQLite quotes the file's own damaged bytes in its message
            raise ReaderError("the database cannot be read: it is damaged") from None


class _Clock:
    """Measures the time until the next row."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._deadline = monotonic() + seconds
        self.is_overdue = False

    def restart(self) -> None:
        self._deadline = monotonic() + self.seconds

    def check(self) -> int:
        self.is_overdue = monotonic() > self._deadline
        return self.is_overdue


def _rows(connection: Connection, query: str, options: ReadOptions, clock: _Clock) -> Iterator[Record]:
    clock.restart()
    cursor = connection.execute(query)
    columns, read = row_reader(_names(cursor), options)
    number = 0
    for number, row in enumerate(cursor, start=1):
        yield Record(f"row {number}", row_bytes(columns.names, row), partial(read, row))
        clock.restart()
    if not number:
        raise ReaderError("there is no article in it; the query has no rows")


def _table_query(connection: Connection, options: ReadOptions) -> str:
    """Returns the query for the rows of the one table that looks like articles."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name LIMIT ?", [_MAX_TABLES]
    )
    names = [name for (name,) in rows if isinstance(name, str) and not name.startswith("sqlite_")]
    names = [name for name in names if not _is_shadow(name, names)]
    if not names:
        raise ReaderError("there is no table in the database")
    tables = {name: columns for name in names if (columns := _columns(connection, name, options)) is not None}
    own = [name for name, columns in tables.items() if is_own(columns.names)]
    with_texts = own or [name for name, columns in tables.items() if columns.body]
    with_titles = [name for name, columns in tables.items() if {"url", "date", "summary"} & set(columns.keys.values())]
    for candidates in (with_texts, with_titles):
        if len(candidates) == 1:
            return f"SELECT * FROM {_quoted(candidates[0])}"
        if candidates:
            raise _ambiguous_tables(candidates, "several tables look like articles")
    raise _ambiguous_tables(names, "no table looks like articles")


def _columns(connection: Connection, name: str, options: ReadOptions) -> Columns | None:
    """Returns the columns of a table; None if it does not look like articles, or cannot be read."""
    import sqlite3

    try:
        columns = columns_of(_names(connection.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0")), options)
    except (sqlite3.Error, UnicodeDecodeError, ReaderError):  # such as a virtual table of a missing module
        return None
    return columns if columns.is_table_of_articles() else None


def _ambiguous_tables(names: Sequence[str], problem: str) -> ReaderError:
    others = f" and {len(names) - _NAMED_TABLES} more" if len(names) > _NAMED_TABLES else ""
    listed = ", ".join(shorten(name) for name in names[:_NAMED_TABLES]) + others
    return ReaderError(
        f"{problem}; choose the rows with --query, such as --query 'SELECT * FROM {_quoted(shorten(names[0]))}'; "
        f"there are {listed}"
    )


def _is_shadow(name: str, names: Sequence[str]) -> bool:
    return any(name.endswith(ending) and name.removesuffix(ending) in names for ending in _SHADOWS)


def _quoted(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else '"' + name.replace('"', '""') + '"'


def _names(cursor: Cursor) -> list[str]:
    return [str(column[0]) for column in cursor.description or ()]


def _query_error(error: Exception, query: str | None, clock: _Clock) -> ReaderError:
    if clock.is_overdue:
        return ReaderError(f"the query returns no row within {clock.seconds:.0f} seconds")
    reason = shorten(str(error), 200)
    if "not authorized" in reason or "prohibited" in reason or "readonly" in reason:
        return ReaderError(f"the query may only select rows, without functions that change anything: {reason}")
    return ReaderError(f"the query cannot be run: {reason}" if query else f"the database cannot be read: {reason}")


@contextmanager
def _database_path(source: Source) -> Iterator[str]:
    """Opens the database's file, or a temporary copy of it, and yields its path."""
    with source.open() as stream:
        import shutil
        import tempfile

        name = getattr(stream, "name", None)
        if isinstance(name, str) and Path(name).is_file():
            yield name
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "database")
            with path.open("wb") as copy:
                shutil.copyfileobj(stream, copy)
            yield str(path)


@contextmanager
def _connect(path: str) -> Iterator[Connection]:
    import sqlite3

    uri = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise ReaderError(f"the database cannot be read: {error}") from None
    with closing(connection):
        connection.text_factory = _decode
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_SIZE)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.set_authorizer(_authorize)
        yield connection


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _authorize(action: int, argument: str | None, name: str | None, *_: Any) -> int:
    """SQLite's authorizer: statements may select, read, and call functions that do no more."""
    import sqlite3

    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (name or "").lower() not in ("load_extension", "fts3_tokenizer"):
        return sqlite3.SQLITE_OK
    # Full-text tables need these when they are opened; the database is not writable anyway.
    if action == sqlite3.SQLITE_PRAGMA and argument in ("data_version", "page_size") and name is None:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and argument == "sqlite_master":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY

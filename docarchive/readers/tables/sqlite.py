"""The reader of SQLite databases: the rows of a query, or of the one table that looks like articles."""

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
from docarchive.readers.protocol import Reader, ReadOptions, Record, Source
from docarchive.readers.tables.own import is_own_table, read_own
from docarchive.texts import shorten

if TYPE_CHECKING:
    from sqlite3 import Connection, Cursor

    from docarchive.readers.tables.columns import Columns

#: Seconds until the next row of a query that the user gave, and of a table that was guessed.
QUERY_TIME: Final = 60.0
TABLE_TIME: Final = 10.0

_MAGIC: Final = b"SQLite format 3\0"
_STEPS: Final = 20_000
_MAX_TABLES: Final = 1_000
_NAMED_TABLES: Final = 20
#: What full-text indexes keep beside their table.
_SHADOWS: Final = ("_content", "_segments", "_segdir", "_docsize", "_stat", "_data", "_idx", "_config")


class SqliteReader(Reader):
    """Reads row by row; the database is only read, and a query can do no more than select."""

    name = "sqlite"
    summary = "SQLite databases, one article a row of a table or query"
    suffixes = (".sqlite", ".sqlite3", ".db", ".db3")
    version = 2

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return head.startswith(_MAGIC)

    def records(self, source: Source) -> Iterator[Record]:
        """See ``Reader``."""
        import sqlite3

        query, options = source.options.query, source.options
        log = source.beside(f"{source.name}-wal")
        if log is not None and log.size:
            raise ReaderError(
                f"the database is in use: some of it is still in {shorten(log.name)}; close the program that writes it"
            )
        with _file(source) as path, _connected(path) as connection:
            clock = _Clock(QUERY_TIME if query else TABLE_TIME)
            connection.set_progress_handler(clock.is_late, _STEPS)
            try:
                yield from _rows(connection, query or _table_query(connection, options), options, clock)
            except sqlite3.Warning as error:
                raise ReaderError(f"the query cannot be run: {error}") from None
            except sqlite3.Error as error:
                raise _error(error, query, clock) from None
            except UnicodeDecodeError:  # SQLite quotes the file's own damaged bytes in its message
                raise ReaderError("the database cannot be read: it is damaged") from None


class _Clock:
    """Measures the time until the next row."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._deadline = monotonic() + seconds
        self.late = False

    def restart(self) -> None:
        self._deadline = monotonic() + self.seconds

    def is_late(self) -> int:
        self.late = monotonic() > self._deadline
        return self.late


def _rows(connection: Connection, query: str, options: ReadOptions, clock: _Clock) -> Iterator[Record]:
    from docarchive.readers.tables.columns import columns_of, read_row, wanted
    from docarchive.readers.tables.values import plain, row_bytes

    clock.restart()
    cursor = connection.execute(query)
    columns = columns_of(_names(cursor), options)
    if not columns.is_table_of_articles():
        raise wanted(columns)
    own = is_own_table(columns.names, options)
    number = 0
    for number, row in enumerate(cursor, start=1):
        read = partial(read_own, row) if own else partial(read_row, columns, [plain(value) for value in row])
        yield Record(f"row {number}", row_bytes(columns.names, row), read)
        clock.restart()
    if not number:
        raise ReaderError("there is no article in it; the query has no rows")


def _table_query(connection: Connection, options: ReadOptions) -> str:
    """Returns the query for the table that looks like one of articles.

    Raises:
        ReaderError: There is none, or more than one.
    """
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name LIMIT ?", [_MAX_TABLES]
    )
    names = [name for (name,) in found if isinstance(name, str) and not name.startswith("sqlite_")]
    names = [name for name in names if not _is_shadow(name, names)]
    if not names:
        raise ReaderError("there is no table in the database")
    known = {name: columns for name in names if (columns := _columns(connection, name, options)) is not None}
    own = [name for name, columns in known.items() if is_own(columns.names)]
    texts = own or [name for name, columns in known.items() if columns.body]
    titles = [name for name, columns in known.items() if {"url", "date", "summary"} & set(columns.keys.values())]
    for candidates in (texts, titles):
        if len(candidates) == 1:
            return f"SELECT * FROM {_quoted(candidates[0])}"
        if candidates:
            raise _which(candidates, "several tables look like articles")
    raise _which(names, "no table looks like articles")


def _columns(connection: Connection, name: str, options: ReadOptions) -> Columns | None:
    """Returns the columns of a table if it may be one of articles."""
    import sqlite3

    from docarchive.readers.tables.columns import columns_of

    try:
        columns = columns_of(_names(connection.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0")), options)
    except (
        sqlite3.Error,
        UnicodeDecodeError,
        ReaderError,
    ):  # of a module that is not here, say, or without a mapped column
        return None
    return columns if columns.is_table_of_articles() else None


def _which(names: Sequence[str], problem: str) -> ReaderError:
    more = f" and {len(names) - _NAMED_TABLES} more" if len(names) > _NAMED_TABLES else ""
    listed = ", ".join(shorten(name) for name in names[:_NAMED_TABLES]) + more
    return ReaderError(
        f"{problem}; say which rows are articles, as with --query 'SELECT * FROM {_quoted(shorten(names[0]))}'; "
        f"there are {listed}"
    )


def _is_shadow(name: str, names: Sequence[str]) -> bool:
    return any(name.endswith(ending) and name.removesuffix(ending) in names for ending in _SHADOWS)


def _quoted(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else '"' + name.replace('"', '""') + '"'


def _names(cursor: Cursor) -> list[str]:
    return [str(column[0]) for column in cursor.description or ()]


def _error(error: Exception, query: str | None, clock: _Clock) -> ReaderError:
    if clock.late:
        return ReaderError(f"the query gives no row within {clock.seconds:.0f} seconds")
    reason = shorten(str(error), 200)
    if "not authorized" in reason or "prohibited" in reason or "readonly" in reason:
        return ReaderError(f"a query may only select, and call no function that does more: {reason}")
    return ReaderError(f"the query cannot be run: {reason}" if query else f"the database cannot be read: {reason}")


@contextmanager
def _file(source: Source) -> Iterator[str]:
    """Gives the path of a file that holds the database, and is not changed meanwhile."""
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
def _connected(path: str) -> Iterator[Connection]:
    import sqlite3

    uri = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise ReaderError(f"the database cannot be read: {error}") from None
    with closing(connection):
        connection.text_factory = _text
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_SIZE)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.set_authorizer(_allowed)
        yield connection


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _allowed(action: int, one: str | None, two: str | None, *rest: Any) -> int:
    """Tells SQLite whether a statement may do something: select, read, and call functions that do no more."""
    import sqlite3

    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (two or "").lower() not in ("load_extension", "fts3_tokenizer"):
        return sqlite3.SQLITE_OK
    # Full-text tables ask for these, and so they are declared; what it would change is not writable.
    if action == sqlite3.SQLITE_PRAGMA and one in ("data_version", "page_size") and two is None:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and one == "sqlite_master":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY

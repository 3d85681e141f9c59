"""The writer of SQLite databases: a table of articles, and full-text search over it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Final

from docarchive import keys
from docarchive.dates import PartialDate
from docarchive.errors import UsageError
from docarchive.formats.tables import COLUMNS
from docarchive.writers.fields import field_of
from docarchive.writers.protocol import Document, WriteOptions, Writer

_SEARCHED: Final = ("title", "summary", "body")
_BATCH: Final = 500


class SqliteWriter(Writer):
    """Writes the table ``articles`` and the index ``articles_fts`` (FTS5), as Datasette expects them.

    Columns are those of ``CsvWriter``; lists and objects are JSON. The index has title, summary and body,
    stemmed as English.
    """

    name = "sqlite"
    summary = "a SQLite database with full-text search (FTS5), ready for Datasette"
    suffixes = (".sqlite", ".sqlite3", ".db")
    binary = True
    accepts = frozenset({"fields"})
    round_trips = True

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        """See ``Writer``; the database is made in a temporary file first."""
        import tempfile

        with tempfile.TemporaryDirectory(prefix="docarchive-") as folder:
            path = Path(folder, "export.sqlite")
            _fill(path, documents, options.fields)
            with path.open("rb") as file:
                shutil.copyfileobj(file, out, 1 << 20)


def _fill(path: Path, documents: Iterable[Document], fields: tuple[str, ...]) -> None:
    import sqlite3

    names = list(dict.fromkeys(fields or COLUMNS))
    if len({name.casefold() for name in names}) < len(names):
        raise UsageError("two fields differ only in upper and lower case; column names of a database ignore case")
    marks = ", ".join("?" * len(names))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"CREATE TABLE articles ({', '.join(map(_column, names))})")
        connection.execute("BEGIN")
        rows: list[list[Any]] = []
        for document in documents:
            rows.append([_value(document, name, bool(fields)) for name in names])
            if len(rows) >= _BATCH:
                connection.executemany(f"INSERT INTO articles VALUES ({marks})", rows)
                rows = []
        connection.executemany(f"INSERT INTO articles VALUES ({marks})", rows)
        _index(connection, [name for name in names if keys.canonical(name) in _SEARCHED or name == "body"])
        connection.execute("COMMIT")
    finally:
        connection.close()


def _index(connection: Any, searched: list[str]) -> None:
    if not searched:
        return
    columns = ", ".join(map(_quoted, searched))
    connection.execute(
        f"CREATE VIRTUAL TABLE articles_fts USING fts5({columns}, content='articles', tokenize='porter unicode61')"
    )
    connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")


def _column(name: str) -> str:
    if name == "id":
        return "id TEXT PRIMARY KEY"
    return f"{_quoted(name)} {'INTEGER' if name == 'title_derived' else 'TEXT'}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _value(document: Document, name: str, chosen: bool) -> Any:
    article = document.article
    if name == "extra" and not chosen:
        return json.dumps(article.extra, ensure_ascii=False) if article.extra else None
    value = field_of(article, name)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return str(value)
    return value

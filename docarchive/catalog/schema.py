"""The catalog's tables, and opening its file with care: it may come from a stranger.

articles   one row per article: its file's path, size and time when last read, its identity and content digest,
           the language that it is analyzed in, its metadata as JSON, and digests of what the last import said of it
labels     the different values of metadata keys, with their terms
labelled   which article has which label
seen       the fingerprints of the records that articles and their old versions came from
deleted    the ids and identities of articles whose files were deleted
journal    the changes, numbered by position; an engine stores the position up to which it has indexed
folders    the times of the folders of articles when they were last listed or written to
pending    paths of files that are about to be written; not empty after an interruption
signatures, bands, recent_bands   which articles are near duplicates (``near_duplicates``)
fetched    the validators of addresses that articles were fetched from
facts      the epoch, which is the name of this catalog's journal, the default language of articles, and when an import
           last stored an article
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from docarchive import failures
from docarchive.errors import ArchiveDamaged, DocarchiveError

#: The version of the tables. Raise it when they change: a catalog of another version is rebuilt.
VERSION: Final = 10
_APPLICATION: Final = 0x646F6361  # "doca"

#: An import changes pages all over the tables. With 64 MB of them cached (SQLite's default is 2) a page is read once
#: and written once per transaction; and the log is written to the file after several transactions, not after 4 MB.
_WRITING: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -64000;
PRAGMA wal_autocheckpoint = 16000;
"""

_TABLES: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE,
    identity TEXT,
    content TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    language TEXT NOT NULL,
    date_start TEXT, date_end TEXT,
    updated_start TEXT, updated_end TEXT,
    archived_start TEXT, archived_end TEXT,
    metadata TEXT NOT NULL,
    said TEXT
);
CREATE INDEX articles_identity ON articles (identity) WHERE identity IS NOT NULL;
CREATE INDEX articles_date ON articles (date_start, id, size);
CREATE TABLE seen (
    fingerprint TEXT PRIMARY KEY,
    n INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX seen_n ON seen (n);
CREATE TABLE deleted (key TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX deleted_id ON deleted (id);
CREATE TABLE labels (
    label INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    terms TEXT NOT NULL,
    UNIQUE (key, value)
);
CREATE TABLE labelled (
    label INTEGER NOT NULL,
    n INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (label, n)
) WITHOUT ROWID;
CREATE INDEX labelled_n ON labelled (n);
CREATE TABLE journal (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL);
CREATE TABLE fetched (address TEXT PRIMARY KEY, etag TEXT, modified TEXT) WITHOUT ROWID;
CREATE TABLE folders (path TEXT PRIMARY KEY, modified INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE pending (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE signatures (n INTEGER PRIMARY KEY, signature BLOB NOT NULL);
CREATE TABLE bands (band INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (band, n)) WITHOUT ROWID;
CREATE TABLE recent_bands (band INTEGER NOT NULL, n INTEGER NOT NULL);
CREATE INDEX recent_bands_band ON recent_bands (band, n);
"""
_TABLE_NAMES: Final = frozenset(re.findall(r"CREATE TABLE (\w+)", _TABLES))


def create(path: Path, epoch: str, language: str = "en") -> None:
    """Creates an empty catalog in place of what is there. Its ``epoch`` differs from that of every other catalog."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (path, *_companions(path)):
        with suppress(FileNotFoundError):
            leftover.unlink()
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(
            f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION};BEGIN; {_TABLES} COMMIT;"
        )
        connection.execute("INSERT INTO facts VALUES ('epoch', ?), ('language', ?)", (epoch, language))
    finally:
        connection.close()


def replace(new: Path, old: Path) -> None:
    """Replaces a catalog that nobody writes to by a new one, which is closed."""
    for companion in _companions(old):
        with suppress(FileNotFoundError):
            companion.unlink()
    os.replace(new, old)


def connect(path: Path, *, writable: bool | None = None) -> sqlite3.Connection | None:
    """Opens a catalog; returns None if there is none, or one of another version or without one of its tables.

    Args:
        path: Its file.
        writable: Whether it is opened for writing; None if it is wherever this process may write.

    Raises:
        ArchiveDamaged: The file is not a catalog, or has triggers or views, which a catalog never has.
        ArchiveError: This process may not read it.
        ArchiveLocked: Another process has locked it.
    """
    if not path.exists():
        return None
    if writable is None:
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    connection: sqlite3.Connection | None = None
    try:
        if writable:
            # Any thread may use it, one at a time: a session belongs to one call.
            connection = sqlite3.connect(
                path.absolute().as_uri(), uri=True, isolation_level=None, timeout=10.0, check_same_thread=False
            )
        else:
            from docarchive.catalog import read_only

            connection = read_only.connect(path)
        usable = _check(connection)
        if usable and writable:
            connection.executescript(_WRITING)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise failed(error, path.parent) from error
        raise
    if not usable:
        connection.close()
        return None
    return connection


def _check(connection: sqlite3.Connection) -> bool:
    """Returns whether a catalog is of this version; raises ``ArchiveDamaged`` for a file that is not a catalog."""

    def one(sql: str) -> int:
        return int(connection.execute(sql).fetchone()[0])

    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA foreign_keys = ON")
    foreign = one("SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')")
    if one("PRAGMA application_id") != _APPLICATION or foreign:
        raise damaged("it was not written by docarchive")
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return one("PRAGMA user_version") == VERSION and tables >= _TABLE_NAMES


def damaged(reason: str) -> ArchiveDamaged:
    """Returns the error for a catalog that cannot be used."""
    return ArchiveDamaged(f"the catalog cannot be read ({reason}); run 'docarchive rebuild'")


def failed(error: sqlite3.Error, folder: Path) -> DocarchiveError:
    """Returns the error to raise for one of SQLite, for a catalog in a folder."""
    return failures.of_database(error, "the catalog", folder) or damaged(str(error))


def _companions(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")

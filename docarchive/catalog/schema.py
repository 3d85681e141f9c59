"""The catalog's tables, and opening its file with care: it may come from a stranger.

articles   one row per article: its file's path, size, time and digest when last read, its identity and content digest,
           the language that it is analyzed in, its metadata as JSON, and digests of what the last import said of it
recorded   the files of versions/ and quarantine/ with their digests, when they were written or last read
copies     the text of every article's file, compressed (``copies``)
labels     the different values of metadata keys, with their terms
labelled   which article has which label
seen       the fingerprints of the records that articles and their old versions came from
deleted    the ids and identities of articles whose files were deleted
journal    the changes, numbered by position; an engine stores the position up to which it has indexed
folders    the times of the folders of articles when they were last listed or written to
pending    paths of files that are about to be written; not empty after an interruption
signatures, bands, recent_bands   which articles are near duplicates (``near_duplicates``)
fetched    the validators of addresses that articles were fetched from
facts      the epoch, which is the name of this catalog's journal, the default language of articles, when an import
           last stored an article, and what was added to the log since it was recorded as a whole

The columns ``sum`` have the checksums of rows (``stored.row_sum``). Rows without one are checked otherwise: see
``checking``.
"""

from __future__ import annotations

import os
import sqlite3
from typing import Final

from docarchive import failures
from docarchive.catalog.stored import FILE as FILE
from docarchive.catalog.stored import Connection, damaged, failed, one, row_sum, rows
from docarchive.folder import Folder
from docarchive.folder.databases import checked_database, companions

#: The version of the tables. Raise it when they change: a catalog of another version is rebuilt.
VERSION: Final = 11
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
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
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
    said TEXT,
    digest BLOB NOT NULL,
    sum INTEGER NOT NULL
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
CREATE TABLE journal (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE recorded (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    digest BLOB NOT NULL,
    sum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE fetched (address TEXT PRIMARY KEY, etag TEXT, modified TEXT, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE folders (path TEXT PRIMARY KEY, modified INTEGER NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE pending (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE signatures (n INTEGER PRIMARY KEY, signature BLOB NOT NULL);
CREATE TABLE bands (band INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (band, n)) WITHOUT ROWID;
CREATE TABLE recent_bands (band INTEGER NOT NULL, n INTEGER NOT NULL);
CREATE INDEX recent_bands_band ON recent_bands (band, n);
"""

_STATEMENTS: Final = frozenset(filter(None, map(str.strip, _TABLES.split(";"))))
#: For ``files``, in archives that were synced.
FILES_INDEX: Final = "CREATE INDEX articles_file ON articles (path, size, modified)"
#: Ids of a form that docarchive does not make (``filters``). Catalogs that were created before it was there lack it.
_IDS_INDEX: Final = "CREATE INDEX articles_other_id ON articles (id) WHERE id GLOB '*[^0-9a-z]*'"
#: Of ``copies``. Catalogs that were not written since there is such a table lack it.
COPIES: Final = (
    "CREATE TABLE copies (n INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,"
    " copy BLOB NOT NULL, sum INTEGER NOT NULL)"
)
#: With the tables that SQLite adds, and indexes that belong to a table.
_OPTIONAL: Final = frozenset({FILES_INDEX, _IDS_INDEX, COPIES, "CREATE TABLE sqlite_sequence(name,seq)", None})
_DEFENSIVE: Final = getattr(sqlite3, "SQLITE_DBCONFIG_DEFENSIVE", 0)
_MAX_LENGTH: Final = 1 << 28  # bytes of a value


def create(folder: Folder, epoch: str, language: str = "en") -> None:
    """Creates an empty catalog in a folder, in place of what is there.

    Its ``epoch`` differs from that of every other catalog.
    """
    folder.make()
    for leftover in (FILE, *companions(FILE)):
        folder.remove_all(leftover)
    connection = sqlite3.connect(checked_database(folder, FILE), isolation_level=None)
    try:
        connection.executescript(
            f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION};"
            f"BEGIN; {_TABLES} {_IDS_INDEX}; COMMIT;"
        )
        facts = (("epoch", epoch), ("language", language))
        connection.executemany("INSERT INTO facts VALUES (?, ?, ?)", ((*fact, row_sum(*fact)) for fact in facts))
    finally:
        connection.close()


def replace(archive: Folder, new: str, old: str) -> None:
    """Replaces a catalog that nobody writes to by a new one, which is closed; by the paths of their folders."""
    for companion in companions(FILE):
        archive.remove_all(f"{old}/{companion}")
    if not archive.is_file(f"{old}/{FILE}"):
        archive.remove_all(f"{old}/{FILE}")
    archive.rename(f"{new}/{FILE}", f"{old}/{FILE}")


def connect(folder: Folder, *, writable: bool | None = None) -> sqlite3.Connection | None:
    """Opens the catalog in a folder; returns None if there is none, or one of another version.

    Args:
        folder: The folder.
        writable: Whether it is opened for writing; None if it is wherever this process may write.

    Raises:
        ArchiveDamaged: The file is not a catalog, or has triggers, views or other tables, which a catalog never has.
        ArchiveError: This process may not read it.
        ArchiveLocked: Another process has locked it.
    """
    if not folder.exists(FILE):
        return None
    path = checked_database(folder, FILE)
    if writable is None:
        writable = failures.may(path, os.W_OK) and failures.may(path.parent, os.W_OK)
    connection: Connection | None = None
    try:
        if writable:
            location = path.absolute().as_uri()
            # Any thread may use it, one at a time: a session belongs to one call.
            connection = sqlite3.connect(
                location, uri=True, isolation_level=None, timeout=10.0, check_same_thread=False, factory=Connection
            )
        else:
            from docarchive.catalog import read_only

            connection = read_only.connect(path)
        connection.folder = folder.path
        usable = _check(connection)
        if usable and writable:
            connection.executescript(_WRITING)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise failed(error, folder.path) from error
        raise
    if not usable:
        connection.close()
        return None
    return connection


def _check(connection: sqlite3.Connection) -> bool:
    """Returns whether a catalog is of this version; raises ``ArchiveDamaged`` for a file that is not a catalog.

    The file may be a stranger's: nothing in its schema may run code, and it must be the schema of a catalog.
    """
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_LENGTH)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    if hasattr(connection, "setconfig"):  # since Python 3.12
        connection.setconfig(_DEFENSIVE, True)
    if one(connection, "n", "PRAGMA application_id") != (_APPLICATION,):
        raise damaged("it was not written by docarchive")
    statements = {sql for batch in rows(connection, "T", "SELECT sql FROM sqlite_master") for (sql,) in batch}
    is_usual = statements - _OPTIONAL == _STATEMENTS
    if one(connection, "n", "PRAGMA user_version") != (VERSION,):
        if is_usual:
            raise damaged("its version has changed, but not its tables")
        return False
    if not is_usual:
        raise damaged("its tables are not those of a catalog")
    return True

"""Rows: writes the data of many articles to the tables.

SQLite runs one statement for a thousand rows in the time of a few hundred statements for a single row.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from docarchive.catalog import journal, near_duplicates, stored
from docarchive.catalog.entries import COLUMNS, EntryData
from docarchive.catalog.labels import Labels
from docarchive.catalog.stored import row_sum

_NAMES: Final = ("n", "said", "id", "path", "size", "modified", "digest", *COLUMNS)
_INSERT: Final = f"INSERT INTO articles ({', '.join(_NAMES)}, sum) VALUES ({', '.join('?' * len(_NAMES))}, ?)"
#: The columns of which each has an index of its own, which an update changes even if the value is the same.
_INDEXED: Final = ("id", "path", "identity")
_OTHERS: Final = tuple(name for name in _NAMES[1:] if name not in _INDEXED)
_UPDATE: Final = f"UPDATE articles SET ({', '.join(_OTHERS)}, sum) = ({', '.join('?' * len(_OTHERS))}, ?) WHERE n = ?"
_UPDATE_INDEXED: Final = "UPDATE articles SET path = ?, identity = ? WHERE n = ?"
_others_of: Final = itemgetter(*map(_NAMES.index, _OTHERS))
#: The checksum of a row of ``articles``, in SQL.
ARTICLE_SUM: Final = f"row_sum({', '.join(_NAMES)})"


#: The data of an article; and path, size in bytes, time in nanoseconds and digest of its file, as ``Entry`` has them.
FiledEntry = tuple[EntryData, str, int, int, bytes]


def put(db: sqlite3.Connection, filed: Sequence[FiledEntry], labels: Labels) -> list[int]:
    """Adds or replaces articles, without repeated ids, and journals the changes; returns their row numbers."""
    ids = json.dumps([data.id for data, *_ in filed])
    sql = "SELECT id, n, said, path, identity FROM articles WHERE id IN (SELECT value FROM json_each(?))"
    existing = {id_: row for id_, *row in chain.from_iterable(stored.rows(db, "tnTtT", sql, (ids,)))}
    _vacate(db, filed)
    last = (stored.one(db, "n", "SELECT coalesce(max(n), 0) FROM articles") or (0,))[0]
    numbers: list[int] = []
    new: list[tuple[object, ...]] = []
    changed: list[tuple[object, ...]] = []
    moved: list[tuple[object, ...]] = []
    for data, *file in filed:
        n, said, *indexed = existing.get(data.id, (0, None))
        if not n:
            n = last = last + 1
        values = (n, data.said if data.said is not None else said, data.id, *file, *data.values)
        if data.id in existing:
            changed.append((*_others_of(values), row_sum(*values), n))
            if indexed != (now := [file[0], data.values[0]]):
                moved.append((*now, n))
            if not data.same_text:
                near_duplicates.remove(db, n)
        else:
            new.append((*values, row_sum(*values)))
        numbers.append(n)
    db.executemany(_UPDATE, changed)
    db.executemany(_UPDATE_INDEXED, moved)
    db.executemany(_INSERT, new)
    numbered = [*zip(numbers, (data for data, *_ in filed), strict=True)]
    labels.replace({n: data.labels for n, data in numbered if data.id in existing})
    labels.put((n, data.labels) for n, data in numbered if data.id not in existing)
    near_duplicates.put(db, [(n, data.signature) for n, data in numbered if data.signature])
    seen = [(data.fingerprint, n) for n, data in numbered if data.fingerprint]
    db.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", seen)
    db.execute("DELETE FROM deleted WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    journal.append(db, (data.id for data, *_ in filed))
    return numbers


def _vacate(db: sqlite3.Connection, filed: Sequence[FiledEntry]) -> None:
    """Takes paths from the articles that had them until now, as when two files have swapped names."""
    owners = {path: data.id for data, path, *_ in filed}
    sql = "SELECT path, id FROM articles WHERE path IN (SELECT value FROM json_each(?))"
    for path, id_ in [*chain.from_iterable(stored.rows(db, "tt", sql, (json.dumps([*owners]),)))]:
        if owners[path] != id_:
            db.execute("UPDATE articles SET path = '?' || id WHERE id = ?", (id_,))
            seal(db, "id = ?", id_)


def seal(db: sqlite3.Connection, where: str, *parameters: Any) -> None:
    """Sets the checksums of rows of ``articles`` that were changed, chosen by a condition in SQL."""
    db.execute(f"UPDATE articles SET sum = {ARTICLE_SUM} WHERE {where}", parameters)

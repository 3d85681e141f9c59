"""Putting: cards into the tables, many at once.

SQLite takes a thousand rows of one statement in the time that it takes for a few hundred statements of one row.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from docarchive.catalog import near_duplicates
from docarchive.catalog.entries import COLUMNS, EntryData
from docarchive.catalog.labels import Labels

_NAMES: Final = ("n", "id", "path", "size", "modified", *COLUMNS)
_INSERT: Final = f"INSERT INTO articles ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))})"
_UPDATE: Final = f"UPDATE articles SET ({', '.join(_NAMES[1:])}) = ({', '.join('?' * (len(_NAMES) - 1))}) WHERE n = ?"


#: A card, and the path, the size and the time of the file that its article is in.
FiledEntry = tuple[EntryData, str, int, int]


def put(db: sqlite3.Connection, filed: Sequence[FiledEntry], labels: Labels) -> list[int]:
    """Adds articles, or replaces what is known of them, and journals the changes.

    Args:
        db: The catalog, in a transaction.
        filed: The articles, each id once.
        labels: Its labels.

    Returns:
        The numbers of their rows.
    """
    ids = json.dumps([card.id for card, *_ in filed])
    known = dict(db.execute("SELECT id, n FROM articles WHERE id IN (SELECT value FROM json_each(?))", (ids,)))
    _vacate(db, filed)
    last = db.execute("SELECT coalesce(max(n), 0) FROM articles").fetchone()[0]
    numbers: list[int] = []
    new: list[tuple[object, ...]] = []
    for card, path, size, modified in filed:
        n = known.get(card.id)
        if n is None:
            n = last = last + 1
            new.append((n, card.id, path, size, modified, *card.values))
        else:
            db.execute(_UPDATE, (card.id, path, size, modified, *card.values, n))
            labels.remove(n)
            near_duplicates.remove(db, n)
        numbers.append(n)
    db.executemany(_INSERT, new)
    numbered = [*zip(numbers, (card for card, *_ in filed), strict=True)]
    labels.put((n, card.labels) for n, card in numbered)
    near_duplicates.put(db, [(n, card.signature) for n, card in numbered if card.signature])
    seen = [(card.fingerprint, n) for n, card in numbered if card.fingerprint]
    db.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", seen)
    db.executemany("INSERT INTO journal (id) VALUES (?)", [(card.id,) for _, card in numbered])
    return numbers


def _vacate(db: sqlite3.Connection, filed: Sequence[FiledEntry]) -> None:
    """Gives up paths that other articles had until now, as where two files have swapped names."""
    owners = {path: card.id for card, path, *_ in filed}
    question = "SELECT path, id FROM articles WHERE path IN (SELECT value FROM json_each(?))"
    for path, id_ in db.execute(question, (json.dumps([*owners]),)).fetchall():
        if owners[path] != id_:
            db.execute("UPDATE articles SET path = '?' || id WHERE id = ?", (id_,))

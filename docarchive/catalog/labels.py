"""Labels: the values of metadata keys in the catalog, each once, and which articles have them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

from docarchive.analysis import label_terms

_REMEMBERED: Final = 50_000


class Labels:
    """The labels of one catalog. One that no article has is not there.

    Args:
        db: Its database.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._numbers: dict[tuple[str, str], int] = {}

    def put(self, labelled: Iterable[tuple[int, Iterable[tuple[str, str]]]]) -> None:
        """Gives labels to articles that have none yet: the number of the row, and each key with its value."""
        rows = {(self._number(*label), n) for n, labels in labelled for label in labels}
        self._db.executemany("INSERT INTO labelled VALUES (?, ?)", sorted(rows))

    def remove(self, n: int) -> None:
        """Takes an article's labels away."""
        freed = self._db.execute("DELETE FROM labelled WHERE n = ? RETURNING label", (n,)).fetchall()
        unused = "DELETE FROM labels WHERE label = ?1 AND NOT EXISTS (SELECT 1 FROM labelled WHERE label = ?1)"
        self._db.executemany(unused, freed)
        self.forget()

    def forget(self) -> None:
        """Forgets the numbers of labels, which may have changed."""
        self._numbers.clear()

    def _number(self, key: str, value: str) -> int:
        known = self._numbers.get((key, value))
        if known is not None:
            return known
        found = self._db.execute("SELECT label FROM labels WHERE key = ? AND value = ?", (key, value)).fetchone()
        if found is None:
            terms = f" {' '.join(label_terms(value))} "
            found = self._db.execute(
                "INSERT INTO labels (key, value, terms) VALUES (?, ?, ?) RETURNING label", (key, value, terms)
            ).fetchone()
        if len(self._numbers) >= _REMEMBERED:
            self._numbers.clear()
        self._numbers[key, value] = int(found[0])
        return int(found[0])

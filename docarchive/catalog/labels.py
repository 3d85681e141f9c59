"""Labels: the values of metadata keys in the catalog, each once, and which articles have them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from docarchive.analysis import label_terms
from docarchive.catalog.database import marks, parts

_REMEMBERED: Final = 50_000


class Labels:
    """The labels of one catalog. One that no article has is not there.

    Args:
        db: Its database.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._numbers: dict[tuple[str, str], int] = {}

    def put(self, labelled: Iterable[tuple[int, Sequence[tuple[str, str]]]]) -> None:
        """Gives labels to articles that have none yet: the number of the row, and key and value of each label once."""
        given = [*labelled]
        self._learn(dict.fromkeys(label for _, labels in given for label in labels))
        numbers = self._numbers
        rows = sorted([(numbers[label], n) for n, labels in given for label in labels])
        self._db.executemany("INSERT INTO labelled VALUES (?, ?)", rows)

    def remove(self, n: int) -> None:
        """Takes an article's labels away."""
        freed = self._db.execute("DELETE FROM labelled WHERE n = ? RETURNING label", (n,)).fetchall()
        unused = "DELETE FROM labels WHERE label = ?1 AND NOT EXISTS (SELECT 1 FROM labelled WHERE label = ?1)"
        self._db.executemany(unused, freed)
        self.forget()

    def forget(self) -> None:
        """Forgets the numbers of labels, which may have changed."""
        self._numbers.clear()

    def _learn(self, labels: Collection[tuple[str, str]]) -> None:
        """Finds the numbers of labels, many at once, and gives numbers to those that have none, in their order."""
        if len(self._numbers) >= _REMEMBERED:
            self._numbers.clear()
        unknown: dict[str, list[str]] = {}
        for key, value in labels:
            if (key, value) not in self._numbers:
                unknown.setdefault(key, []).append(value)
        for key, values in unknown.items():
            for part in parts(values):
                rows = f"SELECT value, label FROM labels WHERE key = ? AND value IN ({marks(part)})"
                self._numbers.update(((key, value), label) for value, label in self._db.execute(rows, (key, *part)))
        self._add([label for label in labels if label not in self._numbers])

    def _add(self, labels: Sequence[tuple[str, str]]) -> None:
        last = int(self._db.execute("SELECT coalesce(max(label), 0) FROM labels").fetchone()[0])
        numbered = [*enumerate(labels, start=last + 1)]
        rows = ((n, key, value, f" {' '.join(label_terms(value))} ") for n, (key, value) in numbered)
        self._db.executemany("INSERT INTO labels VALUES (?, ?, ?, ?)", rows)
        self._numbers.update((label, n) for n, label in numbered)

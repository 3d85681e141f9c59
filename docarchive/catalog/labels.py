"""Labels: the different values of metadata keys, and which articles have them. See docs/decisions/0009."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from docarchive.catalog import stored
from docarchive.catalog.database import batches, placeholders
from docarchive.query.document import value_terms

_MAX_CACHED: Final = 50_000


class Labels:
    """The labels of one catalog. A label is a pair of key and value, and is deleted with its last article."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._numbers: dict[tuple[str, str], int] = {}

    def put(self, labelled: Iterable[tuple[int, Sequence[tuple[str, str]]]]) -> None:
        """Adds labels, without repetitions, to articles that have none, by row number."""
        articles = [*labelled]
        self._number(dict.fromkeys(label for _, labels in articles for label in labels))
        numbers = self._numbers
        rows = sorted([(numbers[label], n) for n, labels in articles for label in labels])
        self._db.executemany("INSERT INTO labelled VALUES (?, ?)", rows)

    def replace(self, labelled: Mapping[int, Sequence[tuple[str, str]]]) -> None:
        """Gives articles, by row number, other labels than they have: only what differs is written."""
        if not labelled:
            return
        self._number(dict.fromkeys(label for labels in labelled.values() for label in labels))
        sql = "SELECT n, label FROM labelled WHERE n IN (SELECT value FROM json_each(?))"
        rows = {*self._selected("nn", sql, (json.dumps([*labelled]),))}
        wanted = {(n, self._numbers[label]) for n, labels in labelled.items() for label in labels}
        added = sorted(wanted - rows, key=itemgetter(1, 0))
        self._db.executemany("INSERT INTO labelled (n, label) VALUES (?, ?)", added)
        self._remove(rows - wanted)  # afterwards, so that a label that moves to another article stays

    def remove(self, n: int) -> None:
        """Removes all labels of the article with row number n."""
        self.replace({n: ()})

    def _remove(self, rows: Collection[tuple[int, int]]) -> None:
        """Removes labels of articles, as pairs of row number and label, and those that no article has any more."""
        if not rows:
            return
        self._db.executemany("DELETE FROM labelled WHERE n = ? AND label = ?", rows)
        unused = (
            "DELETE FROM labels WHERE label = ? "
            "AND NOT EXISTS (SELECT 1 FROM labelled WHERE labelled.label = labels.label)"
        )
        self._db.executemany(unused, {(label,) for _, label in rows})
        self.forget()

    def _selected(self, types: str, sql: str, parameters: Sequence[str] = ()) -> Iterator[tuple[Any, ...]]:
        return chain.from_iterable(stored.rows(self._db, types, sql, parameters))

    def forget(self) -> None:
        """Clears the cache of label numbers, after a change or a rollback."""
        self._numbers.clear()

    def _number(self, labels: Collection[tuple[str, str]]) -> None:
        """Caches the numbers of labels, with one statement for many, and adds labels that are new, in order."""
        if len(self._numbers) >= _MAX_CACHED:
            self._numbers.clear()
        unknown: dict[str, list[str]] = {}
        for key, value in labels:
            if (key, value) not in self._numbers:
                unknown.setdefault(key, []).append(value)
        for key, values in unknown.items():
            for batch in batches(values):
                rows = f"SELECT value, label FROM labels WHERE key = ? AND value IN ({placeholders(batch)})"
                self._numbers.update(
                    ((key, value), label) for value, label in self._selected("tn", rows, (key, *batch))
                )
        self._add([label for label in labels if label not in self._numbers])

    def _add(self, labels: Sequence[tuple[str, str]]) -> None:
        last = next(self._selected("n", "SELECT coalesce(max(label), 0) FROM labels"))[0]
        numbered = [*enumerate(labels, start=last + 1)]
        rows = ((n, key, value, f" {' '.join(value_terms(key, value))} ") for n, (key, value) in numbered)
        self._db.executemany("INSERT INTO labels VALUES (?, ?, ?, ?)", rows)
        self._numbers.update((label, n) for n, label in numbered)

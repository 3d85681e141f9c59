"""Near duplicates: the signatures of texts in the catalog, and which articles are similar by them.

signatures     the signatures of articles that are long enough to have one
bands          the articles by the keys of their signatures' bands: near duplicates share a key
recent_bands   the same for the articles that were added last, not in ``bands`` yet

The keys of bands are random, so that those of one article are on different pages of the table. A thousand articles
would rewrite nearly all pages of a large table. They are written to a small one, which is moved into the large one now
and then (as in a log-structured merge tree, O'Neil et al. 1996). See docs/decisions/0026.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, combinations, groupby
from typing import Final

from docarchive.analysis.minhash import bands, similarity
from docarchive.catalog import stored
from docarchive.catalog.database import Database
from docarchive.records import NamedTuple

#: The share of their runs of words that two texts must have in common to be near duplicates, by default.
THRESHOLD: Final = 0.8
#: How many articles that share a band are compared: if more do, it is boilerplate, which says nothing about the texts.
_MAX_SHARING: Final = 100
#: How many rows ``recent_bands`` may hold: those of some 20,000 articles.
_MAX_RECENT: Final = 250_000


class NearDuplicate(NamedTuple):
    """An article whose text is similar to another text."""

    id: str
    similarity: float  # the estimated share of runs of words that both texts have, from 0 to 1


def put(db: sqlite3.Connection, signatures: Iterable[tuple[int, bytes]]) -> None:
    """Adds signatures, as pairs of row number and signature, of articles that have none in the catalog."""
    rows = [*signatures]
    db.executemany("INSERT INTO signatures VALUES (?, ?)", rows)
    # Sorted, because rows next to each other are on the same page of the table.
    band_rows = sorted({(band, n) for n, signature in rows for band in bands(signature)})
    db.executemany("INSERT INTO recent_bands (band, n) VALUES (?, ?)", band_rows)
    last = stored.one(db, "n", "SELECT coalesce(max(rowid), 0) FROM recent_bands")
    if last and last[0] > _MAX_RECENT:
        db.execute("INSERT INTO bands SELECT band, n FROM recent_bands ORDER BY band, n")
        db.execute("DELETE FROM recent_bands")


def remove(db: sqlite3.Connection, n: int) -> None:
    """Removes the signature of the article with row number n."""
    row = stored.one(db, "s", "SELECT signature FROM signatures WHERE n = ?", (n,))
    if row is not None:
        band_rows = [(band, n) for band in bands(row[0])]
        for table in ("bands", "recent_bands"):
            db.executemany(f"DELETE FROM {table} WHERE band = ? AND n = ?", band_rows)
        db.execute("DELETE FROM signatures WHERE n = ?", (n,))


class NearDuplicates(Database):
    """The catalog's methods for near duplicates."""

    def near(self, signatures: Sequence[bytes], threshold: float = THRESHOLD) -> list[list[NearDuplicate]]:
        """Returns the near duplicates of the texts with these signatures.

        They are the articles at least as similar as the threshold, from 0 to 1: the most similar first, then the first
        in the archive.
        """
        keys = [bands(signature) for signature in signatures]
        by_band = self._rows_by_band(set(chain.from_iterable(keys)), len(keys) * _MAX_SHARING)
        candidates = [{n for band in own for n in by_band.get(band, ())} for own in keys]
        stored = self._signatures(set().union(*candidates))
        results: list[list[NearDuplicate]] = []
        for signature, numbers in zip(signatures, candidates, strict=True):
            ranked = sorted((-similarity(signature, stored[n][0]), n) for n in numbers if n in stored)
            results.append([NearDuplicate(stored[n][1], -negative) for negative, n in ranked if -negative >= threshold])
        return results

    def _signatures(self, numbers: Collection[int]) -> dict[int, tuple[bytes, str]]:
        """Returns the signatures and ids of articles by row number."""
        sql = """
            SELECT s.n, s.signature, a.id FROM signatures AS s JOIN articles AS a ON a.n = s.n
            WHERE s.n IN (SELECT value FROM json_each(?))
        """
        return {n: (signature, id_) for n, signature, id_ in self._select("nst", sql, (json.dumps([*numbers]),))}

    def _rows_by_band(self, keys: Collection[int], limit: int) -> dict[int, list[int]]:
        """Returns the row numbers of the first articles with a band, at most ``_MAX_SHARING``, by the key of the band.

        One statement asks for all keys; if it would return more than ``limit`` rows, there is one statement per key.
        """
        where = "WHERE band IN (SELECT value FROM json_each(:keys))"
        sql = f"SELECT band, n FROM bands {where} UNION ALL SELECT band, n FROM recent_bands {where} LIMIT {limit + 1}"
        rows = [*self._select("nn", sql, {"keys": json.dumps([*keys])})]
        if len(rows) <= limit:
            by_band: dict[int, list[int]] = {}
            for band, n in rows:
                by_band.setdefault(band, []).append(n)
            return {band: sorted(numbers)[:_MAX_SHARING] for band, numbers in by_band.items()}
        one = (
            "SELECT n FROM bands WHERE band = :band UNION ALL SELECT n FROM recent_bands WHERE band = :band "
            f"ORDER BY n LIMIT {_MAX_SHARING}"
        )
        return {band: [n for (n,) in self._select("n", one, {"band": band})] for band in keys}

    def similarities(self, id_: str, others: Sequence[str]) -> dict[str, float]:
        """Returns the similarity of an article's text to those of others, by id; 1 to itself."""
        sql = "SELECT signature FROM signatures WHERE n = (SELECT n FROM articles WHERE id = ?)"
        signatures = {other: self._one("s", sql, other) for other in {id_, *others}}
        own = signatures[id_]
        return {other: similarity(own, signatures[other]) if other != id_ else 1.0 for other in others}

    def pairs(self, threshold: float) -> Iterator[tuple[int, int]]:
        """Yields pairs of row numbers of near duplicates, the smaller number first, while it reads the bands once.

        A pair may come more than once. Any two near duplicates are connected by pairs, though perhaps not by one.
        """
        sql = "SELECT band, n FROM bands UNION ALL SELECT band, n FROM recent_bands ORDER BY band, n"
        rows = self._select("nn", sql)
        for _, group in groupby(rows, key=lambda row: row[0]):
            numbers = [n for _, n in group][: _MAX_SHARING + 1]
            if len(numbers) < 2:
                continue
            signatures = {n: self._one("s", "SELECT signature FROM signatures WHERE n = ?", n) for n in numbers}
            for one, other in combinations(numbers, 2):
                if similarity(signatures[one], signatures[other]) >= threshold:
                    yield one, other

    def near_groups(self, threshold: float = THRESHOLD) -> list[list[str]]:
        """Returns the ids of articles that are near duplicates, directly or over others, in groups.

        Articles in a group, and groups, are in the order in which they were added to the archive.
        """
        leaders: dict[int, int] = {}  # a disjoint-set forest: from row number to a smaller one of the same group

        def leader(n: int) -> int:
            while leaders.setdefault(n, n) != n:
                leaders[n] = leaders[leaders[n]]
                n = leaders[n]
            return n

        for one, other in self.pairs(threshold):
            first, second = sorted((leader(one), leader(other)))
            leaders[second] = first
        groups: dict[int, list[int]] = {}
        for n in sorted(leaders):
            groups.setdefault(leader(n), []).append(n)
        return [[self._one("t", "SELECT id FROM articles WHERE n = ?", n) for n in group] for group in groups.values()]

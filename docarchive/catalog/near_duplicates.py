"""Near articles: their signatures in the catalog, and which articles are alike by them.

signatures     the signature of each article that is long enough to have one
bands          where a signature agrees with others: a key of each of its bands
recent_bands   those of the last articles, not in ``bands`` yet

Keys of bands are random, so that each of an article's stands on a page of its own. A thousand articles would write
nearly all pages of a large table anew; they go into a small one, which is emptied into the large one now and then (as
in a log-structured merge tree, O'Neil et al. 1996).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from docarchive.analysis.minhash import bands, similarity
from docarchive.catalog.database import Database

#: What two texts must share of their runs of words to be near, if the user says nothing else.
THRESHOLD: Final = 0.8
#: So many articles of one band are compared: more share what a form prints, and say nothing about each other.
_MAX_SHARING: Final = 100
#: So many recent bands are kept apart, those of some 20,000 articles.
_MAX_RECENT: Final = 250_000


class NearDuplicate(NamedTuple):
    """An article that is near another text.

    Attributes:
        id: The article's.
        similarity: The share of runs of words that both have, about: from 0 to 1.
    """

    id: str
    similarity: float


def put(db: sqlite3.Connection, signatures: Iterable[tuple[int, bytes]]) -> None:
    """Notes the signatures of articles, by the number of the row, which have none yet."""
    signed = [*signatures]
    db.executemany("INSERT INTO signatures VALUES (?, ?)", signed)
    banded = sorted({(band, n) for n, found in signed for band in bands(found)})  # so that pages of the table are near
    db.executemany("INSERT INTO recent_bands (band, n) VALUES (?, ?)", banded)
    if db.execute("SELECT coalesce(max(place), 0) FROM recent_bands").fetchone()[0] > _MAX_RECENT:
        db.execute("INSERT INTO bands SELECT band, n FROM recent_bands ORDER BY band, n")
        db.execute("DELETE FROM recent_bands")


def remove(db: sqlite3.Connection, n: int) -> None:
    """Forgets the signature of an article."""
    row = db.execute("SELECT signature FROM signatures WHERE n = ?", (n,)).fetchone()
    if row is not None:
        banded = [(band, n) for band in bands(row[0])]
        for table in ("bands", "recent_bands"):
            db.executemany(f"DELETE FROM {table} WHERE band = ? AND n = ?", banded)
        db.execute("DELETE FROM signatures WHERE n = ?", (n,))


def near(db: sqlite3.Connection, wanted: Sequence[bytes], threshold: float) -> list[list[NearDuplicate]]:
    """Returns the articles that each of some signatures is near to, the nearest first, then the oldest in the archive.

    Args:
        db: The catalog.
        wanted: The signatures.
        threshold: How alike they must be, from 0 to 1.
    """
    sharing = _sharing(db, [bands(each) for each in wanted])
    signed = _signed(db, set().union(*sharing))
    found: list[list[NearDuplicate]] = []
    for each, numbers in zip(wanted, sharing, strict=True):
        alike = ((-similarity(each, signed[n][0]), n) for n in numbers if n in signed)
        found.append([NearDuplicate(signed[n][1], -less) for less, n in sorted(alike) if -less >= threshold])
    return found


def _signed(db: sqlite3.Connection, numbers: set[int]) -> dict[int, tuple[bytes, str]]:
    """Returns the signatures and the ids of articles by their numbers."""
    if not numbers:
        return {}
    sql = """
        SELECT s.n, s.signature, a.id FROM signatures AS s JOIN articles AS a ON a.n = s.n
        WHERE s.n IN (SELECT value FROM json_each(?))
    """
    return {n: (signature, id_) for n, signature, id_ in db.execute(sql, (json.dumps([*numbers]),))}


def _sharing(db: sqlite3.Connection, keys: Sequence[Sequence[int]]) -> list[set[int]]:
    """Returns for the bands of each signature the numbers of articles that have one of them, not too many of each."""
    having = _having(db, {band for each in keys for band in each}, len(keys) * _MAX_SHARING)
    return [{n for band in each for n in having.get(band, ())} for each in keys]


def _having(db: sqlite3.Connection, keys: Collection[int], most: int) -> dict[int, list[int]]:
    """Returns the numbers of the first articles that have a band, by band; asks for each if there are too many."""
    asked = "WHERE band IN (SELECT value FROM json_each(?1))"
    sql = f"SELECT band, n FROM bands {asked} UNION ALL SELECT band, n FROM recent_bands {asked} LIMIT {most + 1}"
    rows = db.execute(sql, (json.dumps([*keys]),)).fetchall()
    having: dict[int, list[int]] = {}
    if len(rows) <= most:
        for band, n in rows:
            having.setdefault(band, []).append(n)
        return {band: sorted(numbers)[:_MAX_SHARING] for band, numbers in having.items()}
    one = "SELECT n FROM bands WHERE band = ?1 UNION ALL SELECT n FROM recent_bands WHERE band = ?1 ORDER BY n LIMIT ?2"
    for band in keys:
        having[band] = [n for (n,) in db.execute(one, (band, _MAX_SHARING))]
    return having


def pairs(db: sqlite3.Connection, threshold: float) -> Iterator[tuple[int, int]]:
    """Yields pairs of numbers of articles that are near, the smaller number first; some more than once.

    Every two near articles are connected by pairs. It goes through the bands once.
    """
    rows = db.execute("SELECT band, n FROM bands UNION ALL SELECT band, n FROM recent_bands ORDER BY band, n")
    for _, shared in groupby(rows, key=lambda row: row[0]):
        numbers = [n for _, n in shared][: _MAX_SHARING + 1]
        if len(numbers) < 2:
            continue
        signatures = {n: _signature(db, n) for n in numbers}
        for place, n in enumerate(numbers):
            for other in numbers[place + 1 :]:
                if similarity(signatures[n], signatures[other]) >= threshold:
                    yield n, other


def signature_of(db: sqlite3.Connection, id_: str) -> bytes:
    """Returns the signature of an article that has one."""
    sql = "SELECT signature FROM signatures WHERE n = (SELECT n FROM articles WHERE id = ?)"
    return bytes(db.execute(sql, (id_,)).fetchone()[0])


def _signature(db: sqlite3.Connection, n: int) -> bytes:
    return bytes(db.execute("SELECT signature FROM signatures WHERE n = ?", (n,)).fetchone()[0])


class NearDuplicates(Database):
    """What finds near articles in a catalog."""

    def near(self, signatures: Sequence[bytes], threshold: float = THRESHOLD) -> list[list[NearDuplicate]]:
        """Returns the articles that each signature is near to, the nearest first."""
        return near(self._db, signatures, threshold)

    def similarities(self, id_: str, others: Sequence[str]) -> dict[str, float]:
        """Returns how alike the text of an article is to those of others, by id; 1 to itself."""
        found = {each: signature_of(self._db, each) for each in {id_, *others}}
        own = found[id_]
        return {each: similarity(own, found[each]) if each != id_ else 1.0 for each in others}

    def near_groups(self, threshold: float = THRESHOLD) -> list[list[str]]:
        """Returns the ids of articles that are near each other, directly or over others, in groups.

        In a group, and among the groups, what came first into the archive stands first.
        """
        leaders: dict[int, int] = {}

        def leader(n: int) -> int:
            while leaders.setdefault(n, n) != n:
                leaders[n] = leaders[leaders[n]]
                n = leaders[n]
            return n

        for one, other in pairs(self._db, threshold):
            first, second = sorted((leader(one), leader(other)))
            leaders[second] = first
        groups: dict[int, list[int]] = {}
        for n in sorted(leaders):
            groups.setdefault(leader(n), []).append(n)
        return [[str(self._one("SELECT id FROM articles WHERE n = ?", n)) for n in group] for group in groups.values()]

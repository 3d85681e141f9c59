"""Duplicates: what is done with articles that are near others, and which articles are alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

from docarchive.analysis.minhash import bands, signature, similarity
from docarchive.archive.importing.records import Arrival
from docarchive.catalog import Catalog
from docarchive.catalog.near_duplicates import THRESHOLD, NearDuplicate
from docarchive.errors import UsageError

OnDuplicate = Literal["link", "skip", "keep"]
CHOICES: Final[tuple[OnDuplicate, ...]] = ("link", "skip", "keep")
_MAX_LINKS: Final = 10


def on_duplicate(choice: str) -> OnDuplicate:
    """Returns a choice of what to do with near duplicates; raises ``UsageError`` for what is none."""
    for each in CHOICES:
        if each == choice:
            return each
    raise UsageError(f"near duplicates are dealt with by {', '.join(CHOICES)}, not by {choice!r}")


class Duplicates:
    """Finds what an article that comes in is near to, in the catalog and among what came just before it.

    Args:
        catalog: The archive's.
        threshold: The share of runs of words from which on two texts are near.
    """

    def __init__(self, catalog: Catalog, threshold: float = THRESHOLD) -> None:
        self._catalog = catalog
        self._threshold = threshold
        self._waiting: dict[int, list[tuple[str, bytes]]] = {}  # by band: what is not in the catalog yet
        self._in_catalog: dict[bytes, list[NearDuplicate]] = {}  # by signature: what was asked ahead

    def look_ahead(self, arrivals: Sequence[Arrival]) -> None:
        """Signs the texts of articles, and asks the catalog at once for what is near to them; see ``forget_ahead``."""
        for arrival in arrivals:
            arrival.signature = signature(arrival.article.body)
        signed = [*dict.fromkeys(arrival.signature for arrival in arrivals if arrival.signature)]
        self._in_catalog = dict(zip(signed, self._catalog.near(signed, self._threshold), strict=True))

    def of(self, arrival: Arrival) -> list[str]:
        """Returns the ids of the articles that one is near to, the nearest first, and remembers it."""
        article = arrival.article
        found = arrival.signature = arrival.signature or signature(article.body)
        if found is None:
            return []
        known = self._in_catalog.get(found)
        near = dict(self._catalog.near([found], self._threshold)[0] if known is None else known)
        keys = bands(found)
        for key in keys:
            for id_, other in self._waiting.get(key, ()):
                if id_ not in near and (alike := similarity(found, other)) >= self._threshold:
                    near[id_] = alike
        near.pop(article.id, None)
        if len(near) < _MAX_LINKS:
            for key in keys:
                self._waiting.setdefault(key, []).append((article.id, found))
        return sorted(near, key=lambda id_: -near[id_])[:_MAX_LINKS]

    def forget_ahead(self) -> None:
        """Forgets what the catalog said, for it says more now."""
        self._in_catalog.clear()

    def forget(self) -> None:
        """Forgets what came in, for it is in the catalog now."""
        self._waiting.clear()
        self.forget_ahead()


class Duplicate(NamedTuple):
    """An article of a group of near duplicates.

    Attributes:
        id: Its id.
        title: Its title.
        date: Its date as it is written, or None.
        path: Its file, relative to the archive.
        similarity: The share of runs of words that it has in common with the first of the group, about.
    """

    id: str
    title: str
    date: str | None
    path: str
    similarity: float


def groups(catalog: Catalog, threshold: float) -> Iterator[list[Duplicate]]:
    """Yields the groups of near articles, what came first into the archive first."""
    for ids in catalog.near_groups(threshold):
        rows = catalog.rows_of(ids)
        alike = catalog.similarities(ids[0], ids)
        yield [_duplicate(rows[id_], alike[id_]) for id_ in ids if id_ in rows]


def _duplicate(row: Any, alike: float) -> Duplicate:
    return Duplicate(row.id, str(row.metadata["title"]), row.metadata.get("date"), row.path, round(alike, 2))

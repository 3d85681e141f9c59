"""Near duplicates: articles with nearly the same text, in the catalog and in the running import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from docarchive.analysis.minhash import bands, signature, similarity
from docarchive.archive.import_and_export_options import DUPLICATE_CHOICES
from docarchive.archive.importing.records import NewArticle
from docarchive.catalog import Catalog
from docarchive.catalog.near_duplicates import THRESHOLD, NearDuplicate
from docarchive.errors import UsageError
from docarchive.records import NamedTuple
from docarchive.texts import did_you_mean

_MAX_LINKS: Final = 10


def check_choice(choice: str | None) -> None:
    """Raises ``UsageError`` if this is not a value of the option ``on_duplicate``."""
    if choice not in DUPLICATE_CHOICES:
        raise UsageError(
            f"{choice!r} is no choice for near duplicates; {did_you_mean(choice or '', DUPLICATE_CHOICES)}"
        )


class Duplicates:
    """Finds the near duplicates of a new article, in the catalog and among the articles just before it."""

    def __init__(self, catalog: Catalog, threshold: float = THRESHOLD) -> None:
        self._catalog = catalog
        self._threshold = threshold
        self._waiting: dict[int, list[tuple[str, bytes]]] = {}  # by band: id and signature, not yet in the catalog
        self._ahead: dict[bytes, list[NearDuplicate]] = {}  # by signature: answers of the catalog, see look_ahead

    def look_ahead(self, articles: Sequence[NewArticle]) -> None:
        """Computes the signatures of articles, and looks them up in one query; see ``forget_ahead``."""
        for new in articles:
            new.signature = signature(new.article.body)
        signatures = [*dict.fromkeys(new.signature for new in articles if new.signature)]
        self._ahead = dict(zip(signatures, self._catalog.near(signatures, self._threshold), strict=True))

    def of(self, new: NewArticle) -> list[str]:
        """Returns the ids of an article's near duplicates, the most similar first, and remembers the article."""
        article = new.article
        signed = new.signature = new.signature or signature(article.body)
        if signed is None:
            return []
        ahead = self._ahead.get(signed)
        near = dict(self._catalog.near([signed], self._threshold)[0] if ahead is None else ahead)
        keys = bands(signed)
        for key in keys:
            for id_, other in self._waiting.get(key, ()):
                if id_ not in near and (alike := similarity(signed, other)) >= self._threshold:
                    near[id_] = alike
        near.pop(article.id, None)
        if len(near) < _MAX_LINKS:
            for key in keys:
                self._waiting.setdefault(key, []).append((article.id, signed))
        return sorted(near, key=lambda id_: -near[id_])[:_MAX_LINKS]

    def forget_ahead(self) -> None:
        """Forgets the answers of ``look_ahead``: the catalog has changed."""
        self._ahead.clear()

    def forget(self) -> None:
        """Forgets the articles of this import: they are in the catalog now."""
        self._waiting.clear()
        self.forget_ahead()


class Duplicate(NamedTuple):
    """An article of a group of near duplicates.

    Attributes:
        id: Its id.
        title: Its title.
        date: Its date as written, or None.
        path: The path of its file, relative to the archive.
        similarity: The estimated share of its four-word sequences that the first of the group has too, from 0 to 1.
    """

    id: str
    title: str
    date: str | None
    path: str
    similarity: float

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


def groups(catalog: Catalog, threshold: float) -> Iterator[list[Duplicate]]:
    """Yields groups of near duplicates; in each group, in the order in which they were imported."""
    for ids in catalog.near_groups(threshold):
        rows = catalog.rows_of(ids)
        similarities = catalog.similarities(ids[0], ids)
        yield [_duplicate(rows[id_], similarities[id_]) for id_ in ids if id_ in rows]


def _duplicate(row: Any, similar: float) -> Duplicate:
    return Duplicate(row.id, str(row.metadata["title"]), row.metadata.get("date"), row.path, round(similar, 2))

"""A temporary database of the articles of a site and of their labels, from which its lists are made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final
from urllib.parse import quote

from docarchive.analysis import fold
from docarchive.article import Article
from docarchive.records import NamedTuple
from docarchive.slugs import slugify

#: The kinds of labels, which are also the names of their folders, and their titles.
KINDS: Final = {
    "tags": "Tags",
    "people": "People",
    "organizations": "Organizations",
    "places": "Places",
    "authors": "Authors",
    "sections": "Sections",
    "sources": "Sources",
}
TIMELINE: Final = "timeline"
UNDATED: Final = "undated"
_BATCH: Final = 500


class Entry(NamedTuple):
    """An article in a list.

    Attributes:
        path: The path of its page, from the root of the site.
        title: Its title.
        date: Its date, as an article writes it; empty if unknown.
        excerpt: The beginning of its text.
    """

    path: str
    title: str
    date: str
    excerpt: str


class Label(NamedTuple):
    """A tag, a place, a month and so on, with the number of articles under it.

    Attributes:
        kind: Its kind, a key of ``KINDS`` or ``TIMELINE``.
        key: Its folded name.
        name: Its name as the first article writes it.
        articles: The number of articles with it.
    """

    kind: str
    key: str
    name: str
    articles: int


class Register:
    """Stores articles in any order, and returns them in the order of lists. Close it.

    Args:
        path: The path of the database, which must not exist.
    """

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -16000"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute(
            "CREATE TABLE articles (n INTEGER PRIMARY KEY, path TEXT, title TEXT, date TEXT, excerpt TEXT, start TEXT)"
        )
        self.connection.execute("CREATE TABLE labels (kind TEXT, key TEXT, n INTEGER, name TEXT)")
        self.connection.execute("BEGIN")
        self.count = 0

    def close(self) -> None:
        """Closes the database."""
        self.connection.close()

    def add(self, article: Article, entry: Entry) -> None:
        """Adds an article."""
        start = article.date.start if article.date else ""
        self.connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", (self.count, *entry, start))
        month = article.date.text[:7] if article.date else UNDATED
        rows = {(TIMELINE, month): month}
        for kind in KINDS:
            for name in labels_of(article, kind):
                rows.setdefault((kind, fold(name)), name)
        values = [(kind, key, self.count, name) for (kind, key), name in rows.items()]
        self.connection.executemany("INSERT INTO labels VALUES (?, ?, ?, ?)", values)
        self.count += 1

    def finish(self) -> None:
        """Creates the indexes for the lists, after the last article."""
        self.connection.execute("CREATE INDEX by_label ON labels (kind, key, n)")
        self.connection.execute("CREATE INDEX by_date ON articles (start DESC, n)")

    def in_order(self) -> Iterator[Entry]:
        """Yields all articles in the order of their adding."""
        yield from self._entries("SELECT path, title, date, excerpt FROM articles ORDER BY n")

    def newest_first(self) -> Iterator[Entry]:
        """Yields all articles, the newest first, those without a date last."""
        yield from self._entries("SELECT path, title, date, excerpt FROM articles ORDER BY start DESC, n")

    def labels(self, kind: str, most: int | None = None) -> Iterator[Label]:
        """Yields the labels of a kind by name; with ``most``, that many of the most frequent ones."""
        order = "count DESC, key LIMIT ?" if most is not None else "key"
        yield from (
            Label(kind, key, name, count)
            for key, name, count, _ in self.connection.cursor().execute(
                "SELECT key, name, count(*) AS count, min(n) FROM labels WHERE kind = ? GROUP BY key ORDER BY " + order,
                (kind,) if most is None else (kind, most),
            )
        )

    def number_of(self, kind: str) -> int:
        """Returns how many labels of a kind there are."""
        (count,) = self.connection.execute("SELECT count(DISTINCT key) FROM labels WHERE kind = ?", (kind,)).fetchone()
        return int(count)

    def articles_by_label(self, kind: str) -> Iterator[tuple[Label, Iterator[Entry]]]:
        """Yields the labels of a kind by name, with their articles, the newest first."""
        rows = self.connection.cursor().execute(
            "SELECT key, path, title, date, excerpt FROM labels JOIN articles USING (n) WHERE kind = ?"
            " ORDER BY key, start DESC, n",
            (kind,),
        )
        groups = groupby(rows, itemgetter(0))
        for label, (key, group) in zip(self.labels(kind), groups, strict=True):
            assert label.key == key
            yield label, (Entry(*row[1:]) for row in group)

    def _entries(self, query: str) -> Iterator[Entry]:
        cursor = self.connection.cursor().execute(query)
        while rows := cursor.fetchmany(_BATCH):
            yield from map(Entry._make, rows)


def labels_of(article: Article, kind: str) -> list[str]:
    """Returns the labels of a kind that an article has."""
    labels = getattr(article, kind.removesuffix("s") if kind in ("sections", "sources") else kind)
    return [labels] if isinstance(labels, str) else labels or []


def label_stem(kind: str, name: str) -> str:
    """Returns the path of the list of a label without its ending, from the root of the site.

    It depends on the label alone, so that articles can link to it before it exists. If the slug is not unique to the
    label, a digest makes it so.
    """
    if kind == TIMELINE:
        return f"{kind}/{name}"
    key = fold(name)
    slug = slugify(key)
    if slug.replace("-", " ") != key or slug == "index":
        slug = f"{slug}_{sha256(key.encode('utf-8', 'replace')).hexdigest()[:12]}"
    return f"{kind}/{slug}"


def href(path: str, root: str = "") -> str:
    """Returns a relative link to a path of the site.

    Args:
        path: The path from the root of the site.
        root: The path of the root from the page that links, such as ``../``.
    """
    return root + quote(path)

"""The Engine protocol, and what all engines share: changes, positions, results, sort orders."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from docarchive.analysis import fold
from docarchive.engines.ranking import Freshness, Reader
from docarchive.query import AnalyzedArticle, Node

if TYPE_CHECKING:
    from docarchive.article import Article

#: Orders of results; a minus turns one round. Articles without the value come last in either.
SORTS: Final = ("relevance", "date", "-date", "title", "-title", "archived", "-archived")

_TITLE_KEY: Final = 200
T = TypeVar("T")


class Position(NamedTuple):
    """How far an engine has followed a journal: a journal position, and which journal it is in.

    Attributes:
        epoch: The name of the catalog whose journal it is; a rebuilt catalog has a new one.
        number: The journal position, as ``Catalog.last_position`` counts it, of the last change that is in the index.
    """

    epoch: str
    number: int


class Change(NamedTuple):
    """An article that is new or different, or (article is None) gone.

    Attributes:
        id: The article's.
        article: What it says now.
        row: The number of its row in the catalog, by which facets are counted.
        language: The language that its words are in.
    """

    id: str
    article: Article | None
    row: int = 0
    language: str = "en"


class Scored(NamedTuple):
    """An id and its score, a number that is only comparable within one result."""

    id: str
    score: float


class Found(NamedTuple):
    """A page of results: how many there are in all, and those asked for, in order."""

    total: int
    hits: list[Scored]


class Part(NamedTuple):
    """A part of a score.

    Attributes:
        what: The word, or what else it is for.
        score: What it adds.
        frequency: How often the article has the word, weighted by field; 0 where that plays no role.
        documents: How many articles have it.
    """

    what: str
    score: float
    frequency: float = 0.0
    documents: int = 0


class Engine(Protocol):
    """A full-text index that follows the journal of a catalog.

    An engine answers as ``Node.matches`` does for every query that it takes, and raises
    ``UnsupportedQuery`` for the others. Equal scores and equal sort keys come in order of id.
    """

    name: str

    def position(self) -> Position | None:
        """Returns how far the index goes, or None if there is no usable index."""

    def index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        """Brings changes into the index, and records position as how far it now goes.

        The position may be asked for after the last change, if it is not known before. It may be repeated after an
        interruption: an article that is there already is replaced.
        """

    def search(
        self,
        query: Node,
        *,
        limit: int,
        offset: int = 0,
        sort: str = "relevance",
        reader: Reader | None = None,
        freshness: Freshness | None = None,
    ) -> Found:
        """Finds one page of results.

        Args:
            query: The tree.
            limit: How many hits to return.
            offset: How many to pass over before.
            sort: One of ``SORTS``.
            reader: Reads the best hits, so that their words can improve the order; without it they do not.
            freshness: Prefers newer articles.
        """

    def explain(
        self, query: Node, id_: str, *, reader: Reader | None = None, freshness: Freshness | None = None
    ) -> list[Part]:
        """Returns the parts that an article's score is the sum of; a factor for all comes last."""

    def ids(self, query: Node) -> Iterator[str]:
        """Yields the ids of all matches, in no particular order."""

    def rows(self, query: Node) -> Collection[int]:
        """Returns the catalog's row numbers of all matches."""

    def count(self, query: Node) -> int:
        """Returns how many articles match."""

    def similar(self, analyzed: AnalyzedArticle) -> Node:
        """Returns a query for articles with the words that tell this one from others."""

    def words_like(self, word: str, distance: int, field: str | None = None) -> list[tuple[str, int]]:
        """Returns the index's words that a folded word may stand for, each with its number of articles.

        They begin with its first character, which is hardly ever the wrong one, so that few of all words are looked at.

        Args:
            word: The word.
            distance: How many characters may differ, as ``~`` counts them.
            field: The text field whose words are meant, or None for all.
        """

    def clear(self) -> None:
        """Deletes the index."""

    def close(self) -> None:
        """Closes files; the engine is of no use after that."""


def sort_value(article: Article, sort: str) -> str:
    """Returns what an article is ordered by; empty if it has no such value."""
    name = sort.lstrip("-")
    if name == "title":
        return fold(article.title)[:_TITLE_KEY]
    date = article.archived if name == "archived" else article.date
    return date.start if date else ""


def ordered(rows: Iterable[tuple[str | int, str, T]], sort: str) -> Sequence[T]:
    """Puts rows of (sort value, id, anything) in order; rows without a value (``""``, 0) come last."""
    by_id = sorted(rows, key=lambda row: row[1])
    valued = [row for row in by_id if row[0]]
    valued.sort(key=lambda row: row[0], reverse=sort.startswith("-"))
    return [row[2] for row in valued] + [row[2] for row in by_id if not row[0]]

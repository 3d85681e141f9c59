"""The Engine protocol, and the types that all engines share: changes, positions, results, sort orders."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeVar, get_args

from docarchive.analysis import fold
from docarchive.engines.ranking import Freshness, Reader
from docarchive.query import AnalyzedArticle, Node
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from docarchive.article import Article
    from docarchive.query.facets import Counts, Facet

_SortNames = Literal["relevance", "date", "-date", "title", "-title", "archived", "-archived"]
#: An order of results: one of ``SORTS``, or any metadata key, such as ``rating`` or ``-rating``.
Sort = _SortNames | str
#: Orders of results; ``-`` reverses one. Articles without the value are last in both directions.
SORTS: Final[tuple[str, ...]] = get_args(_SortNames)

_TITLE_KEY: Final = 200
T = TypeVar("T")


class Position(NamedTuple):
    """How far an engine has followed a journal: a journal position, and which journal it is in."""

    epoch: str  # the name of the catalog whose journal it is; a rebuilt catalog has a new one
    number: int  # the journal position, as ``Catalog.last_position`` counts it, of the last change that is in the index


class Change(NamedTuple):
    """A change of one article: it is new, different, or deleted."""

    id: str
    article: Article | None  # the article as it is now; None if it was deleted
    row: int = 0  # the number of its row in the catalog, for counting facets
    language: str = "en"  # the language of its words, ISO 639-1
    number: int = 0  # the journal position of the change; 0 if it is not known
    path: str = ""  # the path of the article's file, relative to the archive
    digest: bytes = b""  # the SHA-256 of the article's file; empty if it is not known
    text: str | None = None  # the text of the file, for an engine that ``keeps_files``; None if docarchive wrote it

    def size(self) -> int:
        """Returns the number of characters of the article's text."""
        return len(self.article.body) if self.article else 0


class Scored(NamedTuple):
    """An id and its score, a number that is only comparable within one result."""

    id: str
    score: float


class Page(NamedTuple):
    """A page of results."""

    total: int  # how many articles match
    hits: list[Scored]  # the requested hits, in order


class ScorePart(NamedTuple):
    """One summand of a score.

    Attributes:
        what: The word, or another name of the summand.
        score: The number that it adds.
        frequency: How often the article has the word, weighted by field; 0 where frequency does not count.
        documents: How many articles have the word.
    """

    what: str
    score: float
    frequency: float = 0.0
    documents: int = 0


class Engine(Protocol):
    """A full-text index that follows the journal of a catalog.

    An engine answers every query that it supports as ``Node.matches`` does, and raises ``UnsupportedQuery`` for
    the others. Hits with equal scores or equal sort keys are in order of id.
    """

    name: str
    partial: bool  # whether a part of the index has not answered since this was last set to False
    keeps_files: bool  # whether the index has the texts of the articles' files
    sorts_by_any_key: bool  # whether it sorts by any metadata key, where there is no catalog that could

    def position(self) -> Position | None:
        """Returns how far the index goes, or None if there is no usable index."""

    def index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        """Applies changes to the index, and records the position that it then has.

        An article that the index has already is replaced, so that changes may be repeated after an interruption.

        Args:
            changes: The changes, one per article.
            position: The position after the last change, or a function that returns it then.
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
    ) -> Page:
        """Returns one page of results.

        Args:
            query: The tree.
            limit: How many hits to return.
            offset: How many hits to skip first.
            sort: One of ``SORTS``; any key, perhaps after ``-``, if it ``sorts_by_any_key``.
            reader: Reads the best hits for feedback (``ranking``); None: no feedback.
            freshness: Boosts newer articles.
        """

    def explain(
        self, query: Node, id_: str, *, reader: Reader | None = None, freshness: Freshness | None = None
    ) -> list[ScorePart]:
        """Returns the summands of an article's score; a factor of the whole sum is last."""

    def ids(self, query: Node) -> Iterator[str]:
        """Yields the ids of all matches, in any order."""

    def rows(self, query: Node) -> Collection[int]:
        """Returns the catalog's row numbers of all matches."""

    def count(self, query: Node) -> int:
        """Returns how many articles match."""

    def facets(self, query: Node, facets: Sequence[Facet]) -> dict[str, Counts]:
        """Counts all matches by value, as the catalog does by their rows, by the names of facets.

        Facets that the catalog counts sooner, or that the engine cannot count exactly, are left out.
        """

    def similar(self, analyzed: AnalyzedArticle) -> Node:
        """Returns a query for articles with the distinctive words of this one."""

    def words_like(self, word: str, distance: int, field: str | None = None) -> list[tuple[str, int]]:
        """Returns words of the index that are spelled like a word, with their numbers of articles.

        All begin with its first character: few misspellings change that, and few words of the index are compared.

        Args:
            word: The word, folded.
            distance: How many characters may differ, as ``~`` counts them.
            field: The text field of the words; None: all text fields.
        """

    def publish(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Shows the index to others than this archive, if it is where others can see it, instead of earlier ones.

        ``progress`` is called with how many ids were compared with those of other archives, and how many there are.
        """

    def clear(self) -> None:
        """Deletes the index."""

    def close(self) -> None:
        """Closes all files; the engine cannot be used after that."""


def sort_value(article: Article, sort: str) -> str:
    """Returns the sort key of an article; empty if it has no such value."""
    name = sort.lstrip("-")
    if name == "title":
        return fold(article.title)[:_TITLE_KEY]
    date = article.archived if name == "archived" else article.date
    return date.start if date else ""


def ordered(rows: Iterable[tuple[str | int, str, T]], sort: str) -> Sequence[T]:
    """Returns the last values of rows (sort key, id, value), sorted; rows without a key (``""``, 0) are last."""
    by_id = sorted(rows, key=lambda row: row[1])
    valued = [row for row in by_id if row[0]]
    valued.sort(key=lambda row: row[0], reverse=sort.startswith("-"))
    return [row[2] for row in valued] + [row[2] for row in by_id if not row[0]]

"""Searching: query -> tree -> engine -> ids, scores, facets -> catalog -> results with snippets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from docarchive import frontmatter
from docarchive.analysis import QueryAnalyzer, analyzer
from docarchive.archive.search.suggesting import suggest
from docarchive.archive.settings import Settings
from docarchive.catalog import Catalog, Facet, Row
from docarchive.engines import Engine, Freshness, Page, ScorePart
from docarchive.engines.ranking import FEEDBACK_SIZE
from docarchive.errors import DocarchiveError, UsageError
from docarchive.keys import SCHEMA
from docarchive.query import AnalyzedArticle, And, Context, Every, Node, Parsed, Snippet, read, snippet
from docarchive.store import Store

if TYPE_CHECKING:
    from docarchive.article import Article

#: How many values of a facet are returned, unless another number is asked for.
FACET_LIMIT: Final = 10


class Options(NamedTuple):
    """How a search is to be done; see ``Archive.search``."""

    limit: int = 10
    offset: int = 0
    sort: str = "relevance"
    facets: tuple[str, ...] = ()
    facet_limit: int = FACET_LIMIT
    language: str | None = None
    now: datetime | None = None
    freshness: float | None = None
    explain: bool = False


class _Read(NamedTuple):
    """What ranking looks at of an article; loading and making whole ones would take longer than a search."""

    id: str
    title: str
    title_derived: bool
    summary: str | None
    body: str
    language: str | None = None


class Hit:
    """One article that a search found.

    Attributes:
        rank: Its place in the whole result, from 1.
        id: Its id.
        path: Of its file, relative to the archive.
        title: Its title.
        date: Its date as text, or None.
        language: The language that its words are taken to be in.
        score: Its score; comparable within one result only, 0 where the order is not by relevance.
        metadata: All of its metadata, as text, numbers, lists and objects.
        explanation: The parts that its score is the sum of, if they were asked for.
    """

    def __init__(
        self, rank: int, score: float, row: Row, read: Callable[[], str], tree: Node, explanation: list[ScorePart]
    ) -> None:
        self.rank = rank
        self.id = row.id
        self.path = row.path
        self.score = score
        self.metadata = row.metadata
        self.title = str(row.metadata.get("title", ""))
        self.date: str | None = row.metadata.get("date")
        self.language = row.language
        self.explanation = explanation
        self._read = read
        self._tree = tree

    @cached_property
    def article(self) -> Article:
        """The article, read from its file when first asked for."""
        from docarchive.writers import Document

        return Document(self.id, self.path, self._read()).article

    @cached_property
    def snippet(self) -> Snippet:
        """The best passages of its text, with the matched words marked; empty if its file is gone."""
        try:
            return snippet(self._tree, frontmatter.body_of(self._read()), analyzer(self.language))
        except DocarchiveError:
            return Snippet("")

    def to_dict(self) -> dict[str, Any]:
        """Returns the hit as a JSON object; marks in the snippet are ``**``."""
        found = {
            "rank": self.rank,
            "id": self.id,
            "title": self.title,
            "date": self.date,
            "score": self.score,
            "path": self.path,
            "snippet": self.snippet.marked(),
        }
        if self.explanation:
            found["explanation"] = [part._asdict() for part in self.explanation]
        return found


class Results:
    """A page of a search's result; iterate over it for the hits.

    Attributes:
        query: The query as it was given.
        total: How many articles matched.
        took_ms: Milliseconds that the search took.
        hits: Those asked for, in order.
        facets: For each facet that was asked for, its values with the number of articles of the whole
            result that have each: the most frequent first, dates in their order.
        more: For each facet, how many values are left out of it.
        suggestion: A query that finds more, if this one found little and there is one.
    """

    def __init__(
        self,
        query: str,
        total: int,
        took_ms: float,
        hits: list[Hit],
        facets: dict[str, list[tuple[str, int]]] | None = None,
        suggestion: str | None = None,
        more: dict[str, int] | None = None,
    ) -> None:
        self.query = query
        self.total = total
        self.took_ms = took_ms
        self.hits = hits
        self.facets = facets or {}
        self.more = more or {}
        self.suggestion = suggestion

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def to_dict(self) -> dict[str, Any]:
        """Returns the page as a JSON object (schema 1)."""
        found: dict[str, Any] = {
            "schema": SCHEMA,
            "query": self.query,
            "total": self.total,
            "took_ms": self.took_ms,
            "hits": [hit.to_dict() for hit in self.hits],
        }
        if self.facets:
            found["facets"] = {
                name: [{"value": value, "count": count} for value, count in values]
                for name, values in self.facets.items()
            }
        if self.suggestion:
            found["suggestion"] = self.suggestion
        return found


class Searcher:
    """Searches one archive.

    Args:
        store: Its files.
        catalog: Its catalog.
        settings: Its settings.
    """

    def __init__(self, store: Store, catalog: Catalog, settings: Settings) -> None:
        self._store = store
        self._catalog = catalog
        self._settings = settings

    def context(self, language: str | None = None, now: datetime | None = None) -> Context:
        """Returns what queries are read with.

        Args:
            language: The one that their words are in; each of the archive's, if it is left out.
            now: What dates in words are relative to.

        Raises:
            UsageError: It is no code of a language.
        """
        if language is not None:
            Settings.check_language(language)
        languages = [language] if language else self._catalog.languages()
        return Context(QueryAnalyzer(languages), now, self._catalog.keys, self._settings.searches)

    def search(self, query: str, options: Options, engine: Engine, like: Article | None = None) -> Results:
        """Searches; with an article to be alike to, within what the query matches."""
        began = perf_counter()
        context = self.context(options.language, options.now)
        parsed = read(query, context)
        tree = parsed.tree
        if like is not None:
            from docarchive.language import detect

            language = detect(f"{like.title}\n{like.body}", self._settings.language)
            alike = engine.similar(AnalyzedArticle(like, language))
            tree = alike if isinstance(tree, Every) else And((alike, tree))
        return self._results(parsed, tree, options, engine, context, began)

    def similar(self, article: Article, language: str, options: Options, engine: Engine) -> Results:
        """Finds articles like one of the archive's; itself it leaves out."""
        began = perf_counter()
        context = self.context(None, options.now)
        tree = And((engine.similar(AnalyzedArticle(article, language)), read(f"-id:{article.id}", context).tree))
        return self._results(Parsed("", tree, []), tree, options, engine, context, began)

    def _results(
        self, parsed: Parsed, tree: Node, options: Options, engine: Engine, context: Context, began: float
    ) -> Results:
        facets = [self._facet(name, context) for name in options.facets]
        # From the day's beginning: two pages of one result must agree.
        today = options.now or datetime.combine(datetime.now().date(), datetime.min.time())
        fresh = Freshness(today, options.freshness) if options.freshness else None
        found = engine.search(
            tree, limit=options.limit, offset=options.offset, sort=options.sort, reader=self._read, freshness=fresh
        )
        hits = self._hits(found, options.offset, tree)
        if options.explain and options.sort == "relevance":
            for hit in hits:
                hit.explanation += engine.explain(tree, hit.id, reader=self._read, freshness=fresh)
        rows = None if isinstance(tree, Every) or not facets else engine.rows(tree)
        every = self._catalog.facets(facets, rows)
        counted = {name: values[: options.facet_limit or None] for name, values in every.items()}
        more = {name: len(values) - len(counted[name]) for name, values in every.items()}
        suggestion = suggest(parsed, found.total, context, engine, self._catalog)
        took = round((perf_counter() - began) * 1000, 1)
        return Results(parsed.text, found.total, took, hits, counted, suggestion, more)

    def _facet(self, name: str, context: Context) -> Facet:
        facet = Facet.read(name)
        key = context.key(facet.key)
        if key is None:
            raise UsageError(context.unknown(facet.key))
        return facet._replace(key=key)

    def _hits(self, found: Page, offset: int, tree: Node) -> list[Hit]:
        """Makes hits of what an engine found; articles that are gone since are left out."""
        rows = self._catalog.rows_of([scored.id for scored in found.hits])

        def reader(path: str) -> Callable[[], str]:
            return lambda: self._store.read(path)

        return [
            Hit(rank, scored.score, rows[scored.id], reader(rows[scored.id].path), tree, [])
            for rank, scored in enumerate(found.hits, start=offset + 1)
            if scored.id in rows
        ]

    def _read(self, ids: Sequence[str]) -> Iterable[AnalyzedArticle]:
        """Reads articles for the engine's feedback."""
        for row in self._catalog.rows_of(ids).values():
            try:
                body = frontmatter.body_of(self._store.read(row.path))
            except DocarchiveError:
                continue
            known = row.metadata  # what ranking looks at: no need to parse the front matter
            title, derived = str(known.get("title", "")), bool(known.get("title_derived"))
            read = _Read(row.id, title, derived, known.get("summary"), body[:FEEDBACK_SIZE])
            yield AnalyzedArticle(cast("Article", read), row.language)

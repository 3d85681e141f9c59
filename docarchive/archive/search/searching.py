"""Searching: query -> tree -> engine -> ids, scores, facets -> catalog -> results with snippets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast, overload

from docarchive import frontmatter
from docarchive.analysis import QueryAnalyzer, analyzer
from docarchive.archive.search.answering import ALL_WORDS, ANY_WORDS, BY_MEANING, FEW, any_words_instead
from docarchive.archive.search.options import WORDS, SearchOptions
from docarchive.archive.search.searchable import Searchable
from docarchive.archive.user_values import check_language
from docarchive.catalog import Row
from docarchive.catalog.reading import copies_of
from docarchive.engines import SORTS, Engine, Freshness, Page, Scored, ScorePart
from docarchive.engines.ranking import FEEDBACK_SIZE
from docarchive.errors import DocarchiveError, NotFoundError, UsageError
from docarchive.keys import SCHEMA
from docarchive.query import AnalyzedArticle, And, Context, Every, Node, ParsedQuery, quote, read
from docarchive.records import NamedTuple, cached_property
from docarchive.store.layout import own_rank
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.archive.search.meaning import Meaning, Ranked
    from docarchive.article import Article
    from docarchive.catalog import Catalog
    from docarchive.engines.meaning.index import Near
    from docarchive.query.facets import Counts, Facet
    from docarchive.query.snippet import Passage, Snippet
    from docarchive.store import Store

#: Pages that end beyond this rank are cut at the number of articles; to count these takes time.
_FAR: Final = 100_000


class _RankedText(NamedTuple):
    """The parts of an article that ranking uses. Parsing whole articles would take longer than the search."""

    id: str
    title: str
    title_derived: bool
    summary: str | None
    body: str
    language: str | None = None


class Hit:
    """One article that matches a search.

    Its snippets and its article are read from the article's file when they are first asked for, in any thread, and also
    after the archive was closed. A hit that is pickled has its snippets read first.

    Attributes:
        rank: Its rank in the whole result, from 1.
        id: Its id.
        path: The path of its file, relative to the archive.
        title: Its title.
        date: Its date as text, or None.
        language: The language that its words were indexed in, as ISO 639-1.
        score: Its score; comparable within one result only, 0 if the result is not sorted by relevance.
        metadata: All of its metadata, as text, numbers, lists and objects.
        explanation: The parts whose sum is the score; empty without the option ``explain``.
        archives: In a collection: the names of the archives that have the article, first the one whose article this is.
        differing: In a collection: those of them whose article has another content.
        damage: Why its snippet could not be read, once that was asked for; None if it could, or if the file is gone.
    """

    damage: str | None = None

    def __init__(
        self,
        rank: int,
        score: float,
        row: Row,
        read: Callable[[], str],
        tree: Node,
        explanation: list[ScorePart],
        passage: tuple[int, int] | None = None,
    ) -> None:
        self.rank = rank
        self.id = row.id
        self.path = row.path
        self.score = score
        self.metadata = row.metadata
        self.title = str(row.metadata.get("title", ""))
        self.date: str | None = row.metadata.get("date")
        self.language = row.language
        self.archives = row.archives
        self.differing = row.differing
        self.explanation = explanation
        self._read = read
        self._tree = tree
        self._passage = passage

    def __getstate__(self) -> dict[str, Any]:
        snippets = {name: getattr(self, name) for name in ("snippet", "readable_snippet", "passages")}
        state = {**self.__dict__, **snippets}
        state.pop("_tree", None)  # only the snippets need it
        return state

    @cached_property
    def article(self) -> Article:
        """The article, read from its file on first access."""
        from docarchive.writers import Document

        return Document(self.id, self.path, self._read()).article

    @cached_property
    def snippet(self) -> Snippet:
        """The best passages of its text, with the matched words marked; empty if the file is gone or damaged."""
        return self._snippet(plain=False)

    @cached_property
    def readable_snippet(self) -> Snippet:
        """The same without any markup, such as that of tables, notes and code, and with short addresses: for people."""
        return self._snippet(plain=True)

    @cached_property
    def passages(self) -> list[Passage]:
        """The same passages as they are in its body, with their places there, for programs that quote them."""
        from docarchive.query.snippet import passages

        text, base = self._text()
        return passages(self._tree, text, analyzer(self.language), base)

    def _snippet(self, *, plain: bool) -> Snippet:
        from docarchive.query.snippet import snippet

        return snippet(self._tree, self._text()[0], analyzer(self.language), plain=plain)

    def _text(self) -> tuple[str, int]:
        """Returns its body or the passage that matched, and where in the body that begins; no text if it is damaged."""
        try:
            text = self._read()
            self.damage = _damage(text, self.path, self.id)
            body = "" if self.damage else frontmatter.body_of(text)
        except NotFoundError:
            return "", 0
        except DocarchiveError as error:
            self.damage = str(error)
            return "", 0
        if self._passage and (passage := body[slice(*self._passage)]):  # else the text has changed since
            return passage, self._passage[0]
        return body, 0

    def to_dict(self) -> dict[str, Any]:
        """Returns the hit as a JSON object; matched words of the snippet are between ``**``."""
        values = {
            "rank": self.rank,
            "id": self.id,
            "title": self.title,
            "date": self.date,
            "score": self.score,
            "path": self.path,
            "snippet": self.snippet.marked(),
        }
        values |= copies_of(self.archives, self.differing)
        if self.explanation:
            values["explanation"] = [part._asdict() for part in self.explanation]
        return values

    def __repr__(self) -> str:
        score = f" {self.score:.2f}" if self.score else ""
        return f"<Hit {self.rank}: {self.id} {self.date or 'undated'} {shorten(self.title)!r}{score}>"

    def _repr_html_(self) -> str:
        return _table("", [self])


def _damage(text: str, path: str, id_: str) -> str | None:
    """Returns what is wrong with a file that has no front matter, although its name is one that docarchive gave it."""
    if own_rank(path, id_) < 2 or ("\0" not in text and frontmatter.find_bounds(text).syntax):
        return None
    what = "has lost its front matter" if text.strip("\0\ufeff \t\r\n") else "is empty"
    return f"{path} {what}; run 'docarchive sync', which says what the archive keeps of it"


class Results(Sequence[Hit]):
    """A page of a search's result: a sequence of its hits.

    Attributes:
        query: The query as given.
        total: How many articles match.
        took_ms: How long the search took, in milliseconds.
        hits: The hits of the page, in order.
        facets: The values of each facet with their numbers of matches: the most frequent first, dates in order.
        more: How many values of each facet are left out.
        suggestion: Another spelling of the query that matches more, if the query matches little; else None.
        answered: ``"any words"`` if too little matched the query, and the hits are articles with any of its words;
            ``"meaning"`` if none has its words, and the hits only mean something like it; else ``"all words"``.
        total_all_words: How many articles match the query with all of its words; 0 if words were not searched.
        mode: What was searched: ``"words"``, ``"meaning"`` or ``"both"``.
        partial: Whether a part of an index in a cluster did not answer, so that hits may be missing.
    """

    partial: bool = False

    def __init__(
        self,
        query: str,
        total: int,
        took_ms: float,
        hits: list[Hit],
        facets: dict[str, list[tuple[str, int]]] | None = None,
        suggestion: str | None = None,
        more: dict[str, int] | None = None,
        total_all_words: int | None = None,
        mode: str = WORDS,
        answered: str = ALL_WORDS,
    ) -> None:
        self.query = query
        self.total = total
        self.took_ms = took_ms
        self.hits = hits
        self.facets = facets or {}
        self.more = more or {}
        self.suggestion = suggestion
        self.answered = answered
        self.total_all_words = total if total_all_words is None else total_all_words
        self.mode = mode

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> list[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | list[Hit]:
        return self.hits[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __repr__(self) -> str:
        return f"<Results of {self.query!r}: {self.total:,} matched, {len(self.hits):,} here>"

    def _repr_html_(self) -> str:
        return _table(f"{self.query}: {self.total:,} matched, {len(self.hits):,} here", self.hits)

    def to_dict(self) -> dict[str, Any]:
        """Returns the page as a JSON object (schema 1)."""
        values: dict[str, Any] = {
            "schema": SCHEMA,
            "query": self.query,
            "total": self.total,
            "mode": self.mode,
            "answered": self.answered,
            "total_all_words": self.total_all_words,
            "took_ms": self.took_ms,
            "hits": [hit.to_dict() for hit in self.hits],
        }
        if self.facets:
            values["facets"] = {
                name: [{"value": value, "count": count} for value, count in values]
                for name, values in self.facets.items()
            }
        if self.suggestion:
            values["suggestion"] = self.suggestion
        if self.partial:
            values["partial"] = True
        return values


def _read(store: Store, row: Row) -> str:
    """Reads the text of an article's file."""
    return store.read_known(row)[0]


def _table(caption: str, hits: Iterable[Hit]) -> str:
    """Returns hits as a table in HTML, for notebooks."""
    from docarchive.notebooks import Html, table

    rows = ((hit.rank, hit.date or "", hit.title, Html(hit.snippet.html()), hit.id) for hit in hits)
    return table(caption, ("", "date", "title", "snippet", "id"), rows)


class Searcher:
    """Searches one archive, or its trash."""

    def __init__(self, session: Searchable) -> None:
        self._session = session
        self._store = session.store

    @property
    def _catalog(self) -> Catalog:
        return self._session.catalog  # the trash may have another one once its engine was asked

    def context(self, language: str | None = None, now: datetime | None = None) -> Context:
        """Returns the context for parsing queries; for the arguments see ``Archive.search``.

        Raises:
            UsageError: The language is not a language code.
        """
        if language is not None:
            check_language(language)
        languages = [language] if language else self._catalog.languages()
        searches = self._session.settings.searches if self._catalog.saves_searches else None
        return Context(QueryAnalyzer(languages), now, self._catalog.keys, searches)

    def search(
        self, query: str, options: SearchOptions, similar_to: Article | None = None, meaning: Meaning | None = None
    ) -> Results:
        """Searches. With ``similar_to``, only the articles that are similar to it match."""
        return self._session.ask(lambda engine: self._search(engine, query, options, similar_to, meaning))

    def _search(
        self,
        engine: Engine,
        query: str,
        options: SearchOptions,
        similar_to: Article | None,
        meaning: Meaning | None,
    ) -> Results:
        start = perf_counter()
        context = self.context(options.language, options.now)
        parsed = read(query, context)
        tree = parsed.tree
        if similar_to is not None:
            from docarchive.language import detect

            language = detect(f"{similar_to.title}\n{similar_to.body}", self._session.settings.language)
            similar = engine.similar(AnalyzedArticle(similar_to, language))
            tree = similar if isinstance(tree, Every) else And((similar, tree))
            meaning = None
        return self._results(parsed, tree, options, engine, context, start, meaning)

    def similar(self, article: Article, options: SearchOptions, meaning: Meaning | None = None) -> Results:
        """Finds the articles that are similar to one in the archive, without itself."""
        return self._session.ask(lambda engine: self._similar(engine, article, options, meaning))

    def _similar(self, engine: Engine, article: Article, options: SearchOptions, meaning: Meaning | None) -> Results:
        start = perf_counter()
        language = self._catalog.rows_of([article.id])[article.id].language
        context = self.context(None, options.now)
        tree = And((engine.similar(AnalyzedArticle(article, language)), read(f"-id:{quote(article.id)}", context).tree))
        near = meaning.like(article.id) if meaning else {}
        return self._results(ParsedQuery("", tree, []), tree, options, engine, context, start, meaning, near)

    def _results(
        self,
        parsed: ParsedQuery,
        tree: Node,
        options: SearchOptions,
        engine: Engine,
        context: Context,
        start: float,
        meaning: Meaning | None = None,
        near: dict[str, Near] | None = None,
    ) -> Results:
        facets = [self._facet(name, context) for name in options.facets]
        # Freshness counts from midnight: scores must be the same on every page of a result.
        midnight = options.now or datetime.combine(datetime.now().date(), datetime.min.time())
        freshness = Freshness(midnight, options.freshness) if options.freshness else None
        is_question = near is None
        if near is None:
            near = meaning.near(parsed, engine) if meaning else {}
        has_words = meaning is None or not meaning.only
        words = options.deep() if near else options
        matches = all_words = self._matches(tree, words, engine, freshness) if has_words else Page(0, [])
        if has_words and options.sort == "relevance" and tree is parsed.tree and not options.all_words:
            any_of_them = any_words_instead(parsed, matches.total, engine, self._catalog, context)
            others = self._matches(any_of_them, words, engine, freshness) if any_of_them else matches
            if any_of_them and others.total > matches.total:
                tree, matches = any_of_them, others
        answered = ALL_WORDS if matches is all_words else ANY_WORDS
        if near and meaning and has_words and is_question and not meaning.knows(matches.hits):
            near = {}
            matches = self._cut(matches, options)
        ranked = meaning.ranked(near, matches, engine, tree) if meaning and (near or not has_words) else None
        if ranked:
            answered = answered if matches.total else BY_MEANING
            matches = self._cut(ranked.page, options)
        hits = self._hits(matches, self._page(options)[1], tree, ranked)
        if options.explain and options.sort == "relevance":
            for hit in hits:
                hit.explanation += (
                    ranked.parts(hit.id)
                    if ranked
                    else engine.explain(tree, hit.id, reader=self._read, freshness=freshness)
                )
        near_rows = ranked.rows if ranked else set()
        all_counts = self._counts(tree if has_words else None, near_rows, facets, engine) if facets else {}
        counts = {name: values[: options.facet_limit or None] for name, values in all_counts.items()}
        more = {name: len(values) - len(counts[name]) for name, values in all_counts.items()}
        suggestion = self._suggestion(parsed, all_words.total, context, engine) if has_words else None
        took_ms = round((perf_counter() - start) * 1000, 1)
        mode = meaning.mode if ranked and meaning else WORDS
        counted = (all_words.total, mode, answered)
        results = Results(parsed.text, matches.total, took_ms, hits, counts, suggestion, more, *counted)
        results.partial = engine.partial
        return results

    def _counts(self, tree: Node | None, near: set[int], facets: Sequence[Facet], engine: Engine) -> dict[str, Counts]:
        """Returns the values of facets with their numbers of articles that match or are near, by the facets' names."""
        if tree is None or near:
            return self._catalog.facets(facets, near.union(engine.rows(tree)) if tree else near)
        counts = engine.facets(tree, facets)
        if left := [facet for facet in facets if facet.name not in counts]:
            counts |= self._catalog.facets(left, None if isinstance(tree, Every) else engine.rows(tree))
        return {facet.name: counts[facet.name] for facet in facets}

    def _suggestion(self, parsed: ParsedQuery, total: int, context: Context, engine: Engine) -> str | None:
        """Returns another spelling of a query that matches more; most queries match enough and have nothing odd."""
        text = parsed.text.lower()
        if total > FEW and "||" not in text and "near" not in text and "before" not in text:
            return None
        from docarchive.archive.search.suggesting import suggest

        return suggest(parsed, total, context, engine, self._catalog)

    def _matches(self, tree: Node, options: SearchOptions, engine: Engine, freshness: Freshness | None) -> Page:
        """Returns the requested page of the articles that match."""
        limit, offset = self._page(options)
        sort = self.order(options.sort)
        if sort in SORTS or engine.sorts_by_any_key:
            page = {"limit": limit, "offset": offset}
            return engine.search(tree, **page, sort=sort, reader=self._read, freshness=freshness)
        numbers = engine.rows(tree)
        ids = self._catalog.ids_in_order(numbers, sort, limit, offset)
        return Page(len(numbers), [Scored(id_, 0.0) for id_ in ids])

    def _cut(self, page: Page, options: SearchOptions) -> Page:
        """Returns the requested part of a page that begins with the first article."""
        limit, offset = self._page(options)
        return Page(page.total, page.hits[offset : offset + limit])

    def _page(self, options: SearchOptions) -> tuple[int, int]:
        """Returns limit and offset; a page beyond the last article is cut there."""
        if options.limit is not None and options.limit + options.offset <= _FAR:
            return options.limit, options.offset
        count = self._catalog.count()
        return count if options.limit is None else min(options.limit, count), min(options.offset, count)

    def order(self, sort: str) -> str:
        """Returns an order with the name of its key: one of ``SORTS``, or a metadata key, perhaps after ``-``.

        Raises:
            UsageError: There is no such key.
        """
        if sort in SORTS:
            return sort
        context = self.context()
        name = sort.removeprefix("-")
        key = context.key(name)
        if key is None:
            hint = context.unknown(name).partition("; ")[2]
            advice = f"use {', '.join(SORTS)} or any key{'; ' + hint if hint else ''}"
            raise UsageError(f"unknown order {shorten(repr(sort))}; {advice}")
        if key in ("summary", "body"):
            raise UsageError(f"{key} is text and cannot be sorted by; choose a key such as title or rating")
        return "-" * sort.startswith("-") + key

    def check_fields(self, names: Iterable[str]) -> None:
        """Checks the keys that an export writes. An archive without articles has no keys to compare them with.

        Raises:
            UsageError: No article has a key, and it is no known one.
        """
        context = self.context()
        for name in names:
            if context.key(name) is None and len(self._catalog.keys()):
                parts = name.replace(";", " ").split()
                if len(parts) > 1 and all(context.key(part) for part in parts):
                    raise UsageError(f"separate fields by commas: {','.join(parts)}")
                raise UsageError(context.unknown(name))

    def _facet(self, name: str, context: Context) -> Facet:
        from docarchive.query.facets import Facet  # few searches count

        facet = Facet.read(name)
        key = context.key(facet.key)
        if key is None:
            raise UsageError(context.unknown(facet.key))
        return facet._replace(key=key)

    def _hits(self, matches: Page, offset: int, tree: Node, ranked: Ranked | None) -> list[Hit]:
        """Returns the hits of an engine's matches, without articles that have been removed since."""
        rows = self._catalog.rows_of([scored.id for scored in matches.hits])
        passages = {scored.id: ranked.passage(scored.id) for scored in matches.hits} if ranked else {}
        return [
            Hit(rank, score, rows[id_], partial(_read, self._store, rows[id_]), tree, [], passages.get(id_))
            for rank, (id_, score) in enumerate(matches.hits, start=offset + 1)
            if id_ in rows
        ]

    def _read(self, ids: Sequence[str]) -> Iterable[AnalyzedArticle]:
        """Yields articles whose words the engine uses for ranking."""
        for row in self._catalog.rows_of(ids).values():
            try:
                body = frontmatter.body_of(_read(self._store, row))
            except DocarchiveError:
                continue
            metadata = row.metadata  # from the catalog: parsing the front matter takes longer
            title, derived = str(metadata.get("title", "")), bool(metadata.get("title_derived"))
            read = _RankedText(row.id, title, derived, metadata.get("summary"), body[:FEEDBACK_SIZE])
            yield AnalyzedArticle(cast("Article", read), row.language)

"""Search by meaning: the articles whose passages are nearest to a question, and how they join those with its words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from docarchive.archive.indexing import catch_up
from docarchive.archive.indexing.vectors import folder_of
from docarchive.archive.search.options import BOTH, DEPTH, MEANING, WORDS, SearchOptions
from docarchive.archive.session import Session
from docarchive.engines import Engine, Page, Scored, ScorePart
from docarchive.engines.meaning.entries import key_of
from docarchive.engines.meaning.index import Index, Near
from docarchive.engines.meaning.model import missing
from docarchive.engines.meaning.state import read_state
from docarchive.errors import ArchiveError, IndexDamaged, UsageError
from docarchive.query import Every, Node, ParsedQuery
from docarchive.query.question import demands, question

if TYPE_CHECKING:
    from docarchive.engines.meaning.model import Model, Vectors
    from docarchive.engines.meaning.state import State

#: How many articles are near: those after them are left out.
NEAREST: Final = 200
#: Articles less similar than this have nothing to do with the question.
_LEAST: Final = 0.15
#: Articles less similar to an article than this are not like it.
_ALIKE: Final = 0.4
_SMOOTHING: Final = 30  # of reciprocal rank fusion: how little the first ranks differ
_FIRST: Final = (1 + _SMOOTHING) / 2  # makes 1 of the score of an article that is the first twice
#: So many of the best articles by words say in which language a question is.
_ASKED: Final = 10
_UPDATE: Final = "run 'docarchive engine meaning on'"


class Ranked:
    """Articles ranked by their meaning, alone or with the words of a query.

    Attributes:
        near: The nearest articles, by id, the nearest first.
        rows: The rows of these.
        page: All that were ranked, in order, and how many match.
    """

    def __init__(self, near: dict[str, Near], words: Page | None, also: Collection[int]) -> None:
        """``words`` are the articles with the words; ``also`` has the rows of near ones that are among all of them."""
        self.near = near
        self.rows = {passage.row for passage in near.values()}
        self._words = {hit.id: rank for rank, hit in enumerate(words.hits if words else (), start=1)}
        self._ranks = {id_: rank for rank, id_ in enumerate(near, start=1)}
        if words is None:
            self.page = Page(len(near), [Scored(id_, passage.similarity) for id_, passage in near.items()])
            return
        ids = dict.fromkeys([*self._words, *near])
        scores = {id_: sum(part.score for part in self.parts(id_)) for id_ in ids}
        order = sorted(ids, key=lambda id_: (-scores[id_], self._words.get(id_, len(ids)), id_))
        new = sum(id_ not in self._words and near[id_].row not in also for id_ in near)
        self.page = Page(words.total + new, [Scored(id_, scores[id_]) for id_ in order])

    def parts(self, id_: str) -> list[ScorePart]:
        """Returns the parts of an article's score."""
        parts = []
        if rank := self._words.get(id_):
            parts.append(ScorePart(f"words: rank {rank:,}", _FIRST / (_SMOOTHING + rank) if rank <= DEPTH else 0.0))
        if rank := self._ranks.get(id_):
            what = f"meaning: rank {rank:,}, similarity {self.near[id_].similarity:.2f}"
            parts.append(ScorePart(what, _FIRST / (_SMOOTHING + rank)))
        return parts

    def passage(self, id_: str) -> tuple[int, int] | None:
        """Returns the passage to show of an article: its nearest one, unless it has words of the query to show."""
        near = self.near.get(id_)
        return None if near is None or id_ in self._words else (near.start, near.end)


class Meaning:
    """Finds what is near in one archive. The model is loaded for the first question.

    Args:
        session: The archive.
        mode: ``meaning`` or ``both``.
        required: Whether it was asked for; else a search does without it where it cannot be had, and says so.
    """

    def __init__(self, session: Session, mode: str, *, required: bool) -> None:
        self.mode = mode
        self._session = session
        self._required = required

    def near(self, parsed: ParsedQuery, engine: Engine) -> dict[str, Near]:
        """Returns the articles nearest to what a query asks that are as it demands, by id, the nearest first.

        Raises:
            ArchiveError: There are no vectors, or the model cannot be used; the message says what to do.
            UsageError: Only the meaning is searched, and the query has no words.
        """
        text = question(parsed.text, self._session.settings.searches)
        if not text and self.only:
            raise UsageError(
                "the mode meaning needs words that say what to look for; leave the mode out to search without"
            )
        if not text:
            return {}
        demand = demands(parsed.tree)
        rows = None if isinstance(demand, Every) else engine.rows(demand)
        near = self._nearest(lambda: self._model.question(text), NEAREST, rows)
        return self._articles(passage for passage in near if passage.similarity >= _LEAST)

    def like(self, id_: str) -> dict[str, Near]:
        """Returns the other articles that mean something like one, by id, the nearest first; none if it has no vectors.

        The model is not needed for it.
        """
        near = self._nearest(lambda: self._index.of_article(key_of(id_)), NEAREST + 1)
        articles = self._articles(passage for passage in near if passage.similarity >= _ALIKE)
        return {other: passage for other, passage in articles.items() if other != id_}

    def _nearest(
        self, vector_of: Callable[[], Vectors | None], count: int, rows: Collection[int] | None = None
    ) -> list[Near]:
        """Returns the passages nearest to a vector; none if there is no vector, or meaning cannot be searched."""
        try:
            index, vector = self._index, vector_of()
            return [] if vector is None else index.nearest(vector, count, rows)
        except (UsageError, ArchiveError, IndexDamaged) as error:
            if self._required:
                raise error if isinstance(error, ArchiveError) else ArchiveError(str(error)) from error
            self._session.notify(f"only words are searched: {error}")
            return []

    def knows(self, hits: Sequence[Scored]) -> bool:
        """Returns whether the model knows the language of a question, from the best articles with its words.

        They are in the language of the question, as a rule; the question is too short for a detector. If the model
        does not know the language of most of them, what is near means nothing (docs/decisions/0114).
        """
        rows = self._session.catalog.rows_of([hit.id for hit in hits[:_ASKED]], keys=[]).values()
        return sum(map(self._model.knows, (row.language for row in rows))) * 2 >= len(rows)

    @property
    def only(self) -> bool:
        """Whether words are not searched."""
        return self.mode == MEANING

    def ranked(self, near: dict[str, Near], words: Page, engine: Engine, tree: Node) -> Ranked:
        """Returns the ranking of this mode; ``words`` has the first articles that match the tree of the query."""
        if self.only:
            return Ranked(near, None, ())
        also = {*engine.rows(tree)} if words.total > len(words.hits) else set()
        return Ranked(near, words, also)

    @cached_property
    def _state(self) -> State:
        state = read_state(folder_of(self._session.store))
        if state is None:
            raise ArchiveError(f"this archive has no vectors for search by meaning; {_UPDATE}")
        return state

    @cached_property
    def _model(self) -> Model:
        from docarchive.engines.meaning.model import load

        model = load(self._session.model)
        if (model.identity.digest, model.size) != (self._state.model.digest, self._state.size):
            raise ArchiveError(
                f"the vectors are of the model {self._state.model.name}, not of {model.identity.name}; {_UPDATE}"
            )
        return model

    @cached_property
    def _index(self) -> Index:
        catalog, position = self._session.catalog, self._state.position
        if catch_up.is_behind(catalog, position):
            self._session.notify(f"search by meaning lacks {catch_up.lacked(catalog, position)}; {_UPDATE}")
        try:
            return Index(folder_of(self._session.store), self._state)
        except ImportError as error:
            raise missing(error) from None

    def _articles(self, near: Iterable[Near]) -> dict[str, Near]:
        """Returns what is near by id, without what the catalog does not have."""
        near = [*near]
        ids = self._session.catalog.ids_of_rows([passage.row for passage in near])
        return {
            ids[passage.row]: passage
            for passage in near
            if passage.row in ids and key_of(ids[passage.row]) == passage.key
        }


def meaning_for(session: Session, options: SearchOptions) -> Meaning | None:
    """Returns what searches by meaning; None if only words are searched."""
    if options.mode is not None:
        return Meaning(session, options.mode, required=True) if options.mode != WORDS else None
    is_ranked = options.sort == "relevance" and not options.all_words
    return Meaning(session, BOTH, required=False) if session.settings.meaning == "on" and is_ranked else None

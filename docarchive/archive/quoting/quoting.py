"""Quoting: from a quote to the articles that may have it, by the index, and to the versions that do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from docarchive import frontmatter
from docarchive.archive import lookup
from docarchive.archive.quoting.comparing import MAX_COMPARED, Quote
from docarchive.archive.quoting.markup import blanked
from docarchive.archive.quoting.quotation import (
    CHANGED,
    MISSING,
    WORD_FOR_WORD,
    Quotation,
    QuotedPart,
    QuotedPassage,
    changed_words,
)
from docarchive.archive.search.searching import Searcher
from docarchive.archive.versions.versions import Versions
from docarchive.engines import Engine
from docarchive.errors import ArchiveDamaged, NotFoundError
from docarchive.query import And, Node, Or, Phrase, Word
from docarchive.query.tree import any_node
from docarchive.store.layout import VERSIONS

if TYPE_CHECKING:
    from docarchive.analysis import Run
    from docarchive.archive.session import Session

#: How many of a quote's words the index is asked for, and how many of the rarest choose the articles to compare.
_COUNTED: Final = 40
_RARE: Final = 8
#: How many articles are compared for one choice of them.
_CANDIDATES: Final = 30
#: How many words of a quote a phrase holds.
_PHRASE: Final = 12
#: A quote of fewer words is not divided.
_DIVISIBLE: Final = 6


def quote(session: Session, text: str, *, versions: bool, limit: int | None) -> Quotation:
    """Returns what an archive has of a quote; see ``Archive.quote``."""
    return _Quoting(session, Quote(text)).quotation(versions=versions, limit=limit)


class _Quoting:
    def __init__(self, session: Session, quoted: Quote) -> None:
        self._session = session
        self._quote = quoted
        self._analyzer = Searcher(session).context().analyzer
        self._rarest: list[Word] | None = None
        self._compared: set[str] = set()
        self._passages: list[QuotedPassage] = []
        self._unread: dict[str, None] = {}

    def quotation(self, *, versions: bool, limit: int | None) -> Quotation:
        if versions:
            self._session.check_files("earlier versions")
        for choice in (self._with_all_words, self._with_any_words, self._with_thirds):
            self._compare(self._session.ask(choice))
            if self._is_word_for_word:
                break
        if versions or not self._is_word_for_word:
            self._compare_versions(self._session.store.folder.folders(VERSIONS) if versions else sorted(self._compared))
        if self._quote.exhausted:
            compared = f"{MAX_COMPARED:,} characters that have words of the quote were compared, and the rest was not"
            self._unread[compared] = None
        least = self._least
        verdict = MISSING if least is None else CHANGED if least else WORD_FOR_WORD
        passages = [passage for passage in self._passages if passage.changes == least]
        passages.sort(key=lambda passage: (not passage.current, passage.date or "9", passage.id))
        shown = passages[:limit]
        return Quotation(self._quote.text, verdict, tuple(shown), len(passages) - len(shown), tuple(self._unread))

    @property
    def _is_word_for_word(self) -> bool:
        return self._least == 0

    # The articles to compare

    def _with_all_words(self, engine: Engine) -> list[str]:
        rare = self._rare(engine)
        if not rare:
            return []
        page = engine.search(And(tuple(rare)), limit=_CANDIDATES)
        if page.total > _CANDIDATES:
            phrases = [any_node([_phrase(run) for run in runs]) for runs in self._runs() if runs]
            page = engine.search(And((*rare, *phrases)), limit=_CANDIDATES)
            if page.total > _CANDIDATES:
                self._unread[f"{page.total:,} articles may have the quote; {_CANDIDATES} of them were compared"] = None
        return [hit.id for hit in page.hits]

    def _with_any_words(self, engine: Engine) -> list[str]:
        rare = self._rare(engine)
        return [hit.id for hit in engine.search(Or(tuple(rare)), limit=_CANDIDATES).hits] if len(rare) > 1 else []

    def _with_thirds(self, engine: Engine) -> list[str]:
        """Returns articles that have a third of the quote, where all of its words are common ones."""
        if self._passages:
            return []
        thirds: list[Node] = []
        for run in (runs[0] for runs in self._runs() if runs and len(runs[0]) >= _DIVISIBLE):
            size = min(-(-len(run) // 3), _PHRASE)
            thirds += [_phrase(run[start : start + size]) for start in range(0, len(run), size)][:3]
        return [hit.id for hit in engine.search(Or(tuple(thirds)), limit=_CANDIDATES).hits] if thirds else []

    def _rare(self, engine: Engine) -> list[Word]:
        """Returns the rarest of the words that the archive has."""
        if self._rarest is None:
            self._rarest = self._counted(engine)
        return self._rarest

    def _counted(self, engine: Engine) -> list[Word]:
        slots = dict.fromkeys(slot for runs in self._runs() for run in runs[:1] for _, slot in run)
        longest = sorted(slots, key=lambda slot: -max(map(len, slot)))[:_COUNTED]
        counted = sorted((engine.count(Word(slot)), number) for number, slot in enumerate(longest))
        return [Word(longest[number]) for count, number in counted if count][:_RARE]

    def _runs(self) -> Iterator[Sequence[Run]]:
        """Yields the terms that each part of the quote can be in articles."""
        for part in self._quote.parts:
            yield self._analyzer.runs(blanked(self._quote.text[part.starts[0] : part.ends[-1]]))

    # Their texts

    def _compare(self, ids: Sequence[str]) -> None:
        rows = self._session.catalog.rows_of([id_ for id_ in ids if id_ not in self._compared])
        for row in (rows[id_] for id_ in ids if id_ in rows):
            self._compared.add(row.id)
            with self._noting_unread():
                body = frontmatter.body_of(lookup.read_whole(self._session.store, row))
                metadata = row.metadata
                title = "" if metadata.get("title_derived") else str(metadata.get("title") or "")
                texts = {"body": body, "title": title, "summary": str(metadata.get("summary") or "")}
                if passage := self._passage(texts):
                    number = Versions(self._session, row.id).current
                    self._passages.append(_of(row.id, row.path, metadata, number, True, *passage))

    def _compare_versions(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            if not self._session.catalog.entry(id_):
                continue  # it was removed
            for number, path in Versions(self._session, id_).earlier.items():
                with self._noting_unread():
                    article = Versions(self._session, id_).article(number)
                    title = "" if article.title_derived else article.title
                    texts = {"body": article.body, "title": title, "summary": article.summary or ""}
                    if passage := self._passage(texts):
                        self._passages.append(_of(id_, path, article.metadata(), number, False, *passage))

    def _passage(self, texts: Mapping[str, str]) -> tuple[str, tuple[QuotedPart, ...]] | None:
        """Returns what is nearest to the quote of several texts of an article, unless another article is nearer."""
        compared = ((field, self._quote.compare(text, self._least)) for field, text in texts.items() if text)
        fitting = ((changed_words(parts), field, parts) for field, parts in compared if parts)
        least = min(fitting, key=lambda passage: passage[0], default=None)
        return least and least[1:]

    @property
    def _least(self) -> int | None:
        """How many words are changed in the nearest passages so far; None if there are none."""
        return min((passage.changes for passage in self._passages), default=None)

    @contextmanager
    def _noting_unread(self) -> Iterator[None]:
        """Notes a file that cannot be read; one that was removed meanwhile has nothing."""
        try:
            with suppress(NotFoundError):
                yield
        except ArchiveDamaged as error:
            self._unread[str(error)] = None


def _of(
    id_: str,
    path: str,
    metadata: Mapping[str, Any],
    number: int,
    current: bool,
    field: str,
    parts: tuple[QuotedPart, ...],
) -> QuotedPassage:
    date, original = metadata.get("date"), metadata.get("original")
    return QuotedPassage(
        id_,
        str(metadata.get("title", "")),
        None if date is None else str(date),
        number,
        current,
        path,
        None if original is None else str(original),
        field,
        parts,
    )


def _phrase(run: Run) -> Node:
    """Returns the query for the first terms of a quote in a row."""
    run = run[:_PHRASE]
    first = run[0][0]
    return Word(run[0][1]) if len(run) == 1 else Phrase(tuple((offset - first, slot) for offset, slot in run))

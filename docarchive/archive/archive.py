"""Archive: everything that can be done with an archive, one call each.

The code of each method is in the folders next to this module, and is imported when the method is called: a search loads
no readers, no writers and no importing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TextIO, Unpack, cast

from docarchive import failures
from docarchive.archive import lookup
from docarchive.archive.border import guarded
from docarchive.archive.changeable import Changeable
from docarchive.archive.collection.address import is_address
from docarchive.archive.progress import Notify, Progress, gathered, no_notices, no_progress
from docarchive.archive.search.options import FACET_LIMIT, WORDS, SearchOptions, check_page
from docarchive.archive.session import Session
from docarchive.archive.sessions import Sessions
from docarchive.archive.settings import Settings
from docarchive.archive.user_values import check_language
from docarchive.arguments import checked
from docarchive.catalog import Row
from docarchive.engines import EngineName, Sort, open_engine
from docarchive.errors import ArchiveExists, ArchiveReadOnly, NotAnArchive, NotFoundError, UsageError
from docarchive.folder import Folder
from docarchive.paths import expanded, expanded_target
from docarchive.store import NOT_NOW, WAIT
from docarchive.store.layout import ARTICLES, GITIGNORE, ORIGINALS, PURGE, SETTINGS
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.archive.figures import EngineStatus, Provenance, Statistics, Version
    from docarchive.archive.formats import Format
    from docarchive.archive.import_and_export_options import ExportOptions, ImportOptions
    from docarchive.archive.importing.duplicates import Duplicate
    from docarchive.archive.quoting.quotation import Quotation
    from docarchive.archive.reports import (
        Backup,
        BackupReport,
        ExportReport,
        Fault,
        ImportReport,
        RebuildReport,
        RestoreReport,
        SyncReport,
        Verification,
    )
    from docarchive.archive.search.meaning import Meaning
    from docarchive.archive.search.searching import Results, Searcher
    from docarchive.archive.streams import Input
    from docarchive.archive.versions.diff import Diff
    from docarchive.archive.versions.versions import Versions
    from docarchive.article import Article
    from docarchive.engines.whoosh.whoosh_index import WhooshIndex
    from docarchive.query import Node
    from docarchive.store import QuarantineEntry

_IGNORED = "# Derived: safe to delete, rebuilt by 'docarchive rebuild'.\n/.docarchive/\n"


@guarded
class Archive(Changeable):
    """An open archive. Close it, or use it as a context manager. Any thread may call its methods.

    Make one with ``Archive.create``, open one with ``Archive.open``.

    >>> with Archive.create(folder / "news") as archive:            # doctest: +SKIP
    ...     report = archive.import_("inbox")
    ...     for hit in archive.search("nato date:2024-03"):
    ...         print(hit.title)
    """

    def __init__(self, session: Session) -> None:
        if not isinstance(session, Session):
            raise TypeError("use Archive.open(path) to open an archive, or Archive.create(path) to create one")
        self._sessions = Sessions(session)

    @property
    def _session(self) -> Session:
        return self._sessions.current

    @property
    def path(self) -> Path:
        """The archive's folder; the address of a collection as a path."""
        return self._sessions.root

    @property
    def archives(self) -> Sequence[str]:
        """The names of the archives that feed a collection; empty for an archive."""
        return self._session.archives

    @property
    def read_only(self) -> bool:
        """Whether this process may only read the archive."""
        return self._session.read_only

    def check_changeable(self) -> None:
        """Raises ``UsageError`` if this is a collection, which can only be read; the text names its archives."""

    @property
    def settings(self) -> Settings:
        """The archive's settings."""
        return self._session.settings

    # Create, open, close

    @classmethod
    @checked
    def create(
        cls,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        engine: EngineName = "whoosh",
        language: str = "en",
        progress: Progress = no_progress,
        wait: float = WAIT,
        notify: Notify = no_notices,
    ) -> Archive:
        """Creates an empty archive and opens it.

        Args:
            path: Its folder; created if it is missing. ``~`` is the home folder.
            name: Its name; that of the folder if left out.
            engine: The name of its search engine.
            language: The language of articles whose language is unknown, as ISO 639-1.
            progress: Called while long operations run.
            wait: How long methods that write wait while another process is writing, in seconds.
            notify: Called with a sentence about what nobody asked for, such as a damaged index that was built again.

        Raises:
            ArchiveExists: There is an archive in the folder.
            UsageError: The path is a file, there is no such engine, the language is not a language code, the time is
                negative, or Python does not read file names as UTF-8 here.
        """
        _check_wait(wait)
        root = _folder(path)
        if (root / SETTINGS).exists():
            raise ArchiveExists(
                f"{root} is already an archive; import articles with 'docarchive --archive {root} import FILE'"
            )
        if root.exists() and not root.is_dir():
            raise UsageError(f"{root} is a file; name a folder for the archive")
        check_language(language)
        settings = Settings(name=name or root.name, engine=engine, language=language)
        folder = Folder(root)
        open_engine(engine, folder)
        try:
            root.mkdir(parents=True, exist_ok=True)
            for name in (ARTICLES, ORIGINALS):
                folder.make(name)
            if not folder.exists(GITIGNORE):
                folder.put(GITIGNORE, _IGNORED.encode())
            settings.save(root)
        except OSError as error:
            raise NotAnArchive(f"{root} cannot be written: {failures.reason(error)}") from error
        return cls(Session.open(root, settings, progress, wait, gathered(notify)))

    @classmethod
    @checked
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        progress: Progress = no_progress,
        wait: float = WAIT,
        notify: Notify = no_notices,
        last_settings: bool = False,
        model: str | os.PathLike[str] | None = None,
    ) -> Archive:
        """Opens an archive; an interrupted write is finished first.

        An archive that this process may only read can be searched, listed and exported: nothing is written in it. A
        catalog or an index that is missing is then built in a temporary folder, until the archive is closed.

        ``opensearch+https://HOST[:PORT]/NAME`` opens a collection: the articles of all archives that feed the index
        NAME in a cluster. It can be searched, listed, shown and exported; other methods raise ``UsageError``.

        Args:
            path: Its folder, or the address of a collection. ``~`` is the home folder.
            progress: Called while long operations run.
            wait: How long methods that write wait while another process is writing, in seconds.
            notify: Called with a sentence about what nobody asked for: that a damaged index was built again, that a
                temporary one is used, that the index of an archive that is read-only stays behind, or that an answer
                about the trash lacks a file that cannot be read.
            last_settings: If the settings are damaged, use those that docarchive last read. Then ``verify`` names the
                damage, and repairs it.
            model: The folder of the model for search by meaning; the default model if left out.

        Raises:
            NotAnArchive: There is no archive in the folder, or no collection at the address.
            ArchiveDamaged: It cannot be read; the message says how to fix it.
            IndexUnavailable: The cluster of a collection does not answer.
            UsageError: The time is negative, Python does not read file names as UTF-8 here, or an address is none.
        """
        _check_wait(wait)
        notify = gathered(notify)
        if is_address(path):
            from docarchive.archive.collection.session import CollectionSession

            return cls(CollectionSession.at(os.fsdecode(path), progress, notify))
        root = _folder(path)
        if last_settings:
            from docarchive.archive.own_files import last_settings as load
        else:
            load = Settings.load
        folder = None if model is None else expanded(model)
        archive = cls(Session.open(root, load(root), progress, wait, notify, folder))
        if Folder(root).exists(PURGE):
            archive._finish_purge()
        return archive

    def _finish_purge(self) -> None:
        """Finishes a purge that was interrupted, unless it is still running, or this process may only read."""
        from docarchive.archive.changing.purging import purging

        with suppress(*NOT_NOW, ArchiveReadOnly), self._sessions.call() as session, session.store.lock.at_once():
            purging.finish(session)

    @staticmethod
    @checked
    def find(start: str | os.PathLike[str] = ".") -> Path:
        """Returns the nearest folder, from start upward, that is an archive.

        Raises:
            NotAnArchive: None of them is.
        """
        start = Path(os.path.abspath(expanded_target(start)))
        for folder in (start, *start.parents):
            if (folder / SETTINGS).is_file():
                return folder
        raise NotAnArchive(
            f"neither {start} nor a folder above it is an archive; name one with --archive or run 'docarchive init'"
        )

    def close(self) -> None:
        """Closes all files; after that, the archive can no longer be used. Calls in progress finish first."""
        self._sessions.close()

    def __enter__(self) -> Archive:
        self._sessions.check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def formats() -> Sequence[Format]:
        """Returns the formats to import, in order of name, then those to export, and whether each is installed."""
        from docarchive.archive.formats import formats

        return formats()

    def __len__(self) -> int:
        return self._session.catalog.count()

    @checked
    def __contains__(self, id: str | Article) -> bool:
        catalog, id = self._session.catalog, id if isinstance(id, str) else id.id
        return catalog.entry(id) is not None or id in catalog.kept_instead([id])

    @checked
    def __getitem__(self, id: str) -> Article:
        """Returns the article with an id; unlike ``get``, it takes no prefixes, so that it agrees with ``in``.

        Raises:
            NotFoundError: There is no such article. It is a ``KeyError`` too.
        """
        if id not in self:
            raise NotFoundError(f"no article has the id {id!r}; use get() for an id by its prefix")
        return self.get(id)

    def __iter__(self) -> Iterator[Article]:
        """Yields all articles, the newest first, each read from its file.

        Articles whose files are gone since the last sync are left out.
        """
        for row in self.list():
            with suppress(NotFoundError):
                yield lookup.read_row(self._session.store, row)

    def __reduce__(self) -> NoReturn:
        raise TypeError("an open archive cannot be pickled; give the other process its path, and open it there")

    def __repr__(self) -> str:
        return f"<Archive {str(self.path)!r}{', closed' if self._sessions.closed else ''}>"

    # Import

    @checked
    def import_(
        self,
        *inputs: str | os.PathLike[str] | BinaryIO | TextIO | Article | Iterable[Input],
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Imports files, folders, URLs, streams and articles, and makes them searchable.

        Unchanged articles are left alone, changed ones are updated. An input that cannot be read is kept in quarantine,
        and the rest is imported.

        Args:
            inputs: Paths, URLs that begin with ``http://`` or ``https://``, streams open for reading bytes or text,
                articles, and lists of these.
            options: See ``ImportOptions`` and the table in ``docs/library.md``; those that the table ``[import]`` of
                the settings has are merged with these.

        Returns:
            Counts, and every refusal with its reason.

        Raises:
            UsageError: There is no such format, or a value is not valid for its key.
            ArchiveLocked: Another process is writing.
            ArchiveError: The archive cannot be written, for example because the disk is full; run it again later.
        """
        from docarchive.archive.importing.run import import_inputs

        return import_inputs(self._session, cast("Sequence[Input]", inputs), options)

    @checked
    def watch(
        self,
        *folders: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        settle: float = 2.0,
        started: Callable[[], None] = lambda: None,
        report: Callable[[ImportReport], None] = lambda report: None,
        **options: Unpack[ImportOptions],
    ) -> None:
        """Imports the files in folders, then new ones as they appear, until the option ``stop`` returns true.

        Args:
            folders: The folders, with all folders below them.
            settle: Seconds without a change before a file is read: until then it may still be written.
            started: Called once, when the folders have been checked and the watch begins.
            report: Called after each import that changed or refused something.
            options: See ``import_``.

        Raises:
            UsageError: A path is not a folder, or watchfiles is not installed.
            ArchiveLocked: Another process is writing, and does not end within the time limit.
        """
        from docarchive.archive.importing.run import watch

        watch(self._session, cast("Sequence[str | os.PathLike[str]]", folders), settle, started, report, options)

    @checked
    def duplicates(self, threshold: float = 0.8) -> Iterator[list[Duplicate]]:
        """Yields groups of articles with nearly the same text; in each group, in the order in which they were imported.

        Args:
            threshold: The least share of four-word sequences that two texts must have in common, from 0 to 1. Texts of
                fewer than twenty words are ignored.

        Raises:
            UsageError: The threshold is not in this range.
        """
        from docarchive.archive.importing.duplicates import groups

        if not 0 <= threshold <= 1:
            raise UsageError("threshold must be a number from 0 to 1")
        with self._session.catalog.snapshot() as catalog:
            yield from groups(catalog, threshold)

    def quarantine(self) -> list[QuarantineEntry]:
        """Returns the refused inputs that are kept in quarantine, in order of name.

        Raises:
            ArchiveError: The disk cannot read the note of one.
        """
        quarantine = self._session.store.quarantine
        entries = [*quarantine.entries()]
        quarantine.refuse_unread()
        return entries

    @checked
    def quarantined(self, name: str) -> QuarantineEntry:
        """Returns the refused input with a name, or with a unique prefix of it.

        Raises:
            NotFoundError: There is none, or several have the prefix.
        """
        from docarchive.archive.importing.run import quarantined

        return quarantined(self._session, [name])[0]

    @checked
    def retry(self, *names: str | Iterable[str], **options: Unpack[ImportOptions]) -> ImportReport:
        """Imports refused inputs again; those that are imported are deleted from quarantine.

        Args:
            names: Names of entries, as ``quarantine`` returns them, or any unique prefixes of names; none for all.
            options: See ``import_``.

        Raises:
            NotFoundError: There is no such entry.
        """
        from docarchive.archive.importing.run import retry

        return retry(self._session, cast("Sequence[str]", names), options)

    @checked
    def discard(self, *names: str | Iterable[str], all: bool = False) -> int:
        """Deletes refused inputs from quarantine, and returns how many.

        Args:
            names: As ``retry`` takes them, but at least one.
            all: Instead of names: delete all of them.

        Raises:
            NotFoundError: There is no such entry.
            UsageError: There are neither names nor ``all``, or both.
        """
        from docarchive.archive.importing.refusals import discard
        from docarchive.archive.importing.run import quarantined

        if all == bool(names):
            raise UsageError("name the entries to delete, or pass all=True to delete all of them, not both")
        entries = quarantined(self._session, cast("Sequence[str]", names))
        with self._session.writing():
            discard(self._session.store.quarantine, self._session.catalog, (entry.name for entry in entries))
        return len(entries)

    # Upkeep

    @checked
    def sync(self, *, dry_run: bool = False) -> SyncReport:
        """Updates the archive after files under ``articles/`` were edited, added, moved or deleted.

        Files whose size and time are as before are not opened.

        Args:
            dry_run: Change nothing, and report what would be changed.

        Raises:
            ArchiveLocked: Another process is writing.
        """
        from docarchive.archive.upkeep.sync import sync

        return sync(self._session, dry_run=dry_run)

    @checked
    def has_changed_files(self, ids: Iterable[str] = ()) -> bool:
        """Returns whether files under ``articles/`` have changed since the last sync, as far as a quick look can say.

        It notices files that were added, deleted or moved anywhere, and edits of the articles of ``ids``. An edit of
        another article may go unnoticed: only ``sync`` looks at every file.

        Args:
            ids: Ids of articles, such as those of the hits of a search. Unknown ones are skipped.
        """
        return self._session.has_changed_files([*ids])

    def rebuild(self) -> RebuildReport:
        """Rebuilds the catalog and the index from the article files. Searches use the old ones until it is done.

        Raises:
            ArchiveLocked: Another process is writing.
        """
        from docarchive.archive.upkeep.rebuild import rebuild

        return rebuild(self._session)

    @checked
    def use_engine(self, name: EngineName, cluster: Mapping[str, Any] | None = None) -> EngineStatus:
        """Switches to another engine: its index is built, and the old one is deleted when the new one is complete.

        If it is interrupted, the archive keeps its old engine; call it again.

        Args:
            name: One of ``ENGINES``, or ``opensearch``.
            cluster: Where the index of ``opensearch`` is to be: ``url`` and ``index``; if need be ``ca``,
                ``fingerprint``, ``shards``, ``replicas`` and ``timeout``. What is left out stays as it was. Users and
                passwords come from the environment.

        Raises:
            UsageError: There is no such engine, or it is not installed; the message says what to do.
            ArchiveLocked: Another process is writing.
            IndexUnavailable: The cluster does not answer.
        """
        from docarchive.archive.upkeep import switch_engine

        switch_engine.switch(self._session, name, cluster)
        return self.engine_status()

    @checked
    def use_meaning(self, on: bool = True) -> EngineStatus:
        """Switches search by meaning on, and makes or updates its vectors; or off, and deletes them.

        Other methods do not wait for this, and do not update the vectors: call it again after changes. If it is
        interrupted, call it again: it continues from there.

        Args:
            on: Whether to switch it on.

        Returns:
            The status after that.

        Raises:
            UsageError: The model cannot be used, or a library is not installed; the message says what to do.
            ArchiveLocked: Another process is doing this.
        """
        from docarchive.archive.upkeep import switch_meaning

        switch_meaning.switch(self._session, on=on)
        return self.engine_status()

    def engine_status(self) -> EngineStatus:
        """Returns the status of the engine: its version, and how current and how large its index is."""
        from docarchive.archive.upkeep import switch_engine

        return switch_engine.status(self._session)

    @checked
    def whoosh_index(self, *, language: str | None = None) -> WhooshIndex:
        """Returns the archive's index as an index of Whoosh's own library: read only, and up to date.

        Whoosh's parser, searcher, sorting, grouping, highlighter and scoring work on it; docs/library.md lists its
        fields. Keep the archive open while you use it.

        Args:
            language: The language of the words that Whoosh's parser reads, as ISO 639-1; each language of the archive
                if left out.

        Raises:
            UsageError: The archive uses another engine; the text says what to do.
            ArchiveLocked: Another process is building the index.
            ArchiveDamaged: The index cannot be read.
        """
        from docarchive.archive.search.whoosh import whoosh_index

        return whoosh_index(self._session, self._searcher.context(language).analyzer, self.get)

    @property
    def position(self) -> str:
        """The journal position of the last change, as ``export`` takes it as ``since``."""
        return self._session.catalog.written_position()

    def is_current(self) -> bool:
        """Returns whether the index has every change; it may not while another process is writing."""
        return self._session.is_current()

    # Search

    @checked
    def search(
        self,
        query: str = "",
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        facets: Iterable[str] = (),
        facet_limit: int | None = FACET_LIMIT,
        language: str | None = None,
        now: datetime | None = None,
        freshness: float | None = None,
        similar_to: str | os.PathLike[str] | BinaryIO | TextIO | Article | None = None,
        explain: bool = False,
        all_words: bool = False,
        mode: str | None = None,
    ) -> Results:
        """Searches for articles.

        If nothing has all words of a query of plain words, or, if it has four or more, at most two articles do, the
        hits are articles with any of them, the best first; then ``Results.answered`` is ``"any words"``. This is so
        only in the order of relevance; ``count``, ``list`` and ``export`` always require all words.

        Args:
            query: A query (docs/query-language.md); an empty one matches all articles.
            limit: How many hits to return; None for all.
            offset: How many hits to skip before them.
            sort: One of ``docarchive.SORTS``, or any metadata key, such as ``rating``; ``-rating`` reverses it.
            facets: A key, or keys, whose values are counted over all matches; also ``year``, ``month`` and ``day``,
                and for another date ``updated:month``.
            facet_limit: How many values of each facet to return; 0 or None for all.
            language: The language of the query's words, as ISO 639-1; every language of the archive if left out.
            now: The time that ``today`` and ``last week`` are relative to; the present if left out.
            freshness: Lower the scores of older articles: by a quarter after this many days, and by half at most.
            similar_to: A file, a stream or an article: only articles that share its distinctive words match.
            explain: Return for each hit the parts of its score.
            all_words: Return only articles with all words, even if there are none.
            mode: What to look for: ``words``, ``meaning`` or ``both`` (docs/ranking.md). If left out, both where search
                by meaning is on, the order is relevance and not all words are required, else words.

        Raises:
            ArchiveError: Search by meaning was asked for, and cannot be had; the message says what to do.
            QueryError: The query is malformed.
            UsageError: There is no such order or facet, a number is negative, or the language is not a language code.
            ReaderError: The file or stream cannot be read.
        """
        options = SearchOptions(
            limit, offset, sort, tuple(facets), facet_limit or 0, language, now, freshness, explain, all_words, mode
        ).checked()
        article = None
        if similar_to is not None:
            from docarchive.archive.search.similar_file import read_input

            article = read_input(similar_to)
        if self._is_in_trash(query):
            from docarchive.archive.trash import searching

            if mode not in (None, WORDS):
                raise UsageError(f"the trash is searched for words alone, not in the mode {mode}")
            return searching.search(self._session, query, options, article)
        return self._searcher.search(query, options, article, self._meaning(options, article))

    def _meaning(self, options: SearchOptions, similar_to: Article | None) -> Meaning | None:
        """Returns what searches by meaning; None if only words are searched."""
        if similar_to is not None and options.mode not in (None, WORDS):
            raise UsageError("articles similar to a file are found by their words; leave the mode out")
        if options.mode not in (None, WORDS):
            self._session.check_files("vectors for search by meaning")
        if similar_to is not None or (options.mode is None and self.settings.meaning == "off"):
            return None
        from docarchive.archive.search.meaning import meaning_for

        return meaning_for(self._session, options)

    @checked
    def similar(self, id: str, *, limit: int | None = 10, offset: int = 0) -> Results:
        """Finds the articles that share an article's distinctive words, the most similar first.

        Where search by meaning is on, articles whose passages mean something like it are found, too.

        Args:
            id: An id, as ``get`` takes it.
            limit: How many hits to return; None for all.
            offset: How many hits to skip before them.

        Raises:
            NotFoundError: There is no such article.
        """
        options = SearchOptions(limit, offset).checked()
        return self._searcher.similar(self.get(id), options, self._meaning(options, None))

    @checked
    def quote(self, text: str, *, versions: bool = False, limit: int | None = 10) -> Quotation:
        """Returns whether the archive has a quote word for word, changed or not at all, and where.

        These count as word for word: other punctuation, quotation marks, dashes and hyphens; other white space, also
        between words or missing there; capitals; the commas of thousands; and Markdown, such as emphasis, links and
        escapes. A word, a number, or a sign of a currency or percent that is changed, missing or added does not. An
        ellipsis (``…``, ``...`` or ``[...]``) stands for any text: what is before and after it must be in this order.
        Of three words, one may be changed; a quote of one or two words is there word for word, or not at all.

        Start and end of passages and differences count the characters of the article's ``body``, or of its ``title`` or
        ``summary``: the text that ``get`` returns, and ``docarchive show --json`` prints, under this key.

        Args:
            text: The quote, of at most 2,000 words.
            versions: Compare the earlier versions of all articles too, which takes as long as reading them. Otherwise
                only those of articles that have rare words of the quote, and only if no current version has it word for
                word.
            limit: How many passages to return, one for each version of an article; None for all.

        Raises:
            UsageError: The quote has no words, or too many.
        """
        from docarchive.archive.quoting.quoting import quote

        check_page("relevance", limit, 0)
        return quote(self._session, text, versions=versions, limit=limit)

    @checked
    def count(self, query: str = "", *, language: str | None = None, now: datetime | None = None) -> int:
        """Returns how many articles match a query, with all of its words; see ``search``."""
        if self._is_in_trash(query):
            from docarchive.archive.trash import searching

            return searching.count(self._session, query, language, now)
        tree = self._parse(query, language, now)
        return self._session.ask(lambda engine: engine.count(tree))

    def fields(self) -> dict[str, int]:
        """Returns the metadata keys that articles have, in order, with the number of different values of each.

        Any of them can be used in a query as ``key:value`` and as a facet, and so can the dates, which are not listed.
        """
        return dict(self._session.catalog.label_counts())

    @checked
    def save_search(self, name: str, query: str) -> None:
        """Saves a search under a name, for use as ``@name`` in any query.

        Raises:
            QueryError: The query is malformed.
            UsageError: The name cannot be used in a query.
        """
        Settings.check_name(name)
        searches = {**self.settings.searches, name: query}
        from docarchive.query import parse

        parse(query, self._searcher.context()._replace(searches=searches))
        parse(f"@{name}", self._searcher.context()._replace(searches=searches))
        with self._session.writing():
            self._session.settings = self.settings.with_search(self.path, name, query)

    @checked
    def remove_search(self, name: str) -> None:
        """Deletes a saved search.

        Raises:
            NotFoundError: There is no saved search of that name.
        """
        if name not in self.settings.searches:
            raise NotFoundError(f"there is no saved search {shorten(repr(name))}; 'docarchive saved' lists them")
        with self._session.writing():
            self._session.settings = self.settings.with_search(self.path, name, None)

    @checked
    def list(
        self,
        query: str = "",
        *,
        sort: Sort = "-date",
        limit: int | None = None,
        offset: int = 0,
        now: datetime | None = None,
        keys: Iterable[str] | None = None,
    ) -> Iterator[Row]:
        """Lists articles by their metadata, without opening a file.

        Args:
            query: A query. One on metadata alone, such as on labels and dates, needs no index.
            sort: As in ``search``, but not by relevance.
            limit: How many to return; None for all.
            offset: How many to skip before them.
            now: The time that dates in words are relative to; see ``search``.
            keys: The keys of the metadata to read, such as ``["date", "title"]``; None for all. It takes less time to
                read a few, and then ``size``, ``modified`` and ``digest`` are unknown.

        Raises:
            QueryError: The query is malformed.
            UsageError: There is no such order.
        """
        from docarchive.archive.search import listing

        check_page(sort, max(limit or 0, 0), offset, "a list")
        chosen = None if keys is None else [*keys]
        if self._is_in_trash(query):
            from docarchive.archive.trash import searching

            return searching.rows(self._session, query, sort, limit, offset, now, chosen)
        order = self._searcher.order(sort)
        return listing.rows(self._session, self._parse(query, now=now), order, limit, offset, chosen)

    @checked
    def list_count(self, query: str = "", *, now: datetime | None = None) -> int:
        """Returns how many articles ``list`` returns for a query."""
        from docarchive.archive.search import listing

        if self._is_in_trash(query):
            return self.count(query, now=now)
        return listing.count(self._session, self._parse(query, now=now))

    def _ids_of(self, query: str) -> Sequence[str]:
        return [row.id for row in self.list(query, keys=[])]

    @property
    def _searcher(self) -> Searcher:
        from docarchive.archive.search.searching import Searcher

        return Searcher(self._session)

    def _is_in_trash(self, query: str) -> bool:
        in_trash = lookup.is_in_trash(query, self.settings.searches)
        if in_trash:
            self._session.check_files("trash")
        return in_trash

    def _parse(self, query: str, language: str | None = None, now: datetime | None = None) -> Node:
        from docarchive.query import parse

        return parse(query, self._searcher.context(language, now))

    # One article

    @checked
    def resolve(self, prefix: str, *, trash: bool = False) -> str:
        """Returns the id that starts with a prefix.

        Args:
            prefix: The prefix.
            trash: Whether the article is in the trash.

        Raises:
            NotFoundError: No id does.
            AmbiguousId: More than one does.
        """
        if trash:
            from docarchive.archive.trash import searching

            return searching.resolve(self._session, prefix)
        return lookup.resolve(self._session.catalog, prefix)

    @checked
    def get(self, id: str, *, version: int = 0) -> Article:
        """Returns an article, or an earlier version of it.

        Args:
            id: Its id, or any unique prefix of it.
            version: The number of a version, as ``versions`` returns it; or 0 for the current version, and -1 for the
                last one before it.

        Raises:
            NotFoundError: There is no such article, or no such version.
            AmbiguousId: Several ids start with the prefix.
            ArchiveDamaged: Its file cannot be read.
        """
        id = self.resolve(id)
        if version:
            return self._versions(id).article(version)
        return lookup.read(self._session.store, self._session.catalog, id)

    @checked
    def text(self, id: str, *, version: int = 0) -> str:
        """Returns the text of an article's file, with its front matter. For the id and the version see ``get``."""
        id = self.resolve(id)
        if version:
            return self._versions(id).text(version)
        return lookup.text(self._session.store, self._session.catalog, id)

    @checked
    def file(self, id: str, *, version: int = 0) -> str:
        """Returns the path of an article's file, relative to the archive. For the id and the version see ``get``."""
        id = self.resolve(id)
        return self._versions(id).path(version) if version else lookup.path_of(self._session.catalog, id)

    @checked
    def versions(self, id: str) -> Sequence[Version]:
        """Returns the versions of an article, the oldest first and the current one last.

        Before an import changes an article, its file is kept as a version. For the id see ``get``.
        """
        return self._versions(self.resolve(id)).listed()

    @checked
    def diff(self, id: str, a: int = -1, b: int = 0) -> Diff:
        """Returns what differs between two versions of an article: between the last two if they are left out.

        Args:
            id: The id of the article; see ``get``.
            a: The version to compare with; see ``get``.
            b: The version that is compared.

        Raises:
            NotFoundError: There is no such article, or no such version.
            AmbiguousId: Several ids start with the prefix.
            ArchiveDamaged: A file cannot be read.
        """
        return self._versions(self.resolve(id)).diff(a, b)

    def _versions(self, id: str) -> Versions:
        from docarchive.archive.versions.versions import Versions

        return Versions(self._session, id)

    @checked
    def original(self, id: str) -> Path:
        """Returns the path of the original file that an article was imported from. For the id see ``get``.

        Raises:
            NotFoundError: The archive has no original: the article was written by hand, or its original was deleted.
            ArchiveDamaged: The bytes of the original are not those that were imported.
        """
        return lookup.original(self._session.store, self._session.catalog, self.resolve(id))

    @checked
    def picture(self, path: str) -> Path:
        """Returns the path of a picture's file.

        Args:
            path: The address of the picture in an article's text: ``originals/ab/abcdef….png``.

        Raises:
            NotFoundError: The archive has no such picture.
            ArchiveDamaged: The bytes of the picture are not those that were imported.
        """
        return lookup.picture(self._session.store, path)

    @checked
    def provenance(self, id: str) -> Provenance:
        """Returns where an article comes from. For the id see ``get``."""
        return lookup.provenance(self._session.store, self._session.catalog, self.resolve(id))

    # Export

    @checked
    def export(
        self,
        query: str = "",
        *,
        to: str | os.PathLike[str] | BinaryIO | TextIO,
        format: str | None = None,
        ids: Iterable[str] | None = None,
        sort: Sort | None = None,
        limit: int | None = None,
        since: str | int | datetime | None = None,
        force: bool = False,
        language: str | None = None,
        now: datetime | None = None,
        **options: Unpack[ExportOptions],
    ) -> ExportReport:
        """Exports articles. The same archive and query always give the same bytes.

        Args:
            query: A query; an empty one matches all articles.
            to: A path, or a stream open for writing bytes or, if the format is text, for writing text. A path without a
                file extension of the format is a folder, if the format can be written as one, and a ZIP file if it ends
                in ``.zip``.
            format: The name of a writer; if left out, ``template`` if there is a template, else the one of the path's
                extension, else JSON Lines.
            ids: Instead of a query: ids as ``get`` takes them; exported in that order.
            sort: As in ``search``, but not by relevance; if left out, by date, in feeds the newest first.
            limit: The maximum number of articles.
            since: Export only articles that changed after this: the ``position`` of an earlier export's report, a
                journal position, or a date (UTC) after which files were written, as queries take it or as a datetime.
                With a limit, and neither order nor ids, the earliest changes come first.
            force: Overwrite existing files.
            language: The language of the query's words; see ``search``.
            now: The time that dates in words are relative to; see ``search``.
            options: Options of the format: see ``ExportOptions`` and the table in ``docs/library.md``.

        Returns:
            How many articles were written, which files are missing, and the position for the next export.

        Raises:
            UsageError: There is no such format, order or option, or something exists at the path.
            QueryError: The query is malformed.
            NotFoundError: There is no article of an id.
        """
        from docarchive.archive.export.run import export
        from docarchive.archive.import_and_export_options import ExportOptions, checked_options
        from docarchive.writers.file_names import pattern_keys

        check_page(sort or "date", limit or 0, 0, "an export")
        if ids is not None and query:
            raise UsageError("use a query or ids, not both")
        tree = self._parse(query, language, now)
        sort = None if sort is None else self._searcher.order(sort)
        options = cast("ExportOptions", checked_options(ExportOptions, options))
        self._searcher.check_fields([*(options.get("fields") or ()), *pattern_keys(options.get("name"))])
        return export(self._session, tree, to, format, ids, sort, limit, since, force, now, options)

    @checked
    def verify(
        self,
        query: str = "",
        *,
        quick: bool = False,
        since: str | int | datetime | None = None,
        jobs: int = 1,
        resume: bool = False,
        repair: bool = False,
        observe: Callable[[Fault], None] = lambda fault: None,
    ) -> Verification:
        """Compares the archive with what is recorded of it.

        Without a query, all of it is checked: originals against their names; articles, earlier versions and quarantine
        against the digests that were recorded when they were written or read; front matter; the files against the
        catalog; the catalog and the index against their checksums and the journal; links, and what was left behind.

        Args:
            query: A query. Only the articles that match it, their versions, originals and pictures are checked.
            quick: Compare sizes, times and names, and read no files.
            since: Check only articles that changed after this; see ``export``.
            jobs: How many processes read files.
            resume: Continue where an earlier verification of the whole archive was interrupted.
            repair: Put back the exact bytes of damaged files, from copies, originals and the catalog; build the catalog
                and the index again; delete leftovers. Edits and deletions stay as they are.
            observe: Called with each fault as it is found.

        Raises:
            ArchiveLocked: Faults are to be repaired, and another process is writing.
            ArchiveReadOnly: Faults are to be repaired, and this process may only read the archive.
            QueryError: The query is malformed.
            UsageError: There are less jobs than one, or ``since`` is neither a position nor a date.
        """
        from docarchive.archive.verifying.verify import verify

        if jobs < 1:
            raise UsageError("jobs must be 1 or more")
        tree = self._parse(query)
        with self._session.store.lock if repair else nullcontext():
            return verify(
                self._session,
                tree,
                full=not quick,
                since=since,
                jobs=jobs,
                resume=resume,
                observe=observe,
                repair=repair,
            )

    @checked
    def write_manifest(
        self,
        to: str | os.PathLike[str] | BinaryIO | TextIO,
        *,
        force: bool = False,
        jobs: int = 1,
        observe: Callable[[Fault], None] = lambda fault: None,
    ) -> Verification:
        """Verifies the whole archive, and writes a manifest of it if nothing is wrong: all files with their digests.

        The manifest's head is added to the archive's ``heads.jsonl``. See docs/archive-format.md.

        Args:
            to: A path, or a stream open for writing bytes or text.
            force: Overwrite an existing file.
            jobs: How many processes read files for the verification.
            observe: Called with each fault as it is found.

        Returns:
            What was checked and found. If nothing is wrong, ``head`` is the manifest's; otherwise there is no manifest.

        Raises:
            UsageError: Something exists at the path, or it belongs to the archive.
            ArchiveReadOnly: This process may only read the archive.
            ArchiveLocked: Another process is writing.
            ArchiveDamaged: The chain of heads is broken.
        """
        from docarchive.archive.verifying.with_manifest import verified_manifest

        def verify() -> Verification:
            return self.verify(jobs=jobs, observe=observe)

        return verified_manifest(self._session, to, force=force, verify=verify)

    @staticmethod
    @checked
    def verify_against(
        path: str | os.PathLike[str],
        manifest: str | os.PathLike[str] | BinaryIO | TextIO,
        *,
        progress: Progress = no_progress,
        observe: Callable[[Fault], None] = lambda fault: None,
    ) -> Verification:
        """Compares an archive, or a copy of one, with a manifest. Reads only its files, and writes nothing.

        Args:
            path: The folder of the archive.
            manifest: The path of a manifest, or a stream of it.
            progress: Called while this runs.
            observe: Called with each fault as it is found.

        Returns:
            What was checked and found. ``in_chain`` says whether the archive's own ``heads.jsonl`` has the head of the
            manifest: a copy that was made before the manifest has not.

        Raises:
            UsageError: The file is no manifest, or cannot be read.
            InputError: The manifest was changed or cut.
        """
        from docarchive.archive.proving.comparing import compare

        return compare(_folder(path), manifest, progress, observe)

    # Back up

    @checked
    def backup(self, target: str | os.PathLike[str], *, verify: bool = False, dry_run: bool = False) -> BackupReport:
        """Adds a backup of the archive to a folder, a ZIP file, or a store that fsspec reaches.

        The backup has all files as they are at one journal position, though others may read and write the archive at
        the same time. Edits by hand since the last sync are in it. Only what is new or has changed since the last
        backup in the target is copied. Files whose size, time and recorded digest are as in the last backup are not
        read. A damaged file never replaces a good copy.

        Args:
            target: The folder, which is created if it is missing; a path that ends in ``.zip``; or an address with
                ``://``, which needs the extra ``backup``. It may have earlier backups of this archive.
            verify: Read the files that the target has already, in the archive and in the target, and compare them.
                Damaged files of the target are replaced, if the archive still has them.
            dry_run: Only report what would be copied.

        Returns:
            Counts, and the files that could not be read or are damaged.

        Raises:
            UsageError: The target is in the archive, or the archive in the target; it is used for something else, or
                has the backups of another archive.
            ArchiveLocked: Another backup is being written to the target.
            ArchiveError: The target cannot be written, for example because the disk is full. Run it again later:
                earlier backups are as they were.
        """
        from docarchive.archive.backing_up.backup import back_up

        return back_up(self._session, target, verify=verify, dry_run=dry_run)

    @staticmethod
    @checked
    def backups(target: str | os.PathLike[str]) -> Sequence[Backup]:
        """Returns the backups in a target, the first one first. For the target see ``backup``.

        Raises:
            NotFoundError: There are none.
            ArchiveError: They cannot be read.
        """
        from docarchive.archive.backing_up.opening import backups, opened

        with opened(target) as opened_target:
            return backups(opened_target)

    @staticmethod
    @checked
    def restore(
        target: str | os.PathLike[str],
        path: str | os.PathLike[str],
        *,
        at: str | None = None,
        progress: Progress = no_progress,
    ) -> RestoreReport:
        """Restores a backup to a new folder. Then open the archive there: what is derived is built again.

        The digest of each file is checked. Files that are missing or damaged in the target are reported, and the
        others restored.

        Args:
            target: Where the backups are; see ``backup``.
            path: The folder, which must be missing or empty.
            at: Which backup: its time as ``backups`` returns it, or a part of a time in UTC, such as a day: then the
                last backup until its end. The last one of all if left out.
            progress: Called while it runs.

        Returns:
            How many files were restored, and which could not be.

        Raises:
            NotFoundError: There is no such backup.
            UsageError: The folder is not empty, or the time is none.
            ArchiveError: The target cannot be read, or the folder cannot be written.
        """
        from docarchive.archive.backing_up.restore import restore

        return restore(target, path, at, progress)

    def statistics(self) -> Statistics:
        """Returns the archive's statistics."""
        from docarchive.archive.upkeep.statistics import statistics

        return statistics(self._session)


def _folder(path: str | os.PathLike[str]) -> Path:
    """Returns the absolute path of an archive's folder.

    Raises:
        UsageError: It is the address of a collection, or Python would look for the archive's files, whose names are
            UTF-8, under other names.
    """
    if is_address(path):
        raise UsageError("a collection can only be opened; name a folder for an archive")
    if (encoding := sys.getfilesystemencoding()).lower() != "utf-8":
        raise UsageError(
            f"this Python reads file names as {encoding}, but those of an archive are UTF-8; run it with -X utf8, or "
            "set PYTHONUTF8=1"
        )
    return Path(os.path.abspath(expanded_target(path)))


def _check_wait(wait: float) -> None:
    if not wait >= 0:
        raise UsageError("wait must be a number of seconds, 0 or more")

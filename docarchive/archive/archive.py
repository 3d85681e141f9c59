"""Archive: everything that can be done with an archive, one call each.

What a search does not need (readers, writers, importing, syncing) is imported by the methods that do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Unpack

from docarchive.archive.indexing import catch_up
from docarchive.archive.progress import Progress, no_progress
from docarchive.archive.search.searching import FACET_LIMIT, Options, Results, Searcher
from docarchive.archive.settings import Settings
from docarchive.catalog import Catalog, Row
from docarchive.engines import SORTS, Engine, open_engine, position_of
from docarchive.errors import (
    AmbiguousId,
    ArchiveDamaged,
    ArchiveError,
    ArchiveExists,
    ArchiveLocked,
    NotAnArchive,
    NotFoundError,
    ReaderError,
    UsageError,
)
from docarchive.query import Node, read
from docarchive.store import Store
from docarchive.store.layout import ARTICLES, CATALOG, ORIGINALS, SETTINGS, index_folder

if TYPE_CHECKING:
    from docarchive.archive.decisions import Decision
    from docarchive.archive.figures import EngineStatus, Statistics
    from docarchive.archive.formats import Format
    from docarchive.archive.importing.duplicates import Duplicate
    from docarchive.archive.importing.sources import Intake
    from docarchive.archive.indexing.live import Follower
    from docarchive.archive.options import ExportOptions, ImportOptions
    from docarchive.archive.provenance import Provenance
    from docarchive.archive.reports import ExportReport, ImportReport, RebuildReport, SyncReport
    from docarchive.article import Article
    from docarchive.engines.whoosh.whoosh_index import WhooshIndex
    from docarchive.store import Kept

_IGNORED = "# Derived: safe to delete, rebuilt by 'docarchive rebuild'.\n/.docarchive/\n"


class Archive:
    """An open archive. Close it, or use it as a context manager.

    Make one with ``Archive.create``, open one with ``Archive.open``.

    >>> with Archive.create(folder / "news") as archive:            # doctest: +SKIP
    ...     report = archive.import_("inbox")
    ...     for hit in archive.search("nato date:2024-03"):
    ...         print(hit.title)
    """

    def __init__(self, root: Path, settings: Settings, progress: Progress) -> None:
        self.path = root
        self.settings = settings
        self._progress = progress
        self._settings_time = _changed(root)
        self._store = Store(root)
        self._catalog = self._open_catalog()
        self._recover()

    # Making, opening, closing

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        engine: str = "whoosh",
        language: str = "en",
        progress: Progress = no_progress,
    ) -> Archive:
        """Makes an empty archive and opens it.

        Args:
            path: The folder; made where it is missing.
            name: What it is called; the folder's name if left out.
            engine: The engine that will search it.
            language: The language of articles whose own is neither said nor clear, as ISO 639-1.
            progress: Is told how long operations go on.

        Raises:
            ArchiveExists: There is one already.
            UsageError: The path is a file, there is no such engine, or the language is no code of one.
        """
        root = Path(os.path.abspath(path))
        if (root / SETTINGS).exists():
            raise ArchiveExists(
                f"{root} is an archive already; bring articles in with 'docarchive --archive {root} import FILE'"
            )
        if root.exists() and not root.is_dir():
            raise UsageError(f"{root} is a file; name a folder for the archive")
        Settings.check_language(language)
        settings = Settings(name=name or root.name, engine=engine, language=language)
        open_engine(engine, root)
        try:
            for folder in (ARTICLES, ORIGINALS):
                (root / folder).mkdir(parents=True, exist_ok=True)
            if not (root / ".gitignore").exists():
                (root / ".gitignore").write_text(_IGNORED, "utf-8")
            settings.save(root)
        except OSError as error:
            raise NotAnArchive(f"{root} cannot be written: {error.strerror}") from None
        return cls(root, settings, progress)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, progress: Progress = no_progress) -> Archive:
        """Opens an archive; what an interruption left undone is finished first.

        Args:
            path: Its folder.
            progress: Is told how long operations go on.

        Raises:
            NotAnArchive: There is none.
            ArchiveDamaged: It cannot be read; the text says how to mend it.
        """
        root = Path(os.path.abspath(path))
        return cls(root, Settings.load(root), progress)

    @staticmethod
    def find(start: str | os.PathLike[str] = ".") -> Path:
        """Returns the nearest folder, from start upward, that is an archive.

        Raises:
            NotAnArchive: None of them is.
        """
        folder = Path(os.path.abspath(start))
        for candidate in (folder, *folder.parents):
            if (candidate / SETTINGS).is_file():
                return candidate
        raise NotAnArchive(
            f"neither {folder} nor a folder above it is an archive; name one with --archive or run 'docarchive init'"
        )

    @cached_property
    def _engine(self) -> Engine:
        """The engine; its library is imported when it is first needed."""
        return self._own_engine()

    def _own_engine(self, jobs: int | None = None, folder: Path | None = None) -> Engine:
        """Opens the engine that the settings name.

        Raises:
            ArchiveError: It is not installed; the text says the two ways out.
        """
        try:
            return open_engine(*self._index_of(self.settings.engine, folder), jobs)
        except UsageError as error:  # there is such an engine: ``Settings`` has looked
            raise ArchiveError(f"{error}; or use the other: docarchive engine use whoosh") from error

    def _index_of(self, engine: str, folder: Path | None = None) -> tuple[str, Path, str]:
        """Returns what an engine's index is known by: the engine, its folder, and the language by default."""
        return engine, folder or index_folder(self.path, engine), self.settings.language

    def _close_engine(self) -> None:
        if "_engine" in self.__dict__:
            self._engine.close()
            del self._engine

    def close(self) -> None:
        """Closes all files."""
        self._close_engine()
        self._catalog.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def formats() -> Sequence[Format]:
        """Returns the formats that can be imported, in order of name, and whether each is installed."""
        from docarchive.archive.formats import formats

        return formats()

    def __len__(self) -> int:
        return self._catalog.count()

    def __contains__(self, id: str) -> bool:
        return self._catalog.entry(id) is not None

    # Bringing in

    def import_(
        self,
        *inputs: str | os.PathLike[str] | BinaryIO,
        format: str | None = None,
        tags: Iterable[str] = (),
        set: Mapping[str, Any] | None = None,
        language: str | None = None,
        mapping: Mapping[str, str] | None = None,
        split: bool = False,
        query: str | None = None,
        dry_run: bool = False,
        jobs: int | None = None,
        on_duplicate: str | None = None,
        observe: Callable[[Decision], None] = lambda decision: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> ImportReport:
        """Imports files, folders, addresses and streams, and makes them searchable.

        What is there already stays as it is; what cannot be read is kept in quarantine, and does not
        stop the rest. What the table ``[import]`` of the settings says holds too.

        Args:
            inputs: Paths, addresses that begin with ``http://`` or ``https://``, or streams open for reading
                bytes.
            format: The name of a reader, to use it whatever the inputs look like.
            tags: Tags for every article that is new or has changed, beside its own.
            set: Values by key likewise; they take the place of the article's own, and are added to lists.
            language: The language of the articles, whatever they say.
            mapping: For tables and JSON: which column holds a key, as ``{"title": "Headline"}``.
            split: For books: one article per chapter.
            query: For databases: the SQL whose rows are the articles.
            dry_run: Decide everything, and change nothing.
            jobs: How many processes may parse what is slow to parse, or index; None for as many as there are
                processors, 1 for this one alone but for what is never parsed in it.
            on_duplicate: What to do with a new article whose text is near that of another: ``link`` it to
                that (``duplicate_of``), which is so if nothing else is said, ``skip`` it, or ``keep`` it as it is.
            observe: Is told what becomes of each record.
            stop: Is asked now and then whether to stop; what is at hand is finished then.

        Returns:
            Counts, and every refusal with its reason.

        Raises:
            UsageError: There is no such format, or a value is not valid for its key.
            ArchiveLocked: Another process is writing.
            ArchiveError: The archive cannot be written, for want of room say; run it again later.
        """
        from docarchive.archive.options import ImportOptions

        options = ImportOptions(
            format=format,
            tags=tags,
            set=set,
            language=language,
            mapping=mapping,
            split=split,
            query=query,
            dry_run=dry_run,
            jobs=jobs,
            on_duplicate=on_duplicate,
            observe=observe,
            stop=stop,
        )
        return self._bring(lambda intake: intake.inputs(inputs), options)

    def watch(
        self,
        *folders: str | os.PathLike[str],
        settle: float = 2.0,
        report: Callable[[ImportReport], None] = lambda report: None,
        **options: Unpack[ImportOptions],
    ) -> None:
        """Imports what is in folders and what appears in them, until ``stop`` says so.

        Args:
            folders: Which; whatever is below them counts too.
            settle: Seconds for which a file must stay the same before it is read, as it may still be written.
            report: Is told each time what came in.
            options: As ``import_`` takes them.

        Raises:
            UsageError: What is named is no folder, or watchfiles is not installed.
            ArchiveLocked: Another process has been writing for long.
        """
        from docarchive.archive.importing.watching import Watch

        named = [Path(folder) for folder in folders]
        for inputs in Watch(named, self.path.resolve(), settle, options.get("stop", bool)).batches():
            done = self._bring(lambda intake, inputs=inputs: intake.found(inputs), options)  # type: ignore[misc]
            if done.new or done.updated or done.refused:
                report(done)

    def _bring(self, feed: Callable[[Intake], None], options: ImportOptions) -> ImportReport:
        from docarchive.archive.importing.run import bring

        with self._writing():
            asked = self.settings.importing, options
            return bring(feed, self._store, self._catalog, self._progress, *asked, self._follower)

    def _follower(self, jobs: int | None, folder: Path | None = None, catalog: Catalog | None = None) -> Follower:
        """Makes what keeps an index up with a catalog: the archive's own, if they are left out."""
        from docarchive.archive.indexing.live import Follower
        from docarchive.archive.indexing.live_process import Feeder

        index = self._index_of(self.settings.engine, folder)
        feeder = partial(Feeder, *index, jobs) if jobs != 1 else None
        engine = self._own_engine(jobs, folder)
        return Follower(catalog or self._catalog, self._store, engine, self._progress, feeder)

    def duplicates(self, threshold: float = 0.8) -> Iterator[list[Duplicate]]:
        """Yields groups of articles whose texts are near each other, what came first into the archive first.

        Args:
            threshold: The share of runs of four words that two texts have in common, from 0 to 1. Texts of
                fewer than twenty words are never near.
        """
        from docarchive.archive.importing.duplicates import groups

        with self._catalog.snapshot() as catalog:
            yield from groups(catalog, threshold)

    def quarantine(self) -> list[Kept]:
        """Returns what was refused and is kept, in order of name."""
        return [*self._store.quarantine.entries()]

    def retry(self, *names: str, **options: Unpack[ImportOptions]) -> ImportReport:
        """Imports refused inputs again; those that come in now leave the quarantine.

        Args:
            names: As ``quarantine`` gives them, or their beginnings; all, if there are none.
            options: As ``import_`` takes them.

        Raises:
            NotFoundError: There is no such entry.
        """
        from io import BytesIO

        from docarchive.readers import Source

        kept = self._kept(names)

        def feed(intake: Intake) -> None:
            for each in kept:
                where = each.where if each.is_record else each.input or each.where
                if not each.is_kept:
                    intake.again(each.input or each.where)
                    continue
                with open(self._store.quarantine.path(each.name), "rb") as file:
                    intake.stream(file, where, Source(Path(each.input or where).name, 0, BytesIO), each.is_record)

        report = self._bring(feed, options)
        if not options.get("dry_run"):
            again = {Path(refused.kept).name for refused in report.refused if refused.kept}
            for each in kept:
                if each.name not in again and not any(refused.where == each.where for refused in report.refused):
                    self._store.quarantine.discard(each.name)
        return report

    def discard(self, *names: str) -> int:
        """Deletes refused inputs, and returns how many; takes names as ``retry`` does."""
        found = self._kept(names)
        for kept in found:
            self._store.quarantine.discard(kept.name)
        return len(found)

    def _kept(self, names: Iterable[str]) -> Sequence[Kept]:
        found = {kept.name: kept for kept in self._store.quarantine.entries()}
        chosen = {}
        for name in [*names] or found:
            fitting = [name] if name in found else [each for each in found if name and each.startswith(name)]
            if len(fitting) != 1:
                how = "in quarantine more than once" if fitting else "not in quarantine"
                raise NotFoundError(f"{name!r} is {how}; 'docarchive quarantine' lists what is")
            chosen[fitting[0]] = found[fitting[0]]
        return [*chosen.values()]

    def sync(self) -> SyncReport:
        """Takes over what was edited, added, moved or removed by hand under ``articles/``.

        Files whose size and time are as before are not opened.

        Raises:
            ArchiveLocked: Another process is writing.
        """
        from docarchive.archive.upkeep.sync import Syncer

        with self._writing():
            self._catalog.index_files()
            syncer = Syncer(self._store, self._catalog, self._progress)
            syncer.run()
            self._catch_up()
            return syncer.report

    def rebuild(self) -> RebuildReport:
        """Makes catalog and index anew from the files alone; searches find what they did before until it ends.

        Raises:
            ArchiveLocked: Another process is writing.
        """
        from docarchive.archive.reports import RebuildReport
        from docarchive.archive.upkeep.rebuild import build_catalog, new_index, replace_catalog, replace_index

        with self._writing():
            index = new_index(self._store)
            follow = partial(self._follower, self.settings.importing.get("jobs"), index)
            refused = build_catalog(self._store, self.settings.language, self._progress, follow)
            self._catalog.close()
            replace_catalog(self._store)
            self._catalog = self._new_catalog()
            self._close_engine()
            replace_index(index, index_folder(self.path, self.settings.engine))
            return RebuildReport(len(self), refused)

    def use_engine(self, name: str) -> EngineStatus:
        """Switches to another engine: its index is built, and the old one is deleted when it is complete.

        An interruption leaves the archive with its old engine; the same call begins anew.

        Args:
            name: One of ``ENGINES``.

        Raises:
            UsageError: There is no such engine, or it is not installed; the text says what to do.
            ArchiveLocked: Another process is writing.
        """
        from docarchive.archive.upkeep import switch_engine

        with self._writing():
            new = self._engine if name == self.settings.engine else open_engine(*self._index_of(name))
            try:
                args = (self.path, self.settings, self._catalog, self._store, new, self._progress)
                self.settings = switch_engine.switch(*args)
            except BaseException:
                new.close()
                raise
            if new is not self.__dict__.get("_engine"):
                self._close_engine()
                self._engine = new
            self._settings_time = _changed(self.path)
        return self.engine_status()

    def engine_status(self) -> EngineStatus:
        """Returns how the engine stands: how far its index goes, its size, and versions."""
        from docarchive.archive.upkeep import switch_engine

        self._follow_settings()
        return switch_engine.status(self.path, self.settings, self._catalog)

    def whoosh_index(self, *, language: str | None = None) -> WhooshIndex:
        """Returns the archive's index as an index of Whoosh's own library, for reading, brought up to date.

        What Whoosh's parser, searcher, sorting, grouping, highlighter and scoring do is in its documentation; the
        index's fields are in docs/library.md. The archive must stay open while it is used.

        Args:
            language: The language of the words that Whoosh's parser reads, as ISO 639-1; each of the archive's if left
                out.

        Raises:
            UsageError: The archive has another engine; the text says what to do.
            ArchiveLocked: Another process is building the index.
            ArchiveDamaged: The index cannot be read.
        """
        self._follow_settings()
        if self.settings.engine != "whoosh":
            raise UsageError(
                f"the {self.settings.engine} engine searches this archive, and its index is none of Whoosh's; switch "
                "with 'docarchive engine use whoosh' or archive.use_engine('whoosh')"
            )
        from docarchive.engines.whoosh.whoosh_index import WhooshIndex

        self._be_current()
        if self._engine.position() is None and len(self):
            raise ArchiveLocked("another process is building the index; try again when it has ended")
        return WhooshIndex(index_folder(self.path, "whoosh"), self._searcher.context(language).analyzer, self._stored)

    def _stored(self, id_: str) -> dict[str, Any]:
        """Returns the fields of an article; none if its file cannot be read."""
        try:
            return self.get(id_).to_dict()
        except (NotFoundError, ArchiveDamaged):
            return {}

    # Finding

    def search(
        self,
        query: str = "",
        *,
        limit: int = 10,
        offset: int = 0,
        sort: str = "relevance",
        facets: Iterable[str] = (),
        facet_limit: int = FACET_LIMIT,
        language: str | None = None,
        now: datetime | None = None,
        freshness: float | None = None,
        similar_to: str | os.PathLike[str] | None = None,
        explain: bool = False,
    ) -> Results:
        """Searches for articles.

        Args:
            query: In the query language (docs/query-language.md); an empty one matches all.
            limit: How many hits to return.
            offset: How many to pass over before.
            sort: One of ``docarchive.SORTS``.
            facets: Keys whose values are counted over the whole result; also ``year``, ``month`` and
                ``day``, for another date ``updated:month``.
            facet_limit: How many values of each facet to return; 0 for all.
            language: The language of the query's words, as ISO 639-1; each of the archive's if left out.
            now: What ``today`` or ``last week`` are relative to; the present moment if left out.
            freshness: Prefers newer articles: after how many days half of what newness gives is gone.
            similar_to: A file; only articles with words that tell it from others match.
            explain: Tell for each hit what its score is the sum of.

        Raises:
            QueryError: The query cannot be read.
            UsageError: There is no such order or facet, a number is negative, or the language is no code of one.
            ReaderError: The file cannot be read.
        """
        _check_page(sort, limit, offset)
        options = Options(
            limit, offset, sort, tuple(facets), facet_limit, language, now, _half_life(freshness), explain
        )
        like = self._read_file(similar_to) if similar_to is not None else None
        self._be_current()
        return self._searcher.search(query, options, self._engine, like)

    def similar(self, id: str, *, limit: int = 10, offset: int = 0) -> Results:
        """Finds articles with the words that tell this one from others, the most alike first.

        Args:
            id: An id, as ``get`` takes it.
            limit: How many hits to return.
            offset: How many to pass over before.

        Raises:
            NotFoundError: There is none.
        """
        _check_page("relevance", limit, offset)
        article = self.get(id)
        self._be_current()
        row = self._catalog.rows_of([article.id])[article.id]
        return self._searcher.similar(article, row.language, Options(limit, offset), self._engine)

    def count(self, query: str = "", *, language: str | None = None, now: datetime | None = None) -> int:
        """Returns how many articles match a query; see ``search``."""
        tree = self._parse(query, language, now)
        self._be_current()
        return self._engine.count(tree)

    def save_search(self, name: str, query: str) -> None:
        """Saves a search; ``@name`` in any query stands for it from now on.

        Raises:
            QueryError: The query cannot be read.
            UsageError: The name is none that a query could name.
        """
        Settings.check_name(name)
        searches = {**self.settings.searches, name: query}
        read(query, self._searcher.context()._replace(searches=searches))
        read(f"@{name}", self._searcher.context()._replace(searches=searches))
        with self._store.lock:
            self.settings = self.settings.with_search(self.path, name, query)

    def remove_search(self, name: str) -> None:
        """Removes a saved search.

        Raises:
            NotFoundError: There is none of that name.
        """
        if name not in self.settings.searches:
            raise NotFoundError(f"there is no saved search {name!r}; 'docarchive saved' lists them")
        with self._store.lock:
            self.settings = self.settings.with_search(self.path, name, None)

    @property
    def _searcher(self) -> Searcher:
        return Searcher(self._store, self._catalog, self.settings)

    def _parse(self, query: str, language: str | None = None, now: datetime | None = None) -> Node:
        return read(query, self._searcher.context(language, now)).tree

    def _read_file(self, path: str | os.PathLike[str]) -> Article:
        """Reads the first article of a file."""
        from docarchive.readers import Record, Source, choose

        file = Path(path)
        try:
            source = Source(file.name, file.stat().st_size, lambda: file.open("rb"))
            found = next(iter(choose(source, None).records(source)), None)
        except OSError as error:
            raise ReaderError(f"{file}: it cannot be read: {error.strerror}") from None
        if not isinstance(found, Record):
            raise ReaderError(f"{file}: {getattr(found, 'reason', 'there is no article in it')}")
        return found.load()

    def is_current(self) -> bool:
        """Tells whether the index holds every change; it does not while another process is writing."""
        return catch_up.lag(self._catalog, self._engine.position()) == 0

    def list(
        self, query: str = "", *, sort: str = "-date", limit: int = -1, offset: int = 0, now: datetime | None = None
    ) -> Iterator[Row]:
        """Lists articles by their metadata, without opening a file.

        Args:
            query: On metadata alone: labels and dates.
            sort: One of ``docarchive.SORTS`` but for relevance.
            limit: How many; -1 for all.
            offset: How many to pass over before.
            now: What dates in words are relative to; see ``search``.

        Raises:
            QueryError: The query cannot be read.
            UnsupportedQuery: It asks for words of the text.
        """
        if sort == "relevance":
            raise UsageError("a list has no relevance; sort it by date, title or archived")
        _check_page(sort, max(limit, 0), offset, SORTS[1:])
        return self._catalog.rows(self._parse(query, now=now), sort=sort, limit=limit, offset=offset)

    def list_count(self, query: str = "", *, now: datetime | None = None) -> int:
        """Returns how many articles ``list`` has for a query."""
        return self._catalog.count(self._parse(query, now=now))

    def resolve(self, prefix: str) -> str:
        """Returns the id that starts so.

        Raises:
            NotFoundError: None does.
            AmbiguousId: More than one does.
        """
        if not prefix.isascii():
            from docarchive.article import clean

            prefix = clean(prefix)
        if self._catalog.entry(prefix):
            return prefix
        found = self._catalog.with_prefix(prefix, 6) if prefix else []
        if not found:
            raise NotFoundError(
                f"no article has an id that starts with {prefix!r}; 'docarchive list' and 'docarchive search' show ids"
            )
        if len(found) > 1:
            shown = ", ".join(found[:5]) + (", …" if len(found) > 5 else "")
            raise AmbiguousId(f"{prefix!r} is the start of several ids: {shown}; write more of it")
        return found[0]

    def get(self, id: str) -> Article:
        """Returns an article.

        Args:
            id: Its id, or a start of it that no other id has.

        Raises:
            NotFoundError: There is none.
            AmbiguousId: Several ids start so.
            ArchiveDamaged: Its file cannot be read.
        """
        from docarchive.writers import Document

        found = self.resolve(id)
        path = self.file(found)
        return Document(found, path, self._store.read(path)).article

    def text(self, id: str) -> str:
        """Returns the text of an article's file, front matter and all; takes an id as ``get`` does."""
        return self._store.read(self.file(id))

    def original(self, id: str) -> Path:
        """Returns the file with the bytes that an article was imported from; takes an id as ``get`` does.

        Raises:
            NotFoundError: There is none: the article was written by hand, or its original was deleted.
        """
        found = self.resolve(id)
        digest = str(self._catalog.rows_of([found])[found].metadata.get("original", ""))
        path = self._store.originals.find(digest.removeprefix("sha256:"))
        if path is None:
            raise NotFoundError(f"{found} has no original in the archive")
        return path

    def provenance(self, id: str) -> Provenance:
        """Returns where an article came from; takes an id as ``get`` does."""
        from docarchive.archive.provenance import Provenance

        article = self.get(id)
        path = self._store.originals.find(article.original or "")
        encoding = article.extra.get("encoding")
        return Provenance(
            article.id,
            article.title,
            article.imported_from,
            article.url,
            str(article.archived) if article.archived else None,
            article.format,
            article.reader,
            encoding if isinstance(encoding, str) else None,
            article.original,
            path.relative_to(self.path).as_posix() if path else None,
            path.stat().st_size if path else None,
            article.fingerprint,
            self.file(article.id),
            tuple(self._store.versions_of(article.id)),
        )

    def file(self, id: str) -> str:
        """Returns the path of an article's file, relative to the archive; takes an id as ``get`` does."""
        entry = self._catalog.entry(self.resolve(id))
        assert entry is not None
        return entry.path

    # Handing out

    def export(
        self,
        query: str = "",
        *,
        to: str | os.PathLike[str] | BinaryIO,
        format: str | None = None,
        ids: Iterable[str] | None = None,
        sort: str | None = None,
        limit: int | None = None,
        since: str | int | None = None,
        force: bool = False,
        language: str | None = None,
        now: datetime | None = None,
        **options: Unpack[ExportOptions],
    ) -> ExportReport:
        """Exports articles; the same archive and query give the same bytes.

        Args:
            query: Which; an empty one means all.
            to: A path or a stream open for writing bytes. A path whose ending is no ending of the format names
                a folder, where the format has one, and a ZIP file if it ends in ``.zip``.
            format: The name of a writer; by the ending of the path if left out, else JSON Lines.
            ids: Which, instead of a query: ids as ``get`` takes them; they come in that order.
            sort: One of ``docarchive.SORTS`` but for relevance; by date if left out, in feeds the newest first.
            limit: How many at most.
            since: What changed after that alone: the ``position`` of an earlier export's report, a number of the
                journal, or a date (UTC), as queries take it, after which files were written. With a limit
                besides, and no order or ids asked for, the first changes come first.
            force: Write over what is there.
            language: The language of the query's words; see ``search``.
            now: What dates in words are relative to; see ``search``.
            options: Of the format: fields, flatten, layout, originals, style, title, url, template, name.

        Returns:
            How many articles were written, which files are gone, and what to go on from.

        Raises:
            UsageError: No such format, order or option, or there is something at the path already.
            QueryError: The query cannot be read.
            NotFoundError: There is no article of an id.
        """
        from docarchive.archive.export import selection
        from docarchive.archive.export.exporting import Exporter, write_options, writer_named

        _check_page(sort or "date", limit or 0, 0, SORTS[1:])
        if sort == "relevance":
            raise UsageError("an export has no relevance; sort it by date, title or archived")
        if ids is not None and query:
            raise UsageError("either a query or ids, not both")
        writer = writer_named(format, to if isinstance(to, str | os.PathLike) else None)
        exporter = Exporter(self._store, writer, write_options(options, self.settings.name), self._progress)
        wanted = None if ids is None else [self.resolve(id_) for id_ in ids]
        after = None if since is None else selection.since_of(since, self._catalog, now)
        order = sort or (writer.order if wanted is None and writer.order != "date" else None)
        choice = selection.Choice(self._parse(query, language, now), wanted, order, limit, after)
        rows = selection.Chosen(choice, self._catalog, self._matches)
        if isinstance(to, str | os.PathLike):
            exporter.to_path(rows, to, force=force)
        else:
            exporter.to_stream(rows, to)
        exporter.report.position, exporter.report.behind = rows.position, rows.behind
        if after is not None and after.number is not None:
            exporter.report.removed = self._catalog.removed_since(after.number)
        return exporter.report

    def _matches(self, tree: Node) -> tuple[int, Iterable[str]]:
        """Returns how far in the journal the index goes, and what it finds."""
        self._be_current()
        return catch_up.number_of(self._catalog, self._engine.position()), self._engine.ids(tree)

    def statistics(self) -> Statistics:
        """Returns the archive's figures."""
        from docarchive.archive.figures import Statistics

        position = position_of(*self._index_of(self.settings.engine))
        return Statistics(
            name=self.settings.name,
            path=str(self.path),
            engine=self.settings.engine,
            language=self.settings.language,
            articles=len(self),
            bytes=self._catalog.total_size(),
            years=dict(self._catalog.years()),
            values=dict(self._catalog.label_counts()),
            changes=self._catalog.last_number(),
            indexed=position.number if position and position.epoch == self._catalog.epoch else None,
        )

    # Staying whole

    def _open_catalog(self) -> Catalog:
        """Opens the catalog; one that is missing, of another version or damaged is built anew."""
        catalog = self._usable_catalog()
        if catalog is not None:
            return catalog
        with self._store.lock:
            if catalog := self._usable_catalog():
                return catalog
            from docarchive.archive.upkeep.rebuild import build_catalog, replace_catalog

            build_catalog(self._store, self.settings.language, self._progress)
            replace_catalog(self._store)
            return self._new_catalog()

    def _new_catalog(self) -> Catalog:
        """Opens the catalog that was built just now."""
        catalog = Catalog.open(self.path / CATALOG, self.settings.language)
        assert catalog is not None
        return catalog

    def _usable_catalog(self) -> Catalog | None:
        try:
            return Catalog.open(self.path / CATALOG, self.settings.language)
        except ArchiveDamaged:
            return None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Holds the lock, with the catalog as it is on the disk and nothing left undone."""
        outermost = not self._store.lock.held
        with self._store.lock:
            if self._catalog.replaced:  # another process has rebuilt it since we opened it
                self._catalog.close()
                self._catalog = self._open_catalog()
            self._follow_settings()
            self._recover()
            if outermost:
                self._store.clean()  # copies of large inputs that nobody could put in place
                self._store.delete_other_indexes(self.settings.engine)  # those of a switch that was killed
            yield

    def _recover(self) -> None:
        """Finishes what an interrupted write was about to do, unless another process still does it."""
        if not self._catalog.pending():
            return
        from docarchive.archive.upkeep.sync import Syncer

        with suppress(ArchiveLocked), self._store.lock.at_once():
            Syncer(self._store, self._catalog, self._progress).recover()
            self._store.clean()

    def _follow_settings(self) -> None:
        """Takes over settings that have changed since they were read, among them the engine."""
        changed = _changed(self.path)
        if changed == self._settings_time:
            return
        with suppress(ArchiveError):  # somebody is at it: what we have still holds
            settings = Settings.load(self.path)
            if settings.engine != self.settings.engine:
                self._close_engine()
            self.settings, self._settings_time = settings, changed

    def _catch_up(self) -> None:
        catch_up.catch_up(self._catalog, self._store, self._engine, self._progress)

    def _be_current(self) -> None:
        """Brings the index up to the journal, unless another process is at it."""
        self._follow_settings()
        if catch_up.lag(self._catalog, self._engine.position()):
            with suppress(ArchiveLocked), self._store.lock.at_once():
                self._catch_up()


def _changed(root: Path) -> int:
    """Returns when the settings of the archive in a folder were last written."""
    try:
        return (root / SETTINGS).stat().st_mtime_ns
    except OSError:
        return 0


def _half_life(days: float | None) -> float | None:
    if days is not None and not days > 0:
        raise UsageError("freshness is a number of days, above 0")
    return days


def _check_page(sort: str, limit: int, offset: int, sorts: Sequence[str] = SORTS) -> None:
    if sort not in SORTS:
        raise UsageError(f"there is no order {sort!r}; choose one of {', '.join(sorts)}")
    if limit < 0 or offset < 0:
        raise UsageError("limit and offset cannot be negative")

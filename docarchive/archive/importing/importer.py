"""Importer: decides what happens to each record of an import: unchanged, new, updated or refused.

Works in batches: after an interruption a batch is stored as a whole or not at all, and the same import run again
imports the rest. Articles are looked up and written by a ``Destination``; sources and parsing have their own modules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from docarchive import frontmatter
from docarchive.archive import reports
from docarchive.archive.import_and_export_options import ImportOptions
from docarchive.archive.importing.destination import Destination
from docarchive.archive.importing.duplicates import Duplicates
from docarchive.archive.importing.merging import merge, said_of, with_overrides
from docarchive.archive.importing.overrides import Overrides
from docarchive.archive.importing.parsing import Parsed, Parser
from docarchive.archive.importing.records import HeldInput, NewArticle, PendingRecord, RefusedInput
from docarchive.archive.importing.same_url import SharedUrls
from docarchive.archive.progress import Progress
from docarchive.archive.reports import Conflict, Decision, ImportReport
from docarchive.article import Article, canonical_url, shorten_doi
from docarchive.catalog import Catalog, Entry
from docarchive.dates import PartialDate, utc_now
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError, ReaderError
from docarchive.identity import (
    DOI_SHARED,
    URL_SHARED,
    ArticleIdentity,
    content_digest,
    identity,
    is_exported,
    make_id,
    own_name,
)
from docarchive.pictures import may_name
from docarchive.readers import ReadOptions
from docarchive.records import replace
from docarchive.store import article_path

if TYPE_CHECKING:
    from docarchive.archive.importing.last_import import LastImport
    from docarchive.archive.rules import Rules

#: The records of a batch, or their bytes, after which it is decided on.
_BATCH: Final = 1_000
_BATCH_BYTES: Final = 64_000_000
#: The records of the first batches if other processes parse them, and of the last, which are indexed meanwhile.
_FIRST_BATCH: Final = 16
#: The records of the first batch of an import of many more; each later one has as many as there were before it. So the
#: indexing process starts early, and always has something to index.
_EARLY_BATCH: Final = 250
#: How many batches of one size must follow for a smaller one than usual.
_MANY_BATCHES: Final = 16
#: How many records other processes parse while a batch is decided on.
_AHEAD: Final = 32
_MAX_IDS: Final = 1_000
#: Why a file is skipped without being opened.
_NO_ARTICLE: Final = "files of this kind are not imported"
#: How many refused records of one input are reported and kept one by one; with more, the whole input is kept.
_MAX_REFUSED: Final = 1_000


class Importer:
    """One import. Its ``Sources`` pass records to it. Close it.

    Args:
        catalog: The archive's catalog.
        destination: Where articles are looked up and written.
        overrides: What the user sets on every article.
        reading: The user's options for reading.
        options: All import options; see ``options.resolved``.
        rules: What is set on articles that match a query; None if there are no rules.
        progress: Called with the bytes that are done, phase ``import``.

    Attributes:
        report: What was decided so far.
        total: The size of all inputs in bytes; None if it is unknown.
    """

    def __init__(
        self,
        catalog: Catalog,
        destination: Destination,
        overrides: Overrides,
        reading: ReadOptions,
        options: ImportOptions,
        rules: Rules | None,
        progress: Progress,
    ) -> None:
        self.report = ImportReport()
        self.total: int | None = None
        self._catalog = catalog
        self._destination = destination
        self._refusals = destination.refusals
        self._overrides = overrides
        self._mark = overrides.mark
        self._rules = rules
        self._progress = progress
        self._observe = options["observe"]
        self._stop = options["stop"]
        self._on_duplicate = options["on_duplicate"]
        self._again = options["again"]
        self._parser = Parser(options["jobs"])
        self._reading = reading
        self._duplicates = Duplicates(catalog)
        self._now = PartialDate(utc_now())
        self._pending: list[PendingRecord | RefusedInput] = []
        self._sizes: list[int] = []  # of the pending records, in bytes
        self._pending_bytes = 0
        self._abridged: list[HeldInput] = []  # inputs with more refused records than are reported
        self._batch: dict[str, NewArticle] = {}  # by id: what the next commit stores
        self._batch_identities: dict[str, Article] = {}
        self._shared_urls = SharedUrls(destination)
        self._deleted_keys: set[str] = set()  # of the records that are decided on
        self._done = 0  # bytes
        self._flushed = 0  # records
        self._more = False  # whether many more records come after this batch

    def close(self) -> None:
        """Ends the processes that were started."""
        self._parser.close()
        self._destination.close()

    # What sources call

    def put(self, record: PendingRecord | RefusedInput, size: int) -> None:
        """Receives a record or a refusal, with the number of bytes that it holds."""
        self._pending.append(record)
        self._sizes.append(size)
        self._pending_bytes += size
        elsewhere = isinstance(record, PendingRecord) and self._parser.is_elsewhere(record.reader)
        if elsewhere and isinstance(record, PendingRecord) and not self._unchanged_ids([record.fingerprint]):
            self._parser.begin(record)
        limit = min(_BATCH, max(_FIRST_BATCH, self._flushed // 8) + _AHEAD) if elsewhere else _BATCH
        early = not elsewhere and self._has_many_more()
        if early or len(self._pending) >= limit or self._pending_bytes >= _BATCH_BYTES:
            self._more = elsewhere or early
            self._decide_on(len(self._pending) - (min(_AHEAD, len(self._pending) // 2) if elsewhere else 0))
            self._more = False

    def _has_many_more(self) -> bool:
        """Returns whether the records are an early batch, and by the inputs' size many such batches follow."""
        is_early = max(_EARLY_BATCH, self._flushed) == len(self._pending) < _BATCH
        return is_early and self.total is not None and self.total > _MANY_BATCHES * self._pending_bytes

    def skip(self, where: str, reason: str = _NO_ARTICLE) -> None:
        """Receives the name of a file or a part of one that is skipped, and why."""
        self.report.skipped += 1
        self._observe(Decision("skipped", where, reason=reason))

    def stopped(self) -> bool:
        """Returns whether the import must stop."""
        if not self.report.interrupted and self._stop():
            self.report.interrupted = True
        return self.report.interrupted

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """Returns the ETag and the date of change of a URL, if its article is still in the archive."""
        return self._catalog.validators(url) if not self._again and self._entry_of(url) else (None, None)

    def unchanged(self, url: str) -> None:
        """Receives a URL whose content has not changed."""
        entry = self._entry_of(url)
        self.report.unchanged += 1
        self._observe(Decision("unchanged", url, entry.id if entry else ""))

    def fetched(self, url: str, etag: str | None, last_modified: str | None) -> None:
        """Receives the ETag and the date of change of a URL, for the next import."""
        if etag or last_modified:
            self._destination.note_fetched(url, etag, last_modified)

    def flush(self) -> None:
        """Decides on everything that was put; afterwards the bytes of the input may be gone."""
        while self._parser.has_begun(self._pending[_FIRST_BATCH:]):
            self._decide_on(_FIRST_BATCH)
        self._decide_on(len(self._pending))

    def _decide_on(self, count: int) -> None:
        """Decides on the first ``count`` records that were put."""
        pending, self._pending = self._pending[:count], self._pending[count:]
        del self._sizes[:count]
        self._pending_bytes = sum(self._sizes)
        self._flushed += count
        prints = [record.fingerprint for record in pending if isinstance(record, PendingRecord)]
        unchanged = self._unchanged_ids(prints)
        self._parser.forget(unchanged)
        overridden = self._overridden(unchanged)
        self._restore_originals(pending, unchanged)
        self._restore_pictures(pending, unchanged)
        parsed = self._parsed(pending, unchanged)
        self._shared_urls.look_ahead(pending, parsed, unchanged)
        self._look_ahead([article for article in parsed.values() if isinstance(article, NewArticle)])
        for record in pending:
            if isinstance(record, RefusedInput):
                self._refuse(record)
                self._advance(record)
            elif record.fingerprint in unchanged:
                if record.fingerprint in overridden:
                    self._unchanged(record, unchanged[record.fingerprint])
                else:
                    self._override(record, unchanged[record.fingerprint])
                self._advance(record)
            elif id_ := self._decide(parsed[record.fingerprint], record):
                unchanged[record.fingerprint] = id_  # for another record with the same bytes
        self._commit()
        self._destination.pictures.drop()
        self._destination.record_refusals()

    def end(self) -> ImportReport:
        """Decides on the records that still wait, and returns the report."""
        self.flush()
        for input_ in self._abridged:
            more = input_.refused - _MAX_REFUSED
            reason = f"{more:,} more of its records are refused"
            self.report.refused.append(reports.Refusal(input_.where, reason, input_.kept, more))
            self._observe(Decision("refused", input_.where, reason=reason))
        self._abridged.clear()
        self.report.pictures = self._destination.new_pictures
        self._progress("import", self._done, self._done)
        self._destination.end()
        return self.report

    @cached_property
    def _last_import(self) -> LastImport:
        from docarchive.archive.importing.last_import import LastImport

        return LastImport(self._destination.find_original, self._parser, self._reading)

    # Decisions

    def _entry_of(self, url: str) -> Entry | None:
        """Returns the entry of the article that was imported from a URL."""
        address = canonical_url(url)
        return self._catalog.entry_of_identity(f"url:{address}") if address is not None else None

    def _advance(self, record: PendingRecord | RefusedInput) -> None:
        self._done += record.weight
        if not self.total or self._done < self.total:
            self._progress("import", self._done, self.total or None)

    def _unchanged_ids(self, fingerprints: Sequence[str]) -> dict[str, str]:
        """Returns the ids of the articles of records that need not be parsed, by fingerprint.

        Where deleted articles are imported again, records are parsed if their articles' files are gone or damaged.
        """
        ids = self._catalog.ids_by_fingerprint(fingerprints)
        if self._again:
            entries = self._catalog.find_entries([], [*ids.values()])
            ids = {key: id_ for key, id_ in ids.items() if self._is_there(entries[id_])}
        return ids

    def _restore_originals(self, pending: Sequence[PendingRecord | RefusedInput], unchanged: Mapping[str, str]) -> None:
        """Stores the inputs of unchanged records again whose originals are lost or damaged."""
        lost: dict[int, tuple[HeldInput, list[str]]] = {}
        for record in pending:
            if (
                isinstance(record, PendingRecord)
                and not record.input.original.stored
                and record.fingerprint in unchanged
            ):
                ids = lost.setdefault(id(record.input), (record.input, []))[1]
                ids.append(unchanged[record.fingerprint])
        for input_, ids in lost.values():
            self._destination.restore(input_, ids)

    def _restore_pictures(self, pending: Sequence[PendingRecord | RefusedInput], unchanged: Mapping[str, str]) -> None:
        """Stores the pictures of unchanged records again that are lost or damaged: parses these records again."""
        records = {
            unchanged[record.fingerprint]: record
            for record in pending
            if isinstance(record, PendingRecord)
            and record.fingerprint in unchanged
            and (record.record.raw is None or may_name(record.record.raw))
        }
        lost = self._destination.without_pictures([*records])
        articles = self._parser.parse([records[id_] for id_ in lost], lambda _: None)
        for (id_, text), article in zip(lost.items(), articles, strict=True):
            if isinstance(article, Article):
                self._destination.read_pictures(article, records[id_].picture)
                self._destination.restore_pictures(text)

    def _overridden(self, unchanged: Collection[str]) -> Collection[str]:
        """Returns those of the fingerprints whose records were imported with the overrides of this import before."""
        if not self._mark:
            return unchanged
        seen = self._catalog.ids_by_fingerprint([fingerprint + self._mark for fingerprint in unchanged])
        return {fingerprint.removesuffix(self._mark) for fingerprint in seen}

    def _parsed(
        self, pending: Sequence[PendingRecord | RefusedInput], unchanged: dict[str, str]
    ) -> dict[str, NewArticle | InputError]:
        """Parses the records that the archive does not have; returns articles or errors by fingerprint."""
        first: dict[str, PendingRecord] = {}  # by fingerprint: the first of several with the same bytes
        for record in pending:
            if isinstance(record, PendingRecord) and record.fingerprint not in unchanged:
                first.setdefault(record.fingerprint, record)
        records = [*first.values()]
        articles = zip(records, self._parser.parse(records, self._advance), strict=True)
        return {record.fingerprint: self._new_article(article, record) for record, article in articles}

    def _new_article(self, article: Parsed, record: PendingRecord) -> NewArticle | InputError:
        """Sets the id, the provenance and the overrides of a parsed article."""
        if isinstance(article, InputError):
            return article
        self._destination.read_pictures(article, record.picture)
        shorten_doi(article.extra)
        exported = is_exported(article.id, article.archived, article.original)
        if not exported and article.id:
            _set_foreign_id_aside(article)
        if article.url is None and record.record.raw is None and not record.record.location:
            article.url = record.input.url
        identified, at_shared_url = ArticleIdentity.of(article), None
        if identified.strong and identified.strong.startswith("url:") and URL_SHARED not in article.extra:
            at_shared_url = f"{identified.strong} {own_name(article)}"
        article.id = article.id or make_id(identity(article, identified))
        article.original = f"sha256:{record.input.original.digest}"
        if not (record.input.apart and exported):
            _set_reading(article, record)
        article.imported_from = article.imported_from if exported else record.where
        article.archived = article.archived or self._now if exported else self._now
        changed = self._overrides.apply(article)
        known = None if changed else identified
        return NewArticle(article, article_path(article), identified.strong, exported, known, at_shared_url)

    def _look_ahead(self, articles: Sequence[NewArticle]) -> None:
        """Looks up the articles of a batch at once; the answers hold until the next commit."""
        self._destination.look_ahead(articles)
        identities = [name for new in articles for name in (new.article.id, new.strong, new.at_shared_url) if name]
        self._deleted_keys = set() if self._again else self._destination.deleted(identities)
        if self._on_duplicate != "keep":
            find = self._destination.find
            self._duplicates.look_ahead([new for new in articles if find(new.strong, new.article.id) is None])

    def _decide(self, new: NewArticle | InputError, record: PendingRecord) -> str | None:
        """Decides on a record; returns the id of its article, or None if it is refused."""
        try:
            if isinstance(new, InputError):
                raise new
            self._store_article(new, record)
        except InputError as error:
            is_input = record.record.raw is None
            self._refuse(RefusedInput(record.where, str(error), record.content(), record.input, whole=is_input))
            return None
        return new.article.id

    def _store_article(self, new: NewArticle, record: PendingRecord) -> None:
        entry = self._find_entry(new, record)
        article, strong = new.article, new.strong
        merged = self._destination.kept_instead(article.id) if entry is None else None
        # Without a strong identity the id was made from the content, so equal ids mean equal content.
        says_more = self._overrides.metadata or article.highlights or article.notes
        same = entry is not None and not (strong or new.exported or says_more)
        if merged is not None:
            if merged.id in self._batch:
                self._commit()
            self._import_merged(new, self._destination.entry(merged.id) or merged, record)
        elif entry is None and self._deleted_keys & {article.id, strong}:
            self._deleted(record, article)
        elif entry is None:
            self._add_new(new, record)
        elif (same or new.identity().content == entry.content) and self._is_there(entry):
            self._destination.restore_pictures(article.body)
            self._unchanged(record, entry.id)
        else:
            self._update(new, entry, record)
        if strong:
            self._batch_identities[strong] = article

    def _find_entry(self, new: NewArticle, record: PendingRecord) -> Entry | None:
        """Returns the entry of the article that a new one is; None if the archive has no such article."""
        article = new.article
        if new.strong in self._batch_identities:
            self._shared_urls.tell_apart(new, self._batch_identities[new.strong])
        strong = new.strong
        if article.id in self._batch or (strong and strong in self._batch_identities):
            self._commit()
        entry = self._shared_urls.find(new, self._destination.find(strong, article.id), record)
        strong = new.strong
        if entry is not None and strong and strong.startswith("doi:"):
            from docarchive.archive.importing import same_doi

            entry = same_doi.find(new, entry, self._destination)
        if article.id in self._batch:  # the second of two articles that share the DOI of a third
            self._commit()
        if entry is None and self._destination.exists(new.path):
            return self._adopt(new)
        return entry

    def _import_merged(self, new: NewArticle, entry: Entry, record: PendingRecord) -> None:
        """Imports an article that was merged into the one of an entry; see ``merged``."""
        from docarchive.archive.importing import merged

        before, kept = self._destination.read(entry)
        conflicts = merged.unite(new.article, kept, self._destination, self._last_import, self._overrides.keys)
        self._note_conflicts(new.article, conflicts)
        if self._rules is not None:
            self._rules.apply(new.article, kept)
        if content_digest(new.article) == content_digest(kept):
            self._unchanged(record, entry.id, conflicts)
        else:
            self._rewrite(new, entry, before, record, conflicts, with_input=False)

    def _note_conflicts(self, article: Article, conflicts: Sequence[str]) -> None:
        if conflicts and len(self.report.conflicts) < _MAX_IDS:
            self.report.conflicts.append(Conflict(article.id, tuple(conflicts)))

    def _adopt(self, new: NewArticle) -> Entry:
        """Returns the entry of the file that is at the path of a new article; see ``Destination.adopt``."""
        entry = self._destination.adopt(new.path, new.article.id)
        self._duplicates.forget_ahead()
        if entry is None:
            raise ReaderError(f"another file is at its path {new.path}; move it, or fix it and run 'docarchive sync'")
        return entry

    def _is_there(self, entry: Entry) -> bool:
        """Returns whether an article's file exists and is whole; only asked where what is gone is imported again."""
        return not self._again or not self._destination.is_gone(entry)

    def _deleted(self, record: PendingRecord, article: Article) -> None:
        self.report.deleted += 1
        self._refusals.release(record)
        reason = "deleted from the archive earlier; use --again to import it"
        self._observe(Decision("deleted", record.where, article.id, article.title, reason))

    def _override(self, record: PendingRecord, id_: str) -> None:
        """Sets the overrides on an article whose record is unchanged."""
        if id_ in self._batch:
            self._commit()
        entry = self._catalog.entry(id_)
        if entry is None:  # it is new in this dry run
            self._unchanged(record, id_)
            return
        try:
            before, article = self._destination.read(entry)
        except (InputError, NotFoundError, ArchiveDamaged):
            self._unchanged(record, id_)  # what cannot be read is not changed; ``sync`` reports it
            return
        content = content_digest(article)
        self._overrides.apply(article)
        if content_digest(article) == content:
            self._unchanged(record, id_)
            return
        new = NewArticle(article, entry.path, None, False, None)
        if said := self._destination.said(entry):
            values = Article()
            self._overrides.apply(values)
            new.said = with_overrides(said, values)
        self._rewrite(new, entry, before, record, with_input=False)

    def _unchanged(self, record: PendingRecord, id_: str, conflicts: Sequence[str] = ()) -> None:
        self.report.unchanged += 1
        self._note_overrides(record, id_)
        self._refusals.release(record)
        self._observe(Decision("unchanged", record.where, id_, conflicts=tuple(conflicts)))

    def _note_overrides(self, record: PendingRecord, id_: str) -> None:
        """Notes that this import has set its overrides on the article of a record, so that they are not set again."""
        if self._mark:
            self._destination.note_seen(record.fingerprint + self._mark, id_)

    def _add_new(self, new: NewArticle, record: PendingRecord) -> None:
        """Adds a new article, unless it is a near duplicate and those are skipped."""
        article = new.article
        near = self._duplicates.of(new) if self._on_duplicate != "keep" else []
        if near:
            self.report.duplicates += 1
        if near and self._on_duplicate == "skip":
            reason = f"its text is nearly the same as that of {near[0]}"
            self._observe(Decision("duplicate", record.where, near[0], article.title, reason))
            self._refusals.release(record)
            article.id = near[0]
            return
        article.duplicate_of = near or article.duplicate_of
        self._write_new(new, record)

    def _write_new(self, new: NewArticle, record: PendingRecord) -> None:
        article = new.article
        new.metadata = article.metadata()
        # Only an article that keeps its id when its content changes is imported again with other values.
        new.said = said_of(article, new.metadata) if new.strong or new.exported else None
        if self._rules is not None and self._rules.apply(article):
            new.metadata, new.identified = article.metadata(), None
        self._write(new, frontmatter.render(article, new.metadata), record)
        self.report.new += 1
        self.report.without_text += not article.body.strip()
        shared = article.extra.get(DOI_SHARED)
        reason = f"its DOI is that of {shared}, with another title and other authors" if shared else ""
        self._observe(Decision("new", record.where, article.id, article.title, reason))

    def _write(self, new: NewArticle, text: str, record: PendingRecord, with_input: bool = True) -> None:
        self._destination.write(new.path, text, record.input if with_input else None)
        self._note_overrides(record, new.article.id)
        self._batch[new.article.id] = new
        self._refusals.release(record)
        if len(self.report.ids) < _MAX_IDS:
            self.report.ids.append(new.article.id)

    def _update(self, new: NewArticle, entry: Entry, record: PendingRecord) -> None:
        """Writes a new version of an article; what was edited in its file is kept."""
        article = new.article
        try:
            before, old = self._destination.read(entry)
        except NotFoundError:  # deleted by hand since the last sync
            if self._again:
                new.path = entry.path
                self._write_new(new, record)
            else:
                self._deleted(record, article)
            return
        except (InputError, ArchiveDamaged) as error:
            if self._again and self._destination.is_gone(entry):
                self._destination.keep_version(entry, self._destination.text(entry))
                article.id, new.path = entry.id, entry.path
                self._write_new(new, record)
                return
            raise ReaderError(f"the archive's version of it, {entry.path}, cannot be read: {error}") from None
        conflicts: list[str] = []
        if new.exported:
            article.original, article.fingerprint = old.original, old.fingerprint
            article.format, article.reader = old.format, old.reader
        if not (new.exported and article.imported_from):  # a whole export has all keys; what it lacks was removed
            said = self._destination.said(entry) or self._last_import.said_of(old)
            conflicts, new.said = merge(old, article, said, self._overrides.keys)
        article.id = entry.id
        self._note_conflicts(article, conflicts)
        if self._rules is not None:
            self._rules.apply(article, old)
        if content_digest(article) == content_digest(old):
            self._destination.restore_pictures(article.body)
            self._unchanged(record, entry.id, conflicts)
            return
        self._rewrite(new, entry, before, record, conflicts, with_input=not new.exported)

    def _rewrite(
        self,
        new: NewArticle,
        entry: Entry,
        before: str,
        record: PendingRecord,
        conflicts: Sequence[str] = (),
        *,
        with_input: bool,
    ) -> None:
        """Writes an article whose file had another text before, which becomes an earlier version."""
        article = new.article
        text = frontmatter.revise(before, article)
        self._destination.keep_version(entry, before)
        revised = replace(new, article=frontmatter.read_article(text), path=entry.path, identified=None, signature=None)
        self._write(revised, text, record, with_input)
        self.report.updated += 1
        self._observe(Decision("updated", record.where, article.id, article.title, conflicts=tuple(conflicts)))

    def _commit(self) -> None:
        """Stores the articles of the batch."""
        if not self._batch:
            return
        self._destination.commit(self._batch.values(), more=self._more)
        if self._destination.in_catalog:
            self._duplicates.forget()
        self._batch.clear()
        self._batch_identities.clear()

    def _refuse(self, refused: RefusedInput) -> None:
        where, reason, input_ = refused.where, refused.reason, refused.input
        if input_ is not None and not refused.whole:
            input_.refused += 1
            if input_.refused == _MAX_REFUSED + 1:
                reason = f"more than {_MAX_REFUSED:,} of its records are refused"
                whole_input = RefusedInput(input_.where, reason, input_.content(), input_, whole=True)
                input_.kept = self._refusals.keep(whole_input)
                self._abridged.append(input_)
            if input_.refused > _MAX_REFUSED:
                return
        self.report.refused.append(reports.Refusal(where, reason, self._refusals.keep(refused)))
        self._observe(Decision("refused", where, reason=reason))


def _set_reading(article: Article, record: PendingRecord) -> None:
    """Sets the keys that say how an article was read from its original."""
    article.fingerprint = record.fingerprint if record.record.raw is not None else None
    read = not record.input.apart
    article.format = record.reader.name if read else None
    article.reader = f"{record.reader.name}/{record.reader.version}" if read else None


def _set_foreign_id_aside(article: Article) -> None:
    """Moves an id of another system to ``source_id``."""
    if article.source_id is None:
        article.source_id = article.id
    elif article.source_id != article.id:
        article.extra.setdefault("original_id", article.id)
    article.id = ""

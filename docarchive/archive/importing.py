"""Importing: source -> reader -> article -> known, new or newer -> store -> catalog.

Owns what is decided about each incoming record. Files and rows are written in batches; after an
interruption a batch is there or not, and the same import run again does the rest.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from docarchive import frontmatter, keys
from docarchive.archive.reports import ImportReport, Progress, Refused, no_progress
from docarchive.archive.rules import Rules
from docarchive.archive.syncing import Syncer
from docarchive.article import ID_FORM, Article
from docarchive.catalog import Catalog, Entry
from docarchive.dates import PartialDate
from docarchive.errors import ArchiveDamaged, ArchiveError, InputError, NotFoundError, ReaderError
from docarchive.identity import content_digest, identity, make_id, strong_identity
from docarchive.readers import Input, Member, ReadOptions, Record, Refusal, Source, choose, find_inputs
from docarchive.store import Original, Store, article_path

_BATCH: Final = 1_000
_BATCH_BYTES: Final = 64_000_000
_MAX_IDS: Final = 1_000
_RECENT_SIZE: Final = 50_000_000  # characters
#: So many refused records of one input are named and kept by themselves; of more, the input is kept as a whole.
_MAX_REFUSED: Final = 1_000
_MAX_DEPTH: Final = 4
#: What is in an input may be so many times larger than it, and so many bytes more.
_MEMBERS_RATIO: Final = 200
_MEMBERS_SIZE: Final = 100_000_000


@dataclass(slots=True)
class _Taken:
    """An input whose bytes are held, and how many of its records were refused."""

    where: str
    original: Original
    refused: int = 0
    kept: str | None = None


@dataclass(slots=True)
class _Inside:
    """How much more may come out of an input that holds others, and how deep we are in it."""

    left: int
    depth: int = 0

    def enter(self, member: Member) -> None:
        self.depth += 1
        self.left -= member.source.size
        if self.depth > _MAX_DEPTH:
            raise ReaderError(f"archives in archives are read {_MAX_DEPTH} deep, and this one lies deeper")
        if self.left < 0:
            raise ReaderError("what is in it is far larger than it is; unpack it yourself if you trust it")


class _Incoming(NamedTuple):
    """A record that waits to be looked up with others."""

    where: str
    record: Record
    taken: _Taken
    format: str
    fingerprint: str


class _Refused(NamedTuple):
    """What cannot be read, in its place among the records that wait; a record of an input, or all of it."""

    where: str
    reason: str
    content: bytes | Path | None
    taken: _Taken | None = None


class Importer:
    """One import into one archive. Hold the archive's lock.

    Args:
        store: Its files.
        catalog: Its catalog.
        progress: Is told the bytes that are read.
        rules: What every article is to carry.
        options: What the user said about reading.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        progress: Progress,
        rules: Rules | None = None,
        options: ReadOptions | None = None,
    ) -> None:
        self.report = ImportReport()
        self.recent: dict[str, Article] = {}  # what was written last, for the index
        self._recent_size = 0
        self._store = store
        self._catalog = catalog
        self._progress = progress
        self._rules = rules or Rules()
        self._options = options or ReadOptions()
        self._now = PartialDate(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self._waiting: list[_Incoming | _Refused] = []
        self._waiting_bytes = 0
        self._abridged: list[_Taken] = []  # inputs with more refused records than are named
        self._batch = store.batch()
        self._placed: dict[str, tuple[Article, str]] = {}  # by id: what the batch will put in place, and where
        self._placed_identities: set[str] = set()
        self._read_bytes = 0
        self._total_bytes: int | None = None

    # What the user names

    def paths(self, paths: list[Path], format: str | None) -> None:
        """Imports files and folders."""
        self._total_bytes = sum(found.size for found in find_inputs(paths, self._store.root))
        done = 0
        for found in find_inputs(paths, self._store.root):
            self._file(found, format)
            done += found.size
            self._read_bytes = done
            self._progress("import", done, self._total_bytes)
        self._end()

    def stream(self, stream: BinaryIO, name: str, format: str | None) -> None:
        """Imports what a stream holds; it is read to its end first."""
        self._source(stream, name, self._blank(Path(name).name if name != "-" else ""), format)
        self._end()

    def _file(self, found: Input, format: str | None) -> None:
        where = _shown(found.path)
        if found.problem:
            self._wait(_Refused(where, found.problem, None), 0)
            return
        try:
            stream = open(found.path, "rb")  # noqa: SIM115
        except OSError as error:
            self._wait(_Refused(where, f"it cannot be opened: {error.strerror}", None), 0)
            return
        with stream:
            self._source(stream, where, self._blank(found.path.name), format)

    def _blank(self, name: str) -> Source:
        return Source(name, 0, io.BytesIO, options=self._options)

    def _source(
        self, stream: BinaryIO, where: str, blank: Source, format: str | None, inside: _Inside | None = None
    ) -> None:
        """Reads a source, of which all but its bytes is known."""
        try:
            original = self._store.originals.take(stream, blank.name)
        except InputError as error:
            self._wait(_Refused(where, str(error), None), 0)
            return
        except OSError as error:
            raise _unwritable(error) from None
        source, taken = blank._replace(size=original.size, open=original.open), _Taken(where, original)
        try:
            try:
                self._records(source, taken, format, inside or _Inside(_MEMBERS_SIZE + _MEMBERS_RATIO * source.size))
            except InputError as error:
                self._wait(_Refused(where, str(error), _bytes_of(original)), original.size)
            if original.file is not None:
                self._flush()
        finally:
            self._store.originals.drop(original)

    def _records(self, source: Source, taken: _Taken, format: str | None, inside: _Inside) -> None:
        reader = choose(source, format)
        for found in reader.records(source):
            if isinstance(found, Record):
                self._take(found, taken, reader.name)
            elif isinstance(found, Refusal):
                self._wait(_Refused(f"{taken.where}:{found.place}", found.reason, found.raw, taken), len(found.raw))
            else:
                inside.enter(found)
                with found.source.open() as stream:
                    blank = found.source._replace(options=self._options)
                    self._source(stream, f"{taken.where}:{found.place}", blank, None, inside)
                inside.depth -= 1

    def _take(self, record: Record, taken: _Taken, format: str) -> None:
        where, original = taken.where, taken.original
        if record.raw is None:
            fingerprint, size = f"sha256:{original.digest}", original.size
        else:
            fingerprint, size = sha256(record.raw).hexdigest()[:32], len(record.raw)
            where = f"{where}:{record.place}"
        self._wait(_Incoming(where, record, taken, format, fingerprint), size)

    def _wait(self, each: _Incoming | _Refused, size: int) -> None:
        """Puts a record, or what cannot be read, to those that wait; decides about them when they are many."""
        self._waiting.append(each)
        self._waiting_bytes += size
        self._read_bytes += size
        if len(self._waiting) >= _BATCH or self._waiting_bytes >= _BATCH_BYTES:
            self._flush()
        if self._total_bytes and self._read_bytes < self._total_bytes:
            self._progress("import", self._read_bytes, self._total_bytes)

    # What is decided

    def _flush(self) -> None:
        """Decides about all records that wait, and makes it real."""
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        known = self._catalog.known_fingerprints([each.fingerprint for each in waiting if isinstance(each, _Incoming)])
        for incoming in waiting:
            if isinstance(incoming, _Refused):
                self._refuse(incoming)
                continue
            if incoming.fingerprint in known:
                self.report.known += 1
                continue
            try:
                self._place(incoming.record.load(), incoming)
            except InputError as error:
                self._refuse(_Refused(incoming.where, str(error), _content(incoming), incoming.taken))
                continue
            known.add(incoming.fingerprint)
        self._commit()

    def _place(self, article: Article, incoming: _Incoming) -> None:
        own = _is_own(article)
        if not own and article.id:
            _keep_foreign_id(article)
        strong = strong_identity(article)
        id_ = article.id or make_id(identity(article))
        article.original = f"sha256:{incoming.taken.original.digest}"
        article.fingerprint = incoming.fingerprint if incoming.record.raw is not None else None
        article.format = incoming.format
        article.imported_from = article.imported_from if own else incoming.where
        article.archived = article.archived or self._now if own else self._now
        article.id = id_
        self._rules.apply(article)
        if id_ in self._placed or (strong and strong in self._placed_identities):
            self._commit()
        entry = self._catalog.entry_of_identity(strong) if strong else None
        path = article_path(article)
        entry = entry or self._catalog.entry(id_) or self._adopt(path, id_)
        if entry is None:
            self._add(article, path, incoming)
            self.report.new += 1
        elif not (strong or own) or content_digest(article) == entry.content:
            self.report.known += 1  # without a strong identity, equal ids mean equal content when it came in
        else:
            self._update(article, entry, incoming)
        if strong:
            self._placed_identities.add(strong)

    def _adopt(self, path: str, id_: str) -> Entry | None:
        """Takes a file that stands where an article would go into the catalog, rather than write over it."""
        if not (self._store.root / path).exists():
            return None
        syncer = Syncer(self._store, self._catalog, no_progress)
        syncer.look_at([path])
        entry = self._catalog.entry(id_)
        if entry is None:
            raise ReaderError(f"{path} stands in its place; move that file away, or mend it and run 'docarchive sync'")
        return entry

    def _add(self, article: Article, path: str, incoming: _Incoming, text: str | None = None) -> None:
        self._store.originals.keep(incoming.taken.original, self._batch)
        text = text or frontmatter.render(article)
        self._batch.add(path, text.encode())
        self._placed[article.id] = (article, path)
        if len(self.report.ids) < _MAX_IDS:
            self.report.ids.append(article.id)

    def _update(self, article: Article, entry: Entry, incoming: _Incoming) -> None:
        """Puts a new version in place; what was added to the old one by hand stays."""
        try:
            before = self._store.read(entry.path)
            old = frontmatter.read_article(before)
        except NotFoundError:
            self._add(article, entry.path, incoming)  # deleted by hand since the last sync
            self.report.new += 1
            return
        except (InputError, ArchiveDamaged) as error:
            raise ReaderError(f"the archive has an older version that cannot be read, {entry.path}: {error}") from None
        _carry_over(old, article)
        article.id = entry.id
        if content_digest(article) == entry.content:
            self.report.known += 1
            return
        text = frontmatter.revise(before, article)
        kept = before.encode()
        self._batch.add(self._store.version_path(entry.id, kept), kept)
        self._add(frontmatter.read_article(text), entry.path, incoming, text)
        self.report.updated += 1

    def _commit(self) -> None:
        """Puts the files of the batch in place, and then into the catalog."""
        if not self._placed:
            return
        try:
            self._catalog.intend(path for _, path in self._placed.values())
            self._batch.commit()
        except OSError as error:
            raise _unwritable(error) from None
        with self._catalog.transaction():
            for article, path in self._placed.values():
                listed = self._store.stat(path)
                self._catalog.put(article, path, listed.size, listed.modified)
                self._recall(article)
            self._catalog.settle()
        self._placed.clear()
        self._placed_identities.clear()

    def _recall(self, article: Article) -> None:
        """Remembers an article for the index, while there is room; an older version must not linger."""
        self.recent.pop(article.id, None)
        self._recent_size += len(article.body)
        if self._recent_size <= _RECENT_SIZE:
            self.recent[article.id] = article

    def _refuse(self, refused: _Refused) -> None:
        where, reason, content, taken = refused
        if taken is not None:
            taken.refused += 1
            if taken.refused == _MAX_REFUSED + 1:
                reason = f"more than {_MAX_REFUSED:,} of its records are refused"
                taken.kept = self._store.quarantine.keep(taken.where, reason, _bytes_of(taken.original))
                self._abridged.append(taken)
            if taken.refused > _MAX_REFUSED:
                return
        self.report.refused.append(Refused(where, reason, self._store.quarantine.keep(where, reason, content)))

    def _end(self) -> None:
        """Decides about what still waits, and tells of refused records that were not named."""
        self._flush()
        for taken in self._abridged:
            reason = f"{taken.refused - _MAX_REFUSED:,} more of its records are refused"
            self.report.refused.append(Refused(taken.where, reason, taken.kept))
        self._abridged.clear()


def _unwritable(error: OSError) -> ArchiveError:
    return ArchiveError(
        f"the archive cannot be written: {error.strerror}; make room or mend it, then run the import again"
    )


def _shown(path: Path) -> str:
    """Returns a path as text that can be written anywhere: names on disk need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _is_own(article: Article) -> bool:
    """Tells whether an article left an archive with this id: exports can be imported again."""
    return bool(ID_FORM.fullmatch(article.id) and article.archived and (article.original or "").startswith("sha256:"))


def _keep_foreign_id(article: Article) -> None:
    """Moves an id of another system to ``source_id``."""
    if article.source_id is None:
        article.source_id = article.id
    elif article.source_id != article.id:
        article.extra.setdefault("original_id", article.id)
    article.id = ""


def _carry_over(old: Article, new: Article) -> None:
    """Gives a new version what only the old one has; of lists, the items of both."""
    for key, kind in keys.KNOWN.items():
        before, now = getattr(old, key), getattr(new, key)
        if kind == keys.LIST:
            now.extend(item for item in before if item not in now)
        elif before and (key == "archived" or (not now and key not in (*keys.PROVENANCE, "title_derived"))):
            setattr(new, key, before)
    if new.title_derived and not old.title_derived:
        new.title, new.title_derived = old.title, False
    new.extra = {**{key: value for key, value in old.extra.items() if key not in new.extra}, **new.extra}


def _content(incoming: _Incoming) -> bytes | Path | None:
    if incoming.record.raw is not None:
        return incoming.record.raw
    return _bytes_of(incoming.taken.original)


def _bytes_of(original: Original) -> bytes | Path | None:
    return original.data if original.data is not None else original.file

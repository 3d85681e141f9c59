"""Importing: record -> article -> known, new or newer -> store -> catalog.

Owns what is decided about each incoming record. Files and rows are written in batches; after an
interruption a batch is there or not, and the same import run again does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from docarchive import frontmatter, keys
from docarchive.archive import reports
from docarchive.archive.decisions import Decision, ignore
from docarchive.archive.importing.duplicates import Duplicates, OnDuplicate
from docarchive.archive.importing.overrides import Rules
from docarchive.archive.importing.parsing import Loaded, Loader
from docarchive.archive.importing.records import Arrival, Incoming, Refused, Taken
from docarchive.archive.importing.refusals import Keeping
from docarchive.archive.importing.sources import unwritable
from docarchive.archive.indexing.catch_up import filed_changes
from docarchive.archive.indexing.live import Follower
from docarchive.archive.progress import Progress, no_progress
from docarchive.archive.reports import ImportReport
from docarchive.archive.upkeep.sync import Syncer
from docarchive.article import Article
from docarchive.catalog import Catalog, Entry
from docarchive.catalog.entries import Card
from docarchive.dates import PartialDate
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError, ReaderError
from docarchive.identity import Identified, canonical_url, content_digest, identity, is_exported, make_id
from docarchive.store import Store, article_path

_BATCH: Final = 1_000
_BATCH_BYTES: Final = 64_000_000
_MAX_IDS: Final = 1_000
#: So many refused records of one input are named and kept by themselves; of more, the input is kept as a whole.
_MAX_REFUSED: Final = 1_000


class Importer:
    """One import into one archive: the ``Sink`` of an ``Intake``. Hold the archive's lock; close it.

    Args:
        store: The archive's files.
        catalog: Its catalog.
        progress: Is told the bytes that are done.
        rules: What every article is to carry.
        jobs: How many processes may parse; None for as many as there are processors.
        on_duplicate: What to do with a new article whose text is near another's: link it to that, skip it,
            or keep it without a word.
        observe: Is told each decision.
        stop: Is asked whether to stop after what is at hand.
        follower: Indexes what has come in; None if nothing is to be indexed.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        progress: Progress = no_progress,
        *,
        rules: Rules | None = None,
        jobs: int | None = 1,
        on_duplicate: OnDuplicate = "link",
        observe: Callable[[Decision], None] = ignore,
        stop: Callable[[], bool] = lambda: False,
        follower: Follower | None = None,
    ) -> None:
        self.report = ImportReport()
        self.total: int | None = None  # bytes of all inputs, where that is known
        self._store = store
        self._catalog = catalog
        self._progress = progress
        self._rules = rules or Rules()
        self._observe = observe
        self._stop = stop
        self._follower = follower
        self._loader = Loader(jobs)
        self._on_duplicate = on_duplicate
        self._duplicates = Duplicates(catalog)
        self._now = PartialDate(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self._waiting: list[Incoming | Refused] = []
        self._waiting_bytes = 0
        self._quarantine = self._hold()
        self._abridged: list[Taken] = []  # inputs with more refused records than are named
        self._batch = store.batch()
        self._known_ahead: dict[str, Entry] | None = None  # by identity and id; None if each is to be asked for
        self._placed: dict[str, Arrival] = {}  # by id: what the batch will put in place
        self._placed_identities: set[str] = set()
        self._last_kept: Taken | None = None
        self._fetched: list[tuple[str, str | None, str | None]] = []
        self._done = 0

    def _hold(self) -> Keeping:
        return Keeping(self._store.quarantine)

    def close(self) -> None:
        """Ends what was started."""
        self._loader.close()
        if self._follower is not None:
            self._follower.close()

    # What comes in

    def put(self, each: Incoming | Refused, size: int) -> None:
        """Takes a record, or what cannot be read; decides about them when they are many."""
        self._waiting.append(each)
        self._waiting_bytes += size
        if len(self._waiting) >= _BATCH or self._waiting_bytes >= _BATCH_BYTES:
            self.flush()

    def pass_over(self, where: str) -> None:
        """See ``Sink``."""
        self.report.passed_over += 1
        self._observe(Decision("passed", where, reason="no article by its name or its folder"))

    def stopped(self) -> bool:
        """Tells whether nothing more is wanted."""
        if not self.report.interrupted and self._stop():
            self.report.interrupted = True
        return self.report.interrupted

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """Returns the ETag and the date of change of an address, if the article that came from there is still there."""
        address = canonical_url(url)
        here = address is not None and self._catalog.entry_of_identity(f"url:{address}") is not None
        return self._catalog.fetched(url) if here else (None, None)

    def unchanged(self, url: str) -> None:
        """Counts an address whose content is there already."""
        self.report.known += 1
        entry = self._catalog.entry_of_identity(f"url:{canonical_url(url)}")
        self._observe(Decision("known", url, entry.id if entry else ""))

    def fetched(self, url: str, etag: str | None, last_modified: str | None) -> None:
        """Notes what an address has now; it is kept at the end."""
        if etag or last_modified:
            self._fetched.append((url, etag, last_modified))

    def end(self) -> None:
        """Decides about what still waits, and tells of refused records that were not named."""
        self.flush()
        self._keep_fetched()
        for taken in self._abridged:
            more = taken.refused - _MAX_REFUSED
            reason = f"{more:,} more of its records are refused"
            self.report.refused.append(reports.Refused(taken.where, reason, taken.kept, more))
            self._observe(Decision("refused", taken.where, reason=reason))
        self._abridged.clear()
        self._quarantine.end()
        self._progress("import", self._done, self._done)
        if self._follower is not None:
            self._follower.end()

    def _keep_fetched(self) -> None:
        if self._fetched:
            with self._catalog.transaction():
                for each in self._fetched:
                    self._catalog.note_fetched(*each)

    # What is decided

    def flush(self) -> None:
        """Decides about all records that wait, and makes it real."""
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        prints = [each.fingerprint for each in waiting if isinstance(each, Incoming)]
        known = self._catalog.known_fingerprints(prints)
        wanted = {
            each.fingerprint: each
            for each in reversed(waiting)  # the first of several with the same bytes
            if isinstance(each, Incoming) and each.fingerprint not in known
        }
        fresh = [each for each in waiting if isinstance(each, Incoming) and wanted.get(each.fingerprint) is each]
        loaded = zip(fresh, self._loader.load(fresh, self._advance), strict=True)
        arriving = {each.fingerprint: self._arrival(found, each) for each, found in loaded}
        self._look_ahead([each for each in arriving.values() if isinstance(each, Arrival)])
        for each in waiting:
            if isinstance(each, Refused):
                self._refuse(each)
                self._advance(each)
                continue
            if each.fingerprint in known:
                self._known(each, known[each.fingerprint])
                self._advance(each)
                continue
            found = arriving[each.fingerprint]
            try:
                if isinstance(found, InputError):
                    raise found
                self._place(found, each)
            except InputError as error:
                self._refuse(Refused(each.where, str(error), each.content(), each.taken, whole=each.record.raw is None))
                continue
            known[each.fingerprint] = found.article.id
        self._commit()
        self._quarantine.sync()

    def _advance(self, each: Incoming | Refused) -> None:
        self._done += each.weight
        if not self.total or self._done < self.total:
            self._progress("import", self._done, self.total or None)

    def _known(self, incoming: Incoming, id_: str) -> None:
        self.report.known += 1
        self._quarantine.release(incoming)
        self._observe(Decision("known", incoming.where, id_))

    def _arrival(self, article: Loaded, incoming: Incoming) -> Arrival | InputError:
        """Gives an article its id, and what it is to carry; passes on why there is none."""
        if isinstance(article, InputError):
            return article
        own = is_exported(article.id, article.archived, article.original)
        if not own and article.id:
            _keep_foreign_id(article)
        if article.url is None and incoming.record.raw is None and not incoming.record.location:
            article.url = incoming.taken.url
        identified = Identified.of(article)
        article.id = article.id or make_id(identity(article, identified))
        article.original = f"sha256:{incoming.taken.original.digest}"
        article.fingerprint = incoming.fingerprint if incoming.record.raw is not None else None
        article.format = incoming.reader.name
        article.reader = f"{incoming.reader.name}/{incoming.reader.version}"
        article.imported_from = article.imported_from if own else incoming.where
        article.archived = article.archived or self._now if own else self._now
        changed = self._rules.apply(article)
        return Arrival(article, article_path(article), identified.strong, own, None if changed else identified)

    def _look_ahead(self, arrivals: Sequence[Arrival]) -> None:
        """Asks the catalog at once what it says of the articles of a batch; good until something comes into it."""
        strong = [each.strong for each in arrivals if each.strong]
        self._known_ahead = self._catalog.known_entries(strong, [each.article.id for each in arrivals])
        if self._on_duplicate != "keep":
            new = [each for each in arrivals if self._find(each.strong, each.article.id) is None]
            self._duplicates.look_ahead(new)

    def _place(self, arrival: Arrival, incoming: Incoming) -> None:
        article, strong = arrival.article, arrival.strong
        if article.id in self._placed or (strong and strong in self._placed_identities):
            self._commit()
        entry = self._find(strong, article.id) or self._adopt(arrival.path, article.id)
        if entry is None:
            self._bring_in(arrival, incoming)
        elif not (strong or arrival.own) or arrival.said().content == entry.content:
            self._known(incoming, entry.id)  # without a strong identity, equal ids mean equal content when it came in
        else:
            self._update(arrival, entry, incoming)
        if strong:
            self._placed_identities.add(strong)

    def _bring_in(self, arrival: Arrival, incoming: Incoming) -> None:
        """Adds an article that the archive has not, unless it repeats another one and such are skipped."""
        article = arrival.article
        near = self._duplicates.of(arrival) if self._on_duplicate != "keep" else []
        if near:
            self.report.duplicates += 1
        if near and self._on_duplicate == "skip":
            reason = f"its text is near that of {near[0]}"
            self._observe(Decision("duplicate", incoming.where, near[0], article.title, reason))
            self._quarantine.release(incoming)
            article.id = near[0]  # which stands for it
            return
        article.duplicate_of = near or article.duplicate_of
        self._add(arrival, incoming)
        self._count_new(article, incoming)

    def _find(self, strong: str | None, id_: str) -> Entry | None:
        """Returns the entry of the article that has this identity or this id."""
        if self._known_ahead is not None:
            return (self._known_ahead.get(strong) if strong else None) or self._known_ahead.get(id_)
        return (self._catalog.entry_of_identity(strong) if strong else None) or self._catalog.entry(id_)

    def _text(self, entry: Entry) -> str:
        """Returns the file of an article that is in place."""
        return self._store.read(entry.path)

    def _adopt(self, path: str, id_: str) -> Entry | None:
        """Takes a file that stands where an article would go into the catalog, rather than write over it."""
        if not self._store.holds(path):
            return None
        syncer = Syncer(self._store, self._catalog, no_progress)
        syncer.look_at([path])
        self._known_ahead = None  # for the catalog says more now
        self._duplicates.forget_ahead()
        entry = self._catalog.entry(id_)
        if entry is None:
            raise ReaderError(f"{path} stands in its place; move that file away, or mend it and run 'docarchive sync'")
        return entry

    def _add(self, arrival: Arrival, incoming: Incoming, text: str | None = None) -> None:
        article = arrival.article
        if incoming.taken is not self._last_kept:  # most inputs hold many records, one after the other
            self._store.originals.keep(incoming.taken.original, self._batch)
            self._last_kept = incoming.taken
        if text is None:
            arrival.metadata = article.metadata()
            text = frontmatter.render(article, arrival.metadata)
        self._write(arrival.path, text)
        self._placed[article.id] = arrival
        self._quarantine.release(incoming)
        if len(self.report.ids) < _MAX_IDS:
            self.report.ids.append(article.id)

    def _write(self, path: str, text: str) -> None:
        self._batch.add(path, text.encode())

    def _count_new(self, article: Article, incoming: Incoming) -> None:
        self.report.new += 1
        self._observe(Decision("new", incoming.where, article.id, article.title))

    def _update(self, arrival: Arrival, entry: Entry, incoming: Incoming) -> None:
        """Puts a new version in place; what was added to the old one by hand stays."""
        article = arrival.article
        try:
            before = self._text(entry)
            old = frontmatter.read_article(before)
        except NotFoundError:
            self._add(replace(arrival, path=entry.path), incoming)  # deleted by hand since the last sync
            self._count_new(article, incoming)
            return
        except (InputError, ArchiveDamaged) as error:
            raise ReaderError(f"the archive has an older version that cannot be read, {entry.path}: {error}") from None
        _carry_over(old, article)
        if _is_bare(article) and not _is_bare(old):
            article.body = old.body  # a bookmark replaces no text
        article.id = entry.id
        if content_digest(article) == entry.content:
            self._known(incoming, entry.id)
            return
        text = frontmatter.revise(before, article)
        kept = before.encode()
        self._batch.add(self._store.version_path(entry.id, kept), kept)
        revised = replace(
            arrival, article=frontmatter.read_article(text), path=entry.path, identified=None, signature=None
        )
        self._add(revised, incoming, text)
        self.report.updated += 1
        self._observe(Decision("updated", incoming.where, article.id, article.title))

    def _commit(self) -> None:
        """Puts the files of the batch in place, and then into the catalog."""
        if not self._placed:
            return
        try:
            self._catalog.intend(arrival.path for arrival in self._placed.values())
            self._batch.commit()
        except OSError as error:
            raise unwritable(error) from None
        language = self._catalog.language
        cards = [
            (
                Card.of(each.article, language, each.signature, each.identified, each.metadata),
                *self._store.stat(each.path),
            )
            for each in self._placed.values()
        ]
        with self._catalog.transaction():
            rows = self._catalog.put_all(cards)
            self._catalog.settle()
        if self._follower is not None:
            articles = (each.article for each in self._placed.values())
            self._follower.take(filed_changes(articles, cards, rows))
        self._known_ahead = None
        self._duplicates.forget()
        self._placed.clear()
        self._placed_identities.clear()

    def _refuse(self, refused: Refused) -> None:
        where, reason, taken = refused.where, refused.reason, refused.taken
        if taken is not None and not refused.whole:
            taken.refused += 1
            if taken.refused == _MAX_REFUSED + 1:
                reason = f"more than {_MAX_REFUSED:,} of its records are refused"
                taken.kept = self._quarantine.keep(Refused(taken.where, reason, taken.content(), taken, whole=True))
                self._abridged.append(taken)
            if taken.refused > _MAX_REFUSED:
                return
        self.report.refused.append(reports.Refused(where, reason, self._quarantine.keep(refused)))
        self._observe(Decision("refused", where, reason=reason))


def _is_bare(article: Article) -> bool:
    """Tells whether the text is nothing but the title or the address, as a bookmark's is."""
    rest = article.body
    for part in (article.url, article.title):
        rest = rest.replace(part, "") if part else rest
    return not any(character.isalnum() for character in rest)


def _keep_foreign_id(article: Article) -> None:
    """Moves an id of another system to ``source_id``."""
    if article.source_id is None:
        article.source_id = article.id
    elif article.source_id != article.id:
        article.extra.setdefault("original_id", article.id)
    article.id = ""


def _carry_over(old: Article, new: Article) -> None:
    """Gives a new version what only the old one has; of lists but the authors, the items of both."""
    for key, kind in keys.KNOWN.items():
        before, now = getattr(old, key), getattr(new, key)
        if key == "authors" and now:
            continue  # the source says who wrote it
        if kind == keys.LIST:
            now.extend(item for item in before if item not in now)
        elif before and (key == "archived" or (not now and key not in (*keys.PROVENANCE, "title_derived"))):
            setattr(new, key, before)
    if new.title_derived and not old.title_derived:
        new.title, new.title_derived = old.title, False
    new.extra = {**{key: value for key, value in old.extra.items() if key not in new.extra}, **new.extra}

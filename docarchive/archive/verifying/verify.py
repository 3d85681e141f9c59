"""Verify: one verification of an archive: all of it, or the articles that a query matches. See ``Archive.verify``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from docarchive.archive.export.selection import SelectedRows, Selection, since_of
from docarchive.archive.indexing import catch_up
from docarchive.archive.own_files import REPAIR
from docarchive.archive.reports import MAX_FAULTS, Fault, Observe, Verification
from docarchive.archive.session import Session
from docarchive.archive.settings import Settings
from docarchive.archive.verifying import derived
from docarchive.archive.verifying.judging import NO_COPY, NO_ORIGINAL, judge
from docarchive.archive.verifying.progressed import Progressed
from docarchive.archive.verifying.scanning import Scanned
from docarchive.archive.verifying.units import Unit, units
from docarchive.archive.verifying.workers import Workers
from docarchive.batches import batched
from docarchive.catalog import Since
from docarchive.engines import Engine
from docarchive.errors import DocarchiveError
from docarchive.pictures import is_picture, paths_in
from docarchive.query import Every, Node
from docarchive.store import NOT_NOW
from docarchive.store.layout import CATALOG, ORIGINALS, OWN_FILES, SETTINGS, kept_path

if TYPE_CHECKING:
    from docarchive.archive.verifying.repair import Repairer

_SUSPECTS: Final = 500


class Verifier:
    """One verification.

    Args:
        session: The open archive.
        full: Whether files are read.
        observe: Called with each fault.
        repair: Repairs faults; None if they are only named.
    """

    def __init__(self, session: Session, *, full: bool, observe: Observe, repair: Repairer | None = None) -> None:
        self.report = Verification(quick=not full)
        self._session = session
        self._full = full
        self._observe = observe
        self._repair = repair
        self._named: set[tuple[str, str, str]] = set()

    def all(self, *, jobs: int, resume: bool) -> None:
        """Verifies the whole archive; with ``resume`` from where an earlier verification stopped."""
        session = self._session
        if session.rebuilt == "damaged":
            fix = "nothing; it was built again from the articles"
            if session.unchecked:
                fix += f", but {session.uncompared()}"
            self._add(Fault("catalog", CATALOG, "could not be read, and was built again", fix, repaired=True))
        repairer = self._repair
        rebuild = None if repairer is None else repairer.repair_derived
        if not self._derived(derived.catalog_faults(session), rebuild):  # else what is recorded cannot be trusted
            for path in OWN_FILES:
                self._judge([path])
            self._files(jobs, resume=resume)
            self._originals()
            for fault in derived.id_faults(session):
                self._add(fault)
        if any(path == SETTINGS for _, path, _ in self._named):  # the index is that of the settings before
            with suppress(DocarchiveError):
                session.settings = Settings.load(session.root, kept_path(SETTINGS))
        if session.rebuilt is None:  # else the next search builds the index again
            self._derived(derived.index_faults(session), rebuild)
        self._derived(derived.vector_faults(session), None if repairer is None else repairer.repair_vectors)
        self._leftovers()

    def _derived(self, named: Iterable[Fault], repair: Callable[[], bool] | None) -> bool:
        """Adds faults of what is derived; returns whether there still are any."""
        faults = [*named]
        repaired = bool(faults) and repair is not None and repair()
        for fault in faults:
            self._add(fault._replace(repaired=repaired))
        return bool(faults) and not repaired

    def some(self, tree: Node, since: Since | None) -> None:
        """Verifies the articles that a query matches and that changed after ``since``, with what belongs to them."""
        session = self._session

        def matches(tree: Node) -> tuple[int, Iterable[str]]:
            engine: Engine = session.current_engine
            return catch_up.position_in(session.catalog, engine.position()), session.ask(lambda e: [*e.ids(tree)])

        originals: set[str] = set()
        for row in SelectedRows(Selection(tree, since=since), session.catalog, matches):
            self.report.articles += 1
            self._judge([row.path])
            versions = session.store.versions_of(row.id)
            self.report.versions += len(versions)
            self._judge(versions)
            named = [str(row.metadata.get("original", "")).removeprefix("sha256:")]
            for path in self._paths_of(named, row.path):
                if path not in originals:
                    originals.add(path)
                    self.report.originals += 1
                    self._judge([path])
            session.progress("verify", self.report.articles, None)

    def _paths_of(self, digests: list[str], article: str) -> Iterator[str]:
        """Yields the paths of an article's originals and pictures, whether they are there or not."""
        store = self._session.store
        for digest in filter(None, digests):
            if path := store.originals.find(digest) or f"{ORIGINALS}/{digest[:2]}/{digest}":
                yield path
        with suppress(Exception):
            yield from paths_in(store.read(article))

    def _files(self, jobs: int, *, resume: bool) -> None:
        session = self._session
        progressed = Progressed(session, full=self._full)
        after, earlier = progressed.load() if resume else (("", ""), None)
        if earlier is not None:
            self._take_over(earlier)
        total = session.catalog.count()
        with closing(Workers(session, jobs)) as workers:
            parts = units(session.catalog, after, full=self._full)
            for unit, scanned in workers.scan(parts):
                self._count(unit, scanned)
                self._judge(scanned.suspects)
                done = self.report.articles
                session.progress("verify", min(done, total - 1) if unit.area == "articles" else total - 1, total)
                progressed.save((unit.area, unit.high), self.report)
        progressed.remove()
        session.progress("verify", total, total)

    def _take_over(self, earlier: Verification) -> None:
        """Continues with the counts and the faults of a verification that was interrupted."""
        faults, earlier.faults, earlier.kinds, earlier.repaired = earlier.faults, [], {}, 0
        self.report = earlier
        for fault in faults:
            self._add(fault)

    def _count(self, unit: Unit, scanned: Scanned) -> None:
        setattr(self.report, unit.area, getattr(self.report, unit.area) + scanned.files)
        self.report.bytes += scanned.bytes

    def _originals(self) -> None:
        """Compares what articles name as their originals with the originals that are there."""
        folder, catalog = self._session.store.folder, self._session.catalog
        originals = catalog.originals()
        original = next(originals, None)
        for group in range(256):
            prefix, named = f"{group:02x}", []
            while original is not None and original < f"sha256:{prefix}g":
                named.append(original.removeprefix("sha256:"))
                original = next(originals, None)
            names = folder.all_names(f"{ORIGINALS}/{prefix}")
            there = [name.partition(".")[0] for name in names]
            if there != named:
                self._judge(f"{ORIGINALS}/{prefix}/{digest}" for digest in sorted({*named}.difference(there)))
                unreferenced = {*there}.difference(named)
                self.report.unreferenced += sum(
                    digest in unreferenced and not is_picture(name) for digest, name in zip(there, names, strict=True)
                )

    def _leftovers(self) -> None:
        session = self._session
        with suppress(*NOT_NOW), ExitStack() as stack:
            if not session.read_only:
                stack.enter_context(session.store.lock.at_once())  # else they may be those of a process that writes
            for path in [*session.store.leftovers(session.other_engines)]:
                self._add(self._repaired(derived.leftover_fault(path)))

    def _judge(self, suspects: Iterable[str]) -> None:
        """Looks again at suspects, while nobody writes if possible, and adds what is wrong."""
        store, catalog = self._session.store, self._session.catalog
        for batch in batched([*suspects], _SUSPECTS):
            suspected = [path for path in batch if self._fault_at(path)]
            with ExitStack() as stack:
                if suspected and not self._session.read_only:
                    with suppress(*NOT_NOW):
                        stack.enter_context(store.lock)
                for path in suspected:
                    if fault := judge(store, catalog, path):
                        self._add(self._repaired(fault))

    def _fault_at(self, path: str) -> Fault | None:
        return judge(self._session.store, self._session.catalog, path)

    def _repaired(self, fault: Fault) -> Fault:
        """Repairs a fault, if it is to be repaired and can be; the lock is held."""
        if self._repair is None:
            return fault
        if self._repair.repair(fault):
            return fault._replace(repaired=True)
        if not fault.fix.endswith(REPAIR):
            return fault
        return fault._replace(fix=NO_ORIGINAL if fault.path.startswith(f"{ORIGINALS}/") else NO_COPY)

    def _add(self, fault: Fault) -> None:
        fault = fault._replace(path=fault.path.encode("utf-8", "replace").decode())
        if (place := (fault.kind, fault.path, fault.reason)) in self._named:
            return  # as of a picture that several articles show
        if len(self._named) < MAX_FAULTS:
            self._named.add(place)
        self.report.add(fault)
        self._observe(fault)


def verify(
    session: Session,
    tree: Node,
    *,
    full: bool,
    since: str | int | datetime | None,
    jobs: int,
    resume: bool,
    observe: Observe,
    repair: bool,
) -> Verification:
    """Verifies an archive; see ``Archive.verify``."""
    with ExitStack() as stack:
        repairer = None
        if repair:
            from docarchive.archive.verifying.repair import Repairer

            repairer = stack.enter_context(closing(Repairer(session)))
        verifier = Verifier(session, full=full, observe=observe, repair=repairer)
        if isinstance(tree, Every) and since is None:
            verifier.all(jobs=jobs, resume=resume)
        else:
            verifier.some(tree, None if since is None else since_of(since, session.catalog))
        return verifier.report

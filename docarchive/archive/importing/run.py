"""One run of an import: inputs, watched folders or refused inputs -> sources -> importer -> destination."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing
from io import BytesIO
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from docarchive.archive.import_and_export_options import ImportOptions, checked_options, ignore, resolved
from docarchive.archive.importing.destination import ArchiveDestination, Destination, DryRun
from docarchive.archive.importing.duplicates import check_choice
from docarchive.archive.importing.importer import Importer
from docarchive.archive.importing.overrides import Overrides
from docarchive.archive.importing.refusals import discard
from docarchive.archive.importing.sources import Sources, file_source, stamp_of
from docarchive.archive.reports import Decision, ImportReport
from docarchive.archive.session import Session
from docarchive.errors import InputError, NotFoundError, UsageError
from docarchive.paths import expanded
from docarchive.readers import ReadOptions, Source
from docarchive.store import QuarantineEntry
from docarchive.store.layout import QUARANTINE
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.archive.importing.additions import Addable, OriginalFile
    from docarchive.archive.rules import Rules
    from docarchive.archive.streams import Input


#: How many inputs the log names.
_NAMED: Final = 20


def import_inputs(session: Session, inputs: Sequence[Input], options: ImportOptions) -> ImportReport:
    """Imports paths, URLs and streams; see ``Archive.import_``."""
    return _run(session, ("import", _words(inputs)), options, lambda sources: sources.read(inputs))


def add(session: Session, article: Addable, original: OriginalFile | None, options: ImportOptions) -> str:
    """Adds one article; see ``Archive.add``."""
    from docarchive.archive.importing.additions import read_one, title_of

    options = _checked(options)
    observe = options.get("observe") or ignore
    decisions: list[Decision] = []

    def note(decision: Decision) -> None:
        decisions.append(decision)
        observe(decision)

    def read(sources: Sources) -> None:
        read_one(sources, article, original)

    request = "add", original.name if original else title_of(article)
    _run(session, request, {**options, "observe": note}, read, refusals=False)
    last = decisions[-1]
    if last.kind in ("refused", "skipped"):
        raise InputError(last.reason)
    if last.kind == "deleted":
        raise UsageError(f"{last.id} was deleted from the archive earlier; pass again=True to add it")
    return last.id


def add_all(session: Session, articles: Iterable[Addable], options: ImportOptions) -> ImportReport:
    """Adds articles; see ``Archive.add_all``."""
    from docarchive.archive.importing.additions import read_all

    return _run(session, ("add", ""), options, lambda sources: read_all(sources, articles))


def watch(
    session: Session,
    folders: Iterable[str | os.PathLike[str]],
    settle: float,
    started: Callable[[], None],
    report: Callable[[ImportReport], None],
    options: ImportOptions,
) -> None:
    """Imports files of folders as they appear; see ``Archive.watch``."""
    from docarchive.archive.importing.watching import Watch

    options = _checked(options)
    folders = [*folders]
    watched = Watch([*map(expanded, folders)], session.root.resolve(), settle, options.get("stop") or bool)
    request = "import", _words(folders)
    started()
    for files in watched.batches():
        done = _run(session, request, options, lambda sources, files=files: sources.read_files(files))  # type: ignore[misc]
        if done.new or done.updated or done.refused:
            report(done)


def retry(session: Session, names: Iterable[str], options: ImportOptions) -> ImportReport:
    """Imports refused inputs again; see ``Archive.retry``."""
    options = _checked(options)
    entries = quarantined(session, names)
    session.store.quarantine.refuse_unread()
    earlier = {entry.name for entry in session.store.quarantine.entries()}
    observe = options.get("observe") or ignore
    stored: set[str] = set()  # inputs and records of which something is in the archive now

    def note(decision: Decision) -> None:
        if decision.kind not in ("refused", "skipped"):
            stored.add(decision.where)
        observe(decision)

    def read(sources: Sources) -> None:
        for entry in entries:
            input_ = entry.input or entry.where
            if not entry.is_kept or session.store.quarantine.is_too_large(entry.name):
                sources.read_again(input_)
                continue
            try:
                file = session.store.quarantine.open(entry.name)
            except FileNotFoundError:
                continue  # another process has just imported or discarded it
            with file:
                where, record_of = (entry.where, input_) if entry.is_record else (input_, None)
                stamp = entry.stamp if entry.stamp == stamp_of(input_) else ""
                sources.read_stream(file, where, _source_of(input_, stamp), record_of, stamp)

    words = _words(entry.where for entry in entries)
    report = _run(session, ("import", words), {**options, "observe": note}, read)
    if not options.get("dry_run"):
        settled = [_settled(entry, report, stored, earlier) for entry in entries]
        discard(session.store.quarantine, session.catalog, chain.from_iterable(settled))
    return report


def _source_of(input_: str, stamp: str) -> Source:
    """Returns the source of a retried input, without its bytes.

    Args:
        input_: The input as the user named it.
        stamp: Of its file. Without one, the note may be a stranger's, and name any path, to bring into the archive what
            is next to it. Then nothing next to it is read.
    """
    path = Path(input_)
    return file_source(path, "") if stamp else Source(path.name, 0, BytesIO)


def _settled(entry: QuarantineEntry, report: ImportReport, stored: set[str], earlier: set[str]) -> Collection[str]:
    """Returns the names of the entries to delete after an entry was retried.

    That is the entry itself if something of it is stored or nothing of it was refused; else it is kept as it was.

    Refused records of an entry are kept one by one. If nothing of it is stored, say because the format was the wrong
    one, the entry itself stays, and the records that it was divided into by mistake are deleted.
    """

    def is_of(where: str) -> bool:
        return where == entry.where or where.startswith(f"{entry.where}:")

    refusals = [refusal for refusal in report.refused if is_of(refusal.where)]
    kept = {PurePath(refusal.kept).name for refusal in refusals if refusal.kept}
    if not refusals or (any(map(is_of, stored)) and not any(refusal.where == entry.where for refusal in refusals)):
        return {entry.name} - kept
    for name in kept - earlier:
        for refusal in [refusal for refusal in refusals if refusal.kept and PurePath(refusal.kept).name == name]:
            path = f"{QUARANTINE}/{entry.name}" if entry.is_kept else None
            report.refused[report.refused.index(refusal)] = refusal._replace(kept=path)
    return kept - earlier


def quarantined(session: Session, names: Iterable[str]) -> list[QuarantineEntry]:
    """Returns the entries of the quarantine with these names or unique prefixes of names; all without names.

    Raises:
        NotFoundError: No entry has such a name, or several do.
    """
    entries = {entry.name: entry for entry in session.store.quarantine.entries()}
    chosen: dict[str, QuarantineEntry] = {}
    for name in [*names] or entries:
        matches = [name] if name in entries else [full for full in entries if name and full.startswith(name)]
        if len(matches) != 1:
            problem = "several entries start" if matches else "no entry starts"
            raise NotFoundError(f"{problem} with {shorten(repr(name))}; 'docarchive quarantine' lists the entries")
        chosen[matches[0]] = entries[matches[0]]
    return [*chosen.values()]


def _words(inputs: Iterable[object]) -> str:
    """Returns the inputs as the log names them: the first ones, and how many more there are."""
    inputs = [*inputs]
    names = [_name(input_) for input_ in inputs[:_NAMED]]
    more = [f"and {len(inputs) - _NAMED:,} more"] if len(inputs) > _NAMED else []
    return " ".join([*dict.fromkeys(names), *more])


def _name(input_: object) -> str:
    if isinstance(input_, str | os.PathLike):
        return str(input_)
    from docarchive.archive.streams import name_of

    name = name_of(input_)
    return "a stream" if name == "-" else name


def _run(
    session: Session,
    request: tuple[str, str],
    options: ImportOptions,
    read: Callable[[Sources], None],
    *,
    refusals: bool = True,
) -> ImportReport:
    """Runs an import of what a function reads, with the caller's options merged with the settings'.

    Args:
        session: The archive.
        request: The command, and what it was asked to import, for the log.
        options: The caller's options.
        read: Reads the inputs.
        refusals: Whether what is refused is kept in quarantine.

    Raises:
        UsageError: There is no such format, or a value is not valid for its key.
        ArchiveLocked: Another process is writing.
        ArchiveError: The archive cannot be written.
    """
    options = _checked(options)  # before waiting for the lock
    with session.writing():
        caller_columns = frozenset(options.get("map") or {})
        options = resolved(options, session.settings.importing)
        check_choice(options["on_duplicate"])
        overrides = Overrides.of(options["tags"], options["set"] or {}, options["language"])
        columns = options["map"] or {}
        optional, pictures = frozenset(columns) - caller_columns, options["images"] is not False
        reading = ReadOptions(columns, optional, options["split"], options["query"], pictures)
        destination = _destination(session, request, options, refusals=refusals)
        rules, progress = _rules(session), session.progress
        with closing(Importer(session.catalog, destination, overrides, reading, options, rules, progress)) as importer:
            fetching = {"fetches_pictures": options["images"] is True, "public_only": options["public_only"]}
            read(Sources(session.store, importer, options["format"], reading, **fetching))
            return importer.end()


def _rules(session: Session) -> Rules | None:
    """Returns the archive's rules; None if it has none."""
    settings = session.settings
    if not settings.rules:
        return None
    from docarchive.archive.rules import Rules

    return Rules(settings.rules.values(), session.catalog.languages(), settings.searches)


def _checked(options: ImportOptions) -> ImportOptions:
    """Returns the caller's options; raises ``TypeError`` for those that do not exist or have another type."""
    return checked_options(ImportOptions, options)  # type: ignore[return-value]


def _destination(session: Session, request: tuple[str, str], options: ImportOptions, *, refusals: bool) -> Destination:
    pictures = options["images"] is not False
    if options["dry_run"]:
        return DryRun(session.store, session.catalog, pictures=pictures)
    indexer = session.live_indexer(options["jobs"])
    return ArchiveDestination(session.store, session.catalog, indexer, request, pictures=pictures, refusals=refusals)

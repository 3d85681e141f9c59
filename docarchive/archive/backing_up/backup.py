"""Backing up: adds one backup of an archive to a target. See ``Archive.backup``.

First all files are listed: those of the archive at one journal position, of the last backup, and of the target. Then
what differs is copied. A file of the last backup is replaced only when a complete copy of the new one is there, and
after it was moved to those of earlier backups. The list of the new backup is written last. So every earlier backup can
be restored whenever this is interrupted, and the next backup continues from there.
"""

from __future__ import annotations

import os
from contextlib import closing
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Final

from docarchive import failures
from docarchive.archive.backing_up import lists
from docarchive.archive.backing_up.copying import chunks_of
from docarchive.archive.backing_up.lists import ListedFile
from docarchive.archive.backing_up.mirror import Mirror
from docarchive.archive.backing_up.opening import check_use, head_of, opened, read_list, times
from docarchive.archive.backing_up.plan import Plan, Step, steps
from docarchive.archive.backing_up.readme import readme
from docarchive.archive.backing_up.source import (
    Gone,
    Reading,
    Source,
    SourceFile,
    Unfit,
)
from docarchive.archive.backing_up.target import MIRROR, Staged, Target, TargetWriter, earlier_path
from docarchive.archive.reports import Backup, BackupReport, Refusal
from docarchive.archive.session import Session
from docarchive.catalog.recorded import DAMAGED
from docarchive.errors import UsageError
from docarchive.formats.folders import original_digest
from docarchive.store.layout import is_article_path
from docarchive.store.originals import NOT_OF_ITS_NAME

_ATTEMPTS: Final = 5
_MAX_NAMED: Final = 1_000
#: How often progress is reported, in files.
_SHOWN: Final = 100
#: How many files of the last backup are looked for in the archive, to see whether it is the same archive.
_SAMPLE: Final = 1_000


def back_up(
    session: Session, address: str | os.PathLike[str], *, verify: bool = False, dry_run: bool = False
) -> BackupReport:
    """Adds a backup to a target; for arguments and errors see ``Archive.backup``."""
    with opened(address, archive=session.root) as target:
        is_used = check_use(target)
        if is_used:
            _check_same(session, target)
        if dry_run:
            return _Backup(session, target, None, verify=verify).run()
        with failures.naming(target.name, f"the archive at {session.root}"), target.writing() as writer:
            return _Backup(session, target, writer, verify=verify).run()


def _check_same(session: Session, target: Target) -> None:
    """Raises ``UsageError`` if the last backup in a target is that of an archive that has none of its articles."""
    last = times(target)[-1:]
    if not last:
        return
    sampled = 0
    for listed in read_list(target, last[0]):
        if is_article_path(listed.path):
            if session.store.has_article(listed.path) or session.catalog.entry_at(listed.path):
                return
            sampled += 1
        if sampled == _SAMPLE:
            break
    if sampled:
        name = head_of(target, last[0]).name
        raise UsageError(
            f"{target.name} has backups of another archive, {name!r}: this one has none of its articles; "
            "name another folder"
        )


class _Backup:
    """One backup.

    Args:
        session: The open archive.
        target: Where the backup goes.
        writer: What writes it there; None for a dry run.
        verify: Whether files that the target has already are read, too.
    """

    def __init__(self, session: Session, target: Target, writer: TargetWriter | None, *, verify: bool) -> None:
        self.report = BackupReport()
        self._session = session
        self._target = target
        self._writer = writer
        self._verify = verify
        self._mirror = Mirror(target, writer, verify=verify)
        self._source = Source(session)
        self._lines: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by ``run``

    def run(self) -> BackupReport:
        """Makes the backup."""
        times_ = times(self._target)
        last = times_[-1] if times_ else None
        with closing(self._lines):
            if self._writer is not None:
                self._writer.begin(readme())
            with closing(self._plan(last)) as plan:
                self._carry_out(plan)
            if self._verify:
                self._check_earlier(times_)
            self.report.left_out = self._source.left_out[:_MAX_NAMED]
            if self._writer is not None:
                self._finish(self._writer, last)
        return self.report

    def _carry_out(self, plan: Plan) -> None:
        for number, step in enumerate(plan):
            self._do(step)
            if number % _SHOWN == 0:
                self._session.progress("backup", number, plan.count)
        self._session.progress("backup", plan.count, plan.count)

    def _plan(self, last: str | None) -> Plan:
        session, target = self._session, self._target
        with session.catalog.snapshot() as snapshot:
            session.store.check_articles(required=snapshot.count() > 0)
            self.report.position = snapshot.written_position()
            listed = read_list(target, last) if last is not None else iter(())
            return Plan(steps(self._source.files(snapshot), listed, self._mirror.files()))

    def _finish(self, writer: TargetWriter, last: str | None) -> None:
        report = self.report
        report.time = lists.next_time(last)
        name = self._session.settings.name or self._session.root.name
        head = lists.head(Backup(report.time, name, report.position, report.files, report.bytes))
        self._lines.seek(0)
        writer.finish(lists.name_of(report.time), chain([head], chunks_of(self._lines)))

    # One file

    def _do(self, step: Step) -> None:
        file = step.file
        if file is not None and step.is_kept and not self._mirror.must_read(step):
            self._keep(step, file.size)
            return
        if file is None and step.listed is not None:  # it may have come back since files were listed
            file = self._source.file_at(step.path, step.listed)
        if file is not None:
            self._renew(step, file)
        elif step.listed is not None and (obstacle := self._source.obstacle(step.path)) is not None:
            self._refuse(*obstacle)
            self._keep_last(step)
        else:
            self._drop(step)

    def _renew(self, step: Step, file: SourceFile) -> None:
        """Copies a file to the target, unless that has it."""
        try:
            if self._has(step, file):
                self._keep(step, file.size)
                return
            staged = self._staged(file)
        except Gone:
            self._drop(step)
            return
        except Unfit as error:
            self._refuse(step.path, str(error))
            if step.listed is not None or not error.is_readable:
                self._keep_last(step)
                return
            staged = self._staged(file, checked=False)  # no better copy is known
        self._put(step, staged)

    def _has(self, step: Step, file: SourceFile) -> bool:
        """Returns whether the target has what a file of the archive is now; reads both as far as need be."""
        if step.listed is None or step.stored != file.size:
            return False
        if not file.is_changed and file.digest not in (None, step.listed):
            return False
        if not step.is_kept or self._verify:
            with closing(self._source.opened(file)) as reading:
                digest = reading.digest()
                _check(file, digest, reading)
            if digest != step.listed:
                return False
        return self._mirror.is_good(step)

    def _staged(self, file: SourceFile, *, checked: bool = True) -> Staged:
        """Copies a file to a temporary place in the target; see ``Source.opened`` for the errors."""
        for attempt in range(1, _ATTEMPTS + 1):
            with closing(self._source.opened(file, checked=checked)) as reading:
                staged = self._mirror.stage(reading.chunks(), reading.stamp[1])
                if reading.is_steady() or attempt == _ATTEMPTS:
                    break
            self._mirror.drop(staged)  # it was written to at the same time
        if checked:
            try:
                _check(file, staged.digest, reading)
            except Unfit:
                self._mirror.drop(staged)
                raise
        return staged

    def _put(self, step: Step, staged: Staged) -> None:
        """Makes a copy the file of the new backup."""
        if step.listed == staged.digest:
            self.report.repaired += 1
        elif step.listed is not None:
            self._retire(step)
        self._mirror.put(staged, step.path)
        self.report.copied += 1
        self.report.copied_bytes += staged.size
        self._add(step.path, staged.digest, staged.size)

    def _retire(self, step: Step) -> None:
        if fault := self._mirror.retire(step):
            self._refuse(f"{MIRROR}/{step.path}", f"{fault} in {self._target.name}; earlier backups lack it")

    def _drop(self, step: Step) -> None:
        """Leaves a path out of the new backup."""
        if step.listed is not None:
            self._retire(step)
            self.report.removed += 1
        self._mirror.remove(step)

    def _keep(self, step: Step, size: int) -> None:
        assert step.listed is not None
        self._mirror.keep(step.path)
        self.report.unchanged += 1
        self._add(step.path, step.listed, size)

    def _keep_last(self, step: Step) -> None:
        """Keeps what the last backup has of a file, if it has the file."""
        if step.stored is not None and self._mirror.is_good(step):
            self._keep(step, step.stored)
        elif step.listed is not None and (staged := self._mirror.stage_earlier(step.listed)) is not None:
            self._put(step, staged)
        else:
            self._drop(step)

    def _add(self, path: str, digest: str, size: int) -> None:
        self._lines.write(ListedFile(path, digest).line())
        self.report.files += 1
        self.report.bytes += size

    def _refuse(self, where: str, reason: str) -> None:
        refused = self.report.refused
        if not refused or refused[-1][:2] != (where, reason):
            refused.append(Refusal(where, reason))

    # Earlier backups

    def _check_earlier(self, times_: list[str]) -> None:
        """Reads the files that only earlier backups have, and names those that are damaged or missing."""
        present, named = set(), set()
        for digest, is_whole in self._mirror.earlier():
            present.add(digest)
            if not is_whole:
                self._refuse(earlier_path(digest), f"is damaged in {self._target.name}; earlier backups lack it")
        for time in times_:
            self._lines.seek(0)
            for listed in lists.missing_in(read_list(self._target, time), self._lines):
                if listed.digest not in present and listed.digest not in named:
                    named.add(listed.digest)
                    self._refuse(f"{listed.path} of {time}", f"is missing in {self._target.name}")
        self._lines.seek(0, os.SEEK_END)


def _check(file: SourceFile, digest: str, reading: Reading) -> None:
    """Raises ``Unfit`` if the bytes of a file are not those that were recorded."""
    if file.digest is not None and digest != file.digest and not reading.is_changed:
        raise Unfit(f"is damaged: {NOT_OF_ITS_NAME}" if original_digest(file.path) else DAMAGED, is_readable=True)

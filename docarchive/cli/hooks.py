"""Hooks: runs the programs that an archive's settings name, after changes, if the user has allowed them.

An archive may be a stranger's, so nothing in it can allow a hook. What was allowed is noted outside of it, in the
user's folder of states: a digest of the archive's path, of its hooks, and of the files in the archive that they name.
See docs/decisions/0086.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from docarchive import failures
from docarchive.cli.render import counted, line, message
from docarchive.errors import ArchiveError, UsageError

if TYPE_CHECKING:
    from docarchive import Archive, LogEntry
    from docarchive.archive.hooks import Hook

#: Set for hooks: the commands that a hook runs run no hooks.
RUNNING: Final = "DOCARCHIVE_HOOK"
_told: Final[set[tuple[Path, int]]] = set()
_LOOK: Final = 0.1  # seconds after which the size of what a hook writes is looked at
_MOST: Final = 1_000_000  # bytes
_SHOWN: Final = 200  # characters of what a hook that failed wrote last


def is_allowed(archive: Archive) -> bool:
    """Returns whether the user has allowed the hooks of an archive as they are now.

    Raises:
        ArchiveError: That cannot be read.
    """
    path = _note(archive)
    try:
        return path.read_text("utf-8").strip() == _digest(archive)
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return False
    except OSError as error:
        raise failures.of_system(error, error.filename or str(path), "read") from None


def allow(archive: Archive) -> None:
    """Notes that the user allows the hooks of an archive as they are now.

    Raises:
        UsageError: That would be noted inside of the archive.
        ArchiveError: That cannot be written, or a file that the hooks name cannot be read.
    """
    path = _note(archive)
    if _is_inside(archive, path):
        raise UsageError(f"{path} is inside of the archive; set XDG_STATE_HOME to another folder")
    try:
        digest = _digest(archive)
    except OSError as error:
        raise failures.of_system(error, error.filename or str(archive.path), "read") from None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}")
        new.write_text(f"{digest}\n", "utf-8")
        new.replace(path)
    except OSError as error:
        raise failures.of_system(error, str(path), "written") from None


def deny(archive: Archive) -> None:
    """Forgets that the hooks of an archive were allowed."""
    with suppress(FileNotFoundError):
        _note(archive).unlink()


def run_hooks(archive: Archive) -> None:
    """Runs the hooks of an archive after the changes that were made, once for each.

    A hook that fails fails nothing, and is reported in one line.
    """
    changes = [change for change in archive.changes if (archive.path, change) not in _told]
    _told.update((archive.path, change) for change in changes)
    hooks = archive.settings.hooks
    if not changes or not hooks or os.environ.get(RUNNING):
        return
    try:
        allowed = is_allowed(archive)
    except ArchiveError as error:
        message(f"{counted(len(hooks), 'hook')} not run: {error}")
        return
    if not allowed:
        message(f"{counted(len(hooks), 'hook')} not run: see 'docarchive hooks', then 'docarchive hooks allow'")
        return
    entries = {entry.change: entry for entry in _entries(archive, {*changes})}
    for change in changes:
        entry = entries.get(change)
        wanted = [hook for hook in hooks.values() if entry and (not hook.on or entry.command in hook.on)]
        if entry is None or not wanted:
            continue
        with TemporaryFile() as file:
            _write(archive, entry, file)
            for hook in wanted:
                file.seek(0)
                if fault := _run(archive, hook, file):
                    message(f"hook {hook.name}: {line(fault)}")


def _entries(archive: Archive, changes: Collection[int]) -> Iterator[LogEntry]:
    """Yields what the log says of changes, and reads it no further."""
    for entry in archive.log():
        if entry.change in changes:
            yield entry
        if entry.change <= min(changes):
            return


def _write(archive: Archive, entry: LogEntry, file: BinaryIO) -> None:
    """Writes a change as JSON Lines: one for the change, and one for each article."""
    head = {**entry.to_dict(), "type": "change", "archive": str(archive.path.resolve())}
    file.write(_encoded(head))
    for article in archive.changed(entry.change):
        file.write(_encoded({"type": "article", **article._asdict()}))


def _encoded(item: dict[str, Any]) -> bytes:
    return json.dumps(item, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _run(archive: Archive, hook: Hook, file: BinaryIO) -> str | None:
    """Runs a hook to its end, or until its time is over; returns what is wrong, if anything is.

    It runs in the user's home folder, so that relative paths lead to nothing in the archive, and in no shell.
    """
    program = _program(archive, hook.run[0])
    if program is None:
        return f"there is no program {hook.run[0]}"
    environment = {**os.environ, RUNNING: hook.name, "DOCARCHIVE_ARCHIVE": str(archive.path.resolve())}
    own_group = os.name == "posix"
    with TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                [program, *hook.run[1:]],
                stdin=file,
                stdout=subprocess.DEVNULL,
                stderr=said,
                cwd=Path.home(),
                env=environment,
                start_new_session=own_group,
            )
        except OSError as error:
            return f"{program} cannot be started: {error.strerror}"
        try:
            code = _wait(process, hook.seconds, said)
        except BaseException as error:
            if own_group:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            return f"stopped after {counted(hook.seconds, 'second')}"
        if not code:
            return None
        said.seek(max(0, said.seek(0, os.SEEK_END) - _SHOWN))
        last = said.read().replace(b"\0", b"").decode("utf-8", "replace").strip().rpartition("\n")[2]
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"{how}: {last}" if last else how


def _wait(process: subprocess.Popen[bytes], seconds: int, said: BinaryIO) -> int:
    """Waits for a hook, and returns its exit code; what it has written so far is dropped where that is much.

    Raises:
        subprocess.TimeoutExpired: Its time is over.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return process.wait(min(_LOOK, max(0.0, end - time.monotonic())))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= end:
                raise
            if os.fstat(said.fileno()).st_size > _MOST:
                os.truncate(said.fileno(), 0)  # what it writes later is behind that: the hole takes no room


def _program(archive: Archive, name: str) -> str | None:
    """Returns the path of a program; of a bare name, in the absolute folders of PATH, and never one in the archive."""
    if os.path.isabs(name):
        return name
    folders = (folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(folder))
    path = shutil.which(name, path=os.pathsep.join(folders))
    return None if path is None or not os.path.isabs(path) or _is_inside(archive, Path(path)) else path


def _note(archive: Archive) -> Path:
    """Returns the path of the file that notes which hooks of an archive are allowed."""
    base = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME", "")
    folder = Path(base) if os.path.isabs(base) else Path.home() / ".local" / "state"
    return folder / "docarchive" / "hooks" / sha256(os.fsencode(archive.path.resolve())).hexdigest()


def _digest(archive: Archive) -> str:
    """Returns a digest of the hooks of an archive, and of the files in it that they name."""
    hooks = sorted(archive.settings.hooks.values())
    words = {word for hook in hooks for word in hook.run if os.path.isabs(word)}
    files = {word: _file_digest(Path(word)) for word in words if _is_inside(archive, Path(word))}
    said = [str(archive.path.resolve()), hooks, sorted(files.items())]
    return sha256(json.dumps(said).encode("utf-8", "replace")).hexdigest()


def _file_digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _is_inside(archive: Archive, path: Path) -> bool:
    """Returns whether a path is inside of an archive, or leads there."""
    root = archive.path.resolve()
    return path.resolve().is_relative_to(root) or Path(os.path.abspath(path)).is_relative_to(root)

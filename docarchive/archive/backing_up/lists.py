"""Lists: which files a backup has, with their digests: lines as ``sha256sum`` writes and checks them.

A list begins with comments about the whole backup (``Backup``). Files are in order of path, byte by byte. A list may be
a stranger's: it is read line by line, no line is long, and no path in it leads out of an archive.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final

from docarchive.archive.reports import Backup
from docarchive.errors import NotFoundError, UsageError
from docarchive.formats.digest_lines import MAX_LINE, DigestLine, path_in
from docarchive.records import NamedTuple
from docarchive.store.layout import BACKED_UP

ENDING: Final = ".sha256"
_FIRST: Final = "# docarchive backup "
_VERSION: Final = "1"
_NAME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d(?:\.\d{3})?Z)\.sha256", re.ASCII)
#: What a backup may be asked for by: a part of its time.
_PART: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(\.\d{1,3})?)?)?)?)?)?Z?", re.ASCII
)


class ListedFile(NamedTuple):
    """A file in a backup."""

    path: str  # relative to the archive, with forward slashes
    digest: str  # the SHA-256 of its bytes, 64 hex digits

    def line(self) -> bytes:
        """Returns the line of the list, as ``sha256sum`` writes it."""
        return DigestLine(self.path, bytes.fromhex(self.digest)).line()


def order(path: str) -> bytes:
    """Returns what paths are in order of: their bytes."""
    return os.fsencode(path)


def head(backup: Backup) -> bytes:
    """Returns the lines that the list of a backup begins with; ``sha256sum`` skips them."""
    lines = [_FIRST + _VERSION, f"# name {json.dumps(backup.name)}", f"# position {backup.position}"]
    return "\n".join([*lines, f"# files {backup.files}", f"# bytes {backup.bytes}", ""]).encode()


def read_head(file: BinaryIO, name: str) -> Backup:
    """Reads the lines that a list begins with.

    Args:
        file: The open list.
        name: The name of its file.

    Raises:
        ValueError: They are none; the text says what is wrong.
    """
    first = file.readline(MAX_LINE).decode("utf-8", "replace").rstrip("\n")
    if not first.startswith(_FIRST):
        raise ValueError("it does not begin as a list of docarchive does")
    if first != _FIRST + _VERSION:
        raise ValueError(f"it is of version {first.removeprefix(_FIRST)}, which this docarchive does not know")
    values = {}
    for _ in range(4):
        key, _, value = file.readline(MAX_LINE).decode("utf-8", "replace").removeprefix("# ").strip().partition(" ")
        values[key] = value
    try:
        archive = json.loads(values["name"])
        files, size = int(values["files"]), int(values["bytes"])
    except (KeyError, ValueError, RecursionError):
        raise ValueError("its first lines are damaged") from None
    return Backup(time_of(name), str(archive), values.get("position", ""), files, size)


def read_files(file: BinaryIO, files: int) -> Iterator[ListedFile]:
    """Yields the files of a list whose first lines were read, in order of path.

    Args:
        file: The open list.
        files: How many there must be.

    Raises:
        ValueError: The list is damaged, or a path in it leads out of the archive; the text says what is wrong.
    """
    last, count = b"", 0
    while line := file.readline(MAX_LINE):
        parsed = DigestLine.parse(line)
        if parsed is None:
            raise ValueError(f"line {count + 6} is no line of a list")
        path = order(parsed.path)
        if path <= last:
            raise ValueError(f"line {count + 6} is not in order of path")
        listed = ListedFile(parsed.path, parsed.digest.hex())
        if not _is_inside(listed.path):
            raise ValueError(f"line {count + 6} names a path that is not one inside of an archive")
        last, count = path, count + 1
        yield listed
    if count != files:
        raise ValueError(f"it has {count:,} files, and should have {files:,}")


def missing_in(files: Iterable[ListedFile], lines: Iterable[bytes]) -> Iterator[ListedFile]:
    """Yields the files whose lines are not among others, which are in order of path, too."""
    others = iter(lines)
    other = next(others, b"")
    for file in files:
        path = order(file.path)
        while other and path_in(other) < path:
            other = next(others, b"")
        if other != file.line():
            yield file


def _is_inside(path: str) -> bool:
    """Returns whether a path, which may be a stranger's, is one of a file that a backup has."""
    names = path.split("/")
    if names[0] not in BACKED_UP or {"", ".", ".."} & {*names} or "\0" in path:
        return False
    return os.name != "nt" or not ("\\" in path or ":" in path)


# Times


def name_of(time: str) -> str:
    """Returns the name of the list of a backup, given its time: no file system refuses it."""
    return time.replace(":", "-") + ENDING


def time_of(name: str) -> str:
    """Returns the time of a backup, given the name of its list; empty if it is no such name."""
    match = _NAME.fullmatch(name)
    time = f"{match[1]}:{match[2]}:{match[3]}" if match else ""
    try:
        moment(time)
    except ValueError:
        return ""
    return time


def moment(time: str) -> datetime:
    """Returns the moment of a backup's time; raises ``ValueError`` if there is none."""
    return datetime.fromisoformat(time)


def next_time(last: str | None) -> str:
    """Returns the time of a new backup, in UTC: now, and later than the last one."""
    now = datetime.now(UTC)
    if last is None or now.replace(microsecond=0) > moment(last):
        return now.strftime("%Y-%m-%dT%H:%M:%SZ")
    later = max(now, moment(last) + timedelta(milliseconds=1))
    return later.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def chosen(times: list[str], at: str | None, target: str) -> str:
    """Returns the time of the backup that is asked for.

    Args:
        times: The times of all backups, in order.
        at: A time as it is listed; or a part of one, such as a day: the last backup until its end. None for the last.
        target: Where the backups are, for messages.

    Raises:
        NotFoundError: There is none.
        UsageError: It is no time.
    """
    if not times:
        raise NotFoundError(f"there are no backups in {target}")
    if at is None:
        return times[-1]
    at = at.strip().removesuffix(ENDING)
    if name_of(at) in map(name_of, times):
        return next(time for time in times if name_of(time) == name_of(at))
    end = _end(at)
    before = [time for time in times if moment(time) < end]
    if not before:
        raise NotFoundError(f"there is no backup until {at}; the first one in {target} is of {times[0]}")
    return before[-1]


def _end(at: str) -> datetime:
    """Returns the end of a year, month, day, hour, minute or second in UTC."""
    match = _PART.fullmatch(at)
    try:
        if match is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(value) if value else None for value in match.groups()[:6])
        assert year is not None
        start = datetime(year, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=UTC)
        if match[7]:
            return start + timedelta(seconds=float(match[7]), milliseconds=1)
        steps = ((second, timedelta(seconds=1)), (minute, timedelta(minutes=1)), (hour, timedelta(hours=1)))
        for value, step in (*steps, (day, timedelta(days=1))):
            if value is not None:
                return start + step
        if month is not None:
            return start.replace(year=year + month // 12, month=month % 12 + 1)
        return start.replace(year=year + 1)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{at!r} is no time of a backup; use one that 'docarchive backup TARGET --list' shows, or a date such as "
            "2024-03-16"
        ) from None

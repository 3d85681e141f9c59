"""Log: the changes of an archive's articles, in its file ``log.jsonl``. See docs/decisions/0081.

A change is what one command did. It has a line of its own, and after it a line for each article: what was there before,
and what is there now. Lines are only added, before the files change: so a line says what was about to be done, and the
files say whether it was done. A last line says that the whole change is done; one that was interrupted has none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, Final

from docarchive.article import clean
from docarchive.dates import utc_now
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.records import NamedTuple
from docarchive.regexes import lazy
from docarchive.store.layout import LOG, TRASH, is_article_path, path_before_trash, version_number, version_path
from docarchive.store.rewriting import rewrite

_MAX_LINE: Final = 1 << 16
#: A line that is longer is not read to its end: a stranger's log may be a hole of terabytes.
_HUGE: Final = 1 << 26
_BLOCK: Final = 1 << 16
_MAX_WORDS: Final = 1_000
#: No change has this number or a larger one: a stranger's log or trash may name any.
_TOO_LARGE: Final = 10**15
_DIGEST: Final = lazy(r"[0-9a-f]{64}")
_VERSION: Final = lazy(r"versions/(?!\.)[^/\0]+/\d{1,9}\.md")
#: How the line of a change begins.
_CHANGE: Final = b'{"number":'
#: How the line of an article begins.
_ARTICLE: Final = b'{"id":'
#: What follows the id in it.
_BEFORE: Final = b',"before":'
#: The line that says that a change is done, and how it begins.
_DONE: Final = b'{"done":%d}'
_END: Final = b'{"done":'
_BEGINS: Final = (_CHANGE, _ARTICLE, _END)
_ENDLESS: Final = f"{LOG} has a line of more than 64 MB, which no log has; run 'docarchive verify --repair'"
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class LoggedChange(NamedTuple):
    """A change.

    Attributes:
        number: Its number, from 1.
        time: When it began, in UTC: ``2026-11-29T18:02:03Z``.
        command: What made it: ``import``, ``tag``, ``set``, ``undo`` and so on.
        words: What the command was asked to do, such as ``+budget -draft``.
        undoes: The number of the change that it takes back; None if it takes none back.
        done: Whether it was done to its end.
    """

    number: int
    time: str
    command: str
    words: str
    undoes: int | None = None
    done: bool = False

    def values(self) -> dict[str, Any]:
        """Returns what its line says."""
        return {name: value for name, value in self._asdict().items() if value not in (None, False)}

    @classmethod
    def read(cls, values: dict[str, Any]) -> LoggedChange:
        """Returns what a line says; raises ``ValueError``, ``KeyError`` or ``TypeError`` if it says no change."""
        number, undoes = values["number"], values.get("undoes")
        if type(number) is not int or not 0 < number < _TOO_LARGE or not (undoes is None or type(undoes) is int):
            raise ValueError
        time, command, words = (clean(values[name])[:_MAX_WORDS] for name in ("time", "command", "words"))
        return cls(number, time, command, words, undoes)


class LoggedFile(NamedTuple):
    """A file of an article.

    Attributes:
        path: Its path, relative to the archive.
        sha256: The SHA-256 of its bytes, 64 digits.
    """

    path: str
    sha256: str

    @classmethod
    def read(cls, value: Any, *, earlier: bool) -> LoggedFile | None:
        """Returns the file that a line says; for the errors see ``LoggedChange.read``."""
        if value is None:
            return None
        path, digest = value
        right = (
            _VERSION.fullmatch(path) or path_before_trash(path)
            if earlier
            else is_article_path(path) and path.endswith(".md")
        )
        if not right or not _DIGEST.fullmatch(digest):
            raise ValueError
        return cls(path, digest)


class LoggedMerge(NamedTuple):
    """What became of the files of an article that was merged into another one: versions of that, in this order.

    Attributes:
        path: The path that its file had.
        versions: The numbers that its earlier versions had; its file is the version after them.
    """

    path: str
    versions: Sequence[int]

    @classmethod
    def read(cls, value: Any) -> LoggedMerge | None:
        """Returns what a line says; for the errors see ``LoggedChange.read``."""
        if value is None:
            return None
        path, versions = value["path"], value["versions"]
        numbers = [number for number in versions if type(number) is int and 0 < number < 1_000_000_000]
        if not is_article_path(path) or not path.endswith(".md") or len(numbers) != len(versions):
            raise ValueError
        return cls(path, numbers)


class LoggedArticle(NamedTuple):
    """What a change did to one article. After a purge it has neither a file before nor one after.

    Attributes:
        id: Its id.
        before: What it was: a file under ``versions/``, or in the trash; None if there was no such article.
        after: The file that it is then; None if there is no such article any more.
        merged: What became of its files if it was merged into another article; None if it was not.
    """

    id: str
    before: LoggedFile | None
    after: LoggedFile | None
    merged: LoggedMerge | None = None

    def values(self) -> dict[str, Any]:
        """Returns what its line says."""
        values = self._asdict()
        values["merged"] = self.merged and self.merged._asdict()
        if self.merged is None:
            del values["merged"]
        return values

    @property
    def kept_id(self) -> str | None:
        """The id of the article into which it was merged."""
        return self.before.path.split("/")[1] if self.merged and self.before else None

    def moves(self) -> list[tuple[str, str]]:
        """Returns the paths of the files that become versions of another article, with the new ones, in order."""
        if self.merged is None or self.before is None:
            return []
        path, versions = self.merged
        kept, first = self.kept_id, version_number(self.before.path) - len(versions)
        moves = [
            (version_path(self.id, number), version_path(str(kept), first + index))
            for index, number in enumerate(versions)
        ]
        return [*moves, (path, self.before.path)]

    @classmethod
    def read(cls, values: dict[str, Any]) -> LoggedArticle:
        """Returns what a line says; for the errors see ``LoggedChange.read``."""
        before, after = values["before"], values["after"]
        files = LoggedFile.read(before, earlier=True), LoggedFile.read(after, earlier=False)
        return cls(clean(values["id"]), *files, LoggedMerge.read(values.get("merged")))


class Log:
    """The log of one archive.

    Args:
        folder: The archive's folder.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def begin(self, command: str, words: str, undoes: int | None = None) -> LoggedChange:
        """Adds a change, which has no articles yet. Hold the archive's lock until it has them all.

        Raises:
            OSError: The log cannot be written.
            ArchiveDamaged: It is a link, or no file.
        """
        change = self.next(command, words, undoes)
        # It is flushed with its first articles; only the name of a new file must be flushed now.
        self._append([change.values()], flush=not self._folder.exists(LOG))
        return change

    def next(self, command: str, words: str, undoes: int | None = None) -> LoggedChange:
        """Returns the change that would be added; see ``begin``.

        Raises:
            ArchiveDamaged: The log or the trash names a change with a number that is far too large.
        """
        last = next((change.number for change, _ in self.changes()), 0)
        # The log may have lost the change that removed what is in the trash: no file there is to be replaced.
        trashed = (int(name) for name in self._folder.folders(TRASH) if name.isascii() and name.isdecimal())
        number = max([last, *trashed]) + 1
        if number >= _TOO_LARGE:
            raise ArchiveDamaged(f"{LOG} or {TRASH}/ has the number {number - 1}, which no change has; remove it there")
        return LoggedChange(number, utc_now(), command, words[:_MAX_WORDS], undoes)

    def append(self, articles: Iterable[LoggedArticle]) -> None:
        """Adds to the last change what is about to be done to articles, and flushes it; raises as ``begin`` does."""
        self._append(article.values() for article in articles)

    def end(self, change: LoggedChange) -> None:
        """Adds that a change is done; raises as ``begin`` does."""
        self._append([{"done": change.number}])

    @staticmethod
    def may_follow(data: bytes) -> bool:
        """Returns whether the methods may have added bytes: lines, and halves of some if they were interrupted."""
        lines = data.removeprefix(b"\n").split(b"\n")
        return all(map(_may_be_added, lines))

    def redact(self, ids: Collection[str], purge: LoggedChange) -> None:
        """Removes what the log says of articles, and adds the change that purges them, unless it is there.

        Their ids stay, with nothing before and after, and so do the changes of them, without the words of the command.
        Lines that say nothing, such as a last one that was cut, are removed.
        """
        marks = _Redaction(ids)
        changes = {number for number, line in self._numbered() if marks.concern(line)}
        rewrite(self._folder, LOG, marks.lines(self._numbered(), changes, purge))

    def _numbered(self) -> Iterator[tuple[int, bytes]]:
        """Yields the lines that say something, the first one first, each with the number of its change."""
        if not self._folder.exists(LOG):
            return
        with self._folder.open(LOG) as file:
            number = 0
            for line in _lines(file):
                if line.startswith(_CHANGE):
                    number = _number(line)
                if line.endswith(b"\n") and (number or not line.startswith(_CHANGE)):
                    yield number, line

    def _append(self, lines: Iterable[dict[str, Any]], *, flush: bool = True) -> None:
        self._folder.append_lines(LOG, b"".join(map(_line, lines)), flush=flush)

    def changes(self) -> Iterator[tuple[LoggedChange, int]]:
        """Yields the changes with the number of their articles, the last change first."""
        count = 0
        for item in self._items_backwards():
            if isinstance(item, bytes):
                count += 1
                continue
            if item is not None:
                yield item, count
            count = 0

    def articles(self, number: int) -> Iterator[LoggedArticle]:
        """Yields what a change did, in order; an article that it changed twice is there twice."""
        start = next(
            (at for at, line in self._backwards() if line.startswith(_CHANGE) and _number(line) == number), None
        )
        if start is None:
            return
        with self._folder.open(LOG) as file:
            file.seek(start)
            file.readline(_MAX_LINE)
            for line in _lines(file):
                if line.startswith(_CHANGE):
                    return
                if isinstance(article := _parsed(line), LoggedArticle):
                    yield article

    def of_article(self, id_: str) -> Iterator[tuple[LoggedChange, LoggedArticle]]:
        """Yields what was done to an article, the last first. Lines of others are read, but not parsed."""
        mark = _ARTICLE + _encode(id_).encode("utf-8", "replace") + b","
        last: LoggedArticle | None = None
        for item in self._items_backwards():
            if isinstance(item, bytes):
                if last is None and item.startswith(mark) and isinstance(article := _parsed(item), LoggedArticle):
                    last = article
                continue
            if item is not None and last is not None:
                yield item, last
            last = None

    def of_articles(self, ids: Iterable[str]) -> Iterator[tuple[LoggedChange, int]]:
        """Yields the changes of any of some articles with the number of these, the last change first."""
        names = {_encode(id_).encode("utf-8", "replace") for id_ in ids}
        changed: set[bytes] = set()
        for item in self._items_backwards():
            if isinstance(item, bytes):
                if item.startswith(_ARTICLE) and (name := item[len(_ARTICLE) : item.find(_BEFORE)]) in names:
                    changed.add(name)
                continue
            if item is not None and changed:
                yield item, len(changed)
            changed.clear()

    def _items_backwards(self) -> Iterator[LoggedChange | bytes | None]:
        """Yields the changes, the last first, each after the lines of its articles; None for an unreadable one."""
        end = b""
        for _, line in self._backwards():
            if line.startswith(_END):
                end = line
            elif line.startswith(_CHANGE):
                change = _parsed(line)
                yield change._replace(done=end == _DONE % change.number) if isinstance(change, LoggedChange) else None
                end = b""
            else:
                yield line

    def _backwards(self) -> Iterator[tuple[int, bytes]]:
        if self._folder.exists(LOG):
            with self._folder.open(LOG) as file:
                yield from _lines_backwards(file)


class _Redaction:
    """The lines of a log without what they say of some articles."""

    def __init__(self, ids: Collection[str]) -> None:
        self._ids = {*ids}

    def concern(self, line: bytes) -> bool:
        """Returns whether a line is about one of the articles."""
        article = None if line.startswith(_CHANGE) else _parsed(line)
        return isinstance(article, LoggedArticle) and article.id in self._ids

    def lines(
        self, numbered: Iterable[tuple[int, bytes]], changes: Collection[int], purge: LoggedChange
    ) -> Iterator[bytes]:
        """Yields the lines; ``changes`` are the numbers of the changes that concern one of the articles."""
        is_there = False
        for number, line in numbered:
            said = _parsed(line) if number in changes or not line.startswith(_CHANGE) else None
            is_there = is_there or number == purge.number
            if isinstance(said, LoggedChange):
                yield _line(said._replace(words="").values())
            elif isinstance(said, LoggedArticle) and said.id in self._ids:
                yield _line(LoggedArticle(said.id, None, None).values())
            elif line.startswith((_CHANGE, _END)) or said is not None:
                yield line
        if not is_there:
            yield _line(purge.values())
            yield from (_line(LoggedArticle(id_, None, None).values()) for id_ in sorted(self._ids))
            yield _DONE % purge.number + b"\n"


def _may_be_added(line: bytes) -> bool:
    """Returns whether a line is one of a log, or half of one that was written when a process was interrupted."""
    is_half = not line.endswith(b"}") and any(line[: len(begin)] == begin[: len(line)] for begin in _BEGINS)
    return is_half or line.startswith(_END) or _parsed(line) is not None


def _line(values: dict[str, Any]) -> bytes:
    return _encode(values).encode("utf-8", "replace") + b"\n"


def _number(line: bytes) -> int:
    change = _parsed(line)
    return change.number if isinstance(change, LoggedChange) else 0


def _parsed(line: bytes) -> LoggedChange | LoggedArticle | None:
    """Returns what a line says; None if it says nothing: a log may be a stranger's, and its last line be cut."""
    with suppress(ValueError, RecursionError, TypeError, KeyError, AttributeError):
        values = json.loads(line)
        return LoggedChange.read(values) if "number" in values else LoggedArticle.read(values)
    return None


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yields the lines of a file, and parts of those that are far too long.

    Raises:
        ArchiveDamaged: One is so long that it may have no end.
    """
    size = 0
    while line := file.readline(_MAX_LINE):
        size = 0 if line.endswith(b"\n") else size + len(line)
        if size > _HUGE:
            raise ArchiveDamaged(_ENDLESS)
        yield line


def _lines_backwards(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yields the lines of a file that are not empty, the last first, with offsets; far too long ones are left out.

    Raises:
        ArchiveDamaged: As for ``_lines``.
    """
    position, rest = file.seek(0, os.SEEK_END), b""
    end_of_line = position
    while position:
        if end_of_line - position > _HUGE:
            raise ArchiveDamaged(_ENDLESS)
        start = max(position - _BLOCK, 0)
        file.seek(start)
        block = file.read(position - start) + rest
        end = len(block)
        while (line_end := block.rfind(b"\n", 0, end)) >= 0:
            if line_end + 1 < end:
                yield start + line_end + 1, block[line_end + 1 : end]
            end = line_end
            end_of_line = start + line_end
        position, rest = start, block[:end] if end <= _MAX_LINE else b""
    if rest:
        yield 0, rest

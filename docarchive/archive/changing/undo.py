"""Undo and redo: takes a change back, so that files have the same bytes as before; and lists the changes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, pairwise, takewhile
from typing import Final

from docarchive import frontmatter, keys
from docarchive.archive import lookup
from docarchive.archive.changing.change import Changer, Observe, batches, run
from docarchive.archive.changing.reports import ChangedArticle, ChangeReport, LogEntry
from docarchive.archive.session import Session
from docarchive.catalog import Row
from docarchive.digests import sha256
from docarchive.errors import AmbiguousId, ArchiveDamaged, NotFoundError, Overtaken, UsageError
from docarchive.records import NamedTuple
from docarchive.store.layout import TRASH, path_before_trash
from docarchive.store.log import Log, LoggedArticle, LoggedChange, LoggedFile

_MERGED: Final = keys.MERGED.encode()
_DAMAGED: Final = "is damaged, and cannot be restored; run 'docarchive verify'"


def entries(session: Session, ids: Iterable[str] | None, limit: int | None) -> Iterator[LogEntry]:
    """Yields the changes of the archive, or those of some articles, the last first; see ``Archive.log``."""
    session.check_log()
    log = session.store.log
    changes = log.changes() if ids is None else log.of_articles(ids)
    taken_back = _TakenBack()
    for count, (change, articles) in enumerate(changes):
        if count == limit:
            return
        taken_back.note(change)
        undone = taken_back.by.get(change.number)
        yield LogEntry(*change[:4], articles, change.undoes, undone, not change.done)


def names_of(session: Session, prefix: str) -> list[str]:
    """Returns the ids that the log has of an article: its own, and those of the articles that were merged into it.

    The article may have been removed since.

    Raises:
        NotFoundError: No article has or had an id that starts with the prefix.
        AmbiguousId: Several do.
    """
    try:
        id_ = lookup.resolve(session.catalog, prefix)
    except AmbiguousId:
        raise
    except NotFoundError:
        if (removed := lookup.removed(session.catalog, prefix)) is None:
            raise
        return [removed]
    merged = session.catalog.rows_of([id_])[id_].metadata.get(keys.MERGED, [])
    return [id_, *(merged if isinstance(merged, list) else [str(merged)])]


def changed(session: Session, number: int) -> Iterator[ChangedArticle]:
    """Yields what a change did to each article; see ``Archive.changed``."""
    session.check_log()
    for article in session.store.log.articles(number):
        before, after = article.before, article.after
        if after is not None:
            kind = "changed" if before else "added"
        else:
            kind = "merged" if article.merged else "removed" if before else "purged"
        yield ChangedArticle(article.id, kind, after and after.path)


def undo(session: Session, number: int | None, *, dry_run: bool, observe: Observe) -> ChangeReport:
    """Takes a change back; see ``Archive.undo``."""
    return _take_back(session, "undo", number, dry_run, observe)


def redo(session: Session, *, dry_run: bool, observe: Observe) -> ChangeReport:
    """Makes the change again that was undone last; see ``Archive.redo``."""
    return _take_back(session, "redo", None, dry_run, observe)


def _take_back(session: Session, command: str, number: int | None, dry_run: bool, observe: Observe) -> ChangeReport:
    with session.writing():
        log = session.store.log
        chosen = _chosen(log, command, number)
        logged = _Logged(log, chosen.parts)
        if logged.is_purged():
            raise UsageError(f"all articles of change {chosen.number} were purged since: nothing can be taken back")

        def change(changer: Changer) -> None:
            changer.read_edits(article.id for article in logged.articles())
            states = partial(_states, changer, session, chosen, logged)
            if not sum(state.check() for batch in states() for state in batch):  # all, before anything is written
                changer.begin()  # an interrupted undo has taken all of it back: that is to be in the log
            for batch in states():
                for state in batch:
                    if state.remains():
                        state.take_back()
                        if chosen.command != "merge":  # of which articles belong together
                            changer.commit_if_large()
                changer.commit()

        number = chosen.number
        return run(session, command, str(number), change, dry_run=dry_run, observe=observe, undoes=number)


class _TakenBack:
    """Which changes were taken back, and which were redone; knows the changes that were noted, the last first.

    Attributes:
        by: The number of the undo or redo that took a change back, by the number of that change.
    """

    def __init__(self) -> None:
        self.by: dict[int, int] = {}
        self._redone: dict[int, int] = {}  # by the number of an undo, or of what it took back: that of the redo

    def note(self, change: LoggedChange) -> None:
        """Notes what a change takes back; one that was interrupted is to be made again."""
        if change.undoes is None or not change.done:
            return
        is_undone = change.number in self.by
        if not is_undone:
            self.by[change.undoes] = change.number
        if change.number in self._redone if change.command == "undo" else not is_undone:
            self._redone[change.undoes] = self.current(change.number)

    def current(self, number: int) -> int:
        """Returns the number of the redo that made a change again; its own number if there was none."""
        return self._redone.get(number, number)


class _Chosen(NamedTuple):
    """The change to take back."""

    number: int
    command: str  # what made it; of one that takes a change back, what made that change, and so on
    parts: list[int]  # its number, and before it those of the same undo that were interrupted, in order


class _Past:
    """The changes in the log, which are read once, the last first."""

    def __init__(self, log: Log) -> None:
        self._changes = log.changes()
        self._undos: dict[int, LoggedChange] = {}  # those that take a change back, of what was read, by number

    def __iter__(self) -> Iterator[LoggedChange]:
        """Yields the changes that were not read yet."""
        for change, _ in self._changes:
            if change.undoes is not None:
                self._undos[change.number] = change
            yield change

    def chosen(self, number: int, change: LoggedChange) -> _Chosen:
        """Returns a change with what its undo needs to know; ``change`` is the one that was read last."""
        undo = self._undos.get(number)
        first = number
        while (earlier := self._undos.get(first)) is not None:
            assert earlier.undoes is not None
            first = earlier.undoes
            if change.number > first:
                change = next((change for change in self if change.number <= first), change)
        command = change.command if change.number == first else ""
        if undo is None:
            return _Chosen(number, command, [number])
        same = sorted(key for key, other in self._undos.items() if other.undoes == undo.undoes and key < number)
        interrupted = [*takewhile(lambda key: not self._undos[key].done, reversed(same))]
        return _Chosen(number, command, [*reversed(interrupted), number])


def _chosen(log: Log, command: str, number: int | None) -> _Chosen:
    """Returns the change to take back; of one that was redone, the redo.

    Raises:
        NotFoundError: There is none.
        Overtaken: It was taken back already.
    """
    taken_back, past = _TakenBack(), _Past(log)
    for change in past:
        taken_back.note(change)
        if number == change.number:
            if number in taken_back.by:
                raise Overtaken(f"change {number} is undone already, by change {taken_back.by[number]}")
            _check_undoable(change)
            return past.chosen(taken_back.current(number), change)
        if number is not None or change.number in taken_back.by or (change.undoes is not None and not change.done):
            continue
        if command == "undo":
            _check_undoable(change)
        if (change.command == "undo") == (command == "redo"):
            return past.chosen(change.number, change)
        if command == "redo" and change.undoes is None:
            break  # after another change there is nothing to redo
    raise NotFoundError(f"there is no change {number}" if number is not None else f"there is nothing to {command}")


def _check_undoable(change: LoggedChange) -> None:
    if change.command == "purge":
        raise UsageError(f"change {change.number} is a purge, which cannot be undone; earlier changes can, by number")


class _Logged:
    """What parts of a change did to each article as a whole. It is read from the log each time, as it may be long.

    Args:
        log: The log.
        parts: The numbers of the parts, in order.
    """

    def __init__(self, log: Log, parts: Sequence[int]) -> None:
        self._log = log
        self._parts = parts
        #: What was done to articles that have several lines, by id.
        self._merged: dict[str, LoggedArticle] = {}
        repeated = _repeated(hash(article.id) for article in self._lines())
        for part in parts if repeated else ():
            merged: dict[str, LoggedArticle] = {}
            for article in (article for article in log.articles(part) if hash(article.id) in repeated):
                first = merged.get(article.id, article)
                merged[article.id] = LoggedArticle(article.id, first.before, article.after, first.merged)
            self._merged |= merged  # a part that was interrupted may not have done what it says

    def articles(self) -> Iterator[LoggedArticle]:
        """Yields what was done to each article, in order; those that were purged are left out."""
        merged = dict(self._merged)
        for line in self._lines():
            article = merged.pop(line.id, None) if line.id in self._merged else line
            if article is not None and (article.before or article.after):
                yield article

    def is_purged(self) -> bool:
        """Returns whether there were articles, and all were purged."""
        return any(True for _ in self._lines()) and not any(True for _ in self.articles())

    def _lines(self) -> Iterator[LoggedArticle]:
        return chain.from_iterable(map(self._log.articles, self._parts))


def _repeated(numbers: Iterable[int]) -> set[int]:
    """Returns the numbers that are there several times; a number takes eight bytes until they are compared."""
    ordered = sorted(array("q", numbers))
    return {number for number, following in pairwise(ordered) if number == following}


def _states(changer: Changer, session: Session, chosen: _Chosen, logged: _Logged) -> Iterator[list[_State]]:
    """Yields the articles of a change, in batches, with what is there now."""
    for batch in batches(logged.articles()):
        rows = (row for _, row in changer.rows([article.id for article in batch]))
        yield [_State(changer, session, chosen, article, row) for article, row in zip(batch, rows, strict=True)]


class _State:
    """What a change did to one article, and what is there now."""

    def __init__(
        self, changer: Changer, session: Session, chosen: _Chosen, article: LoggedArticle, row: Row | None
    ) -> None:
        self._changer = changer
        self._store = session.store
        self._catalog = session.catalog
        self._log = session.store.log
        self._number = chosen.number
        self._merges = chosen.command == "merge"  # whether it merges articles, or takes that back
        self._row = row
        if article.before is not None:
            article = article._replace(before=self._located(article.before))
        self._article = article

    def remains(self) -> bool:
        """Returns whether there is something to take back: an interrupted change may not have changed the article.

        Raises:
            Overtaken: The article was changed since.
        """
        before, after = self._article.before, self._article.after
        now = None if self._row is None else self._row.digest.hex()
        if now == (after and after.sha256):
            return True
        was = before.sha256 if before is not None and not path_before_trash(before.path) else None
        if now == was or (after is None and now == (before and before.sha256)):
            return False
        raise Overtaken(self._obstacle())

    def check(self) -> bool:
        """Returns whether there is something to take back.

        Raises:
            Overtaken: The article was changed since.
            NotFoundError: Its file is gone.
            ArchiveDamaged: What it was before is lost or damaged.
        """
        if self._row is not None and not self._store.exists(self._row.path):
            raise NotFoundError(f"{self._row.path} is gone; run 'docarchive sync'")
        if not self.remains():
            return False
        if self._row is not None:
            self._changer.check_read(self._row)
        before = self._article.before
        content = self._content(before) if before is not None else b""
        if self._article.after is None and before is not None:
            self._check_ids(content)
            path = self._path_before(before)
            if path is None or self._store.exists(path):
                raise Overtaken(f"{path} is taken by another file; move it, then undo change {self._number} again")
        return True

    def take_back(self) -> None:
        """Makes the article what it was before."""
        before, row = self._article.before, self._row
        if before is None:
            assert row is not None
            kept = self._kept() if self._merges else None
            if kept is not None:
                self._changer.merge_one(row, kept)
            else:
                self._changer.remove_one(row)
        elif self._article.merged is not None:
            self._changer.take_apart(self._article, self._content(before))
        elif row is None:
            path = path_before_trash(before.path)
            assert path is not None
            self._changer.restore_one(self._article.id, before.path, path, self._content(before))
        else:
            text, _ = self._changer.read(row)
            self._changer.write(row, text, self._content(before).decode())

    def _check_ids(self, content: bytes) -> None:
        """Raises ``Overtaken`` if an id of an article with this content leads to another article since."""
        id_, kept = self._article.id, self._article.kept_id
        merged = frontmatter.read_article(content.decode()).values(keys.MERGED) if _MERGED in content else []
        owner = self._catalog.owner_of([id_, *merged])
        if owner is not None and owner[1].id != kept:
            name, other = owner
            raise Overtaken(self._later(name) or f"{name} is an id of {other.path} since; remove that first")

    def _path_before(self, before: LoggedFile) -> str | None:
        merged = self._article.merged
        return merged.path if merged is not None else path_before_trash(before.path)

    def _located(self, file: LoggedFile) -> LoggedFile:
        """Returns a file where it is now: other changes may have restored it from the trash, and removed it again."""
        folder = self._store.folder
        if path_before_trash(file.path) is None or folder.exists(file.path):
            return file
        _, _, name = file.path.split("/", 2)
        for number in folder.folders(TRASH):
            copy = file._replace(path=f"{TRASH}/{number}/{name}")
            if path_before_trash(copy.path) is not None and self._whole(copy) is not None:
                return copy
        return file

    def _kept(self) -> str | None:
        """Returns the id of the article into which this one was merged last."""
        return next(filter(None, (article.kept_id for _, article in self._log.of_article(self._article.id))), None)

    def _content(self, file: LoggedFile) -> bytes:
        content = self._whole(file)
        if content is None:
            raise ArchiveDamaged(f"{file.path} {_DAMAGED}")
        return content

    def _whole(self, file: LoggedFile) -> bytes | None:
        """Returns the bytes of a file; None if they are not those in the log."""
        try:
            content = self._store.folder.read(file.path)
        except OSError:
            return None
        return content if sha256(content).hexdigest() == file.sha256 else None

    def _obstacle(self) -> str:
        """Returns why the change cannot be taken back: the article is not what it was after it."""
        id_ = self._article.id
        now = self._row and self._row.digest.hex()
        last = next(self._log.of_article(id_), None)
        if last is not None and now == (last[1].after and last[1].after.sha256) and (change := self._later(id_)):
            return change
        return f"{id_} was edited since; change {self._number} cannot be undone without losing that"

    def _later(self, id_: str) -> str | None:
        """Returns a sentence on the last later change of an article that still holds; None if there is none.

        A change that was taken back is not in the way, nor is what took it back.
        """
        taken_back = _TakenBack()
        for change, _ in self._log.of_article(id_):
            if change.number <= self._number:
                return None
            taken_back.note(change)
            if change.undoes is None and change.number not in taken_back.by:
                return f"{id_} was changed since by change {change.number} ({change.command}); undo that first"
        return None

"""Uses one archive in many processes at once, and checks that nothing that was acknowledged is lost.

    python -m benchmarks.many FILE [--engine whoosh] [--writers 4] [--readers 8] [--seconds 60]

FILE is a .jsonl of articles. Each writer is a process that imports parts of FILE under ids of its own, and now and
then updates articles, refuses and retries an input, deletes a file and syncs, or rebuilds. Half of the readers are
processes, the others are threads of one process on one Archive; they search, list, show, count and export. A reader
must see every article that was acknowledged before its call. At the end every acknowledged article must be there with
its text, and ``verify`` must find nothing. Printed are the operations by kind, and errors by their text.
"""

import argparse
import json
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from itertools import accumulate, islice
from multiprocessing import get_context
from multiprocessing.synchronize import Lock
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from docarchive import ENGINES, Archive, NotFoundError

_PART: Final = 25  # articles of one import
_WAIT: Final = 600.0  # seconds for which a writer waits for others
_FACT: Final = re.compile(r"\d+")


class Tally(NamedTuple):
    """What one process has done."""

    calls: Counter[str]
    errors: Counter[str]
    stored: dict[str, str]  # the editions of acknowledged articles by source id
    deleted: set[str]  # source ids


class User:
    """A writer or reader of an archive, in a process or thread of its own.

    Args:
        root: The archive.
        articles: The articles of the file.
        number: The number of the user.
        end: When it ends, as ``time.time`` returns it.
        acknowledged: A file with the number of new articles of each import, a line each; their sum must be found.
    """

    def __init__(self, root: Path, articles: list[dict[str, Any]], number: int, end: float, acknowledged: Path) -> None:
        self.tally = Tally(Counter(), Counter(), {}, set())
        self._root = root
        self._articles = articles
        self._number = number
        self._end = end
        self._acknowledged = acknowledged
        self._random = Random(number)
        self._parts = 0

    def write(self, turn: Lock) -> Tally:
        """Writes until the end; holds ``turn`` while it notes what was acknowledged."""
        with Archive.open(self._root, wait=_WAIT) as archive:
            self._call("import", lambda: self._import(archive, turn))
            step = self._number * 2  # so that all kinds are there soon
            while time.time() < self._end:
                name = ("import", "update", "refuse", "remove", "save", "rebuild", "import", "update")[step % 8]
                call = getattr(self, f"_{name}")
                self._call(name, lambda call=call: call(archive, turn))  # type: ignore[misc]
                step += 1
        return self.tally

    def read(self, archive: Archive | None = None) -> Tally:
        """Reads until the end: in an archive that is open, or in one that is opened for each call."""
        step = self._number
        while time.time() < self._end:
            for name, call in [*self._reads(step).items()][step % 6 : step % 6 + 1]:
                if archive is not None:
                    self._call(name, lambda call=call: call(archive))  # type: ignore[misc]
                else:
                    self._call(name, lambda call=call: self._opened(call))  # type: ignore[misc]
            step += 1
        return self.tally

    def _opened(self, call: Callable[[Archive], Any]) -> None:
        with Archive.open(self._root, wait=_WAIT) as archive:
            call(archive)

    # Writing

    def _lines(self, part: int, edition: str) -> tuple[BytesIO, list[str]]:
        start = (self._number * 997 + part * _PART) % max(len(self._articles) - _PART, 1)
        lines, ids = [], []
        for n, article in enumerate(self._articles[start : start + _PART]):
            id_ = f"w{self._number}p{part}n{n}"
            known: dict[str, Any] = {"title": f"{article.get('title', '')} ({id_})", "source": "many", "source_id": id_}
            known |= {"url": f"https://many.example/{id_}", "tags": ["many"]}
            lines.append(json.dumps({**known, "body": f"{article.get('body', '')}\n\nEdition {edition} of {id_}."}))
            ids.append(id_)
        return BytesIO("\n".join(lines).encode()), ids

    def _store(self, archive: Archive, turn: Lock, part: int, edition: str) -> None:
        lines, ids = self._lines(part, edition)
        report = archive.import_(lines, format="jsonl", again=edition == "2")
        assert not report.refused, report.refused
        assert report.new + report.updated + report.unchanged == len(ids), report
        with turn, open(self._acknowledged, "a") as file:
            file.write(f"{report.new}\n")
        self.tally.stored.update(dict.fromkeys(ids, edition))

    def _import(self, archive: Archive, turn: Lock) -> None:
        self._parts += 1
        self._store(archive, turn, self._parts, "1")

    def _update(self, archive: Archive, turn: Lock) -> None:
        self._store(archive, turn, self._parts, "2")

    def _refuse(self, archive: Archive, turn: Lock) -> None:
        name = f"bad {self._number} {self._parts}"
        report = archive.import_(BytesIO(f'{{"title": 3, "body": "{name}"'.encode()), format="jsonl")
        assert len(report.refused) == 1
        kept = Path(str(report.refused[0].kept)).name
        with suppress(NotFoundError):  # another writer's import of a stream has released it
            archive.retry(kept, format="jsonl")
            archive.discard(kept)

    def _remove(self, archive: Archive, turn: Lock) -> None:
        with turn:  # readers count what must be there
            known = [id_ for id_ in self.tally.stored if id_ not in self.tally.deleted]
            id_ = self._random.choice(known)
            row = next(iter(archive.list(f"source_id:{id_}")))
            with open(self._acknowledged, "a") as file:
                file.write("-1\n")
            (self._root / row.path).unlink()
            self.tally.deleted.add(id_)
        archive.sync()

    def _save(self, archive: Archive, turn: Lock) -> None:
        archive.save_search(f"user{self._number}", "tag:many")

    def _rebuild(self, archive: Archive, turn: Lock) -> None:
        archive.rebuild()

    # Reading

    def _reads(self, step: int) -> dict[str, Callable[[Archive], Any]]:
        words = str(self._articles[step % len(self._articles)].get("title", "oil")).split()
        word = next((word for word in words if word.isalpha()), "oil").lower()
        return {
            "search": lambda archive: [hit.snippet.marked() for hit in archive.search(word, facets=["tag"])],
            "count": self._counted(lambda archive: archive.count("tag:many")),
            "list": self._counted(lambda archive: len([*archive.list("tag:many")])),
            "show": self._show,
            "len": self._counted(len),
            "export": lambda archive: archive.export(word, to=BytesIO(), limit=5),
        }

    def _counted(self, count: Callable[[Archive], int]) -> Callable[[Archive], None]:
        def call(archive: Archive) -> None:
            before = len(self._acknowledged.read_text().split())
            found = count(archive)
            sums = [*accumulate(map(int, self._acknowledged.read_text().split()), initial=0)]
            expected = min(sums[before:])  # an article may have been removed in the meantime
            assert found >= expected, _Few(expected, found)

        return call

    def _show(self, archive: Archive) -> None:
        for row in islice(archive.list("tag:many", sort="-archived"), 3):
            try:
                article = archive.get(row.id)
            except NotFoundError:
                continue  # deleted in the meantime
            assert article.body, "an article is empty"

    def _call(self, name: str, call: Callable[[], Any]) -> None:
        try:
            call()
            self.tally.calls[name] += 1
        except Exception as error:
            self.tally.errors[_FACT.sub("N", f"{name}: {type(error).__name__}: {error}")] += 1


class _Few(str):
    """The text for articles that were not found."""

    def __new__(cls, expected: int, found: int) -> "_Few":
        return super().__new__(cls, f"{expected} articles were acknowledged, {found} are there")


def _threads(users: list[User], root: Path) -> list[Tally]:
    """Lets users read in threads, on one open archive."""
    with Archive.open(root, wait=_WAIT) as archive:
        threads = [threading.Thread(target=user.read, args=(archive,)) for user in users]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [user.tally for user in users]


def lost(root: Path, tallies: list[Tally]) -> list[str]:
    """Returns what is missing or wrong in an archive at the end."""
    faults = []
    with Archive.open(root) as archive:
        archive.sync()
        texts = {str(article.extra.get("source_id") or article.source_id): article.body for article in archive}
        for tally in tallies:
            for id_, edition in tally.stored.items():
                if id_ in tally.deleted:
                    faults += [f"{id_} is there again"] if id_ in texts else []
                elif id_ not in texts:
                    faults.append(f"{id_} is lost")
                elif f"Edition {edition} of {id_}." not in texts[id_]:
                    faults.append(f"{id_} has another edition")
        if not archive.count() == archive.count("edition") == len(archive) == len(texts):
            faults.append(f"{len(archive)} articles, {archive.count()} in the index")
        if hasattr(archive, "verify"):
            faults += [f"verify: {fault}" for fault in archive.verify().faults]
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="whoosh")
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    with open(options.file, encoding="utf-8") as file:
        articles = [json.loads(line) for line in islice(file, 5_000)]
    context = get_context("forkserver")
    with tempfile.TemporaryDirectory() as folder:
        root, acknowledged = Path(folder, "news"), Path(folder, "acknowledged")
        acknowledged.touch()
        Archive.create(root, engine=options.engine).close()
        end = time.time() + options.seconds
        users = [User(root, articles, n, end, acknowledged) for n in range(options.writers + options.readers)]
        writers, readers = users[: options.writers], users[options.writers :]
        alone = readers[: len(readers) // 2]
        with context.Manager() as manager, context.Pool(len(writers) + len(alone) + 1) as pool:
            turn = manager.Lock()
            ended = [pool.apply_async(user.write, (turn,)) for user in writers]
            ended += [pool.apply_async(user.read) for user in alone]
            together = pool.apply_async(_threads, (readers[len(alone) :], root))
            tallies = [each.get() for each in ended] + together.get()
        faults = lost(root, tallies)
        with Archive.open(root) as archive:
            size = len(archive)
    calls = sum((tally.calls for tally in tallies), Counter[str]())
    errors = sum((tally.errors for tally in tallies), Counter[str]())
    users_named = f"{options.writers} writers, {options.readers} readers"
    print(f"{options.engine}, {users_named}, {options.seconds:g} s, {size} articles")
    print(", ".join(f"{name} {count}" for name, count in calls.most_common()))
    for text, count in errors.most_common(20):
        print(f"{count} x {text}")
    for fault in faults[:20]:
        print(fault)
    print(f"{calls.total()} operations, {errors.total()} errors, {len(faults)} faults afterwards")
    return int(bool(errors or faults))


if __name__ == "__main__":
    raise SystemExit(main())

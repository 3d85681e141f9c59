"""Does random operations on an archive and on a model of it in plain Python, and compares them after each.

    python -m benchmarks.model [--engine whoosh] [--operations 10000] [--seed 1] [--crashes]

The operations add and import articles, edit their files by hand, tag, set, edit, note, merge, remove, restore, undo and
redo. After each, the files, what the catalog says, the trash and searches must be as in the model. At the end all is
undone, which must give back the bytes of all files. With --crashes, every twentieth operation is killed at a random one
of its calls first: each article must be as before or as afterwards then, and the operation is done once more. Crashes
need Linux and a C compiler. The exit code is 1 if anything differs.
"""

import argparse
import json
import operator
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

import frontmatter

from benchmarks import shim
from docarchive import ENGINES, Archive, ArchiveError, Article, UsageError

_SYLLABLES: Final = ("vel", "tosk", "omp", "drul", "kim", "zar")
_WORDS: Final = tuple(f"{syllable}{letter}{letter}o" for syllable in _SYLLABLES for letter in "abdfgikmprtuz")
_TAGS: Final = ("alpha", "beta", "gamma", "delta")
_MOST: Final = 40  # articles
_FEWEST: Final = 3
_CRASH_EVERY: Final = 20
_VERIFY_EVERY: Final = 100
_CALLS: Final = 60  # of an operation, about: where it may be killed
#: What is not killed. After an update that was killed, what counts as said by an import depends on the moment.
_NOT_KILLED: Final = ("edit_by_hand", "update")
#: The operations, and how often each is chosen beside the others.
_OPERATIONS: Final = {
    "add": 5,
    "import": 4,
    "update": 8,
    "tag": 9,
    "set": 8,
    "edit": 8,
    "edit_by_hand": 6,
    "note": 5,
    "merge": 3,
    "remove": 5,
    "restore": 5,
    "undo": 10,
    "redo": 6,
}


class Difference(Exception):
    """The archive is not as in the model."""


class Entry(NamedTuple):
    """What an article is to be; its URL is its key in the model."""

    title: str
    body: str
    tags: frozenset[str]
    rating: int | None = None
    notes: frozenset[str] = frozenset()


class File(NamedTuple):
    """An article's file."""

    id: str
    path: Path
    data: bytes

    def entry(self) -> Entry:
        """Returns what is in it."""
        parsed = frontmatter.loads(self.data.decode())
        values: dict[str, Any] = parsed.metadata
        notes = frozenset(note["text"] for note in values.get("notes", ()))
        return Entry(values["title"], parsed.content, frozenset(values.get("tags", ())), values.get("rating"), notes)

    def original(self) -> str:
        """Returns the digest of what it was imported from."""
        return str(frontmatter.parse(self.data.decode())[0]["original"])


#: Per article the bytes of its file before and after a change; None if it has none.
Bytes = Mapping[str, tuple[bytes | None, bytes | None]]


class Change(NamedTuple):
    """A change in the log."""

    files: Bytes
    merged: str | None = None  # the URL of the article that became a part of another one


class Wanted(NamedTuple):
    """What an operation is to do.

    Attributes:
        act: Does it; what is done already is not done again.
        entries: The articles as they are to be then, by their URLs.
        files: The bytes that files must have then, of those where they are known.
        is_refused: Whether it must be refused, as an article was changed since.
    """

    act: Callable[[Archive], object]
    entries: dict[str, Entry]
    files: Mapping[str, bytes | None] = {}
    is_refused: bool = False
    merged: str | None = None  # see ``Change``


class Trial:
    """Random operations on one archive.

    Args:
        root: Its folder, which is created.
        engine: The engine of its index.
        seed: What the operations are chosen by.
    """

    def __init__(self, root: Path, engine: str, seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self._root = root
        self._chance = random.Random(seed)
        self._number = 0  # of the operation
        self._change = 0  # in the log
        self._last = 0  # of the articles
        self._archive = Archive.create(root, engine=engine)
        self._entries: dict[str, Entry] = {}
        self._trash: dict[str, bytes] = {}  # the files in the trash
        self._said: dict[str, Entry] = {}  # by the last import, as the catalog knows it
        self._originals: dict[str, Entry] = {}  # what the imports said, by the digests of what they read
        self._imported: dict[str, tuple[Entry, Entry]] = {}  # what this import says, and what counts as said then
        self._done: list[Change] = []  # what was not undone, in order
        self._undone: list[Change] = []  # since the last other change
        self._files: dict[str, File] = {}  # by URL
        self._ids: dict[str, str] = {}  # of all articles that there were

    def step(self, state: shim.State | None = None) -> None:
        """Does an operation, and compares; with the state of the library it is killed first, now and then."""
        self._number += 1
        name = self._chance.choices([*_OPERATIONS], [*_OPERATIONS.values()])[0]
        if len(self._entries) < _FEWEST:
            name = "import"
        elif len(self._entries) > _MOST:
            name = "remove"
        wanted = getattr(self, f"_{name}")()
        if wanted is None:
            return
        try:
            if state is not None and self._number % _CRASH_EVERY == 0 and name not in _NOT_KILLED:
                self._kill(name, wanted, state)
                self.counts["kill"] += 1
            self._do(name, wanted)
            self._compare(wanted.entries)
        except Difference as difference:
            raise Difference(f"operation {self._number}, {name}: {difference}") from None
        self.counts[f"{name}, refused" if wanted.is_refused else name] += 1

    def undo_all(self) -> None:
        """Takes everything back, and compares the bytes of all files after each."""
        while self._done:
            change = self._done.pop()
            self._archive.undo()
            self._read()
            for url, (before, _) in change.files.items():
                _check(f"bytes of {url} when all is undone", self._bytes(url), before)
            self.counts["undo at the end"] += 1
        _check("articles when all is undone", [*self._archive], [])
        self._archive.close()

    # Each of these returns what an operation is to do; None if there is nothing that it could be done to.

    def _add(self) -> Wanted:
        url, entry = self._new()
        record = _json(url, entry)
        return Wanted(lambda archive: archive.add(record), {**self._entries, url: self._merged(url, entry)})

    def _import(self) -> Wanted:
        return self._importing(dict(self._new() for _ in range(self._chance.randint(1, 4))))

    def _update(self) -> Wanted:
        return self._importing({url: self._new()[1] for url in self._some()})

    def _importing(self, new: dict[str, Entry]) -> Wanted:
        merged = {url: self._merged(url, entry) for url, entry in new.items()}
        data = "\n".join(json.dumps(_json(url, entry)) for url, entry in new.items()).encode()
        return Wanted(lambda archive: archive.import_(BytesIO(data)), {**self._entries, **merged})

    def _merged(self, url: str, new: Entry) -> Entry:
        """Returns what an import makes of an article: what was edited since the last import stays."""
        self._imported[url] = new, new
        old = self._entries.get(url)
        if old is None:
            return new
        said = self._said.get(url) or self._originals[f"{url} {self._files[url].original()}"]
        title = old.title if old.title not in (said.title, new.title) else new.title
        body = old.body if old.body not in (said.body, new.body) else new.body
        tags = (new.tags | old.tags) - (said.tags - old.tags)
        self._imported[url] = new, new._replace(tags=(new.tags | old.tags) & (said.tags | new.tags))
        return Entry(title, body, tags, old.rating, old.notes)

    def _tag(self) -> Wanted:
        added = self._tags() | {self._chance.choice(_TAGS)}
        removed = self._tags() - added
        if self._chance.random() < 0.3:
            chosen = self._chance.choice(_TAGS)
            urls = [url for url, entry in self._entries.items() if chosen in entry.tags]
            query, ids = f"tag:{chosen}", None
        else:
            urls = self._some()
            query, ids = None, self._ids_of(urls)
        entries = {url: entry._replace(tags=entry.tags - removed | added) for url, entry in self._of(urls).items()}

        def act(archive: Archive) -> object:
            if query is not None and removed:  # killed and done once more, it would find fewer
                return archive.tag(add=added, remove=removed, ids=self._ids_of(urls))
            return archive.tag(query, add=added, remove=removed, ids=ids)

        return Wanted(act, {**self._entries, **entries})

    def _set(self) -> Wanted:
        urls, rating = self._some(), self._chance.choice((None, 1, 2, 3))
        entries = {url: entry._replace(rating=rating) for url, entry in self._of(urls).items()}
        ids = self._ids_of(urls)
        return Wanted(lambda archive: archive.set(values={"rating": rating}, ids=ids), {**self._entries, **entries})

    def _edit(self) -> Wanted:
        url, entry, data = self._edited()
        id_ = self._ids[url]
        return Wanted(lambda archive: archive.edit(id_, data.decode()), {**self._entries, url: entry})

    def _edit_by_hand(self) -> Wanted:
        url, entry, data = self._edited()
        path = self._files[url].path

        def act(archive: Archive) -> object:
            path.write_bytes(data)
            return archive.sync()

        return Wanted(act, {**self._entries, url: entry})

    def _edited(self) -> tuple[str, Entry, bytes]:
        """Returns an article whose title or text is changed, and its file then."""
        url = self._chance.choice(sorted(self._entries))
        entry, data = self._entries[url], self._files[url].data
        if self._chance.random() < 0.5:
            title = f"Edited {self._number}"
            data = data.replace(f"\ntitle: {entry.title}\n".encode(), f"\ntitle: {title}\n".encode(), 1)
            return url, entry._replace(title=title), data
        body = f"{entry.body} {self._chance.choice(_WORDS)}."
        return url, entry._replace(body=body), data.replace(entry.body.encode(), body.encode())

    def _note(self) -> Wanted:
        url, text = self._some()[0], f"Note {self._number} on {self._chance.choice(_WORDS)}"
        entry, id_ = self._entries[url], self._ids[url]
        noted = entry._replace(notes=entry.notes | {text})
        return Wanted(lambda archive: archive.note(id_, text), {**self._entries, url: noted})

    def _merge(self) -> Wanted | None:
        urls = self._some()
        if len(urls) < 2:
            return None
        kept, merged = urls[:2]
        one, other = self._entries[kept], self._entries[merged]
        first, second = (self._originals[f"{url} {self._files[url].original()}"].tags for url in (kept, merged))
        removed = first & second - (one.tags & other.tags)
        rating = other.rating if one.rating is None else one.rating
        entry = Entry(one.title, one.body, (one.tags | other.tags) - removed, rating, one.notes | other.notes)
        entries = {url: entry for url, entry in self._entries.items() if url != merged} | {kept: entry}
        ids = self._ids_of([kept, merged])

        def act(archive: Archive) -> object:
            return archive.merge(*ids) if archive.get(ids[1]).id == ids[1] else None

        return Wanted(act, entries, merged=merged)

    def _remove(self) -> Wanted:
        urls = self._some()
        ids = self._ids_of(urls)

        def act(archive: Archive) -> object:
            left = [id_ for id_ in ids if id_ in archive]
            return archive.remove(ids=left) if left else None

        return Wanted(act, {url: entry for url, entry in self._entries.items() if url not in urls})

    def _restore(self) -> Wanted | None:
        if not self._trash:
            return None
        urls = self._chance.sample(sorted(self._trash), min(len(self._trash), self._chance.randint(1, 3)))
        files = {url: self._trash[url] for url in urls}
        ids = self._ids_of(urls)

        def act(archive: Archive) -> object:
            left = [id_ for id_ in ids if id_ not in archive]
            return archive.restore_articles(ids=left) if left else None

        entries = {url: File("", self._root, data).entry() for url, data in files.items()}
        return Wanted(act, {**self._entries, **entries}, files)

    def _undo(self) -> Wanted | None:
        return self._taking_back("undo", self._done)

    def _redo(self) -> Wanted | None:
        return self._taking_back("redo", self._undone)

    def _taking_back(self, name: str, changes: list[Change]) -> Wanted | None:
        if not changes:
            return None
        pairs = changes[-1].files
        if name == "redo":
            pairs = {url: (after, before) for url, (before, after) in pairs.items()}
        files = {url: before for url, (before, _) in pairs.items()}
        is_refused = any(self._bytes(url) not in pair for url, pair in pairs.items())
        entries = {**self._entries}
        for url, data in () if is_refused else files.items():
            if data is None:
                entries.pop(url, None)
            else:
                entries[url] = File("", self._root, data).entry()
        merged = changes[-1].merged if name == "redo" else None
        act = operator.methodcaller(name)
        return Wanted(act, entries, {} if is_refused else files, is_refused, merged)

    def _do(self, name: str, wanted: Wanted) -> None:
        """Does an operation, and notes what it did."""
        before = self._files
        try:
            wanted.act(self._archive)
            refusal = ""
        except UsageError as error:
            refusal = str(error)
        if bool(refusal) != wanted.is_refused:
            raise Difference(f"it was {'refused: ' + refusal if refusal else 'not refused'}")
        self._read()
        for url, data in wanted.files.items():
            _check(f"bytes of {url}", self._bytes(url), data)
        for url, (entry, said) in self._imported.items():
            original = f"{url} {self._files[url].original()}"
            # Not an update that kept all edited values; of an import that was killed, the file was there before.
            if original not in self._originals or self._files[url].data != before[url].data:
                self._originals[original] = entry
                self._said[url] = said
        self._imported.clear()
        change = self._changed(name, wanted, before)
        if not refusal:
            self._record(name, change)

    def _changed(self, name: str, wanted: Wanted, before: dict[str, File]) -> Change:
        """Returns what was changed since the files were as before, and notes what is in the trash then."""
        urls = {*before, *self._files}
        old_bytes = {url: file.data for url, file in before.items()}
        pairs = {url: (old_bytes.get(url), self._bytes(url)) for url in urls}
        change = Change({url: pair for url, pair in pairs.items() if pair[0] != pair[1]}, wanted.merged)
        for url, (old, new) in change.files.items():
            self._trash.pop(url, None)
            if new is None and old is not None:
                self._said.pop(url, None)
                if url != wanted.merged:
                    self._trash[url] = old
        return change

    def _record(self, name: str, change: Change) -> None:
        """Notes which changes were made, and which were taken back."""
        entry = next(self._archive.log(limit=1), None)
        number = entry.change if entry is not None else 0
        if name == "undo":
            self._undone.append(self._done.pop())
        elif name == "redo":
            self._done.append(self._undone.pop())
        elif number != self._change:
            self._done.append(change)
            self._undone.clear()
        else:
            _check("files without a change in the log", change.files, {})
        self._change = number

    def _kill(self, name: str, wanted: Wanted, state: shim.State) -> None:
        """Kills an operation at a call; each article must be as before, or as afterwards."""
        self._archive.close()
        state.reset(shim.KILL, self._chance.randint(1, _CALLS))
        child = os.fork()
        if child == 0:
            state.armed = 1
            try:
                with Archive.open(self._root) as archive:
                    wanted.act(archive)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        state.armed = 0
        self._archive = Archive.open(self._root)
        before = self._files
        self._archive.verify()  # a reader: it finishes what was interrupted
        self._read()
        for url in {*before, *self._files, *wanted.entries}:
            old, new = self._entries.get(url), wanted.entries.get(url)
            entry = self._files[url].entry() if url in self._files else None
            if entry not in (old, new):
                raise Difference(f"after a kill, {url} is {entry}, neither {old} nor {new}")
        change = self._changed(name, wanted, before)
        if name not in ("undo", "redo"):  # they are done once more, and are one change
            self._record(name, change)

    def _compare(self, wanted: dict[str, Entry]) -> None:
        """Raises ``Difference`` if files, catalog, trash or index are not as they are to be."""
        self._entries = wanted
        _check("files", {url: file.entry() for url, file in self._files.items()}, wanted)
        ids = {self._ids[url]: url for url in wanted}
        articles = {ids.get(article.id, article.id): article for article in self._archive}
        _check(
            "articles",
            {url: _entry_of(article) for url, article in articles.items()},
            wanted,
        )
        _check("trash", {entry.id for entry in self._archive.trash()}, {self._ids[url] for url in self._trash})
        tag, word, rating = self._chance.choice(_TAGS), self._chance.choice(_WORDS), self._chance.randint(1, 3)
        for query, matches in (
            (f"tag:{tag}", lambda entry: tag in entry.tags),
            (word, lambda entry: word in f"{entry.title} {entry.body}".lower()),
            (f"rating:{rating}", lambda entry: entry.rating == rating),
        ):
            if query.startswith("rating") and not any(entry.rating for entry in wanted.values()):
                continue  # a field that no article has is a mistake
            hits = {ids.get(hit.id, hit.id) for hit in self._archive.search(query, limit=None)}
            _check(query, hits, {url for url, entry in wanted.items() if matches(entry)})
        if self._number % _VERIFY_EVERY == 0:
            _check("faults", self._archive.verify().faults, [])

    def _read(self) -> None:
        """Reads all articles' files."""
        self._files = {}
        for path in (self._root / "articles").rglob("*.md"):
            data = path.read_bytes()
            values = frontmatter.loads(data.decode()).metadata
            url = str(values["url"])
            self._ids[url] = str(values["id"])
            self._files[url] = File(str(values["id"]), path, data)

    def _bytes(self, url: str) -> bytes | None:
        return self._files[url].data if url in self._files else None

    def _new(self) -> tuple[str, Entry]:
        """Returns the URL of a new article, and an article."""
        self._last += 1
        words = " ".join(self._chance.choices(_WORDS, k=12))
        return f"https://example.org/{self._last}", Entry(
            f"Title {self._last}", f"Text {self._last} of {words}.", self._tags()
        )

    def _tags(self) -> frozenset[str]:
        return frozenset(self._chance.sample(_TAGS, self._chance.randint(0, 2)))

    def _some(self) -> list[str]:
        """Returns the URLs of one to three articles."""
        return self._chance.sample(sorted(self._entries), min(len(self._entries), self._chance.randint(1, 3)))

    def _of(self, urls: list[str]) -> dict[str, Entry]:
        return {url: self._entries[url] for url in urls}

    def _ids_of(self, urls: list[str]) -> list[str]:
        return [self._ids[url] for url in urls]


def _entry_of(article: Article) -> Entry:
    notes = frozenset(note.text for note in article.notes)
    return Entry(article.title, article.body, frozenset(article.tags), article.extra.get("rating"), notes)


def _json(url: str, entry: Entry) -> dict[str, object]:
    return {"url": url, "title": entry.title, "body": entry.body, "tags": sorted(entry.tags)}


def _check(what: str, actual: object, wanted: object) -> None:
    if actual != wanted:
        raise Difference(f"{what}: {_shown(actual, wanted)} instead of {_shown(wanted, actual)}")


def _shown(value: object, other: object) -> str:
    if isinstance(value, dict) and isinstance(other, dict):
        value = {key: inner for key, inner in value.items() if key not in other or other[key] != inner}
    return repr(value)[:1500]


def run(root: Path, engine: str, operations: int, seed: int, state: shim.State | None) -> Counter[str]:
    """Does operations on a new archive; returns their counts. Raises ``Difference``."""
    trial = Trial(root, engine, seed)
    for _ in range(operations):
        trial.step(state)
    trial.undo_all()
    return trial.counts


def main() -> int:
    """Runs the program; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--crashes", action="store_true")
    options = parser.parse_args()
    if options.crashes and not shim.is_loaded():
        return shim.run_with_shim("benchmarks.model")
    state = shim.State.shared() if options.crashes else None
    with tempfile.TemporaryDirectory(dir=shim.folder() if options.crashes else None) as folder:
        try:
            counts = run(Path(folder) / "news", options.engine, options.operations, options.seed, state)
        except (Difference, ArchiveError) as error:
            print(f"{options.engine}, seed {options.seed}: {error}")
            return 1
    for name, count in sorted(counts.items()):
        print(f"{count:>7,}  {name}")
    print(f"{options.engine}, seed {options.seed}: {counts.total():,} operations, 0 differences")
    return 0


if __name__ == "__main__":
    sys.exit(main())

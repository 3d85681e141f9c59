"""The vectors of an archive's passages: two files that grow at their end, and a state that says how far they go.

``vectors-N`` has a vector of small integers for each passage, and ``passages-N`` a record: which article it is of, and
where in its text. What is beyond the end that the state names was interrupted, and is overwritten. A record whose row
is 0 is of no article any more; its vector is used again if the same text returns. The files may be a stranger's: their
sizes are checked, and a row and an id that do not fit the catalog are left out by who reads them.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from docarchive.engines.meaning.model import Identity
from docarchive.engines.protocol import Position
from docarchive.errors import ArchiveDamaged, IndexDamaged
from docarchive.folder import Folder
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from docarchive.engines.meaning.model import Vectors

STATE: Final = "state.json"
_VERSION: Final = 1
_MAX_STATE: Final = 10_000  # bytes
_MAX_SIZE: Final = 8_192  # numbers of a vector
_LEVELS: Final = 127
_RECORD: Final = [("key", "<u8"), ("text", "<u8"), ("row", "<u4"), ("start", "<u4"), ("end", "<u4"), ("scale", "<f4")]
_WIDTH: Final = 32  # bytes of a record
_ROW_AT: Final = 16  # where in a record its row is
_BLOCK: Final = 1 << 16  # passages that one thread compares at a time
_COMPACT: Final = 1_000  # unused records from which on the files are written again, if they are half of all


class State(NamedTuple):
    """How far the files go, and which model made them."""

    model: Identity
    size: int  # numbers of a vector
    generation: int  # the number in the names of the files
    passages: int  # how many
    position: Position


class Near(NamedTuple):
    """The passage of an article that is nearest to a question."""

    row: int  # the article's row in the catalog
    key: int  # of its id, as ``key_of`` makes it: the row may have been given to another article
    start: int
    end: int
    similarity: float  # the cosine of the two vectors


class Entry(NamedTuple):
    """The passages of one article, to be written."""

    key: int
    text: int  # a digest of the text that the passages are of
    row: int  # 0 if the article was removed
    passages: Sequence[tuple[int, int]] = ()
    vectors: Vectors | None = None  # None: they are in the index already


def key_of(text: str) -> int:
    """Returns a digest of an id or of a text as a number of 64 bits."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def read_state(folder: Folder) -> State | None:
    """Returns the state of the vectors in a folder; None if there are none that can be used."""
    try:
        values = json.loads(folder.read(STATE, _MAX_STATE))
        crc = values.pop("crc")
        if values.pop("version") != _VERSION or crc != _crc(values):
            return None
        model = Identity(*(str(values["model"][name]) for name in Identity._fields))
        numbers = [values[name] for name in ("size", "generation", "passages", "number")]
        if not all(type(number) is int and 0 <= number < 2**40 for number in numbers):
            return None
        size, generation, passages, number = numbers
        position = Position(str(values["epoch"]), number)
        return State(model, size, generation, passages, position) if 1 <= size <= _MAX_SIZE else None
    except (OSError, ArchiveDamaged, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _crc(values: dict[str, Any]) -> int:
    return crc32(json.dumps(values, sort_keys=True).encode())


class Index:
    """The vectors in a folder, as they were when it was opened, or last written by this object.

    Raises:
        IndexDamaged: The files are not as the state says.
        ImportError: A library is not installed.
    """

    def __init__(self, folder: Folder, state: State) -> None:
        import numkong
        import numpy as np

        self._kernels = numkong
        self._folder = folder
        self.state = state
        self._records: NDArray[Any] = np.frombuffer(self._mapped("passages", _WIDTH), _RECORD)
        self._vectors = np.frombuffer(self._mapped("vectors", state.size), np.int8).reshape(-1, state.size)

    def _mapped(self, name: str, width: int) -> mmap.mmap | bytes:
        """Returns the bytes of a file, up to the end that the state names."""
        path, size = f"{name}-{self.state.generation}", self.state.passages * width
        if not size:
            return b""
        try:
            with self._folder.open(path) as file:
                return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
        except (OSError, ValueError, ArchiveDamaged) as error:
            raise IndexDamaged(f"{self._folder.path / path} cannot be used: {error}") from error

    # Reading

    def articles(self) -> int:
        """Returns how many articles have vectors."""
        import numpy as np

        rows = np.unique(self._records["row"])
        return int(np.count_nonzero(rows))

    def nearest(self, question: Vectors, count: int, rows: Collection[int] | None = None) -> list[Near]:
        """Returns the passages that are nearest to a question, one of each article, the nearest first.

        Args:
            question: The question's vector.
            count: How many articles at most.
            rows: The rows of the articles that may be returned; None for all.
        """
        import numpy as np

        if not self.state.passages:
            return []
        level = float(np.abs(question).max()) or 1.0
        scores = self._products(np.rint(question / level * _LEVELS).astype(np.int8))
        scores *= self._records["scale"] * (level / _LEVELS)
        own = self._records["row"]
        usable = own > 0
        if rows is not None:
            usable &= np.isin(own, np.fromiter(rows, np.int64, len(rows)))
        candidates = np.flatnonzero(usable)
        return self._best(candidates, scores, count)

    def of_article(self, key: int) -> Vectors | None:
        """Returns the vector between those of an article's passages; None if it has none."""
        import numpy as np

        places = np.flatnonzero((self._records["key"] == key) & (self._records["row"] > 0))
        if not len(places):
            return None
        vectors = self._vectors[places].astype(np.float32) * self._records["scale"][places, None]
        mean = vectors.sum(0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)

    def _best(self, candidates: NDArray[np.intp], scores: Vectors, count: int) -> list[Near]:
        """Returns the best passage of each of the best articles; equal ones are in order of row."""
        import numpy as np

        wanted = count * 4
        while True:
            some = candidates
            if wanted < len(some):
                some = some[np.argpartition(-scores[some], wanted)[:wanted]]
            order = some[np.lexsort((self._records["row"][some], -scores[some]))]
            _, first = np.unique(self._records["row"][order], return_index=True)
            if len(first) >= count or len(some) == len(candidates):
                best = order[np.sort(first)][:count]
                return [self._near(int(at), float(scores[at])) for at in best]
            wanted *= 4

    def _near(self, at: int, score: float) -> Near:
        key, _, row, start, end, _ = self._records[at].item()
        return Near(row, key, start, end, score)

    def _products(self, question: NDArray[np.int8]) -> Vectors:
        """Returns the product of a vector of integers with each of the index."""
        import numpy as np

        from docarchive.processes import processors

        packed = self._kernels.dots_pack(question[None])
        result = np.empty(self.state.passages, np.float32)

        def compare(start: int) -> None:
            block = self._vectors[start : start + _BLOCK]
            result[start : start + len(block)] = np.asarray(self._kernels.dots_packed(block, packed)).reshape(-1)

        starts = range(0, self.state.passages, _BLOCK)
        if len(starts) == 1 or processors() == 1:
            for start in starts:
                compare(start)
        else:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(processors()) as pool:
                [*pool.map(compare, starts)]
        return result

    def known(self, entries: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
        """Returns those pairs of key and digest of a text whose vectors are in the index, in use or not."""
        import numpy as np

        keys = np.array([key for key, _ in entries], np.uint64)
        records = self._records[np.isin(self._records["key"], keys)]
        return {*zip(records["key"].tolist(), records["text"].tolist(), strict=True)} & {*entries}

    # Writing; one process at a time

    def write(self, entries: Sequence[Entry], position: Position) -> Index:
        """Writes the passages of articles in place of those that they had; returns the index as it is then."""
        import numpy as np

        at = self.state.passages
        vectors, records = self._packed(entries)
        generation = self.state.generation
        self._folder.write_at(f"vectors-{generation}", [(at * self.state.size, vectors.tobytes())])
        self._folder.write_at(f"passages-{generation}", [(at * _WIDTH, records.tobytes())])
        rows = self._changed_rows(entries)
        if rows:
            pieces = [(old * _WIDTH + _ROW_AT, np.uint32(row).tobytes()) for old, row in rows]
            self._folder.write_at(f"passages-{generation}", pieces)
        index = self._with_state(self.state._replace(passages=at + len(records), position=position))
        unused = int(np.count_nonzero(index._records["row"] == 0))
        return index.compacted() if unused > max(_COMPACT, index.state.passages // 2) else index

    def _packed(self, entries: Sequence[Entry]) -> tuple[NDArray[np.int8], NDArray[Any]]:
        """Returns the new vectors as integers, and their records."""
        import numpy as np

        new = [entry for entry in entries if entry.vectors is not None]
        values = np.concatenate([np.zeros((0, self.state.size), np.float32), *(entry.vectors for entry in new)])
        levels = np.maximum(np.abs(values).max(1, initial=0), 1e-12)
        records = np.zeros(len(values), _RECORD)
        records["scale"] = levels / _LEVELS
        rows = [(entry.key, entry.text, entry.row, start, end) for entry in new for start, end in entry.passages]
        for name, column in zip(("key", "text", "row", "start", "end"), zip(*rows, strict=True), strict=False):
            records[name] = np.array(column, records.dtype[name])
        return np.rint(values / levels[:, None] * _LEVELS).astype(np.int8), records

    def _changed_rows(self, entries: Sequence[Entry]) -> list[tuple[int, int]]:
        """Returns the records that were there before, of the articles of entries, with the rows that they have now."""
        import numpy as np

        kept = {entry.key: (entry.text, entry.row) for entry in entries if entry.vectors is None}
        keys = np.array([entry.key for entry in entries], np.uint64)
        places = np.flatnonzero(np.isin(self._records["key"], keys))
        changed = []
        for at in places.tolist():
            key, text, row = self._records[at].item()[:3]
            known, now = kept.get(key, (None, 0))
            now = now if text == known else 0
            if row != now:
                changed.append((at, now))
        return changed

    def compacted(self) -> Index:
        """Writes the files again without the passages that are of no article; returns the new index."""
        import numpy as np

        used = np.flatnonzero(self._records["row"])
        generation = self.state.generation + 1
        for name, values in (("vectors", self._vectors), ("passages", self._records)):
            path = f"{name}-{generation}"
            self._folder.remove_all(path)
            width = values.itemsize * (values.shape[1] if values.ndim > 1 else 1)
            for start in range(0, len(used), _BLOCK):
                self._folder.write_at(path, [(start * width, values[used[start : start + _BLOCK]].tobytes())])
        return self._with_state(self.state._replace(generation=generation, passages=len(used)))

    def release(self) -> None:
        """Takes all passages out of use: another catalog has other rows. They are used again by their text."""
        import numpy as np

        used = np.flatnonzero(self._records["row"]).tolist()
        self._folder.write_at(
            f"passages-{self.state.generation}", [(at * _WIDTH + _ROW_AT, b"\0\0\0\0") for at in used]
        )

    def _with_state(self, state: State) -> Index:
        write_state(self._folder, state)
        for path in _others(self._folder, state.generation):
            with suppress(OSError):  # Windows keeps files that are open
                self._folder.remove(path)
        return Index(self._folder, state)


def _others(folder: Folder, generation: int) -> Iterator[str]:
    """Yields the files of other generations."""
    for name in folder.names():
        kind, _, number = name.partition("-")
        if kind in ("vectors", "passages") and number != str(generation):
            yield name


def write_state(folder: Folder, state: State) -> None:
    """Writes the state, which makes what was written before it a part of the index."""
    values: dict[str, Any] = {**state._asdict(), "model": state.model._asdict(), **state.position._asdict()}
    del values["position"]
    text = json.dumps({**values, "version": _VERSION, "crc": _crc(values)})
    folder.put(STATE, text.encode(), flush=True)


def create(folder: Folder, model: Identity, size: int, epoch: str) -> Index:
    """Creates an index without passages in place of whatever is there."""
    for name in (STATE, *_others(folder, -1)):
        folder.remove_all(name)
    state = State(model, size, 1, 0, Position(epoch, 0))
    write_state(folder, state)
    return Index(folder, state)

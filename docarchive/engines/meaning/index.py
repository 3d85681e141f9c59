"""The vectors of an archive's passages: three files that grow at their end, and a state that says how far they go.

``vectors-N`` has a vector of small integers for each passage, and ``passages-N`` a record: which article it is of,
where in its text, and a checksum of the vector and the record. ``signs-N`` has the signs of the vectors, for the first
comparison of very many; where it is missing, they are computed. What is beyond the end that the state names was
interrupted, and is overwritten. A record whose row is 0 is of no article any more; its vector is used again if the same
text returns. The files may be a stranger's: their sizes are checked, and a row and an id that do not fit the catalog
are left out by who reads them. A search checks the sums of the passages that it returns, ``damaged`` those of all.
"""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from docarchive.engines.meaning.entries import LEVELS, RECORD, ROW_AT, SUM_AT, WIDTH, Entry, packed, sum_of
from docarchive.engines.meaning.model import Identity
from docarchive.engines.meaning.scanning import BLOCK, products, promising, sign_width, signs_of
from docarchive.engines.meaning.state import STATE, State, write_state
from docarchive.engines.protocol import Position
from docarchive.errors import ArchiveDamaged, IndexDamaged
from docarchive.folder import Folder
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from docarchive.engines.meaning.model import Vectors
    from docarchive.engines.meaning.scanning import Bits, Places

#: How many passages are compared themselves, for each article that is asked for; the others only by their signs.
_CANDIDATES: Final = 50
#: Where there are at most so many times as many passages, all are compared: that takes as long.
_WORTHWHILE: Final = 4
_COMPACT: Final = 1_000  # unused records from which on the files are written again, if they are half of all


class Near(NamedTuple):
    """The passage of an article that is nearest to a question."""

    row: int  # the article's row in the catalog
    key: int  # of its id, as ``key_of`` makes it: the row may have been given to another article
    start: int
    end: int
    similarity: float  # the cosine of the two vectors


class Index:
    """The vectors in a folder, as they were when it was opened, or last written by this object.

    Raises:
        IndexDamaged: The files are not as the state says.
        ImportError: A library is not installed.
    """

    def __init__(self, folder: Folder, state: State) -> None:
        import numkong  # noqa: F401 - it is missing now, not at the first question
        import numpy as np

        self._folder = folder
        self.state = state
        self._records: NDArray[Any] = np.frombuffer(self._mapped("passages", WIDTH), RECORD)
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

    @cached_property
    def _stored_signs(self) -> Bits | None:
        """The signs of the vectors as they are stored; None in an index that an earlier version has written."""
        import numpy as np

        width = sign_width(self.state.size)
        try:
            return np.frombuffer(self._mapped("signs", width), np.uint8).reshape(-1, width)
        except IndexDamaged:
            return None

    @cached_property
    def _signs(self) -> Bits:
        return signs_of(self._vectors) if self._stored_signs is None else self._stored_signs

    # Reading

    def articles(self) -> int:
        """Returns how many articles have vectors."""
        return len(self.rows())

    def rows(self) -> dict[int, int]:
        """Returns the rows of the articles that have vectors, and the key of each."""
        used = self._records[self._records["row"] > 0]
        return dict(zip(used["row"].tolist(), used["key"].tolist(), strict=True))

    def damaged(self) -> list[int]:
        """Returns the numbers of the passages whose vector, record or signs are not as they were written."""
        import numpy as np

        changed = {*np.flatnonzero((self._signs != signs_of(self._vectors)).any(1)).tolist()}
        return [at for at in range(self.state.passages) if at in changed or self._is_damaged(at)]

    def _is_damaged(self, at: int) -> bool:
        record = self._records[at].tobytes()
        return sum_of(record[:SUM_AT], self._vectors[at].tobytes()) != int(self._records["sum"][at])

    def nearest(self, question: Vectors, count: int, rows: Collection[int] | None = None) -> list[Near]:
        """Returns the passages that are nearest to a question, one of each article, the nearest first.

        Args:
            question: The question's vector.
            count: How many articles at most.
            rows: The rows of the articles that may be returned; None for all.

        Raises:
            IndexDamaged: A passage that would be returned is not as it was written.
        """
        import numpy as np

        if not self.state.passages:
            return []
        level = float(np.abs(question).max()) or 1.0
        integers = np.rint(question / level * LEVELS).astype(np.int8)

        def best(candidates: Places) -> list[Near]:
            scores = products(self._vectors, integers, candidates)
            scores *= self._records["scale"][candidates] * (level / LEVELS)
            return self._best(candidates, scores, count)

        usable = self._usable(rows)
        candidates = self._candidates(question, count * _CANDIDATES, usable)
        near = best(candidates)
        # Articles may have many passages each.
        return near if len(near) == count or len(candidates) == len(usable) else best(usable)

    def _usable(self, rows: Collection[int] | None) -> Places:
        """Returns the places of the passages of articles, or of the articles of some rows, in order."""
        import numpy as np

        own = self._records["row"]
        usable = own > 0
        if rows is None and usable.all():
            return np.arange(len(own))
        if rows is not None:
            usable &= np.isin(own, np.fromiter(rows, np.int64, len(rows)))
        return np.flatnonzero(usable)

    def _candidates(self, question: Vectors, wanted: int, usable: Places) -> Places:
        """Returns the places of some usable passages, with nearly all that are near; of few, all."""
        if len(usable) <= wanted * _WORTHWHILE:
            return usable
        return promising(self._signs, question, wanted, usable)

    def of_article(self, key: int) -> Vectors | None:
        """Returns the vector between those of an article's passages, which are checked; None if it has none."""
        import numpy as np

        places = np.flatnonzero((self._records["key"] == key) & (self._records["row"] > 0))
        if not len(places):
            return None
        self._check(places)
        vectors = self._vectors[places].astype(np.float32) * self._records["scale"][places, None]
        mean = vectors.sum(0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)

    def _best(self, candidates: Places, scores: Vectors, count: int) -> list[Near]:
        """Returns the best passage of each of the best articles; equal ones are in order of row."""
        import numpy as np

        rows = self._records["row"][candidates]
        wanted = count * 4
        while True:
            some = np.arange(len(candidates))
            if wanted < len(some):
                some = np.argpartition(-scores, wanted)[:wanted]
            order = some[np.lexsort((rows[some], -scores[some]))]
            _, first = np.unique(rows[order], return_index=True)
            if len(first) >= count or len(some) == len(candidates):
                best = order[np.sort(first)][:count]
                self._check(candidates[best])
                return [self._near(int(candidates[at]), float(scores[at])) for at in best]
            wanted *= 4

    def _check(self, places: Places) -> None:
        if any(self._is_damaged(at) for at in places.tolist()):
            raise IndexDamaged("vectors were changed by something else; run 'docarchive engine meaning on'")

    def _near(self, at: int, score: float) -> Near:
        key, _, start, end, _, row, _ = self._records[at].item()
        return Near(row, key, start, end, score)

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
        vectors, records = packed(entries, self.state.size)
        generation = self.state.generation
        self._folder.write_at(f"vectors-{generation}", [(at * self.state.size, vectors.tobytes())])
        self._folder.write_at(f"passages-{generation}", [(at * WIDTH, records.tobytes())])
        self._write_signs(at, signs_of(vectors))
        self._write_rows(self._changed_rows(entries))
        index = self._with_state(self.state._replace(passages=at + len(records), position=position))
        unused = int(np.count_nonzero(index._records["row"] == 0))
        return index.compacted() if unused > max(_COMPACT, index.state.passages // 2) else index

    def _write_signs(self, at: int, signs: Bits) -> None:
        """Writes signs from a passage on; before them those that the file lacks."""
        width = sign_width(self.state.size)
        path = f"signs-{self.state.generation}"
        lacking = [(0, self._signs.tobytes())] if self._stored_signs is None else []
        self._folder.write_at(path, [*lacking, (at * width, signs.tobytes())])

    def _write_rows(self, rows: Iterable[tuple[int, int]]) -> None:
        """Writes rows into records that are there, by their numbers."""
        pieces = []
        for at, row in rows:
            end = row.to_bytes(4, "little")
            sum_ = sum_of(self._records[at].tobytes()[:ROW_AT] + end, self._vectors[at].tobytes())
            pieces.append((at * WIDTH + ROW_AT, end + sum_.to_bytes(4, "little")))
        if pieces:
            self._folder.write_at(f"passages-{self.state.generation}", pieces)

    def _changed_rows(self, entries: Sequence[Entry]) -> list[tuple[int, int]]:
        """Returns the records that were there before, of the articles of entries, with the rows that they have now."""
        import numpy as np

        kept = {entry.key: (entry.text, entry.row) for entry in entries if entry.vectors is None}
        keys = np.array([entry.key for entry in entries], np.uint64)
        places = np.flatnonzero(np.isin(self._records["key"], keys))
        changed = []
        for at in places.tolist():
            key, text, *_, row, _ = self._records[at].item()
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
        for name, values in (("vectors", self._vectors), ("passages", self._records), ("signs", self._signs)):
            path = f"{name}-{generation}"
            self._folder.remove_all(path)
            width = values.itemsize * (values.shape[1] if values.ndim > 1 else 1)
            for start in range(0, len(used), BLOCK):
                self._folder.write_at(path, [(start * width, values[used[start : start + BLOCK]].tobytes())])
        return self._with_state(self.state._replace(generation=generation, passages=len(used)))

    def release(self) -> None:
        """Takes all passages out of use: another catalog has other rows. They are used again by their text."""
        import numpy as np

        self._write_rows((at, 0) for at in np.flatnonzero(self._records["row"]).tolist())

    def without(self, damaged: Sequence[int]) -> Index:
        """Makes damaged passages, by number, those of no text and no article; returns the index.

        All passages of their articles go with them. A damaged record may not say which these are, but those of an
        article are side by side. The index then is of no change, so that the next update reads all articles.
        """
        import numpy as np

        keys = self._records["key"]
        beside = np.clip(np.add.outer(damaged, (-1, 0, 1)), 0, len(keys) - 1)
        lost = np.flatnonzero(np.isin(keys, keys[beside])).tolist()
        none = bytes(SUM_AT)
        sums = [(at, sum_of(none, self._vectors[at].tobytes())) for at in lost]
        pieces = [(at * WIDTH, none + sum_.to_bytes(4, "little")) for at, sum_ in sums]
        self._folder.write_at(f"passages-{self.state.generation}", pieces)
        self._write_signs(0, signs_of(self._vectors))
        return self._with_state(self.state._replace(position=self.state.position._replace(number=0)))

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
        if kind in ("vectors", "passages", "signs") and number != str(generation):
            yield name


def create(folder: Folder, model: Identity, size: int, epoch: str) -> Index:
    """Creates an index without passages in place of whatever is there."""
    for name in (STATE, *_others(folder, -1)):
        folder.remove_all(name)
    state = State(model, size, 1, 0, Position(epoch, 0))
    write_state(folder, state)
    return Index(folder, state)

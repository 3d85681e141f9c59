"""SegmentFile: one file that holds a segment: its terms, postings and columns.

    magic | sections | directory (JSON) | length of the directory | CRC of the directory | magic

The directory has the starts and lengths of the sections. The terms of a field are sorted and stored in blocks, with
an offset per block: a term is searched for by bisecting the blocks, then in its block. With a term are its number of
documents and the offset of its postings. Files are mapped, so that opening an index reads next to nothing of it.

Everything has a CRC (as in ZIP files), which is compared where it is read: sections, blocks of terms, and the postings
of each term together with the number of documents. So a bit that a disk has changed is never a wrong answer.
"""

from __future__ import annotations

import json
import mmap
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Any, BinaryIO, Final
from zlib import crc32

from docarchive.engines.whoosh.packing import DamagedIndex, fixed, unfixed
from docarchive.engines.whoosh.postings import LAYOUTS, Postings
from docarchive.folder import Folder

_MAGIC: Final = b"docarch\x05"
_TAIL: Final = struct.Struct("<QI8s")
_BLOCK: Final = 32  # terms
_MAX_DIRECTORY: Final = 1 << 20
_CHUNK: Final = 1 << 20  # bytes
_BUFFER: Final = 1 << 16  # bytes
_END: Final = "\U0010ffff"
#: The sections of the terms of a field, in order.
_OF_TERMS: Final = ("postings", "terms", "blocks", "counts", "offsets", "sums", "block_sums")


class SectionWriter:
    """Writes a segment's file, section by section. Finish it, and close it."""

    def __init__(self, folder: Folder, name: str) -> None:
        self._file: BinaryIO = folder.create(name)
        self._sections: dict[str, tuple[int, int, int]] = {}
        self._file.write(_MAGIC)
        self._offset = len(_MAGIC)

    def section(self, name: str, chunks: Iterable[bytes]) -> None:
        """Writes a section."""
        start, crc = self._offset, 0
        for block in _joined(chunks):
            self._file.write(block)
            self._offset += len(block)
            crc = crc32(block, crc)
        self._sections[name] = (start, self._offset - start, crc)

    def terms(self, field: str, rows: Iterable[tuple[bytes, int, bytes]]) -> None:
        """Writes the terms of a field, in order, with their numbers of documents and packed postings."""
        terms: list[bytes] = []
        counts, offsets, sums = array("I"), array("Q"), array("I")

        def blobs() -> Iterator[bytes]:
            offset = 0
            for term, count, blob in rows:
                terms.append(term)
                counts.append(count)
                offsets.append(offset)
                sums.append(crc32(blob, count))
                offset += len(blob)
                yield blob
            offsets.append(offset)

        self.section(f"{field}.postings", blobs())
        blocks = [b"\n".join(terms[start : start + _BLOCK]) + b"\n" for start in range(0, len(terms), _BLOCK)]
        self.section(f"{field}.terms", blocks)
        self.section(f"{field}.blocks", [fixed(array("I", accumulate(map(len, blocks), initial=0)))])
        self.section(f"{field}.counts", [fixed(counts)])
        self.section(f"{field}.offsets", [fixed(offsets)])
        self.section(f"{field}.sums", [fixed(sums)])
        self.section(f"{field}.block_sums", [fixed(array("I", map(crc32, blocks)))])

    def copied_terms(self, field: str, file: SegmentFile) -> None:
        """Writes the terms of a field as another segment of the same documents has them."""
        for name in _OF_TERMS:
            self.section(f"{field}.{name}", file.chunks(f"{field}.{name}"))

    def texts(self, name: str, values: list[bytes]) -> None:
        """Writes a column of bytes."""
        self.section(f"{name}.ends", [fixed(array("I", accumulate(map(len, values), initial=0)))])
        self.section(name, [b"".join(values)])

    def finish(self, **facts: int) -> None:
        """Writes the directory, with facts about the segment."""
        directory = json.dumps({"sections": self._sections, **facts}).encode()
        self._file.write(directory + _TAIL.pack(len(directory), crc32(directory), _MAGIC))

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class SegmentFile:
    """Reads a segment's file. Close it.

    Raises:
        DamagedIndex: The file is no segment, or is incomplete.

    Attributes:
        count: How many documents it holds, deleted ones included.
        length: The sum of the lengths of their texts, in words.
    """

    def __init__(self, folder: Folder, name: str) -> None:
        with folder.open(name) as file:
            self._map: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        size = len(self._map)
        if size < len(_MAGIC) + _TAIL.size or self._map[: len(_MAGIC)] != _MAGIC:
            raise DamagedIndex("a segment that does not begin as it should")
        length, crc, magic = _TAIL.unpack(self._map[-_TAIL.size :])
        end = size - _TAIL.size
        if magic != _MAGIC or not 0 < length <= min(end, _MAX_DIRECTORY):
            raise DamagedIndex("a segment that does not end as it should")
        if crc32(self._map[end - length : end]) != crc:
            raise DamagedIndex("a segment whose directory was changed")
        directory = json.loads(self._map[end - length : end])
        self.count = int(directory["count"])
        self.length = int(directory["length"])
        self._sections: dict[str, tuple[int, int, int]] = {
            str(name): (int(start), int(size), int(crc)) for name, (start, size, crc) in directory["sections"].items()
        }
        if any(start < 0 or size < 0 or start + size > end for start, size, _ in self._sections.values()):
            raise DamagedIndex("a segment that is shorter than its directory says")
        self._terms: dict[str, Terms] = {}
        self._checked: set[str] = set()  # the columns whose CRCs were compared

    def close(self) -> None:
        """Closes the file."""
        self._map.close()

    def damage(self) -> Iterator[str]:
        """Yields what is wrong with the file, all of which is read: parts of sentences."""
        end = len(_MAGIC)
        for name, (start, size, _) in sorted(self._sections.items(), key=lambda item: item[1]):
            if start != end:
                yield f"the section {name} is not where it should be"
            try:
                for _ in self.chunks(name):
                    pass
            except DamagedIndex:
                yield f"the section {name} has changed"
            end = start + size

    def section(self, name: str) -> bytes:
        """Returns a section as a whole."""
        return _section(self._map, self._sections, name)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yields a section in pieces; raises ``DamagedIndex`` after the last one if it was changed."""
        start, size, crc = self._sections[name]
        sum_ = 0
        for at in range(start, start + size, _CHUNK):
            chunk = bytes(self._map[at : min(at + _CHUNK, start + size)])
            sum_ = crc32(chunk, sum_)
            yield chunk
        if sum_ != crc:
            raise DamagedIndex(f"a section {name} that was changed")

    def numbers(self, name: str, typecode: str) -> array[int]:
        """Returns a section of numbers."""
        return unfixed(typecode, self.section(name))

    def texts(self, name: str) -> list[bytes]:
        """Returns a column of bytes."""
        ends, data = self.numbers(f"{name}.ends", "I"), self.section(name)
        return [data[start:end] for start, end in pairwise(ends)]

    def text(self, name: str, number: int) -> bytes:
        """Returns one value of a column of bytes."""
        if name not in self._checked:
            self.section(f"{name}.ends")
            self.section(name)
            self._checked.add(name)
        ends, _, _ = self._sections[f"{name}.ends"]
        start, size, _ = self._sections[name]
        first, last = struct.unpack_from("<II", self._map, ends + 4 * number)
        if not (0 <= number < self.count and first <= last <= size):
            raise DamagedIndex(f"a column {name} that is not as long as it should be")
        return bytes(self._map[start + first : start + last])

    def terms(self, field: str) -> Terms:
        """Returns the terms of a field."""
        if field not in self._terms:
            self._terms[field] = Terms(self._map, self._sections, field)
        return self._terms[field]


class _Firsts(dict[int, bytes]):
    """The first terms of blocks, by the number of the block, each read when it is first asked for."""

    def __init__(self, data: Any, start: int, blocks: array[int]) -> None:
        super().__init__()
        self._data = data
        self._start = start
        self._blocks = blocks

    def __missing__(self, block: int) -> bytes:
        start = self._start + self._blocks[block]
        first = self[block] = bytes(self._data[start : self._data.find(b"\n", start)])
        return first


class Terms:
    """The terms of one field of a segment.

    Args:
        data: The segment's file.
        sections: The starts and lengths of the sections, in bytes.
        field: The field.
    """

    def __init__(self, data: Any, sections: dict[str, tuple[int, int, int]], field: str) -> None:
        self._data = data
        self._sections = sections
        self._field = field
        self._checked: set[int] = set()  # the blocks whose CRCs were compared
        self._counts_checked = False
        self._layout = LAYOUTS[field]
        self._start, self._size, _ = sections[f"{field}.terms"]
        self._counts, size, _ = sections[f"{field}.counts"]
        self._offsets, _, _ = sections[f"{field}.offsets"]
        self._sums, _, _ = sections[f"{field}.sums"]
        self._postings, self._postings_size, _ = sections[f"{field}.postings"]
        self.count = size // 4
        self._blocks = unfixed("I", _section(data, sections, f"{field}.blocks"))
        self._block_sums = unfixed("I", _section(data, sections, f"{field}.block_sums"))
        if len(self._blocks) != -(-self.count // _BLOCK) + 1 or self._blocks[-1] != self._size:
            raise DamagedIndex("terms that do not fit their blocks")
        self._firsts = _Firsts(data, self._start, self._blocks)

    def find(self, term: bytes) -> int | None:
        """Returns the number of a term, or None if there is no such term."""
        block = self._block_of(term)
        if block < 0:
            return None
        try:
            return block * _BLOCK + self._block(block).index(term)
        except ValueError:
            return None

    def frequency(self, term: bytes) -> int:
        """Returns how many documents have a term, deleted ones included, without reading its postings."""
        number = self.find(term)
        if number is None:
            return 0
        if not self._counts_checked:
            _section(self._data, self._sections, f"{self._field}.counts")
            self._counts_checked = True
        return self._documents(number)

    def postings(self, term: bytes) -> Postings | None:
        """Returns the postings of a term, or None if there is no such term."""
        number = self.find(term)
        if number is None:
            return None
        return Postings(self._blob(number), self._documents(number), self._layout)

    def starting(self, prefix: str) -> list[str]:
        """Returns the terms that begin with a prefix, in order."""
        low = max(self._block_of(prefix.encode()), 0)
        high = self._block_of((prefix + _END).encode()) + 1
        if low >= high:
            return []
        data = self._data[self._start + self._blocks[low] : self._start + self._blocks[high]]
        for block in range(low, high):
            self._check(block)
        terms: list[str] = data.decode().split("\n")
        terms.pop()
        first = bisect_left(terms, prefix)
        return terms[first : bisect_left(terms, prefix + _END, first)]

    def first_from(self, text: str) -> str | None:
        """Returns the first term that does not sort before a text, or None."""
        term = text.encode()
        for number in range(max(self._block_of(term), 0), len(self._blocks) - 1):
            block = self._block(number)
            if block[-1] >= term:
                return block[bisect_left(block, term)].decode()
        return None

    def items(self) -> Iterator[tuple[bytes, int, bytes]]:
        """Yields the terms in order, with their numbers of documents and packed postings."""
        number = 0
        for block in range(len(self._blocks) - 1):
            for term in self._block(block):
                yield term, self._documents(number), self._blob(number)
                number += 1

    def _block_of(self, term: bytes) -> int:
        """Returns the block that a term belongs to, or -1 if it sorts before all blocks."""
        count = len(self._blocks) - 1
        block = bisect_right(range(count), term, key=self._firsts.__getitem__) - 1
        # What was compared on the way may have been changed; the block and the next are checked.
        if (block >= 0 and self._checked_first(block) > term) or (
            block + 1 < count and self._checked_first(block + 1) <= term
        ):
            raise DamagedIndex("terms that are not in order")
        return block

    def _checked_first(self, block: int) -> bytes:
        self._check(block)
        return self._firsts[block]

    def _check(self, block: int) -> None:
        """Compares the CRC of a block, once."""
        if block not in self._checked:
            data = self._data[self._start + self._blocks[block] : self._start + self._blocks[block + 1]]
            if crc32(data) != self._block_sums[block]:
                raise DamagedIndex("terms that were changed")
            self._checked.add(block)

    def _block(self, block: int) -> list[bytes]:
        self._check(block)
        data: bytes = self._data[self._start + self._blocks[block] : self._start + self._blocks[block + 1] - 1]
        return data.split(b"\n")

    def _documents(self, number: int) -> int:
        return int(struct.unpack_from("<I", self._data, self._counts + 4 * number)[0])

    def _blob(self, number: int) -> bytes:
        first, last = struct.unpack_from("<QQ", self._data, self._offsets + 8 * number)
        if not 0 <= first <= last <= self._postings_size:
            raise DamagedIndex("postings outside of their section")
        blob = bytes(self._data[self._postings + first : self._postings + last])
        (crc,) = struct.unpack_from("<I", self._data, self._sums + 4 * number)
        if crc32(blob, self._documents(number)) != crc:
            raise DamagedIndex("postings that were changed")
        return blob


def _joined(chunks: Iterable[bytes]) -> Iterator[bytearray]:
    """Yields chunks, most of which have a few bytes, as blocks."""
    block = bytearray()
    for chunk in chunks:
        block += chunk
        if len(block) >= _BUFFER:
            yield block
            block = bytearray()
    yield block


def _section(data: Any, sections: dict[str, tuple[int, int, int]], name: str) -> bytes:
    """Returns a section as a whole; raises ``DamagedIndex`` if it does not have its CRC."""
    start, size, crc = sections[name]
    section = bytes(data[start : start + size])
    if crc32(section) != crc:
        raise DamagedIndex(f"a section {name} that was changed")
    return section

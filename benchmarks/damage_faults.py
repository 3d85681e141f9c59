"""Faults for benchmarks/damage.py: an archive with every kind of file, and seeded damage to one of its files."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from docarchive import Archive
from docarchive.store.layout import INDEX

_WORDS: Final = (
    *("gull", "pier", "harbour", "lighthouse", "ferry", "council", "budget"),
    *("wheat", "rain", "strike", "museum", "bridge", "river", "mayor"),
)
_BLOCK: Final = 512  # bytes of a sector
_MOST_RUBBISH: Final = 200  # bytes


class Fault(NamedTuple):
    """What was done to one file."""

    kind: str  # of the fault, one of ``FAULTS``
    of: str  # the kind of the file, as ``kinds_of_files`` has it
    path: str  # relative to the archive
    other: str  # the path of the file that it was swapped with, or empty
    hidden: bool  # whether the file's time was set back

    def __str__(self) -> str:
        time = "time set back" if self.hidden else "time changed"
        return f"{self.kind} {self.path}{' and ' * bool(self.other)}{self.other} ({time})"


def prepare(root: Path, engine: str) -> None:
    """Makes an archive that has every kind of file; of its index, several segments.

    Articles come from files of one and of many articles. Some were updated, one was edited by hand, one deleted, and
    some inputs were refused.
    """
    with Archive.create(root, engine=engine) as archive:
        archive.import_(lines(range(16)), format="jsonl")
        inputs = root.with_name("inputs")
        inputs.mkdir()
        for n in range(16, 20):
            (inputs / f"{n}.txt").write_text(f"{_title(n)}\n\n{_body(n)}")
        archive.import_(inputs)
        shutil.rmtree(inputs)
        archive.import_(lines(range(3), " Corrected later."), format="jsonl")
        archive.import_(BytesIO(b'{"title": 3\n{"body": 4}\n'), format="jsonl")
        archive.save_search("birds", "tag:birds")
        ids = [row.id for row in archive.list(sort="date")]
        deleted, edited = (root / archive.file(ids[n]) for n in (-1, -2))
        deleted.unlink()
        edited.write_text(edited.read_text() + "\nSeen by hand at the windmill.\n")
        archive.sync()
        archive.count("gull")


@contextmanager
def with_log(root: Path) -> Iterator[None]:
    """Keeps the catalog's last changes in its log within: copy the archive there."""
    with Archive.open(root) as archive:
        archive.import_(lines(range(20, 22)), format="jsonl")
        yield


def kinds_of_files(root: Path) -> dict[str, list[str]]:
    """Returns the paths of an archive's files by kind, relative to it."""
    kinds: dict[str, list[str]] = {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root).as_posix()
        if kind := _kind(name):
            kinds.setdefault(kind, []).append(name)
    return kinds


def _kind(path: str) -> str | None:
    if path.startswith(INDEX):
        return re.sub(r"^\d+\.", "", path.rpartition("/")[2].partition(".")[2]) or path
    if path.startswith("quarantine/"):
        return "note" if path.endswith(".json") else "quarantine"
    if path.endswith((".gitignore", "/writer")):
        return None
    first = path.partition("/")[0]
    return path.removeprefix(".docarchive/") if first == ".docarchive" else first


def damage(root: Path, random: Random) -> Fault:
    """Damages a random file of an archive, in a random way; the same for the same generator and archive."""
    kinds = kinds_of_files(root)
    while True:
        of = random.choice([*kinds, "catalog.sqlite"])
        path = random.choice(kinds[of])
        kind = random.choice([*FAULTS, "a flipped bit"])
        hidden = bool(random.getrandbits(1))
        other = random.choice(kinds[of]) if kind == _SWAPPED else ""
        file = root / path
        before, times = file.read_bytes(), _times(file)
        if kind == _SWAPPED:
            if (root / other).read_bytes() == before:
                continue
            _swap(file, root / other, hidden=hidden)
            return Fault(kind, of, path, other, hidden)
        after = FAULTS[kind](before, random)
        if after == before:
            continue
        if after is None:
            file.unlink()
        else:
            file.write_bytes(after)
            if hidden:
                os.utime(file, ns=times)
        return Fault(kind, of, path, other, hidden)


def _swap(file: Path, other: Path, *, hidden: bool) -> None:
    one, two = file.read_bytes(), other.read_bytes()
    for path, data in ((file, two), (other, one)):
        times = _times(path)
        path.write_bytes(data)
        if hidden:
            os.utime(path, ns=times)


def _times(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_atime_ns, status.st_mtime_ns


def flip_bit(data: bytes, random: Random) -> bytes:
    """Returns bytes with one bit changed."""
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _change_byte(data: bytes, random: Random) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + random.randbytes(1) + data[at + 1 :]


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))] if data else data


def _zero_block(data: bytes, random: Random) -> bytes:
    if not data:
        return data
    start = random.randrange(0, len(data), _BLOCK)
    end = min(start + _BLOCK * random.choice([1, 8]), len(data))
    return data[:start] + bytes(end - start) + data[end:]


def _lose_line(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        del lines[random.randrange(len(lines))]
    return b"".join(lines)


def _append(data: bytes, random: Random) -> bytes:
    return data + random.randbytes(random.randrange(1, _MOST_RUBBISH))


_SWAPPED: Final = "swapped"
#: Functions that return the bytes of a damaged file, or None if it is deleted.
FAULTS: Final[dict[str, Callable[[bytes, Random], bytes | None]]] = {
    "a flipped bit": flip_bit,
    "a changed byte": _change_byte,
    "cut off": _cut,
    "a block of zeros": _zero_block,
    "a lost line": _lose_line,
    "appended bytes": _append,
    "emptied": lambda data, random: b"",
    "deleted": lambda data, random: None,
    _SWAPPED: lambda data, random: data,
}


def lines(numbers: range, more: str = "") -> BytesIO:
    """Returns articles as JSON Lines."""
    articles = (
        {"source": "Coast", "source_id": f"c{n}", "url": f"https://coast.example/{n}", "title": _title(n)}
        | {
            "date": f"20{18 + n % 6}-0{n % 9 + 1}-{n % 28 + 1:02}",
            "tags": ["birds", f"t{n % 3}"],
            "body": _body(n) + more,
        }
        for n in numbers
    )
    return BytesIO("".join(json.dumps(article) + "\n" for article in articles).encode())


def _title(n: int) -> str:
    return f"{_WORDS[n % len(_WORDS)].title()} and {_WORDS[n * 3 % len(_WORDS)]}, part {n}"


def _body(n: int) -> str:
    random = Random(n)
    paragraphs = (" ".join(random.choices(_WORDS, k=40)) + "." for _ in range(3))
    return f"A gull, number {n}.\n\n" + "\n\n".join(paragraphs)

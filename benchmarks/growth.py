"""Reads inputs of ten hostile shapes in every format at doubling sizes. Exits with 1 where time grows faster than size.

    python -m benchmarks.growth [--formats html,mail] [--seconds 0.2] [--ratio 2.8] [--verbose]

A shape is a short part that is repeated, such as ``<br>`` or ``[``. Its input is doubled until reading it takes some
time; then it is read at that size, at twice and at four times the size. Where size doubles, time that grows like size
doubles, and time that grows like the square of size takes four times as long. A shape fails if both ratios are above
the limit. Measured is processor time, the least of several runs, so that other programs on the machine count little. An
input that is refused takes no time.
"""

from __future__ import annotations

import argparse
import gc
import io
import logging
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from time import process_time
from typing import Final, NamedTuple

from benchmarks.growth_inputs import FORMATS
from docarchive.errors import ArticleError, ReaderError
from docarchive.readers import Member, Reader, Record, Source, readers


def main() -> None:
    """Measures all shapes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--formats", default="", help="names with commas between them; all without it")
    parser.add_argument("--seconds", type=float, default=0.2, help="the time of the smallest of three sizes")
    parser.add_argument("--ratio", type=float, default=2.8, help="the limit of the time of twice the size")
    parser.add_argument("--verbose", action="store_true", help="print every shape")
    arguments = parser.parse_args()
    logging.disable()
    known = readers()
    chosen = [name for name in FORMATS if not arguments.formats or name.split(",")[0] in arguments.formats.split(",")]
    failed = 0
    print(f"{'format':<24}{'shapes':>7}{'refused':>9}{'worst ratio':>13}  of shape")
    for name in chosen:
        reader = known[name.partition(",")[0]]
        grown = {part: _growth(reader, FORMATS[name].make, part, arguments.seconds) for part in FORMATS[name].parts}
        ratios = {part: min(growth.ratios, default=0.0) for part, growth in grown.items()}
        worst = max(ratios, key=lambda part: ratios[part])
        bad = [part for part, ratio in ratios.items() if ratio > arguments.ratio]
        failed += len(bad)
        refused = sum(growth.refused for growth in grown.values())
        print(f"{name:<24}{len(grown):>7}{refused:>9}{ratios[worst]:>13.2f}  {worst!r}", flush=True)
        for part in grown if arguments.verbose else bad:
            growth = grown[part]
            times = ", ".join(f"{size:,} B {seconds:.2f} s" for size, seconds in growth.times)
            print(
                f"    {'GROWS' if part in bad else 'ok':<6}{part!r}: {times}{' (refused)' if growth.refused else ''}",
                flush=True,
            )
    print(f"{failed} shapes take time that grows faster than their size")
    sys.exit(bool(failed))


class Growth(NamedTuple):
    """The times of a shape, and whether larger inputs are refused."""

    times: list[tuple[int, float]]
    refused: bool

    @property
    def ratios(self) -> list[float]:
        """How much longer each size took than the one of half the size."""
        seconds = [time for _, time in self.times]
        return [later / earlier for earlier, later in pairwise(seconds)]


_SMALLEST: Final = 128
_LARGEST: Final = 4_194_304
_RUNS: Final = 2


def _growth(reader: Reader, make: Callable[[str], bytes], part: str, enough: float) -> Growth:
    size = _SMALLEST
    seconds = _read(reader, make(part * (size // len(part))), 1)
    while seconds is not None and seconds < enough and size < _LARGEST:
        size *= 2
        seconds = _read(reader, make(part * (size // len(part))), 1)
    times: list[tuple[int, float]] = []
    for larger in (size, 2 * size, 4 * size):
        seconds = _read(reader, make(part * (larger // len(part))), _RUNS)
        if seconds is None:
            return Growth(times, refused=True)
        times.append((larger, seconds))
        if len(times) > 1 and seconds < 2.2 * times[-2][1]:
            break  # it does not grow faster than size
    return Growth(times, refused=False)


def _read(reader: Reader, data: bytes, runs: int) -> float | None:
    """Returns the least processor time of reading an input; None if it is refused as a whole."""
    best: float | None = None
    for _ in range(runs):
        gc.collect()
        began = process_time()
        if not _load_all(reader, data):
            return None
        best = min(process_time() - began, best or float("inf"))
        if best > 10:
            break
    return best


def readable(name: str, data: bytes) -> bool:
    """Returns whether the reader of a format of ``FORMATS`` reads an article, or a file, of an input."""
    return _load_all(readers()[name.partition(",")[0]], data)


def _load_all(reader: Reader, data: bytes) -> bool:
    refused = read = 0
    try:
        for entry in _entries(reader, data):
            try:
                entry.load()
                read += 1
            except (ReaderError, ArticleError):
                refused += 1
    except ReaderError:
        return False
    return read > 0 or refused != 1


def _entries(reader: Reader, data: bytes) -> Iterator[Record]:
    for entry in reader.records(Source("a", len(data), partial(io.BytesIO, data))):
        if isinstance(entry, Record):
            yield entry
        elif isinstance(entry, Member):
            with entry.source.open() as file:
                file.read()


if __name__ == "__main__":
    main()

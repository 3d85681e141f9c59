"""Times many different searches in one process, and a few as whole processes, in archives of several sizes.

    python -m benchmarks.latency ARCHIVE... [--queries 1000] [--processes 15]

Queries are made of the words of articles that are drawn from each archive, the same every time: single words, two and
three words (AND, OR), phrases, prefixes, words of titles, and words with a range of dates. In process, each is asked
once of an archive that is open; medians, the 99th percentile and the slowest are printed by kind. As whole processes,
the archives take turns with the queries of ``benchmarks/startup.py``; the ratio is that of the last archive to the
first.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.startup import QUERIES
from docarchive import Archive

_WORD: Final = re.compile(r"[A-Za-z]{3,}")


def queries(archive: Archive, count: int) -> Iterator[tuple[str, str]]:
    """Yields kinds and queries."""
    drawn = random.Random(1987)
    ids = [row.id for row in islice(archive.list(limit=20_000), 20_000)]
    texts = [
        (found.title, _WORD.findall(found.body)) for found in map(archive.get, drawn.sample(ids, min(300, len(ids))))
    ]
    texts = [each for each in texts if len(each[1]) > 5 and _WORD.search(each[0])]
    for number in range(count):
        title, words = drawn.choice(texts)
        at = drawn.randrange(len(words) - 2)
        one, two, three = (word.lower() for word in (words[at], drawn.choice(words), drawn.choice(words)))
        year = 1987 + drawn.randrange(20)
        made = (
            ("word", one),
            ("AND", f"{one} AND {two}"),
            ("OR", f"{one} OR {two} OR {three}"),
            ("phrase", f'"{one} {words[at + 1].lower()}"'),
            ("prefix", f"{one[: max(3, len(one) - 2)]}*"),
            ("field", f"title:{drawn.choice(_WORD.findall(title)).lower()}"),
            ("date", f"{one} date:{year}-01-01..{year}-06-30"),
        )
        yield made[number % len(made)]


def in_process(root: Path, count: int) -> None:
    """Prints what searches in this process take, in milliseconds."""
    taken: dict[str, list[float]] = {}
    with Archive.open(root) as archive:
        articles, engine = len(archive), archive.settings.engine
        asked = [*queries(archive, count)]
        archive.search("first").hits  # noqa: B018, opens the index
        for kind, query in asked:
            began = time.perf_counter()
            for hit in archive.search(query).hits:
                hit.date, hit.title  # noqa: B018
            taken.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    taken["all"] = [each for kind in taken.values() for each in kind]
    print(f"\n{articles:,} articles, {engine}, in process, ms\n")
    print("| kind | searches | median | p99 | slowest |\n|---|--:|--:|--:|--:|")
    for kind, each in taken.items():
        p99 = statistics.quantiles(each, n=100, method="inclusive")[98]  # never more than the slowest
        print(f"| {kind} | {len(each)} | {statistics.median(each):.2f} | {p99:.1f} | {max(each):.1f} |")


def processes(roots: list[Path], rounds: int) -> None:
    """Prints what searches as whole processes take, in milliseconds."""
    taken: dict[tuple[Path, str], list[float]] = {}
    for number in range(rounds + 1):
        for kind, query in QUERIES.items():
            for root in roots if number % 2 else reversed(roots):
                argv = [sys.executable, "-m", "docarchive", "--archive", str(root), "search", query]
                began = time.perf_counter()
                subprocess.run(argv, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
                if number:
                    taken.setdefault((root, kind), []).append((time.perf_counter() - began) * 1000)
    print("\nwhole processes, medians in ms\n\n| kind |", *(f"{root.name} |" for root in roots), "ratio |")
    print("|---|" + "--:|" * (len(roots) + 1))
    totals = [0.0] * len(roots)
    for kind in QUERIES:
        found = [statistics.median(taken[root, kind]) for root in roots]
        totals = [total + each for total, each in zip(totals, found, strict=True)]
        print(f"| {kind} |", *(f"{each:.0f} |" for each in found), f"{found[-1] / found[0]:.2f} |")
    print("| all |", *(f"{each / len(QUERIES):.0f} |" for each in totals), f"{totals[-1] / totals[0]:.2f} |")


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archives", type=Path, nargs="+")
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=15, help="rounds of whole processes; 0 for none")
    options = parser.parse_args()
    for root in options.archives:
        in_process(root, options.queries)
    if options.processes:
        processes(options.archives, options.processes)


if __name__ == "__main__":
    main()

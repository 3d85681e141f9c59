"""Times many different searches in one process, in archives of several sizes.

    python -m benchmarks.latency ARCHIVE... [--queries 1000]

Queries are made of the words of articles that are drawn from each archive, the same every time: words, AND, OR,
phrases, prefixes, wildcards, fuzzy words, words of titles, words with a range of dates, and two kinds with facets. Each
query runs once in an archive that is open. The median, the 99th percentile and the slowest are printed by kind.
``benchmarks.startup`` times searches as whole processes, ``benchmarks.peers`` next to other programs.
"""

import argparse
import random
import re
import statistics
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from docarchive import Archive

WORD: Final = re.compile(r"[A-Za-z]{3,}")
_FACETS: Final = {"facets": ["place", "tag", "year", "month"]}


def queries(archive: Archive, count: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yields kinds, queries, and the options that they are searched with."""
    random_ = random.Random(1987)
    ids = [row.id for row in islice(archive.list(limit=20_000), 20_000)]
    articles = map(archive.get, random_.sample(ids, min(300, len(ids))))
    return made_of([(article.title, WORD.findall(article.body)) for article in articles], count, random_)


def made_of(
    texts: list[tuple[str, list[str]]], count: int, random_: random.Random
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yields queries, as ``queries`` does, of articles: of each its title, and the words of its text."""
    texts = [(title, words) for title, words in texts if len(words) > 5 and WORD.search(title)]
    for number in range(count):
        title, words = random_.choice(texts)
        at = random_.randrange(len(words) - 2)
        one, two, three = (word.lower() for word in (words[at], random_.choice(words), random_.choice(words)))
        year = 1987 + random_.randrange(20)
        kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("word", one, {}),
            ("AND", f"{one} AND {two}", {}),
            ("OR", f"{one} OR {two} OR {three}", {}),
            ("phrase", f'"{one} {words[at + 1].lower()}"', {}),
            ("prefix", f"{one[: max(3, len(one) - 2)]}*", {}),
            ("wildcard", f"{one[:2]}*{one[-1]}", {}),
            ("fuzzy", f"{one}~1", {}),
            ("field", f"title:{random_.choice(WORD.findall(title)).lower()}", {}),
            ("date", f"{one} date:{year}-01-01..{year}-06-30", {}),
            ("OR, four facets", f"{one} OR {two} OR {three}", _FACETS),
            ("every article, four facets", "*", _FACETS),
        )
        yield kinds[number % len(kinds)]


def measure(root: Path, count: int) -> None:
    """Prints the times of searches in this process, in milliseconds."""
    times: dict[str, list[float]] = {}
    with Archive.open(root) as archive:
        size, engine = len(archive), archive.settings.engine
        made = [*queries(archive, count)]
        archive.search("first").hits  # noqa: B018, opens the index
        for kind, query, options in made:
            start = time.perf_counter()
            for hit in archive.search(query, **options).hits:
                hit.date, hit.title  # noqa: B018
            times.setdefault(kind, []).append((time.perf_counter() - start) * 1000)
    times["all"] = [milliseconds for kind in times.values() for milliseconds in kind]
    print(f"\n{size:,} articles, {engine}, in process, ms\n")
    print("| kind | searches | median | p99 | slowest |\n|---|--:|--:|--:|--:|")
    for kind, taken in times.items():
        p99 = statistics.quantiles(taken, n=100, method="inclusive")[98]  # never more than the slowest
        print(f"| {kind} | {len(taken)} | {statistics.median(taken):.2f} | {p99:.1f} | {max(taken):.1f} |")


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archives", type=Path, nargs="+")
    parser.add_argument("--queries", type=int, default=1_000)
    options = parser.parse_args()
    for root in options.archives:
        measure(root, options.queries)


if __name__ == "__main__":
    main()

"""Times import and search beside stock Whoosh, in one run, and prints a table in Markdown.

    python benchmarks/bench.py CORPUS.jsonl [--articles N] [--rounds 5] [--stock PYTHON] [--json FILE]

CORPUS is JSON Lines with id, title, date and body. PYTHON is an interpreter with the Whoosh to compare
with: this one (whoosh3 as it comes) if left out, or that of an environment with ``whoosh==2.7.4``.

Whole processes are timed, from start to exit, ours and theirs in turn, after a warm-up; medians and the
ratio of the medians are printed. "in process" is a search in a process that has the archive or index
open already; facets are ours alone, and compared with the plain search of the same query. "index" is
indexing alone, without reading the corpus or writing articles: that is the like-for-like figure.
Machines are noisy: trust ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

QUERIES = {
    "rare word": "cadmium",
    "common word": "company",
    "AND": "oil AND opec",
    "phrase": '"interest rates"',
    "prefix": "comput*",
    "field": "title:dollar",
    "OR of four": "oil OR gold OR copper OR wheat",
}
INDEX = """
import sys, time
from pathlib import Path
from docarchive import Archive
from docarchive.engines import Change, Position, open_engine
with Archive.open(sys.argv[1]) as archive:
    changes = [Change(row.id, archive.get(row.id), n, row.language) for n, row in enumerate(archive.list())]
engine = open_engine("whoosh", Path(sys.argv[2]))
began = time.perf_counter()
engine.index(changes, Position("bench", 1))
print(time.perf_counter() - began)
"""
WARM = """
import json, statistics, sys, time
from docarchive import Archive
with Archive.open(sys.argv[1]) as archive:
    for query, options in json.loads(sys.argv[2]):
        taken = []
        for _ in range(int(sys.argv[3]) + 1):
            began = time.perf_counter()
            for hit in archive.search(query, **options):
                hit.date, hit.title
            taken.append(time.perf_counter() - began)
        print(statistics.median(taken[1:]))
"""
#: Searches in a process that is open already: ours, with options, and the plain one that it is compared with.
ANY = "said OR mln OR year OR company"
LIBRARY: dict[str, tuple[str, dict[str, Any], str]] = {
    **{name: (query, {}, query) for name, query in QUERIES.items()},
    "wildcard": ("econ*ic", {}, "econ*ic"),
    "fuzzy": ("dolar~1", {}, "dolar~1"),
    "dates": ("date:1987-03-01..1987-03-02", {}, "date:[1987-03-01 TO 1987-03-02]"),
    "every article": ("*", {}, "*"),
    "every article, four facets": ("*", {"facets": ["place", "tag", "year", "month"]}, "*"),
    "most articles": (ANY, {}, ANY),
    "most articles, two facets": (ANY, {"facets": ["place", "year"]}, ANY),
    "most articles, four facets": (ANY, {"facets": ["place", "tag", "year", "month"]}, ANY),
    "common word, two facets": ("company", {"facets": ["place", "year"]}, "company"),
}
STOCK = str(Path(__file__).with_name("stock_whoosh.py"))


def run(*command: str) -> tuple[float, str]:
    """Runs a process; returns its seconds and its output."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command[:6])} … failed: {done.stderr.strip()[-500:]}")
    return seconds, done.stdout


def in_turn(rounds: int, *timed: Callable[[], float]) -> list[float]:
    """Returns the median of each, run in turn after one warm-up."""
    for each in timed:
        each()
    taken: list[list[float]] = [[] for _ in timed]
    for _ in range(rounds):
        for times, each in zip(taken, timed, strict=True):
            times.append(each())
    return [statistics.median(times) for times in taken]


def cut(corpus: Path, count: int, folder: Path) -> tuple[Path, int]:
    """Returns a corpus of the first articles, and how many there are."""
    path = folder / "corpus.jsonl"
    found = 0
    with open(corpus, "rb") as source, open(path, "wb") as target:
        for line in source:
            if 0 < count <= found:
                break
            if line.strip():
                target.write(line)
                found += 1
    return path, found


def measure(corpus: Path, count: int, stock: str, rounds: int, work: Path) -> tuple[int, dict[str, list[float | None]]]:
    """Returns the number of articles, and seconds of docarchive and of stock Whoosh by what was done."""
    source, found = cut(corpus, count, work)
    archive, theirs = work / "archive", work / "stock"
    ours = [sys.executable, "-m", "docarchive", "--archive", str(archive)]
    rows: dict[str, list[float | None]] = {}
    rows["import"] = [run(*ours, "import", str(source))[0], None]
    rows["import again, nothing new"] = [run(*ours, "import", str(source))[0], None]
    rows["sync, nothing changed"] = [run(*ours, "sync")[0], None]
    mine = float(run(sys.executable, "-c", INDEX, str(archive), str(work / "index"))[1])
    rows["index"] = [mine, float(run(stock, STOCK, "index", str(theirs), str(source))[1])]
    for name, query in QUERIES.items():
        medians = in_turn(
            rounds,
            lambda query=query: run(*ours, "search", query)[0],  # type: ignore[misc]
            lambda query=query: run(stock, STOCK, "search", str(theirs), query)[0],  # type: ignore[misc]
        )
        rows[f"search: {name}"] = list(medians)
    asked = json.dumps([(query, options) for query, options, _ in LIBRARY.values()])
    mine_warm = run(sys.executable, "-c", WARM, str(archive), asked, str(rounds))[1].split()
    plain = json.dumps([query for _, _, query in LIBRARY.values()])
    stock_warm = run(stock, STOCK, "time", str(theirs), plain, str(rounds))[1].split()
    for name, ours_, theirs_ in zip(LIBRARY, mine_warm, stock_warm, strict=True):
        rows[f"in process: {name}"] = [float(ours_), float(theirs_)]
    rows["export as JSON Lines"] = [run(*ours, "export", "--output", str(work / "out.jsonl"))[0], None]
    rows["rebuild"] = [run(*ours, "rebuild")[0], None]
    return found, rows


def show(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 0.1:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def main() -> None:
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=0, help="use only so many")
    parser.add_argument("--rounds", type=int, default=5, help="timed runs of each search")
    parser.add_argument("--stock", default=sys.executable, help="interpreter with the Whoosh to compare with")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    _, version = run(options.stock, "-c", "import whoosh; print(whoosh.versionstring())")
    with tempfile.TemporaryDirectory() as work:
        found, rows = measure(options.corpus, options.articles, options.stock, options.rounds, Path(work))
    print(
        f"{found:,} articles, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}\n"
    )
    print(f"| | docarchive | stock Whoosh {version.strip()} | docarchive ÷ stock |\n|---|--:|--:|--:|")
    for name, (mine, theirs) in rows.items():
        ratio = f"{mine / theirs:.2f}" if mine and theirs else "–"
        print(f"| {name} | {show(mine)} | {show(theirs)} | {ratio} |")
    if options.json:
        facts: dict[str, Any] = {"articles": found, "cores": os.cpu_count(), "whoosh": version.strip(), "seconds": rows}
        options.json.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

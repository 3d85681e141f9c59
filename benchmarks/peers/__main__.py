"""Times docarchive beside its peers; writes the figures as JSON, and the tables and plot of docs/benchmarks/ from them.

    python -m benchmarks.peers CORPUS.jsonl [--sizes 1000,19043,200000] [--quick] [--skip NAME,NAME@SIZE] [--out DIR]

CORPUS is JSON Lines with id, title, date, topics, places and body. A size that it does not have is made of its
articles, the same every time. Each size is a run and a JSON file of its own; the page shows all files that there are.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import machine
from benchmarks.peers.docarchive import Docarchive, DocarchiveTantivy
from benchmarks.peers.inputs import Inputs
from benchmarks.peers.libraries import Fts5, Tantivy, Whoosh
from benchmarks.peers.peer import QUERIES, Peer
from benchmarks.peers.programs import Notmuch, Recoll, Ripgrep, SqliteUtils
from benchmarks.peers.rounds import Figures, Measurement, Plan

PEERS: list[type[Peer]] = [
    Docarchive,
    DocarchiveTantivy,
    Whoosh,
    Fts5,
    Tantivy,
    SqliteUtils,
    Notmuch,
    Recoll,
    Ripgrep,
]
#: Programs that take many minutes for so many articles are left out above this size, unless --all.
MOST = {Recoll: 100_000, Ripgrep: 100_000, Notmuch: 100_000}
RESULTS = machine.ROOT / "docs" / "benchmarks"


def plan(size: int, quick: bool) -> Plan:
    """Returns how often each thing is timed for so many articles."""
    if quick:
        return Plan(1, 1, 3, 1)
    if size > 100_000:
        return Plan(1, 1, 5)
    return Plan(2, 3, 9) if size > 5_000 else Plan(3, 3, 9)


def key(peer: type[Peer]) -> str:
    """Returns the name of a peer as the command line takes it."""
    return peer.__name__.lower()


def chosen(options: argparse.Namespace, size: int) -> tuple[list[type[Peer]], dict[str, str]]:
    """Returns the peers to measure, and those left out with the reason."""
    found, left = [], {}
    for peer in PEERS:
        wanted = not options.only or key(peer) in options.only
        named = {key(peer), f"{key(peer)}@{size}"} & set(options.skip)
        if not wanted or named:
            left[peer.name] = "not asked for"
        elif size > MOST.get(peer, size) and not options.all:
            left[peer.name] = "takes too long at this size; --all measures it"
        elif reason := peer(Path(), Inputs(Path(), 0)).missing():
            left[peer.name] = reason
        else:
            found.append(peer)
    return found, left


def expected(peers: Sequence[type[Peer]], size: int, asked: Plan) -> dict[str, float]:
    """Returns about how many seconds each peer is going to take."""
    searching = 0.15 + size / 1_000_000
    return {
        peer.name: size / peer.pace * (asked.imports + peer.rest) + asked.searches * 12 * searching + 2
        for peer in peers
    }


def minutes(seconds: float) -> str:
    """Returns about how many minutes that is, in words."""
    if seconds < 60:
        return "under a minute"
    found = round(seconds / 60)
    return f"about {found} minute{'s' if found > 1 else ''}"


def prepared(corpus: Path, size: int, folder: Path, peers: Sequence[type[Peer]]) -> Inputs:
    """Makes the articles, in a process of its own."""
    forms = sorted({peer.form for peer in peers})
    argv = [sys.executable, "-m", "benchmarks.peers.inputs", str(corpus), str(size), str(folder), *forms]
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True, cwd=machine.ROOT)
    return Inputs(folder, int(done.stdout))


def measure(options: argparse.Namespace, size: int, work: Path) -> dict[str, Any]:
    """Measures one size; returns what goes into its JSON file."""
    asked = plan(size, options.quick)
    queries = {name: query for name, query in QUERIES.items() if not options.kinds or name in options.kinds}
    peers, left = chosen(options, size)
    times = expected(peers, size, asked)
    print(f"{size:,} articles: {minutes(sum(times.values()))}", file=sys.stderr)
    for name, seconds in times.items():
        print(f"  {name}: about {seconds:.0f} s", file=sys.stderr)
    for name, reason in left.items():
        print(f"  {name}: left out, {reason}", file=sys.stderr)
    began, date, measured_on = time.monotonic(), machine.now(), machine.machine()
    inputs = prepared(options.corpus, size, work / "inputs", peers)
    makers: list[Callable[[Path], Peer]] = [lambda folder, peer=peer: peer(folder, inputs) for peer in peers]  # type: ignore[misc]
    figures: list[Figures] = Measurement(makers, work, asked, queries).all()
    return {
        "schema": 1,
        "articles": inputs.articles,
        "corpus": options.corpus.name,
        "date": date,
        "revision": machine.revision(),
        "machine": measured_on,
        "took_seconds": round(time.monotonic() - began),
        "plan": asked._asdict(),
        "queries": {name: [query.words, *(query.dates or ())] for name, query in queries.items()},
        "peers": [each.to_dict() for each in figures],
        "left_out": left,
    }


def names(text: str) -> list[str]:
    """Returns the names in a list with commas.

    Raises:
        argparse.ArgumentTypeError: There is no such peer.
    """
    found = [name.strip() for name in text.split(",") if name.strip()]
    known = {key(peer) for peer in PEERS}
    for name in found:
        if name.partition("@")[0] not in known:
            raise argparse.ArgumentTypeError(f"there is no peer {name!r}; choose from {', '.join(sorted(known))}")
    return found


def kinds(text: str) -> list[str]:
    """Returns the kinds of searches in a list with commas.

    Raises:
        argparse.ArgumentTypeError: There is no such kind.
    """
    found = [kind.strip() for kind in text.split(",") if kind.strip()]
    for kind in found:
        if kind not in QUERIES:
            raise argparse.ArgumentTypeError(f"there is no kind {kind!r}; choose from {', '.join(QUERIES)}")
    return found


def main() -> int:
    """Reads the command line, measures, and writes the results."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sizes", default="1000,19043,200000", help="numbers of articles, with commas between")
    parser.add_argument("--quick", action="store_true", help="everything once, searches three times")
    parser.add_argument("--only", type=names, default=[], metavar="NAME,…", help="measure these peers alone")
    parser.add_argument("--skip", type=names, default=[], metavar="NAME[@SIZE],…", help="leave these out")
    parser.add_argument("--kinds", type=kinds, default=[], metavar="KIND,…", help=f"of {', '.join(QUERIES)}")
    parser.add_argument("--all", action="store_true", help="also programs that are slow at a size")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="for JSON, tables and plot")
    parser.add_argument("--work", type=Path, metavar="DIR", help="where to work; about 6 GB for 200,000 articles")
    options = parser.parse_args()
    if not options.corpus.is_file():
        parser.error(f"there is no file {options.corpus}; name one of articles, a JSON object a line")
    sizes = [int(size.replace("_", "")) for size in options.sizes.split(",")]
    options.out.mkdir(parents=True, exist_ok=True)
    failed = False
    for size in sizes:
        work = Path(tempfile.mkdtemp(prefix="docarchive-bench-", dir=options.work))
        try:
            found = measure(options, size, work)
            path = options.out / f"articles-{found['articles']}.json"
            path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
            print(f"wrote {path}")
        finally:
            shutil.rmtree(work, ignore_errors=True)  # which takes minutes, if there are millions of files in it
        failed |= any(peer["failed"] for peer in found["peers"])
    from benchmarks.peers.page import write

    write(options.out)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

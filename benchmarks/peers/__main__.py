"""Times docarchive next to its peers; writes the figures, and the tables and plot of docs/benchmarks/.

    python -m benchmarks.peers CORPUS.jsonl [--sizes 1000,19043,200000] [--quick] [--skip NAME,NAME@SIZE] [--out DIR]

CORPUS is JSON Lines with id, title, date, topics, places and body. For a size that is larger, articles are made of its
sentences, the same every time. Each size is a run with a JSON file of its own; the page shows all files.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
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
#: Programs that take many minutes: the number of articles above which they are left out, unless --all.
MOST = {Recoll: 100_000, Ripgrep: 100_000, Notmuch: 100_000}
RESULTS = machine.ROOT / "docs" / "benchmarks"


def plan(size: int, quick: bool) -> Plan:
    """Returns how many times each job is timed for a number of articles."""
    if quick:
        return Plan(1, 1, 3, 1)
    if size > 100_000:
        return Plan(1, 1, 5)
    return Plan(2, 3, 9) if size > 5_000 else Plan(3, 3, 9)


def key(peer: type[Peer]) -> str:
    """Returns the name of a peer on the command line."""
    return peer.__name__.lower()


def select(options: argparse.Namespace, size: int) -> tuple[list[type[Peer]], dict[str, str]]:
    """Returns the peers to measure, and for those left out the reason by name."""
    peers, left_out = [], {}
    for peer in PEERS:
        skipped = {key(peer), f"{key(peer)}@{size}"} & set(options.skip)
        if skipped or (options.only and key(peer) not in options.only):
            left_out[peer.name] = "not selected"
        elif size > MOST.get(peer, size) and not options.all:
            left_out[peer.name] = "takes too long at this size; --all measures it"
        elif reason := peer(Path(), Inputs(Path(), 0)).missing():
            left_out[peer.name] = reason
        else:
            peers.append(peer)
    return peers, left_out


def estimate(peers: Sequence[type[Peer]], size: int, times: Plan) -> dict[str, float]:
    """Returns about how many seconds each peer will take, by name."""
    search = 0.15 + size / 1_000_000  # seconds
    return {
        peer.name: size / peer.articles_per_second * (times.imports + peer.other_jobs)
        + times.searches * 12 * search
        + 2
        for peer in peers
    }


def minutes(seconds: float) -> str:
    """Returns seconds as about how many minutes, in words."""
    if seconds < 60:
        return "under a minute"
    rounded = round(seconds / 60)
    return f"about {rounded} minute{'s' if rounded > 1 else ''}"


def write_inputs(corpus: Path, size: int, folder: Path, peers: Sequence[type[Peer]]) -> Inputs:
    """Writes the articles, in a process of its own."""
    forms = sorted({peer.form for peer in peers})
    argv = [sys.executable, "-m", "benchmarks.peers.inputs", str(corpus), str(size), str(folder), *forms]
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True, cwd=machine.ROOT)
    return Inputs(folder, int(done.stdout))


def measure(options: argparse.Namespace, size: int, work: Path) -> dict[str, Any]:
    """Measures one size; returns the content of its JSON file."""
    times = plan(size, options.quick)
    queries = {name: query for name, query in QUERIES.items() if not options.kinds or name in options.kinds}
    peers, left_out = select(options, size)
    seconds_by_name = estimate(peers, size, times)
    print(f"{size:,} articles: {minutes(sum(seconds_by_name.values()))}", file=sys.stderr)
    for name, seconds in seconds_by_name.items():
        print(f"  {name}: about {seconds:.0f} s", file=sys.stderr)
    for name, reason in left_out.items():
        print(f"  {name}: left out, {reason}", file=sys.stderr)
    start, date, measured_on = time.monotonic(), machine.now(), machine.machine()
    inputs = write_inputs(options.corpus, size, work / "inputs", peers)
    makers: list[Callable[[Path], Peer]] = [lambda folder, peer=peer: peer(folder, inputs) for peer in peers]  # type: ignore[misc]
    figures: list[Figures] = Measurement(makers, work, times, queries).all()
    return {
        "schema": 1,
        "articles": inputs.articles,
        "corpus": options.corpus.name,
        "date": date,
        "revision": machine.revision(),
        "machine": measured_on,
        "took_seconds": round(time.monotonic() - start),
        "plan": times._asdict(),
        "queries": {name: [query.words, *(query.dates or ())] for name, query in queries.items()},
        "peers": [peer.to_dict() for peer in figures],
        "left_out": left_out,
    }


def listed(what: str, known: Collection[str]) -> Callable[[str], list[str]]:
    """Returns the reader of a list with commas of known names; ``@`` ends a name."""

    def read(text: str) -> list[str]:
        names = [name.strip() for name in text.split(",") if name.strip()]
        for name in names:
            if name.partition("@")[0] not in known:
                raise argparse.ArgumentTypeError(f"there is no {what} {name!r}; choose from {', '.join(known)}")
        return names

    return read


def main() -> int:
    """Reads the command line, measures, and writes the results."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    names, kinds = listed("peer", sorted(map(key, PEERS))), listed("kind", QUERIES)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sizes", default="1000,19043,200000", help="numbers of articles, separated by commas")
    parser.add_argument("--quick", action="store_true", help="run jobs once, searches three times")
    parser.add_argument("--only", type=names, default=[], metavar="NAME,…", help="measure only these peers")
    parser.add_argument("--skip", type=names, default=[], metavar="NAME[@SIZE],…", help="leave out these peers")
    parser.add_argument(
        "--kinds", type=kinds, default=[], metavar="KIND,…", help=f"search only these kinds: {', '.join(QUERIES)}"
    )
    parser.add_argument("--all", action="store_true", help="include programs that are slow at a size")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="folder for JSON, tables and plot")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="folder for temporary files; about 6 GB for 200,000 articles"
    )
    options = parser.parse_args()
    if not options.corpus.is_file():
        parser.error(f"there is no file {options.corpus}; name a file with an article in JSON on each line")
    sizes = [int(size.replace("_", "")) for size in options.sizes.split(",")]
    options.out.mkdir(parents=True, exist_ok=True)
    failed = False
    for size in sizes:
        work = Path(tempfile.mkdtemp(prefix="docarchive-bench-", dir=options.work))
        try:
            data = measure(options, size, work)
            path = options.out / f"articles-{data['articles']}.json"
            path.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
            print(f"wrote {path}")
        finally:
            shutil.rmtree(work, ignore_errors=True)  # takes minutes for millions of files
        failed |= any(peer["failed"] for peer in data["peers"])
    from benchmarks.peers.page import write

    write(options.out)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

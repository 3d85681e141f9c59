"""Feeds one index from four archives at once, with failures, and compares all exports with those of one archive.

    PYTHONPATH=tests python -m benchmarks.importers CORPUS.jsonl [--articles N] [--formats html,jsonl,…]

It starts a cluster of its own (``tests/clusters.py``). An archive imports the corpus, and what it exports is divided
into four files. Another one imports all of them, and four import two each, so that each article is in two. One of the
four is ended with ``kill -9`` when the cluster has got some of its documents; then a node is ended in the same way,
that import is run again, and the node is started again. After ``sync`` of all four, the collection is exported in each
format that needs articles alone, and compared with the export of the whole archive, byte by byte. Exits with 1 if
anything differs.
"""

import argparse
import filecmp
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

from clusters import Cluster

from docarchive import Archive

_NAMES = ("north", "east", "south", "west")
#: Formats that have more than articles, or that need a file of the user.
_OTHERS = {"warc", "bagit", "proof", "template"}
_WAIT = 600  # seconds


def main() -> None:
    """Reads the command line, runs, and prints a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=None)
    formats = {one.name for one in Archive.formats() if one.direction == "export" and one.installed} - _OTHERS
    parser.add_argument("--formats", default=",".join(sorted(formats)))
    options = parser.parse_args()
    cluster = Cluster("importers")
    try:
        with tempfile.TemporaryDirectory() as work:
            feed(cluster, options.corpus, options.articles, Path(work))
            equal = [*compared(cluster, options.formats.split(","), Path(work))]
    finally:
        cluster.stop()
    sys.exit(0 if all(equal) else 1)


def feed(cluster: Cluster, corpus: Path, most: int | None, work: Path) -> None:
    """Makes the archives and the collection."""
    urls = cluster.urls()
    part = work / "part.jsonl"
    with open(corpus, "rb") as lines, open(part, "wb") as file:
        file.writelines(line for number, line in enumerate(lines) if most is None or number < most)
    run("init", work / "first")
    run("--archive", work / "first", "import", part)
    run("--archive", work / "first", "export", "--format", "jsonl", "--output", work / "all.jsonl")
    rows = (work / "all.jsonl").read_bytes().splitlines(keepends=True)
    for number in range(4):
        (work / f"{number}.jsonl").write_bytes(b"".join(rows[len(rows) * number // 4 : len(rows) * (number + 1) // 4]))
    run("init", work / "whole")
    run("--archive", work / "whole", "import", *(work / f"{number}.jsonl" for number in range(4)))
    say(f"{len(rows):,} articles; four archives get half of them each")
    for name in _NAMES:
        run("init", work / name)
        options = ("--url", ",".join(urls), "--index", "news", "--shards", "2", "--replicas", "1", "--timeout", "10")
        run("--archive", work / name, "engine", "use", "opensearch", *options)
    begun = time.perf_counter()
    running = {name: start(work, name) for name in _NAMES}
    last = _NAMES[-1]
    wait_for_documents(urls[0], work / last)
    os.killpg(running[last].pid, signal.SIGKILL)
    say(f"{last} ended with kill -9 after {time.perf_counter() - begun:.0f} s, with code {running.pop(last).wait()}")
    cluster.end_node(1)
    running[last] = start(work, last)
    cluster.start_node(1)
    say(f"a node ended, and answers again after {time.perf_counter() - begun:.0f} s")
    codes = {name: process.wait() for name, process in running.items()}
    say(f"imports ended with {codes} after {time.perf_counter() - begun:.0f} s")
    for name in _NAMES:
        run("--archive", work / name, "sync")
    say(f"all synced after {time.perf_counter() - begun:.0f} s")


def start(work: Path, name: str) -> "subprocess.Popen[bytes]":
    """Starts an import of two quarters, of which the next archive has one too."""
    number = _NAMES.index(name)
    files = [str(work / f"{number}.jsonl"), str(work / f"{(number + 1) % 4}.jsonl")]
    command = [sys.executable, "-m", "docarchive", "--archive", str(work / name), "import", *files]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def wait_for_documents(url: str, root: Path) -> None:
    """Waits until the cluster has got documents of an archive."""
    with Archive.open(root) as archive:
        cluster = archive.settings.cluster
    assert cluster is not None
    end = time.monotonic() + _WAIT
    while time.monotonic() < end:
        with urlopen(f"{url}/news.{cluster.archive}.*/_stats/indexing", timeout=60) as answer:
            if json.load(answer)["_all"]["primaries"].get("indexing", {}).get("index_total", 0):
                return
        time.sleep(0.1)
    raise SystemExit(f"the cluster has got nothing of {root.name} after {_WAIT} s")


def compared(cluster: Cluster, formats: list[str], work: Path) -> Iterator[bool]:
    """Compares the exports in each format, and prints a row of a table for each; yields whether they are the same."""
    address = f"opensearch+{cluster.urls()[0]}/news"
    with Archive.open(address) as union, Archive.open(work / "whole") as whole:
        say(f"{len(union):,} articles in the collection, {len(whole):,} in the archive")
        yield len(union) == len(whole)
        yield {row.id for row in union.list()} == {row.id for row in whole.list()}
    print("| format | bytes | same | s | of the archive, s |\n|---|--:|--:|--:|--:|")
    for format_ in formats:
        taken = []
        for archive, name in ((address, "union"), (work / "whole", "one")):
            begun = time.perf_counter()
            run(
                "--archive",
                archive,
                "export",
                "--format",
                format_,
                "--title",
                "T",
                "--output",
                work / f"{name}.{format_}",
            )
            taken.append(time.perf_counter() - begun)
        files, others = (dict(listed(work / f"{name}.{format_}")) for name in ("union", "one"))
        same = files.keys() == others.keys() and all(
            filecmp.cmp(file, others[name], shallow=False) for name, file in files.items()
        )
        size = sum(file.stat().st_size for file in files.values())
        print(f"| {format_} | {size:,} | {'yes' if same else 'NO'} | {taken[0]:.0f} | {taken[1]:.0f} |", flush=True)
        yield same and size > 0


def listed(path: Path) -> Iterator[tuple[Path, Path]]:
    """Yields the files of an export with their paths in it."""
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.is_file():
            yield file.relative_to(path), file


def run(*arguments: object) -> None:
    """Runs a command of docarchive; an error ends the benchmark."""
    command = [sys.executable, "-m", "docarchive", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[2:])} ended with {done.returncode}: {done.stderr[-300:]}")


def say(text: str) -> None:
    """Prints what was done."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

"""Times an import next to the least work that it could do: its floor.

    python -m benchmarks.importing CORPUS.jsonl [--rounds 3] [--engine tantivy]... [--jobs N] [--keep FOLDER]

CORPUS is JSON Lines with id, title and body. The floor is the sum of three steps, each measured in a process of its
own: parsing the corpus; writing the files that the import writes, durably (temporary names, one flush of the file
system, renames, flushes of folders); and indexing id, title and body with plain tantivy (stemmed English, a heap of 128
MB, two threads). The import is timed as a whole process, start-up included. All run in turn, for a number of rounds.
The medians are printed, and the median ratio of an import to the floor of its round.

Two more steps measure what else an archive needs, without the work that is done in Python: inserting the rows of the
catalog into an empty one, with one statement a table for a thousand articles; and indexing with tantivy the documents
that docarchive makes, with all fields. Parsing, writing and these two are what would remain of an import if Python took
no time. The sum of their processor time, divided by the number of processors, is the least that an import could take.
"""

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.peers.measuring import command, run
from docarchive.folder import Folder
from docarchive.processes import processors
from docarchive.store.batch import Batch

_BATCH = 1_000
_HEAP = 128_000_000
_TABLES = {
    "articles": "n",
    "labels": "label",
    "labelled": "n",
    "seen": "n",
    "signatures": "n",
    "bands": "n",
    "recent_bands": "n",
    "journal": "position",
}


def parse(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """Returns a function to time, which parses every line."""

    def run() -> None:
        for _ in rows(corpus):
            pass

    return run


def write(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """Reads the files of the archive; returns a function to time, which writes them, a thousand at a time."""
    files_folder = Folder(scratch)
    files = [(str(path.relative_to(archive)), path.read_bytes()) for path in sorted(archive.glob("articles/**/*.md"))]

    def run() -> None:
        for start in range(0, len(files), _BATCH):
            batch = Batch(files_folder, "temporary")
            for path, data in files[start : start + _BATCH]:
                batch.add(path, data)
            batch.commit()

    return run


def index(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """Parses the corpus; returns a function to time, which indexes it."""
    import tantivy

    articles = [(row["id"], row.get("title") or "", row["body"]) for row in rows(corpus)]
    folder = scratch / "tantivy"
    folder.mkdir()

    def run() -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for name in ("title", "body"):
            builder.add_text_field(name, tokenizer_name="en_stem")
        writer = tantivy.Index(builder.build(), path=str(folder)).writer(_HEAP, 2)
        for id_, title, body in articles:
            writer.add_document(tantivy.Document(id=id_, title=title, body=body))
        writer.commit()
        writer.wait_merging_threads()

    return run


def insert(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """Reads the rows of the archive's catalog; returns a function to time, which inserts them into a new one."""
    from docarchive.catalog import schema

    with sqlite3.connect(archive / ".docarchive" / "catalog.sqlite") as catalog:
        tables = {
            name: catalog.execute(f"SELECT * FROM {name} ORDER BY {order}").fetchall()
            for name, order in _TABLES.items()
        }
    schema.create(Folder(scratch) / "catalog", "benchmark")
    new = schema.connect(Folder(scratch) / "catalog")
    assert new is not None
    new.execute("PRAGMA foreign_keys = OFF")  # because tables are filled one after the other
    steps = max(1, len(tables["articles"]) // _BATCH)

    def run() -> None:
        for step in range(steps):
            new.execute("BEGIN")
            for name, rows in tables.items():
                batch = rows[len(rows) * step // steps : len(rows) * (step + 1) // steps]
                if batch:
                    new.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(batch[0]))})", batch)
            new.execute("COMMIT")

    return run


def index_all(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """Makes documents of the archive's articles; returns a function to time, which indexes them."""
    import tantivy

    from docarchive import Archive
    from docarchive.engines.tantivy import schema
    from docarchive.query import AnalyzedArticle

    with Archive.open(archive) as opened:
        articles = map(opened.get, [row.id for row in opened.list()])
        documents = [schema.document(AnalyzedArticle(article, "en"), row) for row, article in enumerate(articles)]
    folder = scratch / "tantivy"
    folder.mkdir()

    def run() -> None:
        writer = tantivy.Index(schema.schema(), path=str(folder)).writer(_HEAP, 2)
        for document in documents:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    return run


FLOOR = {"parse": parse, "write": write, "index": index}
MORE = {"rows of the catalog": insert, "index of all fields": index_all}
LEAST = ("parse", "write", *MORE)  # the steps that remain if Python takes no time


def rows(corpus: Path) -> Iterator[dict[str, str]]:
    """Yields the articles."""
    with open(corpus, "rb") as lines:
        yield from map(json.loads, lines)


def print_step(name: str, corpus: Path, archive: Path, scratch: Path) -> None:
    """Runs one step; prints its seconds, and its seconds of processor time."""
    step = {**FLOOR, **MORE}[name](corpus, archive, scratch)
    os.sync()
    start, processor = time.perf_counter(), time.process_time()
    step()
    print(time.perf_counter() - start, time.process_time() - processor)


def time_step(name: str, corpus: Path, archive: Path) -> tuple[float, float]:
    """Runs one step in a process of its own; returns its seconds, and its seconds of processor time."""
    with tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
        (Path(scratch) / "files").mkdir()
        argv = [sys.executable, "-m", "benchmarks.importing", str(corpus), "--step", name, str(archive), scratch]
        seconds, processor = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()
        return float(seconds), float(processor)


def time_import(corpus: Path, archive: Path, engine: str, jobs: int | None) -> tuple[float, float]:
    """Imports into a new archive; returns the seconds, and the seconds of processor time."""
    program, output = (sys.executable, "-m", "docarchive", "--archive", archive), archive.parent / "output"
    run(command(*program, "init", "--engine", engine), output)
    os.sync()
    timed = run(command(*program, "import", corpus, *(["--jobs", jobs] if jobs else [])), output)
    return timed.seconds, timed.processor


def main() -> None:
    """Reads the command line, measures, and prints a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", action="append", choices=["tantivy", "whoosh"])
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--keep", type=Path, help="folder to work in; a temporary one if left out")
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        name, archive, scratch = options.step
        print_step(name, options.corpus, Path(archive), Path(scratch))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report(options.corpus, folder, options.engine or ["tantivy"], options.rounds, options.jobs)


def report(corpus: Path, folder: Path, engines: list[str], rounds: int, jobs: int | None) -> None:
    """Measures a number of rounds, and prints the medians."""
    times: dict[str, list[tuple[float, float]]] = {}  # seconds, and seconds of processor time
    ratios: dict[str, list[float]] = {}
    for number in range(rounds):
        imports = {engine: time_import(corpus, folder / f"{engine}-{number}", engine, jobs) for engine in engines}
        steps = {name: time_step(name, corpus, folder / f"{engines[0]}-{number}") for name in (*FLOOR, *MORE)}
        floor = sum(steps[name][0] for name in FLOOR)
        least = sum(steps[name][1] for name in LEAST) / processors()
        for engine, both in imports.items():
            times.setdefault(f"import, {engine}", []).append(both)
            ratios.setdefault(f"import, {engine}", []).append(both[0] / floor)
        for name, both in steps.items():
            times.setdefault(f"{'floor' if name in FLOOR else 'not in the floor'}: {name}", []).append(both)
        times.setdefault("floor", []).append((floor, sum(steps[name][1] for name in FLOOR)))
        times.setdefault("least without Python", []).append((least, least * processors()))
        ratios.setdefault("least without Python", []).append(least / floor)
    print(f"{processors()} processors\n\n| | seconds, median | of processors | times the floor |\n|---|--:|--:|--:|")
    for name, runs in times.items():
        seconds, processor = map(statistics.median, zip(*runs, strict=True))
        ratio = f"{statistics.median(ratios[name]):.2f}" if name in ratios else ""
        print(f"| {name} | {seconds:.2f} | {processor:.2f} | {ratio} |")


if __name__ == "__main__":
    main()

"""Times an import beside the least that it has to do: its floor.

    python -m benchmarks.importing CORPUS.jsonl [--rounds 3] [--engine tantivy]... [--jobs N] [--keep FOLDER]

CORPUS is JSON Lines with id, title and body. The floor is the sum of three things, each measured in a process of its
own: parsing the corpus, writing the very files that the import makes, durably (temporary names, one flush of the file
system, renames, flushes of folders), and indexing id, title and body with plain tantivy (stemmed English, a heap of
128 MB, two threads). The import is timed as a whole process, start-up included. All are run in turn, in as many
rounds as are asked for; medians are given, and the ratio of each round's import to its floor.

Two more parts show what it costs that an archive is more than that, with everything made beforehand, so that nearly
nothing of it is Python's: putting the rows of the catalog into another one by one statement a table for each thousand
articles, and giving tantivy the documents that docarchive gives it, of all fields. With parsing and writing that is
what remains of an import if all that is done in Python took no time: the seconds of processor time of these four, by
the number of processors, are the least that it could take.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

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
    "journal": "number",
}


def parse(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """What is timed parses every line."""

    def run() -> None:
        for _ in rows(corpus):
            pass

    return run


def write(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """Reads the archive's files; what is timed writes them, a thousand at a time."""
    files = [(str(path.relative_to(archive)), path.read_bytes()) for path in sorted(archive.glob("articles/**/*.md"))]

    def run() -> None:
        for start in range(0, len(files), _BATCH):
            batch = Batch(scratch / "files", scratch / "temporary")
            for path, data in files[start : start + _BATCH]:
                batch.add(path, data)
            batch.commit()

    return run


def index(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """Parses the corpus; what is timed indexes it."""
    import tantivy

    found = [(row["id"], row.get("title") or "", row["body"]) for row in rows(corpus)]
    folder = scratch / "tantivy"
    folder.mkdir()

    def run() -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for name in ("title", "body"):
            builder.add_text_field(name, tokenizer_name="en_stem")
        writer = tantivy.Index(builder.build(), path=str(folder)).writer(_HEAP, 2)
        for id_, title, body in found:
            writer.add_document(tantivy.Document(id=id_, title=title, body=body))
        writer.commit()
        writer.wait_merging_threads()

    return run


def insert(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """Reads the rows of the archive's catalog; what is timed puts them into a new one."""
    from docarchive.catalog import schema

    with sqlite3.connect(archive / ".docarchive" / "catalog.sqlite") as catalog:
        tables = {
            name: catalog.execute(f"SELECT * FROM {name} ORDER BY {order}").fetchall()
            for name, order in _TABLES.items()
        }
    schema.create(scratch / "catalog", "benchmark")
    new = schema.connect(scratch / "catalog")
    assert new is not None
    new.execute("PRAGMA foreign_keys = OFF")  # as rows come table by table, some before what they refer to
    steps = max(1, len(tables["articles"]) // _BATCH)

    def run() -> None:
        for step in range(steps):
            new.execute("BEGIN")
            for name, rows in tables.items():
                part = rows[len(rows) * step // steps : len(rows) * (step + 1) // steps]
                if part:
                    new.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(part[0]))})", part)
            new.execute("COMMIT")

    return run


def index_all(corpus: Path, archive: Path, scratch: Path) -> Callable[[], None]:
    """Reads the archive's articles, and makes documents of them; what is timed indexes these."""
    import tantivy

    from docarchive import Archive
    from docarchive.engines.tantivy import schema
    from docarchive.query import AnalyzedArticle

    with Archive.open(archive) as opened:
        articles = map(opened.get, [row.id for row in opened.list()])
        documents = [schema.document(AnalyzedArticle(each, "en"), row) for row, each in enumerate(articles)]
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
LEAST = ("parse", "write", *MORE)  # what has to be done if that in Python takes no time


def rows(corpus: Path) -> Iterator[dict[str, str]]:
    """Yields the articles."""
    with open(corpus, "rb") as lines:
        yield from map(json.loads, lines)


def part(name: str, corpus: Path, archive: Path, scratch: Path) -> None:
    """Runs in a process of its own: prints the seconds that a part of the floor takes, and those of processor time."""
    run = {**FLOOR, **MORE}[name](corpus, archive, scratch)
    os.sync()
    began, before = time.perf_counter(), time.process_time()
    run()
    print(time.perf_counter() - began, time.process_time() - before)


def timed_part(name: str, corpus: Path, archive: Path) -> tuple[float, float]:
    """Returns the seconds of a part of the floor, and the seconds of processor time."""
    with tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
        (Path(scratch) / "files").mkdir()
        argv = [sys.executable, __file__, str(corpus), "--part", name, str(archive), scratch]
        seconds, processor = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()
        return float(seconds), float(processor)


def timed_import(corpus: Path, archive: Path, engine: str, jobs: int | None) -> tuple[float, float]:
    """Imports into a new archive; returns the seconds, and the seconds of processor time."""
    program = [sys.executable, "-m", "docarchive", "--archive", str(archive)]
    subprocess.run([*program, "init", "--engine", engine], check=True, capture_output=True)
    os.sync()
    before, began = os.times(), time.perf_counter()
    asked = [*program, "import", str(corpus), *(["--jobs", str(jobs)] if jobs else [])]
    subprocess.run(asked, check=True, capture_output=True)
    seconds, after = time.perf_counter() - began, os.times()
    return seconds, after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """Reads the command line, measures, and prints a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", action="append", choices=["tantivy", "whoosh"])
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--keep", type=Path, help="the folder to work in; a temporary one if left out")
    parser.add_argument("--part", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        name, archive, scratch = options.part
        part(name, options.corpus, Path(archive), Path(scratch))
        return
    folder = options.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        report(options.corpus, folder, options.engine or ["tantivy"], options.rounds, options.jobs)
    finally:
        if not options.keep:
            shutil.rmtree(folder)


def report(corpus: Path, folder: Path, engines: list[str], rounds: int, jobs: int | None) -> None:
    """Measures so many rounds, and prints the medians."""
    taken: dict[str, list[tuple[float, float]]] = {}  # seconds, and seconds of processor time
    ratios: dict[str, list[float]] = {}
    for number in range(rounds):
        imports = {engine: timed_import(corpus, folder / f"{engine}-{number}", engine, jobs) for engine in engines}
        parts = {name: timed_part(name, corpus, folder / f"{engines[0]}-{number}") for name in (*FLOOR, *MORE)}
        floor = sum(parts[name][0] for name in FLOOR)
        least = sum(parts[name][1] for name in LEAST) / processors()
        for engine, both in imports.items():
            taken.setdefault(f"import, {engine}", []).append(both)
            ratios.setdefault(f"import, {engine}", []).append(both[0] / floor)
        for name, both in parts.items():
            taken.setdefault(f"{'floor' if name in FLOOR else 'beyond it'}: {name}", []).append(both)
        taken.setdefault("floor", []).append((floor, sum(parts[name][1] for name in FLOOR)))
        taken.setdefault("least without Python", []).append((least, least * processors()))
        ratios.setdefault("least without Python", []).append(least / floor)
    print(f"{processors()} processors\n\n| | seconds, median | of processors | times the floor |\n|---|--:|--:|--:|")
    for name, each in taken.items():
        seconds, processor = (statistics.median(found) for found in zip(*each, strict=True))
        ratio = f"{statistics.median(ratios[name]):.2f}" if name in ratios else ""
        print(f"| {name} | {seconds:.2f} | {processor:.2f} | {ratio} |")


if __name__ == "__main__":
    main()

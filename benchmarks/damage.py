"""Damages files of archives, and checks that no command answers wrongly and that the damage is found and fixed.

    python -m benchmarks.damage [--seed 1] [--faults 10000] [--engine whoosh] [--jobs 2]

Each fault is one of those in ``damage_faults``, in one file of a small archive; the same seed makes the same faults.
After it, each question of ``damage_answers`` must be answered as before, or with a documented error. An article's file
whose size or time changed may have been edited: what it says now is right too. Linux.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

from benchmarks.damage_answers import Answer, ask, wrong
from benchmarks.damage_faults import Fault, damage, prepare, with_log
from benchmarks.forking import forked, load
from docarchive import ENGINES, Archive

T = TypeVar("T")


class Template(NamedTuple):
    """An archive to damage."""

    name: str  # the engine, and whether the catalog's log has changes
    root: Path
    ids: dict[str, str]  # the ids of the articles by the path of the file
    stamps: dict[str, tuple[int, int]]  # size and time of the articles' files
    truths: list[dict[str, Answer]]  # the right answers: as it is, and after a rebuild


class Outcome(NamedTuple):
    """What came of one fault."""

    name: str  # of the template
    number: int  # the number of the fault
    fault: Fault
    wrong: list[str]  # what was answered wrongly
    errors: int  # how many questions were answered with an error


def templates(folder: Path, engines: list[str]) -> Iterator[Template]:
    """Makes the archives to damage in a folder: for each engine, one whose catalog has a log, and one without."""
    for engine in engines:
        made = folder / engine / "archive"
        forked(lambda engine=engine, made=made: prepare(made, engine))  # type: ignore[misc]
        logged = folder / f"{engine}-log" / "archive"
        forked(lambda made=made, logged=logged: _copied_with_log(made, logged))  # type: ignore[misc]
        for root in (made, logged):
            template, modules = forked(lambda root=root: _described(root))  # type: ignore[misc]
            load(modules)
            yield template


def _copied_with_log(made: Path, logged: Path) -> None:
    with with_log(made):
        shutil.copytree(made, logged)


def _described(root: Path) -> tuple[Template, list[str]]:
    """Returns an archive as a template, and the modules that its use imports."""
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        copy = Path(folder, "archive")
        shutil.copytree(root, copy)
        with Archive.open(copy) as archive:
            ids = {archive.file(row.id): row.id for row in archive.list()}
        truth = ask(copy, sorted(ids.values()), Random(0))
        with Archive.open(copy) as archive:
            archive.rebuild()
        truths = [truth, ask(copy, sorted(ids.values()), Random(0))]
    assert not [answer.error for name, answer in truth.items() if answer.error and not name.startswith("original")]
    stamps = {path: _stamp(root / path) for path in ids}
    return Template(root.parent.name, root, ids, stamps, truths), [*sys.modules]


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def try_fault(template: Template, seed: int, number: int, folder: Path) -> Outcome:
    """Makes a fault in a copy of an archive, and asks the archive."""
    root = folder / "archive"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template.root, root)
    random = Random(f"{seed} {number}")
    fault = damage(root, random)
    ids = sorted(template.ids.values())
    answers = forked(lambda: _silently(lambda: ask(root, ids, random)))
    paths = [path for path in (fault.path, fault.other) if path in template.ids]
    changed = {
        template.ids[path]
        for path in paths
        if not (root / path).exists() or _stamp(root / path) != template.stamps[path]
    }
    faults = wrong(answers, template.truths, changed)
    if fault.of == "docarchive.toml":  # other settings give other answers
        faults = [text for text in faults if "undocumented" in text]
    return Outcome(template.name, number, fault, faults, sum(bool(answer.error) for answer in answers.values()))


def _silently(function: Callable[[], T]) -> T:
    """Calls a function without what Rust prints when it panics."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    return function()


_templates: list[Template] = []
_folder: Path
_seed: int


def _try(number: int) -> Outcome:
    template = _templates[number % len(_templates)]
    return try_fault(template, _seed, number, _folder / f"tried-{os.getpid()}")


def run(engines: list[str], faults: range, seed: int, jobs: int) -> Iterator[Outcome]:
    """Yields what comes of faults, by number."""
    global _templates, _folder, _seed
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        _templates, _folder, _seed = [*templates(Path(folder), engines)], Path(folder), seed
        with get_context("fork").Pool(jobs) as pool:
            yield from pool.imap(_try, faults, chunksize=4)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="The number of the first fault.")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    began = time.monotonic()
    tried: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    erred: Counter[str] = Counter()
    numbers = range(options.first, options.first + options.faults)
    for outcome in run(options.engine or [*ENGINES], numbers, options.seed, options.jobs):
        tried[outcome.fault.of] += 1
        erred[outcome.fault.of] += bool(outcome.errors)
        if outcome.wrong:
            answered[outcome.fault.of] += 1
            print(f"{outcome.name} {outcome.number}: {outcome.fault}: {len(outcome.wrong)} wrong answers")
            print(*(f"    {text[:400]}" for text in outcome.wrong[:3]), sep="\n")
            sys.stdout.flush()
    print(f"{'kind of file':24} {'tried':>6} {'errors':>6} {'wrong':>6}")
    for of in sorted(tried):
        print(f"{of:24} {tried[of]:6} {erred[of]:6} {answered[of]:6}")
    print(f"{tried.total()} faults, {answered.total()} with wrong answers, {time.monotonic() - began:.0f} s")
    return int(answered.total() > 0)


if __name__ == "__main__":
    raise SystemExit(main())

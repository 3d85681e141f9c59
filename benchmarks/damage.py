"""Damages files of archives, and checks that no command answers wrongly and that the damage is found and fixed.

    python -m benchmarks.damage [--seed 1] [--faults 10000] [--engine whoosh] [--jobs 2]

Each fault is one of those in ``damage_faults``, in one file of a small archive; the same seed makes the same faults.
After it, each question of ``damage_answers`` must be answered as before, or with a documented error. An article's file
whose size or time changed may have been edited: what it says now is right too. ``verify`` must name the file with the
right kind and nothing else, unless the archive was healed when it was opened, or the file says the same as before; and
what it names must be gone after what it advises. Linux.
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
from benchmarks.damage_verified import Verified, verified
from benchmarks.forking import forked
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
    verified: Verified


def templates(folder: Path, engines: list[str]) -> Iterator[Template]:
    """Makes the archives to damage in a folder: for each engine, one whose catalog has a log, and one without."""
    for engine in engines:
        made = folder / engine / "archive"
        forked(lambda engine=engine, made=made: prepare(made, engine))  # type: ignore[misc]
        logged = folder / f"{engine}-log" / "archive"
        forked(lambda made=made, logged=logged: _copied_with_log(made, logged))  # type: ignore[misc]
        for root in (made, logged):
            yield forked(lambda root=root: _described(root))  # type: ignore[misc]


def _copied_with_log(made: Path, logged: Path) -> None:
    with with_log(made):
        shutil.copytree(made, logged)


def _described(root: Path) -> Template:
    """Returns an archive as a template."""
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
    return Template(root.parent.name, root, ids, stamps, truths)


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
    found = forked(lambda: _silently(lambda: verified(root, fault, folder / "copy")))
    answers = forked(lambda: _silently(lambda: ask(root, ids, random)))
    paths = [path for path in (fault.path, fault.other) if path in template.ids]
    touched = {template.ids[path] for path in paths}
    changed = {
        template.ids[path]
        for path in paths
        if not (root / path).exists() or _stamp(root / path) != template.stamps[path]
    }
    faults = wrong(answers, template.truths, changed, touched)
    if fault.of == "docarchive.toml":  # other settings give other answers
        faults = [text for text in faults if "undocumented" in text]
    errors = sum(bool(answer.error) for answer in answers.values())
    return Outcome(template.name, number, fault, faults, errors, found)


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
    counts: dict[str, Counter[str]] = {}
    numbers = range(options.first, options.first + options.faults)
    for outcome in run(options.engine or [*ENGINES], numbers, options.seed, options.jobs):
        found = outcome.verified
        tallied = {"tried": True, "errors": outcome.errors, "wrong": outcome.wrong, found.state: True}
        tallied |= {"falsely": found.falsely, "left": found.left}
        counts.setdefault(outcome.fault.of, Counter()).update(name for name, value in tallied.items() if value)
        problems = [*outcome.wrong, *found.problems()]
        if problems:
            print(f"{outcome.name} {outcome.number}: {outcome.fault}: {len(problems)} problems")
            print(*(f"    {text[:400]}" for text in problems[:4]), sep="\n")
            sys.stdout.flush()
    columns = ("tried", "named", "healed", "same", "unnamed", "falsely", "left", "errors", "wrong")
    print(f"{'kind of file':24}" + "".join(f"{name:>9}" for name in columns))
    for of, tally in sorted(counts.items()):
        print(f"{of:24}" + "".join(f"{tally[name]:9}" for name in columns))
    total = sum(counts.values(), Counter[str]())
    print(f"{'all':24}" + "".join(f"{total[name]:9}" for name in columns))
    print(f"{time.monotonic() - began:.0f} s")
    return int(any(total[name] for name in ("unnamed", "falsely", "wrong")))


if __name__ == "__main__":
    raise SystemExit(main())

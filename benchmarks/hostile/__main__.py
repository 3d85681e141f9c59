"""Runs commands on hostile archives; see ``benchmarks.hostile``. The exit code is 1 if there was a breach."""

from __future__ import annotations

import argparse
import compileall
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from benchmarks.hostile.arena import Arena, bases
from benchmarks.hostile.attacks import ATTACKS, attack
from benchmarks.hostile.commands import Case, cases, template
from benchmarks.hostile.judging import Known, breaches
from benchmarks.hostile.tracer import Traced, traced

_SOURCE = Path(__file__).parents[2]
_PROGRAM = "import sys\nfrom docarchive.cli import main\nsys.exit(main())\n"
_MEMORY = 3 << 30  # bytes of address space
_LOOKED = 8  # of so many archives one is traced with what commands only look at
_WATCHED = 3.0  # seconds until a watch is interrupted


class Found(NamedTuple):
    """A command that did what it must not do."""

    number: int  # of the archive
    case: Case
    attacks: list[str]
    breaches: list[str]


class Trial:
    """All that is tried in one run.

    Args:
        folder: An empty folder, without links on the way.
        seed: Where chance begins.
        chosen: The kinds of attacks.
    """

    def __init__(self, folder: Path, seed: int, chosen: list[str]) -> None:
        self._folder, self._seed, self._chosen = folder, seed, chosen
        compileall.compile_dir(str(_SOURCE / "docarchive"), quiet=2)  # commands write no modules
        (folder / "bin").mkdir()
        (folder / "bin/docarchive").write_text(_PROGRAM, "utf-8")
        self._bases = bases(folder / "bases")
        self._known = Known()
        self._learned: set[Case] = set()
        self._number = iter(range(sys.maxsize)).__next__

    def learn(self, case: Case) -> None:
        """Runs a command on archives that attack nobody, once, to see what it does there."""
        if case not in self._learned:
            for engine in self._bases:
                arena = self._arena(f"clean {engine} {self._number()}", engine)
                self._known.learn(arena, self._run(arena, case, random.Random(0), looks=True).events)
                _remove(arena.root)
            self._learned.add(case)

    def attacked(self, number: int, case: Case) -> Found | None:
        """Runs a command on a hostile archive; returns what it did that it must not do."""
        random_ = random.Random(f"{self._seed} {number}")
        arena = self._arena(f"{number} {self._number()}", random_.choice(list(self._bases)))
        attacks = attack(random_, arena, self._chosen)
        before = arena.outside()
        done = self._run(arena, case, random_, looks=number % _LOOKED == 0)
        if found := [*breaches(arena, done, self._known, before)]:  # perhaps it does the same everywhere
            self.learn(case)
            found = [*dict.fromkeys(breaches(arena, done, self._known, before))]
        _remove(arena.root)
        return Found(number, case, attacks, found) if found else None

    def _arena(self, name: str, engine: str) -> Arena:
        arena = Arena(self._folder / name)
        arena.make(self._bases[engine])
        template(arena)
        (arena.root / "notes").mkdir()
        return arena

    def _run(self, arena: Arena, case: Case, random_: random.Random, looks: bool) -> Traced:
        ids = sorted(path.stem.rpartition(".")[2] for path in (self._bases["whoosh"] / "articles").rglob("*.md"))
        words = case.filled(arena, random_.choice(ids))
        is_inside = random_.random() < 0.5
        where = [] if is_inside or case.command == "init" else ["--archive", str(arena.archive)]
        environment = {
            **{"PATH": os.environ["PATH"], "HOME": str(arena.home), "TMPDIR": str(arena.tmp), "LANG": "C.UTF-8"},
            **{"PYTHONPATH": str(_SOURCE), "PYTHONDONTWRITEBYTECODE": "1"},
        }
        return traced(
            [sys.executable, str(self._folder / "bin/docarchive"), words[0], *where, *words[1:]],
            cwd=arena.archive if is_inside else arena.root,
            environment=environment,
            notes=arena.root / "notes",
            memory=_MEMORY,
            interrupt_after=_WATCHED if case.command == "watch" else 0,
            links=arena.links(),
            looks=looks,
        )


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # folders too deep for Python
        os.system(f"rm -rf '{folder}'")


def _pairs(archives: int, each: int, chosen: list[Case], seed: int) -> Iterator[tuple[int, Case]]:
    """Yields which archives are tried with which commands: every command as often as any other."""
    left: list[Case] = []
    for number in range(archives):
        for _ in range(min(each, len(chosen))):
            if not left:
                left = random.Random(f"{seed} {number} commands").sample(chosen, len(chosen))
            yield number, left.pop()


def main() -> int:
    """Runs the trial that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archives", type=int, default=100, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the number of the first archive")
    parser.add_argument("--each", type=int, default=8, metavar="N", help="command lines for each archive")
    parser.add_argument("--command", action="append", default=[], help="only this command, or command line; repeatable")
    parser.add_argument("--attack", action="append", default=[], choices=ATTACKS, help="only this kind; repeatable")
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    options = parser.parse_args()
    if shutil.which("strace") is None:
        print("strace is needed: see docs/decisions/0077-hostile-archives.md")
        return 2
    chosen = [case for case in cases() if not options.command or {case.command, str(case)} & {*options.command}]
    began, counts, found = time.monotonic(), Counter[str](), []
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        trial = Trial(Path(folder).resolve(), options.seed, options.attack or list(ATTACKS))
        with ThreadPoolExecutor(options.jobs) as pool:
            pairs = [
                (options.first + number, case)
                for number, case in _pairs(options.archives, options.each, chosen, options.seed)
            ]
            for (_, case), one in zip(pairs, pool.map(lambda pair: trial.attacked(*pair), pairs), strict=True):
                counts[case.command] += 1
                if one:
                    found.append(one)
                    print(
                        f"archive {one.number}, {one.case}", *one.attacks, *one.breaches[:8], "", sep="\n  ", flush=True
                    )
    for name, count in counts.items():
        print(f"{name}: {count} tried, {count - sum(one.case.command == name for one in found)} contained")
    total, archives = sum(counts.values()), len({number for number, _ in pairs})
    print(
        f"{archives} hostile archives, {len(chosen)} command lines of {len(counts)} commands: {total} tried"
        f", {total - len(found)} contained, {len(found)} breaches, {time.monotonic() - began:.0f} s"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

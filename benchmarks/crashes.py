"""Kills each operation at each call that changes a file, cuts the power there too, and checks what is left.

    python -m benchmarks.crashes [--engine whoosh] [--operation import] [--power] [--every-point] [--step 1] [--peer]

For every operation, the calls are counted that change what is on the disk: writes, renames, flushes, removals, in all
of its processes. Then it runs once for each of them, in a copy of an archive, and the process that makes the call is
killed there: before the call, and if it writes, also when half of the bytes are written. Afterwards the archive must
open, every article must be as it was before the operation or as it is after it, and searches must find just that. Done
once more, the operation must leave what it leaves without an interruption, and nothing else. After a kill halfway, it
is done once more before anything is read.

A call from a site that was tried before is left out (see ``sites``), but some calls of each operation are always tried.

With --power, one run is recorded with all that it writes. For each call, the file systems are made that may be found if
the power fails after it (see power.py), and the same is checked. What was reported as done must be there then. A file
system is left out if one of the same variant, after the same call on a path of the same kind, was tried before.

With --every-point, nothing is left out.

With --peer, sqlite-utils stores the same articles. Linux, with a C compiler.
"""

import argparse
import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import crash_peers, power, shim, sites, trials
from benchmarks.observed import Observed, differences, names, observe, unknown_segments
from benchmarks.operations import AGAIN, BEFORE, OPERATIONS, prepare
from docarchive import ENGINES, Archive

_WRITES: Final = ("write", "pwrite", "pwrite64", "writev", "pwritev", "pwritev64", "sendfile", "copy_file_range")
#: What is tried. A backup and a manifest state their time, and a watch ends after some time: done twice, they differ.
_TRIED: Final = [name for name in OPERATIONS if name not in ("watch", "manifest", "backup", "backup-zip", "restore")]
_LEAST: Final = 6  # points of an operation that are tried in any case
_SPREAD: Final = 100  # file systems of which one is, too
_LONG_AGO: Final = 3600  # seconds; leftovers of exports are kept for a minute


class Operation(NamedTuple):
    """What is killed, given the folder of an archive."""

    run: Callable[[Path], None]
    before: Callable[[Path], None] = lambda root: None  # what is done to a copy of the archive first
    again: Callable[[Path], None] | None = None  # how it is done once more; None for ``run``

    @classmethod
    def named(cls, name: str) -> "Operation":
        """Returns an operation of the table."""
        return cls(OPERATIONS[name], BEFORE.get(name, lambda root: None), AGAIN.get(name))


class Expected(NamedTuple):
    """What an operation makes of an archive."""

    old: Observed
    new: Observed
    names: set[str]  # of all files, after it was done twice


class Tally:
    """Counts of trials, and what was wrong."""

    def __init__(self) -> None:
        self.tried = 0
        self.faults: Counter[str] = Counter()
        self.places: dict[str, list[str]] = {}

    def add(self, fault: str | None, place: str) -> None:
        """Counts a trial."""
        self.tried += 1
        if fault is not None:
            self.faults[fault] += 1
            self.places.setdefault(fault, []).append(place)

    def print(self, what: str, note: str = "") -> None:
        """Prints the counts, and the faults with the places where they came up."""
        print(f"{what}: {self.tried} tried, {self.tried - self.faults.total()} survived{note}")
        for fault, count in self.faults.most_common():
            print(f"    FAULT {count} x {fault[:1500]} [{', '.join(self.places[fault][:8])}]")
        sys.stdout.flush()


class Runner:
    """Runs one operation on copies of an archive.

    Args:
        state: What the library does.
        engine: The engine of the archive, or the name of a peer.
        operation: The operation.
        look: Returns what can be seen of an archive.
    """

    def __init__(
        self, state: shim.State, engine: str, operation: Operation, look: Callable[[Path], Observed] = observe
    ) -> None:
        self._state = state
        self._operation = operation
        self._look = look
        self._folder = shim.folder()
        self._root = self._folder / "news"
        self._template = template_of(engine)
        self._begin = self._folder.with_name("begin")
        self._begin.mkdir(exist_ok=True)
        self._expected = self._run_undisturbed()

    def kill_points(self) -> list[tuple[sites.Site, int, int]]:
        """Returns the points to kill the operation at: the site of a call, its number, and a moment."""
        self._fresh()
        shim.clear_record()
        self._run(self._operation.run, shim.KILL, sites=True)
        points = [(site, target, shim.BEFORE) for target, site in enumerate(sites.recorded(), start=1)]
        halfway = [(site, target, shim.HALFWAY) for site, target, _ in points if site.call in _WRITES]
        return sorted(points + halfway, key=itemgetter(1, 2))

    def kill(self, target: int, moment: int) -> tuple[str | None, str]:
        """Kills the operation; returns what is wrong afterwards, and where it was killed."""
        self._fresh()
        outcome = self._run(self._operation.run, shim.KILL, target, moment)
        call = self._state.call.decode()
        place = f"{'half of ' if moment == shim.HALFWAY else ''}{call} {target}"
        if outcome.left:
            return f"{outcome.left} processes outlive the one that was killed", place
        done = not outcome.is_killed and not isinstance(outcome.answer, BaseException)
        return self._fault(done=done, written_first=moment == shim.HALFWAY), place

    def power_states(self) -> Iterator[tuple[tuple[str, ...], str, power.Tree, bool]]:
        """Records the operation; yields the file systems after each call: kind, name, tree, and if it was done then."""
        self._fresh()
        disk = power.Disk(self._folder)
        shim.clear_record()
        outcome = self._run(self._operation.run, shim.RECORD)
        if isinstance(outcome.answer, BaseException) or outcome.is_killed:
            raise RuntimeError(f"the recorded run failed: {outcome.answer} {outcome.where}")
        real = power.read(self._folder)
        events = [*shim.recorded()]
        for number, event in enumerate(events, start=1):
            disk.apply(event)
            is_last = number == len(events)
            if not is_last or not self._differs(disk.tree(), real):
                path = event.path[len(str(self._folder)) :]
                for variant, tree in disk.states(event):
                    kind = (variant, event.kind, sites.path_kind(path))
                    yield kind, f"{variant} after {event.kind} {number} of {path}", tree, is_last

    def cut_power(self, tree: power.Tree, *, done: bool) -> str | None:
        """Checks what is left of a file system; returns what is wrong."""
        trials.clear(self._folder)
        power.write(tree, self._folder)
        return self._fault(done=done, written_first=False)

    @staticmethod
    def _differs(replayed: power.Tree, real: power.Tree) -> bool:
        """Raises ``RuntimeError`` if what was recorded is not all that has happened."""
        for path in {*replayed, *real}:
            if not path.endswith("-shm") and [*map(_content, (replayed.get(path), real.get(path)))].count(None) == 1:
                raise RuntimeError(
                    f"the record lacks calls: {path} is only in {'it' if path in replayed else 'the folder'}"
                )
            if not path.endswith("-shm") and _content(replayed.get(path)) != _content(real.get(path)):
                raise RuntimeError(f"the record lacks calls: {path} differs")
        return False

    def _run_undisturbed(self) -> Expected:
        """Runs the operation, and once more; returns what it does, which must be the same both times."""
        trials.fresh(self._folder, self._template)
        _answer(trials.run(lambda: self._operation.before(self._root)))
        trials.fresh(self._begin, self._folder)
        old = _answer(trials.run(partial(self._look, self._root)))
        self._fresh()
        _answer(trials.run(lambda: self._operation.run(self._root)))
        new = _answer(trials.run(partial(self._look, self._root)))
        _answer(trials.run(self._again))
        once_more = _answer(trials.run(partial(self._look, self._root)))
        assert isinstance(old, Observed)
        assert isinstance(new, Observed)
        assert isinstance(once_more, Observed)
        if apart := [*differences(once_more, old, new, done=True)]:
            raise RuntimeError(f"done twice, it is not what it is done once: {apart}")
        if unknown := unknown_segments(self._root):
            raise RuntimeError(f"without a kill, files of no segment are left: {unknown}")
        return Expected(old, new, names(self._root))

    def _fresh(self) -> None:
        trials.fresh(self._folder, self._begin)

    def _run(self, operation: Callable[[Path], None], mode: int, *options: int, sites: bool = False) -> trials.Outcome:
        self._state.reset(mode, *options)
        self._state.sites = int(sites)

        def armed() -> None:
            self._state.armed = 1
            operation(self._root)

        outcome = trials.run(armed)
        self._state.armed = 0
        return outcome

    def _again(self) -> None:
        (self._operation.again or self._operation.run)(self._root)

    def _fault(self, *, done: bool, written_first: bool) -> str | None:
        """Returns what is wrong with what is in the folder, when it is read or written first; None if nothing is."""
        for path in (*self._folder.glob("*.new"), *self._folder.glob("pages/*.new")):
            os.utime(path, (time.time() - _LONG_AGO,) * 2)
        try:
            _answer(trials.run(lambda: self._check(done=done, written_first=written_first)))
        except Exception as raised:
            return str(raised)
        return None

    def _check(self, *, done: bool, written_first: bool) -> None:
        """Raises an exception if what is in the folder is not as it must be, or not once the operation was repeated."""
        old, new, known_names = self._expected
        if not written_first:
            for difference in differences(self._look(self._root), old, new, done=done):
                raise AssertionError(difference)
        self._again()
        for difference in differences(self._look(self._root), new, new, done=True):
            raise AssertionError(f"done once more, {difference}")
        if names(self._root) - known_names:  # an export deletes nothing in the archive; the next write does
            with Archive.open(self._root) as archive:
                archive.sync()
        if left := names(self._root) - known_names:
            raise AssertionError(f"done once more, there is also {sorted(left)}")
        if unknown := unknown_segments(self._root):
            raise AssertionError(f"done once more, there are files of no segment: {unknown}")


def _content(entry: power.Entry | None) -> object:
    return None if entry is None else ("folder" if entry.data is None else entry.data)


def _answer(outcome: trials.Outcome) -> object:
    """Returns the answer of a run that must succeed."""
    if isinstance(outcome.answer, BaseException):
        raise AssertionError(f"{outcome.answer}{_origin(outcome)}")
    assert not outcome.is_killed, "a process died"
    assert not outcome.left, "processes are left"
    return outcome.answer


def _origin(outcome: trials.Outcome) -> str:
    """Returns where an exception comes from, unless it is one of a check here."""
    lines = [line.strip() for line in outcome.where.splitlines() if line.startswith('  File "')]
    return (
        "" if isinstance(outcome.answer, AssertionError) else f" ({type(outcome.answer).__name__}: {'; '.join(lines)})"
    )


def kill_everywhere(runner: Runner, untried: sites.Untried) -> tuple[Tally, str]:
    """Kills an operation at its calls; returns the counts, and how many points there are."""
    tally = Tally()
    points = runner.kill_points()
    for number in untried.of([(site, moment) for site, _, moment in points]):
        _, target, moment = points[number - 1]
        tally.add(*runner.kill(target, moment))
    return tally, f" ({len(points)} points)"


def cut_power_everywhere(runner: Runner, untried: sites.Untried) -> tuple[Tally, str]:
    """Cuts the power after each call of an operation; returns the counts, and how many different file systems."""
    tally, known = Tally(), set()
    for kind, place, tree, done in runner.power_states():
        key = hash((done, *sorted((path, entry.data) for path, entry in tree.items() if not path.endswith("-shm"))))
        if key in known:
            continue
        known.add(key)
        if untried.is_next(kind) or done or len(known) % _SPREAD == 1:
            tally.add(runner.cut_power(tree, done=done), place)
    return tally, f" ({len(known)} different file systems)"


def template_of(engine: str) -> Path:
    """Returns the folder of what the operations start with."""
    return shim.folder().with_name(f"template-{engine}")


def own_runners(engines: Iterable[str], operations: Iterable[str]) -> Iterator[tuple[str, Runner]]:
    """Yields the runners of operations with each engine, and their names."""
    for engine in engines:
        root = template_of(engine) / "news"
        prepare(root, engine)
        with Archive.open(root) as archive:
            archive.sync()
        observe(root)
        gc.freeze()
        for name in operations:
            yield f"{engine}, {name}", Runner(shim.State.shared(), engine, Operation.named(name))


def peer_runners() -> Iterator[tuple[str, Runner]]:
    """Yields the runners of the peer's operations, and their names."""
    peer = crash_peers.program()
    if peer is None:
        raise SystemExit("sqlite-utils is not installed")
    crash_peers.prepare(template_of("peer") / "news")
    for name, (run, again) in crash_peers.OPERATIONS.items():
        operation = Operation(run, again=again)
        yield f"sqlite-utils, {name}", Runner(shim.State.shared(), "peer", operation, crash_peers.observe)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--operation", choices=_TRIED, action="append")
    parser.add_argument("--power", action="store_true", help="Cut the power instead of killing a process.")
    parser.add_argument("--peer", action="store_true", help="Try sqlite-utils instead, which must be on the PATH.")
    parser.add_argument("--every-point", action="store_true", help="Leave out nothing that is like what was tried.")
    parser.add_argument("--step", type=int, default=1, help="Try only every so many of what is left.")
    options = parser.parse_args()
    if not shim.is_loaded():
        return shim.run_with_shim("benchmarks.crashes")
    began, tried, faults = time.monotonic(), 0, 0
    trials.adopt_orphans()
    runners = peer_runners() if options.peer else own_runners(options.engine or ENGINES, options.operation or _TRIED)
    untried = sites.Untried(least=_LEAST, step=options.step, every=options.every_point or options.peer)
    for name, runner in runners:
        tally, note = (cut_power_everywhere if options.power else kill_everywhere)(runner, untried)
        tally.print(f"{name}, {'power' if options.power else 'kills'}", note)
        tried, faults = tried + tally.tried, faults + tally.faults.total()
    print(f"{tried} tried, {tried - faults} survived, {faults} faults, {time.monotonic() - began:.0f} s")
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())

"""Makes each system call of each operation fail once, and checks what is raised and that the archive is whole.

    python -m benchmarks.faults [--engine tantivy] [--operation import] [--error ENOSPC] [--covered whoosh]
        [--every-call] [--step 1]

For every operation, the calls that it makes on the archive's files are listed. Then it runs once for each call, in a
copy of the archive, and that call fails: with EIO and EACCES only this one, with ENOSPC all later ones that need room
too, as on a full disk. Only documented errors may be raised, and their texts must say what is wrong. Afterwards the
archive must open, have all its articles, find them, and do the same operation. Each command of the program runs as a
process: it must print what it prints without a failing call, or say what is wrong and have the exit code 3 or 4.

A call from a site that was tried before is left out (see ``sites``), but some calls of each operation are always tried.
With ``--every-call``, all are. With ``--covered``, the sites of another run count as tried: those of all operations of
the library with that engine, but those of ``--operation``. Linux, with a C compiler.
"""

import argparse
import errno
import re
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from benchmarks import shim, sites, trials
from benchmarks.commands import ALL, BEFORE, Command, Ran
from benchmarks.forking import Died, forked
from benchmarks.operations import AGAIN, OPERATIONS, READING, prepare
from docarchive import ENGINES, Archive, DocarchiveError
from docarchive.keys import MERGED

_SECONDS: Final = 60  # for one run
_WORDS: Final = {"ENOSPC": "no room", "EIO": "", "EACCES": ""}
#: The commands that only read: they work on a full disk.
_READ_COMMANDS: Final = "search search-trash similar quote saved show original list list-trash stats versions diff"
_READS: Final = frozenset({"read", *READING, *(f"cli-{name}" for name in _READ_COMMANDS.split())})
_FAILED: Final = (3, 4)  # the exit codes of a command that a failing call may have
#: What differs each time: times, and sizes and ids that depend on them.
_VARYING: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:[\d.]+)?Z?|[\d.]+ [MkG]?B|0\.\d+ s")
_DONE: Final = "done in spite of it"
_NONE: Final = "no call failed"
_LEAST: Final = 4  # calls of an operation that are tried although their sites were


def check(root: Path, operation: str) -> None:
    """Raises if an archive is not whole, or the operation cannot be done now."""
    if operation == "verify":  # an article is damaged until it is repaired
        OPERATIONS[operation](root)
    with Archive.open(root) as archive:
        files = len([*(root / "articles").rglob("*.md")])
        archive.sync()
        ids = [row.id for row in archive.list()]
        merged = [id for row in archive.list() for id in row.metadata.get(MERGED, [])]
        known = files + len([*archive.trash()]) + len(merged)
        assert len(ids) == files, f"{files} files, {len(ids)} articles"
        assert known >= (9 if "purge" in operation else 12), f"only {known} articles are left"
        texts = [archive.text(id) for id in ids]
        assert all(archive.get(id).body for id in ids), "an article is empty"
        gulls = sum("gull" in text.lower() for text in texts)
        assert archive.count("gull") == gulls, f"{gulls} articles, {archive.count('gull')} are found"
        assert len(archive.search("gull", limit=None).hits) == gulls
        assert archive.count("lighthouse") == 1, "an edit is lost"
        assert archive.is_current()
    shutil.rmtree(root.with_name("created"), ignore_errors=True)
    root.with_name("out.csv").unlink(missing_ok=True)
    if operation in OPERATIONS:
        AGAIN.get(operation, ALL[operation])(root)


class Runner:
    """Runs operations in forked processes, in copies of an archive."""

    def __init__(self, state: shim.State, folder: Path) -> None:
        self._state = state
        self._folder = folder
        self._template = folder.with_name("template")
        self._undisturbed: Ran | None = None  # how the command ends in which no call fails

    @classmethod
    def of(cls, engine: str) -> "Runner":
        """Returns the runner of archives with an engine."""
        folder = shim.folder()
        template = folder.with_name("template")
        shutil.rmtree(template, ignore_errors=True)
        prepare(template / "news", engine)
        return cls(shim.State.shared(), folder)

    def sites_of(self, operation: str, error: str) -> tuple[list[sites.Site], str]:
        """Runs an operation without a failing call; returns where its calls come from, and what is wrong."""
        shim.clear_record()
        self._undisturbed = None
        _, outcome = self.run(operation, error, 0)
        return sites.recorded(), "" if outcome == _NONE else outcome

    def run(self, operation: str, error: str, target: int) -> tuple[str, str]:
        """Runs an operation; returns the call that failed, and what happened."""
        trials.fresh(self._folder, self._template)
        state = self._state
        state.reset(shim.FAIL, target)
        state.error, state.sticky, state.sites = getattr(errno, error), int(error == "ENOSPC"), int(not target)
        try:
            outcome, ran = forked(lambda: self._outcome(operation, error, self._folder / "news"), _SECONDS)
        except Died:
            return state.call.decode(), "FAULT: it hung or died"
        if not target:
            self._undisturbed = ran
        return state.call.decode(), outcome

    def _outcome(self, operation: str, error: str, root: Path) -> tuple[str, Ran | None]:
        """Does an operation and checks the archive; returns what happened, and what a command printed."""
        if operation in BEFORE:
            BEFORE[operation](root)
        state, ran, does = self._state, None, ALL[operation]
        state.armed = 1
        try:
            if isinstance(does, Command):
                ran = does.run(root)
                outcome = self._judged(ran)
            else:
                does(root)
                outcome = _DONE if state.hit else _NONE
        except DocarchiveError as raised:
            outcome = f"{type(raised).__name__}: {raised}\n{traceback.format_exc(limit=-8)}"
        except BaseException as raised:
            outcome = f"FAULT: {type(raised).__name__}: {raised}\n{traceback.format_exc(limit=-4)}"
        finally:
            state.armed = 0
        if not outcome.startswith((_DONE, _NONE, "FAULT")):
            if _WORDS[error] not in outcome.partition("\n")[0]:
                outcome = f"FAULT: a wrong reason: {outcome}"
            if error == "ENOSPC" and operation in _READS:
                outcome = f"FAULT: a full disk can be read: {outcome}"
        try:
            check(root, operation)
        except BaseException as raised:
            after, where = outcome.partition("\n")[0], traceback.format_exc(limit=-3)
            outcome = f"FAULT: not whole afterwards: {type(raised).__name__}: {raised} (after {after})\n{where}"
        return outcome.replace(str(root), "ARCHIVE"), ran

    def _judged(self, ran: Ran) -> str:
        """Returns what happened to a command, compared with a run of it in which no call failed."""
        if not self._state.hit:
            return _NONE
        said = " ".join(ran.err.split())
        usual = self._undisturbed
        if usual is not None and (ran.code, _VARYING.sub("", ran.out)) == (usual.code, _VARYING.sub("", usual.out)):
            return f"{_DONE}: {said}" if _VARYING.sub("", ran.err) != _VARYING.sub("", usual.err) else _DONE
        if ran.code in _FAILED and said and "Traceback" not in said:
            return f"exit code {ran.code}: {said}"
        return f"FAULT: a wrong answer: exit code {ran.code}: {said or 'no message'}\n{ran.out}"


class Total:
    """What was tried of all operations."""

    def __init__(self, *, every_call: bool, step: int, verbose: bool) -> None:
        self._untried = sites.Untried(least=_LEAST, step=step, every=every_call)
        self._verbose = verbose
        self.calls = self.runs = self.faults = 0

    @property
    def distinct(self) -> int:
        """How many sites there are, by error."""
        return len(self._untried.seen)

    def leave_out(self, error: str, calls: Iterable[sites.Site]) -> None:
        """Notes the sites of calls as tried."""
        self._untried.seen.update((error, site) for site in calls)

    def add(self, runner: Runner, name: str, operation: str, error: str) -> None:
        """Tries the calls of an operation, and prints what happened."""
        calls, wrong_before = runner.sites_of(operation, error)
        outcomes: Counter[str] = Counter()
        calls_of: dict[str, Counter[str]] = {}
        if wrong_before:
            outcomes[f"FAULT: without a failing call: {wrong_before}"] += 1
        targets = self._untried.of([(error, site) for site in calls])
        for target in targets:
            call, outcome = runner.run(operation, error, target)
            text, _, where = outcome.partition("\n")
            text = text if not self._verbose or "FAULT" not in text else f"{text}\n{where}"
            outcomes[text] += 1
            calls_of.setdefault(text, Counter())[f"{call} {target}"] += 1
        wrong = sum(count for text, count in outcomes.items() if text.startswith("FAULT"))
        self.calls, self.runs, self.faults = self.calls + len(calls), self.runs + len(targets), self.faults + wrong
        counts = f"{len(calls)} calls, {len({*calls})} sites, {len(targets)} tried, {wrong} faults"
        print(f"{name}, {operation}, {error}: {counts}")
        for text, count in outcomes.most_common():
            print(f"    {count} x {text[:3000]} [{', '.join([*calls_of.get(text, {})][:8])}]")
        sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--operation", choices=ALL, action="append")
    parser.add_argument("--error", choices=_WORDS, action="append")
    parser.add_argument("--every-call", action="store_true", help="Try all calls, not only one of each site.")
    parser.add_argument("--step", type=int, default=1, help="Try only every so many of them.")
    parser.add_argument(
        "--covered",
        choices=ENGINES,
        action="append",
        default=[],
        help="Leave out the sites of all operations of the library with this engine.",
    )
    parser.add_argument("--verbose", action="store_true", help="Print where each fault was raised.")
    options = parser.parse_args()
    if not shim.is_loaded():
        return shim.run_with_shim("benchmarks.faults")
    began = time.monotonic()
    total = Total(every_call=options.every_call, step=options.step, verbose=options.verbose)
    for engine in options.covered:
        runner = Runner.of(engine)
        chosen = options.operation if engine in (options.engine or ENGINES) else ()
        for operation in (OPERATIONS | READING).keys() - (chosen or ()):
            for error in options.error or _WORDS:
                total.leave_out(error, runner.sites_of(operation, error)[0])
    for engine in options.engine or ENGINES:
        runner = Runner.of(engine)
        for operation in options.operation or ALL:
            for error in options.error or _WORDS:
                total.add(runner, engine, operation, error)
    counts = f"{total.calls} calls, {total.distinct} sites, {total.runs} tried, {total.faults} faults"
    print(f"{counts}, {time.monotonic() - began:.0f} s")
    return int(total.faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())

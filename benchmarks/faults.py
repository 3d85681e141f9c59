"""Makes each system call of each operation fail once, and checks what is raised and that the archive is whole.

    python -m benchmarks.faults [--engine whoosh] [--operation import] [--error ENOSPC] [--every-call] [--step 1]

For every operation, the calls that it makes on the archive's files are listed. Then it runs once for each call, in a
copy of the archive, and that call fails: with EIO and EACCES only this one, with ENOSPC all later ones that need room
too, as on a full disk. Only documented errors may be raised, and their texts must say what is wrong. Afterwards the
archive must open, have all its articles, find them, and do the same operation.

A call from a site that was tried before is left out (see ``sites``), but some calls of each operation are always tried.
With ``--every-call``, all are. Linux, with a C compiler.
"""

import argparse
import errno
import shutil
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Final

from benchmarks import shim, sites, trials
from benchmarks.forking import Died, forked
from benchmarks.operations import AGAIN, ALL, BEFORE, OPERATIONS, READING, CommandFailed, prepare
from docarchive import ENGINES, Archive, DocarchiveError

_SECONDS: Final = 60  # for one run
_WORDS: Final = {"ENOSPC": "no room", "EIO": "", "EACCES": ""}
#: What works on a full disk.
_READ_COMMANDS: Final = ("search", "similar", "saved", "show", "original", "list", "stats")
_READS: Final = frozenset({"read", *READING, *(f"cli-{name}" for name in _READ_COMMANDS)})
_INTERNAL: Final = 70  # the exit code of an internal error
_LEAST: Final = 4  # calls of an operation that are tried although their sites were


def check(root: Path, operation: str) -> None:
    """Raises if an archive is not whole, or the operation cannot be done now."""
    if operation == "verify":  # an article is damaged until it is repaired
        OPERATIONS[operation](root)
    with Archive.open(root) as archive:
        files = len([*(root / "articles").rglob("*.md")])
        archive.sync()
        ids = [row.id for row in archive.list()]
        known = files + len([*archive.trash()])
        assert len(ids) == files, f"{files} files, {len(ids)} articles"
        assert known >= (9 if operation.startswith("purge") else 12), f"only {known} articles are left"
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

    def sites_of(self, operation: str, error: str) -> tuple[list[sites.Site], str]:
        """Runs an operation without a failing call; returns where its calls come from, and what is wrong."""
        shim.clear_record()
        _, outcome = self.run(operation, error, 0)
        return sites.recorded(), "" if outcome == "no call failed" else outcome

    def run(self, operation: str, error: str, target: int) -> tuple[str, str]:
        """Runs an operation; returns the call that failed, and what happened."""
        trials.fresh(self._folder, self._template)
        state = self._state
        state.reset(shim.FAIL, target)
        state.error, state.sticky, state.sites = getattr(errno, error), int(error == "ENOSPC"), int(not target)
        try:
            outcome = forked(lambda: self._outcome(operation, error, self._folder / "news"), _SECONDS)
        except Died:
            outcome = "FAULT: it hung or died"
        return state.call.decode(), outcome

    def _outcome(self, operation: str, error: str, root: Path) -> str:
        """Does an operation and checks the archive; returns what happened."""
        if operation in BEFORE:
            BEFORE[operation](root)
        state = self._state
        state.armed = 1
        try:
            ALL[operation](root)
            outcome = "done in spite of it" if state.hit else "no call failed"
        except (DocarchiveError, CommandFailed) as raised:
            outcome = f"{type(raised).__name__}: {raised}"
            if _WORDS[error] not in str(raised):
                outcome = f"FAULT: a wrong reason: {outcome}"
            if error == "ENOSPC" and operation in _READS:
                outcome = f"FAULT: a full disk can be read: {outcome}"
            if isinstance(raised, CommandFailed) and raised.code == _INTERNAL:
                outcome = f"FAULT: {outcome}"
        except BaseException as raised:
            outcome = f"FAULT: {type(raised).__name__}: {raised}\n{traceback.format_exc(limit=-4)}"
        finally:
            state.armed = 0
        try:
            check(root, operation)
        except BaseException as raised:
            where = traceback.format_exc(limit=-3)
            outcome = f"FAULT: not whole afterwards: {type(raised).__name__}: {raised} (after {outcome})\n{where}"
        return outcome.replace(str(root), "ARCHIVE")


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
            text = text if not self._verbose else f"{text}\n{where}"
            outcomes[text] += 1
            calls_of.setdefault(text, Counter())[f"{call} {target}"] += 1
        wrong = sum(count for text, count in outcomes.items() if text.startswith("FAULT"))
        self.calls, self.runs, self.faults = self.calls + len(calls), self.runs + len(targets), self.faults + wrong
        counts = f"{len(calls)} calls, {len({*calls})} sites, {len(targets)} tried, {wrong} faults"
        print(f"{name}, {operation}, {error}: {counts}")
        for text, count in outcomes.most_common():
            print(f"    {count} x {text[:1500]} [{', '.join([*calls_of.get(text, {})][:8])}]")
        sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--operation", choices=ALL, action="append")
    parser.add_argument("--error", choices=_WORDS, action="append")
    parser.add_argument("--every-call", action="store_true", help="Try all calls, not only one of each site.")
    parser.add_argument("--step", type=int, default=1, help="Try only every so many of them.")
    parser.add_argument("--verbose", action="store_true", help="Print where each fault was raised.")
    options = parser.parse_args()
    if not shim.is_loaded():
        return shim.run_with_shim("benchmarks.faults")
    began = time.monotonic()
    total = Total(every_call=options.every_call, step=options.step, verbose=options.verbose)
    state = shim.State.shared()
    for engine in options.engine or ENGINES:
        folder = shim.folder()
        template = folder.with_name("template")
        runner = Runner(state, folder)
        shutil.rmtree(template, ignore_errors=True)
        prepare(template / "news", engine)
        for operation in options.operation or ALL:
            for error in options.error or _WORDS:
                total.add(runner, engine, operation, error)
    counts = f"{total.calls} calls, {total.distinct} sites, {total.runs} tried, {total.faults} faults"
    print(f"{counts}, {time.monotonic() - began:.0f} s")
    return int(total.faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())

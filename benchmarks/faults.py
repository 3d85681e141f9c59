"""Makes each system call of each operation fail once, and checks what is raised and that the archive is whole.

    python -m benchmarks.faults [--engine whoosh] [--operation import] [--error ENOSPC] [--step 1]

For every operation, the calls that it makes on the archive's files are counted. Then it runs once for each call, in a
copy of the archive, and that call fails: with EIO and EACCES only this one, with ENOSPC all later ones that need room
too, as on a full disk. Only documented errors may be raised, and their texts must say what is wrong. Afterwards the
archive must open, have all its articles, find them, and do the same operation. Linux, with a C compiler.
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

from benchmarks import shim
from benchmarks.forking import Died, forked
from benchmarks.operations import AGAIN, ALL, BEFORE, OPERATIONS, READING, CommandFailed, prepare
from docarchive import ENGINES, Archive, DocarchiveError

_SECONDS: Final = 60  # for one run
_WORDS: Final = {"ENOSPC": "no room", "EIO": "", "EACCES": ""}
#: What works on a full disk.
_READ_COMMANDS: Final = ("search", "similar", "saved", "show", "original", "list", "stats")
_READS: Final = frozenset({"read", *READING, *(f"cli-{name}" for name in _READ_COMMANDS)})
_INTERNAL: Final = 70  # the exit code of an internal error


def check(root: Path, operation: str) -> None:
    """Raises if an archive is not whole, or the operation cannot be done now."""
    with Archive.open(root) as archive:
        files = len([*(root / "articles").rglob("*.md")])
        archive.sync()
        ids = [row.id for row in archive.list()]
        assert len(ids) == files >= 12, f"{files} files, {len(ids)} articles"
        assert all(archive.get(id).body for id in ids), "an article is empty"
        assert archive.count("gull") == files, f"{files} articles, {archive.count('gull')} are found"
        assert len(archive.search("gull", limit=None).hits) == files
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

    def run(self, operation: str, error: str, target: int) -> tuple[int, str, str]:
        """Runs an operation; returns the number of its calls, the call that failed, and what happened."""
        for path in self._folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        root = self._folder / "news"
        shutil.copytree(self._template, root)
        state = self._state
        state.reset(shim.FAIL, target)
        state.error, state.sticky = getattr(errno, error), int(error == "ENOSPC")
        try:
            outcome = forked(lambda: self._outcome(operation, error, root), _SECONDS)
        except Died:
            outcome = "FAULT: it hung or died"
        return state.calls, state.call.decode(), outcome

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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--operation", choices=ALL, action="append")
    parser.add_argument("--error", choices=_WORDS, action="append")
    parser.add_argument("--step", type=int, default=1, help="Make only every so many calls fail.")
    parser.add_argument("--verbose", action="store_true", help="Print where each fault was raised.")
    options = parser.parse_args()
    if not shim.is_loaded():
        return shim.run_with_shim("benchmarks.faults")
    began, runs, faults = time.monotonic(), 0, 0
    state = shim.State.shared()
    for engine in options.engine or ENGINES:
        folder = shim.folder()
        runner = Runner(state, folder)
        shutil.rmtree(folder.with_name("template"), ignore_errors=True)
        prepare(folder.with_name("template"), engine)
        for operation in options.operation or ALL:
            for error in options.error or _WORDS:
                calls, _, outcome = runner.run(operation, error, 0)
                outcomes: Counter[str] = Counter()
                calls_of: dict[str, Counter[str]] = {}
                if outcome != "no call failed":
                    outcomes[f"FAULT: without a failing call: {outcome}"] += 1
                for target in range(1, calls + 1, options.step):
                    _, call, outcome = runner.run(operation, error, target)
                    text, _, where = outcome.partition("\n")
                    text = text if not options.verbose else f"{text}\n{where}"
                    outcomes[text] += 1
                    calls_of.setdefault(text, Counter())[call] += 1
                wrong = sum(count for text, count in outcomes.items() if text.startswith("FAULT"))
                runs, faults = runs + sum(outcomes.values()), faults + wrong
                print(f"{engine}, {operation}, {error}: {calls} calls, {sum(outcomes.values())} tried, {wrong} faults")
                for text, count in outcomes.most_common():
                    names = ", ".join(f"{name} {times}" for name, times in calls_of.get(text, {}).items())
                    print(f"    {count} x {text[:600]} [{names}]")
                sys.stdout.flush()
    print(f"{runs} runs, {faults} faults, {time.monotonic() - began:.0f} s")
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())

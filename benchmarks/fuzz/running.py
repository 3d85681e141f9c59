"""Running a target under atheris in a process of its own, and what it finds.

A find does not end the run: its input is kept, one for each place that raises and each kind of error. A crash, an input
that hangs or one that takes all memory does end the process, which is then started again. Every find is tried once
more in a process without atheris, which makes Python slower.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benchmarks.fuzz.mutation import Mutator

if TYPE_CHECKING:
    from benchmarks.fuzz.targets import Target

_COUNTS: Final = struct.Struct("<QQ")  # executions, and those of inputs that were read
_HANGS: Final = 25  # seconds
_MEMORY: Final = 2_048  # MB
_MODULES: Final = ("docarchive", "frontmatter", "feedparser", "mammoth", "striprtf", "warcio", "pylatexenc", "tomlkit")
#: Seconds in which a find must have been tried again.
_AGAIN: Final = 120


class Find(NamedTuple):
    """An input on which something else happened than is documented."""

    file: Path
    what: str


class Outcome(NamedTuple):
    """What the fuzzing of a target came to."""

    executions: int
    read: int  # how many of the inputs were read
    coverage: int  # the number of edges of the code that were reached
    seconds: float  # by the clock
    processor: float  # seconds of processor time
    finds: list[Find]


def fuzz(target: Target, seconds: float, runs: int, folder: Path, corpus: Sequence[Path] = ()) -> Outcome:
    """Fuzzes a target.

    Args:
        target: The target; call ``load_targets`` first.
        seconds: For how long.
        runs: How many inputs at most; 0 for any number.
        folder: The folder for inputs: ``corpus`` is what was reached and ``finds`` are the finds.
        corpus: Folders with further files to start from.
    """
    for each in ("finds", "corpus"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    began, coverage, used = time.monotonic(), 0, _processor_time()
    counts = mmap.mmap(-1, _COUNTS.size)  # shared with the processes
    while (left := seconds - (time.monotonic() - began)) >= 1:
        done = _COUNTS.unpack(counts[:])[0]
        if runs and done >= runs:
            break
        with tempfile.TemporaryDirectory() as scratch:
            act = partial(_fuzz_here, target, int(left), runs - done if runs else -1, folder, counts, corpus, scratch)
            code = _in_process(act, folder / "log")
        text = (folder / "log").read_text("utf-8", "replace")
        coverage = max([coverage, *map(int, re.findall(r"cov: (\d+)", text))])
        if code == 0:
            break
        if not re.search(r"(?:crash|timeout|oom|leak)-[0-9a-f]{40}", text):
            raise SystemExit(f"{target.name}: the fuzzer failed; see {folder / 'log'}\n{text[-2_000:]}")
    done, read = _COUNTS.unpack(counts[:])
    seconds, processor = time.monotonic() - began, _processor_time() - used
    return Outcome(done, read, coverage, seconds, processor, [*_confirmed(target.name, folder / "finds")])


def load_targets() -> tuple[Mapping[str, Target], Mapping[str, Target]]:
    """Returns the targets and the peers, whose code is instrumented: the processes of all of them begin with it."""
    import atheris

    with atheris.instrument_imports(include=[*_MODULES]):
        from benchmarks.fuzz.targets import peers, targets

        return targets(), peers()


def _in_process(act: Callable[[], None], log: Path) -> int:
    """Does something in a process of its own, whose output goes to a file; returns its exit code."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        for number in (1, 2):
            os.dup2(output, number)
        try:
            act()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _processor_time() -> float:
    """Returns the processor time of processes that were started and have ended, in seconds."""
    times = os.times()
    return times.children_user + times.children_system


def _confirmed(target: str, finds: Path) -> Iterator[Find]:
    """Yields the inputs that are finds without atheris too; removes the others."""
    for file in sorted(path for path in finds.iterdir() if path.is_file() and path.suffix != ".txt"):
        what = tried(target, file)
        note = file.with_name(f"{file.name}.txt")
        if what:
            note.write_text(what, "utf-8")
            yield Find(file, what.strip().splitlines()[-1][:300])
        else:
            file.unlink()
            note.unlink(missing_ok=True)


def tried(target: str, file: Path) -> str:
    """Reads an input in a new process; returns the traceback of what it raises, or how it died; empty if it is none."""
    command = [sys.executable, "-m", "benchmarks.fuzz", target, "--replay", str(file)]
    try:
        run = subprocess.run(command, capture_output=True, check=False, timeout=_AGAIN)
    except subprocess.TimeoutExpired:
        return f"it takes longer than {_AGAIN} s"
    if run.returncode == 0:
        return ""
    return run.stderr.decode("utf-8", "replace") or f"the process ended with {run.returncode}"


def _fuzz_here(
    target: Target, seconds: int, runs: int, state: Path, shared: mmap.mmap, corpus: Sequence[Path], scratch: str
) -> None:
    """Fuzzes a target in this process, which ends with it."""
    import atheris

    from benchmarks.fuzz.formats import files_of
    from benchmarks.fuzz.targets import TooSlow, run

    tempfile.tempdir = scratch  # libFuzzer ends the process without Python's cleaning up
    with atheris.instrument_imports(include=[*_MODULES]):
        seeds = target.seeds() + [data for each in corpus for data in files_of(target.name, each)]
        for data in seeds:  # what is imported when it is first used is instrumented too
            _quietly(run, target, data)
    _write_seeds(state / "corpus", seeds)
    _write_tokens(state / "tokens", target.tokens)
    seen: set[str] = set()

    def once(data: bytes) -> None:
        done, read = _COUNTS.unpack(shared[:])
        shared[:] = _COUNTS.pack(done + 1, read)
        try:
            if run(target, data):
                shared[:] = _COUNTS.pack(done + 1, read + 1)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            place = "slow" if isinstance(error, TooSlow) else place_of(error)
            if place not in seen:
                seen.add(place)
                digest = hashlib.sha256(place.encode()).hexdigest()[:12]
                (state / "finds" / digest).write_bytes(data)

    options = [f"-max_total_time={seconds}", f"-runs={runs}", f"-max_len={target.length}", f"-timeout={_HANGS}"]
    options += ["-len_control=0"]  # else what is made of the start corpus is cut
    options += [f"-rss_limit_mb={_MEMORY}", f"-artifact_prefix={state / 'finds'}/"]
    options += [f"-dict={state / 'tokens'}"] if target.tokens else []
    options += ["-print_final_stats=1", str(state / "corpus")]
    mutator = Mutator(seeds, target.tokens)

    def mutated(data: bytes, max_size: int, seed: int) -> bytes:
        # libFuzzer alone makes most inputs of the smallest ones: it sees no code that a good file reaches in C.
        pick = Random(seed)
        data = data if pick.random() < 0.5 else pick.choice(mutator.seeds)
        if pick.random() < 0.5:
            return bytes(atheris.Mutate(data, max_size))
        return mutator.mutated(data, pick)[:max_size]

    atheris.Setup([sys.argv[0], *options], once, custom_mutator=mutated)
    atheris.Fuzz()


def _quietly(run: Any, target: Any, data: bytes) -> None:
    try:
        run(target, data)
    except BaseException as error:  # it is a find of the run that follows
        if isinstance(error, KeyboardInterrupt):
            raise


def place_of(error: BaseException) -> str:
    """Returns the kind of an error, and where it was raised: two errors with the same are one find."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        f"{frame.name}:{frame.lineno}" for frame in frames if "docarchive" in frame.filename or "fuzz" in frame.filename
    ]
    return f"{type(error).__name__} {' '.join(own[-2:])}"


def _write_seeds(folder: Path, seeds: Sequence[bytes]) -> None:
    for data in seeds:
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def _write_tokens(file: Path, tokens: Sequence[str]) -> None:
    lines = ["".join(f"\\x{byte:02x}" for byte in token.encode()[:64]) for token in tokens if token]
    file.write_text("".join(f'"{line}"\n' for line in dict.fromkeys(lines)), "ascii")


def replay(target: Target, file: Path) -> int:
    """Reads an input once, in bounded memory; prints what it raises, and returns 1 if it does."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY << 20, _MEMORY << 20))
    from benchmarks.fuzz.targets import run

    _quietly(run, target, b"")  # imports are not counted
    try:
        read = run(target, file.read_bytes())
    except BaseException:
        traceback.print_exc()
        return 1
    print(json.dumps({"target": target.name, "file": os.fspath(file), "read": read}))
    return 0

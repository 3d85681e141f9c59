"""Runs a process and measures it: seconds from start to exit, and the peak memory of it and all it started."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path
from typing import NamedTuple

_EVERY = 0.2  # seconds between two looks at the memory of a process and what it started


class Command(NamedTuple):
    """A process to run.

    Attributes:
        argv: The program and its arguments.
        codes: Exit codes that mean that it did what it was asked.
        environment: Variables that it gets besides our own.
    """

    argv: tuple[str, ...]
    codes: tuple[int, ...] = (0,)
    environment: tuple[tuple[str, str], ...] = ()


class Run(NamedTuple):
    """What a process took: seconds, and MB of memory at its peak."""

    seconds: float
    peak: float


class Failed(Exception):
    """A process did not do what it was asked; the text says which, and how it ended."""


def command(*argv: object, codes: tuple[int, ...] = (0,), **environment: object) -> Command:
    """Returns a command of anything that has a text."""
    return Command(tuple(map(str, argv)), codes, tuple((key, str(value)) for key, value in environment.items()))


def run(asked: Command, output: Path) -> Run:
    """Runs a process with its output in a file, and waits for it.

    The peak is the larger of what the system counts for the process alone, and of the proportional set sizes of the
    process and its descendants added up, looked at five times a second.

    Raises:
        Failed: It ended with a code that is not among those expected.
    """
    environment = {key: value for key, value in os.environ.items() if key != "DOCARCHIVE_ARCHIVE"}
    environment.update(asked.environment)
    errors = output.with_suffix(".errors")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(output), flags, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, str(errors), flags, 0o644),
    ]
    began = time.perf_counter()
    pid = os.posix_spawnp(asked.argv[0], asked.argv, environment, file_actions=actions)
    sampled = _watched(pid)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - began
    code = os.waitstatus_to_exitcode(status)
    if code not in asked.codes:
        said = errors.read_text("utf-8", "replace").strip()[-300:]
        raise Failed(f"{' '.join(asked.argv)[:160]} ended with {code}: {said}")
    return Run(seconds, max(usage.ru_maxrss / 1024, sampled))


def run_all(asked: list[Command], output: Path) -> Run:
    """Runs one process after the other; returns the sum of their seconds, and the highest peak."""
    runs = [run(each, output) for each in asked]
    return Run(sum(each.seconds for each in runs), max(each.peak for each in runs))


def _watched(pid: int) -> float:
    """Waits until a process ends; returns the highest sum of memory seen, in MB; 0 where the system does not tell."""
    if not hasattr(os, "pidfd_open") or not os.path.exists("/proc/self/smaps_rollup"):
        return 0.0
    ending = os.pidfd_open(pid)
    highest = 0.0
    try:
        waiting = select.poll()
        waiting.register(ending, select.POLLIN)
        while not waiting.poll(_EVERY * 1000):
            highest = max(highest, sum(map(_memory, _descendants(pid))))
    finally:
        os.close(ending)
    return highest


def _descendants(pid: int) -> list[int]:
    """Returns a process and all that it started, directly or not."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, IndexError):
                continue  # it ended meanwhile
            children.setdefault(parent, []).append(int(name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def _memory(pid: int) -> float:
    """Returns the MB of a process, with its share of what several processes hold; 0 if it ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(b"Pss:")) / 1024
    except (OSError, StopIteration):
        return 0.0


def read_all(path: Path) -> None:
    """Reads a file, or all files of a folder, so that what follows finds them in memory."""
    for file in [path] if path.is_file() else path.rglob("*"):
        if file.is_file():
            with open(file, "rb", buffering=0) as opened:
                while opened.read(1 << 20):
                    pass


def size(path: Path) -> int:
    """Returns the bytes of a file, or of all files of a folder."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())

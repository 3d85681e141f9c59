"""Runs a process and measures it: seconds from start to exit, and peak memory with its children."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

_INTERVAL = 0.2  # seconds between two samples of memory


class Command(NamedTuple):
    """A process to run.

    Attributes:
        argv: The program and its arguments.
        codes: Exit codes that mean success.
        environment: Variables to add to those of this process.
    """

    argv: tuple[str, ...]
    codes: tuple[int, ...] = (0,)
    environment: tuple[tuple[str, str], ...] = ()


class Run(NamedTuple):
    """The seconds that a process took, its peak memory in MB, and its seconds of processor time."""

    seconds: float
    peak: float
    processor: float = 0.0


class Failed(Exception):
    """A process failed; the text names its command, its exit code and its last messages."""


def command(*argv: object, codes: tuple[int, ...] = (0,), **environment: object) -> Command:
    """Returns a command; arguments and variables are converted to text."""
    return Command(tuple(map(str, argv)), codes, tuple((key, str(value)) for key, value in environment.items()))


def run(command: Command, output: Path) -> Run:
    """Runs a process, writes its output to a file, and waits for it.

    The peak is the larger of two figures: the peak resident set that the system counts for the process alone, and the
    highest sum of the proportional set sizes of the process and its descendants, sampled five times a second.

    Raises:
        Failed: It ended with an exit code that the command does not list.
    """
    environment = {key: value for key, value in os.environ.items() if key != "DOCARCHIVE_ARCHIVE"}
    environment.update(command.environment)
    errors = output.with_suffix(".errors")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(output), flags, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, str(errors), flags, 0o644),
    ]
    start = time.perf_counter()
    pid = os.posix_spawnp(command.argv[0], command.argv, environment, file_actions=actions)
    sampled = _peak_until_exit(pid)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in command.codes:
        message = errors.read_text("utf-8", "replace").strip()[-300:]
        raise Failed(f"{' '.join(command.argv)[:160]} ended with {code}: {message}")
    return Run(seconds, max(usage.ru_maxrss / 1024, sampled), usage.ru_utime + usage.ru_stime)


def run_elsewhere(command: Command, output: Path) -> Run:
    """Runs a process as ``run`` does, for a process that has become large: from another one, which is small."""
    argv = [sys.executable, "-m", __name__, str(output), *command.argv]
    environment = {**os.environ, **dict(command.environment)}
    done = subprocess.run(argv, stdout=subprocess.PIPE, env=environment, check=False, text=True)
    if done.returncode:
        raise Failed(f"{' '.join(command.argv)[:160]} failed")
    return Run(*map(float, done.stdout.split()))


def run_all(commands: list[Command], output: Path) -> Run:
    """Runs processes one after the other; returns the sum of their seconds, and the highest peak."""
    runs = [run(command, output) for command in commands]
    return Run(sum(run.seconds for run in runs), max(run.peak for run in runs))


def _peak_until_exit(pid: int) -> float:
    """Waits until a process ends; returns its highest sampled memory in MB; 0 where the system has no such figure."""
    if not hasattr(os, "pidfd_open") or not os.path.exists("/proc/self/smaps_rollup"):
        return 0.0
    descriptor = os.pidfd_open(pid)
    highest = 0.0
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        while not poll.poll(_INTERVAL * 1000):
            highest = max(highest, sum(map(_memory, _descendants(pid))))
    finally:
        os.close(descriptor)
    return highest


def _descendants(pid: int) -> list[int]:
    """Returns the ids of a process and of all its descendants."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, IndexError):
                continue  # it has ended
            children.setdefault(parent, []).append(int(name))
    pids = [pid]
    for parent in pids:
        pids += children.get(parent, [])
    return pids


def _memory(pid: int) -> float:
    """Returns the proportional set size of a process in MB; 0 if it has ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(b"Pss:")) / 1024
    except (OSError, StopIteration):
        return 0.0


def read_all(path: Path) -> None:
    """Reads a file, or all files of a folder, so that the next command finds them in the page cache."""
    for file in [path] if path.is_file() else path.rglob("*"):
        if file.is_file():
            with open(file, "rb", buffering=0) as opened:
                while opened.read(1 << 20):
                    pass


def size(path: Path) -> int:
    """Returns the bytes of a file, or of all files of a folder."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())


if __name__ == "__main__":
    print(*run(Command(tuple(sys.argv[2:])), Path(sys.argv[1])))

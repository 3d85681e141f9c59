"""Compares ``docarchive verify`` with ``sha256sum`` on the same files, in processor time.

    python -m benchmarks.verifying ARCHIVE... [--rounds 9]

A verification also reads the catalog and the index, which ``sha256sum`` is given in its second row. All commands run in
turn, each once per round. Printed are the least and the median time of each, in milliseconds, and the speed of
``verify`` as a part of that of ``sha256sum``: the median of the rounds. What the program takes to start is in
``verify``, so that its part grows with the archive; its last row shows how much that is.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from docarchive import Archive

_FILES: Final = "find . {} -type f -print0 | xargs -0 sha256sum"
_VERIFY: Final = (sys.executable, "-m", "docarchive", "verify", "--archive")


def processor_time(command: list[str], root: Path) -> float:
    """Runs a command in an archive, and returns its seconds of processor time, with those of the system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(root: Path, empty: Path, rounds: int) -> None:
    """Prints the times of an archive."""
    commands = {
        "sha256sum": ["sh", "-c", _FILES.format("-path ./.docarchive -prune -o")],
        "sha256sum, catalog and index too": ["sh", "-c", _FILES.format("")],
        "verify": [*_VERIFY, str(root)],
        "verify of an empty archive": [*_VERIFY, str(empty)],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(processor_time(command, root))
    files = [path for path in root.rglob("*") if path.is_file() and ".docarchive" not in path.parts]
    print(f"\n{len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:,.1f} MB")
    for name, seconds in times.items():
        parts = [own / verify for own, verify in zip(seconds, times["verify"], strict=True)]
        part = f"{statistics.median(parts):8.0%}" if name.startswith("sha256sum") else ""
        print(f"{name:34}{min(seconds) * 1000:8.0f}{statistics.median(seconds) * 1000:8.0f}{part}")


def main() -> None:
    """Measures the archives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each start compiles the package
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty"
        Archive.create(empty).close()
        for archive in arguments.archives:
            measure(archive.resolve(), empty, arguments.rounds)


if __name__ == "__main__":
    main()

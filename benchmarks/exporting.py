"""Times every writer on an archive, and JSON Lines next to python-frontmatter; prints tables in Markdown.

    python -m benchmarks.exporting ARCHIVE [--limit N] [--formats jsonl,csv] [--rounds 3]

Each export is a whole process that writes to a new file or folder. It runs twice, with different hash seeds and time
zones, at least two seconds apart, and the bytes are compared. Formats that are folders are also written as ZIP files.
Then python-frontmatter reads the same Markdown files, in turn with the export of JSON Lines (``--rounds`` times each,
medians): parsing front matter is most of the work of an export. Seconds are wall time and, after a slash, processor
time, which depends less on other work on the machine. Peaks are of resident memory.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from hashlib import file_digest, sha256
from pathlib import Path
from typing import NamedTuple

_READ = """
import sys, frontmatter
count = 0
for line in sys.stdin:
    with open(line.rstrip("\\n"), encoding="utf-8") as file:
        count += len(frontmatter.load(file).content) >= 0
print(count)
"""
_SUFFIXES = {"warc": ".warc.gz"}
_LAYOUTS = ("hugo", "jekyll", "obsidian")
_APART = 2.1  # seconds: ZIP stores times in steps of two


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--formats")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    from docarchive import Archive

    names = [format.name for format in Archive.formats() if format.direction == "export" and format.installed]
    selected = arguments.formats.split(",") if arguments.formats else [name for name in names if name != "template"]
    all_forms = [form for name in selected for form in forms(name)]
    print("| Format | seconds, wall / CPU | MB | files | peak, MB | same bytes twice |\n|---|--:|--:|--:|--:|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in all_forms:
            first, second = (
                export(arguments.archive, name, Path(folder, str(turn)), arguments.limit, turn) for turn in (1, 2)
            )
            same = "yes" if first.digest == second.digest else "NO"
            print(
                f"| {name} | {min(first.seconds, second.seconds):.1f} / {min(first.processor, second.processor):.1f} "
                f"| {first.size / 1e6:.2f} | {first.files:,} | {first.peak:.0f} | {same} |",
                flush=True,
            )
        compare(arguments.archive, Path(folder), arguments.rounds)


def forms(name: str) -> list[str]:
    """Returns the forms of a format: as a file, as a folder, as a ZIP file, in each layout."""
    from docarchive.writers import writers

    if name not in writers() or not writers()[name].folder:
        return [name]
    layouts = [f"{name} --layout {layout}" for layout in _LAYOUTS if "layout" in writers()[name].accepts]
    return [form + end for form in (name, *layouts) for end in ("", " .zip")]


class Run(NamedTuple):
    """One export.

    Attributes:
        seconds: Wall time.
        processor: Processor time in seconds.
        size: Bytes of all files.
        files: Number of files.
        digest: SHA-256 over names and contents.
        peak: Highest resident memory in MB.
    """

    seconds: float
    processor: float
    size: int
    files: int
    digest: str
    peak: float


def export(archive: Path, form: str, target: Path, limit: int | None, turn: int = 0) -> Run:
    """Exports in a process of its own, with a hash seed and a time zone that depend on the turn."""
    name, *more = form.removesuffix(" .zip").split()
    target = target.with_name(target.name + (".zip" if form.endswith(".zip") else _SUFFIXES.get(name, "")))
    command = [sys.executable, "-m", "docarchive", "--archive", str(archive), "export", "--format", name, *more]
    command += ["--output", str(target), *(["--limit", str(limit)] if limit else [])]
    environment = {"PYTHONHASHSEED": str(turn), "TZ": ("UTC", "Asia/Kathmandu", "America/St_Johns")[turn % 3]}
    start = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, **environment})
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit((process.stderr.read() if process.stderr else b"").decode())
    files = [target] if target.is_file() else sorted(path for path in target.rglob("*") if path.is_file())
    digest = sha256()
    size = 0
    for path in files:
        size += path.stat().st_size
        with path.open("rb") as file:  # not read whole: the memory of this process counts in the peaks of its children
            digest.update(str(path.relative_to(target)).encode() + file_digest(file, "sha256").digest())
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    time.sleep(max(0.0, _APART - seconds) if turn else 0.0)
    processor = usage.ru_utime + usage.ru_stime
    return Run(seconds, processor, size, len(files), digest.hexdigest(), usage.ru_maxrss / 1024)


def compare(archive: Path, folder: Path, rounds: int) -> None:
    """Times the export of JSON Lines and python-frontmatter in turn."""
    paths = "".join(f"{path}\n" for path in sorted((archive / "articles").rglob("*.md"))).encode()
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for turn in range(rounds):
        ours.append(export(archive, "jsonl", folder / f"turn-{turn}", None)[:2])
        start, before = time.perf_counter(), os.times()
        subprocess.run([sys.executable, "-c", _READ], input=paths, check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        processor = after.children_user + after.children_system - before.children_user - before.children_system
        theirs.append((time.perf_counter() - start, processor))
    for column, kind in enumerate(("seconds", "seconds of processor time")):
        mine, peer = (statistics.median(times[column] for times in runs) for runs in (ours, theirs))
        print(f"\nJSON Lines of all: {mine:.2f} {kind}; python-frontmatter: {peer:.2f}; {mine / peer:.2f}x", flush=True)


if __name__ == "__main__":
    main()

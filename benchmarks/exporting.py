"""Times every writer on an archive, and JSON Lines beside python-frontmatter; prints tables in Markdown.

    python benchmarks/exporting.py ARCHIVE [--limit N] [--formats jsonl,csv] [--rounds 3]

Each export is a whole process that writes to a new file or folder; each is run twice, and the bytes of both are
compared. Beside it, python-frontmatter reads the same Markdown files, in turn with the export of JSON Lines
(``--rounds`` times each, medians): parsing front matter is most of what an export does. Peaks are of resident memory.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

_READ = """
import sys, frontmatter
count = 0
for line in sys.stdin:
    with open(line.rstrip("\\n"), encoding="utf-8") as file:
        count += len(frontmatter.load(file).content) >= 0
print(count)
"""
_SUFFIXES = {"warc": ".warc.gz", "markdown": ".md"}


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--formats")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    from docarchive import Archive

    names = [each.name for each in Archive.formats() if each.direction == "export" and each.installed]
    wanted = arguments.formats.split(",") if arguments.formats else [name for name in names if name != "template"]
    print("| Format | seconds | MB | files | peak, MB | the same twice |\n|---|--:|--:|--:|--:|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            first, second = (
                exported(arguments.archive, name, Path(folder, f"{name}-{turn}"), arguments.limit) for turn in (1, 2)
            )
            seconds = min(first[0], second[0])
            same = "yes" if first[3] == second[3] else "NO"
            print(
                f"| {name} | {seconds:.1f} | {first[1] / 1e6:.1f} | {first[2]:,} | {first[4]:.0f} | {same} |",
                flush=True,
            )
        compare(arguments.archive, Path(folder), arguments.rounds)


def exported(archive: Path, name: str, target: Path, limit: int | None) -> tuple[float, int, int, str, float]:
    """Exports in a process of its own; returns seconds, bytes, files, a digest, and the peak in MB."""
    if name in _SUFFIXES:
        target = target.with_name(target.name + _SUFFIXES[name])
    command = [sys.executable, "-m", "docarchive", "--archive", str(archive), "export", "--format", name]
    command += ["--output", str(target), *(["--limit", str(limit)] if limit else [])]
    began = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        sys.exit((process.stderr.read() if process.stderr else b"").decode())
    files = [target] if target.is_file() else sorted(path for path in target.rglob("*") if path.is_file())
    digest = sha256()
    size = 0
    for path in files:
        data = path.read_bytes()
        size += len(data)
        digest.update(str(path.relative_to(target)).encode() + sha256(data).digest())
        path.unlink()
    return seconds, size, len(files), digest.hexdigest(), usage.ru_maxrss / 1024


def compare(archive: Path, folder: Path, rounds: int) -> None:
    """Times the export of JSON Lines and python-frontmatter in turn."""
    paths = "".join(f"{path}\n" for path in sorted((archive / "articles").rglob("*.md"))).encode()
    ours, theirs = [], []
    for turn in range(rounds):
        ours.append(exported(archive, "jsonl", folder / f"turn-{turn}", None)[0])
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", _READ], input=paths, check=True, stdout=subprocess.DEVNULL)
        theirs.append(time.perf_counter() - began)
    mine, peer = statistics.median(ours), statistics.median(theirs)
    print(f"\nJSON Lines of all: {mine:.2f} s; python-frontmatter reading them: {peer:.2f} s; {mine / peer:.2f}x")


if __name__ == "__main__":
    main()

"""Run commands as whole processes next to an empty Typer command, and a sync next to a bare walk.

    python -m benchmarks.startup ARCHIVE... [--rounds 15] [--json FILE]

"empty" is a script of one Typer command that does nothing, run by this interpreter. Other programs are measured by
``benchmarks.peers``.

Processes run in turn, in another order each round, after one round that does not count. Wall time and processor time
(user and system) are medians over the rounds; so are the ratios to the empty command of the same round. On a busy
machine the ratio of processor times is the steadier one. The sync is measured in this process: ``Archive.sync`` with
nothing changed, next to ``os.scandir`` and ``stat`` of the same files, by processor time.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from benchmarks.peers import measuring
from benchmarks.peers.docarchive import query_text
from benchmarks.peers.measuring import Run
from benchmarks.peers.peer import QUERIES, installed
from docarchive import Archive

EMPTY: Final = """\
import typer
app = typer.Typer()
@app.command()
def main() -> None:
    pass
app()
"""
#: The variables in which a shell passes the command line to complete.
COMPLETION: Final = {
    "_DOCARCHIVE_COMPLETE": "complete_bash",
    "COMP_WORDS": "docarchive search place:ja",
    "COMP_CWORD": "2",
}


class Job(NamedTuple):
    """A process to time: its group and name in the table, its command, and variables to add to the environment."""

    group: str
    name: str
    command: list[str]
    environment: Mapping[str, str] = MappingProxyType({})


def run(job: Job, output: Path) -> Run:
    """Runs a process; its exit code may say that nothing matched."""
    return measuring.run(measuring.command(*job.command, codes=(0, 1), **job.environment), output)


def jobs(archives: list[Path], empty: Path) -> list[Job]:
    program = installed("docarchive")
    all_jobs = [
        Job("floor", "python -c pass", [sys.executable, "-c", "pass"]),
        Job("floor", "empty", [sys.executable, str(empty)]),
        Job("floor", "docarchive --version", [program, "--version"]),
    ]
    for archive in archives:
        name, ours = archive.name, [program, "--archive", str(archive)]
        with Archive.open(archive) as opened:
            first = next(opened.list()).id
        searches = {kind: [*ours, "search", query_text(query), "--limit", "10"] for kind, query in QUERIES.items()}
        commands = {
            "list": [*ours, "list", "--limit", "10"],
            "stats": [*ours, "stats"],
            "sync": [*ours, "sync"],
            "help": [*ours, "search", "--help"],
            "show": [*ours, "show", first],
        }
        all_jobs += [Job(f"{name} search", kind, command) for kind, command in searches.items()]
        all_jobs += [Job(name, command_name, command) for command_name, command in commands.items()]
        all_jobs += [Job(name, "completion", [program], {**COMPLETION, "DOCARCHIVE_ARCHIVE": str(archive)})]
    return all_jobs


def measure(all_jobs: list[Job], rounds: int, folder: Path) -> list[tuple[Job, list[Run]]]:
    """Runs every job once a round, in random order; the first round does not count."""
    times: list[list[Run]] = [[] for _ in all_jobs]
    order = list(range(len(all_jobs)))
    for _ in range(rounds + 1):
        random.shuffle(order)
        for number in order:
            times[number].append(run(all_jobs[number], folder / "output"))
    return [(job, runs[1:]) for job, runs in zip(all_jobs, times, strict=True)]


def table(measured: list[tuple[Job, list[Run]]]) -> str:
    floor = next(times for job, times in measured if job.name == "empty")
    rows = ["| | | wall ms | CPU ms | wall ÷ empty | CPU ÷ empty |", "|---|---|--:|--:|--:|--:|"]
    groups: dict[str, list[list[Run]]] = {}
    for job, times in measured:
        groups.setdefault(job.group, []).append(times)
        rows.append(_row(job.group, job.name, [times], floor))
        if job.group.endswith(" search") and len(groups[job.group]) == len(QUERIES):
            rows.append(_row(job.group, "**median of the kinds**", groups[job.group], floor))
    return "\n".join(rows)


_MEASURES: Final[tuple[Callable[[Run, Run], float], ...]] = (
    lambda job, empty: job.seconds * 1e3,
    lambda job, empty: job.processor * 1e3,
    lambda job, empty: job.seconds / empty.seconds,
    lambda job, empty: job.processor / empty.processor,
)


def _row(group: str, name: str, kinds: list[list[Run]], floor: list[Run]) -> str:
    """Returns the row of one kind of process, or of the median over several kinds."""
    wall, processor, walls, processors = (
        statistics.median(statistics.median(map(measure, times, floor)) for times in kinds) for measure in _MEASURES
    )
    return f"| {group} | {name} | {wall:.0f} | {processor:.0f} | {walls:.2f} | {processors:.2f} |"


def walk(folder: str) -> int:
    """Lists a folder and all folders in it, and calls ``stat`` for each file; returns the number of files."""
    count, folders = 0, [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    count += 1
    return count


def compare_sync(path: Path, rounds: int) -> str:
    """Run syncs with nothing changed, and bare walks, in turn; returns a line of the report."""
    walks: list[float] = []
    syncs: list[float] = []
    with Archive.open(path) as archive:
        archive.sync()
        for _ in range(rounds):
            start = time.process_time()
            count = walk(str(path / "articles"))
            between = time.process_time()
            report = archive.sync()
            walks.append(between - start)
            syncs.append(time.process_time() - between)
    if report.unchanged != count:
        raise SystemExit(f"{path}: {report.unchanged} of {count} files are unchanged")
    ratio = statistics.median(sync / bare for sync, bare in zip(syncs, walks, strict=True))
    return (
        f"{path.name}: sync of {count:,} articles {statistics.median(syncs) * 1e3:.0f} ms, bare walk "
        f"{statistics.median(walks) * 1e3:.0f} ms of processor time: {ratio:.2f} times"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY, "utf-8")
        measured = measure(jobs(options.archives, empty), options.rounds, empty.parent)
    print(table(measured))
    print()
    for archive in options.archives:
        print(compare_sync(archive, options.rounds))
    if options.json:
        options.json.write_text(json.dumps([[*job[:2], times] for job, times in measured], indent=1), "utf-8")


if __name__ == "__main__":
    main()

"""Measures all peers over one set of articles: they take turns, each after a warm-up."""

import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.peers.inputs import BATCHES
from benchmarks.peers.measuring import Command, Failed, Run, read_all, run, run_all, size
from benchmarks.peers.peer import QUERIES, Peer, Query


class Plan(NamedTuple):
    """How many times each job is timed.

    Attributes:
        imports: Imports into an empty archive.
        others: All other jobs but searches.
        searches: Rounds of searches, as whole processes and in an open process.
        additions: Batches of ten articles, at most ``BATCHES``.
    """

    imports: int
    others: int
    searches: int
    additions: int = BATCHES


class Figures:
    """The figures of one peer, as they are measured."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.peaks: dict[str, float] = defaultdict(float)
        self.matches: dict[str, int] = {}
        self.failed: list[str] = []
        self.bytes: dict[str, int] = {}

    def add(self, job: str, run: Run) -> None:
        """Adds a run of a job."""
        self.seconds[job].append(run.seconds)
        self.peaks[job] = max(self.peaks[job], run.peak)

    def to_dict(self) -> dict[str, Any]:
        """Returns the figures as they are in JSON: seconds by run, peaks in MB, sizes in bytes."""
        return {
            "name": self.peer.name,
            "version": self.peer.version(),
            "about": self.peer.about,
            "form": self.peer.form,
            "seconds": {job: [round(seconds, 6) for seconds in runs] for job, runs in self.seconds.items()},
            "peak_mb": {job: round(peak, 1) for job, peak in self.peaks.items()},
            "bytes": self.bytes,
            "matches": self.matches,
            "failed": self.failed,
        }


class Measurement:
    """One run over all peers.

    Args:
        peers: Functions that return a peer that works in a folder; called again for each import.
        work: The folder for all files. They stay until the run has ended, because some file systems create files
            slowly after many were deleted.
        plan: How many times each job is timed.
        queries: The searches by kind.
    """

    def __init__(
        self,
        peers: Sequence[Callable[[Path], Peer]],
        work: Path,
        plan: Plan,
        queries: Mapping[str, Query] = QUERIES,
    ) -> None:
        self._makers = peers
        self._work = work
        self._plan = plan
        self._queries = queries
        self._output = work / "output"
        self._start = time.monotonic()
        self._random = random.Random(1)
        self.figures: list[Figures] = []

    def all(self) -> list[Figures]:
        """Measures all jobs; returns the figures of each peer."""
        self._imports()
        self._repeat("import again", lambda peer: peer.import_again(), self._plan.others)
        self._repeat("sync", lambda peer: peer.sync(), self._plan.others)
        self._count()
        self._searches()
        self._library()
        self._repeat("export", lambda peer: peer.export(), self._plan.others)
        self._additions()
        self._rebuilds()
        return self.figures

    def _log(self, peer: str, job: str, message: str) -> None:
        seconds = time.monotonic() - self._start
        print(f"[{seconds:5.0f} s] {peer}: {job}, {message}", file=sys.stderr, flush=True)

    def _time(self, figures: Figures, job: str, commands: list[Command], *, warm_up: bool = True) -> None:
        """Times the commands of a job, after an untimed run if ``warm_up``."""
        try:
            if warm_up:
                run_all(commands, self._output)
            os.sync()
            timed = run_all(commands, self._output)
        except Failed as failure:
            figures.failed.append(f"{job}: {failure}")
            self._log(figures.peer.name, job, f"FAILED: {failure}")
            return
        figures.add(job, timed)
        self._log(figures.peer.name, job, f"{timed.seconds:.3f} s, {timed.peak:.0f} MB")

    def _repeat(self, job: str, commands_of: Callable[[Peer], list[Command]], times: int) -> None:
        for _ in range(times):
            for figures in self._in_turn():
                if commands := commands_of(figures.peer):
                    self._time(figures, job, commands)

    def _in_turn(self) -> list[Figures]:
        """Returns the peers in a new random order."""
        return self._random.sample(self.figures, len(self.figures))

    def _imports(self) -> None:
        for turn in range(self._plan.imports):
            for number, make in enumerate(self._makers):
                folder = self._work / f"{number}-{turn}"
                folder.mkdir()
                peer = make(folder)
                if not turn:
                    self.figures.append(Figures(peer))
                figures = self.figures[number]
                figures.peer = peer
                peer.prepare()
                if commands := peer.import_all():
                    read_all(peer.source)
                    self._time(figures, "import", commands, warm_up=False)
        for figures in self.figures:
            figures.bytes["index"] = sum(map(size, figures.peer.index()))
            figures.bytes["kept"] = sum(map(size, figures.peer.stored()))

    def _count(self) -> None:
        for figures in self.figures:
            for name, query in self._queries.items():
                if counting := figures.peer.count(query):
                    try:
                        run(counting, self._output)
                        figures.matches[name] = figures.peer.counted(self._output.read_text("utf-8", "replace"))
                    except (Failed, ValueError, IndexError) as failure:
                        figures.failed.append(f"count: {name}: {failure}")

    def _searches(self) -> None:
        """Times rounds of searches: peers in random order, and for each peer all kinds, after an untimed search."""
        for turn in range(self._plan.searches):
            for figures in self._in_turn():
                commands = {f"search: {name}": figures.peer.search(query) for name, query in self._queries.items()}
                commands["facets"] = figures.peer.facets()
                kinds = [(job, command) for job, command in commands.items() if command]
                self._random.shuffle(kinds)
                try:
                    run(kinds[-1][1], self._output)
                    for job, command in kinds:
                        figures.add(job, run(command, self._output))
                except Failed as failure:
                    figures.failed.append(f"search: {failure}")
                    self._log(figures.peer.name, "search", f"FAILED: {failure}")
            self._log("all", "searches", f"round {turn + 1} of {self._plan.searches}")

    def _library(self) -> None:
        """Times searches in open processes; each peer has three turns of a third of the rounds."""
        rounds = -(-self._plan.searches // 3)
        for _ in range(3):
            for figures in self._in_turn():
                command = figures.peer.library(self._queries, rounds)
                if not command:
                    continue
                try:
                    timed = run(command, self._output)
                except Failed as failure:
                    figures.failed.append(f"library: {failure}")
                    continue
                figures.peaks["library"] = max(figures.peaks["library"], timed.peak)
                for kind, seconds in json.loads(self._output.read_text("utf-8")).items():
                    figures.seconds[f"library: {kind}"] += seconds

    def _additions(self) -> None:
        for batch in range(self._plan.additions):
            for figures in self._in_turn():
                if figures.peer.add(batch):
                    if figures.peer.import_again() and figures.seconds["import again"]:
                        self._warm_up(figures, batch)
                    figures.peer.prepare_addition(batch)
                    self._time(figures, "add 10", figures.peer.add(batch), warm_up=False)

    def _warm_up(self, figures: Figures, batch: int) -> None:
        """Warms up before articles are added: runs the program if that is quick, else reads its index."""
        if min(figures.seconds["import again"]) < 5:
            try:
                run_all(figures.peer.import_again(), self._output)
            except Failed as failure:
                figures.failed.append(f"add 10, warming up {batch}: {failure}")
        else:
            for path in figures.peer.index():
                read_all(path)

    def _rebuilds(self) -> None:
        for figures in self._in_turn():
            if commands := figures.peer.rebuild():
                for path in figures.peer.stored():
                    read_all(path)
                self._time(figures, "rebuild", commands, warm_up=False)

"""Measures all peers over one set of articles: in turn, each after a warm-up."""

from __future__ import annotations

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
    """How often each thing is timed.

    Attributes:
        imports: Imports into nothing.
        others: Everything else but searches.
        searches: Rounds of searches, of processes and in a library.
        additions: Batches of ten articles, at most as many as ``inputs`` makes.
    """

    imports: int
    others: int
    searches: int
    additions: int = BATCHES


class Figures:
    """What was measured of one peer."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.peaks: dict[str, float] = defaultdict(float)
        self.matches: dict[str, int] = {}
        self.failed: list[str] = []
        self.bytes: dict[str, int] = {}

    def note(self, what: str, found: Run) -> None:
        """Adds a run."""
        self.seconds[what].append(found.seconds)
        self.peaks[what] = max(self.peaks[what], found.peak)

    def to_dict(self) -> dict[str, Any]:
        """Returns all of it for JSON: seconds by run, MB, bytes."""
        return {
            "name": self.peer.name,
            "version": self.peer.version(),
            "about": self.peer.about,
            "form": self.peer.form,
            "seconds": {what: [round(each, 6) for each in runs] for what, runs in self.seconds.items()},
            "peak_mb": {what: round(peak, 1) for what, peak in self.peaks.items()},
            "bytes": self.bytes,
            "matches": self.matches,
            "failed": self.failed,
        }


class Measurement:
    """One run over all peers.

    Args:
        peers: Makes each of them, in a folder that it is given; called anew for each import.
        work: A folder for everything; what is in it stays until the run has ended, as some file systems create files
            slowly after many were deleted.
        plan: How often.
        queries: What is searched for, by kind.
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
        self._began = time.monotonic()
        self._pick = random.Random(1)
        self.figures: list[Figures] = []

    def all(self) -> list[Figures]:
        """Measures everything; returns the figures of each peer."""
        self._imports()
        for what, asked in (
            ("import again", lambda peer: peer.again()),
            ("sync", lambda peer: peer.sync()),
        ):
            self._repeat(what, asked, self._plan.others)
        self._count()
        self._searches()
        self._library()
        self._repeat("export", lambda peer: peer.export(), self._plan.others)
        self._additions()
        self._rebuilds()
        return self.figures

    def _say(self, who: str, what: str, said: str) -> None:
        passed = time.monotonic() - self._began
        print(f"[{passed:5.0f} s] {who}: {what}, {said}", file=sys.stderr, flush=True)

    def _time(self, figures: Figures, what: str, asked: list[Command], *, warm_up: bool = True) -> None:
        """Times what was asked, after doing it once untimed."""
        try:
            if warm_up:
                run_all(asked, self._output)
            os.sync()
            found = run_all(asked, self._output)
        except Failed as failure:
            figures.failed.append(f"{what}: {failure}")
            self._say(figures.peer.name, what, f"FAILED: {failure}")
            return
        figures.note(what, found)
        self._say(figures.peer.name, what, f"{found.seconds:.3f} s, {found.peak:.0f} MB")

    def _repeat(self, what: str, asked: Callable[[Peer], list[Command]], times: int) -> None:
        for _ in range(times):
            for figures in self._in_turn():
                if commands := asked(figures.peer):
                    self._time(figures, what, commands)

    def _in_turn(self) -> list[Figures]:
        """Returns the peers in another order each time."""
        return self._pick.sample(self.figures, len(self.figures))

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
                if commands := peer.fill():
                    read_all(peer.source)
                    self._time(figures, "import", commands, warm_up=False)
        for figures in self.figures:
            figures.bytes["index"] = sum(map(size, figures.peer.index()))
            figures.bytes["kept"] = sum(map(size, figures.peer.kept()))

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
        """Rounds of searches: all peers in another order each time, and of each all kinds, after an untimed one."""
        for turn in range(self._plan.searches):
            for figures in self._in_turn():
                asked = {f"search: {name}": figures.peer.search(query) for name, query in self._queries.items()}
                asked["facets"] = figures.peer.facets()
                kinds = [(what, each) for what, each in asked.items() if each]
                self._pick.shuffle(kinds)
                try:
                    run(kinds[-1][1], self._output)
                    for what, each in kinds:
                        figures.note(what, run(each, self._output))
                except Failed as failure:
                    figures.failed.append(f"search: {failure}")
                    self._say(figures.peer.name, "search", f"FAILED: {failure}")
            self._say("all", "searches", f"round {turn + 1} of {self._plan.searches}")

    def _library(self) -> None:
        """Searches in processes that have all open: the rounds are cut into three, so that peers take turns."""
        part = -(-self._plan.searches // 3)
        for _ in range(3):
            for figures in self._in_turn():
                asked = figures.peer.library(self._queries, part)
                if not asked:
                    continue
                try:
                    found = run(asked, self._output)
                except Failed as failure:
                    figures.failed.append(f"library: {failure}")
                    continue
                figures.peaks["library"] = max(figures.peaks["library"], found.peak)
                for name, taken in json.loads(self._output.read_text("utf-8")).items():
                    figures.seconds[f"library: {name}"] += taken

    def _additions(self) -> None:
        for batch in range(self._plan.additions):
            for figures in self._in_turn():
                if figures.peer.add(batch):
                    if figures.peer.again() and figures.seconds["import again"]:
                        self._warm_up(figures, batch)
                    figures.peer.place(batch)
                    self._time(figures, "add 10", figures.peer.add(batch), warm_up=False)

    def _warm_up(self, figures: Figures, batch: int) -> None:
        """Before articles are added: runs the program where that is quick, else reads what it has."""
        if min(figures.seconds["import again"]) < 5:
            try:
                run_all(figures.peer.again(), self._output)
            except Failed as failure:
                figures.failed.append(f"add 10, warming up {batch}: {failure}")
        else:
            for path in figures.peer.index():
                read_all(path)

    def _rebuilds(self) -> None:
        for figures in self._in_turn():
            if commands := figures.peer.rebuild():
                for path in figures.peer.kept():
                    read_all(path)
                self._time(figures, "rebuild", commands, warm_up=False)

"""Reads the figures of runs, and computes medians and ratios from them."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

#: The names of the peers that are docarchive, one for each engine.
OURS = ("docarchive, Whoosh", "docarchive, tantivy")
#: The jobs that are measured besides searches, in the order of the tables, with their headings.
JOBS = {
    "import": "import",
    "import again": "import again",
    "sync": "sync",
    "add 10": "add 10",
    "export": "export all",
    "rebuild": "rebuild",
}
#: The rows of the tables of ratios: the jobs, and the medians over all kinds of searches.
SUMMARY = {**JOBS, "search": "a search, whole process", "facets": "facets, whole process"} | {
    "library": "a search, in the library",
    "library: facets": "facets, in the library",
}


class Measured:
    """The figures of one peer in one run.

    Args:
        data: The object of the peer in the JSON file of the run.
        articles: The number of articles of the run.
    """

    def __init__(self, data: dict[str, Any], articles: int) -> None:
        self.name: str = data["name"]
        self.version: str = data["version"]
        self.about: str = data["about"]
        self.form: str = data["form"]
        self.matches: dict[str, int] = data["matches"]
        self.failed: list[str] = data["failed"]
        self.bytes: dict[str, int] = data["bytes"]
        self.articles = articles
        self._seconds: dict[str, list[float]] = data["seconds"]
        self._peaks: dict[str, float] = data["peak_mb"]

    def runs(self, job: str) -> list[float]:
        """Returns the seconds of each run of a job; of ``search`` and ``library``, the median of all kinds by round."""
        if job not in ("search", "library"):
            return self._seconds.get(job, [])
        kinds = [runs for key, runs in self._seconds.items() if key.startswith(f"{job}: ") and "facets" not in key]
        return [statistics.median(seconds) for seconds in zip(*kinds, strict=False)]

    def median(self, job: str) -> float | None:
        """Returns the median of the runs in seconds; None without runs."""
        runs = self.runs(job)
        return statistics.median(runs) if runs else None

    def peak(self, job: str) -> float | None:
        """Returns the highest peak of memory in MB; for ``search``, that of all kinds."""
        peaks = [peak for key, peak in self._peaks.items() if key == job or key.startswith(f"{job}: ")]
        return max(peaks) if peaks else None

    def ratio(self, other: Measured, job: str) -> float | None:
        """Returns the seconds of this peer divided by those of another one: the median over the runs."""
        pairs = [mine / theirs for mine, theirs in zip(self.runs(job), other.runs(job), strict=False)]
        return statistics.median(pairs) if pairs else None


class Results:
    """One run: all peers over one number of articles.

    Args:
        data: The JSON file of the run.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.articles: int = data["articles"]
        self.data = data
        self.peers = [Measured(peer, self.articles) for peer in data["peers"]]

    def named(self, name: str) -> Measured | None:
        """Returns the peer with a name; None if it was not measured."""
        return next((peer for peer in self.peers if peer.name == name), None)

    def others(self) -> list[Measured]:
        """Returns the peers that are not docarchive."""
        return [peer for peer in self.peers if peer.name not in OURS]

    def fastest_other(self, job: str) -> tuple[Measured, float] | None:
        """Returns the peer that is fastest at a job, docarchive left out, and its median in seconds."""
        timed = [(peer, median) for peer in self.others() if (median := peer.median(job)) is not None]
        return min(timed, key=lambda peer_and_seconds: peer_and_seconds[1]) if timed else None


def read(folder: Path) -> list[Results]:
    """Returns the runs whose JSON files are in a folder, by the number of articles."""
    runs = (Results(json.loads(path.read_text("utf-8"))) for path in folder.glob("articles-*.json"))
    return sorted(runs, key=lambda run: run.articles)


def duration(seconds: float | None) -> str:
    """Returns seconds in a readable unit, such as 0.4 ms, 35 ms, 3.1 s or 5.2 min; a dash for None."""
    if seconds is None:
        return "–"
    if seconds < 0.000_95:
        return f"{seconds * 1000:.2f} ms"
    if seconds < 0.995:
        return f"{seconds * 1000:.{0 if seconds >= 0.0095 else 1}f} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def number(value: float | None, digits: int = 0) -> str:
    """Returns a number with commas; a dash for None."""
    return "–" if value is None else f"{value:,.{digits}f}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Returns a Markdown table; all columns but the first are aligned to the right."""
    head = list(head)
    lines = [head, ["---", *(["--:"] * (len(head) - 1))], *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

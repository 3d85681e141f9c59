"""Reads what was measured, and computes medians and ratios from it."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

#: The engines of docarchive, as the peers of a run are named.
OURS = ("docarchive, Whoosh", "docarchive, tantivy")
#: What is measured besides searches, in the order in which it is shown, and how it is headed.
JOBS = {
    "import": "import",
    "import again": "import again",
    "sync": "sync",
    "add 10": "add 10",
    "export": "export all",
    "rebuild": "rebuild",
}
#: What tables sum up: the jobs, and medians over all kinds of searches.
SUMMED = {**JOBS, "search": "a search, whole process", "facets": "facets, whole process"} | {
    "library": "a search, in the library",
    "library: facets": "facets, in the library",
}


class Measured:
    """One peer in one run.

    Args:
        found: Its part of the JSON.
        articles: How many articles there were.
    """

    def __init__(self, found: dict[str, Any], articles: int) -> None:
        self.name: str = found["name"]
        self.version: str = found["version"]
        self.about: str = found["about"]
        self.form: str = found["form"]
        self.matches: dict[str, int] = found["matches"]
        self.failed: list[str] = found["failed"]
        self.bytes: dict[str, int] = found["bytes"]
        self.articles = articles
        self._seconds: dict[str, list[float]] = found["seconds"]
        self._peaks: dict[str, float] = found["peak_mb"]

    def runs(self, what: str) -> list[float]:
        """Returns the seconds of each run; of ``search`` and ``library``, the median of all kinds, round by round."""
        if what not in ("search", "library"):
            return self._seconds.get(what, [])
        kinds = [runs for key, runs in self._seconds.items() if key.startswith(f"{what}: ") and "facets" not in key]
        return [statistics.median(each) for each in zip(*kinds, strict=False)]

    def median(self, what: str) -> float | None:
        """Returns the median of the runs, in seconds; None if there is none."""
        runs = self.runs(what)
        return statistics.median(runs) if runs else None

    def peak(self, what: str) -> float | None:
        """Returns the highest peak of memory, in MB; of ``search``, that of all kinds."""
        peaks = [peak for key, peak in self._peaks.items() if key == what or key.startswith(f"{what}: ")]
        return max(peaks) if peaks else None

    def ratio(self, other: Measured, what: str) -> float | None:
        """Returns how many times the other one's seconds this one takes: the median over the runs."""
        pairs = [mine / theirs for mine, theirs in zip(self.runs(what), other.runs(what), strict=False)]
        return statistics.median(pairs) if pairs else None


class Results:
    """One run: a number of articles, and all peers.

    Args:
        found: The JSON.
    """

    def __init__(self, found: dict[str, Any]) -> None:
        self.articles: int = found["articles"]
        self.found = found
        self.peers = [Measured(each, self.articles) for each in found["peers"]]

    def named(self, name: str) -> Measured | None:
        """Returns a peer; None if it was not measured."""
        return next((peer for peer in self.peers if peer.name == name), None)

    def others(self) -> list[Measured]:
        """Returns the peers that are not docarchive."""
        return [peer for peer in self.peers if peer.name not in OURS]

    def fastest_other(self, what: str) -> tuple[Measured, float] | None:
        """Returns the fastest of the others at something, and its seconds."""
        timed = [(peer, median) for peer in self.others() if (median := peer.median(what)) is not None]
        return min(timed, key=lambda each: each[1]) if timed else None


def read(folder: Path) -> list[Results]:
    """Returns the runs of which there is a JSON file in a folder, by the number of articles."""
    found = (Results(json.loads(path.read_text("utf-8"))) for path in folder.glob("articles-*.json"))
    return sorted(found, key=lambda each: each.articles)


def duration(seconds: float | None) -> str:
    """Returns seconds as people read them: 0.4 ms, 35 ms, 3.1 s, 5.2 min."""
    if seconds is None:
        return "–"
    if seconds < 0.000_95:
        return f"{seconds * 1000:.2f} ms"
    if seconds < 0.995:
        return f"{seconds * 1000:.{0 if seconds >= 0.0095 else 1}f} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def number(found: float | None, digits: int = 0) -> str:
    """Returns a number with commas; a dash for none."""
    return "–" if found is None else f"{found:,.{digits}f}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Returns a table in Markdown; all columns but the first are set to the right."""
    head = list(head)
    lines = [head, ["---", *(["--:"] * (len(head) - 1))], *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

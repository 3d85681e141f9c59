"""What the scripts beside this one share: reading JSON Lines, knowing lines again, printing."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any


def changed(corpus: str, known: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yields the articles whose lines are new, and notes their digests; no other line is parsed."""
    with open(corpus, "rb") as lines:
        for line in lines:
            digest = blake2b(line, digest_size=8).hexdigest()
            name = line[:60].split(b'"', 4)[3].decode()  # "id" is the first key of every line
            if known.get(name) != digest:
                known[name] = digest
                yield json.loads(line)


def load(path: str) -> dict[str, str]:
    """Returns the digests of what was indexed before."""
    try:
        with open(path, encoding="utf-8") as file:
            found: dict[str, str] = json.load(file)
            return found
    except FileNotFoundError:
        return {}


def save(path: str, known: dict[str, str]) -> None:
    """Keeps the digests."""
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump(known, file)
    os.replace(f"{path}.new", path)


def print_lines(rows: Iterable[dict[str, Any]]) -> None:
    """Prints objects as JSON Lines."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def print_times(asked: dict[str, Callable[[], object]], rounds: int) -> None:
    """Runs each of some searches once, then all in turn for some rounds; prints the seconds of each as JSON."""
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for search in asked.values():
        search()
    for _ in range(rounds):
        for name, search in asked.items():
            began = time.perf_counter()
            search()
            taken[name].append(time.perf_counter() - began)
    print(json.dumps(taken))

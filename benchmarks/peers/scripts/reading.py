"""Functions that the scripts of this folder share: reading JSON Lines, finding new lines, printing."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any


def changed(corpus: str, known: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yields the articles whose lines are new, and adds their digests to ``known``; parses no other line."""
    with open(corpus, "rb") as lines:
        for line in lines:
            digest = blake2b(line, digest_size=8).hexdigest()
            name = line[:60].split(b'"', 4)[3].decode()  # "id" is the first key of every line
            if known.get(name) != digest:
                known[name] = digest
                yield json.loads(line)


def load(path: str) -> dict[str, str]:
    """Returns the digests of the lines that are indexed already, by id."""
    try:
        with open(path, encoding="utf-8") as file:
            digests: dict[str, str] = json.load(file)
            return digests
    except FileNotFoundError:
        return {}


def save(path: str, known: dict[str, str]) -> None:
    """Writes the digests to a file."""
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump(known, file)
    os.replace(f"{path}.new", path)


def print_lines(rows: Iterable[dict[str, Any]]) -> None:
    """Prints objects as JSON Lines."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def print_times(searches: dict[str, Callable[[], object]], rounds: int) -> None:
    """Runs all searches once untimed, then for some rounds; prints the seconds by name as JSON."""
    seconds: dict[str, list[float]] = {name: [] for name in searches}
    for search in searches.values():
        search()
    for _ in range(rounds):
        for name, search in searches.items():
            start = time.perf_counter()
            search()
            seconds[name].append(time.perf_counter() - start)
    print(json.dumps(seconds))

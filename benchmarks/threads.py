"""Uses one open archive in many threads while it imports, and counts what they did.

    python -m benchmarks.threads FILE [--engine whoosh] [--threads 8] [--seconds 60]

FILE is a .jsonl of articles. One thread imports them in parts, over and over under other ids, and now and then syncs,
rebuilds and saves a search; the others search, list, show, count and export. Printed are the calls by kind, and
errors by their text. The exit code is 1 if there was an error or a wrong answer.
"""

import argparse
import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from docarchive import ENGINES, Archive

_PART = 200


class Run:
    """The calls of one run, in all threads."""

    def __init__(self, archive: Archive, articles: list[dict[str, Any]], seconds: float) -> None:
        self.calls: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self._archive = archive
        self._articles = articles
        self._end = time.monotonic() + seconds
        self._imported = 0

    def write(self) -> None:
        """Imports until the end."""
        number = 0
        while time.monotonic() < self._end:
            start = number * _PART % len(self._articles)
            part = [{**each, "id": f"r{number}n{n}"} for n, each in enumerate(self._articles[start : start + _PART])]
            for article in part:
                article["title"] = f"{article.get('title', '')} ({number})"
                article.pop("url", None)
            lines = BytesIO("\n".join(map(json.dumps, part)).encode())
            self._call("import", lambda lines=lines: self._import(lines))  # type: ignore[misc]
            if number % 5 == 1:
                self._call("sync", self._archive.sync)
            if number % 5 == 3:
                self._call("save_search", lambda: self._archive.save_search("last", "oil"))
            if number == 6:
                self._call("rebuild", self._archive.rebuild)
            number += 1

    def read(self, words: list[str]) -> None:
        """Searches, lists, shows, counts and exports until the end."""
        number = 0
        while time.monotonic() < self._end:
            kinds = self._kinds(words[number % len(words)], self._imported)
            name = [*kinds][number % len(kinds)]
            self._call(name, kinds[name])
            number += 1

    def _kinds(self, word: str, known: int) -> dict[str, Callable[[], Any]]:
        return {
            "search": lambda: [hit.snippet.marked() for hit in self._archive.search(word, facets=["year"])],
            "count": lambda: self._archive.count(word),
            "list": lambda: [self._archive.get(row.id) for row in islice(self._archive.list(limit=3), 3)],
            "len": lambda: self._check(len(self._archive) >= known, "articles are missing"),
            "export": lambda: self._archive.export(word, to=BytesIO(), limit=5),
            "statistics": self._archive.statistics,
        }

    def _import(self, lines: BytesIO) -> None:
        report = self._archive.import_(lines, format="jsonl")
        self._check(not report.refused, "refused")
        self._imported += report.new

    def _call(self, name: str, call: Callable[[], Any]) -> None:
        try:
            call()
            self.calls[name] += 1
        except Exception as error:
            self.errors[f"{name}: {type(error).__name__}: {error}"] += 1

    @staticmethod
    def _check(right: bool, what: str) -> None:
        if not right:
            raise AssertionError(what)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="whoosh")
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    with open(options.file, encoding="utf-8") as file:
        articles = [json.loads(line) for line in islice(file, 5_000)]
    words = sorted(
        {word.lower() for article in articles for word in str(article.get("title")).split() if word.isalpha()}
    )
    with tempfile.TemporaryDirectory() as folder:
        with Archive.create(Path(folder, "news"), engine=options.engine) as archive:
            run = Run(archive, articles, options.seconds)
            threads = [threading.Thread(target=run.write)]
            threads += [threading.Thread(target=run.read, args=(words[n::7],)) for n in range(options.threads)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            size = len(archive)
        with Archive.open(Path(folder, "news")) as archive:
            same = (len(archive), archive.count(), archive.is_current()) == (size, size, True)
    print(f"{options.engine}, {options.threads} threads, {options.seconds:g} s, {size} articles")
    print(", ".join(f"{name} {count}" for name, count in run.calls.most_common()))
    for error, count in run.errors.most_common():
        print(f"{count} x {error}")
    print(f"{sum(run.errors.values())} errors; {'the archive is whole' if same else 'THE ARCHIVE IS NOT WHOLE'}")
    return int(bool(run.errors) or not same)


if __name__ == "__main__":
    raise SystemExit(main())

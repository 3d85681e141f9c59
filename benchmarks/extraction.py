"""Measures what is read from web pages with known answers, beside trafilatura's defaults; prints a Markdown table.

    python benchmarks/extraction.py SET… [--json OUT.json] [--worst N]

A set is a folder with pages and their answers, in one of these forms:

- ``ground-truth.json``: an object with, for each page, its answers; the page is ``html/NAME.html`` or ``.html.gz``
  (the form of scrapinghub's article-extraction-benchmark);
- for each page ``NAME.html`` (or ``.htm``, ``.html.gz``) a file ``NAME.json`` with its answers beside it;
- ``*.jsonl`` whose lines have the page itself as ``html``, and its answers.

Answers are ``title`` (``headline``), ``date`` (``datePublished``), ``authors`` (``author``) and ``text``
(``articleBody``, ``body``); what is missing is not counted. ``url`` is given to both readers.

Of texts, the F1 of runs of four words is taken as in article-extraction-benchmark: the shares of runs that are right,
too many and missing on each page, summed over the pages. Markdown counts as what a reader sees of it. A title is right
if its words are, a date if its day is, authors if the set of names is. It needs ``pip install 'docarchive[html]'``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import trafilatura

from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.readers.web.html import decode_page, read_page

_WORDS = re.compile(r"\w+")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*(?:\s\"[^\"]*\")?\)")
_KEYS = {
    "title": ("title", "headline"),
    "date": ("date", "datePublished", "published"),
    "authors": ("authors", "author"),
    "text": ("text", "articleBody", "body", "content"),
}
Found = dict[str, Any]


class Page(NamedTuple):
    """A page, its address and its answers by what they are."""

    name: str
    html: str
    url: str | None
    gold: Found


def pages(folder: Path) -> Iterator[Page]:
    """Yields the pages of a set."""
    for path in sorted(folder.rglob("ground-truth.json")):
        for name, gold in json.loads(path.read_bytes()).items():
            for file in (path.parent / "html" / f"{name}{suffix}" for suffix in (".html.gz", ".html")):
                if file.exists():
                    yield _page(name, _read(file), gold)
                    break
    for path in sorted(folder.rglob("*.htm*")):
        answers = path.with_name(re.sub(r"\.x?html?(\.gz)?$", "", path.name) + ".json")
        if answers.exists() and answers.name != "ground-truth.json":
            yield _page(path.name, _read(path), json.loads(answers.read_bytes()))
    for path in sorted(folder.rglob("*.jsonl")):
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                gold = json.loads(line)
                if isinstance(gold, dict) and isinstance(gold.get("html"), str):
                    yield _page(f"{path.name}:{number}", gold["html"], gold)


def _read(path: Path) -> str:
    data = path.read_bytes()
    return decode_page(gzip.decompress(data) if path.suffix == ".gz" else data)[0]


def _page(name: str, html: str, gold: Found) -> Page:
    answers = {
        key: next((gold[each] for each in spellings if gold.get(each)), None) for key, spellings in _KEYS.items()
    }
    return Page(name, html, gold.get("url"), {key: value for key, value in answers.items() if value})


def by_docarchive(page: Page) -> Found:
    """Returns what docarchive reads."""
    try:
        article = read_page(page.html, page.url)
    except ReaderError:
        return {}
    title = None if article.title_derived else article.title
    return {"title": title, "date": article.date, "authors": article.authors, "text": article.body}


def by_trafilatura(page: Page) -> Found:
    """Returns what trafilatura finds with its defaults."""
    found = trafilatura.bare_extraction(page.html, url=page.url, with_metadata=True)
    if found is None:
        return {}
    given = found if isinstance(found, dict) else found.as_dict()
    authors = [name.strip() for name in (given.get("author") or "").split(";") if name.strip()]
    return {"title": given.get("title"), "date": given.get("date"), "authors": authors, "text": given.get("text")}


READERS: dict[str, Callable[[Page], Found]] = {"docarchive": by_docarchive, "trafilatura": by_trafilatura}


def runs(text: str, length: int = 4) -> Counter[tuple[str, ...]]:
    """Returns the runs of words of a text, with how often each is there."""
    words = _WORDS.findall(_LINK.sub(r"\1", _PICTURE.sub("", text)))
    return (
        Counter(tuple(words[at : at + length]) for at in range(max(1, len(words) - length + 1))) if words else Counter()
    )


def shares(gold: str, found: str) -> tuple[float, float, float]:
    """Returns which part of the runs of either text are in both, in the second alone and in the first alone."""
    wanted, given = runs(gold), runs(found)
    right, more, less = sum((wanted & given).values()), sum((given - wanted).values()), sum((wanted - given).values())
    total = right + more + less or 1
    return right / total, more / total, less / total


def is_right(key: str, gold: Any, found: Any) -> bool:
    """Tells whether a title, a date or authors are as they should be."""
    if not found:
        return False
    if key == "title":
        return _WORDS.findall(str(gold).casefold()) == _WORDS.findall(str(found).casefold())
    if key == "date":
        return _day(gold) == _day(found) != ""
    wanted = gold if isinstance(gold, list) else [gold]
    return {_name(each) for each in wanted} == {_name(each) for each in found}


def _day(value: Any) -> str:
    try:
        return str(PartialDate.parse(value))[:10]
    except ValueError:
        return ""


def _name(value: Any) -> str:
    value = value.get("name", "") if isinstance(value, dict) else value
    return " ".join(_WORDS.findall(str(value).casefold()))


class Score:
    """Sums what one reader got right."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.shares = [0.0, 0.0, 0.0]
        self.seconds = 0.0
        self.pages: list[tuple[float, str]] = []

    def add(self, page: Page, reader: Callable[[Page], Found]) -> None:
        """Lets a reader read a page."""
        began = time.perf_counter()
        found = reader(page)
        self.seconds += time.perf_counter() - began
        for key, gold in page.gold.items():
            self.asked[key] += 1
            if key == "text":
                parts = shares(gold, found.get("text") or "")
                self.shares = [before + part for before, part in zip(self.shares, parts, strict=True)]
                self.pages.append((parts[0], page.name))
            else:
                self.right[key] += is_right(key, gold, found.get(key))

    def result(self) -> dict[str, float | None]:
        """Returns the scores; None where no page has an answer."""
        right, more, less = self.shares
        found: dict[str, float | None] = {
            key: self.right[key] / self.asked[key] if self.asked[key] else None for key in ("title", "date", "authors")
        }
        precision, recall = right / (right + more or 1), right / (right + less or 1)
        texts = self.asked["text"]
        found |= {"precision": precision if texts else None, "recall": recall if texts else None}
        found["f1"] = 2 * precision * recall / (precision + recall or 1) if texts else None
        return found | {"seconds": self.seconds}


def main() -> None:
    """Reads the command line, and prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name the N worst pages")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    print("| set | reader | pages | title | date | authors | precision | recall | text F1 | seconds |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    results = []
    for folder in arguments.sets:
        scores = {name: Score() for name in READERS}
        count = 0
        for page in pages(folder):
            count += 1
            for name, reader in READERS.items():
                scores[name].add(page, reader)
        for name, score in scores.items():
            result = score.result()
            results.append({"set": folder.name, "reader": name, "pages": count, **result})
            *shown, seconds = result.values()
            cells = " | ".join("" if value is None else f"{value:.3f}" for value in shown)
            print(f"| {folder.name} | {name} | {count} | {cells} | {seconds:.1f} |")
        for share, name in sorted(scores["docarchive"].pages)[: arguments.worst]:
            print(f"{share:.2f} {name}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

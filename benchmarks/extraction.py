"""Compares what docarchive reads from web pages with known answers, next to trafilatura's defaults; prints a table.

    python -m benchmarks.extraction SET… [--json OUT.json] [--worst N]

A set is a folder with pages and their answers, in one of these forms:

- ``ground-truth.json``: an object that maps the name of a page to its answers; the page is ``html/NAME.html`` or
  ``.html.gz`` (the form of scrapinghub's article-extraction-benchmark);
- ``NAME.html`` (or ``.htm``, ``.html.gz``) with its answers in ``NAME.json``;
- ``*.jsonl`` with the page as ``html``, and its answers, on each line.

Answers are ``title`` (``headline``), ``date`` (``datePublished``), ``authors`` (``author``) and ``text``
(``articleBody``, ``body``); a missing one is not counted. Both readers get the ``url``.

A list below counts what pages are made of: of the ordered lists, code blocks, tables and links of the page's own whose
words are in the answer, how many docarchive's Markdown has as such.

Texts are scored as in article-extraction-benchmark: the F1 of runs of four words, from the shares of runs on each page
that are right, additional and missing, summed over the pages. Of Markdown, the visible text counts. A title is right if
its words are, a date if its day is, authors if the set of names is. It needs ``pip install 'docarchive[html]'`` and,
for the list, ``markdown-it-py``.
"""

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
from docarchive.readers.web.decoding import decode_page
from docarchive.readers.web.html import read_page

_WORDS = re.compile(r"\w+")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*(?:\s\"[^\"]*\")?\)")
_KEYS = {
    "title": ("title", "headline"),
    "date": ("date", "datePublished", "published"),
    "authors": ("authors", "author"),
    "text": ("text", "articleBody", "body", "content"),
}
Values = dict[str, Any]


class Page(NamedTuple):
    """A page.

    Attributes:
        name: Its name in messages.
        html: Its source.
        url: Its address; None if unknown.
        gold: Its answers, by key of ``_KEYS``.
    """

    name: str
    html: str
    url: str | None
    gold: Values


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


def _page(name: str, html: str, gold: Values) -> Page:
    answers = {
        key: next((gold[name] for name in spellings if gold.get(name)), None) for key, spellings in _KEYS.items()
    }
    return Page(name, html, gold.get("url"), {key: value for key, value in answers.items() if value})


def by_docarchive(page: Page) -> Values:
    """Returns what docarchive reads."""
    try:
        article = read_page(page.html, page.url)
    except ReaderError:
        return {}
    title = None if article.title_derived else article.title
    return {"title": title, "date": article.date, "authors": article.authors, "text": article.body}


def by_trafilatura(page: Page) -> Values:
    """Returns what trafilatura extracts with its defaults."""
    document = trafilatura.bare_extraction(page.html, url=page.url, with_metadata=True)
    if document is None:
        return {}
    values = document if isinstance(document, dict) else document.as_dict()
    authors = [name.strip() for name in (values.get("author") or "").split(";") if name.strip()]
    return {"title": values.get("title"), "date": values.get("date"), "authors": authors, "text": values.get("text")}


READERS: dict[str, Callable[[Page], Values]] = {"docarchive": by_docarchive, "trafilatura": by_trafilatura}


def runs(text: str, length: int = 4) -> Counter[tuple[str, ...]]:
    """Returns the runs of words of a text, with their counts."""
    words = _WORDS.findall(_LINK.sub(r"\1", _PICTURE.sub("", text)))
    return (
        Counter(tuple(words[at : at + length]) for at in range(max(1, len(words) - length + 1))) if words else Counter()
    )


def shares(gold: str, text: str) -> tuple[float, float, float]:
    """Returns the shares of runs that are in both texts, in the second alone and in the first alone."""
    expected, actual = runs(gold), runs(text)
    right, more, less = (sum(kind.values()) for kind in (expected & actual, actual - expected, expected - actual))
    total = right + more + less or 1
    return right / total, more / total, less / total


def is_right(key: str, gold: Any, value: Any) -> bool:
    """Returns whether a title, a date or authors equal the answer."""
    if not value:
        return False
    if key == "title":
        return _WORDS.findall(str(gold).casefold()) == _WORDS.findall(str(value).casefold())
    if key == "date":
        return _day(gold) == _day(value) != ""
    expected = gold if isinstance(gold, list) else [gold]
    return set(map(_name, expected)) == set(map(_name, value))


def _day(value: Any) -> str:
    try:
        return str(PartialDate.parse(value))[:10]
    except ValueError:
        return ""


def _name(value: Any) -> str:
    value = value.get("name", "") if isinstance(value, dict) else value
    return " ".join(_WORDS.findall(str(value).casefold()))


_ELEMENTS = {"ordered lists": "ol", "code blocks": "pre", "tables": "table", "links": "a[@href]"}
_SHORTEST_ELEMENT = 8  # letters and digits


def structure(page: Page, markdown: str) -> dict[str, tuple[int, int]]:
    """Returns how many of the page's elements in the answer there are in the Markdown, and how many there are."""
    from lxml.html import document_fromstring
    from markdown_it import MarkdownIt
    from trafilatura import load_html

    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    original, written = load_html(page.html), document_fromstring(f"<body>{rendered}</body>")
    if original is None:
        return {}
    text = _letters(str(page.gold["text"]))
    counts = {}
    for kind, path in _ELEMENTS.items():
        present = Counter(_letters(element.text_content()) for element in original.xpath(f"//{path}"))
        expected = +Counter(
            {words: count for words, count in present.items() if len(words) >= _SHORTEST_ELEMENT and words in text}
        )
        actual = Counter(_letters(element.text_content()) for element in written.xpath(f"//{path}"))
        counts[kind] = (len(expected.keys() & actual.keys()), len(expected))
    return counts


def _letters(text: str) -> str:
    return "".join(_WORDS.findall(text)).casefold()


class Score:
    """The score of one reader over the pages of a set."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.total: Counter[str] = Counter()
        self.shares = [0.0, 0.0, 0.0]
        self.seconds = 0.0
        self.pages: list[tuple[float, str]] = []
        self.structure: dict[str, list[int]] = {}

    def add(self, page: Page, reader: Callable[[Page], Values]) -> None:
        """Reads a page with a reader, and scores the result."""
        start = time.process_time()
        values = reader(page)
        self.seconds += time.process_time() - start
        for key, gold in page.gold.items():
            self.total[key] += 1
            if key == "text":
                page_shares = shares(gold, values.get("text") or "")
                self.shares = [*map(sum, zip(self.shares, page_shares, strict=True))]
                self.pages.append((page_shares[0], page.name))
                if reader is by_docarchive:
                    for kind, counts in structure(page, values.get("text") or "").items():
                        self.structure[kind] = [*map(sum, zip(self.structure.get(kind, (0, 0)), counts, strict=True))]
            else:
                self.right[key] += is_right(key, gold, values.get(key))

    def result(self) -> dict[str, float | None]:
        """Returns the scores; None where no page has an answer."""
        right, more, less = self.shares
        scores: dict[str, float | None] = {
            key: self.right[key] / self.total[key] if self.total[key] else None for key in ("title", "date", "authors")
        }
        precision, recall = right / (right + more or 1), right / (right + less or 1)
        texts = self.total["text"]
        scores |= {"precision": precision if texts else None, "recall": recall if texts else None}
        scores["f1"] = 2 * precision * recall / (precision + recall or 1) if texts else None
        return scores | {"seconds": self.seconds}


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
        for kind, (kept, present) in scores["docarchive"].structure.items():
            print(f"{kind}: {kept} of {present}")
        for share, name in sorted(scores["docarchive"].pages)[: arguments.worst]:
            print(f"{share:.2f} {name}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

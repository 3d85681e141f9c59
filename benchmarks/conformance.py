"""Compares the engines' answers on a corpus: ids, counts, facets, and every order. Exits with 1 if any differ.

    python benchmarks/conformance.py CORPUS.jsonl [--queries 300] [--articles N] [--sample 1500] [--seed 1] [--verbose]

CORPUS is JSON Lines of articles. Queries are drawn from its own words and metadata, the same every time. On the whole
corpus tantivy is compared with Whoosh; on a sample both are compared with the memory engine, which runs the plain
meaning of each query. Orders by relevance need not be the same, as engines score a little differently: how many of
the ten best they share is printed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from docarchive.article import Article
from docarchive.engines import SORTS, Change, Engine, Position, open_engine
from docarchive.engines.memory import MemoryEngine
from docarchive.query import Context, Node, parse
from docarchive.query.document import label_fields

_WORD = re.compile(r"[A-Za-z]{3,14}")
_ANY_WORD = re.compile(r"[A-Za-z]+")
_PAGE = (30, 20)  # how many hits are compared from the beginning, and how many further on
_FACETS = ("tags", "places", "people", "organizations")


class Query(NamedTuple):
    """A query, and the kind that it is of."""

    kind: str
    text: str
    tree: Node


class Sums(NamedTuple):
    """What was compared for one kind of query."""

    queries: Counter[str]
    found: Counter[str]
    shared: Counter[str]
    differences: Counter[str]


def read(corpus: Path, most: int) -> list[Change]:
    """Returns the articles of a corpus, each with a number that gives facets something to count by."""
    found = []
    with open(corpus, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            record = json.loads(line)
            record = {key: value for key, value in record.items() if value not in (None, "", [])}
            record["id"] = f"{number * 2_654_435_761 % (1 << 40):010x}"
            record["length"] = len(record.get("body", "").split())
            article = Article.from_dict(record)
            found.append(Change(article.id, article, number, article.language or "en"))
            if number == most:
                break
    return found


class Drawing:
    """Draws queries from the words and the metadata of articles.

    Args:
        articles: Of the corpus.
        seed: The same seed, the same queries.
    """

    def __init__(self, articles: Sequence[Article], seed: int) -> None:
        self.articles = articles
        self.pick = random.Random(seed)
        fields = {name for article in articles for name in label_fields(article)}
        self.context = Context(fields=lambda: fields)
        self.labels = {}
        for key in sorted(fields - {"id", "language", "format", "length"}):
            values = sorted({value for article in articles for value in article.values(key) if value.isprintable()})
            if values:
                self.labels[key] = values
        self.months = sorted({article.date.text[:7] for article in articles if article.date})

    def queries(self, count: int) -> list[Query]:
        """Returns queries of every kind, in turn."""
        word, label, dates, glob = self.word, self.label, self.dates, self.glob
        pick, phrase = self.pick, self.phrase
        makers: dict[str, Callable[[], str]] = {
            "word": word,
            "AND": lambda: " ".join(self.words(2)),
            "OR": lambda: " OR ".join(word() for _ in range(pick.randrange(2, 6))),
            "NOT": lambda: pick.choice([f"{word()} -{word()}", f"-{word()}", f"-{label()}"]),
            "phrase": lambda: phrase(pick.randrange(2, 5)),
            "phrase, loosely": lambda: f"{phrase(4, pick.randrange(1, 3))}~{pick.randrange(1, 5)}",
            "field": lambda: f"{pick.choice(['title', 'body'])}:{word()}",
            "phrase in a field": lambda: f"{pick.choice(['title', 'body'])}:{phrase(2)}",
            "wildcard": glob,
            "wildcard in a field": lambda: f"title:{glob()}",
            "fuzzy": lambda: f"{word()}~{pick.randrange(1, 3)}",
            "label": label,
            "label, wild": lambda: label(wild=True),
            "expression": lambda: f"{pick.choice(list(self.labels))}:/{word()[:3].lower()}/",
            "dates": dates,
            "numbers": lambda: f"length:{pick.randrange(200)}..{pick.randrange(200, 500)}",
            "has": lambda: pick.choice(["has:", "-has:"]) + pick.choice([*self.labels, "date", "title"]),
            "boost": lambda: f"{word()}^3 OR title:{word()}",
            "several": lambda: f"({word()} OR {glob()}) {dates()} -{label()}",
            "several, nested": lambda: (
                f"({word()} ({label()} OR {dates()})) OR ({word()} -(title:{word()} OR {label()}))"
            ),
        }
        found: dict[str, Query] = {}
        while len(found) < count:
            for kind, make in makers.items():
                text = make()
                found.setdefault(text, Query(kind, text, parse(text, self.context)))
        return list(found.values())[:count]

    def words(self, number: int = 1) -> list[str]:
        """Returns words that stand one after the other in an article."""
        while True:
            article = self.pick.choice(self.articles)
            at = self.pick.randrange(max(1, len(article.body)))
            kind = _WORD if number == 1 else _ANY_WORD
            found = kind.findall(article.body[at : at + 400] if self.pick.random() < 0.9 else article.title)
            if len(found) > number + 1:
                return [each.lower() if each.isupper() else each for each in found[1 : number + 1]]

    def word(self) -> str:
        """Returns a word of an article."""
        return self.words()[0]

    def phrase(self, number: int, step: int = 1) -> str:
        """Returns a phrase of some words, or of every second of them."""
        return f'"{" ".join(self.words(number)[::step])}"'

    def label(self, wild: bool = False) -> str:
        """Returns a value of a metadata key."""
        key = self.pick.choice(list(self.labels))
        values = self.pick.choice([article.values(key) for article in self.pick.choices(self.articles, k=200)])
        value = self.pick.choice(values or self.labels[key]).replace('"', "")[:60]
        first = value.split()[0]
        if wild and len(first) > 3 and first.isalnum():
            return f"{key}:{first[: self.pick.randrange(2, len(first))]}*"
        return f'{key}:"{value}"'

    def dates(self) -> str:
        """Returns a day, a month, or a range of days or months."""
        first, last = sorted(self.pick.choices(self.months, k=2))
        day = f"{first}-{self.pick.randrange(1, 28):02d}"
        return "date:" + self.pick.choice([f"{first}..{last}", day, first, f"{day}..{last}-28", f"..{day}"])

    def glob(self) -> str:
        """Returns a word with a wildcard in it."""
        text = self.word()
        at = self.pick.randrange(2, len(text))
        return self.pick.choice([text[:at] + "*", f"{text[:2]}*{text[-1]}", text[:at] + "?" + text[at + 1 :]])


def facets(rows: Iterable[int], changes: Sequence[Change]) -> dict[str, Counter[str]]:
    """Returns how many articles of a result have each value."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in _FACETS}
    for row in rows:
        article = changes[row - 1].article
        for name, counted in counts.items():
            counted.update(set(article.values(name)) if article else ())
    return counts


def differing(query: Query, one: Engine, other: Engine, changes: Sequence[Change]) -> tuple[list[str], int, int]:
    """Returns in what two engines differ, how many articles are found, and how many of the ten best they share."""
    differences = []
    ids, others = sorted(one.ids(query.tree)), sorted(other.ids(query.tree))
    if ids != others:
        extra, missing = sorted(set(ids) - set(others)), sorted(set(others) - set(ids))
        differences.append(f"ids ({len(extra)} more: {extra[:3]}, {len(missing)} fewer: {missing[:3]})")
    if not one.count(query.tree) == other.count(query.tree) == len(others):
        differences.append("count")
    if facets(one.rows(query.tree), changes) != facets(other.rows(query.tree), changes):
        differences.append("facets")
    shared = 0
    for sort in SORTS:
        for offset in (0, min(len(others) // 2, 500)):
            pages = [
                each.search(query.tree, limit=_PAGE[offset > 0], offset=offset, sort=sort) for each in (one, other)
            ]
            totals = {page.total for page in pages}
            orders = [[hit.id for hit in page.hits] for page in pages]
            if sort != "relevance" and orders[0] != orders[1]:
                differences.append(f"order by {sort} from {offset}")
            if totals != {len(others)} or len(orders[0]) != len(orders[1]):
                differences.append(f"total by {sort}")
            if sort == "relevance" and not offset:
                shared = len(set(orders[0][:10]) & set(orders[1][:10]))
    return differences, len(others), shared


def compare(queries: Sequence[Query], one: Engine, other: Engine, changes: Sequence[Change], *, verbose: bool) -> Sums:
    """Compares two engines, and prints each query that they differ on."""
    sums = Sums(Counter(), Counter(), Counter(), Counter())
    for query in queries:
        differences, found, shared = differing(query, one, other, changes)
        sums.queries[query.kind] += 1
        sums.found[query.kind] += found
        sums.shared[query.kind] += round(100 * shared / min(found, 10)) if found else 100
        sums.differences[query.kind] += bool(differences)
        if differences:
            print(f"{one.name} and {other.name} differ on {query.text}: {'; '.join(differences)}")
        elif verbose:
            print(f"{query.text}: {found:,}")
    return sums


def filled(name: str, folder: Path, changes: Sequence[Change]) -> Engine:
    """Returns an engine with some articles, and prints how long it took to index them."""
    engine: Engine = MemoryEngine() if name == "memory" else open_engine(name, folder / f"{name}{len(changes)}")
    began = time.perf_counter()
    engine.index(changes, Position("conformance", len(changes)))
    seconds = time.perf_counter() - began
    print(f"{name}: {len(changes):,} articles indexed in {seconds:.1f} s, {len(changes) / seconds:,.0f} a second")
    return engine


def table(pair: Sequence[str], sums: Sums) -> None:
    """Prints what was compared, by kind of query."""
    print(f"\n| {' and '.join(pair)} | queries | found, mean | ten best shared, % | differ |\n|---|--:|--:|--:|--:|")
    ranked = "memory" not in pair  # it ranks by the share of parts alone
    for kind, count in sums.queries.items():
        shared = f"{sums.shared[kind] / count:.0f}" if ranked else ""
        print(f"| {kind} | {count} | {sums.found[kind] / count:,.0f} | {shared} | {sums.differences[kind]} |")
    total = sums.queries.total()
    shared = f"{sums.shared.total() / total:.0f}" if ranked else ""
    print(f"| all | {total} | | {shared} | {sums.differences.total()} |\n", flush=True)


def said(pair: Sequence[str], sums: Sums, articles: int) -> str:
    """Returns what was found, in a sentence."""
    queries, differ = sums.queries.total(), sums.differences.total()
    answer = f"differ on {differ:,}" if differ else "give the same ids, facets, orders, and counts on all"
    found = sums.found.total()
    return f"{' and '.join(pair)} {answer} of {queries:,} queries on {articles:,} articles ({found:,} articles found)"


def main() -> int:
    """Reads the command line, compares, and prints tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--articles", type=int, default=0, help="the first of the corpus; else all")
    parser.add_argument("--sample", type=int, default=1_500, help="articles for the memory engine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print every query and how many articles it finds")
    arguments = parser.parse_args()
    changes = read(arguments.corpus, arguments.articles)
    sample = changes[: arguments.sample]
    failed = 0
    summary = []
    with tempfile.TemporaryDirectory(prefix="docarchive-") as work:
        folder = Path(work)
        for *names, part in [
            ("tantivy", "whoosh", changes),
            ("tantivy", "memory", sample),
            ("whoosh", "memory", sample),
        ]:
            articles = [change.article for change in part if change.article]
            queries = Drawing(articles, arguments.seed).queries(arguments.queries)
            one, other = (filled(name, folder / "-".join(names), part) for name in names)
            sums = compare(queries, one, other, part, verbose=arguments.verbose)
            table(names, sums)
            failed += sums.differences.total()
            summary.append(said(names, sums, len(part)))
            one.close()
            other.close()
    print("\n".join(summary))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

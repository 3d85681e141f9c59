"""Compares the results of the engines on a corpus: ids, counts, facets, and every order. Exits with 1 if any differ.

    PYTHONPATH=tests python -m benchmarks.conformance CORPUS.jsonl [--queries 300] [--articles N] [--sample 1500]
        [--seed 1] [--cluster URL]

CORPUS is JSON Lines of articles. Queries are made of its words and metadata, the same every time. On the whole corpus
tantivy is compared with Whoosh; on a sample both are compared with ``Node.matches``, by the memory engine of the tests.
With ``--cluster``, OpenSearch is compared with the three instead; URL has the addresses of its nodes.
Orders by relevance may differ, because engines score a little differently: the share of the ten best hits that are the
same is printed; the memory engine does not score as the others do.
"""

import argparse
import json
import random
import re
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from memory_engine import MemoryEngine

from docarchive.article import Article
from docarchive.engines import CLUSTERED, ENGINES, SORTS, Change, Engine, Position, open_engine
from docarchive.engines.cluster import Cluster
from docarchive.folder import Folder
from docarchive.query import Context, Node, quote
from docarchive.query import read as parse_with_words
from docarchive.query.any_words import any_words
from docarchive.query.document import label_values
from docarchive.query.facets import Facet

_WORD = re.compile(r"[A-Za-z]{3,14}")
_ANY_WORD = re.compile(r"[A-Za-z]+")
_PAGE = (30, 20)  # number of hits that are compared at the start, and further down
_FACETS = [Facet.read(name) for name in ("tags", "places", "people", "organizations", "year", "month", "day")]


class Query(NamedTuple):
    """A query, with its kind and its tree."""

    kind: str
    text: str
    tree: Node


def read(corpus: Path, most: int) -> list[Change]:
    """Returns the articles of a corpus, with their number of words as ``length``, so that ranges of numbers match."""
    changes = []
    with open(corpus, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            record = json.loads(line)
            record = {key: value for key, value in record.items() if value not in (None, "", [])}
            record["id"] = f"{number * 2_654_435_761 % (1 << 40):010x}"
            record["length"] = len(record.get("body", "").split())
            article = Article.from_dict(record)
            changes.append(Change(article.id, article, number, article.language or "en"))
            if number == most:
                break
    return changes


class QueryMaker:
    """Makes queries of the words and the metadata of articles.

    Args:
        articles: The articles of the corpus.
        seed: The same seed gives the same queries.
    """

    def __init__(self, articles: Sequence[Article], seed: int) -> None:
        self.articles = articles
        self.random = random.Random(seed)
        fields = {name for article in articles for name, _ in label_values(article, "en")}
        self.context = Context(fields=lambda: fields)
        self.labels = {}
        for key in sorted(fields - {"id", "language", "format", "length"}):
            values = sorted({value for article in articles for value in article.values(key) if value.isprintable()})
            if values:
                self.labels[key] = values
        self.months = sorted({article.date.start[:7] for article in articles if article.date})

    def queries(self, count: int) -> list[Query]:
        """Returns queries of every kind, in turn."""
        word, label, dates, glob = self.word, self.label, self.dates, self.glob
        random_, phrase = self.random, self.phrase
        makers: dict[str, Callable[[], str]] = {
            "word": word,
            "AND": lambda: " ".join(self.words(2)),
            "OR": lambda: " OR ".join(word() for _ in range(random_.randrange(2, 6))),
            "NOT": lambda: random_.choice([f"{word()} -{word()}", f"-{word()}", f"-{label()}"]),
            "phrase": lambda: phrase(random_.randrange(2, 5)),
            "phrase, loosely": lambda: f"{phrase(4, random_.randrange(1, 3))}~{random_.randrange(1, 5)}",
            "near": lambda: f"{word()} {random_.choice(['NEAR', 'BEFORE'])}/{random_.randrange(20)} {word()}",
            "near, phrases": lambda: f"{phrase(2)} NEAR/{random_.randrange(9)} ({word()} OR {word()})",
            "in a row, as pasted": lambda: f"{word()} – {word()}: “{' '.join(self.words(2))}” |",
            "field": lambda: f"{random_.choice(['title', 'body'])}:{word()}",
            "phrase in a field": lambda: f"{random_.choice(['title', 'body'])}:{phrase(2)}",
            "wildcard": glob,
            "wildcard in a field": lambda: f"title:{glob()}",
            "fuzzy": lambda: f"{word()}~{random_.randrange(1, 3)}",
            "label": label,
            "label, wild": lambda: label(wild=True),
            "expression": lambda: f"{random_.choice(list(self.labels))}:/{word()[:3].lower()}/",
            "label, bare": lambda: label().replace('"', "").split()[0],
            "dates": dates,
            "date of several words": lambda: f"date:{self.month_in_words()} {word()}",
            "literal": lambda: quote(self.random.choice(self.articles).title or word()),
            "any words": lambda: f"{' '.join(self.words(3))} {word()}",
            "numbers": lambda: f"length:{random_.randrange(200)}..{random_.randrange(200, 500)}",
            "has": lambda: random_.choice(["has:", "-has:"]) + random_.choice([*self.labels, "date", "title"]),
            "boost": lambda: f"{word()}^3 OR title:{word()}",
            "several": lambda: f"({word()} OR {glob()}) {dates()} -{label()}",
            "several, nested": lambda: (
                f"({word()} ({label()} OR {dates()})) OR ({word()} -(title:{word()} OR {label()}))"
            ),
        }
        queries: dict[str, Query] = {}
        while len(queries) < count:
            for kind, make in makers.items():
                text = make()
                parsed = parse_with_words(text, self.context)
                tree = any_words(parsed, self.context.analyzer) if kind == "any words" else None
                queries.setdefault(text, Query(kind, text, tree or parsed.tree))
        return list(queries.values())[:count]

    def words(self, number: int = 1) -> list[str]:
        """Returns consecutive words of an article."""
        while True:
            article = self.random.choice(self.articles)
            at = self.random.randrange(max(1, len(article.body)))
            kind = _WORD if number == 1 else _ANY_WORD
            words = kind.findall(article.body[at : at + 400] if self.random.random() < 0.9 else article.title)
            if len(words) > number + 1:
                return [word.lower() if word.isupper() else word for word in words[1 : number + 1]]

    def word(self) -> str:
        """Returns a word of an article."""
        return self.words()[0]

    def phrase(self, number: int, step: int = 1) -> str:
        """Returns a phrase of consecutive words, or of every ``step``-th of them."""
        return f'"{" ".join(self.words(number)[::step])}"'

    def label(self, wild: bool = False) -> str:
        """Returns a query for a value of a metadata key."""
        key = self.random.choice(list(self.labels))
        values = self.random.choice([article.values(key) for article in self.random.choices(self.articles, k=200)])
        value = self.random.choice(values or self.labels[key]).replace('"', "")[:60]
        first = value.split()[0]
        if wild and len(first) > 3 and first.isalnum():
            return f"{key}:{first[: self.random.randrange(2, len(first))]}*"
        return f'{key}:"{value}"'

    def dates(self) -> str:
        """Returns a day, a month, or a range of days or months."""
        first, last = sorted(self.random.choices(self.months, k=2))
        day = f"{first}-{self.random.randrange(1, 28):02d}"
        return "date:" + self.random.choice([f"{first}..{last}", day, first, f"{day}..{last}-28", f"..{day}"])

    def month_in_words(self) -> str:
        """Returns a month such as ``March 1987``."""
        return datetime.strptime(self.random.choice(self.months), "%Y-%m").strftime("%B %Y")

    def glob(self) -> str:
        """Returns a word with a wildcard in it."""
        text = self.word()
        at = self.random.randrange(2, len(text))
        return self.random.choice([text[:at] + "*", f"{text[:2]}*{text[-1]}", text[:at] + "?" + text[at + 1 :]])


def differing(query: Query, one: Engine, other: Engine) -> tuple[list[str], int, int]:
    """Returns how two engines differ, the number of matches, and the number of shared hits among the ten best."""
    differences = []
    ids, others = sorted(one.ids(query.tree)), sorted(other.ids(query.tree))
    if ids != others:
        extra, missing = sorted(set(ids) - set(others)), sorted(set(others) - set(ids))
        differences.append(f"ids ({len(extra)} more: {extra[:3]}, {len(missing)} fewer: {missing[:3]})")
    if not one.count(query.tree) == other.count(query.tree) == len(others):
        differences.append("count")
    if sorted(one.rows(query.tree)) != sorted(other.rows(query.tree)):
        differences.append("rows")
    counts, others_counts = one.facets(query.tree, _FACETS), other.facets(query.tree, _FACETS)
    differences += [f"facet {name}" for name in counts.keys() & others_counts if counts[name] != others_counts[name]]
    shared = 0
    for sort in SORTS:
        for offset in (0, min(len(others) // 2, 500)):
            pages = [
                engine.search(query.tree, limit=_PAGE[offset > 0], offset=offset, sort=sort) for engine in (one, other)
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


def compare(queries: Sequence[Query], one: Engine, other: Engine) -> int:
    """Compares two engines; prints the queries on which they differ, and a table by kind; returns how many differ."""
    sums: dict[str, Counter[str]] = {}
    for query in queries:
        differences, matches, shared = differing(query, one, other)
        percent = 100 * shared // min(matches, 10) if matches else 100
        sums.setdefault(query.kind, Counter()).update(
            queries=1, matches=matches, shared=percent, differ=bool(differences)
        )
        if differences:
            print(f"{one.name} and {other.name} differ on {query.text}: {'; '.join(differences)}")
    sums["all"] = sum(sums.values(), Counter())
    print(f"\n| {one.name}, {other.name} | queries | matches, mean | ten best shared, % | differ |")
    print("|---|--:|--:|--:|--:|")
    for kind, row in sums.items():
        means = f"{row['matches'] / row['queries']:,.0f} | {row['shared'] / row['queries']:.0f}"
        print(f"| {kind} | {row['queries']} | {means} | {row['differ']} |")
    return sums["all"]["differ"]


def index(name: str, folder: Path, changes: Sequence[Change], cluster: Cluster | None) -> Engine:
    """Returns an engine with articles, and prints how fast it has indexed them."""
    folder.mkdir(exist_ok=True)
    place = Folder(folder) / f"{name}{len(changes)}"
    engine: Engine = MemoryEngine() if name == "memory" else open_engine(name, place, cluster=cluster)
    start = time.perf_counter()
    engine.index(changes, Position("conformance", len(changes)))
    seconds = time.perf_counter() - start
    print(f"\n{name}: {len(changes):,} articles indexed in {seconds:.1f} s, {len(changes) / seconds:,.0f} a second")
    return engine


def main() -> int:
    """Reads the command line, compares, and prints tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--articles", type=int, default=0, help="use only the first N of the corpus")
    parser.add_argument("--sample", type=int, default=1_500, help="articles for the memory engine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cluster", metavar="URL", help="compare OpenSearch, whose nodes have these addresses")
    arguments = parser.parse_args()
    changes = read(arguments.corpus, arguments.articles)
    sample = changes[: arguments.sample]
    failed = 0
    pairs = [("tantivy", "whoosh", changes), ("tantivy", "memory", sample), ("whoosh", "memory", sample)]
    cluster = None
    if arguments.cluster:
        pairs = [(CLUSTERED, name, sample if name == "memory" else changes) for name in (*ENGINES, "memory")]
        values = {"url": arguments.cluster, "index": "conformance", "shards": 2, "replicas": 1}
        cluster = Cluster.read({**values, "archive": f"conformance-{secrets.token_hex(3)}"})
    with tempfile.TemporaryDirectory(prefix="docarchive-") as folder:
        for *names, compared in pairs:
            articles = [change.article for change in compared if change.article]
            queries = QueryMaker(articles, arguments.seed).queries(arguments.queries)
            one, other = (index(name, Path(folder, "-".join(names)), compared, cluster) for name in names)
            failed += compare(queries, one, other)
            for engine in (one, other):
                engine.clear()
                engine.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

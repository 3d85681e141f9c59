"""Times an index in a cluster as it grows, beside a bare bulk of the same documents, and beside tantivy.

    python -m benchmarks.growing CORPUS.jsonl --url URL [--sizes 30000,100000,300000,1000000] [--bare 30000]
        [--queries 220]

URL is the address of a cluster for trials, such as ``python tests/clusters.py start 1g`` starts; its indexes
``growing…`` are deleted at the end. The articles are resampled from the corpus, and given to the engine in commits of
25,000, as an import does; no files are written, which would take longer than the index. ``benchmarks.cluster`` measures
archives with their files. The index grows from one size to the next, and each row is of the articles that were added.
The bare bulk sends the last of the same documents, made already, with ``helpers.streaming_bulk`` of opensearch-py into
an index with the same fields. Searches are those of the engines alone, in this process. The export is one of all
articles as JSON Lines, from the collection, as a process.
"""

import argparse
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from opensearchpy import OpenSearch

from benchmarks.cluster import Clock, bulk, exported, median_and_last, write_documents
from benchmarks.latency import WORD, made_of
from benchmarks.peers import inputs
from docarchive.article import Article
from docarchive.engines import CLUSTERED, Change, Engine, Position, open_engine
from docarchive.engines.cluster import Cluster
from docarchive.folder import Folder
from docarchive.identity import make_id
from docarchive.query import Context, Node, read
from docarchive.query.facets import Facet

_COMMIT = 25_000  # articles
_SAMPLE = 300  # articles that queries are made of
_COLUMNS = ["articles", "added, articles/s", "bare", "times as long", "processor, ms each", "bare"]
_COLUMNS += ["search, ms (p50 / p99)", "tantivy", "export, s", "articles/s", "MB"]


class Growth:
    """An index in a cluster and one of tantivy, of the same articles.

    Args:
        corpus: The articles that others are resampled from.
        url: The address of the cluster.
        work: A folder for files.
        name: What the names of its indexes begin with.
    """

    def __init__(self, corpus: Path, url: str, work: Path, name: str) -> None:
        self._work = work
        self._url = url
        self._name = name
        rows = inputs.rows(corpus)
        resampler = inputs.Resampler(rows, 1)
        self._rows = (resampler.article(f"s{number}", "1987-01-01", 20 * 365) for number in range(1 << 40))
        self._changes = self._endless()
        self.cluster = Cluster.read({"url": url, "index": name, "archive": "one", "shards": 2, "replicas": 0})
        self.there = open_engine(CLUSTERED, Folder(work) / "there", cluster=self.cluster)
        self.local = open_engine("tantivy", Folder(work) / "local")
        self._articles: list[tuple[str, list[str]]] = []
        self.count = 0

    def _endless(self) -> Iterator[Change]:
        for number, row in enumerate(self._rows, start=1):
            row = {key: value for key, value in row.items() if value}
            row |= {"id": make_id(row["id"]), "archived": "2026-11-30T12:00:00Z", "fingerprint": row["id"]}
            article = Article.from_dict(row)
            yield Change(article.id, article, number, "en", number, f"articles/{article.id}.md")

    def grow(self, size: int, bare: int) -> list[str]:
        """Adds articles, and measures; returns the cells of a row but those of searches and the export."""
        first = self.count
        seconds = processor = 0.0
        while self.count < size:
            changes = [*islice(self._changes, min(_COMMIT, size - self.count))]
            self.count += len(changes)
            clock = Clock()
            self.there.index(iter(changes), Position(self._name, self.count))
            taken = clock.taken()
            seconds, processor = seconds + taken.seconds, processor + taken.processor
            self.local.index(iter(changes), Position(self._name, self.count))
            print(f"{self.count:,} after {seconds:,.0f} s of indexing", file=sys.stderr, flush=True)
        self.there.publish()
        self._sample(changes)
        part = changes[-bare:]
        path = self._work / "documents.jsonl"
        write_documents(part, path)
        with OpenSearch(self.cluster.urls, timeout=60) as client:
            alone = bulk(client, f"{self._name}-bare", self.cluster, path)
            client.indices.delete(index=f"{self._name}-bare")
        rate, other = (size - first) / seconds, len(part) / alone.seconds
        costs = processor / (size - first) * 1000, alone.processor / len(part) * 1000
        cells = [f"{size:,}", f"{rate:,.0f}", f"{other:,.0f}", f"{other / rate:.2f}"]
        return [*cells, *(f"{cost:.2f}" for cost in costs)]

    def _sample(self, changes: list[Change]) -> None:
        if not self._articles:
            articles = [change.article for change in changes[:: max(len(changes) // _SAMPLE, 1)] if change.article]
            self._articles = [(article.title, WORD.findall(article.body)) for article in articles]

    def searches(self, count: int) -> list[str]:
        """Returns the median and the 99th percentile of searches with both engines, in milliseconds."""
        context = Context()
        asked = []
        for _, query, options in made_of(self._articles, count, random.Random(1987)):
            facets = [Facet.read(name) for name in options.get("facets", ())]
            asked.append((read(query, context).tree, facets))
        return [_searched(engine, asked) for engine in (self.there, self.local)]

    def export(self) -> list[str]:
        """Exports all articles; returns the seconds, the articles a second, and the memory."""
        done = exported(self._url, self._name, self._work / "all.jsonl")
        with open(self._work / "all.jsonl", encoding="utf-8") as lines:
            assert sum(1 for _ in lines) == self.count
        return [f"{done.seconds:,.0f}", f"{self.count / done.seconds:,.0f}", f"{done.peak:.0f}"]

    def close(self) -> None:
        """Deletes the indexes in the cluster."""
        self.there.clear()
        self.there.close()
        self.local.close()


def _searched(engine: Engine, asked: list[tuple[Node, list[Facet]]]) -> str:
    engine.search(asked[0][0], limit=10)  # opens the index
    times = []
    for tree, facets in asked:
        begun = time.perf_counter()
        engine.search(tree, limit=10)
        if facets:
            engine.facets(tree, facets)
        times.append((time.perf_counter() - begun) * 1000)
    return median_and_last(times)


def table(corpus: Path, url: str, sizes: list[int], bare: int, queries: int) -> Iterator[str]:
    """Yields the lines of the table."""
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{'--:|' * len(_COLUMNS)}"
    name = f"growing-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory() as work, closing(Growth(corpus, url, Path(work), name)) as growth:
        for size in sizes:
            yield f"| {' | '.join([*growth.grow(size, bare), *growth.searches(queries), *growth.export()])} |"


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--sizes", default="30000,100000,300000,1000000")
    parser.add_argument("--bare", type=int, default=_COMMIT)
    parser.add_argument("--queries", type=int, default=220)
    options = parser.parse_args()
    sizes = [*map(int, options.sizes.split(","))]
    for line in table(options.corpus, options.url, sizes, options.bare, options.queries):
        print(line, flush=True)


if __name__ == "__main__":
    main()

"""Times the index of an archive in a cluster of OpenSearch, beside a bare bulk of the same documents.

    python -m benchmarks.cluster CORPUS.jsonl --url URL [--sizes 10000,30000,90000] [--queries 440]

URL is the address of a cluster for trials, such as ``make opensearch`` starts; its indexes ``benchmark…`` are deleted
at the end. For each size, an archive with tantivy is made of the corpus, resampled if that is too small. Then its index
is built in the cluster: articles are read, analyzed and sent. The bare bulk reads the same documents, already made,
from a file, and sends them with ``helpers.streaming_bulk`` of opensearch-py into an index with the same fields. Both
end when searches see all. The searches are those of ``benchmarks.latency``, in one process. The export is one of all
articles as JSON Lines, from the collection that the archive feeds, as a process.
"""

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from opensearchpy import OpenSearch, helpers

from benchmarks import latency
from benchmarks.peers import inputs
from benchmarks.peers.measuring import Run, command, run_elsewhere
from docarchive import Archive
from docarchive.engines.cluster import Cluster
from docarchive.engines.opensearch.schema import definition, document
from docarchive.engines.protocol import Change


class Taken(NamedTuple):
    """What a step took: seconds, and seconds of the processor in this process and in those that it has started."""

    seconds: float
    processor: float


class Clock:
    """Measures from when it is made."""

    def __init__(self) -> None:
        self._begun = Taken(time.perf_counter(), _processor())

    def taken(self) -> Taken:
        """Returns what was taken until now; of a process that was started, as soon as it has ended."""
        return Taken(time.perf_counter() - self._begun.seconds, _processor() - self._begun.processor)


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def changes_of(archive: Archive) -> Iterator[Change]:
    """Yields what the archive's index is made of."""
    for number, article in enumerate(archive, start=1):
        yield Change(article.id, article, number, article.language or "en", number)


def write_documents(changes: Iterable[Change], path: Path) -> None:
    """Writes the documents that an index is made of, one a line."""
    with open(path, "w", encoding="utf-8", errors="replace") as lines:
        for change in changes:
            lines.write(json.dumps(document(change, "bare"), ensure_ascii=False) + "\n")


def bulk(client: OpenSearch, index: str, cluster: Cluster, path: Path) -> Taken:
    """Sends documents to a new index, and waits until searches see them."""
    client.indices.create(index=index, body=definition(cluster, {}))
    clock = Clock()
    with open(path, encoding="utf-8") as lines:
        actions = ({"_id": made["id"], "_source": made} for made in map(json.loads, lines))
        for _ in helpers.streaming_bulk(client, actions, index=index, chunk_size=500, request_timeout=120):
            pass
    client.indices.refresh(index=index, request_timeout=120)
    return clock.taken()


def searched(archive: Archive, queries: list[tuple[str, str, dict[str, Any]]]) -> str:
    """Returns the median and the 99th percentile of searches, in milliseconds."""
    archive.search("first").hits  # noqa: B018, opens the index
    times = []
    for _, query, options in queries:
        clock = Clock()
        for hit in archive.search(query, **options).hits:
            hit.date, hit.title  # noqa: B018
        times.append(clock.taken().seconds * 1000)
    return median_and_last(times)


def median_and_last(times: list[float]) -> str:
    """Returns the median and the 99th percentile of times in milliseconds."""
    return f"{statistics.median(times):.1f} / {statistics.quantiles(times, n=100, method='inclusive')[98]:.0f}"


def exported(url: str, name: str, path: Path) -> Run:
    """Exports all articles of a collection as JSON Lines, as a process."""
    return run_elsewhere(
        command(sys.executable, "-m", "docarchive", "--archive", f"opensearch+{url}/{name}", "export"), path
    )


def measure(articles: list[inputs.Row], count: int, url: str, queries: int, work: Path) -> str:
    """Measures one size; returns a row of the table."""
    inputs.write(inputs.sample(articles, count), work, ["jsonl"])
    name = f"benchmark{count}"
    with Archive.create(work / "archive", engine="tantivy") as archive:
        archive.import_(work / "articles.jsonl")
        asked = [*latency.queries(archive, queries)]
        local = searched(archive, asked)
    with Archive.open(work / "archive") as archive:
        clock = Clock()
        archive.use_engine("opensearch", {"url": url, "index": name, "shards": 2, "replicas": 0})
        ours = clock.taken()
        there = searched(archive, asked)
        write_documents(changes_of(archive), work / "documents.jsonl")
        cluster = archive.settings.cluster
    assert cluster is not None
    export = exported(url, name, work / "all.jsonl")
    with OpenSearch(cluster.urls, timeout=60) as client:
        bare = bulk(client, f"{name}.bare", cluster, work / "documents.jsonl")
        client.indices.delete(index=f"{name}.*")
    cells = [
        f"{count:,}",
        *(f"{count / taken.seconds:,.0f}" for taken in (ours, bare)),
        f"{ours.seconds / bare.seconds:.2f}",
        *(f"{taken.processor / count * 1000:.2f}" for taken in (ours, bare)),
        *(there, local, f"{export.seconds:.0f}", f"{export.peak:.0f}"),
    ]
    return f"| {' | '.join(cells)} |"


def table(corpus: Path, url: str, sizes: list[int], queries: int) -> Iterator[str]:
    """Yields the lines of the table."""
    articles = inputs.rows(corpus)
    columns = ["articles", "articles/s", "bare", "times as long", "processor, ms each", "bare"]
    columns += ["search, ms (p50 / p99)", "tantivy", "export, s", "MB"]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'--:|' * len(columns)}"
    for count in sizes:
        with tempfile.TemporaryDirectory() as work:
            yield measure(articles, count, url, queries, Path(work))


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--sizes", default="10000,30000,90000")
    parser.add_argument("--queries", type=int, default=440)
    options = parser.parse_args()
    for line in table(options.corpus, options.url, [*map(int, options.sizes.split(","))], options.queries):
        print(line, flush=True)


if __name__ == "__main__":
    main()

"""Loads ``docarchive serve`` with searches, beside Datasette with FTS5 on the same articles: how long does one take?

    python -m benchmarks.serving ARCHIVE [--datasette PROGRAM] [--seconds 8] [--connections 1,8,32] [--import FILE]

The servers listen on 127.0.0.1, and take turns of ``--seconds`` each. The queries are words of titles, one or two, the
same for both. Datasette's page is that of a table, once as it is and once with three facets; docarchive's has nine and
a histogram. For each number of connections it prints the median, the 99th percentile, the answers per second and the
processor time of the server for one answer. On a machine with other work, only the last can be compared.

With ``--import``, a file is imported into the archive meanwhile, with 8 connections; the archive is changed. At the
end, every answer must be that of the library. An answer that is an error ends the run.
"""

import argparse
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from itertools import cycle
from json import loads
from pathlib import Path
from statistics import quantiles
from time import monotonic, sleep
from typing import Final, NamedTuple
from urllib.parse import quote

from docarchive import Archive

_WORD: Final = re.compile(r"[a-z]{4,}")
_TICK: Final = os.sysconf("SC_CLK_TCK")
_QUERIES: Final = 150
_PATIENCE: Final = 60


class Server(NamedTuple):
    """A server that runs."""

    name: str
    host: str
    process: int
    paths: Sequence[str]  # of the requests


class Figures(NamedTuple):
    """What a turn took."""

    p50: float  # milliseconds
    p99: float
    rate: float  # answers per second
    cost: float  # milliseconds of processor time for one

    def __str__(self) -> str:
        return f"{self.p50:8.1f} {self.p99:8.1f} {self.rate:8.1f} {self.cost:8.1f}"


def queries(archive: Archive) -> list[str]:
    """Returns words of titles, one or two, the same each time."""
    random_ = random.Random(1987)
    titles = [words for row in archive.list() if (words := _WORD.findall(str(row.metadata.get("title", "")).lower()))]
    chosen = random_.sample(titles, _QUERIES)
    return [" ".join(random_.sample(words, min(len(words), random_.choice((1, 2))))) for words in chosen]


def database(archive: Archive, path: Path) -> None:
    """Writes the articles into a database with FTS5, which stems as ours does, for Datasette."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE articles (id TEXT PRIMARY KEY, title, date, year, place, topic, body)")
        rows = (
            (article.id, article.title, date, date[:4], *first(article.places), *first(article.tags), article.body)
            for article in archive
            for date in [str(article.date or "")]
        )
        connection.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute(
            "CREATE VIRTUAL TABLE fts USING fts5(title, body, content='articles', tokenize='porter unicode61')"
        )
        connection.execute("INSERT INTO fts(fts) VALUES ('rebuild')")
        for key in ("date", "year", "place", "topic"):
            connection.execute(f"CREATE INDEX of_{key} ON articles({key})")


def first(values: Sequence[str]) -> Sequence[str]:
    """Returns the first of some values, or an empty text."""
    return values[:1] or [""]


@contextmanager
def running(command: Sequence[str | Path], mark: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Runs a server until the end of the block; yields it and its host, which it prints after a mark."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stderr is not None
            host = next(line.partition("http://")[2].split()[0].rstrip("/;") for line in process.stderr if mark in line)
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield process, host
        finally:
            process.terminate()


def processor_time(process: int) -> float:
    """Returns the seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def turn(server: Server, connections: int, seconds: float) -> Figures:
    """Loads a server for some seconds; raises ``RuntimeError`` for an answer that is an error."""
    times: list[float] = []
    wrong: list[str] = []
    lock, paths = threading.Lock(), cycle(server.paths)
    end = monotonic() + seconds

    def ask() -> None:
        try:
            ask_on()
        except Exception as error:
            wrong.append(f"{server.name}: {error}")

    def ask_on() -> None:
        with closing(HTTPConnection(server.host, timeout=_PATIENCE)) as connection:
            while monotonic() < end and not wrong:
                with lock:
                    path = next(paths)
                start = monotonic()
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
                times.append(monotonic() - start)
                if response.status != 200:
                    wrong.append(f"{server.name}: {path}: {response.status} {body[:200]!r}")

    before, start = processor_time(server.process), monotonic()
    threads = [threading.Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(wrong[0])
    took, cost = monotonic() - start, processor_time(server.process) - before
    cuts = quantiles(times, n=100)
    return Figures(1000 * cuts[49], 1000 * cuts[98], len(times) / took, 1000 * cost / len(times))


def check(server: Server, archive: Archive, asked: Sequence[str]) -> None:
    """Raises ``RuntimeError`` unless the answers of a server are those of the library."""
    with closing(HTTPConnection(server.host, timeout=_PATIENCE)) as connection:
        for query in asked:
            connection.request("GET", f"/api/v1/search?q={quote(query)}&limit=10")
            answer = loads(connection.getresponse().read())
            results = archive.search(query, limit=10)
            if (answer["total"], [hit["id"] for hit in answer["hits"]]) != (results.total, [hit.id for hit in results]):
                raise RuntimeError(f"another answer to {query!r}")


def main() -> int:
    """Loads the servers, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--datasette", type=Path)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--connections", default="1,8,32")
    parser.add_argument("--import", dest="inputs", type=Path)
    given = parser.parse_args()
    with ExitStack() as stack:
        archive = stack.enter_context(Archive.open(given.archive))
        asked = queries(archive)
        words = [*map(quote, asked)]
        command = [sys.executable, "-m", "docarchive", "--archive", given.archive, "serve", "--port", "0"]
        process, host = stack.enter_context(running(command, "serving "))
        servers = [
            Server("docarchive, page", host, process.pid, [f"/?q={query}" for query in words]),
            Server("docarchive, JSON", host, process.pid, [f"/api/v1/search?q={query}&limit=10" for query in words]),
        ]
        if given.datasette:
            path = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "news.db"
            database(archive, path)
            settings = ["--setting", "default_page_size", "20", "--setting", "truncate_cells_html", "200"]
            peer = [given.datasette, "serve", "-i", path, "--port", "0", *settings]
            process, host = stack.enter_context(running(peer, "Uvicorn running"))
            table = "/news/articles{}?_fts_table=fts&_fts_pk=rowid&_search={}"
            facets = "&_facet=year&_facet=place&_facet=topic"
            pages = [table.format("", query) for query in words]
            answers = [table.format(".json", query) + "&_size=10&_shape=objects" for query in words]
            servers += [
                Server("Datasette, page", host, process.pid, pages),
                Server("Datasette, page, facets", host, process.pid, [page + facets for page in pages]),
                Server("Datasette, JSON", host, process.pid, answers),
            ]
        check(servers[0], archive, asked)
        print(f"{len(archive):,} articles, {archive.settings.engine}; load average {os.getloadavg()[0]:.1f}")
        print(f"{'':26}{'p50 ms':>8} {'p99 ms':>8} {'per s':>8} {'CPU ms':>8}")
        if given.inputs:
            command = [sys.executable, "-m", "docarchive", "--archive", given.archive, "import", given.inputs]
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as importing:
                sleep(2)
                while importing.poll() is None:
                    for server in servers[:2]:
                        print(f"{server.name + ', 8, importing':26}{turn(server, 8, given.seconds)}", flush=True)
            check(servers[0], archive, asked)
            print(f"{len(archive):,} articles; all answers are the library's")
            return 0
        for connections in map(int, given.connections.split(",")):
            for server in servers:
                turn(server, connections, 1)
                figures = turn(server, connections, given.seconds)
                print(f"{server.name + ', ' + str(connections):26}{figures}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

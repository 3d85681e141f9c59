"""Other search libraries over a judged collection, to compare docarchive's ranking with.

    python relevance_peers.py fts5|tantivy|whoosh DOCS.jsonl QUERIES.jsonl FOLDER [TITLE_WEIGHT]

Each peer is set up as its documentation suggests, with its defaults: stemmed title and body, any of the words, its own
BM25. DOCS has id, title and body; QUERIES has id and words. The index is written to FOLDER. Prints one JSON object:
version, seconds to index, seconds of all searches, document ids by query. TITLE_WEIGHT is 1 by default.
"""

import importlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

HITS = 1_000


class Peer(NamedTuple):
    """One peer, with its index open."""

    version: str
    index_seconds: float
    search: Callable[[str], list[str]]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with open(path, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield json.loads(line)


def any_of(words: list[str]) -> str:
    """Returns the query for any of some words, in the form of all three peers. In quotes, no word is an operator."""
    return " OR ".join(f'"{word}"' for word in words)


def fts5(docs: Path, folder: Path, title_weight: float) -> Peer:
    start = time.perf_counter()
    database = sqlite3.connect(folder / "fts5.sqlite")
    database.execute("create virtual table docs using fts5(id unindexed, title, body, tokenize='porter unicode61')")
    database.executemany(
        "insert into docs values (?, ?, ?)", ((row["id"], row["title"], row["body"]) for row in rows(docs))
    )
    database.commit()
    seconds = time.perf_counter() - start
    if title_weight != 1:
        database.execute(f"insert into docs(docs, rank) values ('rank', 'bm25(0, {title_weight}, 1)')")
    select = f"select id from docs where docs match ? order by rank limit {HITS}"

    def search(query: str) -> list[str]:
        return [id for (id,) in database.execute(select, (query,))]

    return Peer(sqlite3.sqlite_version, seconds, search)


def tantivy(docs: Path, folder: Path, title_weight: float) -> Peer:
    library: Any = importlib.import_module("tantivy")
    builder = library.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name="en_stem")
    builder.add_text_field("body", tokenizer_name="en_stem")
    start = time.perf_counter()
    index = library.Index(builder.build(), path=str(folder))
    # With more threads, the order of documents of equal score varies.
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for row in rows(docs):
        writer.add_document(library.Document(id=row["id"], title=row["title"], body=row["body"]))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    seconds = time.perf_counter() - start
    searcher = index.searcher()

    def search(query: str) -> list[str]:
        tree = index.parse_query(query, ["title", "body"], field_boosts={"title": title_weight})
        return [searcher.doc(address).get_first("id") for _, address in searcher.search(tree, HITS).hits]

    return Peer(version("tantivy"), seconds, search)


def whoosh(docs: Path, folder: Path, title_weight: float) -> Peer:
    from whoosh import fields, index, qparser, versionstring
    from whoosh.analysis import StemmingAnalyzer

    analyzer = StemmingAnalyzer()
    schema = fields.Schema(
        id=fields.ID(stored=True),
        title=fields.TEXT(analyzer=analyzer, field_boost=title_weight),
        body=fields.TEXT(analyzer=analyzer),
    )
    start = time.perf_counter()
    created = index.create_in(str(folder), schema)
    writer = created.writer(limitmb=256)
    for row in rows(docs):
        writer.add_document(id=row["id"], title=row["title"], body=row["body"])
    writer.commit()
    seconds = time.perf_counter() - start
    searcher = created.searcher()
    parser = qparser.MultifieldParser(["title", "body"], schema, group=qparser.OrGroup)

    def search(query: str) -> list[str]:
        return [hit["id"] for hit in searcher.search(parser.parse(query), limit=HITS)]

    return Peer(versionstring(), seconds, search)


PEERS: dict[str, Callable[[Path, Path, float], Peer]] = {"fts5": fts5, "tantivy": tantivy, "whoosh": whoosh}


def main(name: str, docs: str, queries: str, folder: str, title_weight: str = "1") -> None:
    peer = PEERS[name](Path(docs), Path(folder), float(title_weight))
    queries_by_id = {row["id"]: any_of(row["words"]) for row in rows(Path(queries))}
    start = time.perf_counter()
    rankings = {id: peer.search(query) if query else [] for id, query in queries_by_id.items()}
    seconds = time.perf_counter() - start
    answer = {"version": peer.version, "index": peer.index_seconds, "search": seconds, "rankings": rankings}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])

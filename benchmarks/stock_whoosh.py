"""Whoosh as it comes, over the same articles: what docarchive is compared with.

    python stock_whoosh.py index DIR CORPUS.jsonl [COUNT]
    python stock_whoosh.py search DIR QUERY
    python stock_whoosh.py time DIR '["QUERY", …]' ROUNDS

A minimal script with the settings that Whoosh's own documentation suggests: a StemmingAnalyzer for
title and body, bodies stored. It runs under any interpreter that has a Whoosh: whoosh3 as installed
for docarchive, or, in an environment of its own, the Whoosh 2.7.4 of 2016.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from pathlib import Path


def build(folder: Path, corpus: str, count: int) -> None:
    """Indexes the first articles of a corpus; prints the seconds that indexing alone took."""
    from whoosh import fields, index
    from whoosh.analysis import StemmingAnalyzer

    rows = []
    with open(corpus, encoding="utf-8") as lines:
        for line in lines:
            rows.append(json.loads(line))
            if len(rows) == count:
                break
    analyzer = StemmingAnalyzer()
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        title=fields.TEXT(analyzer=analyzer, stored=True),
        body=fields.TEXT(analyzer=analyzer, stored=True),
        tags=fields.KEYWORD(stored=True, commas=True),
        date=fields.DATETIME(stored=True, sortable=True),
    )
    folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    writer = index.create_in(str(folder), schema).writer(limitmb=256)
    for row in rows:
        date = row.get("date")
        writer.add_document(
            id=str(row["id"]),
            title=row.get("title") or "",
            body=row.get("body") or "",
            tags=",".join((row.get("topics") or []) + (row.get("places") or [])),
            date=datetime.fromisoformat(date[:19]) if date else None,
        )
    writer.commit()
    print(time.perf_counter() - began)


def search(folder: Path, query: str) -> None:
    """Prints date and title of the ten best matches."""
    from whoosh import index, qparser

    found = index.open_dir(str(folder))
    with found.searcher() as searcher:
        tree = qparser.MultifieldParser(["title", "body"], found.schema).parse(query)
        for hit in searcher.search(tree, limit=10):
            print(hit.get("date"), hit["title"])


def timed(folder: Path, queries: list[str], rounds: int) -> None:
    """Prints the median seconds of each search, the index being open already."""
    from statistics import median

    from whoosh import index, qparser

    found = index.open_dir(str(folder))
    parser = qparser.MultifieldParser(["title", "body"], found.schema)
    parser.add_plugin(qparser.FuzzyTermPlugin())
    with found.searcher() as searcher:
        for query in queries:
            taken = []
            for _ in range(rounds + 1):
                began = time.perf_counter()
                for hit in searcher.search(parser.parse(query), limit=10):
                    hit.get("date"), hit["title"]
                taken.append(time.perf_counter() - began)
            print(median(taken[1:]))


if __name__ == "__main__":
    if sys.argv[1] == "index":
        build(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else -1)
    elif sys.argv[1] == "time":
        timed(Path(sys.argv[2]), json.loads(sys.argv[3]), int(sys.argv[4]))
    else:
        search(Path(sys.argv[2]), sys.argv[3])

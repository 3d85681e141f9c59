"""An index in Whoosh, as a short script; the commands are those of with_fts5.py.

The settings are those that Whoosh's own documentation suggests: a StemmingAnalyzer for title and body, bodies stored.
It runs with Whoosh 2.7.4 of 2016 and with whoosh3.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from whoosh import index


def schema() -> Any:
    from whoosh import fields
    from whoosh.analysis import StemmingAnalyzer

    analyzer = StemmingAnalyzer()
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        title=fields.TEXT(analyzer=analyzer, stored=True),
        body=fields.TEXT(analyzer=analyzer, stored=True),
        topics=fields.KEYWORD(stored=True, commas=True),
        places=fields.KEYWORD(stored=True, commas=True),
        year=fields.ID(sortable=True),
        date=fields.DATETIME(stored=True),
    )


def fill(folder: str, corpus: str) -> None:
    from datetime import datetime

    from reading import changed, load, save

    opened = index.open_dir(folder) if index.exists_in(folder) else index.create_in(folder, schema())
    state = os.path.join(folder, "digests.json")
    known = load(state)
    before, writer = set(known), None
    for row in changed(corpus, known):
        writer = writer or opened.writer(limitmb=256)
        put = writer.update_document if row["id"] in before else writer.add_document
        put(
            id=row["id"],
            title=row["title"],
            body=row["body"],
            topics=",".join(row["topics"]),
            places=",".join(row["places"]),
            year=row["date"][:4],
            date=datetime.fromisoformat(row["date"]),
        )
    if writer:
        writer.commit()
        save(state, known)


def query(parser: Any, words: str, *days: str) -> Any:
    if days:
        words += " date:[{} TO {}]".format(*(day.replace("-", "") for day in days))
    return parser.parse(words)


def search(searcher: Any, parser: Any, arguments: list[str]) -> list[tuple[Any, str]]:
    return [(hit.get("date"), hit["title"]) for hit in searcher.search(query(parser, *arguments), limit=10)]


def facets(searcher: Any, parser: Any, words: str) -> dict[str, dict[str, int]]:
    from whoosh.sorting import Count, Facets, FieldFacet

    kinds = Facets()
    kinds.add_facet("place", FieldFacet("places", allow_overlap=True, maptype=Count))
    kinds.add_facet("year", FieldFacet("year", maptype=Count))
    results = searcher.search(query(parser, words), limit=1, groupedby=kinds)
    return {name: dict(results.groups(name)) for name in ("place", "year")}


def main(action: str, folder: str, *arguments: str) -> None:
    if action in ("index", "add"):
        os.makedirs(folder, exist_ok=True)
        fill(folder, arguments[0])
        return
    from whoosh import qparser

    opened = index.open_dir(folder)
    parser = qparser.MultifieldParser(["title", "body"], opened.schema)
    with opened.searcher() as searcher:
        if action == "search":
            for date, title in search(searcher, parser, list(arguments)):
                print(date, title)
        elif action == "count":
            print(len(searcher.search(query(parser, *arguments), limit=None)))
        elif action == "facets":
            print(facets(searcher, parser, arguments[0]))
        elif action == "export":
            from reading import print_lines

            print_lines({**row, "date": str(row.get("date"))} for row in searcher.all_stored_fields())
        else:
            import json

            from reading import print_times

            timed: dict[str, Any] = {
                name: lambda query=query: search(searcher, parser, query)
                for name, query in json.loads(arguments[0]).items()
            }
            print_times({**timed, "facets": lambda: facets(searcher, parser, arguments[1])}, int(arguments[2]))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""An archive in Whoosh, as a short script; the commands are those of with_fts5.py.

The settings are those that Whoosh's own documentation suggests: a StemmingAnalyzer for title and body, bodies stored.
It runs under any interpreter that has a Whoosh: the 2.7.4 of 2016, or whoosh3.
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

    found = index.open_dir(folder) if index.exists_in(folder) else index.create_in(folder, schema())
    state = os.path.join(folder, "digests.json")
    known = load(state)
    before, writer = set(known), None
    for row in changed(corpus, known):
        writer = writer or found.writer(limitmb=256)
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


def search(searcher: Any, parser: Any, asked: list[str]) -> list[tuple[Any, str]]:
    return [(hit.get("date"), hit["title"]) for hit in searcher.search(query(parser, *asked), limit=10)]


def facets(searcher: Any, parser: Any, words: str) -> dict[str, dict[str, int]]:
    from whoosh.sorting import Count, Facets, FieldFacet

    kinds = Facets()
    kinds.add_facet("place", FieldFacet("places", allow_overlap=True, maptype=Count))
    kinds.add_facet("year", FieldFacet("year", maptype=Count))
    found = searcher.search(query(parser, words), limit=1, groupedby=kinds)
    return {name: dict(found.groups(name)) for name in ("place", "year")}


def main(action: str, folder: str, *asked: str) -> None:
    if action in ("index", "add"):
        os.makedirs(folder, exist_ok=True)
        fill(folder, asked[0])
        return
    from whoosh import qparser

    found = index.open_dir(folder)
    parser = qparser.MultifieldParser(["title", "body"], found.schema)
    with found.searcher() as searcher:
        if action == "search":
            for date, title in search(searcher, parser, list(asked)):
                print(date, title)
        elif action == "count":
            print(len(searcher.search(query(parser, *asked), limit=None)))
        elif action == "facets":
            print(facets(searcher, parser, asked[0]))
        elif action == "export":
            from reading import print_lines

            print_lines({**row, "date": str(row.get("date"))} for row in searcher.all_stored_fields())
        else:
            import json

            from reading import print_times

            timed: dict[str, Any] = {
                name: lambda each=each: search(searcher, parser, each) for name, each in json.loads(asked[0]).items()
            }
            print_times({**timed, "facets": lambda: facets(searcher, parser, asked[1])}, int(asked[2]))


if __name__ == "__main__":
    main(*sys.argv[1:])

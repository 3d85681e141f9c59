"""An index in tantivy, as a short script; the commands are those of with_fts5.py.

Stemmed English title and body, a heap of 128 MB, its default number of threads, bodies stored. A prefix is a
regular expression, because its query parser has none.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC
from typing import Any

import tantivy

PLACES: dict[str, Any] = {"place": {"terms": {"field": "places", "size": 10}}}
YEARS: dict[str, Any] = {"year": {"terms": {"field": "year", "size": 10}}}


def schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("body", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("topics", stored=True, tokenizer_name="raw")
    builder.add_text_field("places", stored=True, tokenizer_name="raw", fast=True)
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_date_field("date", stored=True, indexed=True, fast=True)
    return builder.build()


def index(folder: str, corpus: str, *, new: bool) -> None:
    from datetime import datetime

    from reading import changed, load, save

    if new:
        os.makedirs(folder, exist_ok=True)
    opened = tantivy.Index(schema(), path=folder) if new else tantivy.Index.open(folder)
    state = f"{folder}/digests.json"
    known = load(state)
    before, writer = set(known), None
    for row in changed(corpus, known):
        writer = writer or opened.writer(heap_size=128_000_000)
        if row["id"] in before:
            writer.delete_documents("id", row["id"])
        moment = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
        document = tantivy.Document(
            id=row["id"], title=row["title"], body=row["body"], topics=row["topics"], places=row["places"]
        )
        document.add_integer("year", moment.year)
        document.add_date("date", moment)
        writer.add_document(document)
    if writer:
        writer.commit()
        writer.wait_merging_threads()
        save(state, known)


def query(opened: Any, words: str, *days: str) -> Any:
    if words.endswith("*"):
        fields = [
            tantivy.Query.regex_query(opened.schema, field, f"{words[:-1].lower()}.*") for field in ("title", "body")
        ]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, field) for field in fields])
    if days:
        words = f"+{words} +date:[{days[0]}T00:00:00Z TO {days[1]}T23:59:59Z]"
    return opened.parse_query(words, ["title", "body"])


def documents(searcher: Any, tree: Any, most: int) -> list[Any]:
    return [searcher.doc(address) for _, address in searcher.search(tree, most, count=False).hits]


def search(opened: Any, searcher: Any, arguments: list[str]) -> list[tuple[str, str]]:
    hits = documents(searcher, query(opened, *arguments), 10)
    return [(str(hit.get_first("date"))[:10], hit.get_first("title")) for hit in hits]


def facets(opened: Any, searcher: Any, words: str) -> Any:
    return searcher.aggregate(query(opened, words), {**PLACES, **YEARS})


def export(searcher: Any) -> None:
    from reading import print_lines

    print_lines(
        {
            "id": hit.get_first("id"),
            "date": str(hit.get_first("date")),
            "title": hit.get_first("title"),
            "topics": hit.get_all("topics"),
            "body": hit.get_first("body"),
        }
        for hit in documents(searcher, tantivy.Query.all_query(), max(1, searcher.num_docs))
    )


def main(action: str, folder: str, *arguments: str) -> None:
    if action in ("index", "add"):
        index(folder, arguments[0], new=action == "index" and not os.path.exists(f"{folder}/meta.json"))
        return
    opened: Any = tantivy.Index.open(folder)
    searcher = opened.searcher()
    if action == "search":
        for date, title in search(opened, searcher, list(arguments)):
            print(date, title)
    elif action == "count":
        print(searcher.search(query(opened, *arguments), 1).count)
    elif action == "facets":
        print(facets(opened, searcher, arguments[0]))
    elif action == "export":
        export(searcher)
    else:
        import json

        from reading import print_times

        timed: dict[str, Any] = {
            name: lambda query=query: search(opened, searcher, query)
            for name, query in json.loads(arguments[0]).items()
        }
        print_times({**timed, "facets": lambda: facets(opened, searcher, arguments[1])}, int(arguments[2]))


if __name__ == "__main__":
    main(*sys.argv[1:])

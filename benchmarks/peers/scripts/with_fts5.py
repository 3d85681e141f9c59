"""An index in SQLite's FTS5, as a short script.

    with_fts5.py index|add FOLDER CORPUS.jsonl
    with_fts5.py search|count|facets FOLDER QUERY [FIRST_DAY LAST_DAY]
    with_fts5.py export FOLDER
    with_fts5.py time FOLDER '{"NAME": ["QUERY", …], …}' FACETS ROUNDS

Bodies are stored; the index is over the table that holds them, with the porter tokenizer.
"""

from __future__ import annotations

import sqlite3
import sys
from typing import Any

TABLES = """
create table docs(n integer primary key, id text unique, digest text, date text, title text, topics text, body text);
create table places(n integer, place text, primary key(n, place)) without rowid;
create virtual table fts using fts5(title, body, content='docs', content_rowid='n', tokenize='porter unicode61');
"""
MATCHES = " from fts join docs d on d.n = fts.rowid where fts match ?"
BETWEEN = " and d.date between ? and ?"


def index(db: sqlite3.Connection, corpus: str) -> None:
    from reading import changed

    db.execute("pragma journal_mode=wal")
    db.execute("pragma synchronous=normal")
    if not db.execute("select 1 from sqlite_master").fetchone():
        db.executescript(TABLES)
    known = dict(db.execute("select id, digest from docs"))
    for row in changed(corpus, digests := dict(known)):
        if row["id"] in known:
            old = db.execute("select n, title, body from docs where id = ?", (row["id"],)).fetchone()
            db.execute("insert into fts(fts, rowid, title, body) values('delete', ?, ?, ?)", old)
            db.execute("delete from docs where n = ?", old[:1])
            db.execute("delete from places where n = ?", old[:1])
        values = (row["id"], digests[row["id"]], row["date"], row["title"], ",".join(row["topics"]), row["body"])
        sql = "insert into docs(id, digest, date, title, topics, body) values(?, ?, ?, ?, ?, ?)"
        number = db.execute(sql, values).lastrowid
        db.execute("insert into fts(rowid, title, body) values(?, ?, ?)", (number, row["title"], row["body"]))
        db.executemany("insert or ignore into places values(?, ?)", [(number, place) for place in row["places"]])
    db.commit()


def condition(query: list[str]) -> tuple[str, list[str]]:
    """Returns the end of a statement for a query with or without dates, and its parameters."""
    words, *days = query
    return MATCHES + (BETWEEN if days else ""), [words, *days[:1], *(f"{day}T99" for day in days[1:])]


def search(db: sqlite3.Connection, query: list[str]) -> list[Any]:
    where, parameters = condition(query)
    return db.execute(f"select d.date, d.title{where} order by rank limit 10", parameters).fetchall()


def facets(db: sqlite3.Connection, words: str) -> list[Any]:
    year = f"select substr(d.date, 1, 4) as year, count(*){MATCHES} group by year order by 2 desc limit 10"
    place = "select place, count(*) from fts join places p on p.n = fts.rowid where fts match ?"
    place += " group by place order by 2 desc limit 10"
    return [db.execute(sql, (words,)).fetchall() for sql in (place, year)]


def main(action: str, folder: str, *arguments: str) -> None:
    db = sqlite3.connect(f"{folder}/articles.sqlite")
    if action in ("index", "add"):
        index(db, arguments[0])
    elif action == "search":
        for date, title in search(db, list(arguments)):
            print(date, title)
    elif action == "count":
        where, parameters = condition(list(arguments))
        print(db.execute(f"select count(*){where}", parameters).fetchone()[0])
    elif action == "facets":
        print(*facets(db, arguments[0]), sep="\n")
    elif action == "export":
        from reading import print_lines

        names = ("id", "date", "title", "topics", "body")
        rows = db.execute(f"select {', '.join(names)} from docs order by date")
        print_lines(dict(zip(names, row, strict=True)) for row in rows)
    else:
        import json

        from reading import print_times

        timed: dict[str, Any] = {
            name: lambda query=query: search(db, query) for name, query in json.loads(arguments[0]).items()
        }
        print_times({**timed, "facets": lambda: facets(db, arguments[1])}, int(arguments[2]))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The same for a peer: sqlite-utils keeps articles in a database with an index of words. See ``crashes``."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from benchmarks.observed import Article, Observed
from benchmarks.operations import lines

_QUERIES: Final = ("gull", "harbour", "pier", "again")


def program() -> str | None:
    """Returns the path of sqlite-utils, or None if it is not installed."""
    return shutil.which("sqlite-utils")


def prepare(root: Path) -> None:
    """Makes the database that the operations start with."""
    root.mkdir(parents=True)
    _insert(0, "harbour")(root)
    _run(root, "enable-fts", "articles", "title", "body", "--create-triggers")


def observe(root: Path) -> Observed:
    """Looks at everything in the database."""
    with closing(sqlite3.connect(root / "articles.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the database is damaged"
        rows = {row[0]: list(row) for row in database.execute("SELECT id, title, date, tags, body FROM articles")}
        found: dict[str, set[str]] = {id_: set() for id_ in rows}
        sql = "SELECT id FROM articles WHERE rowid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
        for query in _QUERIES:
            for (id_,) in database.execute(sql, (query,)):
                found[id_].add(query)
    articles = {id_: Article({"row": json.dumps(row)}, None, frozenset(found[id_])) for id_, row in rows.items()}
    return Observed(articles, {}, {}, {}, None, {})


def _insert(start: int, word: str, *options: str, edition: str = "") -> Callable[[Path], None]:
    def run(root: Path) -> None:
        articles = lines(start, 12, word, edition).read()
        _run(root, "insert", "articles", "-", "--nl", "--pk", "id", *options, articles=articles)

    return run


def _run(root: Path, command: str, *words: str, articles: bytes = b"") -> None:
    """Runs sqlite-utils; an error of it is one of the operation, unless it was killed."""
    call = [program() or "", command, str(root / "articles.db"), *words]
    subprocess.run(call, input=articles, check=True, stdout=subprocess.DEVNULL)


#: What is done, and what is done once more after a kill.
OPERATIONS: Final[dict[str, tuple[Callable[[Path], None], Callable[[Path], None] | None]]] = {
    "insert": (_insert(100, "pier"), _insert(100, "pier", "--replace")),
    "replace": (_insert(0, "harbour", "--replace", edition=" again"), None),
}

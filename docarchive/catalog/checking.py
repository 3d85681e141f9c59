"""Checking: whether the catalog's file is whole, and every value in it is as it was written.

SQLite checks the order of its pages, and that each index fits its table. Values that are in a table and in an index are
so checked: those of ``seen``, ``deleted`` and ``labelled``. Rows of the other tables have checksums; the terms of
labels and the bands of signatures are computed again. What is left are bytes that SQLite does not use, on which no
answer depends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from docarchive.analysis.minhash import bands
from docarchive.catalog import stored
from docarchive.catalog.catalog import Catalog
from docarchive.catalog.rows import ARTICLE_SUM
from docarchive.errors import DocarchiveError
from docarchive.query.document import value_terms

#: The columns of the tables whose rows have checksums, in their order.
_SUMMED: Final = {
    "facts": "name, value",
    "folders": "path, modified",
    "fetched": "address, etag, modified",
    "recorded": "path, size, modified, digest",
    "journal": "id",
}
_FEW: Final = 10


def damage(catalog: Catalog) -> Iterator[str]:
    """Yields what is wrong with a catalog: parts of sentences, the first of each kind."""
    for check in (_structure, _references, _sums, _journal, _labels, _bands, _rows):
        try:
            yield from check(catalog)
        except (DocarchiveError, sqlite3.DatabaseError) as error:
            yield str(error)
            return


def _structure(catalog: Catalog) -> Iterator[str]:
    for (result,) in catalog._db.execute(f"PRAGMA integrity_check({_FEW})"):
        if result != "ok":
            yield f"SQLite finds: {result}"
    for type_, name, table, sql in catalog._db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        if not _is_named_so(type_, name, table, sql):
            yield f"SQLite knows a {type_} by two names"


def _is_named_so(type_: str, name: str, table: str, sql: str | None) -> bool:
    """Returns whether a table or an index has the name that its own statement says, which SQLite does not check."""
    if sql is None:
        return type_ == "index" and name.startswith(f"sqlite_autoindex_{table}_")
    begin = f"CREATE INDEX {name} ON {table}" if type_ == "index" else f"CREATE TABLE {name}"
    return sql.removeprefix(begin).lstrip().startswith("(") and type_ == ("table" if name == table else "index")


def _references(catalog: Catalog) -> Iterator[str]:
    broken = catalog._db.execute("PRAGMA foreign_key_check").fetchmany(_FEW)
    yield from (f"a row of {table} names an article that is not there" for table, *_ in broken)
    unlabelled = "SELECT count(*) FROM labelled WHERE label NOT IN (SELECT label FROM labels)"
    if catalog._one("n", unlabelled):
        yield "an article has a label that is not there"


def _sums(catalog: Catalog) -> Iterator[str]:
    for path, id_ in catalog._select("tt", f"SELECT path, id FROM articles WHERE sum <> {ARTICLE_SUM} LIMIT {_FEW}"):
        yield f"what it says of the article {id_}, {path}, has changed"
    for table, columns in _SUMMED.items():
        if count := catalog._one("n", f"SELECT count(*) FROM {table} WHERE sum <> row_sum({columns})"):
            yield f"{count:,} of its rows in {table} have changed"
    if count := catalog.damaged_copies():
        yield f"{count:,} of its copies of articles have changed"


def _journal(catalog: Catalog) -> Iterator[str]:
    count, last = catalog._one("n", "SELECT count(*) FROM journal"), catalog.last_position()
    number = catalog._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
    if count != last or (number or (0,))[0] != last:
        yield "its journal has gaps"
    if catalog._one("n", "SELECT count(*) FROM articles WHERE id NOT IN (SELECT id FROM journal)"):
        yield "an article is not in its journal"


def _labels(catalog: Catalog) -> Iterator[str]:
    for key, value, terms in catalog._select("ttt", "SELECT key, value, terms FROM labels"):
        if terms != f" {' '.join(value_terms(key, value))} ":
            yield f"the terms of a value of {key} have changed"
            return


def _bands(catalog: Catalog) -> Iterator[str]:
    """Compares sums over the bands of all signatures, as they are stored and as they are computed."""
    expected = [0, 0, 0]
    for n, signature in catalog._select("ns", "SELECT n, signature FROM signatures"):
        own = bands.__wrapped__(signature)  # each is asked for once
        expected[0] += len(own)
        expected[1] += sum(own)
        expected[2] += len(own) * n
    stored_sums = [0, 0, 0]
    for table in ("bands", "recent_bands"):
        halves = "coalesce(sum(band >> 32), 0), coalesce(sum(band & 4294967295), 0)"  # SQLite adds up to 63 bits
        sql = f"SELECT count(*), {halves}, coalesce(sum(n), 0) FROM {table}"
        ((count, high, low, rows),) = catalog._select("nnnn", sql)
        for at, value in enumerate((count, (high << 32) + low, rows)):
            stored_sums[at] += value
    if stored_sums != expected:
        yield "what it knows of near duplicates has changed"


def _rows(catalog: Catalog) -> Iterator[str]:
    bad = "SELECT count(*) FROM articles WHERE NOT (json_valid(metadata) AND json_type(metadata) = 'object')"
    if catalog._one("n", bad):
        raise stored.damaged("values that are not JSON")
    if count := catalog._one("n", "SELECT count(*) FROM articles WHERE path < 'articles/' OR path >= 'articles0'"):
        yield f"{count:,} of its articles are not in articles/"

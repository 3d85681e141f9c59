"""Attacks on what is derived: the catalog's rows, tables and journals, and the files of an index."""

from __future__ import annotations

import json
import random
import sqlite3
import struct
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from benchmarks.hostile import values
from benchmarks.hostile.arena import Arena
from docarchive.catalog.rows import ARTICLE_SUM
from docarchive.catalog.stored import row_sum

_CATALOG: Final = ".docarchive/catalog.sqlite"
_TAIL: Final = struct.Struct("<QI8s")  # of a segment: see docarchive.engines.whoosh.segmentfile
_STATEMENTS: Final = (
    "CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM articles; END",
    "CREATE TRIGGER t BEFORE DELETE ON pending BEGIN SELECT load_extension('x'); END",
    "CREATE VIEW v AS SELECT writefile('{canary}/new', 'x')",
    "CREATE TABLE extra (x DEFAULT (readfile('{canary}/secret.md')))",
    "CREATE INDEX x ON articles (upper(title) || hex(randomblob(1000000)))",
    "CREATE VIRTUAL TABLE f USING fts5(x)",
    "DROP TABLE articles",
    "DROP TABLE journal",
    "DROP TABLE facts",
    "DROP INDEX articles_date",
    "DELETE FROM articles",
    "DELETE FROM facts",
    "PRAGMA user_version = 2147483647",
    "PRAGMA user_version = -1",
    "PRAGMA application_id = 0",
    "PRAGMA encoding = 'UTF-16'; VACUUM",
    "PRAGMA journal_mode = DELETE; PRAGMA page_size = 65536; VACUUM",
    "PRAGMA auto_vacuum = FULL; VACUUM",
    "UPDATE sqlite_master SET sql = 'CREATE TABLE articles (n, id AS (randomblob(1000000000)))'"
    " WHERE name = 'articles'",
    "UPDATE sqlite_master SET rootpage = 1 WHERE name = 'articles'",
    "UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'journal'",
    "UPDATE sqlite_master SET type = 'view', rootpage = 0, sql = 'CREATE VIEW pending AS SELECT ''x'' AS path'"
    " WHERE name = 'pending'",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)"
    " INSERT INTO pending SELECT 'articles/' || i || '.md' FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)"
    " INSERT INTO journal (id, sum) SELECT 'x' || i, 0 FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)"
    " INSERT INTO folders SELECT 'articles/' || i, 1, 0 FROM n",
)


def rows(random_: random.Random, arena: Arena) -> str:
    """Changes a value in any column of any table of the catalog, or adds a row."""
    return next(filter(None, (_row(random_, arena) for _ in range(20))), "no rows")


def _row(random_: random.Random, arena: Arena) -> str:
    """Changes a row as ``rows`` does; returns nothing if SQLite allows it not."""
    with suppress(OSError, OverflowError, sqlite3.Error), closing(_catalog(arena)) as catalog, catalog:
        tables = [row[0] for row in catalog.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        table = random_.choice(["pending", "pending", *tables])
        columns = [row[1] for row in catalog.execute(f"PRAGMA table_info({table})")]
        value = _column_value(random_, arena)
        if random_.randrange(3) == 0 or not catalog.execute(f"SELECT 1 FROM {table}").fetchone():
            row = [value if random_.randrange(2) else _column_value(random_, arena) for _ in columns]
            catalog.execute(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(columns))})", row)
            sign(catalog)
            return f"a row of {table}: {_short(row)}"
        column = random_.choice(columns)
        where = random_.choice(("", " WHERE rowid = 1", f" WHERE {column} = (SELECT min({column}) FROM {table})"))
        catalog.execute(f"UPDATE OR IGNORE {table} SET {column} = ?{where}", (value,))
        if column != "sum":
            sign(catalog)
        return f"{table}.{column}{where and ' of one'} = {_short(value)}"
    return ""


def sign(catalog: sqlite3.Connection) -> None:
    """Makes the checksums of all rows of a catalog fit, as a stranger can."""
    catalog.create_function("row_sum", -1, row_sum)
    catalog.create_function("crc32", 1, crc32)
    names = [row[0] for row in catalog.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in names:
        columns = [row[1] for row in catalog.execute(f"PRAGMA table_info({table})")]
        if "sum" in columns:
            own = {"articles": ARTICLE_SUM, "copies": "crc32(copy)"}
            summed = own.get(table, f"row_sum({', '.join(_summed(columns))})")
            with suppress(sqlite3.OperationalError):  # of values that have none, such as 1.5
                catalog.execute(f"UPDATE {table} SET sum = {summed} WHERE sum <> {summed}")


def _summed(columns: list[str]) -> list[str]:
    return [column for column in columns if column not in ("sum", "position")]


def tables(random_: random.Random, arena: Arena) -> str:
    """Changes the tables of the catalog."""
    sql = random_.choice(_STATEMENTS).replace("{canary}", str(arena.canary))
    with suppress(OSError, sqlite3.Error), closing(_catalog(arena)) as catalog:
        for statement in sql.split("; ") if sql.startswith("PRAGMA") else [sql]:
            catalog.execute(statement)
        sign(catalog)
        catalog.commit()
    return sql[:90]


def journals(random_: random.Random, arena: Arena) -> str:
    """Adds a journal or a log of SQLite that names other files, to the catalog or to the lock."""
    database = arena.archive / random_.choice((_CATALOG, ".docarchive/lock"))
    name = str(
        random_.choice((arena.canary / "secret.md", arena.canary / "photos", arena.home / "private.txt"))
    ).encode()
    magic = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
    numbers = (0, 0, 1, 512, 4096)
    header = magic + b"".join(number.to_bytes(4, "big") for number in numbers)
    tail = (0x40000000 // 4096 + 1).to_bytes(4, "big") + name
    tail += len(name).to_bytes(4, "big") + (sum(name) & 0xFFFFFFFF).to_bytes(4, "big") + magic
    ending, data = random_.choice(
        (
            ("-journal", header.ljust(512, b"\0") + tail),
            ("-wal", b"\x37\x7f\x06\x82" + b"\0" * 60 + name * 100),
            ("-wal", bytes(random_.randrange(256) for _ in range(9000))),
            ("-shm", bytes(random_.randrange(256) for _ in range(32768))),
            (f"-mj{random_.randrange(10**9)}", name + b"\0"),
        )
    )
    with suppress(OSError, sqlite3.Error):
        if random_.randrange(2):
            with closing(sqlite3.connect(database)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
        database.with_name(database.name + ending).write_bytes(data)
    return f"{database.name}{ending} names {name.decode()}"


def lists(random_: random.Random, arena: Arena) -> str:
    """Changes a value in any JSON file of the index, or adds a file to its folder."""
    folder = arena.archive / ".docarchive/index"
    files = [path for path in sorted(folder.rglob("*.json*")) if path.is_file() and not path.is_symlink()]
    if not files:
        return "no index"
    file = random_.choice(files)
    if random_.randrange(5) == 0:
        name = random_.choice(("_MAIN_1.toc", "MAIN_x.idx", "0" * 32 + ".store", "INDEX_WRITER_LOCK", ".x", "x" * 250))
        data = random_.choice((b"cos\nsystem\n(S'touch pwned'\ntR.", b"", b"\0" * 100_000))
        file.with_name(name).write_bytes(data)
        return f"{name} in {file.parent.name}"
    if file.name == ".managed.json" and random_.randrange(2):
        named = [values.paths(random_, arena) for _ in range(3)]
        file.write_bytes(values.dumped([*_json(file, []), *named]))
        return f"{file.name} names {named!a}"[:200]
    file.write_bytes(_signed(values.encoded(random_, arena, _json(file, {}))))
    return f"{file.relative_to(arena.archive)}: {file.read_bytes()[:80]!r}"


def segments(random_: random.Random, arena: Arena) -> str:
    """Changes what is in a segment of Whoosh's index, with checksums that fit."""
    files = [*arena.archive.glob(".docarchive/index/whoosh/*.idx")]
    if not files:
        return "no segment"
    file = random_.choice(sorted(files))
    data = file.read_bytes()
    length, _, magic = _TAIL.unpack(data[-_TAIL.size :])
    end = len(data) - _TAIL.size - length
    body, directory = bytearray(data[:end]), json.loads(data[end : end + length])
    names = list(directory["sections"])
    for name in random_.choices(names, k=random_.choice((1, 1, 3))):
        start, size, _ = directory["sections"][name]
        if size and random_.randrange(4):
            place = start + random_.randrange(size)
            width = random_.choice((1, 4, 8))
            number = random_.choice((b"\xff" * width, b"\0" * width, b"\x7f" * width, b"\x80" * width))
            body[place : min(place + width, start + size)] = number[: start + size - place]
        else:
            size = random_.choice((0, 1, size // 2, 2**31, -1))
        directory["sections"][name] = [start, size, crc32(body[start : start + max(size, 0)])]
    _sign_terms(body, directory["sections"])
    text = json.dumps(directory).encode()
    if random_.randrange(3) == 0:
        text = values.encoded(random_, arena, directory)
    file.write_bytes(bytes(body) + text + _TAIL.pack(len(text), crc32(text), magic))
    return f"sections {names} of {file.name}"[:120]


def bits(random_: random.Random, arena: Arena) -> str:
    """Changes bytes of any derived file, cuts it, swaps it with another, or removes it."""
    files = [path for path in sorted((arena.archive / ".docarchive").rglob("*")) if path.is_file()]
    if not files:
        return "nothing derived"
    file = random_.choice(files)
    data = bytearray(file.read_bytes()[:10_000_000])
    start = random_.randrange(len(data) + 1)
    how = random_.choice(("flip", "flip", "cut", "zeros", "swap", "remove", "grow", "number"))
    if how == "flip":
        for _ in range(random_.choice((1, 8, 200)) if data else 0):
            data[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
    else:
        number = random_.choice((b"\xff" * 8, b"\x7f" + b"\xff" * 7, b"\0" * 8))
        data = {
            "cut": data[:start],
            "zeros": data[:start] + b"\0" * 4096,
            "swap": bytearray(random_.choice(files).read_bytes()[:10_000_000]),
            "remove": bytearray(),
            "grow": data * 4,
            "number": data[:start] + number + data[start + 8 :],
        }[how]
    file.unlink()
    if how != "remove":
        file.write_bytes(data)
    return f"{how} of {file.relative_to(arena.archive)}"


def _signed(data: bytes) -> bytes:
    """Returns the state of an index, or the list of its segments, with the checksum that fits."""
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        whole = json.loads(data)
        if "segments" in whole and "crc" in whole:
            whole["crc"] = crc32(json.dumps([whole["generation"], whole["segments"]]).encode())
        elif "crc" in whole:
            del whole["crc"]
            whole["crc"] = crc32(json.dumps(whole, sort_keys=True).encode())
        return values.dumped(whole)
    return data


def _sign_terms(body: bytearray, sections: dict[str, list[int]]) -> None:
    """Makes the checksums of blocks and of postings fit, which are in the sections ``block_sums`` and ``sums``."""

    def numbers(name: str, width: str) -> list[int]:
        start, size, _ = sections[name]
        data, each = bytes(body[start : start + max(size, 0)]), struct.calcsize(f"<{width}")
        return list(struct.unpack(f"<{len(data) // each}{width}", data[: len(data) // each * each]))

    def put(name: str, sums: list[int]) -> None:
        start, size, _ = sections[name]
        packed = struct.pack(f"<{len(sums)}I", *sums)[: max(size, 0)]
        body[start : start + len(packed)] = packed
        sections[name][2] = crc32(body[start : start + max(size, 0)])

    for field in [name.removesuffix(".terms") for name in sections if name.endswith(".terms")]:
        with suppress(KeyError, struct.error):
            terms, postings = sections[f"{field}.terms"][0], sections[f"{field}.postings"][0]
            bounds = [terms + bound for bound in numbers(f"{field}.blocks", "I")]
            put(f"{field}.block_sums", [crc32(body[start:end]) for start, end in pairwise(bounds)])
            offsets = [postings + offset for offset in numbers(f"{field}.offsets", "Q")]
            counts = numbers(f"{field}.counts", "I")
            pairs = zip(pairwise(offsets), counts, strict=False)
            put(f"{field}.sums", [crc32(body[start:end], count) for (start, end), count in pairs])


def _catalog(arena: Arena) -> sqlite3.Connection:
    path = arena.archive / _CATALOG
    if path.is_symlink() or not path.is_file():
        raise FileNotFoundError(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("PRAGMA foreign_keys = OFF")
    return connection


def _column_value(random_: random.Random, arena: Arena) -> Any:
    how = random_.randrange(8)
    if how == 0:
        return random_.choice((b"\xff\0", b"", b"\0" * 32, b"\0" * 500))
    if how == 1:
        return random_.choice((0, -1, 2**31, 2**63 - 1, -(2**63), 1.5, float("inf")))
    if how == 2:
        return values.encoded(random_, arena, {"id": "1", "title": "x", "tags": ["y"]}).decode("utf-8", "replace")
    if how == 3:
        return values.text(random_, arena).encode("utf-8", "replace").decode()
    if how == 4:
        return None
    return values.paths(random_, arena)


def _json(path: Path, missing: Any) -> Any:
    try:
        return json.loads(path.read_bytes().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return missing


def _short(value: Any) -> str:
    return ascii(value)[:120]

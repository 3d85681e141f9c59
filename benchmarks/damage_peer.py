"""Flips bits in a database of sqlite-utils with full-text search, to compare with benchmarks/damage.py.

    python -m benchmarks.damage_peer [--seed 1] [--faults 1000]

The database has the articles that benchmarks/damage.py damages, inserted by the program sqlite-utils, with an index
of FTS5. Counted are the flips that ``PRAGMA integrity_check`` and the integrity check of FTS5 name, the flips after
which a query gives a wrong answer without an error, and those of them that neither check names.
"""

import argparse
import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.damage_faults import flip_bit, lines
from benchmarks.peers.peer import environment

_MATCH: Final = "SELECT d.* FROM articles_fts f JOIN articles d ON d.rowid = f.rowid WHERE articles_fts MATCH ?"
_WORDS: Final = ("gull", "wheat strike", '"wheat strike"', "rai*", "title : pier")
_OTHERS: Final = (
    "SELECT * FROM articles ORDER BY date DESC",
    "SELECT source_id, title FROM articles WHERE date BETWEEN '2020' AND '2022' ORDER BY date",
    "SELECT count(*) FROM articles WHERE tags LIKE '%t1%'",
    *(f"SELECT * FROM articles WHERE source_id = 'c{n}'" for n in range(22)),
)
_CHECK: Final = "INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)"


def prepare(program: str, database: Path) -> None:
    """Makes the database."""
    articles = lines(range(22)).getvalue()
    insert: list[str | Path] = [program, "insert", database, "articles", "-", "--nl", "--pk", "source_id"]
    subprocess.run(insert, input=articles, check=True)
    subprocess.run(
        [program, "enable-fts", database, "articles", "title", "body", "--tokenize", "porter", "--create-triggers"],
        check=True,
    )


def answers(database: Path) -> list[Any]:
    """Returns the answers to all queries; in place of one that fails, None."""
    found: list[Any] = []
    with closing(sqlite3.connect(database)) as connection:
        asked = [(f"{_MATCH} ORDER BY f.rank, d.source_id", (words,)) for words in _WORDS]
        for sql, parameters in [*asked, *((sql, ()) for sql in _OTHERS)]:
            try:
                found.append(connection.execute(sql, parameters).fetchall())
            except (sqlite3.DatabaseError, UnicodeDecodeError):
                found.append(None)
    return found


def named(database: Path) -> set[str]:
    """Returns which checks find damage."""
    checks = set()
    with closing(sqlite3.connect(database)) as connection:
        connection.text_factory = bytes  # a message may have bytes that are not UTF-8
        try:
            if connection.execute("PRAGMA integrity_check").fetchall() != [(b"ok",)]:
                checks.add("integrity_check")
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            checks.add("integrity_check")
        try:
            connection.execute(_CHECK)
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            checks.add("FTS integrity-check")
    return checks


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=1_000)
    options = parser.parse_args()
    programs = environment("sqlite-utils", "sqlite-utils>=4.2,<5")
    program = shutil.which("sqlite-utils") or (f"{programs}/sqlite-utils" if programs else "")
    if not program:
        parser.error("sqlite-utils is not on PATH, and pip could not install it")
    counts: Counter[str] = Counter()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        database, copy = Path(folder, "news.db"), Path(folder, "copy.db")
        prepare(program, database)
        truth, data = answers(database), database.read_bytes()
        for number in range(options.faults):
            copy.write_bytes(flip_bit(data, Random(f"{options.seed} {number}")))
            given = answers(copy)
            wrong = any(one is not None and one != right for one, right in zip(given, truth, strict=True))
            checks = named(copy)
            counts.update([*checks, "either check"] if checks else [])
            counts["errors"] += None in given
            counts["wrong answers"] += wrong
            counts["wrong answers that no check names"] += wrong and not checks
    print(json.dumps({"tried": options.faults, **counts}, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

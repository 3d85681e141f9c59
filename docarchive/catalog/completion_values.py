"""Completion: values for a shell to offer, straight from the catalog's database.

A shell asks at every key press, so this loads neither Typer nor the rest of docarchive. It opens the database
read-only, and returns nothing where it cannot be read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docarchive import keys
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.folder.databases import checked_database
from docarchive.formats.folders import SETTINGS
from docarchive.paths import expanded

_CATALOG: Final = ".docarchive/catalog.sqlite"
_LIMIT: Final = 100
_MAX_SETTINGS: Final = 10_000_000  # bytes
#: Values with characters that a shell or a terminal would interpret are not offered.
_UNSAFE: Final = frozenset("\"'$`\\!;|&<>*?[]{}()~#") | {chr(code) for code in (*range(32), *range(127, 160))}


def archive_root(named: str | None) -> Path | None:
    """Returns the folder of the named archive, else of the nearest one above the current folder, or None."""
    if named:
        return expanded(named)
    folder = Path.cwd()
    return next((path for path in (folder, *folder.parents) if (path / SETTINGS).is_file()), None)


def values(root: Path, key: str, prefix: str) -> list[str]:
    """Returns the values of a metadata key, in any spelling, that start with a prefix, in any letter case."""
    name = keys.canonical(key) or key
    table = "articles" if name == "id" else "labels"
    column = "id" if name == "id" else "value"
    escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    where = "" if name == "id" else "key = ? AND"
    sql = f"SELECT DISTINCT {column} FROM {table} WHERE {where} {column} LIKE ? ESCAPE '\\' ORDER BY {column} LIMIT ?"
    parameters: list[str | int] = [escaped, _LIMIT] if name == "id" else [name, escaped, _LIMIT]
    return [value for value in _rows(root, sql, parameters) if not _UNSAFE.intersection(value)]


def names(root: Path, prefix: str) -> list[str]:
    """Returns the metadata keys of the archive that start with a prefix."""
    used = set(_rows(root, "SELECT DISTINCT key FROM labels", []))
    candidates = {"tag", "place", "author", "person", "org", "date", "year", "month", "day", "title", "body", *used}
    return sorted(name for name in candidates if name.startswith(prefix) and not _UNSAFE.intersection(name))


def searches(root: Path, prefix: str) -> list[str]:
    """Returns the names of saved searches that start with a prefix."""
    import tomllib

    try:
        saved = tomllib.loads(Folder(root).read(SETTINGS, _MAX_SETTINGS).decode()).get("searches", {})
    except (OSError, ValueError, RecursionError, ArchiveDamaged):
        return []
    names = saved if isinstance(saved, dict) else {}
    return sorted(name for name in names if name.startswith(prefix) and not _UNSAFE.intersection(name))


def _rows(root: Path, sql: str, parameters: list[str | int]) -> Iterator[str]:
    try:
        folder = Folder(root)
        if not folder.exists(_CATALOG):
            return
        path = checked_database(folder, _CATALOG)
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.2)
    except (sqlite3.Error, OSError, ArchiveDamaged):
        return
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        for row in connection.execute(sql, parameters):
            yield str(row[0])
    except (sqlite3.Error, UnicodeError):
        return
    finally:
        connection.close()

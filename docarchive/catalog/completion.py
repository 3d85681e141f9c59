"""Completion: values for a shell to offer, straight from the catalog's database.

A shell asks at every press of a key, so this loads neither Typer nor the rest of docarchive: it
reads two tables of the catalog, for reading alone, and says nothing where it cannot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docarchive import keys
from docarchive.formats.folders import SETTINGS

_CATALOG: Final = ".docarchive/catalog.sqlite"
_LIMIT: Final = 100
#: What could mean something to a shell, or steer a terminal, is not offered.
_UNSAFE: Final = frozenset("\"'$`\\!;|&<>*?[]{}()~#") | {chr(code) for code in (*range(32), *range(127, 160))}


def archive_root(named: str | None) -> Path | None:
    """Returns the folder of the archive that is named, or of the nearest one upward, or None."""
    if named:
        return Path(named).expanduser()
    folder = Path.cwd()
    return next((each for each in (folder, *folder.parents) if (each / SETTINGS).is_file()), None)


def values(root: Path, key: str, prefix: str) -> list[str]:
    """Returns the values of a metadata key that start so, in any letter case; of ``id``, ids.

    Args:
        root: The archive's folder.
        key: In any spelling.
        prefix: What has been typed.
    """
    known = keys.canonical(key) or key
    table = "articles" if known == "id" else "labels"
    column = "id" if known == "id" else "value"
    escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    where = "" if known == "id" else "key = ? AND"
    sql = f"SELECT DISTINCT {column} FROM {table} WHERE {where} {column} LIKE ? ESCAPE '\\' ORDER BY {column} LIMIT ?"
    parameters: list[str | int] = [escaped, _LIMIT] if known == "id" else [known, escaped, _LIMIT]
    return [value for value in _rows(root, sql, parameters) if not _UNSAFE.intersection(value)]


def names(root: Path, prefix: str) -> list[str]:
    """Returns the metadata keys of the archive that start so."""
    used = set(_rows(root, "SELECT DISTINCT key FROM labels", []))
    spelled = {"tag", "place", "author", "person", "org", "date", "year", "month", "day", "title", "body", *used}
    return sorted(name for name in spelled if name.startswith(prefix) and not _UNSAFE.intersection(name))


def searches(root: Path, prefix: str) -> list[str]:
    """Returns the names of saved searches that start so."""
    import tomllib

    try:
        found = tomllib.loads((root / SETTINGS).read_text("utf-8")).get("searches", {})
    except (OSError, ValueError):
        return []
    return sorted(name for name in found if name.startswith(prefix) and not _UNSAFE.intersection(name))


def _rows(root: Path, sql: str, parameters: list[str | int]) -> Iterator[str]:
    path = root / _CATALOG
    if not path.is_file():
        return
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.2)
    except sqlite3.Error:
        return
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        for row in connection.execute(sql, parameters):
            yield str(row[0])
    except sqlite3.Error:
        return
    finally:
        connection.close()

"""Figures of an archive and of its engine, as named tuples: dataclasses take longer to make than all the rest."""

from __future__ import annotations

from typing import Any, NamedTuple

from docarchive.keys import SCHEMA


class EngineStatus(NamedTuple):
    """How the engine of an archive stands.

    Attributes:
        engine: Its name.
        version: Of its library, or None if that is not installed.
        format: What its index is, in words.
        indexed: Number of the last change that is in the index, or None if there is no index.
        changes: Number of the last change in the journal.
        behind: How many articles are new, different or gone since.
        bytes: Of all files of the index together.
        engines: Each engine that there is, with the version of its library, or None where it is not installed.
    """

    engine: str
    version: str | None
    format: str
    indexed: int | None
    changes: int
    behind: int
    bytes: int
    engines: dict[str, str | None]

    def to_dict(self) -> dict[str, Any]:
        """Returns them as a JSON object (schema 1)."""
        return {"schema": SCHEMA, **self._asdict()}


class Statistics(NamedTuple):
    """Figures of an archive.

    Attributes:
        name: Of the archive.
        path: Its folder.
        engine: The engine that searches it.
        language: The language in which words are stemmed.
        articles: How many there are.
        bytes: Of all article files together.
        years: Articles of each year; undated ones under an empty name.
        values: How many different values each metadata key has.
        changes: Number of the last change in the journal.
        indexed: Number of the last change that the engine has seen, or None if it has no index.
    """

    name: str
    path: str
    engine: str
    language: str
    articles: int
    bytes: int
    years: dict[str, int]
    values: dict[str, int]
    changes: int
    indexed: int | None

    def to_dict(self) -> dict[str, Any]:
        """Returns them as a JSON object (schema 1)."""
        return {"schema": SCHEMA, **self._asdict()}

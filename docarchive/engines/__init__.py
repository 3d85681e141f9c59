"""Engines: what finds articles. One protocol, several engines, the same answers.

Useful for searching; not useful for reading or keeping articles: an engine holds ids, and can be
deleted and rebuilt at any time.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from docarchive.engines.protocol import SORTS, Change, Engine, Found, Part, Position, Scored
from docarchive.engines.ranking import Freshness
from docarchive.engines.state import VERSIONS, read_state
from docarchive.errors import UsageError

__all__ = [
    "ENGINES",
    "INDEX_FORMATS",
    "SORTS",
    "Change",
    "Engine",
    "Found",
    "Freshness",
    "Library",
    "Part",
    "Position",
    "Scored",
    "library_of",
    "open_engine",
    "position_of",
]

#: Names of the engines that an archive can use.
ENGINES = ("whoosh", "tantivy")
#: What the index of each engine is, in words for people.
INDEX_FORMATS = {
    "whoosh": "docarchive's own; Whoosh's library reads it through archive.whoosh_index()",
    "tantivy": "tantivy's own",
}
_DISTRIBUTIONS = {"whoosh": "whoosh3", "tantivy": "tantivy"}


class Library(NamedTuple):
    """The library that an engine stands on.

    Attributes:
        name: As it is installed.
        version: The one that is installed, or None.
    """

    name: str
    version: str | None


def library_of(engine: str) -> Library:
    """Returns the library of an engine, without importing it."""
    from importlib.metadata import PackageNotFoundError, version

    name = _DISTRIBUTIONS[engine]
    try:
        return Library(name, version(name))
    except PackageNotFoundError:
        return Library(name, None)


def position_of(engine: str, folder: Path, language: str) -> Position | None:
    """Returns how far the index of an engine goes, or None if it has none; does not import its library.

    Args:
        engine: Its name.
        folder: Where it keeps its index.
        language: Of articles whose own is not known.
    """
    return read_state(folder, VERSIONS[engine], language)


def open_engine(name: str, folder: Path, language: str = "en", jobs: int | None = None) -> Engine:
    """Opens an engine; its library is imported only now.

    Args:
        name: One of ``ENGINES``.
        folder: Where it keeps its index; made when first written to.
        language: Of articles whose own is not known; an index made for another one is rebuilt.
        jobs: How many processes may build the index, if it is an engine that has several; None for as many as there
            are processors.

    Raises:
        UsageError: There is no engine of that name, or its library is not installed; the text says what to do.
    """
    if name == "whoosh":
        from docarchive.engines.whoosh import WhooshEngine

        return WhooshEngine(folder, language, jobs)
    if name == "tantivy":
        try:
            from docarchive.engines.tantivy import TantivyEngine
        except ImportError as error:
            raise UsageError("the tantivy engine needs an extra: pip install 'docarchive[tantivy]'") from error

        return TantivyEngine(folder, language)
    raise UsageError(f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}")

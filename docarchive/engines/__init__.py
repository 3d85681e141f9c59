"""Engines: what finds articles. One protocol, several engines, the same answers.

Useful for searching; not useful for reading or keeping articles: an engine holds ids, and can be
deleted and rebuilt at any time.
"""

from __future__ import annotations

from pathlib import Path

from docarchive.analysis import Analyzer
from docarchive.engines.protocol import SORTS, Change, Engine, Found, Position, Scored
from docarchive.errors import UsageError

__all__ = ["ENGINES", "SORTS", "Change", "Engine", "Found", "Position", "Scored", "open_engine"]

#: Names of the engines that an archive can use.
ENGINES = ("whoosh",)


def open_engine(name: str, folder: Path, analyzer: Analyzer) -> Engine:
    """Opens an engine; its library is imported only now.

    Args:
        name: One of ``ENGINES``.
        folder: Where it keeps its index; made when first written to.
        analyzer: Makes the terms of articles and queries.

    Raises:
        UsageError: There is no engine of that name.
    """
    if name == "whoosh":
        from docarchive.engines.whoosh import WhooshEngine

        return WhooshEngine(folder, analyzer)
    raise UsageError(f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}")

"""Engines: what finds articles. One protocol, several engines, the same answers.

Useful for searching; not useful for reading or keeping articles: an engine holds ids, and can be
deleted and rebuilt at any time.
"""

from __future__ import annotations

from pathlib import Path

from docarchive.engines.protocol import SORTS, Change, Engine, Found, Part, Position, Scored
from docarchive.engines.ranking import Freshness
from docarchive.errors import UsageError

__all__ = ["ENGINES", "SORTS", "Change", "Engine", "Found", "Freshness", "Part", "Position", "Scored", "open_engine"]

#: Names of the engines that an archive can use.
ENGINES = ("whoosh", "tantivy")


def open_engine(name: str, folder: Path, language: str = "en") -> Engine:
    """Opens an engine; its library is imported only now.

    Args:
        name: One of ``ENGINES``.
        folder: Where it keeps its index; made when first written to.
        language: Of articles whose own is not known; an index made for another one is rebuilt.

    Raises:
        UsageError: There is no engine of that name.
    """
    if name == "whoosh":
        from docarchive.engines.whoosh import WhooshEngine

        return WhooshEngine(folder, language)
    if name == "tantivy":
        try:
            from docarchive.engines.tantivy import TantivyEngine
        except ImportError as error:
            raise UsageError("the tantivy engine needs an extra: pip install 'docarchive[tantivy]'") from error

        return TantivyEngine(folder, language)
    raise UsageError(f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}")

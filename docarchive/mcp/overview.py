"""Overview: the tools that list what queries can use: keys and saved searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from docarchive.mcp.cutting import after, clipped, position
from docarchive.mcp.limits import Answer, fitted

if TYPE_CHECKING:
    from docarchive import Archive

_KEY: Final = 100


def list_fields(archive: Archive, given: dict[str, Any]) -> Answer:
    """Lists the keys of articles."""
    values = [*archive.fields().items()]
    start = position(given)
    rows = ({"key": clipped(key, _KEY), "values": count} for key, count in values[start:])
    return fitted({"articles": len(archive)}, "fields", rows, given["max_tokens"], after(start, len(values)))


def saved_searches(archive: Archive, given: dict[str, Any]) -> Answer:
    """Lists the saved searches."""
    searches = sorted(archive.settings.searches.items())
    start = position(given)
    rows = ({"name": clipped(name, _KEY), "query": clipped(query, 300)} for name, query in searches[start:])
    return fitted({}, "searches", rows, given["max_tokens"], after(start, len(searches)))

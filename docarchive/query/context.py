"""Context: what a query needs to know of the archive and of the day to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from docarchive import keys
from docarchive.analysis import QueryAnalyzer
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS
from docarchive.texts import shorten

#: ``is:`` words, and the query that each stands for.
STATES = {
    "dated": "has:date",
    "undated": "no:date",
    "tagged": "has:tags",
    "untagged": "no:tags",
    "titled": "no:title_derived",
    "untitled": "has:title_derived",
}


class Context(NamedTuple):
    """What a query is read with.

    Attributes:
        analyzer: Makes its terms, in each language of the archive.
        now: What dates in words are relative to; the moment of reading if it is left out.
        fields: Returns the metadata keys that the archive has beside the known ones; if it is left
            out, a query may name any key.
        searches: Saved searches by name.
    """

    analyzer: QueryAnalyzer = QueryAnalyzer()
    now: datetime | None = None
    fields: Callable[[], Iterable[str]] | None = None
    searches: Mapping[str, str] = MappingProxyType({})

    def key(self, name: str) -> str | None:
        """Returns the key that a field's name stands for, or None if there is none."""
        known = keys.canonical(name) or ("body" if name.lower() in keys.BODY_KEYS else None)
        if known or self.fields is None:
            return known or name
        found = list(self.fields())
        if name in found:
            return name
        return next((key for key in found if key.lower() == name.lower()), None)

    def near(self, name: str) -> list[str]:
        """Returns the names of fields that a wrong one may be meant for, nearest first."""
        from difflib import get_close_matches

        names = [*TEXT_FIELDS, *DATE_FIELDS, *keys.KNOWN, *(self.fields() if self.fields else ()), "has", "no", "is"]
        spelled = {key: key for key in dict.fromkeys(names)}
        for known, spellings, _ in keys.conventions():
            spelled.update((spelling, known) for spelling in spellings.split() if spelling.isalpha())
        close = get_close_matches(name.lower(), spelled, n=5, cutoff=0.7)
        return list(dict.fromkeys(spelled[each] for each in close))[:3]

    def unknown(self, name: str) -> str:
        """Returns the sentence for a field that there is not."""
        near = self.near(name)
        hint = f"; near it: {', '.join(near)}" if near else "; 'docarchive stats' lists those that there are"
        return f"there is no field {shorten(name, 40)!r}{hint}"

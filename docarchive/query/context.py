"""Context: what the parser of a query needs from the archive, and the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from docarchive import keys
from docarchive.analysis import QueryAnalyzer
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS
from docarchive.records import NamedTuple
from docarchive.texts import near, shorten

#: The words after ``is:``, with the query that they stand for.
STATES = {
    "dated": "has:date",
    "undated": "no:date",
    "tagged": "has:tags",
    "untagged": "no:tags",
    "titled": "no:title_derived",
    "untitled": "has:title_derived",
}

#: The end of the message for a sign that a pasted text may have.
AS_TEXT = "; to search for it as text, use quotes"
#: What identifiers begin with. Where no article has such a key, the identifier is text: ``arXiv:2101.00001``.
IDENTIFIERS = frozenset(("arxiv", "doi", "hdl", "isbn", "issn", "mailto", "oclc", "pmcid", "pmid", "tel", "urn"))

#: Short names of fields, which articles may also have as keys of their own.
SHORT = {"note": "notes", "highlight": "highlights"}

#: What people mean by names of fields that other programs have, or that come to mind: the key, and what is around the
#: value.
_MEANT = {
    name: form
    for form, names in {
        "archived:{}": "saved imported added stored collected downloaded retrieved archived_at saved_at added_at",
        "date:{}": "year month day on when dated time",
        "date:>={}": "since from",
        "date:>{}": "after",
        "date:<{}": "before",
        "date:<={}": "until till to",
        "authors:{}": "by writer reporter",
        "url:*{}*": "site domain host website web inurl",
        "format:{}": "filetype type ext extension",
        "title:{}": "intitle heading",
        "body:{}": "intext inbody fulltext",
        "source:{}": "newspaper publication outlet paper magazine journal feed",
        "tags:{}": "hashtag about",
        "places:{}": "country city region",
    }.items()
    for name in names.split()
}


class Context(NamedTuple):
    """What a query is parsed with."""

    analyzer: QueryAnalyzer = QueryAnalyzer()  # makes the query's terms, in all languages of the archive
    #: The moment that dates in words are relative to, in local time if it has no zone; the time of parsing if left out.
    now: datetime | None = None
    #: Returns the metadata keys of the archive that are not known keys; if it is left out, a query may name any key.
    fields: Callable[[], Iterable[str]] | None = None
    searches: Mapping[str, str] | None = MappingProxyType({})  # the saved searches, by name; None if none can be kept

    def key(self, name: str) -> str | None:
        """Returns the key that a field's name stands for, or None if there is no such field."""
        canonical = keys.canonical(name) or ("body" if name.lower() in keys.BODY_KEYS else None)
        short = SHORT.get(name.lower())
        if canonical or self.fields is None:
            return canonical or short or name
        fields = list(self.fields())
        if name in fields:
            return name
        return next((key for key in fields if key.lower() == name.lower()), short)

    def near(self, name: str) -> list[str]:
        """Returns the names of fields that a wrong name is similar to, at most three, the most similar first."""
        names = [
            *TEXT_FIELDS,
            *DATE_FIELDS,
            *keys.KNOWN,
            *(self.fields() if self.fields else ()),
            "has",
            "no",
            "is",
            "in",
        ]
        keys_by_spelling = {key: key for key in dict.fromkeys(names)}
        for canonical, spellings, _ in keys.conventions():
            keys_by_spelling.update((spelling, canonical) for spelling in spellings.split() if spelling.isalpha())
        close = near(name, keys_by_spelling, 5)
        return list(dict.fromkeys(keys_by_spelling[match] for match in close))[:3]

    def unknown(self, name: str, value: str = "") -> str:
        """Returns the error message for a field that does not exist, with what was probably meant.

        Args:
            name: The name of the field.
            value: The value after it in a query, if it is a single word.
        """
        form = _MEANT.get(name.lower(), "")
        meant = form.partition(":")[0]
        near = [key for key in self.near(name) if key != meant]
        if meant:
            near.insert(0, form.format(value) if value else meant)
        hint = f"; did you mean: {', '.join(near[:3])}" if near else "; 'docarchive stats' lists all fields"
        return f"there is no field {shorten(name, 40)!r}{hint}"

"""The names that ``--format`` takes: readers and writers call some formats otherwise, and either name will do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

#: The names of a format, in one row each. A name that is in several rows covers several formats.
_ROWS: Final = (
    ("markdown", "md"),
    ("text", "txt"),
    ("jsonfeed", "json-feed"),
    ("jsonl", "ndjson"),
    ("html", "htm"),
    ("csl-json", "csl", "csljson"),
    ("bibtex", "bib"),
    ("bibtex", "biblatex"),  # one reader reads both, and each has a writer
    ("csv", "tsv"),
    ("feed", "rss"),
    ("feed", "atom"),
)


def resolve(name: str, known: Collection[str]) -> str | None:
    """Returns what a format is called in a list, or None if it is not there, or if the name could mean several.

    Args:
        name: Any of its names.
        known: The names in the list: those of readers, or those of writers.

    >>> resolve("md", ["markdown", "feed"]), resolve("rss", ["markdown", "feed"]), resolve("feed", ["rss", "atom"])
    ('markdown', 'feed', None)
    """
    if name in known:
        return name
    names = [other for row in _ROWS if name in row for other in row if other in known]
    return names[0] if len(names) == 1 else None


def aliases(name: str, known: Collection[str]) -> tuple[str, ...]:
    """Returns the other names of a format, by which nothing else in a list is called.

    Args:
        name: What it is called in the list.
        known: The names in the list.

    >>> aliases("bibtex", ["bibtex"]), aliases("bibtex", ["bibtex", "biblatex"])
    (('bib', 'biblatex'), ('bib',))
    """
    others = [other for row in _ROWS if name in row for other in row if other != name]
    return tuple(other for other in others if resolve(other, known) == name)

"""Writers: from articles to other forms. One module a format.

Useful for exports; not useful for writing into an archive: that is the store's work.
"""

from __future__ import annotations

from typing import Final

from docarchive.errors import UsageError
from docarchive.writers.csv import CsvWriter
from docarchive.writers.json import JsonWriter
from docarchive.writers.jsonl import JsonLinesWriter
from docarchive.writers.markdown import MarkdownWriter
from docarchive.writers.protocol import Document, Writer

__all__ = ["WRITERS", "Document", "Writer", "writer"]

#: The writers by name.
WRITERS: Final[dict[str, Writer]] = {
    each.name: each for each in (JsonWriter(), JsonLinesWriter(), MarkdownWriter(), CsvWriter())
}


def writer(name: str) -> Writer:
    """Returns the writer of a format.

    Raises:
        UsageError: There is none of that name.
    """
    if name not in WRITERS:
        raise UsageError(f"there is no format {name!r} to export to; choose one of {', '.join(WRITERS)}")
    return WRITERS[name]

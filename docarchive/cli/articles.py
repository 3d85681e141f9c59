"""Articles in results and lists: one a line in a pipe; on a terminal, as ``readable_articles`` prints them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from docarchive.cli.render import bold, counted, dim, line, marked, out, safe
from docarchive.cli.terminal import coloured, columns, reading_width

if TYPE_CHECKING:
    from docarchive import Hit, Row

#: The keys of the metadata that a list shows.
PRINTED: Final = ("date", "title")


def print_hits(hits: Iterable[Hit], width: int) -> None:
    """Prints the hits of a search; ``width`` is that of the largest rank."""
    terminal = reading_width()
    if terminal is None:
        for hit in hits:
            _print_plain(hit, width)
    else:
        from docarchive.cli.readable_articles import print_readable

        print_readable(hits, width + 2, terminal)


def _print_plain(hit: Hit, width: int) -> None:
    indent = " " * width
    out(f"{hit.rank:>{width}}  {bold(line(hit.title))}")
    score = f"  {hit.score:.2f}" if hit.score else ""
    archives = f"  {line(archives_of(hit))}" if hit.archives else ""
    about = f"{hit.date or 'undated'}  {hit.id}{score}{archives}"
    out(f"{indent}  {dim(about)}")
    if hit.snippet.text:
        out(f"{indent}  {marked(hit.snippet)}")
    for term in hit.explanation:
        out(f"{indent}    {term.score:8.4f}  {line(term.what)}{dim(term_counts(term.frequency, term.documents))}")


def archives_of(hit: Hit) -> str:
    """Returns the archives that have a hit of a collection, and which of them have it with another content."""
    return ", ".join(f"{name} (differs)" if name in hit.differing else name for name in hit.archives)


def term_counts(frequency: float, documents: int) -> str:
    """Returns how frequent a term is in an article, and in how many articles it is; empty without these."""
    return f"  frequency {frequency:g}, in {counted(documents, 'article')}" if documents else ""


def print_rows(rows: Iterable[Row]) -> None:
    """Prints the articles of a list: their dates, ids and titles, these cut to the width of a terminal."""
    width = columns()
    if width is None:
        # Whether there are colours is asked once: a list may have a million rows.
        dimmed, write = dim if coloured() else str, sys.stdout.write
        for row in rows:
            date = str(row.metadata.get("date") or "undated")
            title = line(str(row.metadata.get("title", "")))
            write(f"{dimmed(f'{safe(date[:10]):<10}  {row.id}')}  {title}\n")
    else:
        from docarchive.cli.readable_articles import print_readable_rows

        print_readable_rows(rows, width)

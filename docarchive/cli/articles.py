"""Articles in results and lists: one a line in a pipe; on a terminal, as ``readable_articles`` prints them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from docarchive.cli.render import bold, counted, dim, line, marked, out
from docarchive.cli.terminal import columns, reading_width

if TYPE_CHECKING:
    from docarchive import Hit, Row


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
    about = f"{hit.date or 'undated'}  {hit.id}{score}"
    out(f"{indent}  {dim(about)}")
    if hit.snippet.text:
        out(f"{indent}  {marked(hit.snippet)}")
    for term in hit.explanation:
        out(f"{indent}    {term.score:8.4f}  {line(term.what)}{dim(term_counts(term.frequency, term.documents))}")


def term_counts(frequency: float, documents: int) -> str:
    """Returns how frequent a term is in an article, and in how many articles it is; empty without these."""
    return f"  frequency {frequency:g}, in {counted(documents, 'article')}" if documents else ""


def print_row(row: Row) -> None:
    """Prints an article of a list: its date, its id, and its title, cut to the width of a terminal."""
    date, title = str(row.metadata.get("date") or "undated"), line(str(row.metadata.get("title", "")))
    width = columns()
    if width is None:
        out(f"{dim(f'{date[:10]:<10}  {row.id}')}  {title}")
    else:
        from docarchive.cli.readable_articles import print_readable_row

        print_readable_row(row.id, date, title, width)

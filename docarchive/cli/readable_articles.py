"""Articles in results and lists on a terminal: made for reading. Only loaded where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from docarchive.cli.articles import archives_of, term_counts
from docarchive.cli.human import human_date
from docarchive.cli.layout import cells, cut
from docarchive.cli.render import dim, line, out, safe
from docarchive.cli.terminal import BOLD, CYAN, DIM, paragraph, styled

if TYPE_CHECKING:
    from docarchive import Hit, Row

#: The fewest cells for a title on the line of its date and id; with less room it gets a line of its own.
_TITLE: Final = 30


def print_readable(hits: Iterable[Hit], indent: int, width: int) -> None:
    """Prints the hits of a search with blank lines between them.

    Args:
        hits: The hits.
        indent: The cells before all but the rank.
        width: The cells of a line.
    """
    for index, hit in enumerate(hits):
        if index:
            out("")
        _print_hit(hit, indent, width)


def _print_hit(hit: Hit, indent: int, width: int) -> None:
    rank = styled(f"{hit.rank:>{indent - 2}}", DIM)
    out(paragraph(line(hit.title), width, first=f"{rank}  ", indent=indent, style=BOLD))
    _print_about(hit, indent, width)
    first = " " * indent
    snippet = hit.readable_snippet
    if snippet.text:
        out(paragraph(safe(snippet.text), width, first=first, indent=indent, marks=snippet.marks))
    for term in hit.explanation:
        text = f"{line(term.what)}{term_counts(term.frequency, term.documents)}"
        out(paragraph(text, width, first=f"{first}  {term.score:8.4f}  ", indent=indent + 12, style=DIM))


def _print_about(hit: Hit, indent: int, width: int) -> None:
    """Prints the date, the id, the score and the publisher of a hit, on as many lines as they need."""
    date = line(human_date(hit.date) if hit.date else "undated")
    score = f"{hit.score:.2f}" if hit.score else ""
    others = (*_publisher(hit.metadata), archives_of(hit))
    parts = [(date, DIM), (hit.id, CYAN), (score, DIM), *((line(name), DIM) for name in others)]
    shown, used = " " * indent, indent
    for text, style in parts:
        if not text:
            continue
        gap = 2 if used > indent else 0
        if gap and used + gap + cells(text) > width:
            out(shown)
            shown, used, gap = " " * indent, indent, 0
        if indent + cells(text) > width:
            shown = paragraph(text, width, first=shown, indent=indent, style=style)
            used = width
        else:
            shown += " " * gap + styled(text, style)
            used += gap + cells(text)
    out(shown)


def _publisher(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Yields who published an article: its source, else the site of its address."""
    source = metadata.get("source")
    if isinstance(source, str) and source.strip():
        yield source
    elif isinstance(url := metadata.get("url"), str) and "://" in url:
        yield url.partition("://")[2].partition("/")[0].removeprefix("www.")


def print_readable_rows(rows: Iterable[Row], width: int) -> None:
    """Prints the articles of a list: their dates, ids and titles, these cut to the width of the terminal, in cells."""
    for row in rows:
        date, title = str(row.metadata.get("date") or "undated"), line(str(row.metadata.get("title", "")))
        _print_row(row.id, date, title, width)


def _print_row(id_: str, stored: str, title: str, width: int) -> None:
    date = human_date(line(stored), short=True)
    room = width - 11 - 2 - len(id_) - 2
    if room >= _TITLE:
        out(f"{dim(f'{date:>11}')}  {styled(id_, CYAN)}  {cut(title, room)}")
    else:
        out(cut(title, width))
        if 4 + cells(date) + len(id_) <= width:
            out(f"  {dim(date)}  {styled(id_, CYAN)}")
        else:
            out(f"  {dim(cut(date, width - 2))}")
            out(paragraph(id_, width, first="  ", indent=2, style=CYAN))

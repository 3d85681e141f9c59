"""Articles in results and lists: one a line in a pipe, and made for reading on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from docarchive.cli.human import human_date
from docarchive.cli.layout import cells, cut
from docarchive.cli.render import bold, counted, dim, line, marked, out, safe
from docarchive.cli.terminal import BOLD, CYAN, DIM, columns, paragraph, reading_width, styled

if TYPE_CHECKING:
    from docarchive import Hit, Row

#: The fewest cells for a title on the line of its date and id; with less room it gets a line of its own.
_TITLE: Final = 30


def print_hits(hits: Iterable[Hit], width: int) -> None:
    """Prints the hits of a search; ``width`` is that of the largest rank."""
    terminal = reading_width()
    for index, hit in enumerate(hits):
        if terminal is None:
            _print_plain(hit, width)
        else:
            if index:
                out("")
            _print_readable(hit, width + 2, terminal)


def _print_plain(hit: Hit, width: int) -> None:
    indent = " " * width
    out(f"{hit.rank:>{width}}  {bold(line(hit.title))}")
    score = f"  {hit.score:.2f}" if hit.score else ""
    about = f"{hit.date or 'undated'}  {hit.id}{score}"
    out(f"{indent}  {dim(about)}")
    if hit.snippet.text:
        out(f"{indent}  {marked(hit.snippet)}")
    for term in hit.explanation:
        out(f"{indent}    {term.score:8.4f}  {line(term.what)}{dim(_counts(term.frequency, term.documents))}")


def _print_readable(hit: Hit, indent: int, width: int) -> None:
    rank = styled(f"{hit.rank:>{indent - 2}}", DIM)
    out(paragraph(line(hit.title), width, first=f"{rank}  ", indent=indent, style=BOLD))
    _print_about(hit, indent, width)
    first = " " * indent
    snippet = hit.readable_snippet
    if snippet.text:
        out(paragraph(safe(snippet.text), width, first=first, indent=indent, marks=snippet.marks))
    for term in hit.explanation:
        text = f"{line(term.what)}{_counts(term.frequency, term.documents)}"
        out(paragraph(text, width, first=f"{first}  {term.score:8.4f}  ", indent=indent + 12, style=DIM))


def _counts(frequency: float, documents: int) -> str:
    """Returns how frequent a term is in an article, and in how many articles it is; empty without these."""
    return f"  frequency {frequency:g}, in {counted(documents, 'article')}" if documents else ""


def _print_about(hit: Hit, indent: int, width: int) -> None:
    """Prints the date, the id, the score and the publisher of a hit, on as many lines as they need."""
    date = line(human_date(hit.date) if hit.date else "undated")
    score = f"{hit.score:.2f}" if hit.score else ""
    parts = [(date, DIM), (hit.id, CYAN), (score, DIM), *((line(name), DIM) for name in _publisher(hit.metadata))]
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


def print_row(row: Row) -> None:
    """Prints an article of a list: its date, its id, and its title, cut to the width of a terminal."""
    stored, title = str(row.metadata.get("date") or "undated"), line(str(row.metadata.get("title", "")))
    width = columns()
    if width is None:
        out(f"{dim(f'{stored[:10]:<10}  {row.id}')}  {title}")
        return
    date = human_date(line(stored), short=True)
    room = width - 11 - 2 - len(row.id) - 2
    if room >= _TITLE:
        out(f"{dim(f'{date:>11}')}  {styled(row.id, CYAN)}  {cut(title, room)}")
    else:
        out(cut(title, width))
        if 4 + cells(date) + len(row.id) <= width:
            out(f"  {dim(date)}  {styled(row.id, CYAN)}")
        else:
            out(f"  {dim(cut(date, width - 2))}")
            out(paragraph(row.id, width, first="  ", indent=2, style=CYAN))

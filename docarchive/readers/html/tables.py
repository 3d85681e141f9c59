"""Tables of HTML as tables of Markdown; tables that only arrange a page are not among them."""

from __future__ import annotations

from bs4.element import PageElement, Tag

from docarchive.readers.html.seen import is_seen
from docarchive.records import NamedTuple

_LAID_OUT = frozenset("table p div ul ol h1 h2 h3 h4 img blockquote center".split())  # noqa: SIM905
_PARTS = frozenset({"thead", "tbody", "tfoot"})
#: Renderers add the cells that rows lack, up to about this number.
_MAX_CELLS = 50_000


class Row(NamedTuple):
    """A row: its cells, and whether they are those of a header."""

    cells: list[Tag]
    is_header: bool


class Rows(NamedTuple):
    """A table: its rows, and what else is in it, such as its caption."""

    rows: list[Row]
    others: list[PageElement]


def rows_of(table: Tag) -> Rows | None:
    """Returns the rows of a table; None for one that only lays out a page, or that holds another one."""
    rows = Rows([], [])
    _collect(table, rows, in_head=False)
    count = sum(len(row.cells) for row in rows.rows)
    widths = [sum(map(_width, row.cells)) for row in rows.rows]
    if not count or (min(widths) < max(widths) and max(widths) * len(widths) > _MAX_CELLS):
        return None
    has_blocks = False
    for cell in (cell for row in rows.rows for cell in row.cells):
        for element in cell.descendants:
            if isinstance(element, Tag) and element.name in _LAID_OUT:
                if element.name == "table":
                    return None
                has_blocks = True
    is_layout = table.get("role") == "presentation" or count <= len(rows.rows) or has_blocks
    return None if is_layout and not any(cell.name == "th" for row in rows.rows for cell in row.cells) else rows


def _collect(parent: Tag, rows: Rows, *, in_head: bool) -> None:
    for child in filter(is_seen, parent.contents):
        if not isinstance(child, Tag):
            if str(child).strip():
                rows.others.append(child)
        elif child.name in _PARTS:
            _collect(child, rows, in_head=child.name == "thead")
        elif child.name == "tr":
            cells = [cell for cell in filter(is_seen, child.contents) if isinstance(cell, Tag)]
            rows.others.extend(text for text in child.contents if not isinstance(text, Tag) and str(text).strip())
            rows.rows.append(Row(cells, in_head or (bool(cells) and all(cell.name == "th" for cell in cells))))
        else:
            rows.others.append(child)


def table(rows: Rows, cells: list[list[str]]) -> str:
    """Returns a table as Markdown.

    Args:
        rows: The table.
        cells: The texts of the cells of each row.
    """
    texts = _placed(rows, cells, across_rows=True)
    width = max(map(len, texts))
    if width * len(texts) > _MAX_CELLS:
        texts = _placed(rows, cells, across_rows=False)
        width = max(map(len, texts))
    if not rows.rows[0].is_header:
        texts.insert(0, [])
    head = [*texts[0], *[""] * (width - len(texts[0]))]
    return "\n".join([_line(head), f"|{' --- |' * width}", *map(_line, filter(None, texts[1:]))])


def _placed(rows: Rows, cells: list[list[str]], *, across_rows: bool) -> list[list[str]]:
    """Returns the cells of each row in their columns, with empty ones where a cell spans more of them.

    Args:
        rows: The table.
        cells: The texts of the cells of each row.
        across_rows: Whether cells that span rows leave empty cells below them.
    """
    texts: list[list[str]] = []
    taken: dict[int, int] = {}  # how many more rows a cell above takes, by column
    empty = 0
    for row_texts, row in zip(cells, rows.rows, strict=True):
        line: list[str] = []
        spans = {column: count - 1 for column, count in taken.items() if count > 1}
        for text, cell in zip(row_texts, row.cells, strict=True):
            while len(line) in taken:
                line.append("")
                empty += 1
            width, height = _width(cell), _span(cell, "rowspan")
            if across_rows and height > 1 and empty <= _MAX_CELLS:
                spans.update(dict.fromkeys(range(len(line), len(line) + width), height - 1))
            line += [text.replace("|", "\\|"), *[""] * (width - 1)]
        texts.append(line)
        taken = spans
    return texts


def _line(texts: list[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _width(cell: Tag) -> int:
    """Returns the number of columns that a cell spans, at most 50."""
    return _span(cell, "colspan")


def _span(cell: Tag, name: str) -> int:
    span = str(cell.get(name) or "1")
    return max(1, min(int(span), 50)) if span.isascii() and span.isdigit() and len(span) < 5 else 1

"""Tables in HTML, as notebooks show objects: every text is escaped, since it may be a stranger's.

Useful for ``_repr_html_``. Not useful for pages: those are written by ``writers``. Imports nothing else of docarchive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class Html(str):
    """Text that is escaped already."""

    __slots__ = ()


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Returns a table.

    Args:
        caption: The line above it.
        head: The headings of the columns; empty for none.
        rows: The cells of each row; what is not ``Html`` is escaped.
    """
    head_row = f"<thead><tr>{_cells('th', head)}</tr></thead>" if head else ""
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows)
    return f"<table><caption>{_escaped(caption)}</caption>{head_row}<tbody>{body}</tbody></table>"


def _cells(tag: str, values: Iterable[object]) -> str:
    return "".join(f'<{tag} style="text-align: left; white-space: pre-wrap">{_escaped(v)}</{tag}>' for v in values)


def _escaped(value: object) -> str:
    import html

    return value if isinstance(value, Html) else html.escape(str(value))

"""Tables in HTML, as notebooks show objects: every text is escaped, since it may be a stranger's.

Useful for ``_repr_html_``. Not useful for pages: those are written by ``writers``. Imports nothing else of docarchive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

#: How many items of a list are shown.
_SHOWN: Final = 20
_EMPTY: Final[tuple[object, ...]] = (None, "", [], (), {})


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


def values_table(caption: str, values: Iterable[tuple[str, object]]) -> str:
    """Returns a table of names and values that are not empty; lists line by line, without what is too much."""
    return table(caption, (), ((name, _shown(value)) for name, value in values if value not in _EMPTY))


def record_table(record: Any) -> str:
    """Returns a table of the values of a named tuple, and of the metadata that it may have."""
    values = record._asdict()
    values = {**values.pop("metadata", {}), **values}
    return values_table(str(values.pop("title", "") or type(record).__name__), values.items())


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        value = [f"{name}: {inner}" for name, inner in value.items()]
    if not isinstance(value, (list, tuple)):
        return value.hex() if isinstance(value, bytes) else str(value)
    lines = [*map(str, value[:_SHOWN]), *([f"and {len(value) - _SHOWN:,} more"] if len(value) > _SHOWN else [])]
    return "\n".join(lines)


def _cells(tag: str, values: Iterable[object]) -> str:
    return "".join(f'<{tag} style="text-align: left; white-space: pre-wrap">{_escaped(v)}</{tag}>' for v in values)


def _escaped(value: object) -> str:
    import html

    return value if isinstance(value, Html) else html.escape(str(value))

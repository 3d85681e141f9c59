"""Orders: the SQL by which articles are sorted, by any metadata key."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from docarchive.analysis import fold
from docarchive.query.document import number_in

#: Orders by a column, by the name that users give.
ORDERS: Final = {
    "date": "date_start NULLS LAST, id",
    "-date": "date_start DESC NULLS LAST, id",
    "updated": "updated_start NULLS LAST, id",
    "-updated": "updated_start DESC NULLS LAST, id",
    "title": "title_key, id",
    "-title": "title_key DESC, id",
    "archived": "archived_start NULLS LAST, id",
    "-archived": "archived_start DESC NULLS LAST, id",
    "id": "id",
    "-id": "id DESC",
    "language": "language, id",
    "-language": "language DESC, id",
    "path": "path",
    "changed": "changed",  # by journal position; only together with ``since``
}
_LENGTH: Final = 200


def order_by(sort: str) -> str:
    """Returns the SQL for an order: one of ``ORDERS``, or a metadata key, with ``-`` the reverse order.

    Numbers are sorted by value and come before text, which is folded. Of a list the first value counts. Articles
    without the value are last in both directions.
    """
    if sort in ORDERS:
        return ORDERS[sort]
    key = sort.removeprefix("-")
    path = "$" + "".join(f".{_quoted(name)}" for name in key.split("."))
    paths = (_literal(f"{path}[0]"), _literal(path), member(key))
    values = ", ".join(f"json_extract(metadata, {path})" for path in paths)
    return f"sort_value(coalesce({values})) {'DESC ' if sort.startswith('-') else ''}NULLS LAST, id"


def member(key: str) -> str:
    """Returns the SQL for the path of a key in metadata."""
    return _literal(f"$.{_quoted(key)}")


def add_sort_value(db: sqlite3.Connection) -> None:
    """Adds the function that orders use to a database."""
    db.create_function("sort_value", 1, _sort_value, deterministic=True)


def _sort_value(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value or value[0] in "[{":  # nothing, or an object
        return None
    number = number_in(value)
    return fold(value)[:_LENGTH] if number is None else number


def _quoted(name: str) -> str:
    return '"' + name.replace('"', "") + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

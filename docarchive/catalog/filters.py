"""From the query tree to SQL, for what the catalog can answer without an engine: metadata.

The answers are those of ``Node.matches``. Words of the text are not in the catalog.
"""

from __future__ import annotations

from typing import Final

from docarchive.errors import UnsupportedQuery
from docarchive.query import And, DateRange, Every, Label, Node, Not, Or

#: Keys that are not in the table of labels, since nearly every article has a value of its own.
UNLABELLED: Final = ("id", "original", "fingerprint")


def where(node: Node) -> tuple[str, list[str]]:
    """Turns a tree into a condition on ``articles`` and its parameters.

    Raises:
        UnsupportedQuery: It asks for words of the text.
    """
    if isinstance(node, Every):
        return "1", []
    if isinstance(node, Label):
        return _label(node)
    if isinstance(node, DateRange):
        return _date(node)
    if isinstance(node, Not):
        condition, parameters = where(node.child)
        return f"NOT ({condition})", parameters
    if isinstance(node, And | Or):
        return _joined(list(node.parts), " AND " if isinstance(node, And) else " OR ")
    raise UnsupportedQuery("a list looks at metadata alone; for words of the text, use 'docarchive search'")


def _joined(parts: list[Node], operator: str) -> tuple[str, list[str]]:
    """Joins conditions as a balanced tree: SQLite bounds the depth of an expression."""
    if len(parts) == 1:
        return where(parts[0])
    middle = len(parts) // 2
    left, left_parameters = _joined(parts[:middle], operator)
    right, right_parameters = _joined(parts[middle:], operator)
    return f"({left}{operator}{right})", left_parameters + right_parameters


def _date(node: DateRange) -> tuple[str, list[str]]:
    conditions, parameters = [f"{node.field}_start IS NOT NULL"], []
    if node.start is not None:
        conditions.append(f"{node.field}_end >= ?")
        parameters.append(node.start)
    if node.end is not None:
        conditions.append(f"{node.field}_start <= ?")
        parameters.append(node.end)
    return f"({' AND '.join(conditions)})", parameters


def _label(node: Label) -> tuple[str, list[str]]:
    pattern = _pattern(node)
    if node.key == "id":
        return "(' ' || id || ' ') LIKE ? ESCAPE '\\'", [pattern]
    if node.key in UNLABELLED:
        value = f"json_extract(metadata, '$.{node.key}')"
        return f"coalesce((' ' || {value} || ' ') LIKE ? ESCAPE '\\', 0)", [pattern]
    return (
        "n IN (SELECT n FROM labels JOIN labelled USING (label) WHERE key = ? AND terms LIKE ? ESCAPE '\\')",
        [node.key, pattern],
    )


def _pattern(node: Label) -> str:
    text = " ".join(node.terms)
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    if not escaped:
        return "%"
    return f"% {escaped}{'' if node.prefix else ' '}%"

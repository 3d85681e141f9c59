"""From the query tree to SQL, for what the catalog can answer without an engine: metadata.

The answers are those of ``Node.matches``. Words of the text are not in the catalog. Where SQL has no condition
(wildcards, regular expressions, ranges of numbers), a Python function tests the values.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

from docarchive.errors import UnsupportedQuery
from docarchive.query import And, Boost, DateRange, Every, Has, Label, Node, Not, NumberRange, Or, Regex
from docarchive.query.document import DATE_FIELDS, UNLABELLED, date_in, number_in, value_terms
from docarchive.query.patterns import BELOW, EXACT, one_line, regex

#: The SQL function that runs a test: ``accepts(number of the test, value)``.
_FUNCTION: Final = "accepts"
#: How many tests are kept, the last ones: as many as a statement of SQLite may have parameters.
_MAX_TESTS: Final = 32_766

Test = Callable[[str], bool]
Condition = tuple[str, list[str | int]]


class Filter:
    """Turns trees into conditions on ``articles`` in a database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._tests: dict[int, Test] = {}
        self._last_test = 0
        db.create_function(_FUNCTION, 2, self._accepts)

    def where(self, node: Node) -> Condition:
        """Returns the condition for a tree, and its parameters.

        Raises:
            UnsupportedQuery: The tree has words of the text.
        """
        if isinstance(node, Every):
            return "1", []
        if isinstance(node, Not):
            condition, parameters = self.where(node.child)
            return f"NOT ({condition})", parameters
        if isinstance(node, And | Or):
            return self._joined(node.parts, " AND " if isinstance(node, And) else " OR ")
        if isinstance(node, Boost):
            return self.where(node.child)
        if isinstance(node, Label):
            return self._label(node)
        if isinstance(node, Has):
            return self._has(node.key)
        if isinstance(node, DateRange) and node.key in DATE_FIELDS:
            return _date(node)
        if isinstance(node, DateRange | NumberRange | Regex):
            return self._any_value(node.key, _test(node))
        raise UnsupportedQuery("the query has words of the text, which the catalog does not have")

    def _joined(self, nodes: Sequence[Node], operator: str) -> Condition:
        """Joins conditions as a balanced tree: SQLite bounds the depth of an expression."""
        if len(nodes) == 1:
            return self.where(nodes[0])
        middle = len(nodes) // 2
        left, left_parameters = self._joined(nodes[:middle], operator)
        right, right_parameters = self._joined(nodes[middle:], operator)
        return f"({left}{operator}{right})", left_parameters + right_parameters

    def _label(self, node: Label) -> Condition:
        if node.key in UNLABELLED or not _is_in_terms(node):
            condition, parameters = self._any_value(node.key, lambda value: node.accepts(value_terms(node.key, value)))
            literal = node.patterns[0].literal()
            if node.key not in UNLABELLED or not literal:
                return condition, parameters
            # SQLite tests in a tenth of the time what ASCII must have; other characters may be folded to a term's.
            may_be = f"(instr(lower({_value(node.key)}), ?) OR {_value(node.key)} GLOB '*[^ -~]*')"
            condition, parameters = f"CASE WHEN {may_be} THEN {condition} ELSE 0 END", [literal, *parameters]
            return _by_id(literal, condition, parameters) if node.key == "id" else (condition, parameters)
        patterns = _likes(node)
        like = " OR ".join(["terms LIKE ? ESCAPE '\\'"] * len(patterns))
        return (
            f"n IN (SELECT n FROM labels JOIN labelled USING (label) WHERE key = ? AND ({like}))",
            [node.key, *patterns],
        )

    def _has(self, key: str) -> Condition:
        if key == "body":
            raise UnsupportedQuery("has:body is about the text, which the catalog does not have")
        if key == "title":
            return "title <> ''", []
        if key in DATE_FIELDS:
            return f"{key}_start IS NOT NULL", []
        if key == "summary" or key in UNLABELLED:
            return f"{_value(key)} IS NOT NULL", []
        return "n IN (SELECT n FROM labels JOIN labelled USING (label) WHERE key = ?)", [key]

    def _any_value(self, key: str, test: Test) -> Condition:
        number = self._add_test(test)
        if key == "title":
            return f"{_FUNCTION}(?, title)", [number]
        if key in DATE_FIELDS or key in UNLABELLED:
            return f"coalesce({_FUNCTION}(?, {_value(key)}), 0)", [number]
        chosen = f"SELECT label FROM labels WHERE key = ? AND {_FUNCTION}(?, value)"
        return f"n IN (SELECT n FROM labelled WHERE label IN ({chosen}))", [key, number]

    def _add_test(self, test: Test) -> int:
        self._last_test += 1
        self._tests[self._last_test] = test
        self._tests.pop(self._last_test - _MAX_TESTS, None)
        return self._last_test

    def _accepts(self, number: int, value: str | None) -> int | None:
        return None if value is None else int(self._tests[number](value))


def _test(node: DateRange | NumberRange | Regex) -> Test:
    """Returns the function that tests one value of a key."""
    if isinstance(node, Regex):
        matches = regex(node.pattern)
        return lambda value: matches(one_line(value))
    if isinstance(node, NumberRange):
        return lambda value: (number := number_in(value)) is not None and node.accepts(number)
    return lambda value: (date := date_in(value)) is not None and node.accepts(date)


def _by_id(literal: str, condition: str, parameters: list[str | int]) -> Condition:
    """Returns the condition for an id that uses indexes.

    An id of small letters and digits, as docarchive makes them, is one term: what begins with the literal follows it in
    the index. Other ids, which are a user's own, have an index of their own.
    """
    between = "SELECT n FROM articles WHERE id >= ? AND id < ?"
    other = f"SELECT n FROM articles WHERE id GLOB '*[^0-9a-z]*' AND {condition}"
    return (
        f"n IN ({between} AND {condition} UNION ALL {other})",
        [literal, literal + "\U0010ffff", *parameters, *parameters],
    )


def _value(key: str) -> str:
    return "id" if key == "id" else f"json_extract(metadata, {_quoted('$.' + key)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _date(node: DateRange) -> Condition:
    conditions: list[str] = [f"{node.key}_start IS NOT NULL"]
    parameters: list[str | int] = []
    if node.start is not None:
        conditions.append(f"{node.key}_end >= ?")
        parameters.append(node.start)
    if node.end is not None:
        conditions.append(f"{node.key}_start <= ?")
        parameters.append(node.end)
    return f"({' AND '.join(conditions)})", parameters


def _is_in_terms(node: Label) -> bool:
    """Returns whether SQL finds a label in the text of its terms."""
    *first, last = (pattern.kind for pattern in node.patterns)
    return all(kind == EXACT for kind in first) and last in (EXACT, BELOW)


def _likes(node: Label) -> list[str]:
    text = " ".join(pattern.text for pattern in node.patterns)
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    ends = (" ", "/") if node.patterns[-1].kind == BELOW else (" ",)
    return [f"% {escaped}{end}%" for end in ends]


def listed(rows: Sequence[int]) -> str:
    """Returns row numbers as the JSON that ``json_each`` takes."""
    return json.dumps(list(rows))

"""Tables of articles: the columns and cells that the writers of CSV, SQLite and Parquet write and their readers read.

A table with exactly these columns is docarchive's own, and its rows are read as the articles that they were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from docarchive import keys

#: The columns of a whole article: the known keys, all other keys as one JSON object, the text.
#: Notes and highlights are last, so that a table of before them is read as one without them.
COLUMNS: Final = (*(key for key in keys.KNOWN if key not in keys.ANNOTATIONS), "extra", "body", *keys.ANNOTATIONS)

_SEPARATOR: Final = "; "
#: What a spreadsheet takes for a formula (OWASP, "CSV injection"): also with full-width signs, and after spaces, quotes
#: and invisible characters, which programs on the way may remove. The apostrophe that says that it is none is one.
_FORMULA = re.compile(
    r"'*[\t\r\n]|[\s'\"`\u2018-\u201f\x00-\x1f\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]*"
    r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]"
)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def is_own(header: Sequence[str]) -> bool:
    """Returns whether docarchive wrote a table with this header."""
    return tuple(header) in (COLUMNS, COLUMNS[: -len(keys.ANNOTATIONS)])


def list_cell(items: Sequence[str]) -> str:
    """Returns a list as the text of a cell, joined by semicolons; as JSON where that could not be read back."""
    cell = _SEPARATOR.join(items)
    plain = not items or (cell.split(_SEPARATOR) == items and cell[0] != "[")
    return cell if plain else json.dumps(items, ensure_ascii=False)


def items_of_cell(cell: str) -> list[str]:
    """Returns the list that ``list_cell`` wrote."""
    if cell.startswith("["):
        try:
            items = json.loads(cell)
        except (ValueError, RecursionError):
            items = None
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return items
    return [item for item in cell.split(_SEPARATOR) if item]


def objects_of_cell(cell: Any) -> Any:
    """Returns the objects in a cell in JSON; any other cell is a text."""
    if isinstance(cell, str) and cell.startswith("[{"):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return cell


def guarded(cell: str) -> str:
    """Returns a cell of CSV with an apostrophe before what a spreadsheet would take for a formula; numbers are none."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """Returns the cell that ``guarded`` was given."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell

"""Values of tables and exports: dates, lists, and texts that may be HTML.

Reads leniently: the columns were guessed or named by the user, not written for docarchive.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

from docarchive.dates import PartialDate
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.values.unix_times import unix_time

#: What programs write for no value.
EMPTY: Final = frozenset(["", "nan", "NaN", "NULL", "null", "None", "<NA>", "\\N"])

_LONGEST_DATE: Final = 100
_NUMBER: Final = re.compile(r"\d{8,20}(?:\.\d{1,9})?", re.ASCII)
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])", re.ASCII)
_YEAR_AS_FLOAT: Final = re.compile(r"(\d{4})\.0", re.ASCII)

_QUOTED: Final = r"""(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
#: A list as Python and pandas write it: ``['a', 'b']``.
_PYTHON_LIST: Final = re.compile(rf"\[\s*+{_QUOTED}\s*+(?:,\s*+{_QUOTED}\s*+)*+,?\s*+\]")
_LONGEST_LIST: Final = 100_000

_ENDS: Final = re.compile(
    r"</(?:p|div|li|ul|ol|h[1-6]|table|tr|blockquote|article|section|figure|span|pre)\s*>|<br\s*/?>", re.I
)
_BEGINS: Final = re.compile(
    r"\s*<(?:!doctype|!--|html|body|p|div|h[1-6]|ul|ol|table|article|section|figure|span|a|b|i|em|strong|img|blockquote|pre)\b",
    re.I,
)


def is_empty(value: object) -> bool:
    """Returns whether a value is what programs write for no value."""
    return (
        value is None
        or (isinstance(value, float) and value != value)
        or (isinstance(value, str) and value.strip() in EMPTY)
    )


def read_date(value: object) -> PartialDate | None:
    """Reads a date as programs write it; returns None if it is no date, or could be two (``03/04/2024``).

    >>> read_date(1700000000), read_date("20240316"), read_date("16.03.2024"), read_date("03/04/2024")
    (PartialDate('2023-11-14T22:13:20Z'), PartialDate('2024-03-16'), PartialDate('2024-03-16'), None)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(value)
    if not isinstance(value, str) or len(value) > _LONGEST_DATE:
        return None if isinstance(value, str) else PartialDate.parse_or_none(value)
    text = value.strip()
    if _NUMBER.fullmatch(text) and not _COMPACT.fullmatch(text):
        return _of_number(float(text) if "." in text else int(text))
    if match := _YEAR_AS_FLOAT.fullmatch(text):
        return PartialDate.parse_or_none(match[1])
    from docarchive.readers.values import written_dates

    return written_dates.read_date(text)


def read_list(value: object) -> object:
    """Reads a list that is written as text: as JSON, as Python's ``repr``, or with ``|`` between items.

    Returns any other value unchanged.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith("[") and text.endswith("]") and len(text) <= _LONGEST_LIST:
        with suppress(ValueError, RecursionError):
            items = json.loads(text)
            if isinstance(items, list) and not any(isinstance(item, dict | list) for item in items):
                return items
        if _PYTHON_LIST.fullmatch(text):
            return [re.sub(r"\\(.)", r"\1", item[1:-1]) for item in re.findall(_QUOTED, text)]
    if "|" in text and ";" not in text:
        return [item for item in (item.strip() for item in text.split("|")) if item]
    return value


def read_body(value: Any, column: str = "") -> str:
    """Reads the text of an article; HTML, by the column's name or its content, becomes Markdown.

    Raises:
        ReaderError: It is HTML that cannot be read.
    """
    text = value if isinstance(value, str) else str(value)
    if "html" in column.lower() or is_html(text):
        return to_markdown(text)
    return text


def is_html(text: str) -> bool:
    """Returns whether a text looks like HTML, not like Markdown with a tag in it."""
    return bool(_BEGINS.match(text) and _ENDS.search(text)) or len(_ENDS.findall(text, 0, 20_000)) > 3


def _of_number(value: float) -> PartialDate | None:
    if value - value != 0:  # NaN, infinity
        return None
    if date := unix_time(value):
        return date
    return PartialDate.parse_or_none(int(value)) if value == int(value) else None

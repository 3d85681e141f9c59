"""Values of tables and exports: empty ones, lists, and texts that may be HTML.

Reads leniently: the columns were guessed or named by the user, not written for docarchive.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

#: What programs write for no value.
EMPTY: Final = frozenset(["", "nan", "NaN", "NULL", "null", "None", "<NA>", "\\N"])

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
#: Lines of Markdown, of which those of a block of code in HTML may begin with the sign of a heading too.
_FENCE: Final = re.compile(r"^(?:```|~~~)", re.M)
_HEADING: Final = re.compile(r"^#{1,6} \S", re.M)


def is_empty(value: object) -> bool:
    """Returns whether a value is what programs write for no value."""
    return (
        value is None
        or (isinstance(value, float) and value != value)
        or (isinstance(value, str) and value.strip() in EMPTY)
    )


def read_list(value: object) -> object:
    """Reads a list that is written as text: as JSON, as Python's ``repr``, or with ``|`` or ``;`` between items.

    With ``;`` between them, commas are in items: ``sea, air; rope``.

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
    sign = "|" if "|" in text and ";" not in text else ";" if ";" in text and "," in text and "&" not in text else ""
    return [item for item in (item.strip() for item in text.split(sign)) if item] if sign else value


def read_body(value: Any, column: str = "", url: object = "") -> str:
    """Reads the text of an article; HTML, by the column's name or its content, becomes Markdown.

    Args:
        value: The text.
        column: The name of the column that holds it.
        url: The address of the article, to which addresses in HTML are relative.

    Raises:
        ReaderError: It is HTML that cannot be read.
    """
    text = value if isinstance(value, str) else str(value)
    text = text.replace("\x0b", "\n")  # a line break of FileMaker and Word
    if "html" in column.lower() or is_html(text):
        from docarchive.readers.html.to_markdown import to_markdown

        return to_markdown(text, base=url if isinstance(url, str) else "")
    return text


def is_html(text: str) -> bool:
    """Returns whether a text looks like HTML, not like Markdown with tags in it."""
    if "<" not in text or _FENCE.search(text) or ("<pre" not in text and _HEADING.search(text)):
        return False
    return bool(_BEGINS.match(text) and _ENDS.search(text)) or len(_ENDS.findall(text, 0, 20_000)) > 3

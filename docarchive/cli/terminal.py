"""The terminal: whether there is one, how wide it is, and whether it shows colours.

Colours follow the conventions that ``gh`` and ``ripgrep`` follow: ``NO_COLOR`` and ``CLICOLOR=0`` turn them off,
``CLICOLOR_FORCE`` turns them on in a pipe too, and ``TERM=dumb`` has none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final, TextIO

BOLD: Final = "\x1b[1m"
DIM: Final = "\x1b[2m"
ITALIC: Final = "\x1b[3m"
RED: Final = "\x1b[31m"
GREEN: Final = "\x1b[32m"
YELLOW: Final = "\x1b[33m"
CYAN: Final = "\x1b[36m"
MARK: Final = "\x1b[1;31m"
PLAIN: Final = "\x1b[0m"
_NARROWEST: Final = 20  # cells; a terminal that says less is taken for one of this width
#: The longest line of text that is easy to read, in cells.
_READING: Final = 100


def columns(stream: TextIO | None = None) -> int | None:
    """Returns the width of the terminal that a stream prints to, in cells; None if it is not a terminal.

    Args:
        stream: The stream; None for stdout.
    """
    stream = stream or sys.stdout
    if not _is_terminal(stream):
        return None
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdecimal() and 0 < len(given) < 6 and int(given):
        return max(int(given), _NARROWEST)
    try:
        return max(os.get_terminal_size(stream.fileno()).columns or 80, _NARROWEST)
    except (OSError, ValueError):
        return 80


def reading_width(stream: TextIO | None = None) -> int | None:
    """Returns the width for text in sentences: that of the terminal, but not more than is easy to read."""
    width = columns(stream)
    return None if width is None else min(width, _READING)


def coloured(stream: TextIO | None = None) -> bool:
    """Returns whether a stream, stdout by default, gets colours."""
    stream = stream or sys.stdout
    environment = os.environ
    if environment.get("NO_COLOR"):
        return False
    if environment.get("CLICOLOR_FORCE", "0") != "0" and environment["CLICOLOR_FORCE"]:
        return True
    return _is_terminal(stream) and environment.get("TERM") != "dumb" and environment.get("CLICOLOR") != "0"


def styled(text: str, style: str, stream: TextIO | None = None) -> str:
    """Returns text in a style if a stream, stdout by default, gets colours."""
    return f"{style}{text}{PLAIN}" if style and text and coloured(stream) else text


def paragraph(
    text: str,
    width: int | None,
    *,
    first: str = "",
    indent: int = 0,
    style: str = "",
    marks: Sequence[tuple[int, int]] = (),
    mark_style: str = MARK,
    stream: TextIO | None = None,
) -> str:
    """Returns text in lines that fit a terminal, the second and later ones indented.

    Args:
        text: The text, on one line.
        width: The width of the lines with their indent, in cells; None for a single line of any length.
        first: What the first line begins with, as wide as the indent.
        indent: The indent of the other lines, in cells.
        style: The style of the text.
        marks: Start and end of marked parts of the text.
        mark_style: The style of these.
        stream: Where it is printed; None for stdout.
    """
    lines = [(0, len(text))] if width is None else _lines(text, max(width - indent, 2))
    shown = []
    for start, end in lines:
        line, position, pieces = text[start:end], 0, []
        for a, b in [(max(a, start) - start, min(b, end) - start) for a, b in marks if a < end and b > start]:
            pieces += [styled(line[position:a], style, stream), styled(line[a:b], mark_style, stream)]
            position = b
        shown.append("".join([*pieces, styled(line[position:], style, stream)]))
    return first + f"\n{' ' * indent}".join(shown)


def _lines(text: str, width: int) -> list[tuple[int, int]]:
    from docarchive.cli.layout import wrapped

    return [*wrapped(text, width)] or [(0, 0)]


def _is_terminal(stream: TextIO | None) -> bool:
    """Returns whether a stream is a terminal; one that is closed is none."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False

"""What commands print: safe for the terminal, coloured only there."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from docarchive.keys import SCHEMA

if TYPE_CHECKING:
    from docarchive.archive import Snippet


_CONTROLS = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
#: What a command says whose answer may lack something.
NOT_INDEXED = "another process is writing to the archive; what it has not indexed yet is not found"
_BAR_WIDTH = 30  # cells of the longest bar of a facet
_BOLD, _DIM, _MARK, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[0m"


def safe(text: str) -> str:
    """Returns text without what could steer a terminal: control and direction characters."""
    return text if text.isprintable() else re.sub(_CONTROLS, "\ufffd", text)


def line(text: str) -> str:
    """Returns text on one line, safe for a terminal."""
    return safe(" ".join(text.split()))


def coloured(stream: TextIO) -> bool:
    """Tells whether colours go to a stream: a terminal, and NO_COLOR is not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def bold(text: str) -> str:
    """Returns text bold, where stdout has colours."""
    return f"{_BOLD}{text}{_PLAIN}" if coloured(sys.stdout) else text


def dim(text: str) -> str:
    """Returns text dim, where stdout has colours."""
    return f"{_DIM}{text}{_PLAIN}" if coloured(sys.stdout) else text


def marked(snippet: Snippet) -> str:
    """Returns a snippet with its matched words coloured on a terminal, else between ``**``."""
    plain = snippet._replace(text=safe(snippet.text))
    return plain.marked(_MARK, _PLAIN) if coloured(sys.stdout) else plain.marked()


def bars(name: str, values: Sequence[tuple[str, int]], more: int = 0) -> Iterator[str]:
    """Yields a facet as lines: its name, then each value with its count and a bar in proportion to it.

    Args:
        name: Its name.
        values: Its values with their counts.
        more: How many values it has beside these.
    """
    yield bold(line(name))
    rows = [(line(value), number(count), count) for value, count in values]
    if not rows:
        yield "  (none)"
        return
    value_width = min(max(cells(value) for value, _, _ in rows), 40)
    largest = max(count for _, _, count in rows)
    block = "█" if (sys.stdout.encoding or "").lower().startswith("utf") else "#"
    count_width = max(len(shown) for _, shown, _ in rows)
    for value, shown, count in rows:
        bar = block * max(1, round(_BAR_WIDTH * count / largest)) if count else ""
        yield f"  {value}{' ' * (value_width - cells(value))}  {shown:>{count_width}}  {bar}"
    if more:
        yield f"  and {number(more)} more"


def cells(text: str) -> int:
    """Returns how many cells of a terminal a text takes: wide characters take two, accents none."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def out(text: str) -> None:
    """Prints a line of result to stdout."""
    sys.stdout.write(text + "\n")


def to_json(value: Mapping[str, Any]) -> str:
    """Returns an object as one line of JSON, with its schema first."""
    return json.dumps({"schema": SCHEMA, **value}, ensure_ascii=False)


def out_json(value: Mapping[str, Any]) -> None:
    """Prints an object as one line of JSON, with its schema first."""
    out(to_json(value))


def out_count(query: str, total: int, *, as_json: bool) -> None:
    """Prints how many articles match a query."""
    if as_json:
        out_json({"query": query, "total": total})
    else:
        out(str(total))


def silence() -> None:
    """Turns output away whose reader has gone: that is no error, and Python must not complain at exit."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def message(text: str) -> None:
    """Prints a message to stderr, on one line."""
    sys.stderr.write(f"docarchive: {line(text)}\n")


def refusals(refused: Sequence[Any]) -> None:
    """Prints each refusal to stderr, one line each."""
    for refusal in refused:
        sys.stderr.write(f"refused {line(refusal.where)}: {line(refusal.reason)}\n")


def counted(value: int, noun: str) -> str:
    """Returns a number with a noun: ``1 article``, ``2,000 articles``."""
    return f"{value:,} {noun}{'' if value == 1 else 's'}"


def number(value: int) -> str:
    """Returns a number with its thousands parted by commas."""
    return f"{value:,}"


def size(count: int) -> str:
    """Returns a number of bytes as people say it."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def setup_streams() -> None:
    """Makes stdout and stderr take any text: what a terminal's encoding lacks is shown as ``?``."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")

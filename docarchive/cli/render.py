"""What commands print: safe for the terminal, coloured only there."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from docarchive.archive import Snippet

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BOLD, _DIM, _MARK, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[0m"


def safe(text: str) -> str:
    """Returns text without what could steer a terminal: control and direction characters."""
    return _CONTROLS.sub("\ufffd", text)


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
    plain = Snippet(_CONTROLS.sub("\ufffd", snippet.text), snippet.marks)
    return plain.marked(_MARK, _PLAIN) if coloured(sys.stdout) else plain.marked()


def out(text: str) -> None:
    """Prints a line of result to stdout."""
    sys.stdout.write(text + "\n")


def out_json(value: Any) -> None:
    """Prints an object as one line of JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def message(text: str) -> None:
    """Prints a message to stderr, on one line."""
    sys.stderr.write(f"docarchive: {line(text)}\n")


def refusals(refused: Sequence[Any]) -> None:
    """Prints each refusal to stderr, one line each."""
    for each in refused:
        sys.stderr.write(f"refused {line(each.where)}: {line(each.reason)}\n")


def counted(value: int, noun: str) -> str:
    """Returns a number with a noun: ``1 article``, ``2,000 articles``."""
    return f"{value:,} {noun}{'' if value == 1 else 's'}"


def number(value: int) -> str:
    """Returns a number with its thousands parted by commas."""
    return f"{value:,}"


def setup_streams() -> None:
    """Makes stdout and stderr take any text: what a terminal's encoding lacks is shown as ``?``."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")

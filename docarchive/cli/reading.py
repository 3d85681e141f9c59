"""Articles and what differs between their versions on a terminal: in a pager if it is longer than the screen."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from docarchive.cli.annotations import paragraphs
from docarchive.cli.human import human_date
from docarchive.cli.render import line, safe
from docarchive.cli.terminal import BOLD, CYAN, DIM, ITALIC, coloured, paragraph, reading_width, styled

if TYPE_CHECKING:
    from docarchive import Article

_KEYS: Final = ("date", "updated", "authors", "source", "section", "url", "tags", "people", "organizations", "places")


def show_rendered(articles: Iterable[Article]) -> None:
    """Prints rendered articles, with a rule between them."""
    width = reading_width() or 80
    text = ""
    for article in articles:
        text += f"\n{styled('─' * width, DIM)}\n\n" if text else ""
        text += _rendered(article, width)
    show_text(text)


def show_text(text: str) -> None:
    """Prints a text that is safe for a terminal, in a pager if it is longer than the screen."""
    lines = shutil.get_terminal_size().lines
    if text.count("\n") < lines - 1 or not sys.stdin.isatty() or not _show_in_pager(text):
        sys.stdout.write(text)


def _rendered(article: Article, width: int) -> str:
    from rich.console import Console

    from docarchive.cli.rendering import rendered

    head = [paragraph(line(article.title), width, style=BOLD)]
    for key in _KEYS:
        value = getattr(article, key)
        if value:
            joined = ", ".join(value) if isinstance(value, list) else str(value)
            shown = human_date(joined, time=True) if key in ("date", "updated") else joined
            head.append(paragraph(f"{key}: {line(shown)}", width, indent=2, style=DIM))
    if article.summary:
        head += ["", paragraph(line(article.summary), width, style=ITALIC)]
    colours = coloured()
    console = Console(width=width, force_terminal=colours, no_color=not colours, highlight=False)
    with console.capture() as capture:
        console.print(rendered(safe(article.body)))
    rows = [row.rstrip() for row in capture.get().split("\n")]
    body = "\n".join(row for row, before in zip(rows, ["", *rows], strict=False) if row or before).rstrip("\n")
    return "\n".join([*head, "", body, "", *_annotations(article, width), styled(article.id, CYAN), ""])


def _annotations(article: Article, width: int) -> Iterator[str]:
    """Yields the lines with the notes and highlights of an article."""
    for key, items in (("highlights", article.highlights), ("notes", article.notes)):
        if items:
            yield styled(key, BOLD)
            for first, text, indent in paragraphs(items):
                yield paragraph(text, width, first=first, indent=indent)
            yield ""


def _show_in_pager(text: str) -> bool:
    """Shows a text in the user's pager; returns False if it is not installed."""
    command = shlex.split(os.environ.get("PAGER") or "less")
    if not command or shutil.which(command[0]) is None:
        return False
    encoding = sys.stdout.encoding
    environment = {"LESS": "FRX", **({"LESSCHARSET": "utf-8"} if encoding == "utf-8" else {}), **os.environ}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    with suppress(BrokenPipeError):  # the user quit the pager before the end
        process.communicate(text.encode(encoding, "replace"))
    return True

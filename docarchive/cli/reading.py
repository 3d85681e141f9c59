"""Articles on a terminal: rendered Markdown, in a pager if it is longer than the screen."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from docarchive.cli.render import coloured, line, safe

if TYPE_CHECKING:
    from docarchive import Article

_MAX_WIDTH: Final = 100
_KEYS: Final = ("date", "updated", "authors", "source", "section", "url", "tags", "people", "organizations", "places")


def show_rendered(articles: Iterable[Article]) -> None:
    """Prints rendered articles, with a rule between them."""
    from rich.console import Console

    width = min(shutil.get_terminal_size().columns, _MAX_WIDTH)
    colours = coloured(sys.stdout)
    console = Console(width=width, force_terminal=colours, no_color=not colours, highlight=False)
    with console.capture() as capture:
        for index, article in enumerate(articles):
            if index:
                console.rule()
            _render(article, console)
    text = capture.get()
    if text.count("\n") < shutil.get_terminal_size().lines - 1 or not sys.stdin.isatty() or not _show_in_pager(text):
        sys.stdout.write(text)


def _render(article: Article, console: Any) -> None:
    from rich.markdown import Markdown
    from rich.text import Text

    console.print(Text(line(article.title), style="bold underline"))
    for key in _KEYS:
        value = getattr(article, key)
        if value:
            joined = ", ".join(value) if isinstance(value, list) else str(value)
            console.print(Text(f"{key}: {line(joined)}", style="dim"))
    if article.summary:
        console.print(Text(line(article.summary), style="italic"))
    console.print()
    # Links are printed as URLs: a link hidden behind its text could lead anywhere.
    console.print(Markdown(safe(article.body), hyperlinks=False))
    console.print(Text(f"\n{article.id}", style="dim"))


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

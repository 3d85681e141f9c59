"""``docarchive diff``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.ids import piped_id
from docarchive.cli.layout import cells, wrapped
from docarchive.cli.opening import opened
from docarchive.cli.render import message, out_json, safe
from docarchive.cli.shared_arguments import ArticleId, Json, check_alone, version_number
from docarchive.cli.terminal import BOLD, CYAN, GREEN, RED, coloured, columns, paragraph, styled

if TYPE_CHECKING:
    from docarchive import Diff

_STYLES: Final = {"equal": "", "removed": RED, "added": GREEN, "hunk": CYAN}
_PLAIN: Final = {"removed": ("[-", "-]"), "added": ("{+", "+}")}  # as ``git diff --word-diff=plain`` has them
_TAB: Final = " " * 4


def diff(
    context: Context,
    id_: ArticleId,
    a: Annotated[
        str,
        Argument(metavar="[A]", help="The version to compare with, as 'docarchive versions' lists them."),
    ] = "-1",
    b: Annotated[str, Argument(metavar="[B]", help="The version that is compared with A.")] = "current",
    html: Annotated[bool, Option("--html", help="Print a page for a browser.")] = False,
    exit_code: Annotated[bool, Option("--exit-code", help="Exit with 1 if the versions differ.")] = False,
    json: Json = False,
) -> int:
    """Show what differs between two versions of an article.

    Without B, A is compared with the current version; without both, the last version before that is. -1 is the last
    version before the current one, -2 the one before that. On a terminal, removed and added words are marked. In a
    pipe, a unified diff is printed, which patch applies.
    """
    check_alone("html", html, json=json)
    numbers = version_number(a), version_number(b)
    id_ = piped_id(id_)
    with opened(context, reads=True) as archive:
        compared = archive.diff(id_, *numbers)
        if json:
            out_json(compared.to_dict())
        elif html:
            page = compared.html()
            sys.stdout.write(safe(page) if sys.stdout.isatty() else page)
        elif not compared.differs:
            message(f"versions {compared.a} and {compared.b} do not differ")
        elif (width := columns()) is None:
            sys.stdout.write(compared.unified())
        else:
            from docarchive.cli.reading import show_text

            show_text("".join(f"{row}\n" for row in _rows(compared, width)))
        return 1 if exit_code and compared.differs else 0


def _rows(compared: Diff, width: int) -> Iterator[str]:
    """Yields the lines that a terminal shows: words with their marks, in lines that fit it."""
    yield paragraph(f"{compared.id}: version {compared.a} to {compared.b}", width, style=BOLD)
    pieces: list[tuple[str, str]] = []  # of the line: kinds and texts
    for kind, text in (*compared.words(), ("hunk", "")):
        if kind == "hunk":
            if any(text for _, text in pieces):
                yield from _wrapped(pieces, width)
            pieces = []
            yield from _wrapped([(kind, text)], width) if text else ()
            continue
        *ended, rest = (text.replace("\r\n", "\n") if kind == "equal" else text).split("\n")
        for part in ended:
            yield from _wrapped([*pieces, (kind, part)], width)
            pieces = []
        pieces.append((kind, rest))


def _wrapped(pieces: list[tuple[str, str]], width: int) -> Iterator[str]:
    """Yields one line of a text in lines that fit a terminal, as far indented as it is."""
    line, spans = "", []
    for kind, text in pieces:
        before, after = ("", "") if coloured() or not text else _PLAIN.get(kind, ("", ""))
        shown = before + safe(text).replace("\t", _TAB) + after
        spans.append((len(line), len(line) + len(shown), _STYLES[kind]))
        line += shown
    indent = 0
    parts: list[tuple[int, int]] = [(0, len(line))]
    if cells(line) > width:
        indent = min(len(line) - len(line.lstrip(" ")), width // 2)
        parts = [(indent + start, indent + end) for start, end in wrapped(line[indent:], width - indent)]
    for start, end in parts:
        cut = ((max(a, start), min(b, end), style) for a, b, style in spans if a < end and b > start)
        yield " " * indent + "".join(styled(line[a:b], style) for a, b, style in cut)

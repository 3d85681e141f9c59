"""What note and highlight share: lists of an article's notes and highlights, and texts from standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from docarchive.cli.ids import piped_id
from docarchive.cli.opening import opened
from docarchive.cli.render import line, message, out_json, out_text
from docarchive.errors import UsageError
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from docarchive import Highlight, Note
    from docarchive.cli.declaring import Context


class Paragraph(NamedTuple):
    """A text to print."""

    first: str  # what it begins with
    text: str
    indent: int  # of its lines after the first


def piped(id_: str, text: str | None, name: str) -> tuple[str, str | None]:
    """Returns an id and a text; the one that is ``-`` is read from standard input.

    Args:
        id_: The id.
        text: The text; None if there is none.
        name: How the help calls the text.

    Raises:
        UsageError: Both are ``-``, or what is read is not UTF-8.
    """
    if text != "-":
        return piped_id(id_), text
    if id_ == "-":
        raise UsageError(f"ID and {name} cannot both be -; name the id")
    try:
        return id_, sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} on standard input is not UTF-8 (byte {error.start})") from None


def show_list(context: Context, id_: str, key: str, *, json: bool) -> int:
    """Prints the notes or the highlights of an article, and returns the exit code: 1 if there are none."""
    with opened(context) as archive:
        article = archive.get(piped_id(id_))
    items: Sequence[Note | Highlight] = getattr(article, key)
    if json:
        numbered = [{"number": number, **item.to_dict()} for number, item in enumerate(items, start=1)]
        out_json({"id": article.id, key: numbered})
    else:
        for first, text, indent in paragraphs(items):
            out_text(text, first=first, indent=indent)
        if not items:
            message(f"{article.id} has no {key}")
    return 0 if items else 1


def paragraphs(items: Sequence[Note | Highlight]) -> Iterator[Paragraph]:
    """Yields notes or highlights with their numbers; a note on a passage is below it."""
    width = len(str(len(items)))
    for number, item in enumerate(items, start=1):
        yield Paragraph(f"{number:>{width}}  ", line(item.text), width + 2)
        if note := getattr(item, "note", ""):
            yield Paragraph(f"{'':>{width}}  note: ", line(note), width + 8)

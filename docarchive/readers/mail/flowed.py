"""Text whose long lines were broken for sending, put together again (RFC 3676, ``format=flowed``)."""

from __future__ import annotations

from typing import Final

_SIGNATURE: Final = "-- "


def unfolded(text: str, *, delete_space: bool) -> str:
    r"""Returns a text in which a line that ends with a space is one with the next.

    >>> unfolded("A long \nline.\n> a \n> quote", delete_space=False)
    'A long line.\n> a quote'

    Args:
        text: The text as it was sent.
        delete_space: Whether the space at the end of such a line is no part of the text (``delsp=yes``), as in
            languages without spaces, and in addresses.
    """
    lines: list[list[str]] = []  # the pieces of each line
    open_quotes = -1  # how often the line is quoted that the next one continues; -1 if it does not
    for raw in text.split("\n"):
        quotes = raw[: len(raw) - len(raw.lstrip(">"))]
        content = raw[len(quotes) :].removeprefix(" ")
        flows = content.endswith(" ") and content != _SIGNATURE
        piece = content[:-1] if flows and delete_space else content
        if open_quotes == len(quotes) and content != _SIGNATURE:
            lines[-1].append(piece)
        else:
            lines.append([f"{quotes} " if quotes and content else quotes, piece])
        open_quotes = len(quotes) if flows else -1
    return "\n".join(map("".join, lines))

"""Pandoc's title block: ``% title``, ``% authors`` and ``% date`` on the first lines."""

from __future__ import annotations

import re
from typing import Any, Final

from docarchive.readers.text.header_lines import Headers

_FIELD = re.compile(r"%(?P<value>[ \t][^\r\n]*|)(?P<more>(?:\r?\n[ \t]+\S[^\r\n]*)*)(?:\r?\n|\Z)")
_BLANK_LINE = re.compile(r"[ \t]*(?:\r?\n|\Z)")
_KEYS: Final = ("title", "authors", "date")


def read_title_block(text: str) -> Headers | None:
    r"""Reads the title block that a text begins with; returns None if there is none.

    >>> read_title_block("% On ships\n% Ann Lee; Bo Ek\n% 2024\n\nText").metadata
    {'title': 'On ships', 'authors': ['Ann Lee', 'Bo Ek'], 'date': '2024'}
    """
    metadata: dict[str, Any] = {}
    end = 0
    for key in _KEYS:
        match = _FIELD.match(text, end)
        if not match:
            break
        end = match.end()
        lines = [line.strip() for line in (match["value"] + match["more"]).splitlines() if line.strip()]
        if lines:
            value = " ".join(lines)
            names = [name.strip() for line in lines for name in line.split(";") if name.strip()]
            metadata[key] = names if key == "authors" else value
    return Headers(metadata, end) if metadata and _BLANK_LINE.match(text, end) else None

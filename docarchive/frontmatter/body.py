"""The text proper of an article, found without reading its metadata wherever that can be: a search reads many."""

from __future__ import annotations

import re
from contextlib import suppress

from docarchive.errors import InputError
from docarchive.frontmatter.parts import BLANK_LINE, split, without_line_end

_PLAIN_KEY = re.compile(r"(?:[ \t]*(?:#.*)?\r?\n)*[\w.@-]+:\s")


def body_of(text: str) -> str:
    """Returns the text proper: what follows the front matter, without its final line end."""
    parts = split(text)
    if parts.syntax == "yaml" and (BLANK_LINE.match(text, parts.start) or not _PLAIN_KEY.match(text, parts.start)):
        from docarchive.frontmatter.reading import load

        with suppress(InputError):  # what cannot be read ends all the same where it ends
            parts, _ = load(text)
    return without_line_end(text[parts.body :])

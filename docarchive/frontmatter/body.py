"""The body of an article's text, without reading the metadata if that is possible: a search reads many bodies."""

from __future__ import annotations

import re
from contextlib import suppress

from docarchive.errors import InputError
from docarchive.frontmatter.bounds import BLANK_LINE, find_bounds, without_line_end
from docarchive.pictures import unplaced

_PLAIN_KEY = re.compile(r"(?:[ \t]*(?:#.*)?\r?\n)*[\w.@-]+:\s")


def body_of(text: str) -> str:
    """Returns the text after the front matter, without its final line end."""
    bounds = find_bounds(text)
    if bounds.syntax == "yaml" and (BLANK_LINE.match(text, bounds.start) or not _PLAIN_KEY.match(text, bounds.start)):
        from docarchive.frontmatter.reading import load

        with suppress(InputError):  # front matter that cannot be read has the same bounds
            bounds, _ = load(text)
    return unplaced(without_line_end(text[bounds.body :]))

"""Footnotes of documents: paragraphs that begin with ``[^1]:``, which are text in other HTML."""

from __future__ import annotations

import re
from typing import Final

from docarchive.regexes import lazy

#: Begins the paragraph of a note in HTML.
NOTE: Final = "<p>[^{number}]: "
_ESCAPED: Final = lazy(r"^\\(?=\[\^\d{1,9}\]: )", re.MULTILINE)


def with_footnotes(markdown: str, html: str) -> str:
    """Returns the Markdown that was made of HTML with the notes that the HTML has as notes."""
    return _ESCAPED.sub("", markdown) if NOTE.format(number=1) in html else markdown

"""The title that a Markdown text begins with: a heading of the first level, as plain text.

Site generators show it where front matter has no title. Lines that a reader does not see as text may precede it:
comments, imports of MDX, template tags, badges and pictures, marks of a table of contents.
"""

from __future__ import annotations

import html
import re
from typing import Final

from docarchive.article.titles import plain_line
from docarchive.texts import one_line

_MOST_LINES: Final = 60
_LONGEST: Final = 500
_COMMENT = re.compile(r"\s{0,100}<!--.{0,20000}?-->", re.S)
_IMPORT = re.compile(r"(?:import|export)\s[^\n]{0,300}(?:from\s+)?['\"({][^\n]*\Z")
_BEFORE = re.compile(
    r"\[\[?_?toc_?\]\]?|\{:[^}]*\}|(?:\{%.*%\}|\{\{.*\}\})|(?:</?(?:p|div|center|a|img|br|picture|source)\b[^>]*>\s*)+",
    re.IGNORECASE,
)
_IMAGE = r"!\[[^\]\n]{0,200}\](?:\([^()\n]{0,500}\)|\[[^\]\n]{0,100}\])"
_IMAGES = re.compile(rf"(?:\[\s*{_IMAGE}\s*\](?:\([^()\n]{{0,500}}\)|\[[^\]\n]{{0,100}}\])|{_IMAGE})")
_ATTRIBUTES = re.compile(r"\s*\{(?::\s*)?[#.][^{}\n]{1,100}\}\s*\Z|\s+\{-\}\s*\Z")
_HTML_HEADING = re.compile(r"<h1\b[^>]{0,300}>(.{1,500}?)</h1>", re.IGNORECASE | re.S)
_TAG = re.compile(r"<[^<>]{1,300}>")


def first_heading(body: str) -> str:
    r"""Returns the heading of the first level that a text begins with, as plain text; empty if there is none.

    >>> first_heading("<!-- done -->\n\n# [The pier](https://a.example) {#pier}\n\nIt is new.")
    'The pier'
    >>> first_heading("The pier\n===\n"), first_heading("It is new.\n\n# Later\n")
    ('The pier', '')
    """
    position, bare = 0, body.removeprefix("\ufeff")
    for _ in range(_MOST_LINES):
        comment = _COMMENT.match(bare, position)
        position = comment.end() if comment else position
        end = bare.find("\n", position)
        line = bare[position : end if end >= 0 else len(bare)].strip()[:_LONGEST]
        if line and not _may_precede_title(line):
            return _heading(line, bare, position)
        if end < 0:
            break
        position = end + 1
    return ""


def _may_precede_title(line: str) -> bool:
    """Returns whether a line may precede the title: a reader does not see it as text."""
    return bool(_BEFORE.fullmatch(line) or _IMPORT.match(line)) or not _IMAGES.sub("", line).strip()


def _heading(line: str, body: str, position: int) -> str:
    if line.startswith(("# ", "#\t")):
        bare = line[1:].strip()
        open_ = bare.rstrip("#")
        return plain_title(open_ if not open_ or open_[-1].isspace() else bare)
    if heading := _HTML_HEADING.match(body, position):
        return plain_title(html.unescape(_TAG.sub("", heading[1])))
    _, _, rest = body[position:].lstrip().partition("\n")
    below = rest.partition("\n")[0].strip()
    return plain_title(line) if below and not below.strip("=") else ""


def plain_title(text: str) -> str:
    """Returns a heading as a reader sees it: without pictures, and without the marks of Markdown."""
    for _ in range(2):  # attributes may follow pictures, and precede them
        text = _IMAGES.sub("", _ATTRIBUTES.sub("", text))
    return one_line(plain_line(text))

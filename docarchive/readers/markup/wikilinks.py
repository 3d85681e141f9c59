"""Inline tags and links between notes, as Obsidian writes them: ``#harbour/ships``, ``[[Port of Ulm|Ulm]]``.

Code, headings and addresses have none. The text is not changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_HEADING = re.compile(r"(?: {0,3}>)* {0,3}#{1,6}(?:\s|\Z)")
_TAG = re.compile(r"(?:(?<=\s)|^)#([\w/-]{1,100})(?![\w/#-])")
_LINK = re.compile(r"(!?)\[\[(?!\s)([^\[\]|#^\n]{1,200})(?:[#^][^\[\]|\n]{0,200})?(?:\|[^\[\]\n]{0,200})?\]\]")
_ASSET = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp|pdf|mp3|mp4|m4a|wav|webm|ogg|mov)\Z", re.IGNORECASE)
_COLOUR = re.compile(r"(?=.*\d)[0-9a-f]+|(?P<one>[0-9a-f])(?P=one)+", re.IGNORECASE)
_COLOURS: Final = (3, 4, 6, 8)
_DIRECTIVES: Final = frozenset(
    ["include", "define", "undef", "if", "ifdef", "ifndef", "else", "elif", "endif", "pragma", "error", "warning"]
)
_LONGEST_LINE: Final = 20_000
_MOST: Final = 1_000


def inline_tags(body: str) -> list[str]:
    """Returns the distinct tags in a text, in order.

    >>> inline_tags("Ships in C# at #harbour/ulm, see #1 and `#code`.")
    ['harbour/ulm']
    """
    if "#" not in body:
        return []
    tags: dict[str, str] = {}
    for line in _prose(body):
        for match in _TAG.finditer(line) if not _HEADING.match(line) else ():
            tag = match[1].strip("/-")
            if any(c.isalpha() for c in tag) and not _no_tag(tag) and len(tags) < _MOST:
                tags.setdefault(tag.casefold(), tag)
    return list(tags.values())


def wikilinks(body: str) -> list[str]:
    """Returns the distinct names of the notes that a text links to, in order; pictures and other media are not notes.

    >>> wikilinks("See [[Port of Ulm|Ulm]] and [[Ships#Old]], ![[plan.png]]")
    ['Port of Ulm', 'Ships']
    """
    if "[[" not in body:
        return []
    # In a table, a backslash is before the sign that ends the name.
    names = (match[2].strip().removesuffix("\\") for line in _prose(body) for match in _LINK.finditer(line))
    return list(dict.fromkeys(name for name in names if any(map(str.isalpha, name)) and not _ASSET.search(name)))[
        :_MOST
    ]


def _no_tag(tag: str) -> bool:
    return tag in _DIRECTIVES or (len(tag) in _COLOURS and _COLOUR.fullmatch(tag) is not None)


def _prose(body: str) -> Iterator[str]:
    """Yields the lines of a text that are not code, without code spans."""
    from docarchive.readers.markup.prose import are_prose

    lines = body.splitlines()
    for line, is_prose in zip(lines, are_prose(lines), strict=True):
        if is_prose and len(line) <= _LONGEST_LINE:
            yield _without_code(line)


def _without_code(line: str) -> str:
    """Returns a line without its code spans."""
    from docarchive.readers.markup.prose import code_spans

    kept, position = [], 0
    for start, end in code_spans(line):
        kept.append(line[position:start])
        position = end
    return "`".join([*kept, line[position:]])

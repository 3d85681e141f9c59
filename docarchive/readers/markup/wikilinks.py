"""Inline tags and links between notes, as Obsidian writes them: ``#harbour/ships``, ``[[Port of Ulm|Ulm]]``.

Code, headings and addresses have none. The text is not changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

_FENCE = re.compile(r" {0,3}(?:>\s?)*(`{3,}|~{3,})")
_HEADING = re.compile(r"(?: {0,3}>)* {0,3}#{1,6}(?:\s|\Z)")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_TICKS = re.compile("`+")
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
    names = (match[2].strip() for line in _prose(body) for match in _LINK.finditer(line))
    return list(dict.fromkeys(name for name in names if any(map(str.isalpha, name)) and not _ASSET.search(name)))[
        :_MOST
    ]


def _no_tag(tag: str) -> bool:
    return tag in _DIRECTIVES or (len(tag) in _COLOURS and _COLOUR.fullmatch(tag) is not None)


def _prose(body: str) -> Iterator[str]:
    """Yields the lines of a text that are not code, without code spans."""
    fence = ""
    blank, in_list = True, False
    for line in body.splitlines():
        if len(line) > _LONGEST_LINE:
            continue
        marks = _FENCE.match(line)
        if fence:
            if marks and marks[1].startswith(fence) and not line[marks.end() :].strip():
                fence = ""
        elif marks and "`" not in line[marks.end() :]:
            fence = marks[1]
        elif line.strip():
            indented = line.startswith(("    ", "\t"))
            if not indented:
                in_list = _LIST_ITEM.match(line) is not None or (in_list and not blank)
            if not (indented and blank and not in_list):
                yield _without_code(line)
                blank = False
        else:
            blank = True


def _without_code(line: str) -> str:
    """Returns a line without its code spans: what is between two runs of backticks of the same length."""
    runs = [match.span() for match in _TICKS.finditer(line)]
    if not runs:
        return line
    closing: dict[int, list[int]] = defaultdict(list)
    for number in reversed(range(len(runs))):
        closing[runs[number][1] - runs[number][0]].append(number)
    kept, position, number = [], 0, 0
    while number < len(runs):
        start, end = runs[number]
        same = closing[end - start]
        while same and same[-1] <= number:
            same.pop()
        if same:
            kept.append(line[position:start])
            number = same.pop()
            position = runs[number][1]
        number += 1
    return "`".join([*kept, line[position:]])

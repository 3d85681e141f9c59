"""The title of a page: of those that it states, the one that a reader sees above the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SIGNS: Final = (" | ", " - ", " – ", " — ", " :: ", " · ", " « ", " » ")
_MAX_HEADINGS: Final = 20
_LONGEST: Final = 300
#: Letters and digits that a title and a heading must share at least where one is a part of the other.
_SHARED: Final = 12
#: Stated titles of so many characters may have been cut short.
_CUT: Final = 80


def headline(tree: HtmlElement, stated: Sequence[str], sites: Iterable[str]) -> str:
    """Returns the title of a page: a stated one that stands there as a heading, else the first.

    Pages often state a title made for search engines or cut short beside the one that they show. A heading
    counts if it says what a stated title says, begins or ends it, or is what it was cut short from.

    Args:
        tree: The page.
        stated: The titles that it states, the best first.
        sites: Names of the site, which are no titles and are left out of them.
    """
    names = {_letters(name) for name in sites if name} - {""}
    titles = [_without_site(title, names) for title in stated if title]
    headings = [heading for heading in _headings(tree) if _letters(heading) not in names]
    for same in (_says_the_same, _is_part):
        for title in titles:
            for heading in headings:
                if same(title, heading):
                    return heading
    return titles[0] if titles else ""


def _headings(tree: HtmlElement) -> list[str]:
    found = (" ".join(str(element.text_content()).split()) for element in tree.xpath("//h1")[:_MAX_HEADINGS])
    return [text for text in found if 0 < len(text) <= _LONGEST]


def _says_the_same(title: str, heading: str) -> bool:
    return _letters(title) == _letters(heading) != ""


def _is_part(title: str, heading: str) -> bool:
    stated, shown = _letters(title), _letters(heading)
    short, long = sorted((stated, shown), key=len)
    if len(short) < max(_SHARED, len(long) // 2):
        return False
    if short is stated and long.startswith(short):
        return len(title) >= _CUT or title.endswith(("…", "..."))
    return long.startswith(short) or long.endswith(short)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _without_site(title: str, names: set[str]) -> str:
    """Takes the name of the site from the end or the beginning of a title."""
    title = " ".join(title.split())
    for sign in _SIGNS:
        head, _, tail = title.rpartition(sign)
        if head and _letters(tail) in names:
            return head.strip()
        first, _, rest = title.partition(sign)
        if rest and _letters(first) in names:
            return rest.strip()
    return title

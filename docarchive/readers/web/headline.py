"""The title of a page: of those that it states, the one that a reader sees above the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from docarchive.readers.web.lines import letters, lines_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SIGNS: Final = (" | ", " - ", " – ", " — ", " :: ", " · ", " « ", " » ", "｜", "_")
#: Where a link leads that is to the front page.
_HOME: Final = re.compile(r"(?:https?://[^/?#]+)?(?:\.?/)?(?:index\.\w{2,5})?", re.IGNORECASE)
_MAX_HEADINGS: Final = 20
_MAX_LINES: Final = 200
_TWO: Final = 2
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
    linked = {letters(name) for name in _names(tree)} - {""}
    names = linked | {letters(name) for name in sites if name} - {""}
    titles = [_without_site(_without_prefix(title, linked), names) for title in stated if title]
    titles = [title for title in titles if letters(title) not in linked] or titles
    headings = [heading for heading in _headings(tree) if letters(heading) not in names]
    for same in (_says_the_same, _is_part):
        for title in titles:
            for heading in headings:
                if same(title, heading):
                    return heading
    return _shown(titles[0], titles[-1], tree) if titles else ""


def _names(tree: HtmlElement) -> list[str]:
    """Returns the headings that are links to the front page: names of the site."""
    links = tree.xpath("//h1//a[@href!=''] | //a[@href!=''][h1]")[:_MAX_HEADINGS]
    return [str(link.text_content()) for link in links if _HOME.fullmatch(link.get("href").strip())]


def _shown(title: str, whole: str, tree: HtmlElement) -> str:
    """Returns the part of a page's ``<title>`` that stands alone in a line, if the title may be the other part.

    Args:
        title: The title as it was guessed.
        whole: All of it.
        tree: The page.
    """
    signs = (*_SIGNS, ": ")
    parts = next(([part for part in whole.split(sign) if part.strip()] for sign in signs if sign in whole), [])
    if len(parts) != _TWO or letters(title) not in map(letters, parts):
        return title
    lines = [letters(line) for line in islice(lines_of(tree), _MAX_LINES)]
    if letters(title) in lines:
        return title
    places = {lines.index(letters(part)): part for part in parts if letters(part) in lines}
    return places[max(places)].strip() if places else title


def _headings(tree: HtmlElement) -> list[str]:
    found = (" ".join(str(element.text_content()).split()) for element in tree.xpath("//h1")[:_MAX_HEADINGS])
    return [text for text in found if 0 < len(text) <= _LONGEST]


def _says_the_same(title: str, heading: str) -> bool:
    return letters(title) == letters(heading) != ""


def _is_part(title: str, heading: str) -> bool:
    stated, shown = letters(title), letters(heading)
    short, long = sorted((stated, shown), key=len)
    if len(short) < max(_SHARED, len(long) // 2):
        return False
    if short is stated and long.startswith(short):
        return len(title) >= _CUT or title.endswith(("…", "..."))
    return long.startswith(short) or long.endswith(short)


def _without_prefix(title: str, names: set[str]) -> str:
    """Takes the name of a blog from before a title, as in ``Salt and Rope: Mending a sail``."""
    first, _, rest = title.partition(": ")
    return rest.strip() if rest.strip() and letters(first) in names else title


def _without_site(title: str, names: set[str]) -> str:
    """Takes the name of the site from the end or the beginning of a title."""
    title = " ".join(title.split())
    for sign in _SIGNS:
        head, _, tail = title.rpartition(sign)
        if head and letters(tail) in names:
            return head.strip()
        first, _, rest = title.partition(sign)
        if rest and letters(first) in names:
            return rest.strip()
    return title

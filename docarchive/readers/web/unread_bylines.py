"""Bylines with names that were not read: they stay in the text, so that no name of a page is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from docarchive.readers.values.people import NAMES_JOINED, are_full_names, names_no_person, without_by
from docarchive.readers.values.written_dates import leading_date
from docarchive.readers.web.blocks import Block
from docarchive.readers.web.lines import letters
from docarchive.readers.web.marked import is_of_author, is_other
from docarchive.texts import one_line

_TOPIC = re.compile(r"\b(?:tags?|categor(?:y|ies)|topics?|sections?)\b", re.IGNORECASE)
_TIME = re.compile(
    r"[ap]\.?m\.?|[a-z]{1,3}[sd]t|gmt|utc|ce[st]*t|min|mins|read|\w+day|published|posted|updated|last", re.IGNORECASE
)

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: How many blocks above the text may be bylines, and the length of the longest, in characters.
_MOST_BLOCKS: Final = 12
_LONGEST: Final = 160
_MOST_ELEMENTS: Final = 20
_PARTS = re.compile(rf"\s*[,;:|/·•–—()]\s*|\s+-\s+|{NAMES_JOINED}", re.IGNORECASE)


def unread_bylines(blocks: Sequence[Block], chosen: set[Block], authors: Sequence[str]) -> set[Block]:
    """Returns the bylines between the heading of an article and its text that name somebody who is not an author.

    Args:
        blocks: All blocks of the page.
        chosen: Those of the article.
        authors: The authors that were read.
    """
    first = next((index for index, block in enumerate(blocks) if block in chosen), 0)
    above = blocks[max(0, first - _MOST_BLOCKS) : first]
    headings = [index for index, block in enumerate(above) if block.element.tag == "h1"]
    if not headings:
        return set()
    return {
        block
        for block in above[headings[-1] + 1 :]
        if len(block.text) <= _LONGEST
        and _is_byline(block.element)
        and _names_another(block.text, [*authors, *_topics(block.element)])
    }


def _topics(element: HtmlElement) -> list[str]:
    """Returns the texts of the links in a line that lead to a section or to what has the same tag."""
    links = islice(element.iter("a"), _MOST_ELEMENTS)
    return [
        one_line(link.text_content())
        for link in links
        if _TOPIC.search(f"{link.get('rel') or ''} {link.get('class') or ''} {link.get('href') or ''}")
    ]


def _is_byline(element: HtmlElement) -> bool:
    around = [element, *islice(element.iterancestors(), _MOST_ELEMENTS)]
    if any(map(is_other, around)):
        return False
    inside = islice(element.iterdescendants(), _MOST_ELEMENTS)
    return any(map(_is_marked, [*around[:3], *(child for child in inside if isinstance(child.tag, str))]))


def _is_marked(element: HtmlElement) -> bool:
    names = (element.get(key) for key in ("class", "id", "itemprop", "property"))
    return element.tag not in ("html", "body", "main", "article") and is_of_author(
        element, " ".join(name for name in names if name).lower()
    )


def _capitalized(text: str) -> Iterator[str]:
    """Yields the runs of words with a capital."""
    for capital, words in groupby(text.split(), lambda word: word[0].isupper()):
        if capital:
            yield " ".join(words).rstrip(".")


@lru_cache(maxsize=1024)
def _is_of_time(word: str) -> bool:
    """Returns whether a word is that of a time or a month, or is written before one."""
    return _TIME.fullmatch(word) is not None or leading_date(f"1 {word} 2000") is not None


def _names_another(text: str, authors: Sequence[str]) -> bool:
    """Returns whether a line has the name of a person who is not one of the authors."""
    known = "\n".join(map(letters, authors))
    line = " ".join(text.split())
    for name in sorted(authors, key=len, reverse=True):
        line = re.sub(re.escape(name), ",", line, flags=re.IGNORECASE)
    parts = (run for part in _PARTS.split(line) for run in _capitalized(without_by(part)))
    return any(
        are_full_names([part])
        and letters(part) not in known
        and not names_no_person(part)
        and not any(map(_is_of_time, part.split()))
        for part in parts
    )

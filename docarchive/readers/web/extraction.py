"""Which blocks of a page are its article: trafilatura chooses, and what it leaves out between them is added.

trafilatura builds a tree of its own, in which elements are renamed, merged and lost. So only its choice is used: each
text node is marked with a private character, and the marks that come back say which blocks it chose. What is written
are the page's own elements (``rendering``). See decision 0060.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from docarchive.readers.web.additions import sentences_between, with_additions
from docarchive.readers.web.blocks import Block
from docarchive.readers.web.frame import LONG_TEXT, MOSTLY_LINKS, readable_length
from docarchive.readers.web.lines import letters
from docarchive.readers.web.unread_bylines import unread_bylines

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Private characters: one for each text node. Those of two planes, without the last two of each.
_FIRST_MARK: Final = 0xF0000
_PLANE: Final = 0xFFFE
_MARKS = re.compile("[\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
#: trafilatura's modes, the first one used that chooses enough.
_MODES: Final[tuple[dict[str, Any], ...]] = ({"favor_precision": True, "fast": True}, {"favor_precision": True}, {})
#: Those of a page with more blocks than this: without "fast", jusText's time grows like the square of them.
_MANY: Final = 1_000
_MODES_FOR_MANY: Final = (_MODES[0], {"fast": True})
#: The next mode is tried too if one chose a smaller share of what reads as text, or few characters that are a smaller
#: share of all text.
_SMALL_SHARE: Final = 0.5
_FEW_CHARACTERS: Final = 800
_SMALLER_SHARE: Final = 0.25
#: A mode's choice is used if it has at least this share of the next one's.
_ENOUGH_SHARE: Final = 0.5


def article_blocks(
    tree: HtmlElement, blocks: Sequence[Block], title: str, authors: Sequence[str] = (), summary: str = ""
) -> set[Block]:
    """Returns the blocks of a page that are its article, without its title.

    Args:
        tree: The page.
        blocks: All blocks of the page.
        title: Its title; may be empty.
        authors: Those that were read; a line that names somebody else too is part of the article.
        summary: Its summary; may be empty.
    """
    needed = max(_SMALL_SHARE * readable_length(blocks), min(_FEW_CHARACTERS, _SMALLER_SHARE * _text_length(blocks)))
    chosen: set[Block] = set()
    for options in _MODES if len(blocks) <= _MANY else _MODES_FOR_MANY:
        others = with_additions(blocks, _chosen(tree, blocks, **options))
        if _length(chosen) < _ENOUGH_SHARE * _length(others):
            chosen = others
        if _length(chosen) >= needed:
            break
    chosen = _without_title(blocks, chosen, title)
    return chosen | unread_bylines(blocks, chosen, authors) | sentences_between(blocks, chosen, title, summary)


def _text_length(blocks: Sequence[Block]) -> int:
    """Returns how many characters a page has that are not mostly links."""
    return sum(len(block.text) for block in blocks if block.linked <= MOSTLY_LINKS)


def _length(blocks: set[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _without_title(blocks: Sequence[Block], chosen: set[Block], title: str) -> set[Block]:
    """Removes the title above the first long paragraph."""
    title_letters = letters(title)
    for block in blocks:
        if block not in chosen:
            continue
        if letters(block.text) == title_letters and len(chosen) > 1:
            return chosen - {block}
        if len(block.text) >= LONG_TEXT:
            break
    return chosen


def _chosen(tree: HtmlElement, blocks: Sequence[Block], **options: Any) -> set[Block]:
    """Returns the blocks that trafilatura chooses."""
    from trafilatura import bare_extraction

    block_of_mark: dict[str, Block] = {}
    has_marks = any(_MARKS.search(block.text) for block in blocks)
    for block in blocks:
        for piece in block.pieces:
            mark = _mark(len(block_of_mark))
            if mark is None:
                break
            block_of_mark[mark] = block
            piece.set(mark + (_MARKS.sub("", piece.text) if has_marks else piece.text))
    try:
        document: Any = bare_extraction(
            tree,  # of which it makes a copy
            output_format="xml",  # of "python", its default, it would write the text too
            include_comments=False,
            include_formatting=True,
            include_links=True,
            **options,
        )
    except Exception:  # it raises many types on unusual pages
        document = None
    finally:
        for block in blocks:
            for piece in block.pieces:
                piece.set(piece.text)
    if document is None or document.body is None:
        return set()
    return {block_of_mark[mark] for mark in _MARKS.findall("".join(document.body.itertext())) if mark in block_of_mark}


def _mark(number: int) -> str | None:
    plane, offset = divmod(number, _PLANE)
    return chr(_FIRST_MARK + (plane << 16) + offset) if plane < 2 else None

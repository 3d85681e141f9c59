"""Markup: Markdown with blanks in place of what is not read, so that the places of its words stay the same."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from docarchive.markdown import LINKS, RAISED_NOTE
from docarchive.regexes import lazy

_NOT_READ: Final = lazy(r"^[ >]{0,3}\[[^\[\]\n]{1,200}\]:[ \t]+\S.*$|<!--.{0,10000}?-->", re.MULTILINE | re.DOTALL)
_NAME: Final = "[A-Za-z][A-Za-z0-9]{0,19}"
_ELEMENT: Final = lazy(rf"(?<!\\)</?({_NAME})(?:\s[^<>]{{0,1000}})?/?>")
_END: Final = lazy(rf"(?<!\\)</({_NAME})\s*>")
_ENTITY: Final = lazy(r"(?<!\\)&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: Elements without an end.
_EMPTY: Final = frozenset({"br", "hr", "img", "wbr", "input"})
#: Is no part of a word, and ends none.
_NOTHING: Final = "\u00ad"


def blanked(markdown: str) -> str:
    r"""Returns Markdown of the same length, with blanks for the addresses of links, elements and marks of notes.

    An entity becomes its sign. An element that has no end, such as ``<S>``, is text.

    >>> blanked("A [link](b) is<br>one")
    'A  link     is    one'
    """
    text = markdown
    if "<sup>" in text:
        text = RAISED_NOTE.sub(_blanks, text)
    if "[" in text or "<" in text:
        for pattern, kept in LINKS:
            text = pattern.sub(_but_text if kept else _blanks, text)
        if "]:" in text or "<!--" in text:
            text = _NOT_READ.sub(_blanks, text)
    if "<" in text:
        ended = _EMPTY.union(end[1].lower() for end in _END.finditer(text))
        text = _ELEMENT.sub(partial(_but_other_elements, ended), text)
    return _ENTITY.sub(_sign, text) if "&" in text else text


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _but_text(match: re.Match[str]) -> str:
    """Returns the text of a link between blanks."""
    return " " * (match.start(1) - match.start()) + match[1] + " " * (match.end() - match.end(1))


def _but_other_elements(ended: frozenset[str], match: re.Match[str]) -> str:
    return _blanks(match) if match[1].lower() in ended else match[0]


def _sign(match: re.Match[str]) -> str:
    from html import unescape

    sign = unescape(match[0])
    return sign.ljust(len(match[0]), _NOTHING) if len(sign) <= len(match[0]) else match[0]

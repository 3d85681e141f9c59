"""Marks of notes in a text: links such as ``1`` or ``*`` that are no part of the word before them.

EPUB (``epub:type``), DPUB-ARIA (``role``) and the classes of converters name them. Many are in no ``<sup>``: a style
sheet raises them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

_TYPES: Final = frozenset(["noteref", "doc-noteref"])
_CLASS: Final = re.compile(
    r"(?:foot|end)?-?note-?_?ref(?:erence)?|fn-?ref|footnote(?:-(?:link|anchor))?", re.IGNORECASE
)
_TEXT: Final = re.compile(r"\s*[\[(]?\s*(?:\d{1,4}|[a-z]|[ivx]{1,6}|[*†‡§]{1,4})\s*[\])]?\s*", re.IGNORECASE)
#: The role by which readers mark what they have recognized.
ROLE: Final = "doc-noteref"


def is_note_mark(get: Callable[[str], Any], text: str, *, raised: bool = False) -> bool:
    """Returns whether a link is the mark of a note, by what it says of itself.

    Args:
        get: Returns the value of an attribute: text, a list of words, or None.
        text: The text of the link.
        raised: Whether it is in ``<sup>``, or has one; then any link to a place such as ``#n1`` may be one.
    """
    if raised and "#" in str(get("href") or "") and _TEXT.fullmatch(text):
        return True
    words = {word for name in ("epub:type", "role") for word in _words(get(name))}
    if _TYPES & words:
        return True
    return any(map(_CLASS.fullmatch, _words(get("class")))) and _TEXT.fullmatch(text) is not None


def _words(value: Any) -> list[str]:
    return value if isinstance(value, list) else str(value or "").split()

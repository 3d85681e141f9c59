"""How many words a text has, as people count them. Not useful for searching: what is compared there are terms."""

from __future__ import annotations

import re
from functools import cache

from docarchive.analysis.chunks import UNSPACED, chunk_pattern


def words_in(text: str) -> int:
    """Returns how many words a text has; in a script without spaces, how many characters.

    >>> words_in("It isn't a co-operation."), words_in("東京の橋 (1998)")
    (4, 5)
    """
    chunks = sum(1 for _ in chunk_pattern(text).finditer(text))
    if text.isascii() or not (runs := _runs().findall(text)):
        return chunks
    return chunks + sum(map(len, runs)) - len(runs)


@cache
def _runs() -> re.Pattern[str]:
    """Returns the pattern of what is written without spaces between words."""
    return re.compile(f"[{UNSPACED}]+")

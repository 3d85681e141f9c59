"""The words of a site's search index. ``search.js`` splits queries in the same way; a test compares both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category

from docarchive.analysis import fold

#: Longer words are cut.
MAX_WORD: Final = 40
#: Scripts that are written without spaces; pairs of their characters are words.
UNSPACED: Final = (
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff\u1100-\u11ff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)


class _Between(dict[int, int]):
    """For ``str.translate``: letters, numbers and marks stay, all else becomes a space."""

    def __missing__(self, code: int) -> int:
        self[code] = code if category(chr(code))[0] in "LNM" else 0x20
        return self[code]


_BETWEEN: Final = _Between()
_RUNS: Final = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_FIRST: Final = re.compile(f"[{UNSPACED}]")


def words(text: str) -> Iterator[str]:
    """Yields the words of a text, folded, in their order.

    >>> list(words("Émile's 2nd novel")), list(words("東京都"))
    (['emile', 's', '2nd', 'novel'], ['東京', '京都', '都'])
    """
    for word in fold(text).translate(_BETWEEN).split():
        if word.isascii() or not _FIRST.search(word):
            yield word[:MAX_WORD]
            continue
        for run in _RUNS.findall(word):
            if _FIRST.match(run):
                yield from (run[start : start + 2] for start in range(len(run)))
            else:
                yield run[:MAX_WORD]

"""Texts on one line, cut for messages or at a word for titles. And names that were mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from docarchive.regexes import lazy

#: Scripts without spaces in which a line may end within a word, as a class of a regular expression: Chinese signs,
#: kana, Thai to Khmer.
WRAPPED: Final = (
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_SIGNS: Final = "\u3001-\u3004\u3008-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
#: The end of a line between two characters of such a script, or marks of it.
_LINE_END = lazy(rf"(?<=[{WRAPPED}{_SIGNS}])[^\S\n\r]*[\n\r]\s*(?=[{WRAPPED}{_SIGNS}])")


def one_line(text: str) -> str:
    r"""Returns text on one line; where scripts without spaces are broken over two, there is no space.

    >>> one_line(" Harbour\ncouncil "), one_line("港湾\n評議会")
    ('Harbour council', '港湾評議会')
    """
    return " ".join(joined(text).split())


def joined(text: str) -> str:
    """Returns text without the ends of lines that break a word of a script without spaces."""
    return _LINE_END.sub("", text) if not text.isascii() and ("\n" in text or "\r" in text) else text


def shorten(text: str, limit: int = 60) -> str:
    """Returns text on one line, cut to at most limit characters, for use inside a message."""
    line = one_line(text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def cut_at_word(text: str, limit: int) -> str:
    """Returns text cut to at most limit characters, at a word where there is one, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    at_word = head if text[limit - 1].isspace() else head.rpartition(" ")[0]
    return (at_word if len(at_word) > limit // 2 else head).rstrip(" ,;:-–—") + "…"


def near(name: str, names: Iterable[str], count: int = 3) -> list[str]:
    """Returns the names that a mistyped one is similar to, the most similar first.

    >>> near("titel", ["title", "date"]), near("tga", ["tag", "url"]), near("colour", ["title"])
    (['title'], ['tag'], [])
    """
    from difflib import get_close_matches

    name, names = name.lower(), [*names]
    swapped = [other for other in names if sorted(other) == sorted(name)]
    return [*dict.fromkeys([*swapped, *get_close_matches(name, names, n=count, cutoff=0.7)])][:count]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Returns ``did you mean csv?`` for a mistyped name, or all names to choose from."""
    names = [*names]
    close = near(name, names, 1)
    return f"did you mean {close[0]}?" if close else f"choose one of {', '.join(names)}"

"""Shortened texts: on one line for messages, and cut at a word for titles. And names that were mistyped."""

from __future__ import annotations

from collections.abc import Iterable


def shorten(text: str, limit: int = 60) -> str:
    """Returns text on one line, cut to at most limit characters, for use inside a message."""
    line = " ".join(text.split())
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

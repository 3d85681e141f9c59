"""Shortened texts: on one line for messages, and cut at a word for titles."""

from __future__ import annotations


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

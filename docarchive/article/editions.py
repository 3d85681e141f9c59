"""Editions: which record of its source an article comes from, and whether that had a text.

Useful for comparing the article that two archives have. Not useful for what was edited: that is known from originals.
"""

from __future__ import annotations

import re
from typing import Final

from docarchive.article.article import Article

_WORD: Final = re.compile(r"[^\W_]+")


def edition(article: Article) -> str:
    """Returns the name of the edition that an article comes from; empty if it was not imported."""
    return article.fingerprint or article.original or ""


def is_bare(article: Article) -> bool:
    """Returns whether a text has only words of the title, the URL, or what was marked and noted, as a bookmark has."""
    marked = [text for item in article.highlights for text in (item.text, item.note)]
    parts = [article.url or "", article.title, *marked, *(note.text for note in article.notes)]
    words = {word for part in parts for word in _WORD.findall(part)}
    return all(word[0] in words for word in _WORD.finditer(article.body))

"""Slugs and file names: from any text to a name that every disk takes.

Owns what a safe name is. Useful wherever a file is named after an article.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from docarchive.analysis import fold

_SLUG_BYTES: Final = 80
_NAME_BYTES: Final = 150
_SLUG_WORD = re.compile(r"[^\W_]+")
#: What Windows takes for devices, whatever ending follows.
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")
#: What some disk does not take in names, or what steers a terminal or turns its direction round.
_UNSAFE = re.compile(
    '[\x00-\x1f\x7f-\x9f<>:"/\\\\|?*\ud800-\udfff\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]+'
)


def slugify(text: str) -> str:
    """Returns text as a part of a file name: folded words joined by hyphens, at most 80 bytes."""
    words = _SLUG_WORD.findall(fold(text[:1000].replace("'", "").replace("’", "")))
    slug = "-".join(words)
    if len(slug.encode()) > _SLUG_BYTES:
        slug = _cut(words)
    slug = slug or "untitled"
    return f"{slug}-" if _DEVICES.match(slug) else slug


def _cut(words: Iterable[str]) -> str:
    """Returns as many words as a slug may hold, or the beginning of the first."""
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word
        if len(longer.encode()) > _SLUG_BYTES:
            return slug or word.encode()[:_SLUG_BYTES].decode("utf-8", "ignore")
        slug = longer
    return slug


def safe_name(text: str, default: str = "untitled") -> str:
    """Returns text as one file name that every disk takes: no separators, no devices, at most 150 bytes.

    Args:
        text: Any text; case and spaces stay.
        default: The name for a text of which nothing is left.
    """
    name = _UNSAFE.sub(" ", unicodedata.normalize("NFC", text[:1000]))
    name = " ".join(name.split()).lstrip(". ")
    name = name.encode()[:_NAME_BYTES].decode("utf-8", "ignore").rstrip(". ") or default
    return f"_{name}" if _DEVICES.match(name) else name


class Names:
    """Gives each name once, told apart without case and however its accents are written."""

    def __init__(self) -> None:
        self._given: set[int] = set()  # hashes: names of a million files would fill the memory

    def unique(self, stem: str, suffix: str = "", *, id: str = "") -> str:
        """Returns a name that no other one equals on a disk without case.

        Args:
            stem: The name without its ending; it may have folders.
            suffix: The ending.
            id: Tells it from others if need be.
        """
        name, number = stem + suffix, 1
        while (mark := hash(unicodedata.normalize("NFKC", name).casefold())) in self._given:
            name = f"{stem}-{id}{suffix}" if id and number == 1 else f"{stem}-{id or ''}{number + 1}{suffix}"
            number += 1
        self._given.add(mark)
        return name

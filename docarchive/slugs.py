"""Slugs and file names: from any text to a name that is valid on every file system.

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
#: Names that Windows reserves for devices, with any ending.
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")
#: Characters that some file system refuses in names, and those that control a terminal or the direction of text.
_UNSAFE = re.compile(
    '[\x00-\x1f\x7f-\x9f<>:"/\\\\|?*\ud800-\udfff\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]+'
)


def slugify(text: str) -> str:
    """Returns text as part of a file name: folded words joined by hyphens, at most 80 bytes."""
    words = _SLUG_WORD.findall(fold(text[:1000].replace("'", "").replace("’", "")))
    slug = "-".join(words)
    if len(slug.encode()) > _SLUG_BYTES:
        slug = _cut(words)
    slug = slug or "untitled"
    return f"{slug}-" if _DEVICES.match(slug) else slug


def _cut(words: Iterable[str]) -> str:
    """Returns as many words as fit into a slug, or the beginning of the first word."""
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word
        if len(longer.encode()) > _SLUG_BYTES:
            return slug or word.encode()[:_SLUG_BYTES].decode("utf-8", "ignore")
        slug = longer
    return slug


def safe_name(text: str, default: str = "untitled") -> str:
    """Returns text as a file name that is valid everywhere: no separators, no device names, at most 150 bytes.

    Args:
        text: Any text; case and spaces stay as they are.
        default: The name if no character of the text is left.
    """
    name = _UNSAFE.sub(" ", unicodedata.normalize("NFC", text[:1000]))
    name = " ".join(name.split()).lstrip(". ")
    name = name.encode()[:_NAME_BYTES].decode("utf-8", "ignore").rstrip(". ") or default
    return f"_{name}" if _DEVICES.match(name) else name


class Names:
    """Makes names unique, comparing them without case and in any Unicode form."""

    def __init__(self) -> None:
        self._given: set[int] = set()  # hashes, because the names of a million files would take too much memory

    def unique(self, stem: str, suffix: str = "", *, id: str = "") -> str:
        """Returns a name that was not returned before, also on a file system that ignores case.

        Args:
            stem: The name without its ending; it may include folders.
            suffix: The ending.
            id: Appended to the stem if the name was returned before.
        """
        name, number = stem + suffix, 1
        while (key := hash(unicodedata.normalize("NFKC", name).casefold())) in self._given:
            name = f"{stem}-{id}{suffix}" if id and number == 1 else f"{stem}-{id or ''}{number + 1}{suffix}"
            number += 1
        self._given.add(key)
        return name

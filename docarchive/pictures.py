"""Links from an article's text to its pictures, which are kept as originals. See docs/decisions/0064.

In an article's text the address of a kept picture is its path in the archive: ``originals/ab/abcdef….png``. In the
article's file the path begins with ``../../../``, so that editors show the picture. The number of ``../`` says only
where the file is, so it is not part of the text: it is removed when a file is read, and added when it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

#: The folder of originals in an archive.
ORIGINALS: Final = "originals"
#: The media types of the pictures that are kept, by the ending of their files.
MEDIA_TYPES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}

#: Words in what shows a picture: elements, types, file names and Markdown.
_NAMES: Final = (b"img", b"![", b"image", b"media", b"jpeg", *(f".{ending}".encode() for ending in MEDIA_TYPES))
_HINT: Final = f"{ORIGINALS}/"
_FILE: Final = rf"([0-9a-f]{{2}})/\2[0-9a-f]{{62}}\.(?:{'|'.join(MEDIA_TYPES)})"
_PATH: Final = rf"(?<![\w./%:+-])(?:\.\./)*({ORIGINALS}/{_FILE})(?![\w/-])"
_PICTURE: Final = rf"!\[([^\[\]]{{0,1000}})\]\(<?{ORIGINALS}/{_FILE}>?(?:[ \t]+\"[^\"\n]{{0,1000}}\")?\)"


def is_picture(name: str) -> bool:
    """Returns whether the name or the path of an original is that of a picture, by its ending."""
    return name.rpartition(".")[2] in MEDIA_TYPES


def may_name(data: bytes) -> bool:
    """Returns whether an input of any format may show pictures, given its bytes; quick, and true rather too often."""
    lower = data.lower()
    return any(hint in lower for hint in _NAMES)


def may_show(markdown: str) -> bool:
    """Returns whether Markdown may show pictures; quick."""
    return "![" in markdown or "<img" in markdown or "<IMG" in markdown


def paths_in(text: str) -> list[str]:
    """Returns the distinct paths of the pictures that a text or a file links to, in order."""
    return list(dict.fromkeys(match[1] for match in re.finditer(_PATH, text))) if _HINT in text else []


def path_of(address: str) -> str | None:
    """Returns the path of the picture that an address names; None if it names none that is kept."""
    match = re.fullmatch(_PATH, address) if _HINT in address else None
    return match[1] if match else None


def unplaced(text: str) -> str:
    """Returns the text of a file with the paths of its pictures as in an article's text, whatever file it is."""
    return re.sub(_PATH, r"\1", text) if _HINT in text else text


def placed(text: str, path: str) -> str:
    """Returns a text with links to pictures that are right in the file at a path, relative to the archive."""
    return re.sub(_PATH, "../" * path.count("/") + r"\1", text) if _HINT in text else text


def readdressed(text: str, address: Callable[[str], str]) -> str:
    """Returns a text with other addresses of its pictures, as ``address`` returns them for a path."""
    return re.sub(_PATH, lambda match: address(match[1]), text) if _HINT in text else text


def described(text: str) -> str:
    """Returns Markdown with the descriptions of its pictures instead of them, for formats that hold no pictures."""
    if _HINT not in text:
        return text
    return re.sub(_PICTURE, r"\1", text)


def without_addresses(text: str) -> str:
    """Returns a text without the addresses of its pictures, which nobody searches for."""
    return re.sub(_PATH, "", text) if _HINT in text else text

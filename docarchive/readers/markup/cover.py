"""The picture that front matter names for a post: its cover, which themes show above the text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

from docarchive.markdown import escaped_part
from docarchive.pictures import MEDIA_TYPES
from docarchive.readers.protocol import OPTIONAL
from docarchive.readers.shown_files import EMBED

#: Names of the key, in lower case without signs, in the order in which they are asked.
_NAMES: Final = (
    *("cover", "coverimage", "featuredimage", "featureimage", "heroimage", "hero", "banner", "bannerimage", "image"),
    *("images", "img", "thumbnail", "thumb", "header", "teaser", "photo", "picture", "socialimage", "ogimage"),
)
#: Keys of an object that says more of it, such as ``cover: {image: a.png, alt: A plan}``.
_INNER: Final = ("image", "src", "url", "path", "file", "relative", "teaser", "overlay_image", "feature")
_DESCRIPTIONS: Final = ("alt", "caption", "title")
_SIGNS: Final = re.compile(r"[\W_]+")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_ENDINGS: Final = (*(f".{ending}" for ending in MEDIA_TYPES), ".jpeg")
_LONGEST: Final = 1_000
_MAX_TEXT: Final = 1_000_000


def with_cover(body: str, metadata: Mapping[Any, Any]) -> str:
    """Returns a text below the picture that its front matter names; unchanged if it names none, or the text shows it.

    Where there is no such file, an import removes the picture again.
    """
    path, description = next(_covers(metadata), ("", ""))
    if not path or os.path.basename(path) in unquote(body[:_MAX_TEXT]):
        return body
    return f"![{escaped_part(description)}]({OPTIONAL}{quote(path, safe='/@[')})\n\n{body}"


def _covers(metadata: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yields the paths that may be the cover's, each with its description."""
    values = {_SIGNS.sub("", str(key).casefold()): value for key, value in metadata.items()}
    for name in _NAMES:
        value = values.get(name)
        first = value[0] if isinstance(value, list) and value else value
        inner = first if isinstance(first, Mapping) else {}
        texts = [inner.get(key) for key in _INNER] if inner else [first]
        if path := next((path for text in texts if (path := _local_path(text))), ""):
            described = (inner.get(key) or values.get(f"{name}{key}") for key in _DESCRIPTIONS)
            yield path, next((text for text in described if isinstance(text, str)), "")


def _local_path(text: object) -> str:
    """Returns the path of a picture next to the text; empty for an address or another file."""
    if not isinstance(text, str) or not 0 < len(text) <= _LONGEST:
        return ""
    path = text.strip()
    if path.startswith("!"):
        path = path[1:]
    if path.startswith("[[") and path.endswith("]]"):  # as Obsidian writes links in properties
        path = EMBED + path[2:-2].partition("|")[0]
    is_picture = path.partition("?")[0].lower().endswith(_ENDINGS)
    return path if is_picture and not _SCHEME.match(path.removeprefix(EMBED)) and path.isprintable() else ""

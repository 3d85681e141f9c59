"""Where the file may be that an article shows, such as a picture: next to the article, or where programs look for it.

Programs for sites and notes find pictures by other rules than a browser finds files. Owns these rules; the files are
opened by those who know the folder or the archive.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

#: Begins the name of a file that a note embeds, as in ``![[plan.png]]``.
EMBED: Final = "[["
#: Folders whose files a site generator copies into the root of the site.
_SITE_FOLDERS: Final = ("", "static", "public", "assets", "source", "src", "content", "docs")
#: Folders in which programs for notes keep pictures, which a note may name without the folder.
_NOTE_FOLDERS: Final = ("", "attachments", "assets", "images", "img", "media", "files", "_resources", "resources")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_MAX_FOLDERS: Final = 12
_MAX_LENGTH: Final = 1_000


def shown_paths(folder: str, address: str) -> Iterator[str]:
    """Yields the paths where a file may be, the most likely first; none leads out of the root.

    Args:
        folder: The folder of the article, from the root; empty for the root.
        address: The address in the article's text; with ``EMBED`` before it, a file as notes name it.

    Yields:
        Paths from the root, with forward slashes.

    >>> [*shown_paths("posts/2024", "../img/a%20b.png")][:2], [*shown_paths("", "../a.png")]
    (['posts/img/a b.png', 'img/a b.png'], [])
    """
    in_notes = address.startswith(EMBED)
    path = unquote(address.removeprefix(EMBED).partition("#")[0].partition("?")[0]).replace("\\", "/")
    if not path or len(path) > _MAX_LENGTH or _SCHEME.match(path) or "\0" in path:
        return
    parts = folder.split("/")[:_MAX_FOLDERS] if folder else []
    parents = ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]  # from the folder to the root
    if path.startswith("/"):
        bases = [posixpath.join(parent, name) for parent in reversed(parents) for name in _SITE_FOLDERS]
    elif in_notes:
        bases = [posixpath.join(parent, name) for parent in parents for name in _NOTE_FOLDERS]
    else:  # a bare name in another folder is another file
        bases = parents if "/" in path else parents[:1]
    seen: set[str] = set()
    for base in bases:
        joined = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        if joined not in seen and joined not in ("..", ".") and not joined.startswith("../"):
            seen.add(joined)
            yield joined

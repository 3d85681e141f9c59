"""Where the file may be that an article shows, such as a picture: next to the article, or where programs look for it.

Programs for sites and notes find pictures by other rules than a browser finds files. Owns these rules; the files are
opened by those who know the folder or the archive.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final
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
#: Names of files that may be pictures, and how many paths are looked at for them.
_PICTURE: Final = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg)\Z", re.IGNORECASE)
_MAX_PATHS: Final = 500_000
#: The folder of Obsidian's settings, at the root of a vault: its links may name a file without its folder.
VAULT: Final = ".obsidian/"


class PicturesByName:
    """The pictures below a root by their names, as notes embed them wherever they are; listed when first needed.

    Args:
        paths: Returns the paths of all files from the root, with forward slashes.
    """

    def __init__(self, paths: Callable[[], Iterable[str]]) -> None:
        self._paths = paths
        self._by_name: dict[str, list[str]] | None = None
        self._is_vault = False

    def __reduce__(self) -> tuple[type[PicturesByName], tuple[Any, ...]]:
        return PicturesByName, (self._paths,)  # another process lists them by itself

    def paths(self, name: str, *, embedded: bool = True) -> list[str]:
        """Returns the paths of the pictures that a note may mean by a name or the end of a path, nearest the root.

        Args:
            name: The name or path.
            embedded: Whether the note embeds it; else it is a link, which means such files in a vault of Obsidian only.
        """
        if not _PICTURE.search(name):
            return []
        if self._by_name is None:
            self._by_name = {}
            for path in islice(self._paths(), _MAX_PATHS):
                self._is_vault = self._is_vault or VAULT in path
                if _PICTURE.search(path):
                    self._by_name.setdefault(path.rpartition("/")[2].casefold(), []).append(path)
        if not (embedded or self._is_vault):
            return []
        end = f"/{name}".casefold()
        paths = (path for path in self._by_name.get(end.rpartition("/")[2], ()) if f"/{path}".casefold().endswith(end))
        return sorted(paths, key=lambda path: (path.count("/"), path))


def shown_paths(folder: str, address: str, pictures: PicturesByName | None = None) -> Iterator[str]:
    """Yields the paths where a file may be, the most likely first; none leads out of the root.

    Args:
        folder: The folder of the article, from the root; empty for the root.
        address: The address in the article's text; with ``EMBED`` before it, a file as notes name it.
        pictures: Where to look for a file that a note shows and that is in none of the usual folders.

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
    if pictures is not None and (in_notes or not path.startswith(("/", "."))):
        yield from (path for path in pictures.paths(path, embedded=in_notes) if path not in seen)

"""Files in archives: which of them are meant, their names and folders, and their bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

from docarchive.errors import ReaderError
from docarchive.readers.protocol import Source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Members of at most so many bytes are read at once, so that damage is known before a reader is chosen.
SMALL: Final = 4_000_000
#: Damaged members of at most so many bytes are kept by themselves; for larger ones the whole archive is.
MAX_KEPT: Final = 50_000_000
_MAX_PLACE: Final = 1_000

#: What is in the archives that are formats of their own, and which they are.
_FORMATS: Final = (
    ("ppt/presentation.xml", "a presentation (PPTX)"),
    ("xl/workbook.xml", "a spreadsheet (XLSX)"),
    ("word/document.xml", "a document of Word"),
    ("[Content_Types].xml", "an office document"),
    ("META-INF/MANIFEST.MF", "a Java program"),
    ("AndroidManifest.xml", "an Android program"),
    ("META-INF/container.xml", "an e-book"),
    ("META-INF/manifest.xml", "an office document"),
)


_DRIVE: Final = re.compile(r"[A-Za-z]:[/\\]")

ESCAPES: Final = "its name leads out of the archive; if you trust it, unpack it yourself, and import what comes out"
LINK: Final = "it is a link, and links in archives are not followed"
NAMELESS: Final = "it has no name; unpack the archive yourself, and import what comes out"
DEVICE: Final = "it is neither a file nor a folder"


def escapes(name: str) -> bool:
    r"""Tells whether a name leads out of the archive: who writes such names wants to harm who unpacks them.

    >>> [escapes(name) for name in ("posts/../../a.md", "/etc/a.md", r"C:\a.md", "./posts/a..md")]
    [True, True, True, False]
    """
    name = name.replace("\\", "/")
    return name.startswith("/") or bool(_DRIVE.match(name)) or ".." in name.split("/")


def parts(name: str) -> list[str]:
    r"""Returns the folders and the name of a member. What would lead out of the archive is left out.

    >>> parts("/../posts/./a.md"), parts(r"C:\posts\a.md")
    (['posts', 'a.md'], ['posts', 'a.md'])
    """
    found = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return found[1:] if found and len(found[0]) == 2 and found[0][1] == ":" else found


def shown(name: str) -> str:
    """Returns a name as it may be shown: on one line, without controls, and not endless."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    text = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return text if len(text) <= _MAX_PLACE else text[:_MAX_PLACE] + "…"


def is_hidden(path: list[str]) -> bool:
    """Tells whether a member is there for programs: hidden, or what macOS adds."""
    return not path or any(part.startswith(".") or part == "__MACOSX" for part in path)


def own_format(names: Iterable[str]) -> str | None:
    """Returns what a ZIP archive with these names is, if it is more than an archive of files."""
    found = set(names).intersection(name for name, _ in _FORMATS)
    return next((kind for name, kind in _FORMATS if name in found), None)


def beside(folder: str, path: str) -> str | None:
    """Returns the name of a member that is named from a folder, or None if the path leads elsewhere.

    >>> beside("refs", "files/a.pdf"), beside("refs", "../a.pdf"), beside("", "/a.pdf")
    ('refs/files/a.pdf', None, None)
    """
    path = path.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/") or not parts(path):
        return None
    return "/".join([*parts(folder), *parts(path)])


def in_memory(name: str, folder: str, data: bytes) -> Source:
    """Returns the source of a small member."""
    return Source(name, len(data), partial(io.BytesIO, data), folder=folder)


class Part(io.RawIOBase):
    """The next so many bytes of a stream, which stays open.

    Args:
        take: Reads at most so many bytes of it, and none only at its end.
        size: Bytes.
    """

    def __init__(self, take: Callable[[int], bytes], size: int) -> None:
        super().__init__()
        self._take = take
        self._left = size

    def readable(self) -> bool:
        """Returns True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Reads some bytes.

        Raises:
            ReaderError: The stream ends before them.
        """
        view = memoryview(buffer).cast("B")
        size = min(len(view), self._left)
        data = self._take(size)
        if size and not data:
            raise ReaderError("it is cut off before its end")
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)

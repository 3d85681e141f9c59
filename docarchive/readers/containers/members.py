"""What readers of archives share: names of members and whether they are safe, and streams of their bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.containers.decompression import ForwardStream
from docarchive.readers.protocol import Source

#: Members of at most this many bytes are read into memory, so that damage is known before a reader is chosen (0024).
SMALL: Final = 4_000_000
#: Refused members of at most this many bytes are kept by themselves; for larger ones the whole archive is kept.
MAX_KEPT: Final = 50_000_000
#: Characters of a name in messages.
_MAX_NAME: Final = 1_000

#: Members by which a ZIP archive is a document, and its kind, in messages.
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

ESCAPES: Final = "its name points outside of the archive; if you trust it, unpack it yourself, and import the files"
LINK: Final = "it is a symbolic link; links in archives are not followed"
NAMELESS: Final = "it has no name; unpack the archive yourself, and import the files"
DEVICE: Final = "it is neither a file nor a folder"


def escapes(name: str) -> bool:
    r"""Returns whether a name points outside of the archive: only harmful archives have such names.

    >>> [escapes(name) for name in ("posts/../../a.md", "/etc/a.md", r"C:\a.md", "./posts/a..md")]
    [True, True, True, False]
    """
    name = name.replace("\\", "/")
    return name.startswith("/") or bool(_DRIVE.match(name)) or ".." in name.split("/")


def split_path(name: str) -> list[str]:
    r"""Returns the folders of a member and its name, without components that point outside of the archive.

    >>> split_path("/../posts/./a.md"), split_path(r"C:\posts\a.md")
    (['posts', 'a.md'], ['posts', 'a.md'])
    """
    components = [component for component in name.replace("\\", "/").split("/") if component not in ("", ".", "..")]
    return components[1:] if components and len(components[0]) == 2 and components[0][1] == ":" else components


def printable_name(name: str) -> str:
    """Returns a name for messages: on one line, without control characters, and shortened."""
    printable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    printable = "".join(character if character.isprintable() else "\ufffd" for character in printable)
    return printable if len(printable) <= _MAX_NAME else printable[:_MAX_NAME] + "…"


def is_hidden(names: list[str]) -> bool:
    """Returns whether a member is hidden, or added by macOS; such members are skipped."""
    return not names or any(name.startswith(".") or name == "__MACOSX" for name in names)


def document_kind(names: Iterable[str]) -> str | None:
    """Returns the kind of document that a ZIP archive with these members is; None for an archive of files."""
    known = set(names).intersection(name for name, _ in _FORMATS)
    return next((kind for name, kind in _FORMATS if name in known), None)


def sibling_name(folder: str, path: str) -> str | None:
    """Returns the name of the member at a path relative to a folder, or None if the path points outside of it.

    >>> sibling_name("refs", "files/a.pdf"), sibling_name("refs", "../a.pdf"), sibling_name("", "/a.pdf")
    ('refs/files/a.pdf', None, None)
    """
    path = path.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/") or not split_path(path):
        return None
    return "/".join([*split_path(folder), *split_path(path)])


def names_in(paths: Iterable[str], folder: str) -> list[str]:
    """Returns the names of the files in a folder, of all paths of an archive.

    >>> names_in(["a.md", "x/b.md", "x/y/c.md"], "x"), names_in(["a.md", "x/b.md"], "")
    (['b.md'], ['a.md'])
    """
    start = f"{folder}/" if folder else ""
    return [path[len(start) :] for path in paths if path.startswith(start) and "/" not in path[len(start) :]]


def memory_source(name: str, folder: str, data: bytes) -> Source:
    """Returns the source of a member whose bytes are in memory."""
    return Source.in_memory(data, name)._replace(folder=folder)


class BoundedStream(ForwardStream):
    """The next ``size`` bytes of another stream, which stays open.

    Args:
        read: Reads at most as many bytes of the other stream; returns none only at its end.
        size: Bytes.
    """

    def __init__(self, read: Callable[[int], bytes], size: int) -> None:
        super().__init__()
        self._read = read
        self._remaining = size

    def next_bytes(self, size: int) -> bytes:
        """See ``ForwardStream``."""
        size = min(size, self._remaining)
        data = self._read(size)
        if size and not data:
            raise ReaderError("it is cut off")
        self._remaining -= len(data)
        return data

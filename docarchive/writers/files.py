"""Where the files of an export go: a folder, or a ZIP file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from zipfile import ZipInfo

#: The earliest time in ZIP, so that the same files always make the same bytes.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class FolderFiles:
    """Files in a folder.

    Args:
        root: The folder; created with the first file.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self, path: str, data: bytes) -> None:
        with self.open(path) as out:
            out.write(data)

    def copy(self, path: str, source: Path) -> None:
        with self.open(path) as out, open(source, "rb") as file:
            shutil.copyfileobj(file, out)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        target = self._root / safe_path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "wb") as out:
            yield out


class ZipFiles:
    """Files in a ZIP file, in the order of their writing. Close it.

    Args:
        out: The stream to write the ZIP file to; may be a pipe.
        compressed: Whether files are deflated.
    """

    def __init__(self, out: BinaryIO, *, compressed: bool = True) -> None:
        import zipfile

        self._method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        self._zip = zipfile.ZipFile(out, "w", self._method)

    def close(self) -> None:
        """Writes the end of the file."""
        self._zip.close()

    def add(self, path: str, data: bytes, *, compressed: bool = True) -> None:
        """See ``Files``; ``compressed`` says whether this file is deflated."""
        from zipfile import ZIP_STORED

        info = self._info(path)
        info.file_size = len(data)
        self._zip.writestr(info, data, None if compressed else ZIP_STORED)

    def copy(self, path: str, source: Path) -> None:
        with self.open(path) as out, open(source, "rb") as file:
            shutil.copyfileobj(file, out)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        with self._zip.open(self._info(path), "w", force_zip64=True) as out:
            yield out  # type: ignore[misc]

    def _info(self, path: str) -> ZipInfo:
        from zipfile import ZipInfo

        info = ZipInfo(safe_path(path), _EPOCH)
        info.compress_type = self._method
        info.create_system = 3
        info.external_attr = 0o644 << 16
        return info


def safe_path(path: str) -> str:
    """Returns the path of a file if it is inside the export; another path is a mistake of a writer.

    Raises:
        ValueError: The path is absolute or leads out of the export.
    """
    parts = path.split("/")
    if not path or any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts) or ":" in parts[0]:
        raise ValueError(f"{path!r} is no path for a file of an export")
    return path

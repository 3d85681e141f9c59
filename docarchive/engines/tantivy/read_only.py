"""Reading an index that this process may not write: tantivy locks a file next to an index even to read it.

So the files of the index are linked into a temporary folder, and the lock is made there.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_ATTEMPTS: Final = 5
_META: Final = "meta.json"


def linked_folder(folder: Path) -> TemporaryDirectory[str]:
    """Returns a temporary folder with links to the files of an index; it is deleted when the object is.

    Raises:
        OSError: A file of the index is missing, or cannot be read.
        ValueError: The index has no valid list of its segments.
    """
    for attempt in range(_ATTEMPTS):
        linked = TemporaryDirectory(prefix="docarchive-", ignore_cleanup_errors=True)
        try:
            _link(folder, Path(linked.name))
            return linked
        except FileNotFoundError:  # another process has merged segments since the list was read
            linked.cleanup()
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError


def _link(folder: Path, target: Path) -> None:
    meta = (folder / _META).read_bytes()
    ids = {str(segment["segment_id"]).replace("-", "") for segment in json.loads(meta)["segments"]}
    names = [name for name in os.listdir(folder) if name.partition(".")[0] in ids]
    if missing := ids - {name.partition(".")[0] for name in names}:
        raise FileNotFoundError(f"segment {min(missing)} is missing")
    for name in names:
        _link_file((folder / name).absolute(), target / name)
    (target / _META).write_bytes(meta)
    (target / ".managed.json").write_text(json.dumps([_META, *names]), "utf-8")


def _link_file(file: Path, link: Path) -> None:
    os.stat(file)
    try:
        os.symlink(file, link)
    except (OSError, NotImplementedError):  # a right on Windows
        shutil.copyfile(file, link)

"""The journal position of an index, in a small file in its folder.

Written after the index's own commit, so an interruption between the two repeats some changes and
loses none.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from docarchive.engines.protocol import Position

STATE: Final = "state.json"
#: The versions of the engines' indexes: raise one when the engine's schema or the analysis changes.
VERSIONS: Final = {"whoosh": 8, "tantivy": 5}


def read_state(folder: Path, version: int, language: str) -> Position | None:
    """Returns the position of the index in a folder; None if there is no index of this version and language.

    Raises:
        OSError: It cannot be read. It is not missing then, or a whole index would be taken for none.
    """
    try:
        state = json.loads((folder / STATE).read_text("utf-8"))
        if state["version"] != version or state["language"] != language:
            return None
        crc = state.pop("crc")
        return Position(str(state["epoch"]), int(state["number"])) if crc == _crc(state) else None
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError, KeyError, TypeError):
        return None


def write_state(folder: Path, version: int, language: str, position: Position) -> None:
    """Records the position of the index in a folder."""
    state = {"version": version, "language": language, **position._asdict()}
    temporary = folder / (STATE + ".new")
    temporary.write_text(json.dumps({**state, "crc": _crc(state)}), "utf-8")
    os.replace(temporary, folder / STATE)


def _crc(state: dict[str, Any]) -> int:
    return crc32(json.dumps(state, sort_keys=True).encode())


def state_stamp(folder: Path) -> tuple[int, int] | None:
    """Returns the time and inode of an index's state file, which every write of the index changes; None without one."""
    try:
        state = (folder / STATE).stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_ino

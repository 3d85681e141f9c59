"""The journal position of an index, in a small file in its folder.

Written after the index's own commit, so an interruption between the two repeats some changes and
loses none.
"""

from __future__ import annotations

import json
from typing import Any, Final
from zlib import crc32

from docarchive.engines.protocol import Position
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder

STATE: Final = "state.json"
_MAX_STATE: Final = 10_000  # bytes
#: The versions of the engines' indexes: raise one when the engine's schema or the analysis changes.
VERSIONS: Final = {"whoosh": 11, "tantivy": 7, "opensearch": 3}


def read_state(folder: Folder, version: int, language: str) -> Position | None:
    """Returns the position of the index in a folder; None if there is no index of this version and language.

    Raises:
        OSError: It cannot be read. It is not missing then, or a whole index would be taken for none.
    """
    try:
        state = json.loads(folder.read(STATE, _MAX_STATE))
        if state["version"] != version or state["language"] != language:
            return None
        crc = state.pop("crc")
        return Position(str(state["epoch"]), int(state["number"])) if crc == _crc(state) else None
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ArchiveDamaged):
        return None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def write_state(folder: Folder, version: int, language: str, position: Position) -> None:
    """Records the position of the index in a folder."""
    state = {"version": version, "language": language, **position._asdict()}
    folder.put(STATE, json.dumps({**state, "crc": _crc(state)}).encode(), flush=True)


def _crc(state: dict[str, Any]) -> int:
    return crc32(json.dumps(state, sort_keys=True).encode())


def state_stamp(folder: Folder) -> tuple[int, int] | None:
    """Returns the time and inode of an index's state file, which every write of the index changes; None without one."""
    try:
        state = folder.status(STATE)
    except (OSError, ArchiveDamaged):
        return None
    return state.st_mtime_ns, state.st_ino

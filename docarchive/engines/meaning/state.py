"""The state of the vectors: how far their files go, and which model made them. It may be a stranger's."""

from __future__ import annotations

import json
from typing import Any, Final
from zlib import crc32

from docarchive.engines.meaning.model import Identity
from docarchive.engines.protocol import Position
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.records import NamedTuple

STATE: Final = "state.json"
_VERSION: Final = 2
_MAX_STATE: Final = 10_000  # bytes
_MAX_SIZE: Final = 8_192  # numbers of a vector


class State(NamedTuple):
    """How far the files go, and which model made them."""

    model: Identity
    size: int  # numbers of a vector
    generation: int  # the number in the names of the files
    passages: int  # how many
    position: Position


def read_state(folder: Folder) -> State | None:
    """Returns the state of the vectors in a folder; None if there are none that can be used."""
    try:
        values = json.loads(folder.read(STATE, _MAX_STATE))
        crc = values.pop("crc")
        if values.pop("version") != _VERSION or crc != _crc(values):
            return None
        model = Identity(*(str(values["model"][name]) for name in Identity._fields))
        numbers = [values[name] for name in ("size", "generation", "passages", "number")]
        if not all(type(number) is int and 0 <= number < 2**40 for number in numbers):
            return None
        size, generation, passages, number = numbers
        position = Position(str(values["epoch"]), number)
        return State(model, size, generation, passages, position) if 1 <= size <= _MAX_SIZE else None
    except (OSError, ArchiveDamaged, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _crc(values: dict[str, Any]) -> int:
    return crc32(json.dumps(values, sort_keys=True).encode())


def write_state(folder: Folder, state: State) -> None:
    """Writes the state, which makes what was written before it a part of the index."""
    values: dict[str, Any] = {**state._asdict(), "model": state.model._asdict(), **state.position._asdict()}
    del values["position"]
    text = json.dumps({**values, "version": _VERSION, "crc": _crc(values)})
    folder.put(STATE, text.encode(), flush=True)

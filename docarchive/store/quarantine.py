"""Quarantine: inputs that could not be read, each with its reason.

``quarantine/<digest>-<name>`` is the input, ``quarantine/<digest>-<name>.json`` says why. The same
input for the same reason stands there once.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from docarchive.store.batch import write
from docarchive.store.layout import QUARANTINE

#: Larger inputs are noted, but stay where they are.
MAX_KEPT: Final = 100_000_000

_NAME_BYTES: Final = 80


class Kept(NamedTuple):
    """An input in quarantine.

    Attributes:
        name: Of its file in ``quarantine/``.
        where: The input as it was named, with a line or item.
        reason: Why it was refused.
        refused: When, in UTC.
        input: The input as it was named, without a line or item.
        is_record: Whether it is one record of an input, not all of it.
    """

    name: str
    where: str
    reason: str
    refused: str
    input: str = ""
    is_record: bool = False


class Quarantine:
    """The folder of refused inputs of one archive."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(
        self, where: str, reason: str, content: bytes | Path | None, input: str = "", is_record: bool = False
    ) -> str | None:
        """Keeps a refused input with its reason.

        Args:
            where: What was refused, as the user named it, such as ``inbox/a.md`` or ``x.jsonl:17``.
            reason: One sentence.
            content: Its bytes, or the file that holds them; None if there is nothing to keep.
            input: The input without a line or item.
            is_record: Whether the content is one record of it, not all.

        Returns:
            The path of the kept input relative to the archive, or None if only nothing could be kept.
        """
        try:
            size = len(content) if isinstance(content, bytes) else content.stat().st_size if content else -1
            if content is None or size > MAX_KEPT:
                return None
            digest = _digest(content)
            path = self._root / QUARANTINE / f"{digest[:12]}-{_name(where)}"
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                if isinstance(content, bytes):
                    write(path, content)
                else:
                    shutil.copyfile(content, path)
            note = {"schema": 1, "where": where, "reason": reason, "refused": _now(), "sha256": digest}
            note |= {"input": input, "is_record": is_record, "retry": f"docarchive quarantine {path.name} --retry"}
            write(path.with_name(path.name + ".json"), (json.dumps(note, indent=2, ensure_ascii=False) + "\n").encode())
        except OSError:
            return None  # an input that cannot be opened, or no room: the report still names it
        return path.relative_to(self._root).as_posix()

    def entries(self) -> Iterator[Kept]:
        """Yields what is kept, in order of name; a file without a readable note has no reason."""
        folder = self._root / QUARANTINE
        names = sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
        notes = {name.removesuffix(".json") for name in names if name.endswith(".json")}
        for name in names:
            if not (name.endswith(".json") and name.removesuffix(".json") in names):
                note = self._note(folder / f"{name}.json") if name in notes else {}
                where, reason, refused, input_ = (
                    str(note.get(key, "")) for key in ("where", "reason", "refused", "input")
                )
                yield Kept(name, where, reason, refused, input_, note.get("is_record") is True)

    def path(self, name: str) -> Path:
        """Returns the file of an entry."""
        return self._root / QUARANTINE / Path(name).name

    def discard(self, name: str) -> None:
        """Deletes an entry and its note."""
        path = self.path(name)
        for each in (path, path.with_name(path.name + ".json")):
            each.unlink(missing_ok=True)

    @staticmethod
    def _note(path: Path) -> dict[str, Any]:
        try:
            note = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}


def _name(where: str) -> str:
    """Returns the end of a name, as a safe part of one: a file's name may have 255 bytes, some signs have four."""
    name = re.sub(r"[^\w.-]+", "-", Path(where).name).encode("utf-8", "replace")
    return name[-_NAME_BYTES:].decode("utf-8", "ignore").strip("-") or "input"


def _digest(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return sha256(content).hexdigest()
    from hashlib import file_digest

    with open(content, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

"""What ``verify`` says of a damaged archive, and whether what it advises helps; for benchmarks/damage.py."""

from __future__ import annotations

import inspect
import shutil
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.damage_faults import Fault
from docarchive import Archive, DocarchiveError
from docarchive.store.layout import CATALOG, INDEX

#: Files that only repeat what others have, or whose content does not matter.
_REPEATED: Final = (
    *("lock", "catalog.json", "catalog.sqlite-shm", "managed.json", "tantivy-meta.lock", "tantivy-writer.lock"),
    *("checksums.json", "kept/docarchive.toml", "kept/deleted.jsonl", "kept/heads.jsonl", "kept/log.jsonl"),
)
#: What can always be fixed.
_FIXED: Final = ("catalog", "index", "changed")
_SAYS_SO: Final = "built again"
#: The kinds of ``verify`` for each kind of file; other files are those of the index.
_KINDS: Final = {
    "articles": {"missing", "damaged", "changed", "invalid", "unknown"},
    "originals": {"missing", "damaged"},
    "versions": {"missing", "damaged", "changed", "invalid", "unknown"},
    "trash": {"missing", "damaged", "changed", "invalid", "unknown"},
    "quarantine": {"missing", "damaged", "changed", "invalid", "unknown"},
    "note": {"missing", "damaged", "changed", "invalid", "unknown"},
    "catalog.sqlite": {"catalog"},
    "catalog.sqlite-wal": {"catalog"},
    "docarchive.toml": {"damaged", "changed", "invalid"},
    "deleted.jsonl": {"missing", "damaged", "changed"},
    "heads.jsonl": {"missing", "damaged"},
    "log.jsonl": {"missing", "damaged"},
}


class Verified(NamedTuple):
    """What came of a verification of one fault."""

    state: str  # named, healed (when it was opened), same (nothing depends on the file), or unnamed
    falsely: list[str]  # faults that are none, or of a wrong kind
    left: list[str]  # faults that are still there after what was advised
    error: str = ""

    def problems(self) -> list[str]:
        """Returns what is wrong, as sentences."""
        unnamed = [f"not named{': ' + self.error if self.error else ''}"] if self.state == "unnamed" else []
        return unnamed + [f"falsely named: {fault}" for fault in self.falsely] + [f"left: {one}" for one in self.left]


def verified(root: Path, fault: Fault, copy: Path) -> Verified:
    """Verifies a copy of a damaged archive, does what is advised, and verifies it again."""
    shutil.copytree(root, copy)
    notices: list[str] = []
    try:
        with Archive.open(copy, notify=notices.append, last_settings=True) as archive:
            faults = archive.verify().faults
            state = _state(fault, faults, notices)
            if state == "unnamed" and fault.of == "originals" and not _is_used(archive, fault):
                state = "same"  # it is of a deleted article, so nobody knows that it was there
            falsely = [str(one) for one in faults if not _is_right(one, fault)]
            _repair(archive, faults)
            left = [str(one) for one in archive.verify().faults if one.kind in _FIXED and not one.repaired]
    except DocarchiveError as error:
        named = fault.of == "docarchive.toml" and ("docarchive.toml" in str(error) or fault.kind == "deleted")
        return Verified("named" if named else "unnamed", [], [], f"{type(error).__name__}: {error}")
    return Verified(state, falsely, left)


def _state(fault: Fault, faults: list[Any], notices: list[str]) -> str:
    if any(_is_right(one, fault) for one in faults):
        return "named"
    if any(_SAYS_SO in notice for notice in notices):
        return "healed"
    return (
        "same"
        if fault.of in _REPEATED or fault.path.endswith("checksums.json") or fault.of.startswith("catalog.sqlite")
        else "unnamed"
    )


def _is_right(found: Any, fault: Fault) -> bool:
    kinds = _KINDS.get(fault.of, {"index"})
    if fault.of in ("articles", "versions", "trash", "quarantine", "note") and fault.kind == "deleted":
        kinds = {"missing"}
    if found.kind in ("catalog", "index"):
        return found.kind in kinds and found.path.startswith((CATALOG, INDEX))
    if found.kind == "missing" and fault.of == "originals":
        return fault.path.startswith(found.path)  # without the ending, which nothing repeats
    return found.kind in kinds and found.path in (fault.path, fault.other)


def _is_used(archive: Archive, fault: Fault) -> bool:
    """Returns whether an article names an original."""
    digest = Path(fault.path).name.partition(".")[0]
    return any(str(row.metadata.get("original", "")).endswith(digest) for row in archive.list())


def _repair(archive: Archive, faults: list[Any]) -> None:
    if "repair" in inspect.signature(type(archive).verify).parameters:
        archive.verify(repair=True)  # type: ignore[call-arg, unused-ignore]
    for fault in faults:
        if fault.kind == "changed" and "delete it" in fault.fix:  # a version: nobody edits what was
            (archive.path / fault.path).unlink()
    if any(fault.kind == "changed" for fault in faults):
        archive.sync()
    if any(fault.kind in ("catalog", "index") for fault in faults):
        archive.rebuild()

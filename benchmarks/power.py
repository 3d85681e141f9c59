"""What is on a disk after the power failed: a model of a file system, to which recorded calls are applied.

Each file has two contents: what programs see, and what was flushed. Each change of a folder (a new name, a rename, a
removal) waits until its folder is flushed. From these, ``states`` makes the file systems that may be found after the
power failed. See docs/decisions/0076.
"""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.shim import Event

#: The ways in which what was not flushed may be lost.
FLUSHED, EMPTY, TORN, REORDERED = VARIANTS = ("flushed", "empty", "torn", "reordered")
_NOT_MODELLED: Final = ("unknown",)


class Node:
    """A file or a folder."""

    def __init__(self, data: bytes | None, modified: int) -> None:
        self.data = bytearray(data) if data is not None else None  # None for a folder
        self.modified = modified
        self.flushed = data
        self.flushed_modified = modified
        self.waiting: list[tuple[int, bytes] | int] = []  # writes, and new sizes, that are not flushed
        self.entries: dict[str, Node] = {}

    def change(self, change: tuple[int, bytes] | int, modified: int) -> None:
        """Writes bytes at an offset, or changes the size."""
        assert self.data is not None
        _apply(self.data, change)
        self.modified = modified
        self.waiting.append(change)

    def flush(self) -> None:
        """Makes its content last."""
        if self.data is not None:
            self.flushed = bytes(self.data)
            self.flushed_modified = self.modified
            self.waiting.clear()

    def torn(self) -> bytes:
        """Returns a content of which every second write since the last flush is lost, and the last one is cut."""
        assert self.flushed is not None
        data = bytearray(self.flushed)
        for number, change in enumerate(self.waiting):
            is_last = number == len(self.waiting) - 1
            if isinstance(change, tuple) and (number % 2 or is_last):
                offset, new = change
                _apply(data, max(len(data), offset + (len(new) if not is_last else 0)))
                if is_last:
                    _apply(data, (offset, new[: len(new) // 2]))
            else:
                _apply(data, change)
        return bytes(data)


#: A change of folders that happens as a whole: the folder, the name in it, and what has that name now.
Change = list[tuple[Node, str, Node | None]]


class Entry(NamedTuple):
    """What is at a path after the power failed: the bytes of a file, or None for a folder; and its time."""

    data: bytes | None
    modified: int


Tree = dict[str, Entry]


class Disk:
    """A file system that begins as a folder is, all of it flushed."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._nodes: dict[int, Node] = {}  # by number
        self._top = self._scan(root)
        self._waiting: list[Change] = []
        self._flushed: dict[Node, dict[str, Node]] = {node: dict(node.entries) for node in self._nodes.values()}

    def apply(self, event: Event) -> None:
        """Applies a recorded call."""
        if event.kind in ("write", "truncate", "extend"):
            self._write(event)
        elif event.kind == "sync":
            self._sync(self._nodes[event.inode])
        elif event.kind == "sync all":
            for node in self._nodes.values():
                node.flush()
            self._commit(self._waiting)
        elif event.kind == "map":
            assert event.path.endswith("-shm"), f"{event.path} is written to through memory, which is not modelled"
        elif event.kind != "status":
            self._change_folders(event)

    def tree(self) -> Tree:
        """Returns what programs see."""
        return self._tree(lambda node: node.entries, lambda node: bytes(node.data or b""))

    def states(self, event: Event) -> Iterator[tuple[str, Tree]]:
        """Yields what may be there if the power fails after an event, the last one, with the name of the variant."""
        yield FLUSHED, self._tree(lambda node: self._flushed[node], lambda node: node.flushed or b"", flushed=True)
        yield EMPTY, self._tree(lambda node: node.entries, lambda node: node.flushed or b"")
        yield TORN, self._tree(lambda node: node.entries, Node.torn)
        if event.kind not in ("rename", "unlink", "link", "sync", "sync all"):
            return  # writes and new names make nothing of what was there invisible
        for lost in range(len(self._waiting) - 1):
            yield REORDERED, self._tree(self._without(lost).__getitem__, lambda node: bytes(node.data or b""))

    def _scan(self, path: Path) -> Node:
        status = path.lstat()
        is_file = stat.S_ISREG(status.st_mode)
        node = Node(path.read_bytes() if is_file else None, status.st_mtime_ns)
        self._nodes[status.st_ino] = node
        if not is_file:
            node.entries = {child.name: self._scan(child) for child in path.iterdir()}
        return node

    def _write(self, event: Event) -> None:
        node = self._nodes[event.inode]
        assert node.data is not None
        if event.kind == "write":
            node.change((event.offset, event.data), event.modified)
        elif event.kind == "truncate" or event.size > len(node.data):
            node.change(event.size, event.modified)

    def _sync(self, node: Node) -> None:
        node.flush()
        if node.data is None:
            self._commit([change for change in self._waiting if any(folder is node for folder, _, _ in change)])

    def _commit(self, changes: list[Change]) -> None:
        for change in changes:
            _put(change, self._flushed.__getitem__)
        self._waiting = [change for change in self._waiting if not any(change is one for one in changes)]

    def _change_folders(self, event: Event) -> None:
        folder, name = self._place(event.path)
        if event.kind in ("create", "mkdir"):
            node = self._nodes[event.inode] = Node(b"" if event.kind == "create" else None, event.modified)
            self._flushed[node] = {}
            change: Change = [(folder, name, node)]
        elif event.kind == "unlink":
            change = [(folder, name, None)]
        elif event.kind in ("rename", "link"):
            change = [(*self._place(event.other), folder.entries[name])]
            change += [(folder, name, None)] if event.kind == "rename" else []
        else:
            raise AssertionError(f"{event.kind} of {event.path} is not modelled")
        _put(change, lambda node: node.entries)
        self._waiting.append(change)

    def _place(self, path: str) -> tuple[Node, str]:
        *folders, name = path.removeprefix(f"{self._root}/").split("/")
        node = self._top
        for folder in folders:
            node = node.entries[folder]
        return node, name

    def _without(self, lost: int) -> dict[Node, dict[str, Node]]:
        """Returns the entries of all folders if one of the waiting changes is lost."""
        entries = {node: dict(known) for node, known in self._flushed.items() if node.data is None}
        for number, change in enumerate(self._waiting):
            if number != lost:
                _put(change, entries.__getitem__)
        return entries

    def _tree(
        self, entries: Callable[[Node], dict[str, Node]], content: Callable[[Node], bytes], *, flushed: bool = False
    ) -> Tree:
        tree: Tree = {}
        stack = [("", self._top)]
        while stack:
            path, node = stack.pop()
            for name, child in entries(node).items():
                where = f"{path}/{name}".lstrip("/")
                tree[where] = Entry(
                    None if child.data is None else content(child),
                    child.flushed_modified if flushed else child.modified,
                )
                if child.data is None:
                    stack.append((where, child))
        return tree


def write(tree: Tree, folder: Path) -> None:
    """Writes a file system into an empty folder."""
    for path in sorted(tree):
        data, modified = tree[path]
        if data is None:
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(data)
            os.utime(folder / path, ns=(modified, modified))


def read(folder: Path) -> Tree:
    """Returns what is in a folder."""
    return {
        str(path.relative_to(folder)): Entry(path.read_bytes() if path.is_file() else None, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


def _apply(data: bytearray, change: tuple[int, bytes] | int) -> None:
    if isinstance(change, int):
        if change < len(data):
            del data[change:]
        else:
            data.extend(bytes(change - len(data)))
        return
    offset, new = change
    if offset > len(data):
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(new)] = new


def _put(change: Change, entries: Callable[[Node], dict[str, Node]]) -> None:
    for folder, name, node in change:
        if node is None:
            entries(folder).pop(name, None)
        else:
            entries(folder)[name] = node

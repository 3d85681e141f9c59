"""What is inside of an archive is opened, listed, written and removed by ``folder`` alone; the source shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import docarchive

PACKAGE = Path(docarchive.__file__).parent
#: Where paths inside of an archive are used.
ROOMS = ("store", "catalog", "engines", "archive")

OF_OS = {
    *("open", "stat", "lstat", "access", "listdir", "scandir", "walk", "fwalk", "unlink", "remove", "removedirs"),
    *("rename", "renames", "replace", "mkdir", "makedirs", "rmdir", "link", "symlink", "readlink", "truncate"),
    *("chmod", "chown", "utime", "mkfifo", "mknod", "chdir", "getxattr", "setxattr", "statvfs", "pathconf"),
}
OF_OS_PATH = {
    "exists",
    "lexists",
    "isfile",
    "isdir",
    "islink",
    "getsize",
    "getmtime",
    "realpath",
    "samefile",
    "ismount",
}
OF_PATHS = {
    *("read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob", "walk", "unlink", "mkdir"),
    *("symlink_to", "hardlink_to", "is_dir", "is_symlink", "samefile", "lstat", "chmod", "readlink"),
}
MODULES = {"shutil", "tempfile", "glob", "fileinput", "fcntl", "dbm", "shelve"}
#: Names of full paths; what is made of them by ``/`` can be opened by name.
FULL = ("root", ".path")
LIBRARIES = {"failures.may", "sqlite3.connect", "Index", "Index.open", "mmap.mmap", "FileStorage"}

#: Calls that are allowed, by module and function, and why.
ALLOWED = {
    # Libraries that open files by name: the path is checked right before.
    "catalog/schema.py:create": "sqlite3.connect",
    "catalog/schema.py:connect": "sqlite3.connect failures.may",
    "catalog/completion_values.py:_rows": "sqlite3.connect",
    "catalog/completion_values.py:archive_root": "expanded",  # named by the user
    "archive/changeable.py:unite": "expanded",  # likewise: the folder of another archive
    "store/lock.py:_acquire": "sqlite3.connect",
    "engines/tantivy/engine.py:_write": "Index Index.open",
    "engines/tantivy/view.py:__init__": "Index.open",
    "engines/whoosh/whoosh_index/index.py:__init__": "_Storage",
    "engines/base.py:index": "failures.may",  # of the folder's path, for a message
    "engines/tantivy/checksums.py:_check": "failures.may",
    # Full paths of checked files, for writers and for messages.
    "archive/export/exporting.py:_checked": "self._store.root/",
    "archive/lookup.py:original": "store.root/",
    "archive/lookup.py:picture": "store.root/",
    "engines/meaning/index.py:_mapped": "self._folder.path/ mmap.mmap",  # for a message; of a file that is open
    "archive/settings.py:load": "root/",
    "archive/settings.py:parse": "root/",  # for messages
    "archive/settings.py:other_names": "os.listdir",  # of a folder that is no archive yet
    # No files of the archive: a database in memory, and an entry of a list.
    "archive/importing/destination.py:__init__": "sqlite3.connect",
    "archive/changing/union/notes.py:notes": "sqlite3.connect",
    "store/store.py:_list_folder": "is_dir",
    # An archive that may only be read: its files are checked right before, and read or linked to a temporary folder.
    "catalog/database.py:_is_overwritten": "self._folder.path/",
    "catalog/database.py:outdated": "self._folder.path/",
    "catalog/read_only.py:_copied": "shutil sqlite3.connect Path",
    "catalog/read_only.py:_opened": "sqlite3.connect",
    "catalog/read_only.py:connect": "failures.may",
    "engines/tantivy/read_only.py:_link": "os.listdir read_bytes write_text write_bytes",
    "engines/tantivy/read_only.py:_link_file": "shutil os.symlink os.stat",
    "engines/tantivy/read_only.py:linked_folder": "Path",
    # Looks whether something is there, and how large it is, and follows no link.
    "store/lock.py:writable": "self._archive.path/ failures.may",
    "store/obstacles.py:_what_is_at": "os.lstat os.path.lexists",
    "store/obstacles.py:obstacle": "os.path.islink",
    "store/store.py:check_articles": "self.root/",  # for a message
    # A descriptor that is open already, entries of a list, and entries of a ZIP file.
    "archive/backing_up/copying.py:write_file": "os.utime",
    "archive/backing_up/zip_target.py:_open": "is_dir",
    "engines/whoosh/segmentfile.py:__init__": "mmap.mmap",
    # The vectors' index, which takes a folder and no path.
    "archive/indexing/vectors.py:_opened": "Index",
    "archive/search/meaning.py:_index": "Index",
    "archive/verifying/derived.py:vector_faults": "Index",
    "engines/meaning/index.py:_with_state": "Index",
    "engines/meaning/index.py:create": "Index",
    # The user's own file of passwords, which the environment names.
    "engines/opensearch/credentials.py:_tables": "open",
    # The model: the package's, or in a folder that the user names.
    "archive/archive.py:open": "expanded",
    "engines/meaning/model.py:_read": "read_bytes",
    "engines/meaning/model.py:weights": "read_bytes",
    # Paths that the user names, and the path of the archive itself.
    "archive/backing_up/folder_target.py:writing": "mkdir",
    "archive/backing_up/opening.py:_is_in": "os.path.samefile",
    "archive/backing_up/opening.py:_real": "Path os.path.realpath",
    "archive/backing_up/opening.py:_target": "Path expanded_target is_dir",
    "archive/backing_up/remote_target.py:remote_target": "Path",
    "archive/backing_up/restore.py:_prepared": "is_dir mkdir",
    "archive/collection/session.py:__init__": "Path",  # an address, in the form of a path
    "archive/backing_up/restore.py:restore": "Path expanded_target",
    "archive/backing_up/zip_place.py:replacing": "mkdir",
    "store/layout.py:is_own": "Path os.path.realpath os.path.samefile",
    "store/store.py:read_with_stat": "is_dir",  # for a message
    "archive/border.py:call": "Path",  # for a message
    "store/leftovers.py:_leftovers": "os.listdir",  # next to an export
    "store/leftovers.py:delete_dead": "is_symlink unlink is_dir lstat shutil",
    "archive/archive.py:_folder": "Path expanded_target",
    "archive/archive.py:create": "mkdir is_dir root/",
    "archive/archive.py:find": "Path expanded_target",
    "archive/export/exporting.py:to_path": "expanded_target is_dir open",
    "archive/export/exporting.py:_to_file": "is_dir open os.replace unlink",
    "archive/export/exporting.py:_to_folder": "is_dir iterdir mkdir os.replace shutil",
    "archive/export/exporting.py:_move_into": "mkdir os.replace os.walk",
    "archive/export/exporting.py:writer_named": "Path",
    "archive/export/exporting.py:write_options": "expanded read_text",
    "archive/proving/comparing.py:compare": "expanded",
    "archive/proving/proofs.py:_opened": "Path open",
    "archive/proving/target.py:__init__": "expanded_target is_dir",
    "archive/proving/target.py:_write": "unlink",
    "archive/search/similar_file.py:_source": "Path expanded",
    "archive/importing/run.py:_source_of": "Path",
}
#: Modules about what the user names.
OUTSIDE = {"archive/importing/additions.py", "archive/importing/sources.py", "archive/importing/watching.py"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            name = path.relative_to(PACKAGE).as_posix()
            if name not in OUTSIDE:
                yield name, ast.parse(path.read_text("utf-8"))


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        above = dotted(node.value)
        return f"{above}.{node.attr}" if above else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def reaches_files(call: ast.Call) -> str | None:
    """Returns what a call uses that reaches files by itself, or None."""
    name = dotted(call.func)
    last = name.rpartition(".")[2]
    if name in ("open", "io.open", "Path", "expanded", "expanded_target", "_Storage") or name in LIBRARIES:
        return name
    if "." in name and name.partition(".")[0] in MODULES:
        return name.partition(".")[0]
    if (name.startswith("os.path.") and last in OF_OS_PATH) or (name == f"os.{last}" and last in OF_OS):
        return name
    return last if isinstance(call.func, ast.Attribute) and last in OF_PATHS else None


def uses(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yields pairs of function and what it uses that reaches files by itself."""

    def walk(node: ast.AST, function: str) -> Iterator[tuple[str, str]]:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.FunctionDef) else function
            if isinstance(child, ast.Call) and (use := reaches_files(child)):
                yield inner, use
            if isinstance(child, ast.BinOp) and isinstance(child.op, ast.Div) and dotted(child.left).endswith(FULL):
                yield inner, f"{dotted(child.left)}/"
            if isinstance(child, ast.ImportFrom) and child.module in ("os", "os.path", "shutil", "io"):
                yield from ((inner, f"from {child.module}") for name in child.names if name.name in OF_OS | {"open"})
            yield from walk(child, inner)

    return walk(tree, "")


def test_paths_inside_of_an_archive_are_reached_in_one_way() -> None:
    calls: dict[str, set[str]] = {}
    for module, tree in modules():
        for function, use in uses(tree):
            calls.setdefault(f"{module}:{function}", set()).add(use)
    assert calls == {place: set(allowed.split()) for place, allowed in ALLOWED.items()}


def test_the_walk_sees_what_reaches_files() -> None:
    source = (
        "open(p)\nos.replace(a, b)\nPath(p)\np.read_text()\nshutil.rmtree(p)\nsqlite3.connect(p)\nos.path.exists(p)"
    )
    assert [use for _, use in uses(ast.parse(source))] == [
        *("open", "os.replace", "Path", "read_text", "shutil", "sqlite3.connect", "os.path.exists")
    ]
    assert [*uses(ast.parse("folder.open(p); folder.read(p); text.replace(a, b)"))] == []

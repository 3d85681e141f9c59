"""The operations of the benchmarks: none is missing, and each works as long as nothing fails."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from benchmarks.commands import ALL, BEFORE, COMMANDS
from benchmarks.operations import prepare
from docarchive import Archive
from docarchive.archive.border import _FREE, _OPERATORS
from docarchive.cli.commands import COMMANDS as ALL_COMMANDS

#: The commands that read no file of an archive.
_WITHOUT_FILES = {"formats"}


def _called(functions: dict[Any, str], call: Callable[[], None]) -> set[str]:
    """Returns the names of those functions, by their code, that a call calls."""
    called: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code in functions:
            called.add(functions[frame.f_code])

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return called


def _function(member: Any) -> Any:
    """Returns the function of a method or property, without what is wrapped around it."""
    function: Any = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def test_each_method_and_command_is_among_them(tmp_path: Path) -> None:
    members = {name: member for kind in Archive.__mro__[-2::-1] for name, member in vars(kind).items()}
    public = {name for name in members if not name.startswith("_")} - _FREE | _OPERATORS
    functions = {_function(members[name]).__code__: name for name in public}
    called: set[str] = set()
    for number, (name, operation) in enumerate(ALL.items()):
        root = tmp_path / str(number) / "archive"
        root.parent.mkdir()
        prepare(root, "whoosh")
        if name in BEFORE:
            BEFORE[name](root)
        called |= _called(functions, lambda operation=operation, root=root: operation(root))  # type: ignore[misc]
        assert root.is_dir(), name
    assert public - called == set()
    assert {command.name for command in COMMANDS.values()} == {*ALL_COMMANDS} - _WITHOUT_FILES


@pytest.mark.parametrize("name", ["read", "read-one", "read-all", "cli-search"])
def test_they_work_with_each_engine(name: str, tmp_path: Path) -> None:
    pytest.importorskip("tantivy")
    prepare(tmp_path / "archive", "tantivy")
    ALL[name](tmp_path / "archive")

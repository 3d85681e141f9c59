"""Records are what ``typing.NamedTuple`` makes of the same class, and no module uses that."""

import pickle
import typing
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from threading import Barrier

import pytest
from interpreter import PATIENCE

import docarchive
from docarchive.records import NamedTuple, cached_property

_CLASS = '''
from __future__ import annotations
from typing import Any, Final, Sequence

class Entry(Base):
    """An entry."""

    id: str
    path: str | None
    values: Sequence[Any] = ()
    size: int = 0

    @property
    def name(self) -> str:
        return f"{self.id}/{self.path}"

    @classmethod
    def empty(cls) -> Entry:
        return cls("", None)

    @staticmethod
    def twice(number: int) -> int:
        return 2 * number

    def __str__(self) -> str:
        return self.name

class Bare(Base):
    id: str
'''


class Point(NamedTuple):
    """A point."""

    x: int
    y: int = 0


def classes(base: object) -> dict[str, typing.Any]:
    namespace = {"Base": base, "__name__": "home"}
    exec(_CLASS, namespace)
    return namespace


def test_they_are_what_typing_makes() -> None:
    ours, theirs = classes(NamedTuple), classes(typing.NamedTuple)
    for name in ("Entry", "Bare"):
        one, other = ours[name], theirs[name]
        assert one.__mro__[1:] == other.__mro__[1:] == (tuple, object)
        for attribute in ("__name__", "__qualname__", "__module__", "__doc__", "_fields", "_field_defaults"):
            assert getattr(one, attribute) == getattr(other, attribute), attribute
        assert [*one.__annotations__] == [*other.__annotations__]
        home = {"Sequence": typing.Sequence, "Any": typing.Any}
        assert typing.get_type_hints(one, home) == typing.get_type_hints(other, home)
        assert {*vars(one)} ^ {*vars(other)} <= {"__orig_bases__", "__annotate_func__", "__annotations_cache__"}
    one, other = ours["Entry"]("a", "b", size=3), theirs["Entry"]("a", "b", size=3)
    assert one == other == ("a", "b", (), 3)
    assert (repr(one), str(one), one.name, one.twice(4)) == (repr(other), str(other), other.name, other.twice(4))
    assert one._replace(path="c")._asdict() == {"id": "a", "path": "c", "values": (), "size": 3}
    assert ours["Entry"].empty() == ("", None, (), 0)
    with pytest.raises(TypeError):
        ours["Entry"]()


def test_they_are_pickled_by_name() -> None:
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1, 0)
    assert type(pickle.loads(pickle.dumps(Point(1)))) is Point


def test_no_module_defines_slower_ones() -> None:
    package = Path(docarchive.__file__).parent
    users = [path for path in package.rglob("*.py") if "NamedTuple" in path.read_text("utf-8")]
    assert len(users) > 100
    for path in users:
        text = path.read_text("utf-8")
        assert "docarchive.records import NamedTuple" in text or path.name == "records.py", path


class Counted:
    """An object with a property that counts how often it is computed."""

    calls = 0

    @cached_property
    def value(self) -> int:
        """Its value."""
        self.calls += 1
        return self.calls


def test_a_property_is_computed_once_for_each_object() -> None:
    first, second = Counted(), Counted()
    assert (first.value, first.value, second.value, first.calls) == (1, 1, 1, 1)
    del first.value
    assert first.value == 2
    first.value = 7
    assert first.value == 7
    assert Counted.value.__doc__ == "Its value."
    assert copy(first).value == 7


def test_threads_do_not_wait_for_the_properties_of_other_objects() -> None:
    both = Barrier(2, timeout=PATIENCE)

    class Meeting:
        @cached_property
        def value(self) -> int:
            return both.wait()

    with ThreadPoolExecutor(2) as pool:
        assert {*pool.map(lambda meeting: meeting.value, [Meeting(), Meeting()])} == {0, 1}

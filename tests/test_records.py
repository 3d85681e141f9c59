"""Records are what ``typing.NamedTuple`` makes of the same class, and no module uses that."""

import dataclasses
import inspect
import pickle
import subprocess
import sys
import typing
from concurrent.futures import ThreadPoolExecutor
from copy import copy, deepcopy
from pathlib import Path
from threading import Barrier

import pytest
from interpreter import PATIENCE

import docarchive
from docarchive import records
from docarchive.archive.changing.reports import ChangeReport
from docarchive.archive.reports import Refusal, Report
from docarchive.article import Article, Note
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
    slower = {path.name for path in package.rglob("*.py") if "\nfrom dataclasses import" in path.read_text("utf-8")}
    assert slower == {"lazy_reader.py"}, "a reader inherits fields, and is loaded by imports alone"
    users = [path for path in package.rglob("*.py") if "NamedTuple" in path.read_text("utf-8")]
    assert len(users) > 100
    for path in users:
        text = path.read_text("utf-8")
        assert "docarchive.records import NamedTuple" in text or path.name == "records.py", path


_DATA_CLASSES = '''
from __future__ import annotations
from typing import Any

@dataclass(slots=True, repr=False)
class Base:
    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

@dataclass(slots=True, repr=False)
class Counts(Base):
    """What was counted."""

    new: int = 0
    ids: list[str] = field(default_factory=list)

    @property
    def all(self) -> int:
        return self.new + len(self.ids)

@dataclass(frozen=True, slots=True)
class Remark:
    """A remark."""

    text: str
    page: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)

@dataclass(slots=True, kw_only=True)
class Named:
    """Keys alone."""

    id: str
    tags: list[str] = field(default_factory=list)
'''
#: Expressions, each evaluated with the classes above as our ``dataclass`` defines them, and as ``dataclasses`` does.
_USES = (
    *(
        "Counts()",
        "Counts(3)",
        "Counts(3, ['a'])",
        "Counts(ids=['a'])",
        "Counts(1, ids=['b']).all",
        "Counts() == Base()",
    ),
    *(
        "Counts() == Counts()",
        "Counts(1) == Counts(2)",
        "Counts(1) == Remark('a')",
        "hash(Counts())",
        "Base() == Base()",
    ),
    *("Counts().ids is Counts().ids", "Counts().missing", "setattr(Counts(), 'other', 1)", "Counts.__match_args__"),
    *("Remark()", "Remark('a')", "Remark('a', 2, {'b': 1})", "Remark('a', 2, {}, 3)", "Remark('a', text='b')"),
    *("Remark('a', pages=2)", "Remark('a', page=2) == Remark('a', 2)", "{Remark('a', 2, ()), Remark('a', 2, ())}"),
    *("setattr(Remark('a'), 'text', 'b')", "delattr(Remark('a'), 'text')"),
    *("hash(Remark('a', 2, ()))", "hash(Remark('a'))", "Named()", "Named('a')", "Named(id='a', tags=['b'])"),
    *("Named(id='a') == Named(id='a')", "Named.__match_args__", "hash(Named(id='a'))", "Named.__doc__"),
    *("replace(Remark('a', 2), text='b')", "replace(Named(id='a'), id='b')", "replace(Remark('a'), pages=1)"),
    *("standard.replace(Remark('a', 2), text='b')", "standard.asdict(Remark('a', extra={'b': [Counts(1)]}))"),
    *(
        "standard.astuple(Named(id='a', tags=['b']))",
        "standard.is_dataclass(Counts)",
        "standard.is_dataclass(Counts())",
    ),
    *("[(f.name, f.type, f.kw_only) for f in standard.fields(Counts)]", "len(standard.fields(Base))"),
    *("[(f.name, f.type, f.kw_only) for f in standard.fields(Named(id='a'))]", "hints(Counts)", "hints(Remark)"),
    *(
        "str(signature(Counts))",
        "str(signature(Remark))",
        "str(signature(Named))",
        "Counts.__qualname__",
        "[c.__name__ for c in Counts.__mro__]",
    ),
    *("copy(Remark('a', 2))", "deepcopy(Counts(1, ['a']))", "Remark('a', 2).__getstate__()", "Counts.__slots__"),
)


def data_classes(home: object) -> dict[str, typing.Any]:
    namespace = {name: getattr(home, name) for name in ("dataclass", "field", "replace")} | {"__name__": __name__}
    exec(_DATA_CLASSES, namespace)
    helpers = {"standard": dataclasses, "signature": inspect.signature, "hints": typing.get_type_hints}
    return {**namespace, **helpers, "copy": copy, "deepcopy": deepcopy}


@pytest.mark.parametrize("use", _USES)
@pytest.mark.parametrize("few", [records._FEW, 1])  # type: ignore[attr-defined]
def test_data_classes_are_what_dataclasses_makes(use: str, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_FEW", few)

    def outcome(classes: dict[str, typing.Any]) -> tuple[str, str]:
        try:
            return "returned", repr(eval(use, classes))
        except Exception as error:
            return type(error).__name__, str(error)

    ours, theirs = data_classes(records), data_classes(dataclasses)
    for _ in range(2):  # the second time with the methods of a class that has made more than few objects
        assert outcome(ours) == outcome(theirs)


def test_a_class_of_many_objects_is_as_fast_as_of_dataclasses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_FEW", 3)
    ours = data_classes(records)
    for _ in range(3):
        assert ours["Remark"].__init__ is records._initialize  # type: ignore[attr-defined]
        ours["Remark"]("a")
    assert ours["Remark"].__init__ is not records._initialize  # type: ignore[attr-defined]
    assert ours["Named"].__init__ is records._initialize  # type: ignore[attr-defined]


def test_a_data_class_can_be_derived_from_ours() -> None:
    @dataclasses.dataclass(slots=True)
    class Longer(ChangeReport):
        seconds: float = 0.0

    longer = Longer(changed=2, seconds=1.5)
    assert [field.name for field in dataclasses.fields(Longer)] == [*ChangeReport.__match_args__, "seconds"]
    assert (longer.changed, longer.refused, longer.seconds) == (2, [], 1.5)
    assert longer == Longer(None, 2, seconds=1.5) != Longer()
    assert "seconds: float = 0.0" in str(inspect.signature(Longer))

    class Same(ChangeReport):
        """Nothing more."""

    assert str(inspect.signature(Same)) == str(inspect.signature(ChangeReport))
    assert Same(changed=1) != ChangeReport(changed=1)
    assert Same(changed=1) == Same(None, 1)


@pytest.mark.parametrize(
    "value",
    [
        Article(title="A pier", notes=[Note("Ask.", extra={"page": 2})]),
        Note("Ask.", extra={"page": 2}),
        ChangeReport(3, 1, refused=[Refusal("a.md", "is damaged")]),
    ],
)
def test_public_data_classes_are_pickled_and_copied(value: typing.Any) -> None:
    for again in (pickle.loads(pickle.dumps(value)), copy(value), deepcopy(value), dataclasses.replace(value)):
        assert again == value
        assert type(again) is type(value)
        assert not hasattr(again, "__dict__")
    names = [field.name for field in dataclasses.fields(value)]
    assert [*dataclasses.asdict(value)] == names == [*inspect.signature(type(value)).parameters]


def test_a_report_becomes_json_that_is_its_own() -> None:
    report = ChangeReport(3, 1, ids=["a"], refused=[Refusal("a.md", "is damaged")])
    plain = report.to_dict()
    assert plain["refused"] == [{"where": "a.md", "reason": "is damaged", "kept": None, "records": 1}]
    plain["ids"].append("b")
    assert report.ids == ["a"]
    assert plain.keys() == {"schema", *ChangeReport.__match_args__}
    assert repr(report) == "<ChangeReport: 3 change, 1 changed, 1 refused, 1 ids>"
    assert Report().to_dict() == {"schema": 1}


def test_defining_and_using_data_classes_loads_no_dataclasses() -> None:
    code = (
        "import sys; [sys.modules.pop(name, None) for name in ('dataclasses', 'inspect', 'ast')]  # of coverage\n"
        "from docarchive import Article, ChangeReport; from docarchive.records import replace\n"
        "replace(Article(title='A'), title='B') == Article(); repr(ChangeReport(1)); ChangeReport().to_dict()\n"
        "assert not {'dataclasses', 'inspect', 'ast'} & sys.modules.keys(), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-I", "-c", code], check=True)


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

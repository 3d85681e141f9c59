"""What callers of the library pass: every argument of every public function is checked."""

from __future__ import annotations

import inspect
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import docarchive
from docarchive import Archive, Article, Diff, ExportOptions, ImportOptions, PartialDate, Settings, Snippet, quote
from docarchive.archive.import_and_export_options import declared, kinds
from docarchive.arguments import check

#: Values that an argument must not have, by its annotation without what is in brackets.
WRONG: dict[str, list[Any]] = {
    "str": [3, {"a": 1}, None, ["a"], b"a", object()],
    "int": ["3", 2.5, True, None, [1]],
    "float": ["3", True, None, [1]],
    "bool": ["no", 1, None],
    "datetime | None": ["2024-03-16", 5, {}],
    "Iterable": [3, None, {"a": 1}, [["a"]], [1], [None], b"ab"],
    "Mapping": [3, None, "a", ["a"], [("a", "b")]],
    "Callable": [3, "print", None],
    "Path": [3, "folder", None],
    "Session": [3, "news"],
    "str | Article": [3, None, {}],
    "str | os.PathLike": [3, {}, None, ["a"], b"a"],
    "str | os.PathLike | BinaryIO | TextIO": [3, {}, None, b"a", object()],
    "str | os.PathLike | BinaryIO | TextIO | Article": [3, {}, None, b"a", [[Path()]], [None], [{}], object()],
    "str | os.PathLike | BinaryIO | TextIO | Article | None": [3, {}, b"a", [Path()], object()],
    "str | int | datetime | None": [2.5, {}, ["a"], True],
    "str | None": [3, {}, ["a"], b"a"],
}
ALIASES = {"Progress": "Callable", "Notify": "Callable", "Sort": "str", "EngineName": "str"}
#: Values for the arguments that must be given, by name.
GIVEN: dict[str, Any] = {
    "id": "a",
    "name": "a",
    "names": "a",
    "path": "/nowhere",
    "query": "a",
    "to": io.BytesIO(),
    "text": "2024",
    "record": {"title": "a"},
    "manifest": io.BytesIO(),
    "metadata": {},
    "body": "",
    "key": "tags",
    "root": Path("/nowhere"),
    "engine": "whoosh",
    "code": "en",
    "folders": "/nowhere",
    "inputs": "/nowhere",
    "prefix": "a",
    "target": "/nowhere/target",
}
#: Functions for any value at all, one that checks nothing because it reads what was checked, and those of the language.
EXEMPT = {
    "add",
    "from_stored",
    "parse",
    "parse_or_none",
    "close",
    "__enter__",
    "__exit__",
    "__eq__",
    "__lt__",
    "__setattr__",
    "__init__",
}


def functions() -> Iterator[tuple[str, Any, str]]:
    """Yields the class, or None, and the name of each function that is public."""
    for name in docarchive.__all__:
        value = getattr(docarchive, name)
        if inspect.isfunction(value):
            yield name, None, name
        if not inspect.isclass(value) or issubclass(value, Exception) or not value.__module__.startswith("docarchive"):
            continue
        for method, function in vars(value).items():
            plain = getattr(function, "__func__", function)
            public = not method.startswith("_") or (value is Archive and method in ("__contains__", "__getitem__"))
            if public and method not in EXEMPT and inspect.isfunction(plain) and plain.__module__ in value.__module__:
                yield f"{name}.{method}", value, method


def wanted(annotation: str) -> str:
    """Returns an annotation without what is in brackets, and with the types that other names stand for."""
    while "[" in annotation:
        annotation = re.sub(r"\[[^\[\]]*\]", "", annotation)
    parts = annotation.removesuffix(" | Iterable").split(" | ")
    return " | ".join(ALIASES.get(part, part) for part in parts)


def wrong(annotation: str) -> list[Any]:
    kind = wanted(annotation)
    if kind in WRONG:
        return WRONG[kind]
    assert kind.endswith(" | None"), f"which values are wrong for {annotation}?"
    return [value for value in WRONG[kind.removesuffix(" | None")] if value is not None]


def parameters() -> Iterator[tuple[str, Any, str, str, list[Any]]]:
    for title, owner, name in functions():
        function = getattr(owner, name) if owner else getattr(docarchive, name)
        for parameter in inspect.signature(function).parameters.values():
            if parameter.name not in ("self", "cls") and parameter.kind is not parameter.VAR_KEYWORD:
                values = wrong(parameter.annotation)
                if parameter.kind is parameter.VAR_POSITIONAL:  # a list of texts is as good as the texts
                    values = [[value] if isinstance(value, list) and value == ["a"] else value for value in values]
                yield title, owner, name, parameter.name, values


CASES = [*parameters()]


def instance(owner: Any, archive: Archive) -> Any:
    owners = {Archive: archive, Article: Article(title="a"), Snippet: Snippet("a"), Settings: archive.settings}
    return {**owners, Diff: Diff("a", 1, 2, "a.md", "b.md", "a\n", "b\n", ())}[owner]


@pytest.mark.parametrize(
    ("title", "owner", "name", "parameter", "values"), CASES, ids=[f"{c[0]}-{c[3]}" for c in CASES]
)
def test_a_wrong_type_is_a_type_error_that_says_what_is_wanted(
    title: str, owner: Any, name: str, parameter: str, values: list[Any], unchanged: Archive
) -> None:
    is_static = owner is not None and isinstance(vars(owner)[name], classmethod | staticmethod)
    function = (
        getattr(docarchive, name)
        if owner is None
        else getattr(owner if is_static else instance(owner, unchanged), name)
    )
    for value in values:
        with pytest.raises(TypeError, match=f"{parameter} must be ") as raised:
            call(function, parameter, value)
        if not isinstance(value, list):  # of lists, the item at fault is named
            kind = "None" if value is None else type(value).__name__
            assert f"not {kind}" in str(raised.value)


def call(function: Callable[..., Any], parameter: str, value: Any) -> None:
    """Calls a function with one wrong value, and valid ones where values are required."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for each in inspect.signature(function).parameters.values():
        given = value if each.name == parameter else GIVEN.get(each.name)
        if each.kind is each.VAR_KEYWORD or (each.name != parameter and each.default is not each.empty):
            continue
        if each.kind is each.KEYWORD_ONLY or (each.name == parameter and each.default is not each.empty):
            named[each.name] = given
        else:
            positional.append(given)
    function(*positional, **named)


def test_the_walk_finds_the_functions() -> None:
    titles = {case[0] for case in CASES}
    assert {"Archive.search", "Archive.import_", "Archive.create", "Article.from_dict", "quote"} <= titles
    assert len(CASES) > 70


@pytest.mark.parametrize("options", [ImportOptions, ExportOptions])
def test_options_are_checked_before_anything_is_done(options: Any, archive: Archive) -> None:
    annotations = {str: "str", int: "int", bool: "bool"}
    before = len(archive)

    def use(**values: Any) -> None:
        if options is ImportOptions:
            archive.import_(io.BytesIO(b"A text."), **values)
        else:
            archive.export(to=io.BytesIO(), **values)

    for name in declared(options):
        kind = kinds(options)[name]
        key = annotations.get(kind) or ("str | os.PathLike" if kind.__name__ == "PathLike" else kind.__name__)
        for value in WRONG[key]:
            if value is not None:
                with pytest.raises(TypeError, match=f"{name} must be "):
                    use(**{name: value})
    with pytest.raises(TypeError, match=r"has no option 'tga'; it has "):
        use(tga=1)
    assert len(archive) == before


def test_hints() -> None:
    with pytest.raises(TypeError, match=r"Archive\.open\(path\)"):
        Archive("news")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"not PartialDate"):
        quote(PartialDate("2024"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"PartialDate\.parse"):
        PartialDate(2024)  # type: ignore[arg-type]


def test_hints_of_values_that_are_close(archive: Archive) -> None:
    with pytest.raises(TypeError, match="pass its id"):
        archive.get(Article(id="a"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"Article\.from_dict"):
        archive.import_({"title": "a"})
    with pytest.raises(TypeError, match=r"io\.BytesIO"):
        archive.import_(b"a")  # type: ignore[arg-type]


class Integer:
    """A number as NumPy's are."""

    def __index__(self) -> int:
        return 3


def test_values_that_fit_in_another_form() -> None:
    assert check("a", "tag", "Iterable[str]") == ["tag"]
    assert check("a", iter(["tag"]), "Iterable[str]") == ["tag"]
    assert check("a", Integer(), "int | None") == 3
    assert check("a", 3, "float") == 3.0


def test_errors_name_the_class_that_a_method_is_called_on(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        for name in ("tag", "add_all", "export"):
            with pytest.raises(TypeError, match=rf"^Archive\.{name}: "):
                getattr(archive, name)(3)
        with pytest.raises(TypeError, match=r"^Archive\.import_: inputs must be .*, not a list of str in a list$"):
            archive.import_([["a.jsonl"]])  # type: ignore[list-item]

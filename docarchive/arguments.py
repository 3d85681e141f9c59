"""Arguments: checks what users of the library pass, by the annotations of the function.

Useful for public functions, whose callers may not check types. Not useful within the package, which mypy checks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import wraps
from operator import index
from typing import Any, Final, ParamSpec, TypeVar

from docarchive.errors import UsageError
from docarchive.records import NamedTuple
from docarchive.regexes import lazy

_P = ParamSpec("_P")
_R = TypeVar("_R")
_VARIABLE: Final = 0x04  # the flag of code with ``*arguments``
_MISFIT: Final = object()
_BRACKETS: Final = lazy(r"\[[^\[\]]*\]")


class _Misfit(TypeError):
    """An argument has another type than its function wants."""


class _Kind(NamedTuple):
    """What a part of an annotation accepts."""

    words: str  # how messages call it
    read: Callable[[Any], Any]  # returns the value as the function gets it, or ``_MISFIT``


def _of(*types: type) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, types) else _MISFIT


def _integer(value: Any) -> Any:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        return _MISFIT
    return index(value)  # NumPy's numbers too


def _number(value: Any) -> Any:
    if isinstance(value, bool | str) or not hasattr(value, "__float__"):
        return _MISFIT
    return value if isinstance(value, float) else float(value)


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        return [value]  # facets="tag" is one key, not three letters
    if isinstance(value, Mapping | bytes) or not isinstance(value, Iterable):
        return _MISFIT
    items = [*value]
    return items if all(isinstance(item, str) for item in items) else _MISFIT


def _articles(value: Any) -> Any:
    single = isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable)
    return _MISFIT if single else value


def _stream(value: Any) -> Any:
    return value if callable(getattr(value, "read", None)) or callable(getattr(value, "write", None)) else _MISFIT


#: By the name in an annotation, without what is in brackets.
_KINDS: Final = {
    "str": _Kind("a str", _of(str)),
    "int": _Kind("an int", _integer),
    "float": _Kind("a number", _number),
    "bytes": _Kind("bytes", _of(bytes)),
    "bool": _Kind("True or False", _of(bool)),
    "None": _Kind("None", _of(type(None))),
    "os.PathLike": _Kind("a path", _of(os.PathLike)),
    "BinaryIO": _Kind("a stream", _stream),
    "TextIO": _Kind("a stream", _stream),
    "datetime": _Kind("a datetime", _of(datetime)),
    "Articles": _Kind("an iterable of articles", _articles),
    "Iterable": _Kind("a list of str", _texts),
    "Mapping": _Kind("a dict", _of(Mapping)),
    "Callable": _Kind("a function", lambda value: value if callable(value) else _MISFIT),
}
#: Classes that arguments may have.
_CLASSES: Final = frozenset({"Article", "Path"})
_PATH: Final = _KINDS["os.PathLike"]
#: Other names of these kinds.
_ALIASES: Final = {
    "Notify": "Callable",
    "Observe": "Callable",
    "Progress": "Callable",
    "Sort": "str",
    "EngineName": "str",
}


def check(name: str, value: Any, annotation: str) -> Any:
    """Returns the value of an argument as its function gets it: a single text as a list of it, where a list is wanted.

    Args:
        name: The name of the argument, for the message.
        value: The value that a caller passed.
        annotation: The types that it may have, such as ``int | None``.

    Raises:
        TypeError: It has another type.
        UsageError: It is the empty text where a path is wanted.
    """
    try:
        return _read(name, value, _kinds(annotation))
    except _Misfit as misfit:
        raise TypeError(str(misfit)) from None


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorates a public function: its arguments are checked, and passed on as ``check`` returns them.

    Where any number of arguments may be given, lists of them may be given too.
    """
    code = function.__code__
    named = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    positional = named[: code.co_argcount]
    others = code.co_varnames[len(named)] if code.co_flags & _VARIABLE else None
    kinds = {name: _kinds(text) for name, text in function.__annotations__.items() if name in named}
    if others is not None:  # lists of them are no values of their own
        kinds[others] = [kind for kind in _kinds(function.__annotations__[others]) if kind is not _KINDS["Iterable"]]
    title = function.__qualname__

    def read(name: str, value: Any) -> Any:
        return _read(name, value, kinds[name]) if name in kinds else value

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            first = [read(name, value) for name, value in zip(positional, args, strict=False)]
            rest = args[len(first) :]
            if rest and others is not None:
                rest = tuple(_flat(others, rest, kinds[others]))
            for name in kwargs:
                kwargs[name] = read(name, kwargs[name])
        except _Misfit as misfit:
            raise TypeError(f"{_title(title, args[:1])}: {misfit}") from None
        return function(*first, *rest, **kwargs)  # type: ignore[arg-type]

    return call


def _title(qualified: str, first: tuple[Any, ...]) -> str:
    """Returns the name of a function as callers know it: with the class of the object, which may inherit it."""
    owner, _, name = qualified.rpartition(".")
    if first and any(base.__name__ == owner for base in type(first[0]).__mro__):
        return f"{type(first[0]).__name__}.{name}"
    return qualified


def _kinds(annotation: str) -> list[_Kind]:
    while _BRACKETS.search(annotation):
        annotation = _BRACKETS.sub("", annotation)
    names = annotation.split(" | ")
    return [_KINDS.get(_ALIASES.get(name, name)) or _class(name) for name in names if name not in ("Any", "object")]


def _class(name: str) -> _Kind:
    """Returns the kind of a class of docarchive, which is compared by name: its module need not be loaded for it.

    Raises:
        LookupError: It is none of ``_CLASSES``; an alias of another kind would accept nothing.
    """
    if name not in _CLASSES:
        raise LookupError(f"arguments of the type {name} cannot be checked; add it to the tables of this module")
    return _Kind(f"an {name}" if name[0] in "AEIO" else f"a {name}", lambda value: _by_name(value, name))


def _by_name(value: Any, name: str) -> Any:
    return value if any(base.__name__ == name for base in type(value).__mro__) else _MISFIT


def _read(name: str, value: Any, kinds: list[_Kind], within: str = "") -> Any:
    if value == "" and _PATH in kinds:  # pathlib takes it for the current folder
        raise UsageError("an empty path names nothing; name a file or folder, or . for the current folder")
    if _PATH in kinds and isinstance(value, str | os.PathLike):
        _check_path(value)
    for kind in kinds:
        result = kind.read(value)
        if result is not _MISFIT:
            return result
    if not kinds:
        return value
    raise _Misfit(_message(name, value, kinds, within))


def _check_path(path: str | os.PathLike[str]) -> None:
    """Raises ``UsageError`` for a text that no file system takes for a path."""
    try:
        is_one = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:  # of half a character
        is_one = False
    if not is_one:
        raise UsageError(f"no file can have the name {ascii(os.fspath(path))[:60]}")


def _flat(name: str, values: Iterable[Any], kinds: list[_Kind]) -> Iterable[Any]:
    """Yields checked values, and those in lists of them."""
    for value in values:
        if isinstance(value, list | tuple | set | frozenset | Iterator) and all(
            k.read(value) is _MISFIT for k in kinds
        ):
            for item in value:
                yield _read(name, item, kinds, f" in a {type(value).__name__}")
        else:
            yield _read(name, value, kinds)


def _message(name: str, value: Any, kinds: list[_Kind], within: str) -> str:
    words = [*dict.fromkeys(kind.words for kind in kinds)]
    wanted = " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    return f"{name} must be {wanted}, not {_name_of(value)}{within}{_hint(value, words)}"


def _name_of(value: Any) -> str:
    if value is None:
        return "None"
    name = type(value).__name__
    if isinstance(value, list | tuple | set) and value:
        inner = {type(item).__name__ for item in value}
        return f"a {name} of {inner.pop()}" if len(inner) == 1 else f"a {name} of {', '.join(sorted(inner))}"
    return name


def _hint(value: Any, words: list[str]) -> str:
    """Returns how to get what is wanted from a value of some common wrong types."""
    if isinstance(value, bytes | bytearray):
        if "a stream" in words:
            return "; wrap the bytes of a file in io.BytesIO"
        return "; decode it" if "a str" in words else ""
    if isinstance(value, Mapping) and "an Article" in words:
        return "; make an article of it with Article.from_dict"
    if "a str" in words and "a stream" not in words and isinstance(getattr(value, "id", None), str):
        return "; pass its id"
    return ""

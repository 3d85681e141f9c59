"""What commands declare: their parameters, in Typer's words but without Typer.

``typed`` makes Typer's form of a command, for help, errors and completion; ``plain`` reads the usual
command lines by the same declarations, so that most commands run without loading Typer at all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

_EMPTY: Final = object()


class Context:
    """What a command is told beside its parameters; where Typer has read them, its own context stands in.

    Attributes:
        obj: The archive that ``--archive`` names, or None.
    """

    def __init__(self, obj: Path | None) -> None:
        self.obj = obj


class Option:
    """An option, within ``Annotated``.

    Args:
        names: Such as ``--output`` and ``-o``; if left out, the one that the parameter's name makes.
        settings: As ``typer.Option`` takes them.
    """

    def __init__(self, *names: str, **settings: Any) -> None:
        self.names = names
        self.settings = settings


class Argument:
    """An argument, within ``Annotated``.

    Args:
        settings: As ``typer.Argument`` takes them.
    """

    def __init__(self, **settings: Any) -> None:
        self.settings = settings


class Parameter(NamedTuple):
    """A parameter of a command.

    Attributes:
        name: As its function has it.
        kind: The type of its value, or of each of its values: str, int, float, bool, Path, ….
        many: Whether it is a list.
        declared: What it was declared as; None for the context.
        default: None if it may be left out, and is None then.
        required: Whether it must be given.
    """

    name: str
    kind: type
    many: bool
    declared: Option | Argument | None
    default: Any
    required: bool


def parameters(function: Callable[..., Any]) -> list[Parameter]:
    """Returns the parameters of a command, in order."""
    count = function.__code__.co_argcount
    names = function.__code__.co_varnames[:count]
    defaults = dict(zip(reversed(names), reversed(function.__defaults__ or ()), strict=False))
    return [_parameter(name, annotation(function, name), defaults.get(name, _EMPTY)) for name in names]


def annotation(function: Callable[..., Any], name: str) -> Any:
    """Returns what a parameter is annotated with, evaluated."""
    found = function.__annotations__[name]
    return eval(found, function.__globals__) if isinstance(found, str) else found  # noqa: S307 - it is our own code


def _parameter(name: str, found: Any, default: Any) -> Parameter:
    declared = next((each for each in getattr(found, "__metadata__", ()) if isinstance(each, Option | Argument)), None)
    kind = getattr(found, "__origin__", found)
    if (parts := getattr(kind, "__args__", None)) and type(None) in parts:
        kind = parts[0]
    many = getattr(kind, "__origin__", None) is list
    kind = kind.__args__[0] if many else kind
    return Parameter(name, kind, many, declared, None if default is _EMPTY else default, default is _EMPTY)

"""The declarations of commands' parameters: as Typer's, but without Typer.

``app`` turns them into Typer's for help, errors and completion; ``plain`` reads plain command lines by them, so that
most commands run without importing Typer (decision 0046).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from docarchive.records import NamedTuple

_EMPTY: Final = object()
_Command = TypeVar("_Command", bound=Callable[..., Any])


class Context:
    """The context of a command, in place of Typer's.

    Attributes:
        obj: The folder that ``--archive`` names, or None.
    """

    def __init__(self, obj: Path | None) -> None:
        self.obj = obj


class Option:
    """Declares an option, inside ``Annotated``.

    Args:
        names: Its names, such as ``--output`` and ``-o``; made from the parameter's name if left out.
        settings: Keyword arguments of ``typer.Option``.
    """

    def __init__(self, *names: str, **settings: Any) -> None:
        self.names = names
        self.settings = settings


class Argument:
    """Declares an argument, inside ``Annotated``.

    Args:
        settings: Keyword arguments of ``typer.Argument``.
    """

    def __init__(self, **settings: Any) -> None:
        self.settings = settings


class Parameter(NamedTuple):
    """A parameter of a command.

    Attributes:
        name: The name of the function's parameter.
        kind: The type of its value, or of the items of its value: str, int, float, bool or Path.
        many: Whether its value is a list.
        declared: Its declaration; None for the context.
        default: Its default; None if it is optional without a default.
        required: Whether it is required.
    """

    name: str
    kind: type
    many: bool
    declared: Option | Argument | None
    default: Any
    required: bool


#: The options of the program, which every command takes too. Their values are for the context, not for the command.
ARCHIVE: Final = Parameter(
    "archive",
    Path,
    False,
    Option(
        "--archive",
        metavar="DIR",
        help="The folder of the archive. The default is the archive that contains the current folder.",
    ),
    None,
    False,
)
JSON_VERSION: Final = Parameter(
    "json_version",
    int,
    False,
    Option("--json-version", metavar="N", min=0, help="Fail unless --json prints version N of the JSON schema."),
    None,
    False,
)


def names_of(option: Parameter) -> tuple[str, ...]:
    """Returns the names of an option: as they are declared, or made from the parameter's name."""
    return getattr(option.declared, "names", ()) or (f"--{option.name.strip('_').replace('_', '-')}",)


def with_parameters(extra: list[Parameter]) -> Callable[[_Command], _Command]:
    """Returns a decorator that adds parameters to a command, which receives them as keyword arguments."""

    def give(function: _Command) -> _Command:
        function.__dict__["parameters"] = extra
        return function

    return give


def parameters(function: Callable[..., Any]) -> list[Parameter]:
    """Returns the parameters of a command: arguments, options, added options, ``--json``, and those of the program."""
    count = function.__code__.co_argcount
    names = function.__code__.co_varnames[:count]
    defaults = dict(zip(reversed(names), reversed(function.__defaults__ or ()), strict=False))
    own = [_parameter(name, _annotation(function, name), defaults.get(name, _EMPTY)) for name in names]
    options = [parameter for parameter in own if isinstance(parameter.declared, Option)]
    others = [parameter for parameter in own if not isinstance(parameter.declared, Option)]
    added = function.__dict__.get("parameters", ())
    json = [option for option in options if option.name == "json"]
    own = [option for option in options if option not in json]
    return [*others, *own, *added, *json, ARCHIVE, JSON_VERSION]


def _annotation(function: Callable[..., Any], name: str) -> Any:
    """Returns the annotation of a parameter, evaluated."""
    annotation = function.__annotations__[name]
    return eval(annotation, function.__globals__) if isinstance(annotation, str) else annotation  # noqa: S307 - our own


def _parameter(name: str, annotation: Any, default: Any) -> Parameter:
    metadata = getattr(annotation, "__metadata__", ())
    declared = next((item for item in metadata if isinstance(item, Option | Argument)), None)
    kind = getattr(annotation, "__origin__", annotation)
    if (members := getattr(kind, "__args__", None)) and type(None) in members:
        kind = members[0]
    many = getattr(kind, "__origin__", None) is list
    kind = kind.__args__[0] if many else kind
    return Parameter(name, kind, many, declared, None if default is _EMPTY else default, default is _EMPTY)

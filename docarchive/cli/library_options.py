"""Command-line options made from the library's declarations, and the library's values made from the command line.

``archive.options`` declares each option once for the library, the settings and the commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from docarchive.archive.import_and_export_options import Declared, ExportOptions, ImportOptions, declared, kinds
from docarchive.cli.declaring import Option, Parameter, with_parameters
from docarchive.cli.shared_arguments import formats
from docarchive.errors import UsageError

_Command = TypeVar("_Command", bound=Callable[..., Any])
#: What completes the values of an option, if that is not declared.
_COMPLETED: Final = {"format": lambda: formats("import")}


def import_options(command: str) -> Callable[[_Command], _Command]:
    """Returns a decorator that gives a command the import options declared for it, as keyword arguments."""
    return with_parameters(_parameters(ImportOptions, command))


def export_options(command: str) -> Callable[[_Command], _Command]:
    """Returns a decorator that gives a command the export options declared for it, as keyword arguments."""
    return with_parameters(_parameters(ExportOptions, command))


def import_values(values: Mapping[str, Any]) -> ImportOptions:
    """Returns the options of an import from a command's keyword arguments.

    Raises:
        UsageError: A value is not of the form ``KEY=VALUE``.
    """
    return _values(ImportOptions, values)  # type: ignore[return-value]


def export_values(values: Mapping[str, Any]) -> ExportOptions:
    """Returns the options of an export from a command's keyword arguments."""
    return _values(ExportOptions, values)  # type: ignore[return-value]


def flags(options: type, names: Iterable[str]) -> str:
    """Returns the flags of options for messages: ``--tag, --map``."""
    return ", ".join(_names(name, declared(options)[name])[0] for name in names)


def _parameters(options: type, command: str) -> list[Parameter]:
    return [
        _parameter(name, option, kinds(options)[name])
        for name, option in declared(options).items()
        if command in option.commands
    ]


def _parameter(name: str, option: Declared, kind: type) -> Parameter:
    many = issubclass(kind, Iterable) and kind is not str and not option.separator
    settings: dict[str, Any] = {"help": f"{option.help} Repeatable." if many else option.help}
    if option.metavar:
        settings["metavar"] = option.metavar
    if option.minimum is not None:
        settings["min"] = option.minimum
    if option.choices:
        settings["autocompletion"] = lambda: [*option.choices]
    elif name in _COMPLETED:
        settings["autocompletion"] = _COMPLETED[name]
    if default_text := option.shown_default or (option.default if isinstance(option.default, str) else ""):
        settings["show_default"] = default_text
    value_kind = kind if kind in (bool, int) else Path if option.metavar == "FILE" else str
    default = False if kind is bool and option.default is not None else None
    return Parameter(name, value_kind, many, Option(*_names(name, option), **settings), default, False)


def _names(name: str, option: Declared) -> list[str]:
    return option.flag.split() or [f"--{name.replace('_', '-')}"]


def _values(options: type, values: Mapping[str, Any]) -> dict[str, Any]:
    converted: dict[str, Any] = {}
    for name, value in values.items():
        option = declared(options)[name]
        if not value and not (value is False and option.default is None):
            continue
        if issubclass(kinds(options)[name], Mapping):
            value = dict(pair(text, _names(name, option)[0], option.metavar, option.example) for text in value)
        elif option.separator:
            value = [item.strip() for item in value.split(option.separator) if item.strip()]
        converted[name] = value
    return converted


def pair(text: str, flag: str, metavar: str, example: str) -> tuple[str, str]:
    """Returns the two sides of a value such as ``source=Reuters``."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip() or not value.strip():
        raise UsageError(f"{flag} takes {metavar}, such as {example}, not {text!r}")
    return key.strip(), value.strip()

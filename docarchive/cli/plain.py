"""Reads plain command lines without Typer, by the same declarations (decision 0046).

Anything else (help, an abbreviated option, a mistake, a value of a rare type) is left to Typer, which prints the help
or the error. So this module never prints, and it reads a command line as Typer does or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from docarchive.cli.commands import COMMANDS, WITH_MINUS, command
from docarchive.cli.declaring import ARCHIVE, JSON_VERSION, Argument, Context, Option, Parameter, names_of, parameters
from docarchive.errors import UsageError
from docarchive.records import NamedTuple

#: The environment variable that names the archive.
VARIABLE: Final = "DOCARCHIVE_ARCHIVE"
_PROGRAM: Final = {name: option for option in (ARCHIVE, JSON_VERSION) for name in names_of(option)}
#: The short name of ``--limit``, which may be written together with its value: ``-n5``.
LIMIT: Final = "-n"
_MAX_DIGITS: Final = 9


class Call(NamedTuple):
    """A command and its arguments.

    Attributes:
        function: The command's function.
        context: Its context.
        values: The values of its parameters by name.
    """

    function: Callable[..., Any]
    context: Context
    values: dict[str, Any]

    def run(self) -> Any:
        """Runs the command; returns its exit code or None."""
        takes = "context" in self.function.__code__.co_varnames[: self.function.__code__.co_argcount]
        return self.function(self.context, **self.values) if takes else self.function(**self.values)


class _Unusual(Exception):
    """Typer must read the command line."""


def call(arguments: list[str], environment: Mapping[str, str]) -> Call | None:
    """Returns the command of a command line with its arguments, or None if Typer must read it.

    Args:
        arguments: The words after the program's name.
        environment: The environment variables of the process.
    """
    try:
        options, at = _before(arguments)
        if at == len(arguments) or arguments[at] not in COMMANDS:
            return None
        function = command(arguments[at])
        values = options | _Line(parameters(function), arguments[at] in WITH_MINUS).read(arguments[at + 1 :])
        archive, version = values.pop(ARCHIVE.name, None), values.pop(JSON_VERSION.name, None)
        if version is not None:
            _check_json_version(version)
        if archive is None and environment.get(VARIABLE):
            archive = _path(environment[VARIABLE])
        return Call(function, Context(archive), values)
    except _Unusual:
        return None


def command_named(arguments: list[str]) -> str | None:
    """Returns the name of a command line's command, which may not exist, or None if only Typer can find it."""
    with suppress(_Unusual):
        _, at = _before(arguments)
        if at < len(arguments):
            return arguments[at]
    return None


def _before(arguments: list[str]) -> tuple[dict[str, Any], int]:
    """Returns the values of the options before the command by their parameters, and the index of the command."""
    options: dict[str, Any] = {}
    at = 0
    while at < len(arguments) and arguments[at].startswith("-"):
        option, sign, value = arguments[at].partition("=")
        if option not in _PROGRAM or (not sign and at + 1 == len(arguments)):
            raise _Unusual
        options[_PROGRAM[option].name] = _value(_PROGRAM[option], value if sign else arguments[at + 1])
        at += 1 if sign else 2
    return options, at


class _Line:
    """Reads the words after a command's name.

    Args:
        declared: The command's parameters.
        takes_minus: Whether words with one leading minus are arguments.
    """

    def __init__(self, declared: list[Parameter], takes_minus: bool) -> None:
        self._takes_minus = takes_minus
        self._options: dict[str, Parameter] = {}
        self._negative: set[str] = set()  # names of options that say no
        self._arguments: list[Parameter] = []
        self._values: dict[str, Any] = {}
        for parameter in declared:
            if isinstance(parameter.declared, Option):
                for name in names_of(parameter):
                    positive, _, negative = name.partition("/")
                    self._options[positive] = parameter
                    if negative:
                        self._options[negative] = parameter
                        self._negative.add(negative)
            elif isinstance(parameter.declared, Argument):
                self._arguments.append(parameter)
            elif parameter.name != "context":
                raise _Unusual

    def read(self, words: list[str]) -> dict[str, Any]:
        """Returns the values of the parameters that are given, by name."""
        positional: list[str] = []
        remaining = iter(words)
        for word in remaining:
            if word == "--":
                positional += remaining
            elif word in self._options:
                self._option(self._options[word], None, remaining)
                if word in self._negative:
                    self._values[self._options[word].name] = False
            elif word.startswith("--"):
                name, sign, value = word.partition("=")
                if not sign or name not in self._options:
                    raise _Unusual
                self._option(self._options[name], value, remaining)
            elif is_limit(word) and LIMIT in self._options:
                self._option(self._options[LIMIT], word[len(LIMIT) :], remaining)
            elif word.startswith("-") and word != "-" and (not self._takes_minus or word == "-h"):
                raise _Unusual
            else:
                positional.append(word)
        self._assign(positional)
        return self._values

    def _option(self, option: Parameter, value: str | None, remaining: Iterator[str]) -> None:
        if option.kind is bool:
            if value is not None:
                raise _Unusual
            self._values[option.name] = True
            return
        if value is None:
            value = next(remaining, None)
            if value is None:
                raise _Unusual
        converted = _value(option, value)
        if option.many:
            self._values.setdefault(option.name, []).append(converted)
        else:
            self._values[option.name] = converted

    def _assign(self, words: list[str]) -> None:
        """Assigns the positional words to the arguments."""
        for argument in self._arguments:
            if argument.many:
                own_words, words = words, []
            else:
                own_words, words = words[:1], words[1:]
            if not own_words and argument.required:
                raise _Unusual
            if own_words:
                values = [_value(argument, word) for word in own_words]
                self._values[argument.name] = values if argument.many else values[0]
        if words:
            raise _Unusual
        for parameter in (*self._options.values(), *self._arguments):
            if parameter.required and parameter.name not in self._values:
                raise _Unusual


def _value(parameter: Parameter, word: str) -> Any:
    """Returns a word converted to the type of a parameter."""
    if not word:
        raise _Unusual
    if parameter.kind is str:
        return word
    if parameter.kind is Path:
        return _path(word)
    settings = parameter.declared.settings if parameter.declared else {}
    if parameter.kind not in (int, float):
        raise _Unusual
    number = _number(word) if parameter.kind is int else _decimal(word)
    if not settings.get("min", number) <= number <= settings.get("max", number):
        raise _Unusual
    return number


def _check_json_version(version: int) -> None:
    from docarchive.cli.shared_arguments import check_json_version

    try:
        check_json_version(version)
    except UsageError:
        raise _Unusual from None  # Typer reports it


def is_limit(word: str) -> bool:
    """Returns whether a word is a limit with its value, such as ``-n5``."""
    return word.startswith(LIMIT) and word.isascii() and word[len(LIMIT) :].isdecimal()


def _number(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) <= _MAX_DIGITS):
        raise _Unusual
    return int(word)


def _decimal(word: str) -> float:
    whole, point, fraction = word.partition(".")
    _number(whole)
    if point:
        _number(fraction)
    return float(word)


def _path(word: str) -> Path:
    if os.path.exists(word) and not os.access(word, os.R_OK):
        raise _Unusual  # Typer reports that it cannot be read
    return Path(word)

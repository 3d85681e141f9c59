"""Reads the commands of the application, with their arguments and options: what reference.py and manual.py print.

It reads the application's own data, not its help as a terminal shows it. So the result is the same whatever the width
of the terminal, the environment and the release of Typer.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from typer.main import get_command

from docarchive.cli.app import application

PROGRAM: Final = "docarchive"
#: Options that Typer adds, in its words; what it says of them depends on its release and on the shell.
_TYPERS_OWN: Final = {
    "install_completion": "Install completion for the current shell.",
    "show_completion": "Show completion for the current shell, to copy it or customize the installation.",
    "help": "Show this message and exit.",
}


class Parameter(NamedTuple):
    """An argument or an option of a command.

    Attributes:
        names: Of an option, such as ``-o`` and ``--output``, the shortest first; none for an argument.
        value: What stands for the value, such as ``FILE``; empty for a flag.
        meaning: One sentence or more.
        variable: The environment variable that sets it, or empty.
        default: As the reference shows it, in Markdown; empty if there is none.
    """

    names: tuple[str, ...]
    value: str
    meaning: str
    variable: str
    default: str


class Command(NamedTuple):
    """A command, or the program itself.

    Attributes:
        path: Such as ``docarchive search``.
        name: Such as ``search``; empty for the program.
        purpose: The first sentence of its help.
        help: Its help, one string for each paragraph.
        epilog: Likewise.
        arguments: In order.
        options: In order.
    """

    path: str
    name: str
    purpose: str
    help: list[str]
    epilog: list[str]
    arguments: list[Parameter]
    options: list[Parameter]

    @property
    def words(self) -> str:
        """What follows the path on a command line."""
        values = [argument.value for argument in self.arguments]
        return " ".join(["[OPTIONS]", *(values if self.name else ["COMMAND ..."])])


def commands() -> tuple[Command, list[Command]]:
    """Returns the program, and its commands in order."""
    group: Any = get_command(application())
    above = group.make_context(PROGRAM, [], resilient_parsing=True)
    return _command(group, "", None), [_command(command, name, above) for name, command in group.commands.items()]


def _command(command: Any, name: str, above: Any) -> Command:
    path = f"{PROGRAM} {name}".strip()
    context = command.make_context(path, [], parent=above, resilient_parsing=True)
    parameters = [parameter for parameter in command.get_params(context) if not getattr(parameter, "hidden", False)]
    help_ = _paragraphs(command.help)
    return Command(
        path,
        name,
        re.split(r"(?<=\.)\s", help_[0])[0],
        help_,
        _paragraphs(command.epilog),
        [_argument(parameter) for parameter in parameters if parameter.param_type_name == "argument"],
        [_option(parameter) for parameter in parameters if parameter.param_type_name == "option"],
    )


def _argument(parameter: Any) -> Parameter:
    value = str(parameter.metavar or parameter.name.upper())
    return Parameter((), value, *_described(parameter))


def _option(parameter: Any) -> Parameter:
    names = tuple(sorted([*parameter.opts, *parameter.secondary_opts], key=len))
    flag = parameter.is_flag or parameter.name in _TYPERS_OWN
    return Parameter(names, "" if flag else _value(parameter), *_described(parameter))


def _value(parameter: Any) -> str:
    if parameter.metavar:
        return str(parameter.metavar)
    return "N" if hasattr(parameter.type, "min") else str(parameter.name).upper()


def _described(parameter: Any) -> tuple[str, str, str]:
    """Returns the meaning, the variable and the default of a parameter."""
    meaning = _TYPERS_OWN.get(parameter.name, parameter.help)
    return meaning, getattr(parameter, "envvar", None) or "", _default(parameter)


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    if parameter.default is None or parameter.default is False or not parameter.show_default:
        return ""
    return f"`{parameter.default}`"


def _paragraphs(text: str | None) -> list[str]:
    paragraphs = re.split(r"\n\s*\n", text or "")
    return [" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip()]

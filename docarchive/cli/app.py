"""The Typer application: help, errors, completion, and command lines that ``plain`` does not read."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from docarchive import __version__
from docarchive.cli.commands import COMMANDS, WITH_MINUS, command
from docarchive.cli.declaring import ARCHIVE, JSON_VERSION, Argument, Context, Option, Parameter, parameters
from docarchive.cli.examples import examples_of
from docarchive.cli.plain import LIMIT, VARIABLE, is_limit
from docarchive.cli.shared_arguments import HIDDEN, check_json_version

_DECLARED: Final[dict[type, Callable[..., Any]]] = {Option: typer.Option, Argument: typer.Argument}


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Returns the application.

    Args:
        names: The commands that it has: one is built faster than all.
    """
    app = typer.Typer(
        name="docarchive",
        help="Keep articles for good: import almost any format, search in an instant, export to many formats.\n\n"
        "Every command takes --archive and --json-version: docarchive search oil --archive news",
        epilog="'docarchive help COMMAND' shows the options of a command.\n\n"
        "Exit codes: 0 success, 1 nothing matched, 2 usage error, 3 some inputs refused, 4 archive unusable.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for name in names:
        app.command(name, cls=_MinusCommand if name in WITH_MINUS else _Command)(typed(command(name)))
    return app


def typed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a command with its parameters declared as Typer declares them."""

    def run(**values: Any) -> Any:
        return function(**{name: value for name, value in values.items() if name not in _OF_PROGRAM})

    run.__name__, run.__doc__ = function.__name__, function.__doc__
    run.__dict__["__signature__"] = inspect.Signature([_for_typer(parameter) for parameter in parameters(function)])
    return run


def _for_typer(parameter: Parameter) -> inspect.Parameter:
    """Returns a parameter as Typer declares it."""
    kind: Any = list[parameter.kind] if parameter.many else parameter.kind  # type: ignore[name-defined]
    if parameter.declared is None:
        annotation: Any = typer.Context if parameter.kind is Context else kind
    else:
        optional = kind if parameter.required or parameter.default is not None else kind | None
        annotation = Annotated[optional, _declaration(parameter, **_OF_PROGRAM.get(parameter.name, {}))]
    default = inspect.Parameter.empty if parameter.required else parameter.default
    return inspect.Parameter(parameter.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _declaration(parameter: Parameter, **more: Any) -> Any:
    """Returns a parameter's declaration as Typer's, with more settings."""
    declared = parameter.declared
    assert declared is not None
    return _DECLARED[type(declared)](*getattr(declared, "names", ()), **declared.settings, **more)


class _Command(TyperCommand):
    """A command whose help has no brackets but those of what may be left out."""

    def get_help(self, ctx: Any) -> str:
        """Returns the help without Typer's brackets around required arguments and defaults, and without ``x>=0``."""
        text = re.sub(r"\{([A-Z]+(?:\.\.\.)?)\}", r"\1", super().get_help(ctx))
        text = re.sub(r"\s+\[x>=[01]\]|;?\s+x>=[01](?=\])", "", text)
        text = re.sub(r"(\[default:\s+)\(([^()]*)\)", r"\1\2", text)
        examples = examples_of(self.name or "")
        return f"{text.rstrip()}\n\n{examples}" if examples else text


class _MinusCommand(_Command):
    """A command whose words with one leading minus are arguments (``oil -opec``, ``-1``), not options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Hides the minus of these words from the parser; ``joined`` restores it."""
        options = {name: option for option in self.get_params(ctx) for name in option.opts}
        hidden: list[str] = []
        literal = value = False
        for word in args:
            hide = not literal and not value and word[:1] == "-" and word[:2] != "--" and word not in (*options, "-")
            hide = hide and not (is_limit(word) and LIMIT in options)
            hidden.append(HIDDEN + word if hide else word)
            literal = literal or (word == "--" and not value)
            value = not literal and not value and word in options and not getattr(options[word], "is_flag", True)
        return super().parse_args(ctx, hidden)


def _name_archive(context: typer.Context, archive: Path | None) -> None:
    if archive is not None:
        context.obj = archive


def _check_json_version(version: int | None) -> None:
    if version is not None:
        check_json_version(version)


#: More settings of the options of the program after a command, by their parameters.
_OF_PROGRAM: Final[dict[str, dict[str, Any]]] = {
    ARCHIVE.name: {"callback": _name_archive, "expose_value": False},
    JSON_VERSION.name: {"callback": _check_json_version, "expose_value": False, "hidden": True},
}


def _print_version(show: bool) -> None:
    if show:
        typer.echo(f"docarchive {__version__}")
        raise typer.Exit


def _options(
    context: typer.Context,
    archive: Annotated[Path | None, _declaration(ARCHIVE, envvar=VARIABLE)] = None,
    json_version: Annotated[int | None, _declaration(JSON_VERSION)] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    _check_json_version(json_version)
    context.obj = archive

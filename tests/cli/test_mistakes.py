"""Mistakes in command lines: each says what is wrong in plain words, and what was probably meant."""

from __future__ import annotations

import pytest

from docarchive.cli import running
from docarchive.cli.commands import COMMANDS, command
from docarchive.cli.declaring import Option, parameters
from docarchive.cli.mistakes import _INSTEAD, _SYNONYMS


def said(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Returns what is said of a command line, without the name of the program."""
    words = line.split()
    with pytest.raises(Exception) as raised:  # noqa: PT011 - Typer's classes are its own
        running._by_typer(running._helped(words))
    assert running.report(raised.value, words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("docarchive: ")
    assert err.count("\n") == 1
    return err.removeprefix("docarchive: ").rstrip("\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("serach oil", "there is no command 'serach'; did you mean search?"),
        ("--archive news exprot", "there is no command 'exprot'; did you mean export?"),
        ("help serch", "there is no command 'serch'; did you mean search?"),
        ("xyzzy", "there is no command 'xyzzy'; 'docarchive --help' lists them"),
        ("ls", "there is no command 'ls'; did you mean list?"),
        ("search --jsno oil", "there is no option --jsno; did you mean --json?"),
        ("import x --no-image", "there is no option --no-image; did you mean --no-images?"),
        ("--archiv news list", "there is no option --archiv; did you mean --archive?"),
        ("--limit 3 list", "there is no option --limit; --limit goes after the command: docarchive list --limit"),
        ("--jsno", "there is no option --jsno; --json goes after the command: docarchive search --json"),
        ("stats --xyzzy", "there is no option --xyzzy; 'docarchive stats --help' lists them"),
        ("stats --json=3", "--json takes no value"),
        ("search --limit", "--limit needs a value; see 'docarchive search --help'"),
        ("search --limit -1", "--limit takes a whole number, 0 or more, not -1"),
        ("search -n three", "--limit takes a whole number, 0 or more, not three"),
        ("duplicates --threshold 2", "--threshold takes a number from 0.3 to 1, not 2.0"),
        ("sync --wait soon", "--wait takes a number, 0 or more, not soon"),
        ("stats a b", "too many arguments: a b; see 'docarchive stats --help'"),
        ("show", "Missing argument 'ID...'; see 'docarchive show --help'"),
    ],
)
def test_a_mistake_is_described(line: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(line, capsys) == message


def numbers() -> list[tuple[str, str, object]]:
    """Returns command, option and least value of each option that takes a number."""
    return [
        (
            name,
            (parameter.declared.names or (f"--{parameter.name.replace('_', '-')}",))[0],
            parameter.declared.settings.get("min"),
        )
        for name in COMMANDS
        for parameter in parameters(command(name))
        if isinstance(parameter.declared, Option) and parameter.kind in (int, float)
    ]


@pytest.mark.parametrize(("name", "option", "least"), numbers(), ids=lambda value: str(value))
def test_of_every_number_its_range_is_said_in_words(
    name: str, option: str, least: object, capsys: pytest.CaptureFixture[str]
) -> None:
    for value in ("x", "-7") if least is not None else ("x",):
        text = said(f"{name} {option} {value}", capsys)
        assert text.startswith(f"{option} takes a ")
        assert "range" not in text
        assert "<" not in text


def test_what_other_programs_call_a_command_is_no_command_here() -> None:
    assert {*_SYNONYMS.values()} <= {*COMMANDS}
    assert {*COMMANDS}.isdisjoint({*_SYNONYMS, *_INSTEAD})


@pytest.mark.parametrize("name", [*COMMANDS])
def test_help_of_a_command(name: str) -> None:
    assert running._helped(["help", name]) == [name, "--help"]


def test_help_alone() -> None:
    assert running._helped(["help"]) == running._helped(["help", "help"]) == ["--help"]
    assert running._helped(["search", "help"]) == ["search", "help"]
    for options in (["--archive", "news"], ["--archive=news"], ["--archive", "help"]):
        assert running._helped([*options, "help", "search"]) == ["search", "--help"]
        assert running._helped([*options, "help"]) == ["--help"]
        assert running._helped([*options, "search", "help"]) == [*options, "search", "help"]

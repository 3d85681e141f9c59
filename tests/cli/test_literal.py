"""``--literal``: a text is searched for as it is, by every command that takes a query for text."""

from pathlib import Path

import pytest
from conftest import Cli

from docarchive.cli.commands import COMMANDS, WITH_MINUS, command
from docarchive.cli.declaring import Argument, Option, parameters

TEXT = 'A (very) "odd" title: it\'s -not* AND OR'


def test_a_literal_query_is_the_words_as_they_are(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{TEXT}\n\nSome text of it.", "utf-8")
    (tmp_path / "b.txt").write_text("Another one\n\nnot a very odd or it's title and", "utf-8")
    cli("--archive", "n", "import", "a.txt", "b.txt", code=0)
    (hit,) = cli("--archive", "n", "search", TEXT, "--literal", "--json", code=0).json["hits"]
    assert hit["title"].startswith("A (very)")
    assert cli("--archive", "n", "search", "--literal", TEXT, "--count", code=0).out == "1\n"
    assert cli("--archive", "n", "export", "--literal", TEXT, code=0).out.count("\n") == 1
    assert cli("--archive", "n", "search", "--literal", *TEXT.split(), "--ids", code=0).out == f"{hit['id']}\n"
    cli("--archive", "n", "search", TEXT, code=2)
    cli("--archive", "n", "search", "--literal", "no such -text", code=1)
    assert cli("--archive", "n", "list", TEXT, "--literal", "--ids", code=0).out == f"{hit['id']}\n"
    assert cli("--archive", "n", "log", "--literal", TEXT, code=0).out.count("\n") == 1
    for change in (["tag", "+seen"], ["set", "rating=5"], ["remove"], ["purge"]):
        done = cli("--archive", "n", *change, "--literal", TEXT, "--dry-run", code=0)
        assert "1 changed" in done.out or "1 article," in done.out, change
        cli("--archive", "n", *change, "--literal", "no such -text", "--dry-run", code=1)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_with_a_query_takes_it_as_it_is(name: str, cli: Cli) -> None:
    declared = parameters(command(name))
    options = {item.name for item in declared if isinstance(item.declared, Option)}
    words = [str(item.declared.settings.get("metavar")) for item in declared if isinstance(item.declared, Argument)]
    with_query = any("QUERY" in metavar for metavar in words)
    assert ("literal" in options) is with_query
    if with_query:
        assert name in WITH_MINUS
        cli("init", "n", code=0)
        query = (
            ["run", ""] if name == "rules" else ["", "a=b"] if name == "set" else ["+x", ""] if name == "tag" else [""]
        )
        # a variable of the shell that is not set is not all articles
        assert "--literal needs words" in cli("--archive", "n", name, "--literal", *query, code=2).err


def test_a_query_among_other_arguments_may_begin_with_a_minus(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Pier\n\nSome text of it.", "utf-8")
    cli("--archive", "n", "import", "a.txt", code=0)
    cli("--archive", "n", "log", "-tag:seen", code=0)
    cli("--archive", "n", "remove", "pier", code=0)
    cli("--archive", "n", "restore", "in:trash", "-pier", code=1)
    cli("--archive", "n", "restore", "in:trash", "-other", code=0)
    assert "no rules" not in cli("--archive", "n", "rules", "run", "-pier").err

"""``--json-version``: what is supported changes nothing, what is not is refused before anything is done."""

from pathlib import Path

import pytest
from conftest import Cli

import docarchive
from docarchive.cli import shared_arguments


@pytest.mark.parametrize(
    "form", [["--json-version", "1"], ["--json-version=1"], ["--archive", "a", "--json-version=1"]]
)
def test_the_schema_that_is_printed_may_be_asked_for(form: list[str], cli: Cli) -> None:
    assert cli(*form, "formats", "--json", code=0).out == cli("formats", "--json", code=0).out


#: A command line that is read without Typer, and one that Typer reads.
@pytest.mark.parametrize("command", [["init", "a", "--json"], ["init", "a", "--jso"]])
@pytest.mark.parametrize("version", ["0", str(docarchive.SCHEMA + 1), "999999999"])
def test_another_schema_is_refused_and_nothing_is_done(
    command: list[str], version: str, cli: Cli, tmp_path: Path
) -> None:
    refused = cli("--json-version", version, *command, code=2)
    message = f"--json-version {version} is not supported: this docarchive prints JSON of schema {docarchive.SCHEMA}"
    assert (refused.out, refused.err) == ("", f"docarchive: {message}\n")
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("version", ["-1", "1.0", "one", ""])
def test_what_is_no_version_is_wrong_usage(version: str, cli: Cli) -> None:
    refused = cli("--json-version", version, "formats", code=2)
    assert refused.out == ""
    assert "--json-version" in refused.err


def test_a_range_is_said_where_several_schemas_are_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_arguments, "OLDEST_SCHEMA", 0)
    shared_arguments.check_json_version(0)
    with pytest.raises(docarchive.UsageError, match=f"of schema 0 to {docarchive.SCHEMA}"):
        shared_arguments.check_json_version(docarchive.SCHEMA + 1)

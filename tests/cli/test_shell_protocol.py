"""What a shell is told that completes a value; in a real shell where there is one."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Cli
from interpreter import PATIENCE

from docarchive import Archive
from docarchive.cli.commands import WITH_QUERY, command
from docarchive.cli.declaring import Option, parameters
from docarchive.cli.shell_protocol import FLAGS, WITH_ID, WITH_VALUE, answer


def bash(words: list[str], **environment: str) -> list[str]:
    """What bash is told; it parts words at colons."""
    found = answer(
        {
            "_DOCARCHIVE_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
            **environment,
        }
    )
    return found.splitlines() if found is not None else ["(asks Typer)"]


def other(shell: str, line: str, root: Path) -> str | None:
    """What zsh or fish is told."""
    return answer(
        {
            "_DOCARCHIVE_COMPLETE": f"complete_{shell}",
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            "DOCARCHIVE_ARCHIVE": str(root),
        }
    )


def test_flags_are_those_that_the_commands_declare() -> None:
    declared = [parameter for name in (*WITH_QUERY, *WITH_ID) for parameter in parameters(command(name))]
    assert {
        item.name.strip("_") for item in declared if isinstance(item.declared, Option) and item.kind is bool
    } == FLAGS
    valued = [item.declared.names for item in declared if isinstance(item.declared, Option) and item.kind is not bool]
    assert {name for names in valued for name in names if not name.startswith("--")} == WITH_VALUE


@pytest.mark.parametrize(
    "words",
    [
        ["export", "-o", "ta"],
        ["export", "--output", ""],
        ["export", "pier", "--output", "=", "ta"],
        ["export", "--output", "="],
        ["search", "-n", "ta"],
        ["search", "--similar-to", "ta"],
        ["export", "--ids", "ta"],
    ],
)
def test_after_an_option_with_a_value_no_query_is_completed(words: list[str], archive: Archive, root: Path) -> None:
    """Typer offers nothing for these, and shells then offer files."""
    assert bash(["docarchive", *words], DOCARCHIVE_ARCHIVE=str(root)) == ["(asks Typer)"]


def test_after_a_value_and_after_two_dashes_a_query_is_completed(archive: Archive, root: Path) -> None:
    given = {"DOCARCHIVE_ARCHIVE": str(root)}
    for before in (["-o", "x.csv"], ["-n", "3"], ["--output", "=", "x.csv"], ["--"], ["rating", ":", ">", "=", "3"]):
        assert bash(["docarchive", "export", *before, "ra"], **given) == ["rating:"]


def test_the_value_of_an_option_with_an_equals_sign_is_a_file_in_zsh(root: Path) -> None:
    assert other("zsh", "docarchive export --output=ta", root) == "compset -P '*='; _files"


@pytest.mark.skipif(not shutil.which("fish"), reason="needs fish")
@pytest.mark.parametrize("line", ["export -o quay", "export --output quay", "import quay", "search --similar-to quay"])
def test_files_in_a_real_fish(line: str, tmp_path: Path) -> None:
    program = tmp_path / "docarchive"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m docarchive "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    environment["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    show = [str(program), "--show-completion", "fish"]
    script = subprocess.run(show, capture_output=True, text=True, check=True, env=environment).stdout
    (tmp_path / "script.fish").write_text(script)
    (tmp_path / "quay.csv").write_text("")
    code = f"source script.fish; complete -C 'docarchive {line}'"
    done = subprocess.run(["fish", "-c", code], capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert done.stdout == "quay.csv\n"


def test_values_in_bash(archive: Archive, root: Path) -> None:
    given = {"DOCARCHIVE_ARCHIVE": str(root)}
    assert bash(["docarchive", "search", "tag", ":", "h"], **given) == ["harbour"]
    assert bash(["docarchive", "search", "place", ":"], **given) == [r"\"El\ Salvador\"", "north-bay"]
    assert bash(["docarchive", "list", "AUTHOR", ":", "ad"], **given) == [r"\"Ada\ Meyer\""]
    assert bash(["docarchive", "export", "pier", "nowhere", ":", "x"], **given) == []
    assert bash(["docarchive", "search", "ra"], **given) == ["rating:"]
    assert bash(["docarchive", "search", "-ra"], **given) == ["(asks Typer)"]
    ids = bash(["docarchive", "show", ""], **given)
    assert len(ids) == 5
    assert bash(["docarchive", "similar", ids[0][:5]], **given) == ids[:1]
    assert bash(["docarchive", "search", "id", ":", ids[0][:5]], **given) == ids[:1]
    assert bash(["docarchive", "--archive", str(root), "search", "tag", ":", "h"]) == ["harbour"]


def test_typer_is_asked_for_all_else(archive: Archive, root: Path) -> None:
    given = {"DOCARCHIVE_ARCHIVE": str(root)}
    for words in (["docarchive", "se"], ["docarchive", "search", "--li"], ["docarchive", "init", "x"]):
        assert bash(words, **given) == ["(asks Typer)"]


def test_values_in_zsh_and_fish(archive: Archive, root: Path) -> None:
    assert other("fish", "docarchive search tag:ha", root) == "tag:harbour"
    assert other("fish", "docarchive search -tag:ha", root) == "-tag:harbour"
    assert other("fish", "docarchive search --facet ra", root) == "rating"
    assert other("fish", "docarchive search --limit ra", root) is None
    assert other("fish", "docarchive search pier place:", root) == 'place:"El Salvador"\nplace:north-bay'
    archive.save_search("water", "harbour")
    assert other("fish", "docarchive search @wa", root) == "@water"
    assert other("zsh", "docarchive search tag:ha", root) == "_arguments '*: :((\"tag\\\\:harbour\"))'"
    assert other("zsh", "docarchive search tag:zz", root) == "_files"


def test_what_a_shell_could_run_is_never_offered(root: Path, tmp_path: Path) -> None:
    evil = ["$(touch x)", "`touch x`", "a'b", 'a"b', "a;b", "a\\b", "a\nb", "a|b", "a*", "good"]
    (tmp_path / "e.md").write_text("---\ntags: " + repr(evil) + "\n---\nText.\n", "utf-8")
    with Archive.create(root) as archive:
        archive.import_(tmp_path / "e.md")
    assert bash(["docarchive", "search", "tag", ":"], DOCARCHIVE_ARCHIVE=str(root)) == ["good"]


@pytest.mark.parametrize("content", [None, b"", b"no database at all"])
def test_without_a_usable_catalog_nothing_is_offered(tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / "docarchive.toml").write_text("layout = 1\n")
    if content is not None:
        (tmp_path / ".docarchive").mkdir()
        (tmp_path / ".docarchive" / "catalog.sqlite").write_bytes(content)
    assert bash(["docarchive", "search", "tag", ":", "h"], DOCARCHIVE_ARCHIVE=str(tmp_path)) == []
    assert bash(["docarchive", "search", "tag", ":", "h"], DOCARCHIVE_ARCHIVE=str(tmp_path / "no")) == []


def test_completion_as_a_process_loads_neither_typer_nor_the_archive(archive: Archive, root: Path) -> None:
    code = (
        "import sys; sys.argv = ['docarchive']\n"
        "from docarchive.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([n for n in ('typer', 'docarchive.archive', 'whoosh', 'yaml') if n in sys.modules])"
    )
    environment = {
        **os.environ,
        "_DOCARCHIVE_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_ARGS": "docarchive search tag:ha",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "DOCARCHIVE_ARCHIVE": str(root),
    }
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "tag:harbour\n[]\n"


def test_help_is_completed_with_commands() -> None:
    assert bash(["docarchive", "help", "s"]) == ["search", "similar", "saved", "show", "serve", "set", "sync", "stats"]
    assert bash(["docarchive", "search", "help"]) == []


def test_commands_and_options_come_from_typer(cli: Cli) -> None:
    given = {"_DOCARCHIVE_COMPLETE": "complete_bash", "COMP_WORDS": "docarchive sim", "COMP_CWORD": "1"}
    assert cli(code=0, **given).out == "similar\n"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["engine", ""], ["status", "use", "meaning"]),
        (["engine", "use", ""], ["whoosh", "tantivy", "opensearch", "on", "off"]),
        (["init", "--engine", "t"], ["tantivy"]),
        (["search", "--sort", "t"], ["title"]),
        (["search", "pier", "--sort", "r"], ["relevance"]),
        (["list", "--sort", "d"], ["date"]),
        (["import", "--format", "js"], ["json", "jsonfeed", "json-feed", "jsonl"]),
        (["export", "--format", "ma"], ["markdown"]),
        (["show", "--format", "ep"], ["epub"]),
    ],
)
def test_choices_are_offered(cli: Cli, words: list[str], offered: list[str]) -> None:
    asked = {"COMP_WORDS": f"docarchive {' '.join(words)}", "COMP_CWORD": str(len(words))}
    assert cli(code=0, _DOCARCHIVE_COMPLETE="complete_bash", **asked).out.split() == offered


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_in_a_real_bash(archive: Archive, root: Path, tmp_path: Path) -> None:
    """Types ``tag:ha`` and a tab into bash, and reads the line that it makes of it."""
    program = tmp_path / "docarchive"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m docarchive "$@"\n')
    program.chmod(0o755)
    script = subprocess.run(
        [sys.executable, "-m", "docarchive", "--show-completion", "bash"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
    ).stdout
    (tmp_path / "rc").write_text(f"PS1='> '\nPATH={tmp_path}:$PATH\n{script}\n", "utf-8")
    master, slave = pty.openpty()
    shell = subprocess.Popen(
        ["bash", "--noprofile", "--rcfile", str(tmp_path / "rc"), "-i"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=root,
        env={**os.environ, "TERM": "dumb"},
        start_new_session=True,
    )
    os.close(slave)
    try:
        seen = _read_until(master, "> ")
        os.write(master, b"docarchive search --ids tag:ha\t")
        seen = _read_until(master, "tag:harbour")
        os.write(master, b"\n")
        seen += _read_until(master, "\n> ")
        (id_,) = [hit.id for hit in archive.search("tag:harbour title:pier")]
        assert id_ in seen
    finally:
        shell.kill()
        shell.wait()
        os.close(master)


def _read_until(master: int, text: str) -> str:
    seen = ""
    deadline = time.monotonic() + PATIENCE
    while text not in seen:
        assert time.monotonic() < deadline, seen
        if select.select([master], [], [], 1.0)[0]:
            seen += os.read(master, 4096).decode("utf-8", "replace")
    return seen

"""The manual pages say what the commands declare, and are roff that shows it as it was written."""

from __future__ import annotations

import re
from pathlib import Path

import interpreter
import pytest
from typer.main import get_command

import docarchive
from docarchive.cli.app import application

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = get_command(application()).commands  # type: ignore[attr-defined]
#: What the pages use of roff and of its man macros.
MACROS = {"TH", "SH", "TP", "PP", "B", "BR", "nh", "ad"}
ESCAPES = {"\\-": "-", "\\e": "\\", "\\(aq": "'", "\\(dq": '"', "\\(ga": "`", "\\(ha": "^", "\\(ti": "~", "\\&": ""}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The text of each page by its file's name."""
    folder = tmp_path_factory.mktemp("manual") / "man1"
    interpreter.run([ROOT / "docs/manual.py", folder]).check_returncode()
    return {page.name: page.read_text("utf-8") for page in folder.iterdir()}


def shown(page: str) -> str:
    """Returns the text that a page shows, without its macros."""
    text = re.sub(r"^\.(?:\\\".*|\w+ ?)", "", page, flags=re.MULTILINE)
    text = re.sub(r"\\f[BIR]", "", text)
    return re.sub(r"\\(?:\(..|.)", lambda escape: ESCAPES[escape[0]], text)


def test_there_is_a_page_for_the_program_and_for_each_command(pages: dict[str, str]) -> None:
    assert set(pages) == {"docarchive.1", *(f"docarchive-{name}.1" for name in COMMANDS)}
    for name in COMMANDS:
        escaped = re.escape(name.replace("-", r"\-"))
        assert re.search(rf"^\.BR docarchive\\-{escaped} \(1\)", pages["docarchive.1"], re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_has_the_help_of_its_command(name: str, pages: dict[str, str]) -> None:
    text = " ".join(shown(pages[f"docarchive-{name}.1"]).split())
    command = COMMANDS[name]
    assert " ".join(command.help.split()) in text
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        assert " ".join(parameter.help.split()) in text
        for option in parameter.opts if parameter.param_type_name == "option" else ():
            assert f" {option}" in text


def test_pages_hold_no_other_macros_and_no_bare_hyphens(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        for line in page.splitlines()[1:]:
            assert not line.startswith("'"), name
            assert len(line.encode()) <= 80, f"{name}: mandoc warns of the length of {line}"
            if line.startswith("."):
                assert line.split()[0][1:] in MACROS, f"{name}: {line}"
            if not line.startswith(".TH"):
                assert not re.search(r"(?<!\\)-", line), f"{name}: {line}"


def test_pages_are_dated_by_the_release_that_the_changelog_names(pages: dict[str, str]) -> None:
    releases = re.findall(r"^## \[(\d\S*)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    version, day = releases[0]
    assert version == docarchive.__version__
    assert f'.TH DOCARCHIVE 1 {day} "docarchive {version}"' in pages["docarchive.1"]


def test_an_option_is_not_taken_for_a_folder(tmp_path: Path) -> None:
    ran = interpreter.run([ROOT / "docs/manual.py", "--help"], cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (1, "usage: python docs/manual.py FOLDER\n")
    assert not [*tmp_path.iterdir()]

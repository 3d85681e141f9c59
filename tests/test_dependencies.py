"""docs/dependencies.md names what pyproject.toml requires and what the code imports, and nothing else."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import Cli
from test_docs import CODE, code, read, section, table

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
#: Extras for contributors, and the one that names all others.
OTHER_EXTRAS = {"all", "dev", "docs", "bench", "fuzz", "browser"}
_WITHOUT = "import sys\nsys.modules[{!r}] = None\n"


def name(requirement: str) -> str:
    match = re.match(r"[\w.-]+", requirement)
    assert match
    return match[0]


def imported() -> set[str]:
    """Returns the modules of others that the code imports, by their first names."""
    names = set()
    for file in (ROOT / "docarchive").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
                names |= {str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)}
    tops = {each.split(".")[0] for each in names}
    return tops - sys.stdlib_module_names - {"docarchive", "_typeshed"}


def test_the_page_names_what_is_required() -> None:
    rows = table(section(read("docs/dependencies.md"), "Required"))
    assert sorted(code(row[0]) for row in rows) == sorted(map(name, PROJECT["dependencies"]))


def test_the_page_names_the_extras() -> None:
    rows = table(section(read("docs/dependencies.md"), "Extras"))
    extras = {
        (extra, name(requirement))
        for extra, requirements in PROJECT["optional-dependencies"].items()
        for requirement in requirements
        if extra not in OTHER_EXTRAS
    }
    assert {(code(row[0]), code(row[1])) for row in rows} == extras
    everything = re.search(r"\[(.*)\]", PROJECT["optional-dependencies"]["all"][0])
    assert everything
    assert set(everything[1].split(",")) == {extra for extra, _ in extras}


def test_the_page_names_what_is_imported() -> None:
    page = read("docs/dependencies.md")
    rows = [
        *((row[1]) for row in table(section(page, "Required"))),
        *(row[2] for row in table(section(page, "Extras"))),
    ]
    assert {module for cell in rows for module in CODE.findall(cell)} == imported()


@pytest.mark.parametrize("command", [["list", "author:/meyer/"], ["search", "pier author:/meyer/"]])
def test_a_regular_expression_names_its_extra(
    command: list[str], cli: Cli, tmp_path: Path, articles_file: Path
) -> None:
    cli("--archive", "news", "import", articles_file.name, code=0)
    assert cli("--archive", "news", *command, code=0).out
    (tmp_path / "without").mkdir()
    (tmp_path / "without/sitecustomize.py").write_text(_WITHOUT.format("re2"), "utf-8")
    without = {"PYTHONPATH": str(tmp_path / "without")}
    refused = cli("--archive", "news", *command, code=2, **without)
    message = "docarchive: regular expressions need an extra: pip install 'docarchive[regex]'\n"
    assert (refused.out, refused.err) == ("", message)
    assert cli("--archive", "news", "search", "pier", code=0, **without).out

import re
from pathlib import Path
from typing import Any

import pytest

from docarchive import Archive, ArchiveDamaged, ExportOptions, ImportOptions
from docarchive.archive.import_and_export_options import Declared, declared, kinds, resolved, settings_kinds
from docarchive.cli.commands import COMMANDS, command
from docarchive.cli.declaring import Option, parameters
from docarchive.readers import ReadOptions
from docarchive.writers import WriteOptions

DOCS = Path(__file__).parents[2] / "docs"
OPTIONS = [(options, name) for options in (ImportOptions, ExportOptions) for name in declared(options)]


def flags(name: str) -> dict[str, Option]:
    """The options of a command by flag."""
    found = {}
    for parameter in parameters(command(name)):
        if isinstance(parameter.declared, Option):
            names = parameter.declared.names or (f"--{parameter.name.strip('_').replace('_', '-')}",)
            found.update(dict.fromkeys(names, parameter.declared))
    return found


@pytest.mark.parametrize(("options", "name"), OPTIONS)
def test_an_option_is_in_every_command_that_it_names_and_in_no_other(options: type, name: str) -> None:
    option = declared(options)[name]
    (flag, *_) = option.flag.split() or [f"--{name.replace('_', '-')}"]
    same_kind = {name for option in declared(options).values() for name in option.commands}
    for each in COMMANDS:
        if each in option.commands:
            assert flags(each)[flag].settings["help"].startswith(option.help[:-1])
        elif each in same_kind:
            assert flag not in flags(each)


@pytest.mark.parametrize(("options", "name"), OPTIONS)
def test_an_option_is_documented(options: type, name: str) -> None:
    lines = (DOCS / "library.md").read_text("utf-8").splitlines()
    rows = [re.sub(r"\\(.)", r"\1", line) for line in lines if line.startswith(f"| `{name}`")]
    assert any(row.endswith(f"{declared(options)[name].help} |") for row in rows)


@pytest.mark.parametrize("name", [name for name, option in declared(ImportOptions).items() if option.setting])
def test_a_setting_is_read_merged_and_checked(tmp_path: Path, name: str) -> None:
    option = declared(ImportOptions)[name]
    values: dict[type, Any] = {
        list: ["a"],
        dict: {"title": "a"},
        str: "skip" if option.choices else "de",
        int: 2,
        bool: False,
    }
    value = values[settings_kinds()[option.setting]]
    toml = {list: '["a"]', dict: '{title = "a"}', str: f'"{value}"', int: "2", bool: "false"}
    Archive.create(tmp_path / "archive").close()
    settings = tmp_path / "archive" / "docarchive.toml"
    before = settings.read_text("utf-8")
    settings.write_text(f"{before}\n[import]\n{option.setting} = {toml[type(value)]}\n", "utf-8")
    with Archive.open(tmp_path / "archive") as archive:
        importing = archive.settings.importing
        assert importing == {option.setting: value}
        assert resolved({}, importing)[name] == value  # type: ignore[literal-required]
        asked: Any = {list: ["b"], dict: {"url": "b"}, str: "keep", int: 1, bool: True}[type(value)]
        merged: Any = {list: ["a", "b"], dict: {"title": "a", "url": "b"}, str: "keep", int: 1, bool: True}[type(value)]
        assert resolved({name: asked}, importing)[name] == merged  # type: ignore[misc,literal-required]
    wrong = "0" if value is False else "true"
    settings.write_text(f"{before}\n[import]\n{option.setting} = {wrong}\n", "utf-8")
    with pytest.raises(ArchiveDamaged, match=option.setting):
        Archive.open(tmp_path / "archive")


def test_every_setting_of_an_import_is_a_declared_option(tmp_path: Path) -> None:
    Archive.create(tmp_path / "archive").close()
    with (tmp_path / "archive" / "docarchive.toml").open("a") as file:
        file.write('\n[import]\nquery = "SELECT 1"\n')
    with pytest.raises(ArchiveDamaged, match=f"it may hold {', '.join(settings_kinds())}"):
        Archive.open(tmp_path / "archive")


def test_an_option_that_there_is_not_is_an_error(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        with pytest.raises(TypeError, match="no option 'mapping'"):
            archive.import_(mapping={"title": "Headline"})  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="shape"):
            archive.export(to=tmp_path / "out.jsonl", shape="round")  # type: ignore[call-arg]


def test_every_option_has_a_value_once_they_are_resolved() -> None:
    values = resolved({}, {})
    assert [*values] == [*declared(ImportOptions)]
    for name, option in declared(ImportOptions).items():
        assert isinstance(option, Declared)
        assert values[name] == (list(option.default) if isinstance(option.default, tuple) else option.default)  # type: ignore[literal-required]


def test_readers_and_writers_take_options_that_are_declared() -> None:
    assert {{"mapping": "map", "pictures": "images"}.get(name, name) for name in ReadOptions._fields} - {
        "optional"
    } <= {*declared(ImportOptions)}
    assert {*WriteOptions._fields} == {*declared(ExportOptions)} == {*kinds(ExportOptions)}

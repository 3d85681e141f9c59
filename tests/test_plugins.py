"""Finding plug-ins of any kind; those of readers and writers are in ``tests/readers/test_plugins.py``."""

import sys
import zipfile
from collections.abc import Callable, Iterable
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest

from docarchive import plugins

GROUP = "docarchive.kites"
CODE = "class Kite:\n    name = 'red'\n\nblue = Kite()\nblue.name = 'blue'\nhole = None\n"
POINTS = "[docarchive.kites]\nb = kites:blue\na = kites:Kite\nc = kites:hole\n[docarchive.others]\nd = kites:missing\n"


def files(info: str = "kites-1.0.dist-info") -> dict[str, str]:
    return {"kites.py": CODE, f"{info}/METADATA": "Name: kites\nVersion: 1.0\n", f"{info}/entry_points.txt": POINTS}


def in_folder(folder: Path, info: str = "kites-1.0.dist-info") -> str:
    for name, text in files(info).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return str(folder)


def in_zip(folder: Path) -> str:
    with zipfile.ZipFile(folder / "kites.zip", "w") as file:
        for name, text in files().items():
            file.writestr(name, text)
    return str(folder / "kites.zip")


def name_of(plugin: object) -> str:
    name = getattr(plugin, "name", None)
    if not isinstance(name, str):
        raise TypeError("it is no kite")
    return name


@pytest.fixture(autouse=True)
def _without_kites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "kites", raising=False)


@pytest.mark.parametrize("installed", [in_folder, lambda path: in_folder(path, "kites.egg-info"), in_zip])
def test_classes_and_objects_are_loaded_in_order_of_name(
    installed: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(installed(tmp_path))
    with pytest.warns(UserWarning, match="^the kite 'kites:hole' cannot be used: it is no kite$"):
        assert plugins.load(GROUP, name_of) == ["red", "blue"]


def test_a_package_elsewhere_than_in_folders_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_folder(tmp_path)

    class Finder:
        @staticmethod
        def find_spec(*_: object) -> None:
            return None

        @staticmethod
        def find_distributions(*_: object) -> Iterable[Distribution]:
            return [PathDistribution(tmp_path / "kites-1.0.dist-info")]

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    with pytest.warns(UserWarning, match="^the kite .* cannot be used: No module named 'kites'$"):
        assert plugins.load(GROUP, name_of) == []


def test_a_group_that_no_package_names_has_no_plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty.dist-info").mkdir()
    (tmp_path / "old.egg-info").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "missing"), ""])
    monkeypatch.chdir(tmp_path)
    assert plugins.load(GROUP, name_of) == []

import sys
from types import ModuleType

import pytest

from docarchive.lazy import loader


def test_a_name_is_loaded_once_and_kept_in_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    package, home = ModuleType("lazy_package"), ModuleType("lazy_home")
    home.one, home.two = object(), object()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lazy_package", package)
    monkeypatch.setitem(sys.modules, "lazy_home", home)
    load = loader("lazy_package", {"lazy_home": "one two"})
    assert vars(package).get("one") is None
    assert load("one") is home.one
    assert vars(package)["one"] is home.one
    assert "two" not in vars(package)


def test_another_name_is_not_there() -> None:
    with pytest.raises(AttributeError, match=r"module 'a\.b' has no attribute 'c'"):
        loader("a.b", {"json": "loads"})("c")

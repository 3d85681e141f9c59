"""The examples in docstrings run, and give what they say."""

import doctest
import importlib
import re
from pathlib import Path
from typing import Final

import pytest

import docarchive

ROOT: Final = Path(docarchive.__file__).parent
#: An example that runs.
EXAMPLE: Final = re.compile(r">>>(?!.*# doctest: \+SKIP)")
MODULES: Final = sorted(
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
    for path in ROOT.rglob("*.py")
    if EXAMPLE.search(path.read_text("utf-8"))
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
    assert result.attempted > 0

"""The benchmark that compares an archive with a model, for a few operations."""

import re
import shutil
import sys

import pytest
from running import run

from docarchive import ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_an_archive_is_as_its_model(engine: str) -> None:
    printed = run("benchmarks.model", "--engine", engine, "--operations", 60, "--seed", 5)
    assert re.search(rf"^{engine}, seed 5: [1-9]\d+ operations, 0 differences$", printed, re.MULTILINE)


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("cc") is None, reason="it needs Linux and a C compiler"
)
def test_an_archive_is_as_its_model_after_kills() -> None:
    printed = run("benchmarks.model", "--operations", 60, "--seed", 6, "--crashes")
    assert re.search(r"^ +[1-9]  kill$", printed, re.MULTILINE)

"""The benchmark of threads, for a second."""

import json
from pathlib import Path

import pytest
from running import run
from support import ARTICLES

from docarchive import ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_threads_use_an_archive_while_it_imports(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), "utf-8")
    printed = run("benchmarks.threads", path, "--engine", engine, "--threads", 3, "--seconds", 1)
    assert f"{engine}, 3 threads" in printed
    assert printed.endswith("0 errors; the archive is whole\n")

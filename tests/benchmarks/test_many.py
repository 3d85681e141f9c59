"""The benchmark of many processes at once, for a moment."""

import json
import re
from pathlib import Path

import pytest
from running import run

from docarchive import ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_that_was_acknowledged_is_lost(engine: str, tmp_path: Path) -> None:
    pytest.importorskip(engine)
    file = tmp_path / "articles.jsonl"
    articles = ({"title": f"Gull {n}", "body": f"A gull at pier {n}."} for n in range(60))
    file.write_text("".join(f"{json.dumps(article)}\n" for article in articles))
    printed = run("benchmarks.many", file, "--engine", engine, "--writers", 2, "--readers", 2, "--seconds", 2)
    assert re.search(r"^[1-9]\d* operations, 0 errors, 0 faults afterwards$", printed, re.MULTILINE), printed

"""The benchmark of imports, on a corpus of a few articles."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "importing.py"


def test_an_import_is_compared_with_its_floor(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    articles = ({"id": str(n), "title": f"Number {n}", "body": f"Harbour {n}."} for n in range(9))
    corpus.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    argv = [
        sys.executable,
        str(SCRIPT),
        str(corpus),
        "--rounds",
        "1",
        "--engine",
        "tantivy",
        "--keep",
        str(tmp_path / "kept"),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
    assert re.findall(r"^\| ([A-Za-z:, ]+) \|", done.stdout, re.MULTILINE) == [
        "import, tantivy",
        "floor: parse",
        "floor: write",
        "floor: index",
        "not in the floor: rows of the catalog",
        "not in the floor: index of all fields",
        "floor",
        "least without Python",
    ]
    assert len([*tmp_path.glob("kept/tantivy-0/articles/**/*.md")]) == 9

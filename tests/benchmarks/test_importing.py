"""The benchmark of imports, on a corpus of a few articles."""

import json
import re
from pathlib import Path

from running import run


def test_an_import_is_compared_with_its_floor(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    articles = ({"id": str(n), "title": f"Number {n}", "body": f"Harbour {n}."} for n in range(9))
    corpus.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    argv = ["--rounds", "1", "--engine", "tantivy", "--keep", tmp_path / "kept"]
    printed = run("benchmarks.importing", corpus, *argv)
    assert re.findall(r"^\| ([A-Za-z:, ]+) \|", printed, re.MULTILINE) == [
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
